"""Exercises with a server that is down, or with several servers, by real clients."""

import os
from collections.abc import Iterator
from dataclasses import replace

import pytest

from labctl.definition.load import load
from labctl.engine.dockerengine import DockerEngine
from labctl.model.lab import Account
from labctl.verbs.down import down
from labctl.verbs.labs import spec_of
from labctl.verbs.up import Wish, up
from tests.engine.desk import Desk, done
from tests.engine.handson import hands_on
from tests.engine.mailclients import Said
from tests.engine.running import RunningLab, wait_until


def _sends(desk: Desk) -> bool:
    return desk.swaks("submissions", desk.bob.address, login=desk.alice).code == 0


OUTSIDE = "somebody@example.org"
SHORT = ("--timeout", "2")  # of seconds, for a server that answers late or never


def test_dovecot_down(desk: Desk) -> None:
    alice, bob = desk.alice, desk.bob
    with hands_on(desk, "dovecot-down") as run:
        done(desk.msmtp("submission", bob, login=alice))
        run.passes("before")
        desk.swaks("submission", bob.address, *SHORT, login=alice)
        run.near_miss("tried-to-log-in")
        desk.msmtp("submissions", bob, login=alice)
        run.near_miss("tried-to-log-in-too")
        desk.types_letter("smtp", bob.address)
        run.passes("down")
        wait_until("the login works again", lambda: _sends(desk))
        run.ends("after")


def test_postfix_down(desk: Desk) -> None:
    alice, bob = desk.alice, desk.bob
    with hands_on(desk, "postfix-down") as run:
        desk.fetchmail("pop3s", alice)
        run.near_miss("read-by-pop3")
        desk.curl("imaps", alice, "INBOX;MAILINDEX=1")
        run.passes("read")
        desk.swaks("smtp", alice.address)
        run.near_miss("as-a-stranger")
        done(desk.swaks("submissions", alice.address, login=bob))
        run.ends("back")


def test_bounce(desk: Desk) -> None:
    alice, bob = desk.alice, desk.bob
    nobody = f"nobody-here@{alice.domain}"
    with hands_on(desk, "bounce") as run:
        done(desk.msmtp("submissions", bob, login=alice))
        run.near_miss("recipient-exists")
        assert desk.swaks("submission", nobody, login=alice).code == 24
        run.passes("refused")
        desk.swaks("submission", bob.address, *SHORT, login=alice)
        run.near_miss("no-login-now")
        desk.swaks("smtp", bob.address, "--from", alice.address)
        run.ends("accepted")


def test_bounce_by_curl_and_openssl(desk: Desk) -> None:
    alice, bob = desk.alice, desk.bob
    with hands_on(desk, "bounce") as run:
        nobody = replace(bob, address=f"nobody-here@{bob.domain}")
        assert desk.curl_sends("submissions", nobody, login=alice).code == 55
        run.passes("refused")
        with desk.dialogue("smtp") as typed:
            typed.say("EHLO me.example")
            typed.letter(alice.address, bob.address)
            typed.say("QUIT")
        run.ends("accepted")


def _at_her_server(desk: Desk, dora: Account) -> Said:
    there = next(e for e in desk.lab.spec.endpoints_of(dora.domain) if e.name == "smtp")
    at = ("--server", there.host, "--port", str(there.port))
    return desk.run("swaks", *at, "--from", desk.alice.address, "--to", dora.address)


@pytest.fixture(scope="module")
def two_sites(engine: DockerEngine) -> Iterator[RunningLab]:
    name = f"handson-duo-{os.getpid()}"
    up(engine, name, Wish(load("duo"), ports="free"))
    yield RunningLab(engine, spec_of(engine, name))
    down(engine, name)


def test_from_server_to_server(
    engine: DockerEngine, two_sites: RunningLab, client_container: str
) -> None:
    desk = Desk(engine, client_container, two_sites)
    alice, bob, dora = desk.alice, desk.bob, desk.person("dora")
    with hands_on(desk, "port-25-server-to-server") as run:
        desk.swaks("smtp", dora.address)
        run.near_miss("not-logged-in")
        done(_at_her_server(desk, dora))
        run.near_miss("around-her-server")
        done(desk.msmtp("submissions", dora, login=alice))
        run.passes("between")

        desk.curl("imaps", alice, "INBOX", "--request", "NOOP")
        run.near_miss("in-her-senders-box")
        there = next(e for e in two_sites.spec.endpoints_of(dora.domain) if e.name == "imaps")
        newest = two_sites.inbox_count(dora)
        box = f"imaps://{there.host}:{there.port}/INBOX;MAILINDEX={newest}"
        done(desk.curl_at(dora, box))
        run.passes("chain")

        done(desk.swaks("submission", bob.address, login=alice))
        run.near_miss("logged-in-again")
        desk.swaks("smtp", bob.address)
        desk.swaks("smtp", OUTSIDE)
        desk.swaks("smtp", dora.address)
        said = run.ends("strangers")
        assert said.answered[0].truth == "refused"
