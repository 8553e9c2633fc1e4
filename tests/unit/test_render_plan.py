"""What the servers are told."""

import base64
import hashlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labctl.model.lab import Account, LabSpec, Limits
from labctl.model.workshop import Seat
from labctl.render.passwords import hashed
from labctl.render.plan import render
from tests.unit.lab_specs import a_lab


def text(path: str, spec: LabSpec | None = None) -> str:
    return render(spec or a_lab()).file(path).content.decode()


def parameters(spec: LabSpec | None = None) -> dict[str, str]:
    """main.cf as Postfix reads it: continuation lines joined, comments gone."""
    found: dict[str, str] = {}
    name = ""
    for line in text("postfix/main.cf", spec).splitlines():
        if line.startswith("#") or not line.strip():
            continue
        if line[0].isspace():
            found[name] += " " + line.strip()
        else:
            name, _, value = (part.strip() for part in line.partition("="))
            assert name not in found, f"{name} is set twice"
            found[name] = value
    return found


def test_rendering_twice_gives_the_same_bytes() -> None:
    assert render(a_lab()) == render(a_lab())


def test_nobody_is_trusted_by_address_and_mail_has_nowhere_to_go() -> None:
    main = parameters()
    assert main["mynetworks"] == "127.0.0.0/8"
    assert main["default_transport"].startswith("error:5.7.1 ")
    assert main["relay_transport"].startswith("error:5.7.1 ")
    assert main["relay_domains"] == main["mydestination"] == ""
    assert main["smtpd_relay_restrictions"].endswith("reject_unauth_destination")
    assert not any(
        line.split()[-1] == "smtp" for line in text("postfix/master.cf").splitlines() if line
    )


def test_auth_is_off_but_where_master_turns_it_on() -> None:
    assert parameters()["smtpd_sasl_auth_enable"] == "no"
    master = text("postfix/master.cf")
    smtp, rest = master.split("\nsubmission ", 1)
    submission, submissions = rest.split("\nsubmissions ", 1)
    assert "smtpd_sasl_auth_enable" not in smtp
    assert "\n    -o smtpd_sasl_auth_enable=yes\n" in submission
    assert "\n    -o smtpd_tls_security_level=encrypt\n" in submission
    assert "\n    -o smtpd_sasl_auth_enable=yes\n" in submissions
    assert "\n    -o smtpd_tls_wrappermode=yes\n" in submissions


def test_dovecot_is_named_by_its_address() -> None:
    main = parameters()
    assert main["virtual_transport"] == "lmtp:inet:[172.30.0.19]:24"
    assert main["smtpd_sasl_path"] == "inet:172.30.0.19:12345"


def test_limits_are_told_to_postfix() -> None:
    main = parameters(a_lab(limits=Limits(message_size=20_000, retry_seconds=3)))
    assert main["message_size_limit"] == "20000"
    assert main["queue_run_delay"] == main["maximal_backoff_time"] == "3s"


@pytest.mark.parametrize(("message_size", "left"), [(10 << 20, 1 << 30), (900 << 20, 1800 << 20)])
def test_a_seat_leaves_its_host_room_on_the_disk(message_size: int, left: int) -> None:
    """Postfix wants room for one and a half of the largest messages."""
    spec = a_lab(limits=Limits(message_size=message_size))
    seat = replace(spec, seat=Seat("room", 7))
    assert parameters(seat)["queue_minfree"] == str(left)
    assert "queue_minfree" not in parameters(spec)


def test_postmaster_is_an_address_of_every_domain() -> None:
    assert text("postfix/aliases") == "postmaster@alpha.test alice@alpha.test\n"


def test_dovecots_version_comes_first() -> None:
    first, second, *_ = text("dovecot/dovecot.conf").splitlines()
    assert first == "dovecot_config_version = 2.4.1"
    assert second.startswith("dovecot_storage_version = ")


@pytest.mark.parametrize(
    ("bind", "delay"), [("127.0.0.1", "0"), ("::1", "0"), ("0.0.0.0", "2 secs")]
)
def test_wrong_passwords_cost_time_where_strangers_can_try(bind: str, delay: str) -> None:
    assert f"\nauth_failure_delay = {delay}\n" in text("dovecot/dovecot.conf", a_lab(bind=bind))


@pytest.mark.parametrize("path", ["postfix/main.cf", "postfix/master.cf", "dovecot/dovecot.conf"])
def test_no_template_language_is_left(path: str) -> None:
    assert not any(mark in text(path) for mark in ("{{", "{#", "#}"))
    assert text(path).endswith("\n")


printable = st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=128)


@given(printable)
def test_any_password_becomes_one_harmless_field(password: str) -> None:
    field = hashed(Account("a@alpha.test", password), "key")
    assert field.startswith("{SSHA512}")
    decoded = base64.b64decode(field.removeprefix("{SSHA512}"), validate=True)
    digest, salt = decoded[:64], decoded[64:]
    assert hashlib.sha512(password.encode() + salt).digest() == digest


def test_equal_passwords_have_different_hashes() -> None:
    accounts = [Account(f"{name}@alpha.test", "amber-violin-moss") for name in ("a", "b")]
    assert len({hashed(a, key) for a in accounts for key in ("one", "two")}) == 4


def test_the_users_file_has_one_line_an_account() -> None:
    lines = text("dovecot/users").splitlines()
    assert [line.partition(":")[0] for line in lines] == ["alice@alpha.test", "bob@alpha.test"]
    assert all(line.count(":") == 7 for line in lines)
