"""The lab's images on a real engine: built, found again, nothing left behind when that fails."""

import threading
import time
from collections.abc import Iterator
from uuid import uuid4

import pytest
from docker import DockerClient

from labctl.engine import images
from labctl.engine.build import IMAGE_LABEL, Build, run_all
from labctl.engine.connect import connect
from labctl.errors import NoImage
from labctl.model.lab import Service
from labctl.model.progress import Progress, silent

pytestmark = pytest.mark.engine


@pytest.fixture(scope="module")
def client() -> Iterator[DockerClient]:
    client = connect()
    yield client
    client.close()


@pytest.fixture(scope="module")
def base(client: DockerClient) -> str:
    """Something to build on: the lab's own image of Postfix."""
    return images.ensure(client)["postfix"]


@pytest.fixture
def mark() -> str:
    """A label by which a test knows its own half-built images and containers: others build too."""
    return f"org.labctl.try={uuid4().hex}"


def left_of(client: DockerClient, mark: str) -> list[str]:
    wanted: dict[str, str | list[str] | bool] = {"label": mark}
    return [
        *(str(image.id) for image in client.images.list(all=True, filters=wanted)),
        *(str(container.id) for container in client.containers.list(all=True, filters=wanted)),
    ]


def dockerfile(mark: str, step: str) -> dict[str, bytes]:
    return {"Dockerfile": f"ARG BASE\nFROM ${{BASE}}\nLABEL {mark}\nUSER 0\nRUN {step}\n".encode()}


def test_every_service_has_its_image(client: DockerClient, base: str) -> None:
    assert images.missing(client) == ()
    listed = {image.service: image for image in images.list_images(client)}
    assert listed["postfix"].reference == base
    assert all(listed[name].present and listed[name].size for name in images.EVERY_LAB)
    assert {name for name, image in listed.items() if image.optional} == set(images.AT_FIRST_USE)
    assert client.images.get(base).labels[IMAGE_LABEL] == "postfix"


@pytest.mark.parametrize(
    ("service", "program"), [("postfix", "/usr/sbin/postconf"), ("dovecot", "/usr/sbin/dovecot")]
)
def test_an_image_holds_its_server(
    client: DockerClient, base: str, service: Service, program: str
) -> None:
    assert base
    container = client.containers.create(images.image_reference(service))
    try:
        _, facts = container.get_archive(program)
    finally:
        container.remove()
    assert facts
    assert facts["size"] > 0


def test_what_is_there_is_not_built_again(client: DockerClient, base: str) -> None:
    assert base
    told: list[Progress] = []
    begun = time.monotonic()
    images.ensure(client, told.append)
    assert told == []
    assert time.monotonic() - begun < 1


def test_a_failed_build_says_why_and_leaves_nothing(
    client: DockerClient, base: str, mark: str
) -> None:
    files = dockerfile(mark, "echo out of paper; exit 3")
    with pytest.raises(NoImage, match="out of paper"):
        run_all(client, [Build("try", "labctl/try:failed", files, base, afresh=True)], silent)
    assert left_of(client, mark) == []


def test_the_others_stop_when_one_fails(client: DockerClient, base: str, mark: str) -> None:
    asleep = threading.Event()

    def tell(progress: Progress) -> None:
        if progress.step == "image:slow" and progress.detail == "asleep":
            asleep.set()
        if progress.step == "image:bad":
            asleep.wait(30)  # fail only once the other is in the middle of its step

    slow = dockerfile(mark, "echo asleep; sleep 60")
    bad = dockerfile(mark, "false")
    builds = [
        Build("slow", "labctl/try:slow", slow, base, afresh=True),
        Build("bad", "labctl/try:bad", bad, base, afresh=True),
    ]
    begun = time.monotonic()
    with pytest.raises(NoImage, match="bad"):
        run_all(client, builds, tell)
    assert time.monotonic() - begun < 30
    assert left_of(client, mark) == []
