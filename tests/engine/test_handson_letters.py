"""What carries a message, what it looks like and its whole way: real clients, real wrong turns."""

from base64 import b64encode

from labctl.verbs.exercise_smtp import PICTURE
from tests.engine.desk import Desk
from tests.engine.handson import hands_on

ACCENTS = """\
Subject: =?UTF-8?Q?un_caf=C3=A9?=
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: quoted-printable

d=C3=A9j=C3=A0
"""


def picture(desk: Desk) -> str:
    """A PNG file at the desk."""
    path = f"{desk.folder}/dot.png"
    said = desk.run("sh", "-c", f"base64 -d >{path}", stdin=b64encode(PICTURE).decode())
    assert said.code == 0, said.all
    return path


def test_imap_files_and_smtp_carries(desk: Desk) -> None:
    alice, bob = desk.alice, desk.bob
    with hands_on(desk, "who-transports") as run:
        assert desk.swaks("submission", bob.address, login=alice).code == 0
        run.near_miss("sent-it")
        desk.curl_files(alice, "Drafts", bob)
        run.near_miss("other-folder")
        assert desk.mutt_sends(bob, login=alice).code == 0  # sends, and files a copy
        run.fails("nothing-left")
        desk.curl_files(alice, "Sent", bob)
        run.passes("by-imap")

        desk.curl_files(alice, "Sent", bob)
        run.near_miss("filed-again")
        assert desk.swaks("smtp", bob.address, "--from", alice.address).code == 0
        run.near_miss("as-a-server")
        assert desk.mutt_sends(bob, login=alice).code == 0
        run.passes("by-smtp")

        desk.curl("pop3s", bob)
        run.near_miss("by-pop3")
        desk.types("imaps", "SELECT INBOX", "LOGOUT", login=bob)
        run.near_miss("only-opened")
        desk.mbsync(bob)
        run.ends("read")


def test_what_accents_and_pictures_look_like(desk: Desk) -> None:
    alice, bob = desk.alice, desk.bob
    with hands_on(desk, "mime-and-charsets") as run:
        assert desk.swaks("smtp", bob.address, "--from", alice.address).code == 0
        run.near_miss("as-a-server")
        raw = ("--header", "Subject: un café", "--body", "déjà")
        assert desk.swaks("submission", bob.address, *raw, login=alice).code == 0
        run.fails("subject-coded", "body-declared")
        assert desk.mutt_sends(bob, login=alice, subject="un café", text="déjà\n").code == 0
        run.passes("accents")

        assert desk.swaks("smtp", bob.address, "--from", alice.address).code == 0
        run.near_miss("as-a-server-again")
        assert desk.msmtp("submission", bob, login=alice, text=ACCENTS).code == 0
        run.fails("in-parts", "letters-and-digits")
        png = f"@{picture(desk)}"
        assert desk.swaks("submission", bob.address, "--attach", png, login=alice).code == 0
        run.passes("picture")

        last = desk.lab.inbox_count(bob)
        desk.curl("pop3s", bob)
        run.near_miss("by-pop3")
        desk.curl("imaps", bob, f"INBOX;MAILINDEX={last}")
        run.near_miss("fetched-it")
        desk.curl("imaps", bob, "INBOX", "--request", f"FETCH {last} BODYSTRUCTURE")
        run.ends("structure")


def test_a_coded_message_by_hand_and_a_picture_by_mutt(desk: Desk) -> None:
    alice, bob = desk.alice, desk.bob
    with hands_on(desk, "mime-and-charsets") as run:
        assert desk.msmtp("submissions", bob, login=alice, text=ACCENTS).code == 0
        run.passes("accents")
        assert desk.mutt_sends(bob, "-a", picture(desk), "--", login=alice).code == 0
        run.passes("picture")
        desk.types("imaps", "EXAMINE INBOX", "FETCH 2 (BODYSTRUCTURE)", "LOGOUT", login=bob)
        run.ends("structure")


def test_the_way_of_a_letter(desk: Desk) -> None:
    alice, bob = desk.alice, desk.bob
    with hands_on(desk, "the-letters-way") as run:
        desk.curl_files(alice, "Sent", bob)
        run.near_miss("only-filed")
        assert desk.swaks("smtp", bob.address, "--from", alice.address).code == 0
        run.near_miss("as-a-server")
        assert desk.msmtp("submission", alice, login=alice).code == 0
        run.near_miss("to-herself")
        assert desk.mutt_sends(bob, login=alice).code == 0
        run.passes("post")

        desk.curl("imaps", bob, f"INBOX;MAILINDEX={desk.lab.inbox_count(bob)}")
        run.near_miss("read-at-once")
        desk.curl("pop3s", bob)
        run.near_miss("looked-by-pop3")
        desk.types("imaps", "SELECT INBOX", "LOGOUT", login=bob)
        run.passes("look")

        number = desk.lab.inbox_count(bob)
        desk.curl("imaps", bob, "INBOX", "--request", f"FETCH {number} BODY.PEEK[]")
        run.near_miss("peeked")
        desk.curl("pop3s", bob, f"{number}")
        run.near_miss("read-by-pop3")
        number = desk.lab.inbox_count(bob)
        marked = f"STORE {number} +FLAGS (\\Deleted)"
        desk.types("imaps", "SELECT INBOX", marked, "EXPUNGE", "LOGOUT", login=bob)
        run.near_miss("threw-it-away")
        desk.curl("imaps", bob, f"INBOX;MAILINDEX={desk.lab.inbox_count(bob)}")
        run.passes("read")

        number = desk.lab.inbox_count(bob)
        desk.curl("pop3s", bob, f"{number}")
        run.near_miss("left-it")
        desk.types("pop3s", f"RETR {number}", f"DELE {number}", login=bob)
        run.near_miss("ran-away")
        marked = f"STORE {desk.lab.inbox_count(bob)} +FLAGS (\\Deleted)"
        desk.types("imaps", "SELECT INBOX", marked, "LOGOUT", login=bob)
        run.near_miss("binned-by-imap")
        desk.fetchmail("pop3s", bob, keep=False)
        checked = run.ends("take")
        answered = {each.id: each.truth for each in checked.answered}
        assert answered == {
            "the-way": "smtp-lmtp",
            "copies-at-postfix": "none",
            "before-anybody-looks": "new",
            "after-opening": "unread",
            "after-reading": "kept",
            "after-taking": "gone",
        }
