"""What is wrong on the command line, and which exit code says so."""

import subprocess
import sys

import pytest

from tests.engine.running import CLEAN, RunningLab, labctl

NO_LAB = "lab-that-is-not"


@pytest.mark.parametrize(
    "arguments",
    [
        *(
            (verb, "--lab", NO_LAB)
            for verb in ("status", "down", "reset", "queue", "ca", "client", "logs", "send")
        ),
        *((verb, "dovecot", "--lab", NO_LAB) for verb in ("start", "stop", "restart", "shell")),
        ("maildir", "alice", "--lab", NO_LAB),
        ("read", "alice", "--lab", NO_LAB),
        ("exercise", "show", "no-such-exercise"),
        ("exercise", "run", "no-such-exercise"),
    ],
    ids=" ".join,
)
def test_what_is_not_there_is_exit_4(arguments: tuple[str, ...]) -> None:
    done = labctl(*arguments)
    assert done.returncode == 4, done.stderr
    assert done.stderr.startswith("error: there is no")
    assert done.stdout == ""


@pytest.mark.parametrize(
    "arguments",
    [
        ("maildir", "nobody"),
        ("maildir", "alice@elsewhere.test"),
        ("read", "nobody"),
        ("send", "--from", "nobody"),
        ("send", "--to", "nobody"),
        ("client", "swaks", "--account", "nobody"),
        ("start", "sendmail"),
        ("stop", "sendmail"),
        ("logs", "sendmail"),
        ("shell", "sendmail"),
    ],
    ids=" ".join,
)
def test_an_account_or_a_service_that_the_lab_does_not_have_is_exit_4(
    lab: RunningLab, arguments: tuple[str, ...]
) -> None:
    done = labctl(*arguments, "--lab", lab.name)
    assert done.returncode == 4, done.stderr
    assert done.stderr.startswith("error: ")


@pytest.mark.parametrize(
    "arguments",
    [
        ("up", "--colour"),
        ("fly",),
        ("up", "--ports", "80"),
        ("up", "--ports", "99999"),
        ("up", "--ports", "٢٠٠٠٠"),
        ("up", "--bind", "localhost"),
        ("up", "--bind", "127.0.0.1; rm"),
        ("start",),
        ("send", "--via", "pigeon"),
        ("read", "alice", "--via", "smtp"),
        ("logs", "--tail", "-1"),
        ("exercise", "run"),
        ("--lang", "xx", "status"),
    ],
    ids=" ".join,
)
def test_a_wrong_word_is_exit_2_and_one_sentence(arguments: tuple[str, ...]) -> None:
    done = labctl(*arguments)
    assert done.returncode == 2, done.stderr
    assert done.stderr.startswith("error: ")
    assert len(done.stderr.splitlines()) <= 2


@pytest.mark.parametrize(
    "address",
    ["unix:///nowhere/docker.sock", "tcp://127.0.0.1:1", "nonsense", "unix:///etc/hostname"],
)
@pytest.mark.parametrize("verb", ["up", "status", "down"])
def test_no_engine_is_exit_3_with_the_way_past_it(verb: str, address: str) -> None:
    done = labctl(verb, DOCKER_HOST=address)
    assert done.returncode == 3, done.stderr
    sentence, remedy = done.stderr.splitlines()
    assert sentence.startswith("error: ")
    assert remedy.startswith("  → ")


# A bug, put where `labctl status` looks for accounts: it carries whatever is at hand there.
BUG = """
from labctl.cli.main import main
import labctl.verbs.status as status

def broken(name, there, spec):
    raise RuntimeError(f"unforeseen: {spec}")

status.status_of = broken
main()
"""


def test_a_bug_is_exit_70_with_a_report_that_holds_no_secret(lab: RunningLab) -> None:
    done = subprocess.run(
        [sys.executable, "-c", BUG, "status", "--lab", lab.name],
        capture_output=True,
        text=True,
        env=CLEAN,
        check=False,
    )
    assert done.returncode == 70
    assert "bug" in done.stderr.splitlines()[0]
    assert "RuntimeError: unforeseen" in done.stderr
    assert "verb: status" in done.stderr
    assert "Traceback" not in done.stderr
    assert not any(account.password in done.stderr for account in lab.spec.accounts)
    assert "PRIVATE KEY" not in done.stderr


@pytest.mark.parametrize("arguments", [("doctor",), ("exercise", "list", "--lang", "fr")])
def test_a_screen_of_another_alphabet_shows_escapes_instead_of_a_failure(
    arguments: tuple[str, ...],
) -> None:
    done = labctl(*arguments, PYTHONIOENCODING="ascii")
    assert done.returncode == 0, done.stderr
    assert "\\x" in done.stdout + done.stderr or "\\u" in done.stdout + done.stderr
