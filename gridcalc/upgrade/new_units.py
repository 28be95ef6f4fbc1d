"""One more transformer, in a substation that is there or in a new one, with others' feeders."""

from gridcalc.catalogue import Catalogue
from gridcalc.compound.model import (
    Compound,
    Laying,
    MvCable,
    Rmu,
    Substation,
    TransformerUnit,
    lv_board,
)
from gridcalc.upgrade import lookup
from gridcalc.upgrade.devices import main_breaker, main_device
from gridcalc.upgrade.measures import NewSubstation, SecondTransformer
from gridcalc.upgrade.metering import metered_after


def with_second_transformer(
    compound: Compound, measure: SecondTransformer, catalogue: Catalogue
) -> Compound:
    """Return the compound with one more unit in a substation.

    Raises
    ------
    ValueError
        An id is unknown or taken, or no feeder is named.
    """
    station = lookup.substation(compound, measure.substation)
    cable = own_cable(compound, measure)
    ids = [measure.transformer_id] + ([cable.id] if cable else [])
    lookup.check_new_ids(compound, ids)
    beside = neighbour(compound, measure)
    unit = _unit_like(beside, measure, catalogue, fed_from=beside.fed_from)
    units = (*station.transformers, unit)
    wider = station.model_copy(update={"transformers": units})
    update: dict[str, object] = {
        "substations": tuple(
            wider if row.id == station.id else row for row in compound.substations
        ),
        "mv_cables": (*compound.mv_cables, *([cable] if cable else [])),
    }
    return _taken_over(compound, update, measure, beside, catalogue)


def with_new_substation(
    compound: Compound, measure: NewSubstation, catalogue: Catalogue
) -> Compound:
    """Return the compound with a prefabricated substation more.

    Raises
    ------
    ValueError
        An id is unknown or taken, no feeder is named, or the 10 kV node cannot feed it.
    """
    lookup.check_cable_type(catalogue, measure.mv_cable_type, mv=True)
    if not lookup.has_mv_bus(compound, measure.mv_from):
        raise ValueError(f"no 10 kV cable can start at {measure.mv_from!r}")
    beside = feeding_neighbour(compound, measure)
    rmu = new_rmu(measure)
    feed = feed_cable(compound, measure)
    cables = _cut(compound, measure, rmu, catalogue) if rmu else compound.mv_cables
    added = [row.id for row in cables if row.id not in {old.id for old in compound.mv_cables}]
    new_ids = [measure.substation_id, measure.transformer_id, feed.id, *added]
    lookup.check_new_ids(compound, [*new_ids, rmu.id] if rmu else new_ids)
    station = Substation(
        id=measure.substation_id,
        kind="prefabricated",
        floor=1,
        generator_interface=True,
        transformers=(_unit_like(beside, measure, catalogue, fed_from=None),),
    )
    update: dict[str, object] = {
        "rmus": (*compound.rmus, *([rmu] if rmu else [])),
        "mv_cables": (*cables, feed),
        "substations": (*compound.substations, station),
    }
    return _taken_over(compound, update, measure, beside, catalogue)


def neighbour(compound: Compound, measure: SecondTransformer) -> TransformerUnit:
    """Return the unit of the substation that a second transformer is like."""
    station = lookup.substation(compound, measure.substation)
    feeding = feeding_neighbour(compound, measure)
    return feeding if feeding in station.transformers else station.transformers[0]


def feeding_neighbour(
    compound: Compound, measure: SecondTransformer | NewSubstation
) -> TransformerUnit:
    """Return the unit that feeds the first of the feeders today."""
    if not measure.feeders or len(set(measure.feeders)) < len(measure.feeders):
        raise ValueError(f"{measure.element!r} needs feeders to take over, each named once")
    return lookup.feeding_unit(compound, measure.feeders[0])


def own_cable(compound: Compound, measure: SecondTransformer) -> MvCable | None:
    """Return the 10 kV cable of a second transformer, None where its neighbour has none."""
    beside = neighbour(compound, measure)
    rows = lookup.cables_at(compound, beside.id)
    if not rows:
        return None
    return rows[0].model_copy(
        update={
            "id": f"{measure.transformer_id}-MC",
            "from_id": lookup.other_end(rows[0], beside.id),
            "to_id": measure.transformer_id,
            "normally_open": False,
        }
    )


