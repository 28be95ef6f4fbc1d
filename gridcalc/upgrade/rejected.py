"""What cannot be built in a compound, and why."""

from collections.abc import Iterator
from dataclasses import dataclass

from gridcalc.catalogue import Catalogue
from gridcalc.compound.model import Compound, LvCable, MvCable
from gridcalc.compound.topology import lv_topology
from gridcalc.notes import Note, note
from gridcalc.policy import PolicyPack
from gridcalc.upgrade import lookup
from gridcalc.upgrade.bays import bay_of, has_bay, spare_bays, spare_source_bays
from gridcalc.upgrade.line_options import cable_options, can_split
from gridcalc.upgrade.measures import (
    WHOLE_COMPOUND,
    MoveFeeder,
    MoveToSource,
    NewSubstation,
    ReplaceCable,
    ReplaceTransformer,
    SecondTransformer,
    SplitFeeder,
)
from gridcalc.upgrade.supply import feeding_bus
from gridcalc.upgrade.unit_options import max_unit_kva, transformer_options


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """A measure that cannot be built.

    Parameters
    ----------
    kind
        Kind of the measure, such as ``replace_transformer``.
    element
        What it would change, or where it would begin.
    reason
        Why not.
    """

    kind: str
    element: str
    reason: Note


def not_possible(
    compound: Compound, *, catalogue: Catalogue, policy: PolicyPack, max_parallel: int = 2
) -> tuple[Rejected, ...]:
    """Return what cannot be built and why, by kind and element.

    Parameters
    ----------
    compound
        The compound, its gaps filled.
    catalogue
        The equipment.
    policy
        Limits the size of transformers.
    max_parallel
        Most equal LV cables in parallel. [-]
    """
    found = [
        *_no_larger_unit(compound, catalogue, policy),
        *_no_larger_cable(compound, catalogue, max_parallel),
        *_no_room(compound, catalogue),
        *_no_bay(compound, catalogue),
        *_no_feed(compound),
        *_no_other_unit(compound),
        *_no_split(compound),
        *_no_other_source(compound),
        *_not_priced(),
    ]
    return tuple(sorted(found, key=lambda row: (row.kind, row.element, str(row.reason))))


def _no_larger_unit(
    compound: Compound, catalogue: Catalogue, policy: PolicyPack
) -> Iterator[Rejected]:
    for unit in compound.transformers:
        if not transformer_options(compound, unit.id, catalogue=catalogue, policy=policy):
            limit = max_unit_kva(lookup.substation_of(compound, unit.id), policy)
            reason = note(
                "no larger unit than {type} up to the limit of {limit:g} kVA",
                type=unit.type,
                limit=limit,
            )
            yield Rejected(kind=ReplaceTransformer.kind, element=unit.id, reason=reason)


def _no_larger_cable(
    compound: Compound, catalogue: Catalogue, max_parallel: int
) -> Iterator[Rejected]:
    cables: tuple[LvCable | MvCable, ...] = (*compound.lv_cables, *compound.mv_cables)
    for row in cables:
        if not cable_options(compound, row.id, catalogue=catalogue, max_parallel=max_parallel):
            most = max_parallel if isinstance(row, LvCable) else 1
            reason = note(
                "no cable of this family carries more than {type}, at most {most} in parallel",
                type=row.type,
                most=most,
            )
            yield Rejected(kind=ReplaceCable.kind, element=row.id, reason=reason)


def _no_room(compound: Compound, catalogue: Catalogue) -> Iterator[Rejected]:
    free = spare_bays(compound, catalogue=catalogue)
    for station in compound.substations:
        nodes = sorted({bay_of(compound, unit) for unit in station.transformers})
        full = [node for node in nodes if not has_bay(free, node)]
        if station.kind == "prefabricated":
            reason = note("a prefabricated substation has no room for one more unit")
            yield Rejected(kind=SecondTransformer.kind, element=station.id, reason=reason)
        elif full:
            reason = note("no spare bay at {node}", node=full[0])
            yield Rejected(kind=SecondTransformer.kind, element=station.id, reason=reason)


def _no_bay(compound: Compound, catalogue: Catalogue) -> Iterator[Rejected]:
    free = spare_bays(compound, catalogue=catalogue)
    for node in free:
        if not has_bay(free, node):
            reason = note("no spare bay at {node}; a new RMU is needed", node=node)
            yield Rejected(kind=NewSubstation.kind, element=node, reason=reason)


def _no_feed(compound: Compound) -> Iterator[Rejected]:
    for station in compound.substations:
        if feeding_bus(compound, station) is None:
            reason = note("no 10 kV cable is given that a new one could be like")
            yield Rejected(kind=NewSubstation.kind, element=station.id, reason=reason)


def _no_other_unit(compound: Compound) -> Iterator[Rejected]:
    for station in compound.substations:
        if len(station.transformers) == 1:
            reason = note("the substation has no second transformer")
            yield Rejected(kind=MoveFeeder.kind, element=station.id, reason=reason)


def _no_split(compound: Compound) -> Iterator[Rejected]:
    rows = {row.id: row for row in compound.lv_cables}
    splits = {
        place.transformer
        for place in lv_topology(compound).places
        if can_split(compound, [rows[cable] for cable in place.path])
    }
    for station in compound.substations:
        if not any(unit.id in splits for unit in station.transformers):
            reason = note("no box behind the first box of a feeder could have a feeder of its own")
            yield Rejected(kind=SplitFeeder.kind, element=station.id, reason=reason)


def _no_other_source(compound: Compound) -> Iterator[Rejected]:
    if len(compound.sources) == 1:
        reason = note("there is no other source")
        yield Rejected(kind=MoveToSource.kind, element=compound.sources[0].id, reason=reason)
        return
    free = spare_source_bays(compound)
    for source in compound.sources:
        if source.open_capacity_kva == 0:
            reason = note("no open capacity at {source}", source=source.id)
            yield Rejected(kind=MoveToSource.kind, element=source.id, reason=reason)
        elif not has_bay(free, source.id):
            reason = note("no spare bay at {node}", node=source.id)
            yield Rejected(kind=MoveToSource.kind, element=source.id, reason=reason)


def _not_priced() -> Iterator[Rejected]:
    storage = note("no data given: gridcalc prices no storage")
    yield Rejected(kind="storage", element=WHOLE_COMPOUND, reason=storage)
    photovoltaics = note("no data given: gridcalc prices no photovoltaics")
    yield Rejected(kind="photovoltaics", element=WHOLE_COMPOUND, reason=photovoltaics)
