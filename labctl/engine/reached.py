"""A Docker Engine (or what speaks its API), reached; and what of labs is found on it."""

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from labctl.engine import found
from labctl.engine.api import Api
from labctl.engine.connect import connect, reach
from labctl.engine.explain import explained
from labctl.engine.labels import GATEWAY_LABEL, LAB_LABEL, SERVICE_LABEL, WORKSHOP_LABEL
from labctl.engine.locate import EngineAddress
from labctl.engine.ours import is_swarms, of_swarm
from labctl.engine.podman import Adapting
from labctl.engine.socketapi import SocketApi, at_hand
from labctl.engine.values import FoundLab, Resource
from labctl.errors import NoSuchLab, NotFound

if TYPE_CHECKING:
    from docker import DockerClient


class ReachedEngine:
    """See ``labctl.engine.protocol.Engine`` for what each method promises."""

    def __init__(self, address: EngineAddress | None = None) -> None:
        self._address = address

    @cached_property
    def _at_hand(self) -> tuple[EngineAddress, str] | None:
        return at_hand(self._address)

    @cached_property
    def _reached(self) -> "tuple[EngineAddress, DockerClient]":
        known = self._at_hand[0] if self._at_hand else self._address
        return (known, connect(known)) if known else reach()

    @property
    def address(self) -> EngineAddress:
        """Where the engine is."""
        return self._at_hand[0] if self._at_hand else self._reached[0]

    @property
    def client(self) -> "DockerClient":
        """The SDK's client, imported and connected when first needed."""
        return self._reached[1]

    @cached_property
    def api(self) -> Api:
        """One method a request: the SDK's low-level client, or what answers like it."""
        if self._at_hand and (path := self._at_hand[0].socket):
            return Adapting(SocketApi(path, self._at_hand[1], lambda: self.client.api))
        return Adapting(self.client.api)

    # -- finding -----------------------------------------------------------------------------------

    def labs(self) -> list[FoundLab]:
        """All labs on this engine; those on a Swarm are not, be it one of its nodes."""
        with explained():
            there = self.api.containers(all=True, filters={"label": LAB_LABEL})
        mine = (c for c in there if not is_swarms(c["Labels"]))
        return found.labs_of(c for c in mine if GATEWAY_LABEL not in c["Labels"])

    def find(self, lab: str) -> FoundLab | None:
        """One lab."""
        mine = {"label": f"{LAB_LABEL}={lab}"}
        with explained():
            there = self.api.containers(all=True, filters=mine)
        return next(iter(found.labs_of(c for c in there if not is_swarms(c["Labels"]))), None)

    def resources(self, lab: str) -> list[Resource]:
        """Everything that carries the lab's label."""
        return [resource for resource, _ in self._labelled(f"{LAB_LABEL}={lab}")]

    def resources_of_seats(self, workshop: str) -> dict[str, list[Resource]]:
        """Everything of the labs of which something carries the workshop's label."""
        there = self._labelled(LAB_LABEL)
        seats = {ls[LAB_LABEL] for _, ls in there if ls.get(WORKSHOP_LABEL) == workshop}
        found: dict[str, list[Resource]] = {lab: [] for lab in sorted(seats)}
        for resource, labels in there:
            if (lab := labels[LAB_LABEL]) in found:
                found[lab].append(resource)
        return found

    def traces(self) -> list[str]:
        """The names of all labs of which anything is there."""
        return sorted({labels[LAB_LABEL] for _, labels in self._labelled(LAB_LABEL)})

    def _labelled(self, label: str) -> list[tuple[Resource, Mapping[str, str]]]:
        """Everything that carries a label, with all its labels: one call a kind.

        What is of a lab on a Swarm is left out, for nothing here knows how to treat it.
        """
        mine = {"label": label}
        with explained():
            containers = self.api.containers(all=True, filters=mine)
            networks = self.api.networks(filters=mine)
            volumes = self.api.volumes(filters=mine)["Volumes"] or []
        swarms = of_swarm((c["Labels"] for c in containers), [v["Labels"] for v in volumes])
        mine_alone = [c for c, other in zip(containers, swarms, strict=True) if not other]
        listed = [
            *((Resource("container", c["Names"][0].lstrip("/")), c["Labels"]) for c in mine_alone),
            *((Resource("network", n["Name"]), n["Labels"]) for n in networks),
            *((Resource("volume", v["Name"]), v["Labels"]) for v in volumes),
        ]
        return [(resource, labels) for resource, labels in listed if not is_swarms(labels)]

    def _container(self, lab: str, service: str) -> str:
        wanted = [f"{LAB_LABEL}={lab}", f"{SERVICE_LABEL}={service}"]
        there = self.api.containers(all=True, filters={"label": wanted})
        if not there:
            if self.find(lab) is None:
                raise NoSuchLab(lab)
            raise NotFound(
                "the lab {lab} has no service {service}",
                remedy="see its services: labctl status",
                lab=lab,
                service=service,
            )
        return str(there[0]["Id"])
