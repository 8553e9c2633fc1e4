"""Folders, and who remembers: mutt, curl, mbsync, fetchmail and openssl are recognised."""

from tests.engine.desk import Desk
from tests.engine.handson import hands_on


def test_folders_are_on_the_server(desk: Desk) -> None:
    alice = desk.alice
    with hands_on(desk, "imap-folders") as run:
        desk.curl("pop3s", alice)
        run.near_miss("numbers-only")
        desk.fetchmail("pop3s", alice, keep=False)
        run.near_miss("deleted")
        desk.types("imaps", "STATUS INBOX (MESSAGES)", "LOGOUT", login=alice)
        run.near_miss("by-imap")
        desk.curl("pop3s", alice, "", "--request", "UIDL")
        run.passes("count")

        opened = ("CREATE Archive", "SELECT INBOX")
        desk.types("imaps", *opened, "COPY 1 Archive", "LOGOUT", login=alice)
        run.near_miss("only-copied")
        desk.curl_files(alice, "Archive", desk.bob)
        run.near_miss("uploaded")
        desk.curl("imaps", alice, "INBOX", "--request", "MOVE 1 Trash")
        run.near_miss("into-the-trash")
        save = ("<first-entry>", "<save-message>", "<kill-line>", "=Archive", "<enter>")
        desk.mutt(alice, *save, "<sync-mailbox>", "q", settings="unset confirmappend")
        run.passes("move")

        assert desk.msmtp("submissions", desk.bob, login=alice).code == 0
        run.near_miss("sent-it")
        desk.curl_files(alice, "Sent", desk.bob)
        run.near_miss("filed-elsewhere")
        desk.curl_files(alice, "Drafts", desk.bob)
        run.passes("draft")

        desk.curl("pop3s", alice)
        run.near_miss("by-pop3")
        desk.curl("imaps", alice, "INBOX", "--request", "NOOP")
        run.near_miss("inbox-only")
        desk.mbsync(alice)
        run.passes("elsewhere")

        desk.types("imaps", "STATUS INBOX (MESSAGES)", "LOGOUT", login=alice)
        run.near_miss("by-imap-again")
        desk.types("pop3s", "UIDL", "DELE 1", "QUIT", login=alice)
        run.near_miss("deleted-now")
        desk.types("pop3s", "UIDL", "QUIT", login=alice)
        run.ends("count-again")


def test_the_client_remembers_and_not_the_server(desk: Desk) -> None:
    alice = desk.alice
    with hands_on(desk, "pop3-leave-on-server") as run:
        desk.curl("pop3s", alice, "1")
        run.near_miss("asked-for-no-id")
        desk.fetchmail("pop3s", alice, keep=False)
        run.near_miss("deleted")
        desk.fetchmail("pop3s", alice)
        run.passes("first")

        desk.curl("pop3s", alice, "1")
        run.near_miss("took-again")
        desk.curl("pop3s", alice, "", "--request", "DELE 1", "--head")
        run.near_miss("deleted-now")
        desk.fetchmail("pop3s", alice)  # it was put back, under an id that fetchmail does not know
        run.near_miss("took-again")
        desk.fetchmail("pop3s", alice, code=1)
        run.passes("again")

        desk.fetchmail("pop3s", alice, code=1)
        run.near_miss("still-remembers")
        desk.types("pop3s", "UIDL", "DELE 1", "QUIT", login=alice)
        run.near_miss("deleted-at-last")
        desk.types("pop3s", "UIDL", "RETR 1", "RETR 2", "QUIT", login=alice)
        run.ends("other")


def test_a_client_that_lost_its_memory_fetches_all_again(desk: Desk) -> None:
    alice = desk.alice
    with hands_on(desk, "pop3-leave-on-server") as run:
        desk.types("pop3s", "UIDL", "RETR 1", "RETR 2", "QUIT", login=alice)
        run.passes("first")
        desk.types("pop3s", "UIDL", "QUIT", login=alice)
        run.passes("again")
        desk.fetchmail("pop3s", alice)
        run.ends("other")
