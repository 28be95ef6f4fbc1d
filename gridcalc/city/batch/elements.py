"""Ids of the elements of a field, by their position."""

from collections.abc import Sequence

from gridcalc.city.batch.family import Elements
from gridcalc.city.batch.field import Field


class Names:
    """Ids by position."""

    def __init__(self, ids: Sequence[str]) -> None:
        self._ids = ids

    def __call__(self, position: int) -> str:
        """Return the id at a position."""
        return self._ids[position]


def cable_ids(field: Field) -> Elements:
    """Return the elements of a family of all cables."""
    return field.of_cable, Names(field.forest.network.cables.ids)


def trafo_ids(field: Field) -> Elements:
    """Return the elements of a family of all transformers."""
    return field.of_trafo, Names(field.forest.network.transformers.ids)


def node_ids(field: Field) -> Elements:
    """Return the elements of a family of all nodes."""
    return field.of_node, Names(field.forest.network.node_ids)


def source_ids(field: Field) -> Elements:
    """Return the elements of a family of all sources."""
    return field.of_source, Names(field.forest.network.sources.ids)
