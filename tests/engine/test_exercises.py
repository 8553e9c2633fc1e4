"""The seven core exercises, run as demos by the real command in real labs: all claims proved."""

import json
import os
import signal
import subprocess
import sys
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from labctl.definition.parse import parse
from labctl.engine.dockerengine import DockerEngine
from labctl.mail.message import TOKEN_HEADER
from labctl.model.lab import Account
from labctl.verbs.down import down
from labctl.verbs.labs import spec_of
from labctl.verbs.mailbox import maildir_folder
from labctl.verbs.up import Wish, up
from tests.engine.running import CLEAN, RunningLab, labctl, labctl_json, wait_until

CORE = [
    "smtp-sends",
    "smtp-does-not-store",
    "submission-ports",
    "imap-keeps",
    "imap-two-devices",
    "pop3-takes",
    "who-stores-what",
]
OTHERS = """\
name = "{name}"
[[sites]]
domain = "beta.example"
accounts = ["ana", "boris", "chloe"]
"""
each = pytest.mark.parametrize("name", CORE)

Done = subprocess.CompletedProcess[str]
Results = dict[str, dict[str, Any]]


def _own_files(lab: RunningLab) -> list[str]:
    """Files anywhere in the lab that hold a message of an exercise; Dovecot's indexes are none."""
    trees = (("dovecot", "/srv/mail"), ("postfix", "/var/spool/postfix"))
    return [
        f"{service}:{file.path}"
        for service, root in trees
        for file in lab.engine.read_tree(lab.name, service, root)
        if f"{TOKEN_HEADER}: labctl-".encode() in file.content
        and not file.path.rpartition("/")[2].startswith("dovecot")
    ]


def _secrets_in(text: str, accounts: tuple[Account, ...]) -> list[str]:
    """The passwords that a text gives away, plain or as the mail protocols encode them."""
    found: list[str] = []
    for account in accounts:
        words = (account.password, f"\0{account.address}\0{account.password}")
        encoded = (b64encode(word.encode()).decode().rstrip("=") for word in words)
        found += (secret for secret in (account.password, *encoded) if secret in text)
    return found


# -- a fresh lab -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def first(fresh: RunningLab) -> Done:
    """All demos, one after the other, as JSON."""
    return labctl("exercise", "run", *CORE, "--lab", fresh.name, "--json", timeout=280)


@pytest.fixture(scope="module")
def results(first: Done) -> Results:
    """Each exercise's result by its id."""
    return {one["id"]: one for one in json.loads(first.stdout)["exercises"]}


@pytest.fixture(scope="module")
def again(fresh: RunningLab, first: Done) -> Done:
    """All demos a second time in the same lab, on the screen."""
    assert first.stdout
    return labctl("exercise", "run", *CORE, "--lab", fresh.name, timeout=280)


def test_all_of_them_run_in_the_order_asked_for(first: Done, results: Results) -> None:
    assert first.returncode == 0, first.stdout[-2000:] + first.stderr
    assert list(results) == CORE
    assert json.loads(first.stdout).keys() == {"exercises", "left_out"}


@each
def test_every_claim_is_proved_in_a_fresh_lab(name: str, results: Results) -> None:
    result = results[name]
    failed = [e for step in result["steps"] for e in step["expectations"] if not e["holds"]]
    assert (result["verdict"], failed, result.get("problem")) == ("pass", [], None)
    assert result["seconds"] >= result["seconds_waiting"] > 0


@each
def test_the_json_has_the_promised_shape(name: str, results: Results) -> None:
    result = results[name]
    promised = {"id", "verdict", "seconds", "steps"}
    assert promised <= result.keys() <= promised | {"seconds_waiting", "table"}
    for step in result["steps"]:
        assert step.keys() == {"id", "expectations", "transcript", "maildir"}
        assert step["expectations"]
        for expectation in step["expectations"]:
            assert expectation.keys() == {"id", "holds", "expected", "observed"}
            assert expectation["holds"] is True
            assert expectation["expected"]
            assert expectation["observed"]
        for line in step["transcript"]:
            assert line.keys() == {"from", "line", "tls"}
            assert line["from"] in ("C", "S")
            assert (type(line["line"]), type(line["tls"])) == (str, bool)
        assert step["maildir"].keys() == {"before", "after"}
        for box in (*step["maildir"]["before"], *step["maildir"]["after"]):
            _has_the_shape_of_a_maildir(box)


