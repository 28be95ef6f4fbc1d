"""Lines that start somewhere else: at another board, or at another source."""

from gridcalc.catalogue import Catalogue
from gridcalc.compound.model import Compound, LvCable, MvCable, Protection, lv_board
from gridcalc.upgrade import lookup
from gridcalc.upgrade.devices import feeder_device
from gridcalc.upgrade.measures import LineMove, MoveFeeder, MoveToSource, SplitFeeder
from gridcalc.upgrade.metering import metered_after
from gridcalc.upgrade.supply import joined_sources


def with_moved_line(compound: Compound, measure: LineMove, catalogue: Catalogue) -> Compound:
    """Return the compound with a line that starts somewhere else.

    Raises
    ------
    ValueError
        The measure names something that is not there, or cannot be done.
    """
    match measure:
        case MoveFeeder():
            return _with_lv_start(compound, _moved_feeder(compound, measure), measure)
        case SplitFeeder():
            return _with_split_feeder(compound, measure, catalogue)
        case MoveToSource():
            return _with_other_source(compound, measure)


def _moved_feeder(compound: Compound, measure: MoveFeeder) -> LvCable:
    """Return the first cable of a feeder as it starts at another board of its substation."""
    row = lookup.feeder(compound, measure.feeder)
    today = lookup.feeding_unit(compound, row.id).id
    unit = lookup.unit_beside(compound, today, measure.transformer)
    if unit.id == today:
        raise ValueError(f"{today!r} feeds {row.id!r} already")
    return row.model_copy(update={"from_id": lv_board(unit.id)})


def _split_cable(compound: Compound, measure: SplitFeeder) -> LvCable:
    """Return the cable of a box that gets a feeder of its own."""
    way = lookup.way_to(compound, measure.cable)
    first, old = way[0], way[-1]
    if first is old:
        raise ValueError(f"{old.id!r} starts at an LV board already")
    unit = lookup.unit_beside(
        compound, lookup.feeding_unit(compound, first.id).id, measure.transformer
    )
    if serves_only(compound, old):
        raise ValueError(f"{old.from_id!r} would be left without a load")
    return LvCable(
        id=old.id,
        from_id=lv_board(unit.id),
        to_id=old.to_id,
        type=measure.type,
        length_m=sum(row.length_m for row in way),
        laying=first.laying,
        grouping=first.grouping,
        parallel=measure.parallel,
    )


def serves_only(compound: Compound, cable: LvCable) -> bool:
    """Return whether the box a cable starts from supplies nothing but this cable."""
    loads = (
        *(compound.households, compound.private_bays, compound.public_bays),
        *(compound.ebikes, compound.public_loads),
    )
    has_load = any(row.node == cable.from_id for rows in loads for row in rows)
    others = [row for row in compound.lv_cables if row.from_id == cable.from_id]
    return not has_load and others == [cable]


def split_device(compound: Compound, cable: str) -> Protection | None:
    """Return the device whose setting a new feeder takes over: its old feeder's, else its own."""
    first = lookup.way_to(compound, cable)[0]
    return lookup.device(compound, first.id) or lookup.device(compound, cable)


def _cable_at_source(compound: Compound, measure: MoveToSource) -> MvCable:
    """Return a 10 kV cable as it starts at another source."""
    row = lookup.mv_cable(compound, measure.cable)
    source = lookup.source(compound, measure.source).id
    if source in {row.from_id, row.to_id}:
        raise ValueError(f"{row.id!r} is at {source!r} already")
    sources = {item.id for item in compound.sources}
    if not sources & {row.from_id, row.to_id}:
        raise ValueError(f"{row.id!r} does not start at a source")
    starts_here = row.from_id in sources
    return MvCable(
        id=row.id,
        from_id=source if starts_here else row.from_id,
        to_id=row.to_id if starts_here else source,
        type=row.type,
        length_m=measure.length_m,
        laying=row.laying,
        grouping=row.grouping,
        normally_open=row.normally_open,
    )


def _with_lv_start(
    compound: Compound, cable: LvCable, measure: MoveFeeder | SplitFeeder
) -> Compound:
    """Return the compound with a cable that starts at an LV board."""
    rows = tuple(cable if row.id == cable.id else row for row in compound.lv_cables)
    metered = metered_after(compound, {cable.id}, measure.transformer)
    return compound.model_copy(update={"lv_cables": rows, "metered": metered})


def _with_split_feeder(compound: Compound, measure: SplitFeeder, catalogue: Catalogue) -> Compound:
    lookup.check_cable_type(catalogue, measure.type, mv=False)
    cable = _split_cable(compound, measure)
    device = split_device(compound, cable.id)
    after = _with_lv_start(compound, cable, measure)
    if device is None and measure.breaker is None:
        return after
    breaker = catalogue.breakers.get(measure.breaker or "")
    if device is None or breaker is None:
        raise ValueError(f"{cable.id!r} cannot have {measure.breaker!r} as its breaker")
    new = feeder_device(device, breaker).model_copy(update={"element": cable.id})
    rows = {row.element: row for row in compound.protection} | {cable.id: new}
    return after.model_copy(update={"protection": tuple(rows.values())})


def _with_other_source(compound: Compound, measure: MoveToSource) -> Compound:
    cable = _cable_at_source(compound, measure)
    rows = tuple(cable if row.id == cable.id else row for row in compound.mv_cables)
    after = compound.model_copy(update={"mv_cables": rows})
    joined = sorted(joined_sources(after, measure.source))
    if len(joined) > 1:
        raise ValueError(f"closed 10 kV cables would join the sources {', '.join(joined)}")
    return after
