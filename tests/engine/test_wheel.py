"""What is installed from a wheel works from any folder, without the clone."""

import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from labctl import __version__
from labctl.engine.dockerengine import DockerEngine
from labctl.verbs.labs import spec_of
from tests.engine.running import CLEAN, RunningLab

ROOT = Path(__file__).parents[2]
LEFT_OUT = {
    "__pycache__",
    ".git",
    ".venv",
    ".mypy_cache",
    ".ruff_cache",
    ".pytest_cache",
    ".hypothesis",
    "dist",
}
Done = subprocess.CompletedProcess[str]


def _run(*command: str | Path, within: Path, **variables: str) -> Done:
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        cwd=within,
        timeout=280,
        env={k: v for k, v in CLEAN.items() if k != "PYTHONPATH"} | variables,
        check=False,
    )
    assert done.returncode == 0, f"{command}:\n{done.stdout}{done.stderr}"
    return done


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a copy, so that nothing of it is left in the clone."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "labctl"
    shutil.copytree(ROOT, source, ignore=lambda _, names: LEFT_OUT & set(names))
    pip = (sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps")
    _run(*pip, "--wheel-dir", folder, source, within=folder)
    shutil.rmtree(source)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Done]:
    """The labctl of a clean virtual environment, in a folder that is not the clone."""
    folder = tmp_path_factory.mktemp("elsewhere")
    _run(sys.executable, "-m", "venv", folder / "venv", within=folder)
    bin_ = folder / "venv" / ("Scripts" if os.name == "nt" else "bin")
    _run(bin_ / "python", "-m", "pip", "install", "--quiet", wheel, within=folder)

    def labctl(*arguments: str) -> Done:
        return _run(bin_ / "labctl", *arguments, within=folder)

    return labctl


def test_the_wheel_holds_templates_images_exercises_and_definitions(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    shipped = [
        *("compose/lab.yaml.j2", "compose/postfix/Dockerfile", "compose/dovecot/Dockerfile"),
        *("templates/postfix/main.cf.j2", "templates/dovecot/dovecot.conf.j2"),
    ]
    assert {f"labctl/_shipped/{path}" for path in shipped} <= names
    source = {
        path.relative_to(ROOT).as_posix()
        for folder in ("labctl/exercises", "labctl/definition/builtin", "labctl/lang")
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert source <= names
    assert "labctl/py.typed" in names
    assert not [n for n in names if n.startswith(("tests/", "templates/", "compose/"))]


def test_version_is_the_packages(installed: Callable[..., Done]) -> None:
    assert installed("--version").stdout == f"labctl {__version__}\n"


def test_the_same_images_are_meant_as_in_a_clone(
    installed: Callable[..., Done], engine: DockerEngine
) -> None:
    shown = installed("image", "ls", "--json").stdout
    assert all(f'"{image.reference}"' in shown for image in engine.list_images())


def test_config_is_shown_and_rendered_from_any_folder(
    installed: Callable[..., Done], lab: RunningLab, tmp_path: Path
) -> None:
    shown = installed("config", "show", "postfix/main.cf", "--lab", lab.name).stdout
    installed("config", "render", str(tmp_path / "x"), "--lab", lab.name)
    assert (tmp_path / "x" / "postfix" / "main.cf").read_text() == shown
    assert "virtual_mailbox_domains = alpha.test" in shown


def test_a_lab_goes_up_and_down(
    installed: Callable[..., Done], engine: DockerEngine, lab_name: str
) -> None:
    installed("up", "--name", lab_name, "--ports", "free")
    lab = RunningLab(engine, spec_of(engine, lab_name))
    installed("send", "--lab", lab_name)
    installed("read", "bob", "--lab", lab_name)
    assert lab.endpoint("imaps").port
    installed("exercise", "run", "smtp-sends", "--lab", lab_name)
    installed("down", "--lab", lab_name)
    assert engine.resources(lab_name) == []