def _has_the_shape_of_a_maildir(box: dict[str, Any]) -> None:
    assert box.keys() == {"address", "folders"}
    for folder in box["folders"]:
        assert folder.keys() == {"name", "new", "cur", "tmp"}
        for entry in (*folder["new"], *folder["cur"], *folder["tmp"]):
            assert entry.keys() == {"file", "flags", "size", "subject", "message_id"}
            assert entry["message_id"]


@each
def test_both_sides_are_heard_and_the_maildir_is_seen_before_and_after(
    name: str, results: Results
) -> None:
    steps = results[name]["steps"]
    assert {line["from"] for step in steps for line in step["transcript"]} == {"C", "S"}
    # "back" of smtp-does-not-store is done by the servers alone
    assert [step["id"] for step in steps if not step["transcript"]] in ([], ["back"])
    assert all(step["maildir"]["before"] and step["maildir"]["after"] for step in steps)
    assert any(step["maildir"]["before"] != step["maildir"]["after"] for step in steps)


def test_what_is_protected_by_tls_is_marked(results: Results) -> None:
    (step,) = results["smtp-sends"]["steps"]
    clear, protected = (
        [line["line"] for line in step["transcript"] if line["tls"] is tls] for tls in (False, True)
    )
    assert clear[0].startswith("220 ")
    assert "STARTTLS" in clear
    assert "AUTH PLAIN ***" in protected
    assert not any(line.startswith("AUTH") for line in clear)


def test_the_table_of_the_ports_is_filled_in_from_the_replies(results: Results) -> None:
    table = results["submission-ports"]["table"]
    assert table["columns"] == ["greeting", "auth", "mail", "rcpt", "message"]
    rows = {row["id"]: row["cells"] for row in table["rows"]}
    assert len(rows) == 9
    assert rows["p25-outside"][3] == "554 5.7.1"
    assert rows["p587-clear"][2] == "530 5.7.0"
    assert rows["p465-clear"] == ["closed", "–", "–", "–", "–"]
    assert rows["p465-login"] == ["220", "235 2.7.0", "250 2.1.0", "250 2.1.5", "250 2.0.0"]


def test_the_table_of_who_stores_what_is_measured(results: Results) -> None:
    table = results["who-stores-what"]["table"]
    assert table["columns"] == ["postfix", "server", "local"]
    assert {row["id"]: row["cells"] for row in table["rows"]} == {
        "after-smtp": ["0", "1", "0"],
        "after-imap": ["0", "1", "0"],
        "after-pop3-retr": ["0", "1", "1"],
        "after-pop3-dele": ["0", "0", "1"],
    }


def test_a_box_with_only_the_runs_messages_is_not_searched(results: Results) -> None:
    said = [line["line"] for step in results["pop3-takes"]["steps"] for line in step["transcript"]]
    assert "RETR 1" in said
    assert not [line for line in said if line.startswith("TOP")]


def test_all_of_them_pass_again_in_the_same_lab(again: Done) -> None:
    assert again.returncode == 0, again.stdout[-3000:] + again.stderr
    assert [name for name in CORE if f"✔ pass  {name}  in " not in again.stdout] == []
    assert "7 of 7 claims proved" in again.stdout
    assert "✘" not in again.stdout


def test_no_password_is_shown(fresh: RunningLab, first: Done, again: Done) -> None:
    for text in (first.stdout, first.stderr, again.stdout, again.stderr):
        assert _secrets_in(text, fresh.spec.accounts) == []
    assert "PASS ***" in first.stdout
    assert "PASS ***" in again.stdout


@pytest.mark.usefixtures("again")
def test_nothing_of_the_runs_is_left_behind(fresh: RunningLab) -> None:
    assert _own_files(fresh) == []
    for account in fresh.spec.accounts:
        box = labctl_json("maildir", account.address, "--lab", fresh.name)
        assert box["folders"] == [{"name": "INBOX", "new": [], "cur": [], "tmp": []}]
    assert labctl_json("status", "--lab", fresh.name)["state"] == "ready"
    assert not fresh.queue()


# -- a lab with other people, and their own mail in it ---------------------------------------------

Mail = dict[tuple[str, str, str], tuple[str, bytes]]


def _mail(lab: RunningLab) -> Mail:
    """Every message by account, folder and unique name: its flags, its content."""
    found: Mail = {}
    for account in lab.spec.accounts:
        files = lab.engine.read_tree(lab.name, "dovecot", maildir_folder(account))
        content = {file.path.rpartition("/")[2]: file.content for file in files}
        for folder in lab.maildir(account).folders:
            for entry in folder.messages:
                key = (account.address, folder.name, entry.unique)
                found[key] = (entry.flags, content[entry.file])
    return found


