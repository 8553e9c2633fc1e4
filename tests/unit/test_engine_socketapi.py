"""The Engine API by the standard library: what is asked, and what becomes of each answer."""

import json
import socketserver
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from labctl.engine.explain import absent, explained
from labctl.engine.following import follow_changes
from labctl.engine.locate import EngineAddress
from labctl.engine.socketapi import SocketApi, at_hand
from labctl.engine.socketwire import Refused, Silent
from labctl.engine.values import LogLine
from labctl.errors import EnvironmentProblem, NoEngine


class _Engine(socketserver.ThreadingUnixStreamServer):
    """Answers on a socket as an engine would: (status, headers, body) by method and path."""

    daemon_threads = True

    def __init__(self, path: Path) -> None:
        self.answers: dict[tuple[str, str], tuple[int, dict[str, str], bytes]] = {}
        self.asked: list[tuple[str, dict[str, list[str]], bytes]] = []
        super().__init__(str(path), _Handler)


class _Handler(BaseHTTPRequestHandler):
    server: _Engine

    def address_string(self) -> str:
        return "client"

    def log_message(self, *_: object) -> None:
        """Nothing is printed."""

    def _any(self) -> None:
        url = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.asked.append((f"{self.command} {url.path}", parse_qs(url.query), body))
        status, headers, said = self.server.answers[self.command, url.path]
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(said)

    do_GET = do_POST = do_PUT = do_DELETE = _any  # noqa: N815 - http.server's own names


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[_Engine]:
    with _Engine(tmp_path / "engine.sock") as server:
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def api(tmp_path: Path) -> SocketApi:
    return SocketApi(tmp_path / "engine.sock", "1.41", lambda: Path)


def address(tmp_path: Path) -> EngineAddress:
    return EngineAddress(f"unix://{tmp_path}/engine.sock", "variable", "DOCKER_HOST")


def test_filters_become_lists(engine: _Engine, api: SocketApi) -> None:
    engine.answers["GET", "/v1.41/containers/json"] = 200, {}, b"[]"
    assert api.containers(all=True, filters={"label": "org.labctl.lab=mail"}) == []
    ((_, query, _),) = engine.asked
    assert query["all"] == ["1"]
    assert json.loads(query["filters"][0]) == {"label": ["org.labctl.lab=mail"]}


def test_a_network_is_asked_for_with_the_engines_own_keys(engine: _Engine, api: SocketApi) -> None:
    engine.answers["POST", "/v1.41/networks/create"] = 201, {}, b'{"Id": "n"}'
    api.create_network("mail_lab", driver="bridge", ipam={}, check_duplicate=True, internal=False)
    asked: dict[str, Any] = json.loads(engine.asked[0][2])
    assert set(asked) == {"Name", "Driver", "IPAM", "CheckDuplicate", "Internal"}


def test_what_a_command_wrote_is_taken_apart(engine: _Engine, api: SocketApi) -> None:
    frames = b"\1\0\0\0\0\0\0\2ab" + b"\2\0\0\0\0\0\0\1!" + b"\1\0\0\0\0\0\0\1c"
    engine.answers["POST", "/v1.41/exec/e/start"] = 200, {}, frames
    assert api.exec_start("e", demux=True) == (b"abc", b"!")


def test_what_changes_in_a_room_is_told_by_its_labs_names(engine: _Engine, api: SocketApi) -> None:
    def event(lab: str, at: int) -> bytes:
        actor = {"Attributes": {"org.labctl.lab": lab, "path": "/etc/labctl"}}
        return json.dumps({"Action": "extract-to-dir", "Actor": actor, "timeNano": at}).encode()

    said = [event("w-001", 5), b"{}", b"no JSON", event("w-002", 7)]
    engine.answers["GET", "/v1.41/events"] = 200, {}, b"\n".join(said) + b"\n"
    told = follow_changes(api, "w", 3_500_000_000)
    assert list(told) == [LogLine(5, "w-001"), LogLine(7, "w-002")]
    ((_, query, _),) = engine.asked
    assert query["since"] == ["3.500000000"]
    filters = json.loads(query["filters"][0])
    assert filters["label"] == ["org.labctl.workshop=w"]
    assert filters["type"] == ["container"]
    assert "extract-to-dir" in filters["event"]


@pytest.mark.parametrize(
    ("body", "words"),
    [(b'{"message": "no such thing"}', "no such thing"), (b"gone\n", "gone"), (b"[]", "[]")],
)
def test_a_refusal_keeps_the_engines_words(
    engine: _Engine, api: SocketApi, body: bytes, words: str
) -> None:
    engine.answers["GET", "/v1.41/containers/x/json"] = 404, {}, body
    with pytest.raises(Refused) as refused:
        api.inspect_container("x")
    assert refused.value.explanation == words
    assert absent(refused.value)
    with pytest.raises(EnvironmentProblem, match="the engine refused"), explained():
        raise refused.value


def test_an_engine_that_went_away_is_said_so(api: SocketApi) -> None:
    with pytest.raises(Silent) as silent:
        api.networks()
    with pytest.raises(NoEngine), explained():
        raise silent.value


def test_what_it_does_not_know_is_the_sdks(api: SocketApi) -> None:
    assert api.home() == Path.home()


@pytest.mark.parametrize(("version", "fits"), [("1.41", True), ("2.0", True), ("1.40", False)])
def test_an_engine_is_at_hand_when_it_is_new_enough(
    engine: _Engine, tmp_path: Path, version: str, fits: bool
) -> None:
    engine.answers["GET", "/_ping"] = 200, {"Api-Version": version}, b"OK"
    here = address(tmp_path)
    assert at_hand(here) == ((here, version) if fits else None)


def test_something_else_on_the_socket_is_left_to_the_sdk(engine: _Engine, tmp_path: Path) -> None:
    engine.answers["GET", "/_ping"] = 200, {"Api-Version": "soon"}, b"OK"
    assert at_hand(address(tmp_path)) is None


def test_a_remote_engine_and_a_dead_socket_are_left_to_the_sdk(tmp_path: Path) -> None:
    assert at_hand(EngineAddress("ssh://host", "variable", "DOCKER_HOST")) is None
    assert at_hand(address(tmp_path)) is None
