"""Where a client of ours connects, and whom it trusts."""

from labctl.mail.wire import Target
from labctl.model.lab import EndpointName, LabSpec


def target_of(spec: LabSpec, name: EndpointName, domain: str = "") -> Target:
    """One endpoint of a site, by default of the lab's first, with the lab's CA."""
    endpoints = spec.endpoints_of(domain) if domain in spec.domains else spec.endpoints
    endpoint = next(e for e in endpoints if e.name == name)
    return Target(endpoint, spec.certificate.ca_pem)
