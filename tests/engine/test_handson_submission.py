"""The exercises on ports hands-on: who may say what where, and from one server to the next."""

from tests.engine.desk import Desk, done
from tests.engine.handson import hands_on

OUTSIDE = "somebody@example.org"


def test_submission_ports_by_swaks(desk: Desk) -> None:
    alice, bob = desk.alice, desk.bob.address
    with hands_on(desk, "submission-ports") as run:
        done(desk.swaks("submission", bob, login=alice))
        run.near_miss("logged-in-elsewhere")
        desk.swaks("smtp", bob)
        desk.swaks("smtp", OUTSIDE)
        run.waits_for(after="refusal of somebody outside as recipient")
        desk.swaks("smtp", bob, login=alice)  # sees that no AUTH is offered
        run.passes("port-25")

        desk.swaks("smtp", bob)
        run.near_miss("back-to-servers")
        desk.types("submission", "EHLO me", "MAIL FROM:<me@example.org>", "QUIT", clear=True)
        desk.swaks("submission", bob)
        done(desk.swaks("submission", bob, login=alice))
        run.passes("port-587")

        done(desk.swaks("submission", bob, login=alice))
        run.near_miss("starttls-port")
        desk.run("telnet", desk.host("submissions"), str(desk.port("submissions")), stdin="EHLO\n")
        desk.swaks("submissions", bob)
        done(desk.swaks("submissions", bob, login=alice))
        said = run.ends("port-465")
        assert said.answered[0].truth == "accepted"


def test_submission_ports_by_openssl_curl_and_msmtp(desk: Desk) -> None:
    alice, bob = desk.alice, desk.bob
    with hands_on(desk, "submission-ports") as run:
        done(desk.msmtp("submissions", bob, login=alice))
        run.near_miss("logged-in-at-once")
        with desk.dialogue("smtp", clear=True) as typed:
            typed.say("EHLO me")
            typed.letter("me@example.org", bob.address)
            typed.say("MAIL FROM:<me@example.org>")
            assert "554" in typed.say(f"RCPT TO:<{OUTSIDE}>")
            typed.say("QUIT")
        desk.types("smtp", "EHLO me", "AUTH PLAIN AGEAYg==", "QUIT")
        run.passes("port-25")

        desk.curl_sends("submission", bob, "--no-ssl", "--no-ssl-reqd", login=alice)
        desk.types("submission", "EHLO me", *_offers(bob.address), "QUIT")
        done(desk.msmtp("submission", bob, login=alice))
        run.passes("port-587")

        desk.run("nc", "-w", "3", desk.host("submissions"), str(desk.port("submissions")))
        desk.types("submissions", "EHLO me", *_offers(bob.address), "QUIT")
        done(desk.curl_sends("submissions", bob, login=alice))
        run.ends("port-465")


def _offers(to: str) -> tuple[str, str]:
    return "MAIL FROM:<me@example.org>", f"RCPT TO:<{to}>"
