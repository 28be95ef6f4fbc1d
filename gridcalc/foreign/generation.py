"""Generators of a foreign network at the hour when cars charge."""

from dataclasses import replace

from gridcalc.network.foreign_tables import ForeignTables

GENERATORS = ("sgen", "asymmetric_sgen")


def n_generators(tables: ForeignTables) -> int:
    """Return how many generators without voltage control are in service."""
    return sum(sum(tables.frame(name).flags("in_service")) for name in GENERATORS)


def with_generation(tables: ForeignTables, share: float) -> ForeignTables:
    """Return the network with a share of its generation; itself where it has none. [-]."""
    if not n_generators(tables):
        return tables
    frames = dict(tables.frames)
    for name in GENERATORS:
        frame = tables.frame(name)
        if frame.n:
            scaled = tuple(share * value for value in frame.numbers("scaling", 1.0))
            frames[name] = frame.holding(scaling=scaled)
    return replace(tables, frames=frames)
