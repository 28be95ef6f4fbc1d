"""Networks side by side: every element of every part, with indices of the whole."""

from dataclasses import fields

import numpy as np
import pytest

from gridcalc.network.arrays import Cables, Sources, Transformers
from gridcalc.network.joining import first_nodes, joined
from tests.crosscheck.random_networks import random_network

NODES = {"node", "from_node", "to_node", "hv_node", "lv_node"}


@pytest.fixture(scope="module")
def parts():
    return [random_network(seed, n_sources=1 + seed % 2).network for seed in range(4)]


def test_nodes_are_counted_on_from_network_to_network(parts):
    first = first_nodes(parts)

    assert first.tolist() == [sum(net.n_nodes for net in parts[:k]) for k in range(5)]


@pytest.mark.parametrize(
    ("table", "record"),
    [("sources", Sources), ("cables", Cables), ("transformers", Transformers)],
)
def test_the_elements_of_a_part_stand_together_with_nodes_of_the_whole(parts, table, record):
    whole, first = getattr(joined(parts), table), first_nodes(parts)
    starts = np.cumsum([0, *(len(getattr(net, table).ids) for net in parts)])

    for k, net in enumerate(parts):
        own = slice(starts[k], starts[k + 1])
        for field in fields(record):
            part, found = getattr(getattr(net, table), field.name), getattr(whole, field.name)
            moved = part + first[k] if field.name in NODES else part
            assert list(found[own]) == list(moved), field.name
            assert len(found) == starts[-1]


def test_a_network_by_itself_stays_as_it_is(parts):
    whole = joined(parts[:1])

    assert whole.node_ids == parts[0].node_ids
    assert np.array_equal(whole.vn_kv, parts[0].vn_kv)
    assert np.array_equal(whole.cables.to_node, parts[0].cables.to_node)


def test_ids_may_repeat(parts):
    whole = joined([parts[0], parts[0]])

    assert whole.node_ids == parts[0].node_ids * 2
    assert whole.n_nodes == 2 * parts[0].n_nodes
