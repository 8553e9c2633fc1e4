"""Exercises on IMAP hands-on: clients that nobody here wrote are recognised, wrong turns told."""

from tests.engine.desk import Desk, done
from tests.engine.handson import hands_on

PEEK, BODY = "FETCH 1 (BODY.PEEK[])", "FETCH 1 (BODY[])"
FLAG, UNREAD = "STORE 1 +FLAGS (\\Flagged)", "STORE 1 -FLAGS (\\Seen)"
DELETED = "STORE 1 +FLAGS (\\Deleted)"


def test_imap_keeps_by_curl_and_openssl(desk: Desk) -> None:
    alice = desk.alice
    with hands_on(desk, "imap-keeps") as run:
        desk.types("imaps", "SELECT INBOX", "LOGOUT", login=alice)
        run.near_miss("opened-already")
        desk.curl("pop3s", alice)
        run.near_miss("took-by-pop3")
        desk.curl("imaps", alice, "", "--request", "STATUS INBOX (MESSAGES)")
        desk.curl("imaps", alice, "", "--request", "EXAMINE INBOX")
        run.passes("look")

        desk.curl("imaps", alice, "INBOX;MAILINDEX=1")
        run.near_miss("read-already")
        desk.types("imap", "SELECT INBOX", "LOGOUT", login=alice)
        run.passes("open")

        desk.types("imaps", "SELECT INBOX", PEEK, "LOGOUT", login=alice)
        run.near_miss("only-peeked")
        desk.curl("pop3s", alice, "1")
        run.near_miss("read-by-pop3")
        desk.curl("imaps", alice, "INBOX;MAILINDEX=1")
        run.passes("read")

        desk.types("imaps", "SELECT INBOX", DELETED, "LOGOUT", login=alice)
        run.near_miss("marked-for-deletion")
        desk.types("imaps", "SELECT INBOX", FLAG, "LOGOUT", login=alice)
        run.passes("mark")

        desk.fetchmail("pop3s", alice)
        run.near_miss("laptop-by-pop3")
        desk.mbsync(alice)
        said = run.ends("elsewhere")
        assert said.answered[0].truth == "marked"


def test_imap_keeps_by_mutt(desk: Desk) -> None:
    alice = desk.alice
    with hands_on(desk, "imap-keeps") as run:
        desk.types("imaps", "STATUS INBOX (UNSEEN)", "EXAMINE INBOX", "LOGOUT", login=alice)
        run.passes("look")
        desk.mbsync(alice)
        run.passes("open")
        desk.mutt(alice, "<display-message>", "<quit>")
        run.passes("read")
        desk.mutt(alice, "<flag-message>", "<quit>")
        run.passes("mark")
        desk.curl("imaps", alice, "INBOX;MAILINDEX=1")
        run.ends("elsewhere")


def test_imap_two_devices(desk: Desk) -> None:
    alice, bob = desk.alice, desk.bob
    with hands_on(desk, "imap-two-devices") as run, desk.dialogue("imaps", alice) as phone:
        phone.say("SELECT INBOX")
        run.waits_for("IMAP login of alice@alpha.test", after="still connected")
        desk.curl("pop3s", alice)
        run.near_miss("one-by-pop3")
        phone.say("SELECT INBOX")
        with desk.dialogue("imap", alice) as laptop:
            laptop.say("SELECT INBOX")
            phone.say("IDLE")
            run.passes("connect")

            desk.swaks("smtp", alice.address)
            run.near_miss("as-a-stranger")
            done(desk.msmtp("submission", alice, login=bob))
            phone.wait_for(r"\* \d+ EXISTS")
            run.passes("arrival")

            desk.types("imaps", "SELECT INBOX", "FETCH 2 (BODY.PEEK[])", "LOGOUT", login=alice)
            run.near_miss("only-a-preview")
            laptop.say("NOOP")
            laptop.say("FETCH 2 (BODY[])")
            run.passes("read-on-the-laptop")

            laptop.say("CREATE Archive")
            desk.types("imaps", "SELECT INBOX", "COPY 2 Archive", "LOGOUT", login=alice)
            run.near_miss("copied-only")
            laptop.say("MOVE 2 Archive")
            run.passes("file-away")
        phone.say("DONE")
        phone.say("LOGOUT")
        desk.curl("pop3s", alice)
        run.near_miss("looked-by-pop3")
        desk.curl("imaps", alice, "Archive;MAILINDEX=1")
        said = run.ends("find-it")
        assert said.answered[0].truth == "read"


