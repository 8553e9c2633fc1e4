"""What a Swarm does otherwise than one engine: addresses, kept mail, who still answers."""

from dataclasses import replace

import pytest

from labctl.engine.dockerengine import DockerEngine
from labctl.engine.swarmengine import SwarmEngine
from labctl.engine.swarmfollow import Roll
from labctl.engine.values import Resource
from labctl.errors import BadUsage
from labctl.render.state import dump_state
from labctl.verbs.down import kept_with_mail
from tests.unit.lab_specs import a_lab


def test_a_lab_that_comes_to_a_swarm_is_published_everywhere() -> None:
    swarm = SwarmEngine()
    assert swarm.usual_bind(None, "127.0.0.1") == "0.0.0.0"
    with pytest.raises(BadUsage, match="on all addresses"):
        swarm.usual_bind("127.0.0.1", None)


def test_on_one_engine_a_lab_stays_where_it_is_published() -> None:
    docker = DockerEngine()
    assert docker.usual_bind(None, "192.0.2.1") == "192.0.2.1"
    assert docker.usual_bind("192.0.2.2", "192.0.2.1") == "192.0.2.2"
    assert docker.usual_bind(None) == "127.0.0.1"


def test_a_labs_state_names_no_nodes_address() -> None:
    lab = a_lab()
    at_a_node = lab.reached_at("192.0.2.7")
    assert dump_state(at_a_node) != dump_state(lab)
    assert dump_state(at_a_node.as_kept) == dump_state(lab)
    assert lab.as_kept == lab
    everywhere = replace(lab, bind="0.0.0.0")
    assert {e.host for e in everywhere.reached_at("192.0.2.7").as_kept.endpoints} == {"127.0.0.1"}


def test_kept_mail_on_a_swarm_is_found_again_by_what_the_swarm_keeps() -> None:
    mail, logs = Resource("volume", "mail_mail", "n1"), Resource("volume", "mail_run", "n1")
    config, service = Resource("config", "mail.applied.0"), Resource("service", "mail_dovecot")
    assert kept_with_mail("mail", [service, mail, logs, config]) == (mail, config)


def test_where_no_node_has_the_mail_nothing_is_kept() -> None:
    config = Resource("config", "mail.applied.0")  # its node is silent: `remove` notes that
    assert kept_with_mail("mail", [Resource("service", "mail_dovecot"), config]) == ()


def test_a_node_that_falls_silent_ends_the_stream() -> None:
    heard = iter([{"a", "b"}, {"a", "b"}, {"a"}])
    assert list(Roll(lambda: frozenset(next(heard)), every=0.001)) == []
    assert next(heard, None) is None


def test_it_ends_when_nobody_listens_any_more() -> None:
    roll = Roll(lambda: frozenset("a"), every=60)
    roll.close()
    assert list(roll) == []
