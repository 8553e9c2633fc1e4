"""The words of the command line: options, variables, languages, completion."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from labctl.cli.app import Node, app
from tests.engine.running import CLEAN, RunningLab, labctl

FRENCH: dict[str, Any] = {"LANG": "fr_FR.UTF-8"}


def _verbs(node: Node, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Node]]:
    yield path, node
    for name, child in getattr(node, "commands", {}).items():
        yield from _verbs(child, (*path, name))


ALL_VERBS = [" ".join(path) for path, _ in _verbs(get_command(app))]


# One process a language asks for all of them: a process a verb would take a minute.
_EVERY_HELP = """
import contextlib, io, json, sys
from labctl.cli.main import run
told = {}
for verb in sys.argv[1:]:
    with contextlib.redirect_stdout(io.StringIO()) as said:
        code = run([*verb.split(), "--help"])
    told[verb] = [code, said.getvalue()]
print(json.dumps(told))
"""


@pytest.fixture(scope="module")
def helps() -> list[dict[str, tuple[int, str]]]:
    """What every verb says of itself, in English and in French: exit code and text."""
    return [
        json.loads(
            subprocess.run(
                [sys.executable, "-c", _EVERY_HELP, *ALL_VERBS],
                capture_output=True,
                check=True,
                env=CLEAN | language,
                timeout=120,
            ).stdout
        )
        for language in ({}, FRENCH)
    ]


@pytest.mark.parametrize("verb", ALL_VERBS)
def test_every_verb_has_help_in_both_languages(
    verb: str, helps: list[dict[str, tuple[int, str]]]
) -> None:
    (english_code, english), (french_code, french) = helps[0][verb], helps[1][verb]
    assert (english_code, french_code) == (0, 0)
    assert english != french
    assert "Usage" in english


def test_one_verbs_help_as_typed() -> None:
    english, french = labctl("up", "--help"), labctl("up", "--help", **FRENCH)
    assert (english.returncode, french.returncode) == (0, 0)
    assert "Usage" in english.stdout
    assert "Commandes" in labctl("--help", **FRENCH).stdout
    assert english.stdout != french.stdout


def test_options_come_from_variables(lab: RunningLab) -> None:
    done = labctl("status", LABCTL_LAB=lab.name, LABCTL_JSON="1")
    assert json.loads(done.stdout)["name"] == lab.name


def test_what_is_typed_wins_over_a_variable(lab: RunningLab) -> None:
    done = labctl("status", "--lab", lab.name, LABCTL_LAB="no-lab-of-that-name")
    assert done.returncode == 0, done.stderr


def test_a_verbs_own_variable_is_that_verbs_own(lab: RunningLab) -> None:
    alice = lab.account()
    lab.deliver(alice)
    done = labctl("read", alice.address, "--json", LABCTL_LAB=lab.name, LABCTL_READ_VIA="pop3s")
    assert json.loads(done.stdout)["via"] == "pop3s"


@pytest.mark.parametrize(
    ("words", "variables"),
    [(("--lang", "fr"), {}), ((), FRENCH), ((), {"LABCTL_LANG": "fr"})],
    ids=["--lang", "LANG", "LABCTL_LANG"],
)
def test_texts_are_french_for_who_wants_french(
    lab: RunningLab, words: tuple[str, ...], variables: dict[str, Any]
) -> None:
    shown = labctl("status", "--lab", lab.name, *words, **variables)
    assert "prêt" in shown.stdout
    assert "ready" not in shown.stdout
    refused = labctl("status", "--lab", "no-lab-of-that-name", *words, **variables)
    assert refused.stderr.startswith("erreur")


def test_lang_en_wins_over_a_french_locale(lab: RunningLab) -> None:
    assert "ready" in labctl("--lang", "en", "status", "--lab", lab.name, **FRENCH).stdout


def test_json_is_the_same_in_every_language(lab: RunningLab) -> None:
    words = ("status", "--lab", lab.name, "--json")
    english, french = (json.loads(labctl(*words, **lang).stdout) for lang in ({}, FRENCH))
    for service in (*english["services"], *french["services"]):
        del service["detail"]  # for how long it has run, by the second
    assert english == french


def test_a_language_that_there_is_not_ends_with_2() -> None:
    done = labctl("status", "--lang", "de")
    assert done.returncode == 2
    assert "en or fr" in done.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("nonsense",),
        ("up", "--nonsense"),
        ("up", "--ports", "80"),
        ("up", "--bind", "everywhere"),
        ("up", "--name", "../x"),
        ("up", "no-such-definition"),
        ("send", "--via", "imap"),
        ("logs", "--tail", "-1"),
        ("read",),
    ],
    ids=" ".join,
)
def test_a_wrong_word_ends_with_2_and_says_what_is_wrong(words: tuple[str, ...]) -> None:
    done = labctl(*words)
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    assert done.stderr.strip()
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_there_is_a_completion_script_for(shell: str) -> None:
    done = labctl(_LABCTL_COMPLETE=f"source_{shell}")
    assert done.returncode == 0, done.stderr
    assert "_LABCTL_COMPLETE" in done.stdout


def _completed_by_bash(tmp_path: Path, *words: str) -> list[str]:
    """What bash itself offers, with the script sourced and labctl on the path."""
    wrapper = tmp_path / "labctl"
    wrapper.write_text(f'#!/bin/sh\nexec {sys.executable} -m labctl "$@"\n')
    wrapper.chmod(0o755)
    script = (
        'eval "$(_LABCTL_COMPLETE=source_bash labctl)"\n'
        f"COMP_WORDS=({' '.join(words)!s} {'' if words[-1] else chr(39) * 2})\n"
        "COMP_CWORD=$((${#COMP_WORDS[@]} - 1))\n"
        "_labctl_completion labctl\n"
        'printf "%s\\n" "${COMPREPLY[@]}"\n'
    )
    path = f"{tmp_path}:{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", script],
        capture_output=True,
        text=True,
        timeout=60,
        env=CLEAN | {"PATH": path},
        check=True,
    )
    return done.stdout.split()


def test_bash_completes_verbs(tmp_path: Path) -> None:
    assert _completed_by_bash(tmp_path, "labctl", "do") == ["down", "doctor"]


def test_bash_completes_labs_that_run(lab: RunningLab, tmp_path: Path) -> None:
    begun = lab.name[:-1]
    assert lab.name in _completed_by_bash(tmp_path, "labctl", "status", "--lab", begun)


def test_bash_completes_services_and_exercises(tmp_path: Path) -> None:
    assert _completed_by_bash(tmp_path, "labctl", "logs", "po") == ["postfix"]
    assert _completed_by_bash(tmp_path, "labctl", "exercise", "run", "imap-k") == ["imap-keeps"]