def test_imap_two_devices_after_the_arrival(desk: Desk) -> None:
    alice = desk.alice
    with hands_on(desk, "imap-two-devices", at="read-on-the-laptop") as run:
        desk.curl("pop3s", alice, "1")
        run.near_miss("taken-by-pop3")
        run.skip()
        thrown = ("STORE 1:* +FLAGS (\\Deleted)", "EXPUNGE")
        desk.types("imaps", "SELECT INBOX", *thrown, "LOGOUT", login=alice)
        run.near_miss("deleted-it")
        run.skip()
        desk.curl("imaps", alice, "INBOX;MAILINDEX=1")
        run.near_miss("looked-in-the-inbox")


def test_who_stores_what(desk: Desk) -> None:
    alice, bob = desk.alice, desk.bob
    with hands_on(desk, "who-stores-what") as run:
        desk.swaks("smtp", alice.address)
        run.near_miss("nobody-logged-in")
        done(desk.curl_sends("submissions", alice, login=bob))
        run.passes("smtp")

    with hands_on(desk, "who-stores-what") as run:
        done(desk.msmtp("submission", alice, login=bob))
        run.passes("smtp")
        desk.curl("pop3s", alice, "1")
        run.near_miss("pop3-too-early")
        desk.types("imaps", "SELECT INBOX", PEEK, "LOGOUT", login=alice)
        run.near_miss("only-peeked")
        desk.curl("imaps", alice, "INBOX;MAILINDEX=*")
        run.passes("imap")


def test_who_stores_what_taken_by_pop3(desk: Desk) -> None:
    alice = desk.alice
    with hands_on(desk, "who-stores-what", at="pop3-leaves") as run:
        desk.curl("pop3s", alice, "", "--request", "DELE 1", "--head")
        run.near_miss("deleted-at-once")
        desk.fetchmail("pop3s", alice)
        run.passes("pop3-leaves")
        desk.curl("pop3s", alice, "1")
        run.near_miss("only-fetched")
        desk.types("pop3s", "DELE 1", login=alice)
        run.near_miss("without-quit")
        desk.fetchmail("pop3s", alice, "--all", keep=False)
        said = run.ends("pop3-removes")
        assert said.answered[0].truth == "there"


def test_new_to_cur(desk: Desk) -> None:
    alice = desk.alice
    with hands_on(desk, "new-to-cur") as run:
        desk.mbsync(alice)
        run.near_miss("opened-at-once")
        desk.curl("imaps", alice, "", "--request", "STATUS INBOX (UNSEEN)")
        run.passes("status")
        desk.types("imaps", "SELECT INBOX", "LOGOUT", login=alice)
        run.near_miss("selected")
        desk.curl("imap", alice, "", "--request", "EXAMINE INBOX")
        run.passes("examine")
        desk.curl("imaps", alice, "INBOX;MAILINDEX=1")
        run.near_miss("read-it-too")
        desk.types("imap", "SELECT INBOX", "LOGOUT", login=alice)
        run.ends("select")


def test_reading_marks_read(desk: Desk) -> None:
    alice = desk.alice
    with hands_on(desk, "reading-marks-read") as run:
        desk.curl("imaps", alice, "INBOX;MAILINDEX=1")
        run.near_miss("fetched-without-peek")
        desk.mbsync(alice)
        run.passes("peek")
        desk.types("imaps", "EXAMINE INBOX", BODY, "LOGOUT", login=alice)
        run.near_miss("read-only-box")
        desk.types("imaps", "SELECT INBOX", PEEK, "LOGOUT", login=alice)
        run.near_miss("only-peeked")
        desk.curl("imaps", alice, "INBOX;MAILINDEX=1")
        run.passes("read")
        desk.types("imaps", "SELECT INBOX", DELETED, "LOGOUT", login=alice)
        run.near_miss("deleted-it")
        desk.types("imaps", "SELECT INBOX", UNREAD, "LOGOUT", login=alice)
        run.ends("unmark")


def test_delete_expunge_trash(desk: Desk) -> None:
    alice = desk.alice
    with hands_on(desk, "delete-expunge-trash") as run:
        desk.types("imaps", "SELECT INBOX", DELETED, "EXPUNGE", "LOGOUT", login=alice)
        run.near_miss("expunged-too")
        desk.curl("imaps", alice, "INBOX", "--request", "MOVE 1 Trash")
        run.near_miss("moved-instead")
        desk.types("imaps", "SELECT INBOX", DELETED, "LOGOUT", login=alice)
        run.passes("mark")
        desk.types("imaps", "SELECT INBOX", "LOGOUT", login=alice)
        run.near_miss("logged-out-only")
        desk.curl("imaps", alice, "INBOX", "--request", "EXPUNGE")
        run.passes("expunge")
        desk.types("imaps", "SELECT INBOX", DELETED, "EXPUNGE", "LOGOUT", login=alice)
        run.near_miss("for-good")
        desk.curl("imaps", alice, "INBOX", "--request", "MOVE 1 Trash")
        run.ends("trash")
