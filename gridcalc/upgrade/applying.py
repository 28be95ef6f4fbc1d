"""Works done: a compound and some measures in, the compound afterwards out."""

from collections.abc import Iterable

from gridcalc.catalogue import Catalogue
from gridcalc.compound.model import Compound, LvCable, Protection, TransformerUnit
from gridcalc.upgrade import lookup
from gridcalc.upgrade.devices import feeder_device, main_breaker, main_device
from gridcalc.upgrade.measures import (
    AddCapacitor,
    Measure,
    MoveFeeder,
    MoveToSource,
    NewSubstation,
    OrderlyCharging,
    RebalancePhases,
    ReplaceBreaker,
    ReplaceCable,
    ReplaceTransformer,
    SecondTransformer,
    SetTap,
    SplitFeeder,
)
from gridcalc.upgrade.moving import with_moved_line
from gridcalc.upgrade.new_units import with_new_substation, with_second_transformer
from gridcalc.upgrade.orderly import check_orderly


def apply(compound: Compound, measures: Iterable[Measure], *, catalogue: Catalogue) -> Compound:
    """Return the compound after some works; the one given stays as it is.

    Gaps of the file stay gaps, so this holds for a compound as read and for one whose gaps are
    filled. A cable or transformer without a protective device in the file gets none.

    Parameters
    ----------
    compound
        Before the works.
    measures
        The works, done one after the other.
    catalogue
        The equipment they name.

    Raises
    ------
    ValueError
        A measure names something that is not there, or cannot be done.

    Examples
    --------
    >>> from gridcalc.catalogue import load_catalogue
    >>> from gridcalc.compound.templates import load_template
    >>> from gridcalc.compound.templates.expanding import expand
    >>> catalogue = load_catalogue()
    >>> compound = expand(load_template("villa"), {}, catalogue=catalogue)
    >>> larger = ReplaceTransformer(transformer="T1", type="S20-800")
    >>> apply(compound, [larger], catalogue=catalogue).transformers[0].type
    'S20-800'
    """
    for measure in measures:
        compound = _applied(compound, measure, catalogue)
    return compound


def _applied(  # noqa: C901, PLR0911  one line per measure
    compound: Compound, measure: Measure, catalogue: Catalogue
) -> Compound:
    match measure:
        case OrderlyCharging():
            check_orderly(measure)
            return compound.model_copy(update={"orderly_charging": True})
        case ReplaceTransformer():
            return _with_other_transformer(compound, measure, catalogue)
        case ReplaceBreaker():
            return _with_other_breaker(compound, measure, catalogue)
        case ReplaceCable():
            return _with_other_cable(compound, measure, catalogue)
        case SetTap():
            return _with_tap(compound, measure, catalogue)
        case AddCapacitor():
            return _with_capacitor(compound, measure)
        case SecondTransformer():
            return with_second_transformer(compound, measure, catalogue)
        case NewSubstation():
            return with_new_substation(compound, measure, catalogue)
        case RebalancePhases():
            return _rebalanced(compound, measure)
        case MoveFeeder() | SplitFeeder() | MoveToSource():
            return with_moved_line(compound, measure, catalogue)


def _with_unit(compound: Compound, unit: TransformerUnit) -> Compound:
    """Return the compound with a transformer in place of the one of the same id."""
    stations = tuple(
        station.model_copy(
            update={
                "transformers": tuple(
                    unit if row.id == unit.id else row for row in station.transformers
                )
            }
        )
        for station in compound.substations
    )
    return compound.model_copy(update={"substations": stations})


def _with_device(compound: Compound, device: Protection) -> Compound:
    """Return the compound with a device in place of the one at the same element."""
    rows = tuple(device if row.element == device.element else row for row in compound.protection)
    return compound.model_copy(update={"protection": rows})


