"""Networks side by side as one."""

from collections.abc import Callable, Sequence
from dataclasses import fields
from typing import Any, TypeVar

import numpy as np

from gridcalc.network.arrays import Cables, Floats, Ints, Network, Sources, Transformers

Table = TypeVar("Table", Cables, Sources, Transformers)
_NODE_FIELDS = {"node", "from_node", "to_node", "hv_node", "lv_node"}


def first_nodes(networks: Sequence[Network]) -> Ints:
    """Return the first node of each network and, at the end, the number of all nodes."""
    return np.concatenate([[0], np.cumsum([net.n_nodes for net in networks])]).astype(np.int64)


def joined(networks: Sequence[Network]) -> Network:
    """Return networks as one whose elements stand in the order of the networks.

    Ids are those of the parts, so they may repeat; indices are those of the whole.
    """
    first = first_nodes(networks)
    return Network(
        node_ids=tuple(name for net in networks for name in net.node_ids),
        vn_kv=_joined([net.vn_kv for net in networks]),
        sources=_table(Sources, [net.sources for net in networks], first),
        cables=_table(Cables, [net.cables for net in networks], first),
        transformers=_table(Transformers, [net.transformers for net in networks], first),
    )


def _joined(columns: Sequence[Floats]) -> Floats:
    return np.concatenate(columns) if columns else np.zeros(0)


def _table(kind: Callable[..., Table], parts: Sequence[Table], first: Ints) -> Table:
    columns: dict[str, Any] = {}
    for field in fields(parts[0]):
        values = [getattr(part, field.name) for part in parts]
        if isinstance(values[0], tuple):
            columns[field.name] = tuple(item for value in values for item in value)
        elif field.name in _NODE_FIELDS:
            moved = [value + start for value, start in zip(values, first[:-1], strict=True)]
            columns[field.name] = np.concatenate(moved)
        else:
            columns[field.name] = np.concatenate(values)
    return kind(**columns)
