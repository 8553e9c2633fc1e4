"""Answers about what a stranger could read on the wire. Pure."""

from labctl.exercise import probes as p
from labctl.exercise.finding import Finding, at_least_one, counted
from labctl.lang import Text
from labctl.model.lab import DOCUMENTED_PORT
from labctl.model.observation import Observation, Overheard

_SHOWN = 3  # lines that are quoted


def wire(probe: p.WireProbe, seen: Observation) -> Finding:
    """How many lines with a password or with words stood there in the clear, or TLS records."""
    heard = seen.wire.get(probe.endpoint, Overheard())
    where = {"endpoint": probe.endpoint, "port": DOCUMENTED_PORT[probe.endpoint]}
    if probe.tls:
        what = Text("TLS records on the wire of {endpoint} (port {port})", where)
        return counted(at_least_one(probe), heard.records, what)
    if probe.password:
        address = seen.accounts.get(probe.password, probe.password)
        lines = [line for who, line in heard.exposed if who == address]
        what = Text(
            "lines on the wire of {endpoint} (port {port}) in which the password of {address}"
            " can be read",
            {**where, "address": address},
        )
        return counted(at_least_one(probe), len(lines), what, lines[:_SHOWN])
    if probe.clear:
        what = Text("lines in the clear on the wire of {endpoint} (port {port})", where)
        return counted(at_least_one(probe), len(heard.lines), what, heard.lines[:_SHOWN])
    lines = [line for line in heard.lines if all(word in line for word in probe.says)]
    what = Text(
        "lines in the clear on the wire of {endpoint} (port {port}) with {words}",
        {**where, "words": " … ".join(probe.says)},
    )
    return counted(at_least_one(probe), len(lines), what, lines[:_SHOWN])
