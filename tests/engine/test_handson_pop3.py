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
