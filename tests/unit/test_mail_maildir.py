"""A Maildir's files read as mail: places, flags, folders, and what changed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labctl.mail.maildir import (
    FLAG_MEANING,
    Place,
    Placed,
    diff,
    flag_words,
    parse_entry,
    read_maildir,
)
from labctl.model.maildir import Maildir, MaildirChange

BOB = "bob@alpha.test"
NAME = "1795416427.M804525P15.imap.alpha.test,S=946,W=972"


def mail(token: str = "", message_id: str = "<1@alpha.test>") -> bytes:
    return f"Message-ID: {message_id}\r\nX-Labctl-Token: {token}\r\nSubject: x\r\n\r\n".encode()


def box(*files: tuple[str, bytes]) -> Maildir:
    return read_maildir(BOB, files)


@pytest.mark.parametrize(
    ("path", "place"),
    [
        (f"new/{NAME}", Place("INBOX", "new", NAME, "")),
        (f"cur/{NAME}:2,RS", Place("INBOX", "cur", f"{NAME}:2,RS", "RS")),
        (f"./cur/{NAME}:2,", Place("INBOX", "cur", f"{NAME}:2,", "")),
        (f".Work.Sub/new/{NAME}", Place("Work.Sub", "new", NAME, "")),
        (f".&AMk-t&AOk-/cur/{NAME}:2,FSab", Place("Été", "cur", f"{NAME}:2,FSab", "FSab")),
        ("tmp/1.M1P1.x", Place("INBOX", "tmp", "1.M1P1.x", "")),
        ("dovecot.index.log", None),
        ("maildirfolder", None),
        (".Junk/dovecot-uidlist", None),
        ("new/.hidden", None),
        ("new/a/b", None),
        ("other/1.M1P1.x", None),
    ],
)
def test_a_path_says_where_a_message_is_and_its_flags(path: str, place: Place | None) -> None:
    assert parse_entry(path) == place


@given(st.text())
def test_any_path_can_be_read(path: str) -> None:
    parse_entry(path)
    parse_entry(f"cur/{path}")
    assert box((path, b""), (f".{path}/new/1", b"")).folders[0].name == "INBOX"


def test_folders_come_inbox_first_and_empty_ones_are_seen() -> None:
    maildir = box((".Sent/maildirfolder", b""), (".Archive/new/2.M1P1.x", mail()), ("x", b""))
    assert [f.name for f in maildir.folders] == ["INBOX", "Archive", "Sent"]
    assert maildir.inbox.messages == ()
    [entry] = maildir.folder("Archive").part("new")
    assert (entry.subject, entry.size, entry.unique) == ("x", len(mail()), "2.M1P1.x")


def test_messages_come_new_before_cur_and_older_before_younger() -> None:
    files = ["cur/1.M1P1.x:2,S", "new/10.M5P1.x", "new/9.M9P1.x", "new/10.M40P1.x", "tmp/1.M1P1.x"]
    maildir = box(*((file, b"") for file in files))
    assert [e.file for e in maildir.inbox.entries] == [
        "9.M9P1.x", "10.M5P1.x", "10.M40P1.x", "1.M1P1.x:2,S", "1.M1P1.x",
    ]  # fmt: skip
    assert len(maildir.inbox.messages) == 4


def test_flags_have_words() -> None:
    assert flag_words("RSa") == ("replied", "seen", "keyword a")
    assert set(FLAG_MEANING) == set("PRSTDF")


def kinds(before: Maildir, after: Maildir) -> list[tuple[str, str | None, str | None]]:
    def place(placed: Placed | None) -> str | None:
        return placed and f"{placed[0]}/{placed[1].part}:{placed[1].flags}"

    return [(c.kind, place(c.before), place(c.after)) for c in diff(before, after)]


def test_select_moves_and_reading_flags() -> None:
    new = box((f"new/{NAME}", mail()))
    cur = box((f"cur/{NAME}:2,", mail()))
    seen = box((f"cur/{NAME}:2,S", mail()))
    assert kinds(new, cur) == [("moved", "INBOX/new:", "INBOX/cur:")]
    assert kinds(cur, seen) == [("flagged", "INBOX/cur:", "INBOX/cur:S")]
    assert kinds(new, seen) == [("moved", "INBOX/new:", "INBOX/cur:S")]
    assert diff(seen, seen) == ()


def test_a_move_is_known_by_name_or_by_message_id() -> None:
    before = box(("cur/1.M1P1.x:2,S", mail("t")))
    same_name = box((".Archive/cur/1.M1P1.x:2,S", mail("t")))
    new_name = box((".Archive/cur/2.M2P2.x:2,S", mail("t")))
    for after in (same_name, new_name):
        assert kinds(before, after) == [("moved", "INBOX/cur:S", "Archive/cur:S")]


def test_a_copy_is_an_addition_and_a_removal_a_removal() -> None:
    one = box(("cur/1.M1P1.x:2,S", mail("t")))
    two = box(("cur/1.M1P1.x:2,S", mail("t")), (".Archive/cur/2.M2P2.x:2,S", mail("t")))
    assert kinds(one, two) == [("added", None, "Archive/cur:S")]
    assert kinds(two, one) == [("removed", "Archive/cur:S", None)]


def test_messages_of_one_run_share_a_token_and_are_still_told_apart() -> None:
    before = box(("new/1.M1P1.x", mail("run", "<1@x>")))
    after = box((".Archive/new/2.M2P2.x", mail("run", "<2@x>")))
    assert [c.kind for c in diff(before, after)] == ["removed", "added"]


PLACES = st.sampled_from(["new/", "cur/", ".Archive/cur/", ".Archive/new/"])
FILES = st.lists(
    st.tuples(PLACES, st.integers(1, 6), st.sampled_from(["", "S", "RS"]), st.integers(1, 4)),
    max_size=6,
    unique_by=lambda f: (f[0][:4], f[1]),
)


@given(FILES, FILES)
def test_every_message_is_accounted_for_once(
    old: list[tuple[str, int, str, int]], new: list[tuple[str, int, str, int]]
) -> None:
    def made(files: list[tuple[str, int, str, int]]) -> Maildir:
        return box(
            *(
                (f"{where}{n}.M1P1.x" + (f":2,{flags}" if "cur" in where else ""),
                 mail("t", f"<{identity}@x>"))
                for where, n, flags, identity in files
            )
        )  # fmt: skip

    before, after = made(old), made(new)
    changes = diff(before, after)
    assert all(isinstance(change, MaildirChange) for change in changes)
    gained = sum(c.kind == "added" for c in changes) - sum(c.kind == "removed" for c in changes)
    assert gained == len(new) - len(old)
    assert diff(before, before) == ()


def test_microseconds_are_a_number_and_names_do_not_sort_by_time() -> None:
    earlier, later = "1795730768.M9557P59.imap.alpha.test", "1795730768.M841531P60.imap.alpha.test"
    entries = read_maildir("a@x.test", [(f"new/{n}", b"") for n in (later, earlier)]).inbox.entries
    assert [entry.file for entry in sorted(entries, key=lambda e: e.filed)] == [earlier, later]
    assert [entry.file for entry in entries] == [earlier, later]
