"""What a wrong turn has done to a Maildir: moved, flagged, copied, removed. Pure."""

from labctl.model.maildir import Folder, Maildir, MaildirEntry, Part
from labctl.verbs.handson_renewal import changes, entries, path_of

ALICE = "alice@alpha.test"


def mail(unique: str, part: Part = "new", flags: str = "") -> MaildirEntry:
    return MaildirEntry(part, unique if part == "new" else f"{unique}:2,{flags}", flags, 9)


def box(*inbox: MaildirEntry, **folders: tuple[MaildirEntry, ...]) -> Maildir:
    rest = (Folder(name, found) for name, found in folders.items())
    return Maildir(ALICE, (Folder("INBOX", inbox), *rest))


def test_a_message_that_was_moved_or_flagged_is_still_the_same() -> None:
    before = box(mail("1"), mail("2"))
    found = changes(before, box(mail("1", "cur", "S"), Trash=(mail("2", "cur"),)))
    assert (found.extra, found.missing) == ((), ())
    assert [was for _, was in found.renamed] == entries(before)
    ((flagged, _), (binned, _)) = found.renamed
    assert path_of(ALICE, flagged).endswith("/Maildir/cur/1:2,S")
    assert path_of(ALICE, binned).endswith("/Maildir/.Trash/cur/2:2,")


def test_a_copy_is_one_too_many_and_what_was_removed_is_missing() -> None:
    found = changes(box(mail("1"), mail("2")), box(mail("1"), Archive=(mail("1"), mail("3"))))
    assert found.renamed == ()
    assert [(folder, e.unique) for folder, e in found.extra] == [("Archive", "1"), ("Archive", "3")]
    assert [e.unique for _, e in found.missing] == ["2"]


def test_nothing_changed() -> None:
    same = box(mail("1", "cur", "FS"))
    assert changes(same, same) == changes(box(), box())
