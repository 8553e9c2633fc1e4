"""The clients' ports hands-on: clients that nobody here wrote are recognised, wrong turns told."""

from dataclasses import replace

from labctl.model.lab import EndpointName
from tests.engine.desk import Desk
from tests.engine.handson import hands_on
from tests.engine.mailclients import Said


def in_the_clear(desk: Desk, via: EndpointName) -> Said:
    """Swaks without any word about TLS or a login; where nobody answers it waits two seconds."""
    at = ("--server", desk.host(via), "--port", str(desk.port(via)), "--timeout", "2")
    return desk.run("swaks", *at, "--from", desk.alice.address, "--to", desk.bob.address)


def without_login(desk: Desk, via: EndpointName) -> str:
    envelope = (f"MAIL FROM:<{desk.alice.address}>", f"RCPT TO:<{desk.bob.address}>")
    return desk.types(via, "EHLO me.example", *envelope, "QUIT")


def test_587_is_not_another_25(desk: Desk) -> None:
    alice, bob = desk.alice, desk.bob
    with hands_on(desk, "port-587-submission") as run:
        assert desk.swaks("submission", bob.address, login=alice).code == 0
        run.near_miss("clients-port")
        assert desk.msmtp("submissions", bob, login=alice).code == 0
        run.near_miss("other-clients-port")
        assert in_the_clear(desk, "smtp").code == 0
        run.passes("server")

        assert in_the_clear(desk, "smtp").code == 0
        run.near_miss("servers-port")
        assert "530 5.7.0" in without_login(desk, "submission")
        run.near_miss("tls-already")
        assert in_the_clear(desk, "submission").code == 23
        run.passes("clear")

        assert in_the_clear(desk, "submission").code == 23
        run.near_miss("no-tls")
        assert desk.msmtp("submission", bob, login=alice).code == 0
        run.near_miss("logged-in")
        assert in_the_clear(desk, "smtp").code == 0
        run.near_miss("servers-port-again")
        assert "530 5.7.0" in without_login(desk, "submission")
        run.passes("no-login")

        assert desk.swaks("submission", bob.address, "--from", alice.address).code == 24
        run.near_miss("still-nobody")
        assert desk.curl_sends("submissions", bob, login=alice).code == 0
        run.near_miss("at-465")
        assert in_the_clear(desk, "smtp").code == 0
        run.near_miss("at-25")
        assert desk.msmtp("submission", bob, login=replace(alice, password="wrong")).code
        run.near_miss("wrong-password")
        assert desk.curl_sends("submission", bob, login=alice).code == 0
        run.ends("login")


def test_465_begins_with_tls(desk: Desk) -> None:
    alice, bob = desk.alice, desk.bob
    with hands_on(desk, "port-465-implicit-tls") as run:
        desk.types("submissions", "EHLO me.example")
        run.near_miss("tls-at-once")
        assert in_the_clear(desk, "submission").code == 23
        run.near_miss("other-port")
        assert in_the_clear(desk, "submissions").code
        run.passes("clear")

        url = f"smtp://{desk.host('submissions')}:{desk.port('submissions')}"
        assert desk.run("curl", "--silent", "--max-time", "2", url).code
        run.near_miss("plain-again")
        assert desk.swaks("submission", bob.address, "--quit-after", "EHLO").code == 0
        run.near_miss("by-starttls")
        desk.types("submissions", "EHLO me.example", "QUIT")
        run.passes("tls")

        assert desk.msmtp("submission", bob, login=alice).code == 0
        run.near_miss("at-587")
        assert "530 5.7.0" in without_login(desk, "submissions")
        run.near_miss("no-login")
        assert in_the_clear(desk, "smtp").code == 0
        run.near_miss("at-25")
        assert desk.msmtp("submissions", bob, login=replace(alice, password="wrong")).code
        run.near_miss("wrong-password")
        assert desk.msmtp("submissions", bob, login=alice).code == 0
        run.ends("submit")


def test_who_distrusts_the_certificate_has_not_spoken_in_the_clear(desk: Desk) -> None:
    with hands_on(desk, "port-465-implicit-tls") as run:
        assert desk.s_client("submissions", "-verify_return_error").code
        run.fails("hung-up")
