"""The images' names, their build folders, and what the engine says while it builds."""

import io
import tarfile
from pathlib import Path
from typing import Any

import pytest

from labctl.engine import base, images
from labctl.engine.apt import Archive
from labctl.engine.base import ensure_base
from labctl.engine.build import context, failure, readable
from labctl.engine.dockerengine import DockerEngine
from labctl.engine.images import build_files, image_reference
from labctl.errors import NoImage
from labctl.model.progress import Progress


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A build folder of our own, in place of the one that came with labctl."""
    monkeypatch.setattr(images, "shipped", lambda _: tmp_path)
    own = tmp_path / "postfix"
    own.mkdir()
    (own / "Dockerfile").write_text("ARG BASE\n")
    return own


def test_a_changed_dockerfile_is_another_image(folder: Path) -> None:
    before = image_reference("postfix")
    assert before.startswith("labctl/postfix:")
    assert image_reference("postfix") == before
    (folder / "Dockerfile").write_text("ARG BASE\n# more\n")
    assert image_reference("postfix") != before


def test_an_editors_own_files_change_nothing(folder: Path) -> None:
    before = image_reference("postfix")
    (folder / "Dockerfile~").write_text("old")
    (folder / ".Dockerfile.swp").write_text("x")
    assert image_reference("postfix") == before
    assert set(build_files("postfix")) == {"Dockerfile"}


def test_a_labctl_without_the_folder_says_so(folder: Path) -> None:
    assert folder.is_dir()
    with pytest.raises(NoImage, match="dovecot"):
        image_reference("dovecot")


def test_the_build_folder_is_the_same_archive_every_time() -> None:
    one = context({"Dockerfile": b"x", "run": b"#!/bin/sh\n"})
    assert one == context({"run": b"#!/bin/sh\n", "Dockerfile": b"x"})
    with tarfile.open(fileobj=io.BytesIO(one)) as archive:
        modes = {entry.name: entry.mode for entry in archive}
    assert modes == {"Dockerfile": 0o644, "run": 0o755}


def test_the_engines_words_are_plain_lines() -> None:
    assert readable({"stream": "\x1b[91mone\x1b[0m\n\ntwo \n"}) == ["one", "two"]
    assert readable({"aux": {"ID": "sha256:1"}}) == []
    with pytest.raises(RuntimeError, match="code: 3"):
        readable({"error": "returned a non-zero code: 3"})


def test_a_full_disk_is_called_a_full_disk() -> None:
    assert "disk is full" in str(failure("postfix", ["write /x: no space left on device"]))
    assert "{x}" in str(failure("postfix", ["an odd {x} line"]))


class Images:
    """An engine that has every image, and remembers for which it was asked."""

    def __init__(self) -> None:
        self.api = self
        self.asked: list[str] = []

    def inspect_image(self, name: str) -> None:
        self.asked.append(name.partition(":")[0])


@pytest.mark.parametrize(
    ("several", "names"),
    [(False, ["postfix", "dovecot"]), (True, ["postfix", "dovecot", "dns", "filter"])],
)
def test_a_lab_of_one_site_does_without_the_images_of_what_is_between_sites(
    several: bool, names: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, client = DockerEngine(), Images()
    monkeypatch.setattr(DockerEngine, "api", client)
    found = engine.images(several_sites=several)
    assert client.asked == [f"labctl/{name}" for name in names]
    assert found["dns"] == image_reference("dns")  # it has its name, there or not


class Registry:
    """A client of an engine that has no image yet, and what its registry answers."""

    def __init__(self, *answers: dict[str, Any] | Exception) -> None:
        self.answers = answers
        self.api = self
        self.images = self

    def get(self, _: str) -> None:
        from docker.errors import ImageNotFound

        raise ImageNotFound("none")

    def pull(self, *_: str, **__: bool) -> object:
        for answer in self.answers:
            if isinstance(answer, Exception):
                raise answer
            yield answer


def test_the_base_is_pulled_where_a_registry_answers() -> None:
    told: list[Progress] = []
    client: Any = Registry({"status": "Pulling fs layer", "id": "1f2e"}, {"status": "done"})
    assert ensure_base(client, Archive(), told.append) == "debian:trixie-slim"
    assert "1f2e Pulling fs layer" in [progress.detail for progress in told]
    assert told[-1].state == "done"


@pytest.mark.parametrize(
    "answer", [{"error": "toomanyrequests"}, OSError("toomanyrequests: no route")]
)
def test_the_base_is_made_where_none_does(
    monkeypatch: pytest.MonkeyPatch, answer: dict[str, Any] | Exception
) -> None:
    reasons: list[str] = []
    monkeypatch.setattr(base, "bootstrap", lambda *given: reasons.append(given[2]))
    client: Any = Registry(answer)
    assert ensure_base(client, Archive(), lambda _: None) == "labctl/base:trixie"
    assert reasons[0].startswith("toomanyrequests")


def test_a_full_disk_is_no_reason_to_try_again() -> None:
    client: Any = Registry({"status": "Extracting"}, {"error": "write: no space left on device"})
    with pytest.raises(NoImage, match="disk is full"):
        ensure_base(client, Archive(), lambda _: None)
