"""Free /28 networks for labs."""

from ipaddress import IPv4Network
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labctl.engine.subnets import (
    DEFAULT_POOLS,
    choose_from,
    count_left,
    engine_networks,
    parse_routes,
    pools,
)
from labctl.errors import BadUsage, NoSubnet

POOL = IPv4Network("10.213.0.0/24")  # sixteen labs
networks = st.builds(
    lambda address, prefix: IPv4Network((address, prefix), strict=False),
    st.integers(0x0AD50000, 0x0AD501FF),  # 10.213.0.0 to 10.213.1.255
    st.integers(22, 32),
)


@given(st.lists(networks, max_size=12), st.text())
def test_what_is_chosen_overlaps_nothing(used: list[IPv4Network], lab: str) -> None:
    free = count_left(POOL, used)
    if not free:
        with pytest.raises(NoSubnet):
            choose_from(POOL, lab, used)
        return
    found = choose_from(POOL, lab, used)
    assert found.prefixlen == 28
    assert found.subnet_of(POOL)
    assert not any(found.overlaps(network) for network in used)


@given(st.lists(networks, max_size=12))
def test_the_pool_serves_exactly_as_many_labs_as_are_left(used: list[IPv4Network]) -> None:
    taken = list(used)
    for number in range(count_left(POOL, used)):
        taken.append(choose_from(POOL, f"seat{number}", taken))
    assert count_left(POOL, taken) == 0


def test_a_default_route_takes_nothing() -> None:
    assert count_left(POOL, [IPv4Network("0.0.0.0/0")]) == 16


def test_the_same_name_gets_the_same_place() -> None:
    assert choose_from(POOL, "mail", []) == choose_from(POOL, "mail", [])


def test_the_pool_can_be_set() -> None:
    assert pools("192.0.2.0/24") == (IPv4Network("192.0.2.0/24"),)
    assert pools("") == DEFAULT_POOLS


@pytest.mark.parametrize("value", ["x", "10.0.0.1/8", "10.0.0.0/29", "fd00::/64", "{pool}"])
def test_a_pool_that_cannot_be_is_named(value: str) -> None:
    with pytest.raises(BadUsage, match="LABCTL_SUBNET_POOL"):
        pools(value)


def test_routes_are_read_as_the_kernel_writes_them() -> None:
    text = (
        "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT\n"
        "eth0\t00000000\t0100A8C0\t0003\t0\t0\t0\t00000000\t0\t0\t0\n"
        "eth0\t0000A8C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n"
        "tun0\t0000000A\t00000000\t0001\t0\t0\t0\t000000FF\t0\t0\t0\n"
        "off0\t000010AC\t00000000\t0000\t0\t0\t0\t0000F0FF\t0\t0\t0\n"
    )
    assert parse_routes(text) == [IPv4Network("192.168.0.0/24"), IPv4Network("10.0.0.0/8")]


@given(st.text())
def test_any_routing_table_is_survived(text: str) -> None:
    assert all(network.prefixlen for network in parse_routes("head\n" + text))


def test_the_engines_networks_are_read() -> None:
    listed: list[dict[str, Any]] = [
        {"Name": "none", "IPAM": {"Config": None}},
        {"Name": "six", "IPAM": {"Config": [{"Subnet": "fd00::/64"}, {}]}},
        {"Name": "bridge", "IPAM": {"Config": [{"Subnet": "172.17.0.0/16"}]}},
        {"Name": "odd", "IPAM": None},
    ]
    assert engine_networks(listed) == [IPv4Network("172.17.0.0/16")]
