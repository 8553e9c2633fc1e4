"""Exercises on SMTP hands-on: clients that nobody here wrote are recognised, wrong turns told."""

from tests.engine.desk import Desk, done
from tests.engine.handson import hands_on


def test_smtp_sends(desk: Desk) -> None:
    alice, bob = desk.alice, desk.bob
    with hands_on(desk, "smtp-sends") as run:
        run.waits_for("connection to submission", "QUIT")
        desk.swaks("smtp", bob.address)
        run.near_miss("as-a-server")
        done(desk.msmtp("submissions", bob, login=alice))
        run.near_miss("tls-at-once")
        done(desk.swaks("submission", bob.address, login=alice))
        said = run.ends("submit")
        assert said.answered[0].truth == "with-dovecot"
    with hands_on(desk, "smtp-sends") as run:
        done(desk.msmtp("submission", bob, login=alice))
        run.ends("submit")


def test_smtp_does_not_store_by_swaks_and_telnet(desk: Desk) -> None:
    alice, bob = desk.alice, desk.bob
    with hands_on(desk, "smtp-does-not-store") as run:
        desk.swaks("smtp", bob.address)
        run.near_miss("nobody-logged-in")
        done(desk.swaks("submissions", bob.address, login=alice))
        run.passes("delivered")

        desk.swaks("submission", bob.address, "--timeout", "2", login=alice)
        run.near_miss("tried-to-log-in")
        desk.swaks("smtp", bob.address)
        run.passes("waiting")

        desk.curl("pop3s", bob, "1")
        run.near_miss("asked-pop3")
        desk.curl("imaps", bob, "INBOX;MAILINDEX=1")
        run.near_miss("asked-imap")
        desk.types("smtp", "EHLO me", "LIST", "RETR 1", "QUIT", clear=True)
        said = run.ends("no-verb")
        assert said.answered[0].truth == "nothing"


def test_smtp_does_not_store_by_mutt_curl_and_openssl(desk: Desk) -> None:
    alice, bob = desk.alice, desk.bob
    with hands_on(desk, "smtp-does-not-store") as run:
        done(desk.mutt_sends(bob, login=alice))
        run.passes("delivered")
        desk.swaks("submissions", bob.address, "--timeout", "2", login=alice)
        run.near_miss("tried-to-log-in-too")
        desk.types_letter("smtp", bob.address)
        run.passes("waiting")
        desk.curl("submission", bob, "", "--request", "LIST", code=8)
        run.ends("no-verb")


def test_smtp_by_hand(desk: Desk) -> None:
    alice, bob = desk.alice, desk.bob
    with hands_on(desk, "smtp-by-hand") as run:
        done(desk.swaks("submission", bob.address, login=alice))
        run.near_miss("other-port")
        desk.swaks("smtp", f"nobody-here@{bob.domain}")
        run.near_miss("refused-recipient")
        with desk.dialogue("smtp") as typed:
            typed.say("EHLO me.example")
            typed.letter("me@example.org", bob.address)
        run.near_miss("no-quit")
        desk.types_letter("smtp", bob.address)
        run.passes("talk")
        early = ("EHLO me.example", f"RCPT TO:<{bob.address}>", "DATA", "QUIT")
        desk.types("smtp", *early, clear=True)
        run.ends("disorder")


def test_smtp_by_hand_with_openssl_and_nc(desk: Desk) -> None:
    bob = desk.bob.address
    with hands_on(desk, "smtp-by-hand") as run:
        with desk.dialogue("smtp") as typed:
            typed.say("HELO me.example")
            typed.letter("me@example.org", bob)
            typed.say("QUIT")
        run.passes("talk")
        with desk.dialogue("smtp", clear=True, by=("nc", "-C")) as typed:
            for line in ("HELO me", f"RCPT TO:<{bob}>", "DATA", "QUIT"):
                typed.say(line)
        run.ends("disorder")


def test_envelope_and_header(desk: Desk) -> None:
    alice, bob, carol = desk.alice, desk.bob, desk.carol
    with hands_on(desk, "envelope-and-header") as run:
        done(desk.msmtp("submission", carol, login=alice))
        run.near_miss("to-carol")
        desk.swaks("submission", f"nobody-here@{bob.domain}", login=alice)
        run.near_miss("not-bob")
        done(desk.swaks("submission", bob.address, "--header", f"To: {carol.address}", login=alice))
        run.passes("other-to")
        for one in (bob, carol):
            done(desk.msmtp("submissions", one, login=alice, text=f"To: {bob.address}\n\nhi\n"))
        run.ends("blind")


def test_sent_folder(desk: Desk) -> None:
    alice, bob = desk.alice, desk.bob
    with hands_on(desk, "sent-folder") as run:
        desk.swaks("smtp", bob.address)
        run.near_miss("nobody-logged-in")
        done(desk.msmtp("submissions", bob, login=alice))
        run.passes("send")
        done(desk.swaks("submission", bob.address, login=alice))
        run.near_miss("sent-again")
        desk.curl_files(alice, "Sent", bob)
        run.ends("file")