@pytest.fixture(scope="module")
def others(engine: DockerEngine) -> Iterator[RunningLab]:
    """Another domain and other names; in each box mail of its owner's, an Archive included."""
    name = f"others-{os.getpid()}"
    up(engine, name, Wish(parse(OTHERS.format(name=name), "others.toml"), ports="free"))
    lab = RunningLab(engine, spec_of(engine, name))
    for account in lab.spec.accounts:
        lab.deliver(account, count=3, subject="labctl pop3-takes")
        with lab.imap(account) as session:
            assert session.create("Archive").ok
            assert session.append("Archive", b"Subject: kept\n\nsince long ago\n", ["\\Seen"]).ok
            assert session.select().ok
            assert session.store("2", "+FLAGS (\\Seen \\Flagged)").ok
            session.logout()
    yield lab
    down(engine, name)


@dataclass(frozen=True)
class Visit:
    """All demos among somebody's own mail: what there was before, what was shown, what is left."""

    before: Mail
    shown: Done
    after: Mail


@pytest.fixture(scope="module")
def visit(others: RunningLab) -> Visit:
    """All demos, where the locale is French."""
    before = _mail(others)
    command = ("exercise", "run", *CORE, "--lab", others.name)
    shown = labctl(*command, timeout=280, LANG="fr_FR.UTF-8")
    return Visit(before, shown, _mail(others))


def test_all_of_them_pass_with_other_names_among_somebodys_own_mail(visit: Visit) -> None:
    shown = visit.shown
    assert shown.returncode == 0, shown.stdout[-3000:] + shown.stderr
    assert [name for name in CORE if f"✔ prouvé  {name}  en " not in shown.stdout] == []
    assert "ana@beta.example" in shown.stdout
    assert "alpha.test" not in shown.stdout
    assert "alice" not in shown.stdout


def test_somebodys_own_mail_is_neither_removed_nor_changed(visit: Visit) -> None:
    assert len(visit.before) == 3 * 4
    assert visit.after == visit.before


@pytest.mark.usefixtures("visit")
def test_nothing_of_the_run_is_left_among_somebodys_own_mail(others: RunningLab) -> None:
    assert _own_files(others) == []


def test_among_other_mail_the_lookup_is_folded_into_a_note(visit: Visit) -> None:
    assert "labctl cherche ses propres messages (2 × TOP)" in visit.shown.stdout
    assert "C: TOP" not in visit.shown.stdout
    assert "C: RETR 4" in visit.shown.stdout


def test_the_screen_is_french_where_the_locale_is(visit: Visit) -> None:
    shown = visit.shown.stdout
    for words in ("Étape 1 sur 4", "attendu", "observé", "Pour aller plus loin", "prouvées sur 7"):
        assert words in shown
    for words in ("Step 1", "expected", "observed", "To read on", "claims proved", "nothing"):
        assert words not in shown


def test_no_password_is_shown_in_french_either(others: RunningLab, visit: Visit) -> None:
    assert _secrets_in(visit.shown.stdout + visit.shown.stderr, others.spec.accounts) == []


# -- a run that is broken off ----------------------------------------------------------------------


def _dovecot_runs(lab: RunningLab) -> bool:
    there = lab.engine.find(lab.name)
    assert there is not None
    return any(s.name == "dovecot" and s.state == "running" for s in there.services)


def test_an_interrupted_run_starts_dovecot_again_and_cleans_up(own_lab: RunningLab) -> None:
    command = ["exercise", "run", "smtp-does-not-store", "--lab", own_lab.name]
    with subprocess.Popen(
        [sys.executable, "-m", "labctl", *command],
        env=CLEAN,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as run:
        wait_until("Dovecot is stopped by the exercise", lambda: not _dovecot_runs(own_lab))
        run.send_signal(signal.SIGINT)
        _, said = run.communicate(timeout=60)
    assert run.returncode == 130, said
    assert said.strip().endswith("interrupted")
    assert "Traceback" not in said
    assert labctl_json("status", "--lab", own_lab.name)["state"] == "ready"
    assert _own_files(own_lab) == []
    assert labctl("exercise", "run", "smtp-sends", "--lab", own_lab.name).returncode == 0
