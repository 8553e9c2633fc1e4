"""From one file to a passed exercise, where there is no network at all; a bad file changes nothing.

The engine is the tests' own, without images; its network namespace has no route to anywhere.
"""

import json
import os
import shutil
import sysconfig
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from labctl.engine.wheels import this_python
from labctl.model.bundle import IMAGES, MANIFEST
from labctl.verbs.bundle_file import opened, written
from tests.engine.faults.private_engine import PrivateEngine
from tests.engine.running import labctl

# The first of them may have to wait for images that are built at first use.
pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
# A Python without labctl and its libraries, as a laptop has it.
PYTHON = str(Path(sysconfig.get_config_var("BINDIR")) / f"python{this_python()}")


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A bundle for this machine and this Python."""
    file = tmp_path_factory.mktemp("bundle") / "labctl-bundle.pyz"
    options = ("--python", this_python(), "--json")
    done = labctl("bundle", "save", str(file), *options, timeout=480)
    assert done.returncode == 0, done.stderr
    saved = json.loads(done.stdout)
    assert saved["size"] == file.stat().st_size
    assert saved["pythons"] == [this_python()]
    assert [p.name for p in file.parent.iterdir()] == [file.name]
    yield file
    file.unlink()


@pytest.fixture(scope="module")
def laptop() -> Iterator[PrivateEngine]:
    """An engine that has no image and nowhere to get one."""
    own = PrivateEngine(Path(tempfile.mkdtemp(prefix="labctl-laptop-")))
    try:
        yield own
    finally:
        own.remove()


def _images(laptop: PrivateEngine) -> list[str]:
    return laptop.docker("image", "ls", "--format", "{{.Repository}}").stdout.split()


def test_from_the_file_to_a_passed_exercise(
    bundle: Path, laptop: PrivateEngine, tmp_path: Path
) -> None:
    assert _images(laptop) == []
    home = {"HOME": str(tmp_path), "PATH": os.defpath}
    done = laptop.run(PYTHON, str(bundle), **home)
    assert done.returncode == 0, done.stderr
    labctl = str(tmp_path / ".labctl" / "bin" / "labctl")
    assert f"{labctl} up" in done.stdout
    assert sorted(_images(laptop)) == [
        f"labctl/{name}" for name in ("client", "dns", "dovecot", "filter", "gateway", "postfix")
    ]
    assert laptop.run(labctl, "up", **home).returncode == 0
    ran = laptop.run(labctl, "exercise", "run", "smtp-sends", "--json", **home)
    assert ran.returncode == 0, ran.stderr
    assert laptop.run(labctl, "shell", "client", "swaks", "--version", **home).returncode == 0
    assert laptop.run(labctl, "down", **home).returncode == 0
    again = laptop.run(labctl, "bundle", "load", str(bundle), "--json", **home)
    assert json.loads(again.stdout)["loaded"] == []


def _damaged(bundle: Path, folder: Path) -> Path:
    """One byte of the images is another one."""
    other = Path(shutil.copy(bundle, folder / "damaged.pyz"))
    with opened(bundle) as whole:
        place = whole.archive.getinfo(IMAGES).header_offset + 1_000_000
    with other.open("r+b") as file:
        file.seek(place)
        byte = file.read(1)[0]
        file.seek(place)
        file.write(bytes([byte ^ 1]))
    return other


def _cut(bundle: Path, folder: Path) -> Path:
    """The copy ended early."""
    other = Path(shutil.copy(bundle, folder / "cut.pyz"))
    os.truncate(other, bundle.stat().st_size - 1_000_000)
    return other


def _changed(bundle: Path, folder: Path, **values: Any) -> Path:
    """The same bundle with other words in its manifest and without the images' content."""
    file = folder / "changed.pyz"
    with opened(bundle) as old, written(file) as new:
        for member in old.manifest.members:
            new.add(member.name, [] if member.name == IMAGES else old.pieces(member.name))
        manifest = replace(old.manifest, members=tuple(new.members), **values)
        new.add(MANIFEST, [manifest.dumped()])
    return file


@pytest.mark.parametrize(
    ("spoil", "code", "words"),
    [
        (_damaged, 2, "is not what was saved"),
        (_cut, 1, "SyntaxError"),  # the end of the file is what makes it a program
        (partial(_changed, platform="linux/s390x"), 3, "images are for linux/s390x; this engine"),
    ],
    ids=["damaged", "cut", "for another machine"],
)
def test_a_bad_file_installs_nothing(
    spoil: Callable[[Path, Path], Path],
    code: int,
    words: str,
    bundle: Path,
    laptop: PrivateEngine,
    tmp_path: Path,
) -> None:
    bad = spoil(bundle, tmp_path)
    before = _images(laptop)
    folder = tmp_path / "there" / "labctl"
    folder.parent.mkdir()
    done = laptop.run(PYTHON, str(bad), str(folder))
    assert done.returncode == code
    assert words in done.stderr
    assert list(folder.parent.iterdir()) == []
    assert _images(laptop) == before


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (_damaged, "is not what was saved"),
        (_cut, "a part of it is missing"),
        (partial(_changed, images={"postfix": "labctl/postfix:other"}), "not those of this labctl"),
    ],
    ids=["damaged", "cut", "of another labctl"],
)
def test_a_bad_file_loads_nothing(
    spoil: Callable[[Path, Path], Path],
    words: str,
    bundle: Path,
    laptop: PrivateEngine,
    tmp_path: Path,
) -> None:
    bad = spoil(bundle, tmp_path)
    before = _images(laptop)
    done = laptop.labctl("bundle", "load", str(bad))
    assert done.returncode == 2
    assert words in done.stderr
    assert len(done.stderr.partition("error: ")[2].splitlines()) == 2  # a sentence and a way past
    assert _images(laptop) == before


def test_other_images_than_the_engines_cannot_be_saved(tmp_path: Path) -> None:
    done = labctl("bundle", "save", str(tmp_path / "b.pyz"), "--platform", "linux/s390x")
    assert done.returncode == 3
    assert "not for linux/s390x" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_without_the_registry_nothing_is_left(tmp_path: Path) -> None:
    done = labctl(
        *("bundle", "save", str(tmp_path / "b.pyz"), "--python", this_python()),
        PIP_INDEX_URL="http://127.0.0.1:9/simple",
        PIP_RETRIES="0",
        PIP_EXTRA_INDEX_URL="",
        PIP_CONFIG_FILE=os.devnull,
    )
    assert done.returncode == 3
    assert "could not be fetched" in done.stderr
    assert list(tmp_path.iterdir()) == []
