"""Recipes: the lab's real ports in every line, no password in any command, all of it in French."""

import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labctl.lang.fr.mail import TEXTS
from labctl.mail.recipes import CLIENTS, Client, Recipe, Situation, recipe
from labctl.mail.recipes.base import address, url
from labctl.model.lab import ENDPOINT_NAMES, Account, Endpoint, shifted

ALICE = Account("alice@alpha.test", "ripe-cedar-lamp")
BOB = Account("bob@alpha.test", "calm-river-stone")


def lab(host: str = "127.0.0.1", ca: str = "/tmp/lab ca.pem") -> Situation:
    endpoints = tuple(Endpoint(name, host, shifted(20000, name)) for name in ENDPOINT_NAMES)
    return Situation(endpoints, (ALICE, BOB), ca)


def lines(made: Recipe) -> list[str]:
    return [line for part in made.parts for line in part.lines]


@pytest.mark.parametrize("client", CLIENTS)
def test_no_password_stands_in_a_command_and_no_documented_port_in_a_shifted_lab(
    client: Client,
) -> None:
    made = recipe(client, lab())
    shown = "\n".join(lines(made))
    assert ALICE.password not in shown
    assert BOB.password not in shown
    titles = " ".join(str(part.title) for part in made.parts)
    for port in ("25", "587", "465", "143", "993", "110", "995"):
        assert f":{port}" not in shown
        assert f" {port} " not in f"{shown} {titles} "


def test_swaks_verifies_and_asks() -> None:
    first = " ".join(line.removesuffix("\\") for line in recipe("swaks", lab()).parts[0].lines)
    assert shlex.split(first) == [
        "swaks", "--server", "127.0.0.1", "--port", "20087", "--tls", "--tls-verify",
        "--tls-ca-path", "/tmp/lab ca.pem", "--auth", "PLAIN", "--auth-user", "alice@alpha.test",
        "--protect-prompt", "--auth-hide-password", "--from", "alice@alpha.test", "--to",
        "bob@alpha.test", "--header", "Subject: by submission",
    ]  # fmt: skip


def test_openssl_verifies_an_address_or_a_name() -> None:
    by_address = "\n".join(lines(recipe("openssl", lab())))
    by_name = "\n".join(lines(recipe("openssl", lab("mail.example"))))
    assert "-connect 127.0.0.1:20087 -starttls smtp -quiet -crlf" in by_address
    assert "-verify_return_error -verify_ip 127.0.0.1" in by_address
    assert "-verify_hostname mail.example" in by_name


def test_curl_forces_tls_where_it_is_not_there_from_the_start() -> None:
    commands = " ".join(lines(recipe("curl", lab()))).replace("\\ ", "").split("curl ")
    for command in commands[1:]:
        starttls = any(f"{scheme}://" in command for scheme in ("smtp", "imap", "pop3"))
        assert ("--ssl-reqd" in command) == starttls


def test_mutt_settings_survive_quotes() -> None:
    shown = lines(recipe("mutt", lab(ca='/tmp/a"b$c`d')))
    assert 'set ssl_ca_certificates_file = "/tmp/a\\"b\\$c\\`d"' in shown
    assert 'set smtp_url = "smtps://alice%40alpha.test@127.0.0.1:20065/"' in shown


def test_outlook_speaks_to_this_machine_by_its_name() -> None:
    settings = [s for part in recipe("outlook", lab()).parts for s in part.settings]
    assert ("Host name", "localhost") in settings
    elsewhere = [s for part in recipe("outlook", lab("10.0.0.5")).parts for s in part.settings]
    assert ("Host name", "10.0.0.5") in elsewhere


def test_addresses_of_ipv6_are_bracketed() -> None:
    six = Endpoint("imaps", "::1", 993)
    assert address(six) == "[::1]:993"
    assert url("imaps", six, "INBOX") == "imaps://[::1]:993/INBOX"


def test_a_situation_needs_an_account_and_knows_its_endpoints() -> None:
    with pytest.raises(ValueError, match="account"):
        Situation((), (), "ca.pem")
    alone = Situation((), (ALICE,), "ca.pem")
    assert alone.reader == alone.writer
    with pytest.raises(KeyError):
        alone.endpoint("smtp")


@given(st.text(min_size=1), st.sampled_from(CLIENTS))
def test_any_path_of_the_ca_gives_a_recipe(path: str, client: Client) -> None:
    made = recipe(client, lab(ca=path))
    assert all(str(words) for words in (made.title, *made.notes, *(p.title for p in made.parts)))


def test_every_text_of_a_recipe_is_there_in_french() -> None:
    texts = set()
    for client in CLIENTS:
        made = recipe(client, lab())
        texts |= {w.template for w in (made.title, *made.notes, *(p.title for p in made.parts))}
        texts |= {label for p in made.parts for label, _ in p.settings if "@" not in label}
        texts |= {value for p in made.parts for _, value in p.settings if value.startswith("Norm")}
    alike = {"IMAP", "POP3", "SMTP"}
    assert texts - alike - set(TEXTS) == set()
