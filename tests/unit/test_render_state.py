"""A lab's state as a file: written and read again without loss, and nothing else is accepted."""

import json
from ipaddress import IPv4Network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labctl.errors import LabError
from labctl.model.lab import (
    ENDPOINT_NAMES,
    Account,
    Certificate,
    Endpoint,
    Host,
    LabSpec,
    Limits,
    Site,
)
from labctl.model.workshop import Seat
from labctl.render.state import dump_state, load_state
from tests.unit.lab_specs import a_lab

words = st.text(max_size=30)
sites = st.builds(
    Site,
    words,
    st.lists(st.builds(Account, words, words), max_size=3).map(tuple),
    st.builds(Host, words, words),
    st.builds(Host, words, words),
)
endpoints = st.builds(Endpoint, st.sampled_from(ENDPOINT_NAMES), words, st.integers(1, 65535))
labs = st.builds(
    LabSpec,
    name=words,
    sites=st.lists(sites, max_size=2).map(tuple),
    endpoints=st.lists(endpoints, max_size=7).map(tuple),
    subnet=st.integers(0, 2**28 - 1).map(lambda n: IPv4Network((n * 16, 28))),
    bind=words,
    limits=st.builds(Limits, st.integers(1), st.integers(1), st.integers(0)),
    certificate=st.builds(Certificate, words, words, words, words),
    seat=st.none() | st.builds(Seat, st.just("room-1"), st.integers(1), words, words),
    images=st.fixed_dictionaries({"postfix": words, "dovecot": words}),
)


@given(labs)
def test_what_is_written_is_read_again(spec: LabSpec) -> None:
    assert load_state(dump_state(spec)) == spec


def test_another_schema_is_refused_with_a_way_past_it() -> None:
    content = dump_state(a_lab()).replace(b'"schema": 1', b'"schema": 99')
    with pytest.raises(LabError, match="99") as refused:
        load_state(content)
    assert "labctl down" in str(refused.value)


@given(
    st.one_of(
        st.binary(max_size=50),
        st.recursive(
            st.one_of(st.none(), st.booleans(), st.integers(), words),
            lambda inner: st.lists(inner) | st.dictionaries(words, inner),
        ).map(lambda found: json.dumps({"schema": 1, "lab": found}).encode()),
    )
)
def test_anything_else_is_refused(content: bytes) -> None:
    with pytest.raises(LabError):
        load_state(content)


def test_half_a_state_is_refused() -> None:
    with pytest.raises(LabError):
        load_state(dump_state(a_lab())[:-200])
