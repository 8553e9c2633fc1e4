"""Rooms whose seats are labs of two sites: mail crosses each seat, and none leaves it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from labctl.engine.dockerengine import DockerEngine
from labctl.model.gateway import address_of
from labctl.model.lab import DOCUMENTED_PORT, LabSpec
from labctl.verbs.client_container import ensure_client
from labctl.verbs.labs import account_of, spec_of
from tests.engine.rooms import own_base
from tests.engine.running import RunningLab, labctl, labctl_json, wait_until
from tests.engine.seats import reached

SITES = 2
SERVERS = ("dns", "dovecot", "dovecot-beta", "filter", "postfix", "postfix-beta")


@contextmanager
def room_of_two(engine: DockerEngine, name: str, base: int, *more: str) -> Iterator[list[LabSpec]]:
    """Two seats as a host asks for them; `workshop down` leaves nothing."""
    words = ("--workshop", name)
    try:
        wish = ("--seats", "2", "--definition", "duo", "--base", str(base))
        made = labctl_json("workshop", "up", *wish, *more, *words)
        assert (made["made"], made["failed"]) == ([1, 2], [])
        yield [spec_of(engine, seat["lab"]) for seat in made["seats"]]
    finally:
        gone = labctl("workshop", "down", *words)
        left = [lab for lab in engine.traces() if lab.startswith(name)]
    assert (gone.returncode, left) == (0, []), gone.stderr


def ports_are_as_planned(specs: list[LabSpec], base: int) -> None:
    """A seat of two sites takes two hundreds, one for each site; no port is anybody else's."""
    ports = [e.port for spec in specs for e in (*spec.endpoints, *spec.further)]
    assert len(set(ports)) == len(ports) == 2 * SITES * len(DOCUMENTED_PORT)
    for number, spec in enumerate(specs, start=1):
        for place, site in enumerate(spec.sites):
            first = base + 100 * (SITES * number + place)
            mine = {e.name: e.port for e in spec.endpoints_of(site.domain)}
            assert mine == {name: first + port % 100 for name, port in DOCUMENTED_PORT.items()}


def mail_crosses(lab: RunningLab) -> None:
    """From alpha to beta, by the way that the seat's own DNS names."""
    dora = account_of(lab.spec, "dora")
    before, since = lab.inbox_count(dora), lab.engine.now()
    labctl_json("send", "--lab", lab.name, "--from", "alice", "--to", dora.address)
    lab.arrives(dora, before + 1)
    said = "\n".join(x.text for x in lab.engine.logs(lab.name, "postfix", since=since))
    assert f"relay=mx.beta.test[{lab.spec.sites[1].postfix.address}]:25" in said


def nothing_leads_to_the_other(
    engine: DockerEngine, mine: LabSpec, other: LabSpec, service: str
) -> None:
    """Its own servers are reached in the same way: so that is no fault of the asking."""
    own = [(site.postfix.address, 25) for site in mine.sites]
    strange = [(site.postfix.address, 25) for site in other.sites]
    strange += [(site.dovecot.address, 143) for site in other.sites]
    assert other.dns
    strange.append((other.dns.address, 53))
    assert reached(engine, mine.name, service, own + strange) == set(own)


def counted(*labs: RunningLab) -> list[int]:
    """How many messages each seat's dora has."""
    return [lab.inbox_count(account_of(lab.spec, "dora")) for lab in labs]


@pytest.mark.slow
def test_a_room_of_two_sites_a_seat_is_run_from_up_to_down(
    engine: DockerEngine, tmp_path: Path
) -> None:
    name, base = f"duo-room-{os.getpid()}", own_base()
    room = ("--workshop", name)
    with room_of_two(engine, name, base) as specs:
        first, second = (RunningLab(engine, spec) for spec in specs)
        ports_are_as_planned(specs, base)
        for seat in labctl_json("workshop", "status", *room)["seats"]:
            assert (seat["state"], len(seat["accounts"])) == ("ready", 6)

        # Mail crosses a seat, and the dora of the next one has none of it.
        mail_crosses(first)
        assert counted(first, second) == [1, 0]

        # A wrong MX at one seat: there mail waits, at the other it goes on.
        labctl_json("workshop", "profile", "1", "broken-mx", *room)
        labctl_json("send", "--lab", first.name, "--from", "alice", "--to", "dora@beta.test")
        wait_until("it waits", lambda: "Connection refused" in first.queue())
        mail_crosses(second)
        labctl_json("workshop", "profile", "1", "default", *room)
        first.arrives(account_of(first.spec, "dora"), 2)

        # What is printed, and who has done what.
        labctl_json("workshop", "handout", str(tmp_path / "pages"), *room)
        page = (tmp_path / "pages" / "seat-001.html").read_text("utf-8")
        assert all(f">{e.port}<" in page for e in (*first.spec.endpoints, *first.spec.further))
        assert all(account.password in page for account in first.spec.accounts)
        begun = labctl_json("workshop", "begin", "all", "port-25-server-to-server", *room)
        assert begun["seats"] == [1, 2]
        grid = labctl_json("workshop", "grid", *room)["seats"]
        assert [s["exercises"] for s in grid] == [{"port-25-server-to-server": "begun"}] * 2
        again = labctl_json("workshop", "up", "--seats", "2", *room)
        assert (again["made"], again["failed"]) == ([], [])  # they are in the middle of it

        # Both sites' mail is kept, goes with a reset, and is there again.
        kept = ("--folder", str(tmp_path / "kept"), *room)
        assert labctl_json("workshop", "checkpoint", "save", *kept)["seats"] == [1, 2]
        labctl_json("workshop", "reset", "1", *room)
        assert counted(first, second) == [0, 1]
        labctl_json("workshop", "checkpoint", "restore", "1", *kept)
        assert counted(first, second) == [2, 1]
        mail_crosses(RunningLab(engine, spec_of(engine, first.name)))


@pytest.mark.slow
def test_behind_a_gateway_two_sites_reach_each_other_and_no_other_seat(
    engine: DockerEngine,
) -> None:
    name, base = f"duo-gate-{os.getpid()}", own_base() + 400
    with room_of_two(engine, name, base, "--gateway") as specs:
        ports_are_as_planned(specs, base)
        assert all(spec.gateway for spec in specs)
        first, second = (RunningLab(engine, spec) for spec in specs)

        # Each of a seat's containers has a place in its subnet, also the participant's own.
        ensure_client(engine, first.name)
        taken = addresses(engine, first.name)
        assert taken.keys() == {*SERVERS, "client"}
        assert len({*taken.values(), address_of(first.spec.subnet)}) == len(taken) + 1

        for lab in (first, second):
            mail_crosses(lab)
        assert counted(first, second) == [1, 1]
        for service in ("postfix", "postfix-beta"):
            nothing_leads_to_the_other(engine, first.spec, second.spec, service)


def addresses(engine: DockerEngine, lab: str) -> dict[str, str]:
    """Of each service, in the seat's own network."""
    found = {}
    for each in engine.api.containers(filters={"label": f"com.docker.compose.project={lab}"}):
        networks = each["NetworkSettings"]["Networks"]
        (mine,) = (n for key, n in networks.items() if key.startswith(f"{lab}_"))
        found[each["Labels"]["com.docker.compose.service"]] = mine["IPAddress"]
    return found
