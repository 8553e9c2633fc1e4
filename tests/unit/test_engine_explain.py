"""What the engine refuses, as the error that says the way past it."""

import pytest
from docker.errors import APIError, DockerException, ImageNotFound
from docker.errors import NotFound as EngineNotFound
from requests.exceptions import ConnectionError as NoConnection
from requests.exceptions import ReadTimeout

from labctl.engine.explain import explained
from labctl.errors import (
    EnvironmentProblem,
    ExitCode,
    LabError,
    NoEngine,
    NoImage,
    NoSubnet,
    NoSuchLab,
)


def said(problem: Exception) -> LabError:
    with pytest.raises(LabError) as caught, explained():
        raise problem
    return caught.value


@pytest.mark.parametrize(
    ("words", "kind", "remedy"),
    [
        (
            "driver failed programming external connectivity on endpoint mail-postfix-1: Bind for"
            " 127.0.0.1:25 failed: port is already allocated",
            EnvironmentProblem,
            "labctl up --ports 20000",
        ),
        (
            "failed to bind port 127.0.0.1:25/tcp: listen tcp4 127.0.0.1:25: bind: address already"
            " in use",
            EnvironmentProblem,
            "labctl up --ports 20000",
        ),
        (
            "listen tcp4 192.0.2.7:25: bind: cannot assign requested address",
            EnvironmentProblem,
            "labctl up --bind 127.0.0.1",
        ),
        (
            "error while calling PortManager.AddPort(): cannot expose privileged port 25: listen"
            " tcp4 127.0.0.1:25: bind: permission denied",
            EnvironmentProblem,
            "labctl up --ports 20000",
        ),
        ("Pool overlaps with other one on this address space", NoSubnet, "labctl up"),
        ("No such image: labctl/postfix:1", NoImage, "labctl image build"),
        (
            "failed to copy files: write /var/lib/docker/x: no space left on device",
            EnvironmentProblem,
            "docker image prune",
        ),
        (
            'Conflict. The container name "/mail-postfix-1" is already in use by container "4f".',
            EnvironmentProblem,
            "labctl up",
        ),
    ],
)
def test_a_known_refusal_has_its_own_way_past(
    words: str, kind: type[LabError], remedy: str
) -> None:
    error = said(APIError("500 Server Error", explanation=words))
    assert type(error) is kind
    assert error.exit_code is ExitCode.ENVIRONMENT
    assert words in str(error.problem)
    assert remedy in str(error.remedy)


def test_an_unknown_refusal_is_told_in_the_engines_words() -> None:
    error = said(APIError("500 Server Error", explanation="the moon is full {really}"))
    assert type(error) is EnvironmentProblem
    assert str(error) == "the engine refused: the moon is full {really}"


def test_a_missing_image_is_no_missing_engine() -> None:
    assert isinstance(said(ImageNotFound("404", explanation="No such image: x")), NoImage)


def test_a_refusal_without_words() -> None:
    assert "404 Client Error" in str(said(EngineNotFound("404 Client Error")))


@pytest.mark.parametrize(
    "problem",
    [
        DockerException("Error while fetching server API version"),
        NoConnection("Connection refused"),
        ReadTimeout("timed out"),
    ],
)
def test_an_engine_that_does_not_answer(problem: Exception) -> None:
    error = said(problem)
    assert isinstance(error, NoEngine)
    assert error.exit_code is ExitCode.ENVIRONMENT
    assert "labctl doctor --fix" in str(error.remedy)


def test_our_own_errors_pass_as_they_are() -> None:
    mine = NoSuchLab("mail")
    assert said(mine) is mine
