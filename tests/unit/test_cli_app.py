"""The command tree: every command has help, every option a variable, every screen its JSON."""

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from labctl import lang
from labctl.cli.app import Node, app, command

# What writes a file's very text, or hands the terminal over: there is nothing to say as JSON.
NO_JSON = {
    "labctl shell",
    "labctl ca",
    "labctl config schema",
    "labctl exercise schema",
    "labctl exercise replay",
}
# What does not ask a lab for anything, or all labs at once.
NO_LAB = {
    "labctl doctor",
    "labctl image build",
    "labctl image ls",
    "labctl bundle save",
    "labctl bundle load",
    "labctl config schema",
    "labctl exercise schema",
    "labctl exercise new",
    "labctl workshop plan",
    "labctl workshop drain",
}


def walk(node: Node, name: str = "labctl") -> Iterator[tuple[str, Node]]:
    yield name, node
    for word, child in getattr(node, "commands", {}).items():
        yield from walk(child, f"{name} {word}")


TREE = dict(walk(command()))
LEAVES = {name: node for name, node in TREE.items() if not getattr(node, "commands", None)}
OPTIONS = [
    (name, option)
    for name, node in TREE.items()
    for option in node.params
    if option.param_type_name == "option"
    and not {"--install-completion", "--show-completion", "--help"} & set(option.opts)
]


def flags(node: Node) -> set[str]:
    return {flag for parameter in node.params for flag in parameter.opts}


def test_the_verbs_are_the_promised_ones() -> None:
    promised = (
        "doctor up down status reset ca logs shell restart stop start send read maildir queue"
        " client image/build image/ls config/render config/show config/check config/diff"
        " exercise/list exercise/show exercise/run"
    )
    assert {f"labctl {verb.replace('/', ' ')}" for verb in promised.split()} <= LEAVES.keys()


@pytest.mark.parametrize("name", TREE)
def test_a_command_has_help(name: str) -> None:
    assert TREE[name].help
    assert all(getattr(p, "help", "") for p in TREE[name].params)


@pytest.mark.parametrize("name", LEAVES)
def test_a_command_speaks_either_language(name: str) -> None:
    assert "--lang" in flags(LEAVES[name])


@pytest.mark.parametrize("name", LEAVES.keys() - NO_JSON)
def test_a_command_that_shows_something_has_json(name: str) -> None:
    assert "--json" in flags(LEAVES[name])


@pytest.mark.parametrize("name", LEAVES.keys() - NO_LAB)
def test_a_command_on_a_lab_says_which(name: str) -> None:
    of_a_room = name.startswith("labctl workshop ")
    assert ("--workshop" if of_a_room else "--lab") in flags(LEAVES[name])


@pytest.mark.parametrize(("name", "option"), OPTIONS, ids=lambda x: getattr(x, "name", x))
def test_an_option_can_come_from_the_environment(name: str, option: Node) -> None:
    variables = [option.envvar] if isinstance(option.envvar, str) else option.envvar
    assert variables, f"{name} {option.opts}"
    assert all(v.startswith("LABCTL_") and v.isupper() for v in variables)


def test_one_variable_means_one_thing() -> None:
    """Two commands share a variable only for an option of the same name and kind."""
    meant: dict[str, tuple[frozenset[str], bool]] = {}
    for _, option in OPTIONS:
        longest = frozenset(o for o in option.opts if o.startswith("--"))
        what = (longest, bool(option.is_flag))
        assert meant.setdefault(str(option.envvar), what) == what


def test_no_command_fails_to_show_its_help() -> None:
    runner = CliRunner()
    for name in TREE:
        shown = runner.invoke(app, [*name.split()[1:], "--help"], prog_name="labctl")
        assert shown.exit_code == 0, name
        assert "Usage" in shown.output


def test_help_is_french_all_over() -> None:
    english = dict(walk(get_command(app)))
    lang.choose("fr")
    try:
        french = dict(walk(command()))
    finally:
        lang.choose("en")
    for name, node in french.items():
        assert node.help != english[name].help, name
        for parameter, there in zip(node.params, english[name].params, strict=False):
            if getattr(parameter, "help", None):
                assert parameter.help != there.help, f"{name}: {parameter.help}"


# -- as a process ----------------------------------------------------------------------------------

NOWHERE = {
    **{k: v for k, v in os.environ.items() if not k.startswith(("LABCTL_", "DOCKER_", "LC_"))},
    "DOCKER_HOST": "unix:///nowhere/docker.sock",
    "LANG": "C.UTF-8",
    "COLUMNS": "80",
}


def labctl(*words: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "labctl", *words],
        env=NOWHERE | environ,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--version"], 0, ""),
        (["--help"], 0, ""),
        (["pu"], 2, "no such command: pu"),
        (["up", "--prots", "1"], 2, "no such option: --prots"),
        (["up", "--ports", "1"], 2, "--ports is documented, free or a base"),
        (["up", "--name", "a\nb"], 2, "a lab's name is 1 to 40"),
        (["up", "nowhere.toml"], 2, "nowhere.toml: cannot be read"),
        (["maildir"], 2, "this is missing: ADDRESS"),
        (["send", "--via", "imap"], 2, "--via"),
        (["logs", "--tail", "-1"], 2, "--tail"),
        (["--lang", "de"], 2, "--lang is en or fr, not 'de'"),
        (["exercise", "run"], 2, "say which exercise, or --all"),
        (["exercise", "run", "no-such"], 4, "there is no exercise 'no-such'"),
        (["workshop", "grid", "--judge"], 2, "--judge goes with --watch"),
        (["workshop", "grid", "--workshop", "A b"], 2, "'A b' is no workshop's name"),
        (["workshop", "results", "--csv", "--json"], 2, "exclude each other"),
        (["status"], 3, "error: "),
    ],
)
def test_an_exit_code_and_a_sentence(words: list[str], code: int, said: str) -> None:
    done = labctl(*words)
    assert (done.returncode, said in done.stderr) == (code, True), done.stderr
    assert "Traceback" not in done.stderr
    if code:
        assert done.stdout == ""


def test_an_option_from_the_environment_counts() -> None:
    done = labctl("up", LABCTL_PORTS="everywhere")
    assert (done.returncode, "not 'everywhere'" in done.stderr) == (2, True)


def test_the_environment_chooses_the_language() -> None:
    english = labctl("pu").stderr
    french = labctl("pu", LABCTL_LANG="fr").stderr
    assert english != french == labctl("pu", LANG="fr_FR.UTF-8").stderr
    assert french == labctl("--lang", "fr", "pu").stderr


def test_json_of_an_error_leaves_stdout_alone() -> None:
    done = labctl("status", "--json")
    assert (done.returncode, done.stdout) == (3, "")
