"""Exercises on POP3 hands-on: clients that nobody here wrote are recognised, wrong turns told."""

from tests.engine.desk import Desk
from tests.engine.handson import hands_on


def test_pop3_takes_by_curl_and_openssl(desk: Desk) -> None:
    alice = desk.alice
    with hands_on(desk, "pop3-takes") as run:
        run.waits_for("RETR", "QUIT")
        desk.curl("pop3s", alice, "", "--request", "DELE 1", "--head")
        run.near_miss("deleted-at-once")
        desk.curl("pop3s", alice, "1")
        run.passes("retrieve")

        desk.types("pop3s", "RETR 1", login=alice)
        run.near_miss("nothing-marked")
        desk.types("pop3s", "DELE 1", "QUIT", login=alice)
        run.near_miss("used-quit")
        desk.types("pop3s", "DELE 1", login=alice)
        run.passes("dropped")

        desk.types("pop3s", "DELE 1", login=alice)
        run.near_miss("broke-again")
        desk.types("pop3s", "DELE 1", "DELE 2", "QUIT", login=alice)
        run.ends("quit")


def test_pop3_read_keeps(desk: Desk) -> None:
    alice = desk.alice
    with hands_on(desk, "pop3-read-keeps") as run:
        desk.curl("pop3s", alice, "", "--request", "DELE 1", "--head")
        run.near_miss("deleted-it")
        desk.fetchmail("pop3s", alice)
        run.passes("fetch")
        desk.curl("pop3s", alice, "", "--request", "DELE 1", "--head")
        run.near_miss("deleted-it-now")
        desk.curl("pop3s", alice, "", "--request", "UIDL")
        desk.curl("pop3", alice, "1")
        run.ends("again")


def test_pop3_dele_needs_quit(desk: Desk) -> None:
    alice = desk.alice
    with hands_on(desk, "pop3-dele-needs-quit") as run:
        desk.curl("pop3s", alice, "", "--request", "DELE 1", "--head")
        run.near_miss("no-rset")
        desk.types("pop3s", "DELE 1", "RSET", "QUIT", login=alice)
        run.passes("rset")
        desk.fetchmail("pop3s", alice, "--fetchlimit", "1", keep=False, code=13)
        run.near_miss("said-quit")
        desk.types("pop3", "DELE 1", login=alice)
        run.passes("drop")
        desk.types("pop3s", "DELE 1", login=alice)
        run.near_miss("dropped-again")
        desk.types("pop3s", "DELE 1", "RSET", "QUIT", login=alice)
        run.near_miss("reset-again")
        desk.curl("pop3s", alice, "", "--request", "DELE 1", "--head")
        run.ends("quit")


def test_pop3_and_imap_together(desk: Desk) -> None:
    alice = desk.alice
    with hands_on(desk, "pop3-and-imap-together") as run:
        desk.curl("pop3s", alice)
        run.near_miss("phone-by-pop3")
        desk.mbsync(alice)
        run.passes("phone")
        desk.fetchmail("pop3s", alice)
        run.near_miss("left-it-there")
        desk.types("pop3s", "RETR 1", "DELE 1", login=alice)
        run.near_miss("no-quit")
        desk.types("pop3s", "RETR 1", "DELE 1", "QUIT", login=alice)
        run.ends("take")


def test_uidvalidity(desk: Desk) -> None:
    alice = desk.alice
    with hands_on(desk, "uidvalidity") as run:
        desk.curl("pop3s", alice)
        run.near_miss("only-numbers")
        desk.mbsync(alice)
        desk.curl("pop3s", alice, "", "--request", "UIDL")
        run.passes("note")
        desk.curl("pop3s", alice)
        run.near_miss("only-numbers-again")
        desk.types("imaps", "SELECT INBOX", "LOGOUT", login=alice)
        desk.types("pop3s", "UIDL", "QUIT", login=alice)
        run.ends("lose")
