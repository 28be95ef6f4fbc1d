"""Find the parts of a compound that works name; a wrong name is a mistake of the program."""

from collections.abc import Iterable
from typing import Protocol, TypeVar

from gridcalc.catalogue import Catalogue, Transformer
from gridcalc.compound.model import (
    Compound,
    LvCable,
    MvCable,
    Protection,
    Source,
    Substation,
    TransformerUnit,
    hv_terminal,
    lv_board,
)
from gridcalc.units import VN_MV_KV


class _Named(Protocol):
    @property
    def id(self) -> str: ...


Row = TypeVar("Row", bound=_Named)


def _found(rows: Iterable[Row], name: str, what: str) -> Row:
    for row in rows:
        if row.id == name:
            return row
    raise ValueError(f"there is no {what} {name!r}")


def transformer(compound: Compound, name: str) -> TransformerUnit:
    """Return the transformer of an id."""
    return _found(compound.transformers, name, "transformer")


def substation(compound: Compound, name: str) -> Substation:
    """Return the substation of an id."""
    return _found(compound.substations, name, "substation")


def substation_of(compound: Compound, unit: str) -> Substation:
    """Return the substation a transformer stands in."""
    for station in compound.substations:
        if unit in {row.id for row in station.transformers}:
            return station
    raise ValueError(f"there is no transformer {unit!r}")


def cable(compound: Compound, name: str) -> LvCable | MvCable:
    """Return the LV or 10 kV cable of an id."""
    return _found(cables(compound), name, "cable")


def lv_cable(compound: Compound, name: str) -> LvCable:
    """Return the LV cable of an id."""
    return _found(compound.lv_cables, name, "LV cable")


def mv_cable(compound: Compound, name: str) -> MvCable:
    """Return the 10 kV cable of an id."""
    return _found(compound.mv_cables, name, "10 kV cable")


def source(compound: Compound, name: str) -> Source:
    """Return the source of an id."""
    return _found(compound.sources, name, "source")


def cables(compound: Compound) -> tuple[LvCable | MvCable, ...]:
    """Return all LV cables and all 10 kV cables, in file order."""
    return (*compound.lv_cables, *compound.mv_cables)


def device(compound: Compound, element: str) -> Protection | None:
    """Return the protective device at an element, None where the file gives none."""
    return next((row for row in compound.protection if row.element == element), None)


def feeder(compound: Compound, name: str) -> LvCable:
    """Return the first cable of an LV feeder."""
    row = lv_cable(compound, name)
    if row.from_id not in boards(compound):
        raise ValueError(f"{name!r} is not the first cable of a feeder")
    return row


def boards(compound: Compound) -> dict[str, TransformerUnit]:
    """Return the transformers by their LV boards."""
    return {lv_board(unit.id): unit for unit in compound.transformers}


def feeding_unit(compound: Compound, feeder_id: str) -> TransformerUnit:
    """Return the transformer that feeds a feeder."""
    return boards(compound)[feeder(compound, feeder_id).from_id]


def way_to(compound: Compound, name: str) -> tuple[LvCable, ...]:
    """Return the LV cables from the board to the far end of one, itself last."""
    way = [lv_cable(compound, name)]
    arriving = {cable.to_id: cable for cable in compound.lv_cables}
    starts = boards(compound)
    while way[0].from_id not in starts:
        before = arriving.get(way[0].from_id)
        if before is None or before in way:
            raise ValueError(f"no LV board feeds {name!r}")
        way.insert(0, before)
    return tuple(way)


def unit_beside(compound: Compound, today: str, wanted: str) -> TransformerUnit:
    """Return a transformer that stands in the substation of another one, or is that one."""
    unit = transformer(compound, wanted)
    station = substation_of(compound, today)
    if unit not in station.transformers:
        raise ValueError(
            f"{wanted!r} does not stand in {station.id!r}, the substation of {today!r}"
        )
    return unit


def has_mv_bus(compound: Compound, node: str) -> bool:
    """Return whether cables can start at a node: a source, an RMU, a substation with a bus."""
    if node in {*(row.id for row in compound.sources), *(row.id for row in compound.rmus)}:
        return True
    ends = {end for row in compound.mv_cables for end in (row.from_id, row.to_id)}
    return node in ends & {row.id for row in compound.substations}


def cables_at(compound: Compound, node: str) -> tuple[MvCable, ...]:
    """Return the 10 kV cables at a node, the trunk first.

    Closed cables go before open ones, cables between nodes before those to transformers; ties
    are broken by id.
    """
    units = {unit.id for unit in compound.transformers}
    rows = [row for row in compound.mv_cables if node in {row.from_id, row.to_id}]

    def rank(row: MvCable) -> tuple[bool, bool, str]:
        return row.normally_open, bool(units & ({row.from_id, row.to_id} - {node})), row.id

    return tuple(sorted(rows, key=rank))


def other_end(row: MvCable, node: str) -> str:
    """Return the end of a 10 kV cable that is not the node."""
    return row.to_id if row.from_id == node else row.from_id


def unit_type(catalogue: Catalogue, name: str, *, tap: int) -> Transformer:
    """Return a transformer of the catalogue that can stand on a tap."""
    if name not in catalogue.transformers:
        raise ValueError(f"the catalogue has no transformer {name!r}")
    row = catalogue.transformers[name]
    if abs(tap) > row.n_tap_steps_each_side:
        raise ValueError(f"{name!r} has no tap {tap}")
    return row


def check_cable_type(catalogue: Catalogue, name: str, *, mv: bool) -> None:
    """Raise ``ValueError`` unless the catalogue has a cable of this name and voltage."""
    row = catalogue.cables.get(name)
    if row is None or (row.vn_kv >= VN_MV_KV) != mv:
        raise ValueError(f"the catalogue has no {'10' if mv else '0.4'} kV cable {name!r}")


def taken_ids(compound: Compound) -> frozenset[str]:
    """Return the ids that exist, those that belong to a transformer included."""
    sections = (
        *(compound.sources, compound.rmus, compound.mv_cables, compound.substations),
        *(compound.transformers, compound.lv_nodes, compound.lv_cables),
    )
    ids = {row.id for rows in sections for row in rows}
    ends = {end(unit.id) for unit in compound.transformers for end in (lv_board, hv_terminal)}
    return frozenset(ids | ends)


def check_new_ids(compound: Compound, names: Iterable[str]) -> None:
    """Raise ``ValueError`` for ids that exist or belong to a transformer."""
    taken = set(taken_ids(compound))
    for name in names:
        if name in taken:
            raise ValueError(f"the id {name!r} exists already")
        taken |= {name, lv_board(name), hv_terminal(name)}
