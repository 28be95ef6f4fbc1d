"""Levels of the radial tree, on networks of which the answer is seen at a glance."""

from dataclasses import replace

import numpy as np

from gridcalc.network.arrays import Network
from gridcalc.powerflow.tree import is_radial, levels_of
from tests.crosscheck.hand_network import hand_network


def with_cable(network: Network, start: int, end: int, *, is_open: bool) -> Network:
    """Return the network with a copy of its first cable between two other nodes."""
    c = network.cables
    repeated = {
        name: np.append(getattr(c, name), getattr(c, name)[0])
        for name in (
            "length_m", "parallel", "r1_ohm_per_km", "x1_ohm_per_km", "r0_ohm_per_km",
            "x0_ohm_per_km", "r20_ohm_per_km", "c_nf_per_km", "ampacity_a",
        )
    }  # fmt: skip
    cables = replace(
        c,
        ids=(*c.ids, "EXTRA"),
        types=(*c.types, c.types[0]),
        from_node=np.append(c.from_node, start),
        to_node=np.append(c.to_node, end),
        is_open=np.append(c.is_open, is_open),
        **repeated,
    )
    return replace(network, cables=cables)


def with_node(network: Network, name: str) -> Network:
    return replace(
        network, node_ids=(*network.node_ids, name), vn_kv=np.append(network.vn_kv, 10.0)
    )


def with_second_source(network: Network, node: int) -> Network:
    s = network.sources
    doubled = {
        name: np.repeat(getattr(s, name), 2)
        for name in ("vm_peak_pu", "vm_low_load_pu", "s_sc_max_mva", "s_sc_min_mva", "r_over_x")
    }
    sources = replace(s, ids=("SRC", "SRC2"), node=np.append(s.node, node), **doubled)
    return replace(network, sources=sources)


def test_levels_run_from_the_source_to_the_last_box():
    levels = levels_of(hand_network())

    assert [level.parent.tolist() for level in levels] == [[0], [1], [2]]
    assert [level.child.tolist() for level in levels] == [[1], [2], [3]]
    assert [level.cable.tolist() for level in levels] == [[0], [-1], [1]]
    assert [level.trafo.tolist() for level in levels] == [[-1], [0], [-1]]


def test_the_direction_a_cable_was_drawn_in_does_not_matter():
    network = hand_network()
    c = network.cables
    turned = replace(network, cables=replace(c, from_node=c.to_node, to_node=c.from_node))

    levels = levels_of(turned)

    assert [level.child.tolist() for level in levels] == [[1], [2], [3]]


def test_an_open_cable_is_not_walked():
    network = with_cable(with_node(hand_network(), "FAR"), 0, 4, is_open=True)

    reached = {int(child) for level in levels_of(network) for child in level.child}

    assert 4 not in reached


def test_a_chain_is_radial():
    assert is_radial(hand_network())


def test_a_ring_is_radial_only_while_its_point_is_open():
    ring = with_cable(hand_network(), 0, 1, is_open=False)
    opened = with_cable(hand_network(), 0, 1, is_open=True)

    assert not is_radial(ring)
    assert is_radial(opened)


def test_a_node_without_supply_is_not_radial():
    assert not is_radial(with_node(hand_network(), "ISLAND"))


def test_two_sources_joined_by_a_cable_are_not_radial():
    apart = with_second_source(with_node(hand_network(), "SRC2"), 4)

    assert is_radial(apart)
    assert not is_radial(with_cable(apart, 4, 1, is_open=False))
    assert is_radial(with_cable(apart, 4, 1, is_open=True))