def _with_other_transformer(
    compound: Compound, measure: ReplaceTransformer, catalogue: Catalogue
) -> Compound:
    unit = lookup.transformer(compound, measure.transformer)
    row = lookup.unit_type(catalogue, measure.type, tap=unit.tap)
    compound = _with_unit(compound, unit.model_copy(update={"type": row.name}))
    device = lookup.device(compound, unit.id)
    breaker = main_breaker(row, catalogue)
    if device is None or breaker.rated_i_a <= device.in_a:
        return compound
    return _with_device(compound, main_device(device, breaker, transformer=unit.id))


def _with_other_breaker(
    compound: Compound, measure: ReplaceBreaker, catalogue: Catalogue
) -> Compound:
    """Return the compound with another main breaker; one that is larger already stays."""
    unit = lookup.transformer(compound, measure.transformer)
    device, breaker = lookup.device(compound, unit.id), catalogue.breakers.get(measure.breaker)
    if device is None or breaker is None:
        raise ValueError(f"{unit.id!r} has no device to replace by {measure.breaker!r}")
    if breaker.rated_i_a <= device.in_a:
        return compound
    return _with_device(compound, main_device(device, breaker, transformer=unit.id))


def _with_other_cable(compound: Compound, measure: ReplaceCable, catalogue: Catalogue) -> Compound:
    old = lookup.cable(compound, measure.cable)
    if isinstance(old, LvCable):
        lookup.check_cable_type(catalogue, measure.type, mv=False)
        return _with_lv_cable(compound, old, measure, catalogue)
    lookup.check_cable_type(catalogue, measure.type, mv=True)
    if measure.parallel != 1 or measure.breaker is not None:
        raise ValueError(f"{old.id!r} is a 10 kV cable: single, and without an LV breaker")
    new = old.model_copy(update={"type": measure.type})
    rows = tuple(new if row.id == old.id else row for row in compound.mv_cables)
    return compound.model_copy(update={"mv_cables": rows})


def _with_lv_cable(
    compound: Compound, old: LvCable, measure: ReplaceCable, catalogue: Catalogue
) -> Compound:
    if measure.parallel < 1:
        raise ValueError(f"{old.id!r} needs at least one cable, not {measure.parallel}")
    update = {"type": measure.type, "parallel": measure.parallel}
    grouped = {} if measure.grouping is None else {"grouping": measure.grouping}
    new = old.model_copy(update={**update, **grouped})
    rows = tuple(new if row.id == old.id else row for row in compound.lv_cables)
    compound = compound.model_copy(update={"lv_cables": rows})
    if measure.breaker is None:
        return compound
    device = lookup.device(compound, old.id)
    breaker = catalogue.breakers.get(measure.breaker)
    if device is None or breaker is None:
        raise ValueError(f"{old.id!r} has no device to replace by {measure.breaker!r}")
    return _with_device(compound, feeder_device(device, breaker))


def _with_tap(compound: Compound, measure: SetTap, catalogue: Catalogue) -> Compound:
    unit = lookup.transformer(compound, measure.transformer)
    lookup.unit_type(catalogue, unit.type, tap=measure.tap)
    return _with_unit(compound, unit.model_copy(update={"tap": measure.tap}))


def _with_capacitor(compound: Compound, measure: AddCapacitor) -> Compound:
    unit = lookup.transformer(compound, measure.transformer)
    if measure.kvar <= 0:
        raise ValueError(f"{measure.kvar} kvar cannot be added")
    kvar = (unit.compensation_kvar or 0.0) + measure.kvar
    return _with_unit(compound, unit.model_copy(update={"compensation_kvar": kvar}))


def _rebalanced(compound: Compound, measure: RebalancePhases) -> Compound:
    if measure.node not in {node.id for node in compound.lv_nodes}:
        raise ValueError(f"there is no LV node {measure.node!r}")
    update = {
        section: tuple(
            row.model_copy(update={"phases": "round_robin"})
            if row.node == measure.node and isinstance(row.phases, tuple)
            else row
            for row in rows
        )
        for section, rows in (
            ("private_bays", compound.private_bays),
            ("households", compound.households),
        )
    }
    return compound.model_copy(update=update)
