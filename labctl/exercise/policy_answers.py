"""Answers about what a site's servers do. Pure."""

from labctl.exercise.finding import NOTHING, Finding
from labctl.exercise.probes import PolicyProbe
from labctl.lang import Text
from labctl.model.observation import Observation

SAYS = {
    "outside": "port 25 to a stranger who writes to somebody outside: {value}",
    "local": "port 25 to a stranger who writes to a user: {value}",
    "starttls": "STARTTLS: {value}",
    "implicit": "ports under TLS from the first byte: {value}",
    "certificate": "certificate: {value}",
    "quota": "quota: {value}",
    "delivery": "Dovecot's LMTP port: {value}",
    "mx": "the domain's MX: {value}",
}


def policy(probe: PolicyProbe, seen: Observation) -> Finding:
    """Whether each aspect is as asked, by what was measured last."""
    measured = {name: seen.policy.get(probe.key(name), "") for name in probe.asked}
    observed = _listed({name: value for name, value in measured.items() if value})
    return Finding(measured == probe.asked, _listed(probe.asked), observed, observed)


def _listed(values: dict[str, str]) -> Text:
    found = NOTHING
    for name, value in values.items():
        word = Text(SAYS[name], {"value": Text(value)})
        found = (
            word if found is NOTHING else Text("{left}; {right}", {"left": found, "right": word})
        )
    return found
