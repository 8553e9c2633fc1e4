"""Where a client of ours connects, and whom it trusts."""

from labctl.mail.wire import Target
from labctl.model.lab import EndpointName, LabSpec


def target_of(spec: LabSpec, name: EndpointName) -> Target:
    """One endpoint of a lab, with the lab's CA."""
    endpoint = next(e for e in spec.endpoints if e.name == name)
    return Target(endpoint, spec.certificate.ca_pem)
