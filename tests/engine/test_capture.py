"""`labctl capture`: what is on the lab's wires, by a real tcpdump beside the real servers."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from labctl.mail.pcap import PcapReader, segment
from tests.engine.mailclients import MailClients
from tests.engine.running import CLEAN, RunningLab, labctl


class Listening:
    """A capture at work, and what it said once it ended."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process
        self.out = self.err = ""
        self.code = -1

    def end(self, number: int = signal.SIGINT) -> None:
        self.process.send_signal(number)
        self.out, rest = self.process.communicate(timeout=30)
        self.err += rest
        self.code = self.process.returncode

    @property
    def groups(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]

    def lines(self, port: int) -> list[str]:
        here = [g for g in self.groups if port in (g["from"]["port"], g["to"]["port"])]
        return [line for group in here for line in group["lines"]]


@contextmanager
def listening(lab: RunningLab, *arguments: str) -> Iterator[Listening]:
    """Begins once it hears everything."""
    process = subprocess.Popen(
        [sys.executable, "-m", "labctl", "capture", "--lab", lab.name, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=CLEAN,
    )
    try:
        taken = Listening(process)
        assert process.stderr
        for line in process.stderr:
            taken.err += line
            if "listening" in line:
                break
        else:
            pytest.fail(taken.err)
        yield taken
    finally:
        process.kill()
        process.wait()


def _sidecars(lab: RunningLab) -> list[str]:
    return [r.name for r in lab.engine.resources(lab.name) if "capture" in r.name]


def test_a_message_on_port_25_is_read_and_the_same_on_465_is_not(
    lab: RunningLab, tmp_path: Path
) -> None:
    alice, bob = lab.account(), lab.account()
    kept = tmp_path / "lab.pcap"
    with listening(lab, "--json", "--write", str(kept), "--port", "25", "--port", "465") as taken:
        for via, word in (("smtp", "quicksilver"), ("submissions", "nightingale")):
            sent = labctl(
                *("send", "--lab", lab.name, "--via", via, "--body", word),
                *("--from", alice.address, "--to", bob.address),
            )
            assert sent.returncode == 0, sent.stderr
        taken.end()
    assert taken.code == 0, taken.err
    assert "quicksilver" in taken.lines(25)
    assert taken.lines(465) == []
    sealed = [g for g in taken.groups if 465 in (g["from"]["port"], g["to"]["port"])]
    assert {"tls"} <= {g["kind"] for g in sealed} <= {"tls", "open", "close"}
    assert any(record["kind"] == "handshake" for g in sealed for record in g["records"])
    packets = PcapReader().feed(kept.read_bytes())
    wire = b"".join(s.payload for p in packets if (s := segment(p)))
    assert b"quicksilver" in wire
    assert b"nightingale" not in wire
    assert _sidecars(lab) == []


def test_who_speaks_to_whom_is_named_and_each_packet_comes_once(lab: RunningLab) -> None:
    bob = lab.account()
    with listening(lab, "--json") as taken:
        lab.deliver(bob)
        taken.end()
    handed = [
        (g["from"]["name"], g["to"]["name"])
        for g in taken.groups
        if any(line == f"RCPT TO:<{bob.address}>" for line in g["lines"])
    ]
    assert handed == [("outside", "postfix"), ("postfix", "dovecot")]


def test_a_password_typed_in_the_clear_is_hidden(lab: RunningLab, clients: MailClients) -> None:
    """Refused by the server, but it was on the wire: not on the screen."""
    alice = lab.account()
    with listening(lab, "--json", "--port", str(lab.endpoint("imap").port)) as taken:
        clients.run(
            *("nc", "-q", "5", "127.0.0.1", str(lab.endpoint("imap").port)),
            stdin=f"a LOGIN {alice.address} {alice.password}\r\nb LOGOUT\r\n",
        )
        taken.end()
    assert f"a LOGIN {alice.address} ***" in taken.lines(143)
    assert alice.password not in taken.out


def test_it_ends_after_the_seconds_and_leaves_nothing(lab: RunningLab) -> None:
    done = labctl("capture", "--lab", lab.name, "--seconds", "0.5")
    assert done.returncode == 0, done.stderr
    assert _sidecars(lab) == []


def test_the_sidecar_may_listen_and_nothing_else(lab: RunningLab) -> None:
    with listening(lab) as taken:
        for name in (names := _sidecars(lab)):
            host = lab.engine.api.inspect_container(name)["HostConfig"]
            assert host["CapDrop"] == ["ALL"]
            assert [c.removeprefix("CAP_") for c in host["CapAdd"]] == ["NET_RAW"]
            assert host["ReadonlyRootfs"]
            assert not host["Privileged"]
            assert not host["Binds"]
        assert len(names) == 2
        taken.end()


def test_a_capture_that_was_killed_goes_with_the_lab(own_lab: RunningLab) -> None:
    with listening(own_lab) as taken:
        taken.end(signal.SIGKILL)
    assert _sidecars(own_lab)
    assert labctl("down", "--lab", own_lab.name).returncode == 0
    assert own_lab.engine.resources(own_lab.name) == []


def test_a_file_that_cannot_be_written_is_named(lab: RunningLab) -> None:
    done = labctl("capture", "--lab", lab.name, "--write", os.sep)
    assert done.returncode == 2
    assert "cannot be written" in done.stderr
