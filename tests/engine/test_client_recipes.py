"""What `labctl client` says, typed as it stands with the real client: it works."""

from typing import Any

import pytest

from labctl.engine.dockerengine import DockerEngine
from labctl.model.lab import Account
from labctl.verbs.client_container import ensure_client
from tests.engine.mailclients import HOME, MailClients
from tests.engine.running import RunningLab, labctl, labctl_json

PASSWORD = "[Pp]assword.*:"


@pytest.fixture(params=["machine", "shell"])
def desk(
    engine: DockerEngine,
    own_lab: RunningLab,
    client_container: str,
    request: pytest.FixtureRequest,
) -> MailClients:
    """A participant at this lab, on this machine or in `labctl shell client`."""
    if request.param == "shell":  # where the CA is at hand already
        ensure_client(engine, own_lab.name)
        return MailClients(engine, f"{own_lab.name}-client-1", own_lab, folder=HOME)
    clients = MailClients(engine, client_container, own_lab)
    clients.put("lab-ca.pem", labctl("ca", "--lab", own_lab.name).stdout)
    return clients


def _parts(lab: RunningLab, client: str) -> list[dict[str, Any]]:
    (recipe,) = labctl_json("client", client, "--lab", lab.name)["recipes"]
    assert recipe["client"] == client
    assert recipe["title"]
    parts: list[dict[str, Any]] = recipe["parts"]
    assert all(set(part) == {"title", "lines", "settings"} for part in parts)
    return parts


def _commands(lab: RunningLab, client: str) -> list[str]:
    return ["\n".join(p["lines"]) for p in _parts(lab, client) if p["lines"]]


def _people(lab: RunningLab) -> tuple[Account, Account]:
    alice, bob, _ = lab.spec.accounts
    return alice, bob


@pytest.mark.parametrize("client", ["swaks", "curl", "openssl", "mutt", "thunderbird", "outlook"])
def test_every_recipe_names_this_labs_real_ports(lab: RunningLab, client: str) -> None:
    said = str(_parts(lab, client))
    assert str(lab.endpoint("submissions").port) in said
    for endpoint in lab.spec.endpoints:
        assert f":{endpoint.documented}/" not in said


def test_all_recipes_come_at_once_when_none_is_named(lab: RunningLab) -> None:
    recipes = labctl_json("client", "--lab", lab.name)["recipes"]
    assert {r["client"] for r in recipes} == {
        *("swaks", "curl", "openssl", "mutt", "thunderbird", "outlook")
    }


def test_swaks_as_its_recipe_says(own_lab: RunningLab, desk: MailClients) -> None:
    alice, bob = _people(own_lab)
    by_587, by_465, by_25, relaying = _commands(own_lab, "swaks")
    for command in (by_587, by_465):
        said = desk.typed(command, [(PASSWORD, alice.password)])
        assert said.code == 0, said.out
        assert alice.password not in said.out.partition("=== Trying")[2]
    assert desk.typed(by_25, []).code == 0
    assert desk.typed(relaying, []).code == 24
    own_lab.arrives(bob, 3)


def test_curl_as_its_recipe_says(own_lab: RunningLab, desk: MailClients) -> None:
    alice, bob = _people(own_lab)
    by_587, by_465, *reading = _commands(own_lab, "curl")
    for command in (by_587, by_465):
        said = desk.typed(command, [(PASSWORD, alice.password)])
        assert said.code == 0, said.out
    own_lab.arrives(bob, 2)
    shown = []
    for command in reading:
        said = desk.typed(command, [(PASSWORD, bob.password)])
        assert said.code == 0, f"{command}\n{said.out}"
        shown.append(said.out)
    folders, counted, read_, listed, fetched, _removed = shown
    assert "Junk" in folders
    assert "MESSAGES 2 UNSEEN 2" in counted
    assert "Subject: by curl" in read_
    assert "2 " in listed
    assert "Subject: by curl" in fetched
    assert own_lab.inbox_count(bob) == 1


def test_openssl_as_its_recipe_says(own_lab: RunningLab, desk: MailClients) -> None:
    alice, bob = _people(own_lab)
    encode, *rest = _commands(own_lab, "openssl")
    base64 = desk.typed(f"stty -echo; echo ready; {encode}", [("ready", alice.password)])
    token = base64.out.split()[-1]
    by_587, by_465, smtp, by_993, by_143, imap, by_995, by_110, pop3 = rest

    answers = [r"verify return:1\r\n2[25]0 ", r"250 [A-Z]", "235 ", "250 ", "250 ", "354 "]
    lines = smtp.replace("…", token).splitlines()
    unasked = [""] * (len(lines) - len(answers) - 1)  # within DATA nobody answers
    for command in (by_587, by_465):
        steps = list(zip([*answers, *unasked, "250 2.0.0 Ok: queued"], lines, strict=True))
        assert "221 2.0.0 Bye" in desk.typed(command, steps).out
    own_lab.arrives(bob, 2)

    for command in (by_993, by_143):
        tagged = ["verify return:1", "a1 OK", "a2 OK", "a3 OK"]
        steps = list(zip(tagged, imap.replace("…", bob.password).splitlines(), strict=True))
        said = desk.typed(command, steps).out
        assert "Subject: by hand" in said
        assert "a4 OK" in said

    for command in (by_995, by_110):
        told = ["verify return:1", r"\+OK\r+\n", r"\+OK Logged in", r"\n\.\r+\n", r"\n\.\r+\n"]
        steps = list(zip(told, pop3.replace("…", bob.password).splitlines(), strict=True))
        said = desk.typed(command, steps).out
        assert "Subject: by hand" in said
        assert "+OK Logging out" in said


def test_mutt_as_its_recipe_says(own_lab: RunningLab, desk: MailClients) -> None:
    alice, _ = _people(own_lab)
    own_lab.deliver(alice)
    settings, start, _starttls = _commands(own_lab, "mutt")
    assert desk.typed(settings, []).code == 0
    said = desk.typed(
        f"stty rows 24 cols 80; {start}", [(PASSWORD, alice.password), ("Msgs:1", "q")]
    )
    assert said.code == 0, said.out
