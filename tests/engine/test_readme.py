"""Every command of the README does what a reader expects: it works, as printed, in this order."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from labctl.engine.dockerengine import DockerEngine
from labctl.errors import NoSuchLab, NoSuchWorkshop
from labctl.verbs.down import down
from labctl.verbs.workshop_down import take_down
from tests.engine.rooms import own_base
from tests.engine.running import CLEAN

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
# Run by CI as they stand: this very test is part of the first.
RUN_BY_CI = {"make test", "make lint", "make bench"}
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def _blocks(language: str) -> list[str]:
    return [body for found, body in _BLOCK.findall(README) if found == language]


def _commands() -> list[str]:
    lines = [
        line.partition(" #")[0].strip() for block in _blocks("sh") for line in block.splitlines()
    ]
    return [line for line in lines if line and not line.startswith("#")]


@dataclass
class Reader:
    """Somebody who follows the README in a fresh clone, with labctl installed as it says."""

    clone: Path
    environ: dict[str, str]

    def types(self, command: str, **variables: str) -> str:
        """Run one line in the clone; what it printed."""
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=self.clone,
            env=self.environ | variables,
            capture_output=True,
            text=True,
            timeout=600,
            stdin=subprocess.DEVNULL,
            check=False,
        )
        assert done.returncode == 0, f"$ {command}\n{done.stdout}\n{done.stderr}"
        return done.stdout


def _write_examples(folder: Path) -> None:
    """The definitions that the README shows, where it says that they are."""
    for body in _blocks("toml"):
        if name := re.match(r"# (\w+\.toml)", body):
            (folder / name[1]).write_text(body, encoding="utf-8")


def _change_exercise(exercise: Path) -> None:
    """The files of the exercise that the README shows, over those that it begins with."""
    for body in _blocks("yaml"):
        if name := re.match(r"# ((?:exercise|en|fr)\.yaml)", body):
            (exercise / name[1]).write_text(body, encoding="utf-8")


@pytest.fixture
def reader(tmp_path: Path, engine: DockerEngine) -> Iterator[Reader]:
    """A fresh clone, pipx in a folder of its own, and a lab name that is nobody else's."""
    clone = tmp_path / "labctl"
    subprocess.run(["git", "clone", "-q", str(ROOT), str(clone)], check=True)
    tools = tmp_path / "tools"
    subprocess.run([sys.executable, "-m", "venv", str(tools)], check=True)
    subprocess.run([str(tools / "bin/pip"), "install", "-q", "pipx"], check=True)
    name = f"readme-{os.getpid()}"
    path = f"{tmp_path / 'bin'}:{tools / 'bin'}:{os.environ['PATH']}"
    environ = CLEAN | {
        "PATH": path,
        "PIPX_HOME": str(tmp_path / "pipx"),
        "PIPX_BIN_DIR": str(tmp_path / "bin"),
        "LABCTL_LAB": name,
        "LABCTL_PORTS": "free",
        "LABCTL_WORKSHOP": name,
        "LABCTL_WORKSHOP_UP_BASE": str(own_base()),
    }
    _write_examples(clone)
    yield Reader(clone, environ)
    for lab in (name, "room"):
        try:
            down(engine, lab)
        except NoSuchLab:
            continue
    with suppress(NoSuchWorkshop):
        take_down(engine, name)


@pytest.mark.slow
@pytest.mark.timeout(1500)
def test_every_command_works_as_printed(reader: Reader) -> None:
    for command in _commands():
        if command in RUN_BY_CI:
            continue
        # room.toml names its lab itself
        own = {"LABCTL_LAB": ""} if "room" in command else {}
        reader.types(command, **own)
        if command.startswith("labctl exercise new"):
            _change_exercise(reader.clone / "my-exercises" / "first-letter")


def test_every_command_of_ci_is_one_of_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for command in RUN_BY_CI:
        assert re.search(rf"^{command.removeprefix('make ')}:", makefile, re.MULTILINE), command


def test_every_verb_and_option_in_the_prose_exists() -> None:
    from typer.main import get_command

    from labctl.cli.app import app

    prose = _BLOCK.sub("", README)
    for words in re.findall(r"`(labctl [^`]+)`", prose):
        node: Any = get_command(app)
        for word in shlex.split(words)[1:]:
            if word.startswith("--"):
                options = {o for p in node.params for o in p.opts}
                assert word in options | {"--help"}, f"{words}: no option {word}"
            elif word in getattr(node, "commands", {}):
                node = node.commands[word]
