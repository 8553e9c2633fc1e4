"""Look at everything a lab needs of a machine, and say of each thing how it is and what to do."""

import platform
import sys
from dataclasses import dataclass
from typing import Literal

from labctl.engine.connect import OLDEST_API, reach
from labctl.engine.facts import EngineFacts, gather
from labctl.engine.locate import EngineAddress
from labctl.errors import LabError
from labctl.lang import Text
from labctl.model.lab import DOCUMENTED_PORT

State = Literal["ok", "warn", "fail"]

OLDEST_PYTHON = (3, 11)
_MIB = 1 << 20
_GIB = 1 << 30
# The base and both images take 0.4 GB, a lab with its mail some megabytes.
_DISK_NEEDED = _GIB // 2
_DISK_WISHED = 2 * _GIB
# One lab takes about 40 MB; building the images takes more.
_MEMORY_NEEDED = 256 * _MIB
_MEMORY_WISHED = 512 * _MIB
_CLOCK_MAY_DIFFER = 5.0  # seconds: certificates begin a while before they are made
_SUBNETS_WISHED = 10
_NOTHING = Text("")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    check: str  # engine, api, images, port:smtp, …: stable, for scripts
    state: State
    text: Text
    remedy: Text = _NOTHING  # empty when there is nothing to do


def doctor() -> tuple[Finding, ...]:
    """Look at this machine and the engine and change nothing; a missing engine is a finding."""
    own = (judge_python(sys.version_info[:2]),)
    try:
        address, client = reach()
    except LabError as problem:
        return (*own, Finding("engine", "fail", problem.problem, problem.remedy))
    try:
        return (*own, *judge(gather(client, address)))
    except LabError as problem:
        return (*own, Finding("engine", "fail", problem.problem, problem.remedy))
    finally:
        client.close()


def judge(facts: EngineFacts) -> tuple[Finding, ...]:
    """What the facts mean for a lab. Pure."""
    return (
        judge_engine(facts),
        _judge_rights(facts),
        _judge_network(facts),
        *_judge_disk(facts),
        *_judge_memory(facts),
        _judge_images(facts),
        *_judge_ports(facts),
        _judge_clock(facts),
        _judge_subnets(facts),
    )


def judge_python(version: tuple[int, ...]) -> Finding:
    """The Python that labctl runs under."""
    values = {"version": platform.python_version(), "oldest": _dotted(OLDEST_PYTHON)}
    if tuple(version) < OLDEST_PYTHON:
        return Finding(
            "python",
            "fail",
            Text("Python {version}; labctl needs {oldest} or newer", values),
            Text("install a newer Python, then labctl again with it"),
        )
    return Finding("python", "ok", Text("Python {version}", values))


def judge_engine(facts: EngineFacts) -> Finding:
    """The engine and where it was found."""
    values = {
        "version": facts.version,
        "api": facts.api,
        "oldest": _dotted(OLDEST_API),
        "url": facts.address.url,
        "origin": origin(facts.address),
    }
    return Finding(
        "engine",
        "ok",
        Text("engine {version}, API {api} ({oldest} is needed), at {url}: {origin}", values),
    )


def origin(address: EngineAddress) -> Text:
    """How the engine's address was found out."""
    template = {
        "variable": "the variable {name} says so",
        "context": "the Docker context {name}",
        "socket": "the usual socket of {name}",
    }[address.source]
    return Text(template, {"name": address.name})


def _judge_rights(facts: EngineFacts) -> Finding:
    first = facts.first_free_port
    lowest = min(DOCUMENTED_PORT.values())
    if facts.rootless and first > lowest:
        return Finding(
            "rights",
            "warn",
            Text(
                "the engine is rootless and may not publish ports under {first}", {"first": first}
            ),
            Text("labctl up --ports 20000"),
        )
    return Finding("rights", "ok", Text("this user may use the engine"))