def new_rmu(measure: NewSubstation) -> Rmu | None:
    """Return the RMU of a new substation, None where it needs none."""
    if measure.rmu_type is None:
        return None
    return Rmu(id=f"{measure.substation_id}-RMU", type=measure.rmu_type)


def feed_cable(compound: Compound, measure: NewSubstation) -> MvCable:
    """Return the 10 kV cable of a new substation, laid like the others at its start."""
    rmu = new_rmu(measure)
    return MvCable(
        id=f"{measure.substation_id}-MC",
        from_id=rmu.id if rmu else measure.mv_from,
        to_id=measure.substation_id,
        type=measure.mv_cable_type,
        length_m=measure.mv_length_m,
        laying=_laying_at(compound, measure.mv_from),
    )


def new_kvar(
    beside: TransformerUnit, measure: SecondTransformer | NewSubstation, catalogue: Catalogue
) -> float | None:
    """Return the compensation of a new unit, its neighbour's in proportion to the rating [kvar]."""
    if beside.compensation_kvar is None:
        return None
    new, old = catalogue.transformers[measure.type], catalogue.transformers[beside.type]
    return float(round(beside.compensation_kvar * new.sn_kva / old.sn_kva))


def _laying_at(compound: Compound, node: str) -> Laying | None:
    rows = lookup.cables_at(compound, node) or compound.mv_cables
    return rows[0].laying if rows else None


def _unit_like(
    beside: TransformerUnit,
    measure: SecondTransformer | NewSubstation,
    catalogue: Catalogue,
    *,
    fed_from: str | None,
) -> TransformerUnit:
    row = lookup.unit_type(catalogue, measure.type, tap=beside.tap)
    return TransformerUnit(
        id=measure.transformer_id,
        type=row.name,
        tap=beside.tap,
        compensation_kvar=new_kvar(beside, measure, catalogue),
        fed_from=fed_from,
    )


def _cut(
    compound: Compound, measure: NewSubstation, rmu: Rmu, catalogue: Catalogue
) -> tuple[MvCable, ...]:
    """Return the 10 kV cables with the trunk at the start cut in halves that end at the RMU.

    What was open stays open on the half away from the start.
    """
    if rmu.type not in catalogue.rmus:
        raise ValueError(f"the catalogue has no RMU {rmu.type!r}")
    rows = lookup.cables_at(compound, measure.mv_from)
    if not rows:
        raise ValueError(f"there is no 10 kV cable at {measure.mv_from!r} to cut")
    old = rows[0]
    starts_here = old.from_id == measure.mv_from
    half_m = old.length_m / 2
    first = old.model_copy(
        update={
            "to_id": rmu.id,
            "length_m": half_m,
            "normally_open": old.normally_open and not starts_here,
        }
    )
    second = MvCable(
        id=f"{measure.substation_id}-MC2",
        from_id=rmu.id,
        to_id=old.to_id,
        type=old.type,
        length_m=half_m,
        laying=old.laying,
        grouping=old.grouping,
        normally_open=old.normally_open and starts_here,
    )
    return (*(first if row.id == old.id else row for row in compound.mv_cables), second)


def _taken_over(
    compound: Compound,
    update: dict[str, object],
    measure: SecondTransformer | NewSubstation,
    beside: TransformerUnit,
    catalogue: Catalogue,
) -> Compound:
    """Return the compound with what a new unit brings, its feeders, main breaker and meter."""
    moved = {lookup.feeder(compound, name).id for name in measure.feeders}
    board = lv_board(measure.transformer_id)
    cables = tuple(
        row.model_copy(update={"from_id": board}) if row.id in moved else row
        for row in compound.lv_cables
    )
    protection = compound.protection
    device = lookup.device(compound, beside.id)
    if device is not None:
        breaker = main_breaker(catalogue.transformers[measure.type], catalogue)
        new = main_device(device, breaker, transformer=measure.transformer_id)
        protection = (*protection, new)
    more = {
        "lv_cables": cables,
        "protection": protection,
        "metered": metered_after(compound, moved, measure.transformer_id),
    }
    return compound.model_copy(update={**update, **more})
