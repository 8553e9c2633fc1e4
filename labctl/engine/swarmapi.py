"""The requests that only a Swarm's manager answers, and networks as only a Swarm wants them.

Source: https://docs.docker.com/reference/api/engine/version/v1.41/
"""

import json
from base64 import b64encode
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from labctl.engine.api import Api
from labctl.engine.explain import absent
from labctl.engine.labels import LAB_LABEL

Json = dict[str, Any]

_OUT_OF_SEQUENCE = "update out of sequence"  # in the Swarm's words: it has changed since


class SwarmApi:
    """``sdk`` is the SDK's low-level client: a session of the requests library."""

    def __init__(self, sdk: Api) -> None:
        self._sdk = sdk

    @property
    def version(self) -> tuple[int, ...]:
        """The version of the Engine API that is spoken."""
        return tuple(int(part) for part in str(self._sdk.api_version).split("."))

    def _ask(self, method: str, path: str, body: Json | None = None, **query: str | int) -> Any:  # noqa: ANN401 - whatever the engine answers
        from docker.errors import create_api_error_from_http_exception
        from requests.exceptions import HTTPError

        url = f"{self._sdk.base_url}/v{self._sdk.api_version}{path}"
        answer = self._sdk.request(method, url, json=body, params=query, timeout=self._sdk.timeout)
        try:
            answer.raise_for_status()
        except HTTPError as problem:
            create_api_error_from_http_exception(problem)
        return answer.json() if answer.content else None

    def nodes(self) -> list[Json]:
        """All nodes, also those that are gone."""
        found: list[Json] = self._ask("GET", "/nodes")
        return found

    def update_node(self, node: str, availability: str) -> None:
        """Have a node take tasks (``active``), only keep its own (``pause``), or give up all."""
        listed = self._ask("GET", f"/nodes/{quote(node)}")
        spec = listed["Spec"] | {"Availability": availability}
        version = listed["Version"]["Index"]
        self._ask("POST", f"/nodes/{quote(node)}/update", spec, version=version)

    def services(self, lab: str = "") -> list[Json]:
        """The services of all labs, or of one."""
        wanted = json.dumps({"label": [f"{LAB_LABEL}={lab}" if lab else LAB_LABEL]})
        found: list[Json] = self._ask("GET", "/services", filters=wanted)
        return found

    def tasks(self, services: Sequence[Json] | None = None) -> list[Json]:
        """All tasks, or those of these services."""
        if services is None:
            found: list[Json] = self._ask("GET", "/tasks")
            return found
        if not services:
            return []
        wanted = json.dumps({"service": [service["ID"] for service in services]})
        mine: list[Json] = self._ask("GET", "/tasks", filters=wanted)
        return mine

    def service(self, name: str) -> Json:
        """One service, by its name or its id."""
        found: Json = self._ask("GET", f"/services/{quote(name)}")
        return found

    def create_service(self, spec: Json) -> None:
        """Make a service."""
        self._ask("POST", "/services/create", spec)

    def update_service(self, service: Json, spec: Json) -> None:
        """Give a service a specification, and have it run anew, be it the same."""
        try:
            self._update(service["ID"], spec)
        except Exception as error:
            if _OUT_OF_SEQUENCE not in str(error):
                raise
            self._update(service["ID"], spec)

    def _update(self, service: str, spec: Json) -> None:
        """The Swarm itself writes to a service, too, as long as it follows its last update."""
        now = self.service(service)
        force = now["Spec"]["TaskTemplate"].get("ForceUpdate", 0) + 1
        anew = spec | {"TaskTemplate": spec["TaskTemplate"] | {"ForceUpdate": force}}
        version = now["Version"]["Index"]
        self._ask("POST", f"/services/{quote(service)}/update", anew, version=version)

    def remove_service(self, name: str) -> None:
        """Remove a service; its tasks end soon after. That it is gone already is fine."""
        self._remove(f"/services/{quote(name)}")

    def configs(self, lab: str = "", *labels: str) -> list[Json]:
        """What is kept in the Swarm itself of all labs, or of one; ``Data`` is in base64.

        With ``labels``: of that, what has all of these.
        """
        wanted = json.dumps({"label": [f"{LAB_LABEL}={lab}" if lab else LAB_LABEL, *labels]})
        found: list[Json] = self._ask("GET", "/configs", filters=wanted)
        return found

    def create_config(self, name: str, labels: dict[str, str], content: bytes) -> None:
        """Keep something in the Swarm itself: at most 500,000 bytes."""
        data = b64encode(content).decode()
        self._ask("POST", "/configs/create", {"Name": name, "Labels": labels, "Data": data})

    def label_config(self, config: Json, labels: dict[str, str]) -> None:
        """Give what is kept other labels: nothing else of it can be changed."""
        spec = config["Spec"] | {"Labels": labels}
        version = config["Version"]["Index"]
        self._ask("POST", f"/configs/{quote(config['ID'])}/update", spec, version=version)

    def remove_config(self, name: str) -> None:
        """Remove what was kept. That it is gone already is fine."""
        self._remove(f"/configs/{quote(name)}")

    def _remove(self, path: str) -> None:
        try:
            self._ask("DELETE", path)
        except Exception as error:
            if not absent(error):
                raise

    def create_network(self, body: Json) -> None:
        """Make a network that another describes, or one that describes others."""
        self._ask("POST", "/networks/create", body)
