"""Listening on the wire for an exercise: in a demo, and hands-on from one command to the next."""

from typing import get_args

from labctl.engine.protocol import Engine
from labctl.errors import EnvironmentProblem
from labctl.mail.overheard import overheard
from labctl.model.lab import DOCUMENTED_PORT, Service
from labctl.model.observation import Overheard

_SERVICES: tuple[Service, ...] = get_args(Service)
_MAIL = " or ".join(f"tcp port {port}" for port in DOCUMENTED_PORT.values())


class Ear:
    """What listens for one run, by its token: another process finds it again."""

    def __init__(self, engine: Engine, lab: str, token: str, passwords: dict[str, str]) -> None:
        self._engine = engine
        self._lab = lab
        self._token = token
        self._passwords = passwords

    def _name(self, service: str) -> str:
        return f"{self._token}-{service}"

    def listen(self, service: str) -> None:
        """Hear what is on that service's wire from now on, if nobody does already."""
        image = self._engine.client_image()
        self._engine.listen(self._lab, service, image, self._name(service), _MAIL)

    def heard(self, since: int) -> dict[str, Overheard]:
        """What could be read from ``since`` on (the engine's nanoseconds), by endpoint."""
        files = [f for s in _SERVICES for f in self._engine.overheard(self._lab, self._name(s))]
        try:
            return overheard(files, since, self._passwords)
        except ValueError as problem:
            wrong = "what tcpdump wrote is unreadable: {why}"
            raise EnvironmentProblem(wrong, why=problem) from None

    def end(self) -> None:
        """Listen no more."""
        for service in _SERVICES:
            self._engine.end_listening(self._lab, self._name(service))