def _judge_network(facts: EngineFacts) -> Finding:
    if not facts.has_bridge:
        return Finding(
            "network",
            "warn",
            Text("the engine has no default network: images cannot be built on it"),
            Text("start the engine without --bridge=none"),
        )
    if not facts.forwards:
        return Finding(
            "network",
            "fail",
            Text("the engine's machine forwards no packets: nobody would reach a lab"),
            Text("sudo sysctl -w net.ipv4.ip_forward=1"),
        )
    return Finding("network", "ok", Text("the engine's networks work"))


def _judge_disk(facts: EngineFacts) -> tuple[Finding, ...]:
    if facts.disk_free is None:
        return ()
    values = {"free": f"{facts.disk_free / _GIB:.1f}", "root": facts.root}
    text = Text("{free} GiB of disk free under {root}", values)
    if facts.disk_free >= _DISK_WISHED:
        return (Finding("disk", "ok", text),)
    state: State = "fail" if facts.disk_free < _DISK_NEEDED else "warn"
    return (Finding("disk", state, text, Text("docker system prune")),)


def _judge_memory(facts: EngineFacts) -> tuple[Finding, ...]:
    free = facts.memory if facts.memory_free is None else min(facts.memory_free, facts.memory)
    if not free:
        return ()
    values = {"free": f"{free / _GIB:.1f}", "processors": facts.processors}
    text = Text("{free} GiB of memory free, {processors} processors", values)
    if free >= _MEMORY_WISHED:
        return (Finding("memory", "ok", text),)
    state: State = "fail" if free < _MEMORY_NEEDED else "warn"
    return (
        Finding("memory", state, text, Text("close other programs, or labs: labctl down --all")),
    )


def _judge_images(facts: EngineFacts) -> Finding:
    missing = [image.reference for image in facts.images if not (image.present or image.optional)]
    if missing:
        return Finding(
            "images",
            "warn",
            Text("not built yet: {images}", {"images": ", ".join(missing)}),
            Text("labctl image build"),
        )
    present = ", ".join(
        image.reference for image in facts.images if image.present and image.service != "base"
    )
    return Finding("images", "ok", Text("the images are there: {images}", {"images": present}))


def _judge_ports(facts: EngineFacts) -> tuple[Finding, ...]:
    if not facts.holders:
        numbers = " ".join(str(port) for port in DOCUMENTED_PORT.values())
        return (
            Finding(
                "ports", "ok", Text("the documented ports are free: {ports}", {"ports": numbers})
            ),
        )
    labs = {who.name for who in facts.holders.values() if who.kind == "lab"}
    strangers = {name: who for name, who in facts.holders.items() if who.kind != "lab"}
    held = Text(
        "the documented ports are those of the lab {labs}", {"labs": ", ".join(sorted(labs))}
    )
    return (
        *((Finding("ports", "ok", held),) if labs else ()),
        *(
            Finding(
                f"port:{name}",
                "warn",
                Text(
                    "port {port} ({service}) is held by {holder}",
                    {"port": DOCUMENTED_PORT[name], "service": name, "holder": who},
                ),
                Text("stop it, or move the lab: labctl up --ports 20000"),
            )
            for name, who in strangers.items()
        ),
    )


def _judge_clock(facts: EngineFacts) -> Finding:
    values = {"seconds": f"{facts.clock_ahead:+.0f}"}
    if abs(facts.clock_ahead) > _CLOCK_MAY_DIFFER:
        return Finding(
            "clock",
            "warn",
            Text("the engine's clock is {seconds} s from this machine's", values),
            Text("start the engine's machine again, or set its clock: TLS and logs depend on it"),
        )
    return Finding("clock", "ok", Text("the engine's clock agrees with this machine's"))


def _judge_subnets(facts: EngineFacts) -> Finding:
    text = Text("subnets left for {count} labs", {"count": facts.subnets_left})
    if facts.subnets_left >= _SUBNETS_WISHED:
        return Finding("subnets", "ok", text)
    return Finding(
        "subnets",
        "warn" if facts.subnets_left else "fail",
        text,
        Text("remove labs that nobody uses (labctl down --all), or set LABCTL_SUBNET_POOL"),
    )


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(str(part) for part in version)
