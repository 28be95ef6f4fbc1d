"""What works need: equipment, cables, civil works and labour, item by item of the price book."""

from collections.abc import Iterable, Iterator

from gridcalc.catalogue import Catalogue
from gridcalc.compound.model import (
    Compound,
    Households,
    PrivateBays,
)
from gridcalc.cost import Quantity
from gridcalc.upgrade import lookup
from gridcalc.upgrade.applying import apply
from gridcalc.upgrade.devices import main_breaker
from gridcalc.upgrade.line_quantities import (
    LV,
    MV,
    MV_CIVIL,
    N_ENDS,
    Row,
    bay,
    feeder_breakers,
    moved_line,
    new_mv_cable,
    replaced_cable,
    transfers,
)
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
from gridcalc.upgrade.new_units import feed_cable, feeding_neighbour, neighbour, new_kvar, own_cable
from gridcalc.upgrade.orderly import controlled_chargers

_N_CABINETS = ("incoming", "outgoing")


def quantities_of(
    compound: Compound, measure: Measure, *, catalogue: Catalogue
) -> tuple[Quantity, ...]:
    """Return what a measure needs, in the items and units of the shipped detailed price book.

    Parameters
    ----------
    compound
        Before the measure.
    measure
        The works.
    catalogue
        The equipment they name.

    Raises
    ------
    ValueError
        The measure names something that is not there, or cannot be done.

    Notes
    -----
    - A replaced cable uses its duct, trench, tray or ladder again; cables more in parallel need a
      duct each, and nothing new in trenches and on trays. What is buried is dug up. A feeder of a
      box's own is new throughout.
    - Cables and bays at a source lie outside the red line, all else inside.
    - A larger unit in a prefabricated substation comes with a housing of its size.
    - Bays that are there are free. A substation's 10 kV bus needs a bay more, a tapped line a tap,
      and so does a source without a spare bay; each unit more in a room an incoming and an
      outgoing cabinet.
    """
    rows = _rows(compound, measure, catalogue)
    return tuple(
        Quantity(
            item=item,
            element=element,
            measure=measure.kind,
            quantity=float(quantity),
            unit=unit,
            payer_subject=subject,
        )
        for item, element, quantity, unit, subject in rows
        if quantity > 0
    )


def quantities_of_all(
    compound: Compound, measures: Iterable[Measure], *, catalogue: Catalogue
) -> tuple[Quantity, ...]:
    """Return what several measures need, each counted after the ones before it are done."""
    found: list[Quantity] = []
    for measure in measures:
        found += quantities_of(compound, measure, catalogue=catalogue)
        compound = apply(compound, [measure], catalogue=catalogue)
    return tuple(found)


def _rows(  # noqa: C901, PLR0911  one line per measure
    compound: Compound, measure: Measure, catalogue: Catalogue
) -> Iterator[Row]:
    match measure:
        case OrderlyCharging():
            return _orderly(compound, measure)
        case ReplaceTransformer():
            return _transformer(compound, measure, catalogue)
        case ReplaceBreaker():
            return iter([(f"lv_breaker.{measure.breaker}", measure.transformer, 1, "piece", LV)])
        case ReplaceCable():
            return replaced_cable(compound, measure)
        case SetTap():
            unit = lookup.transformer(compound, measure.transformer)
            return iter([("tap_change", unit.id, 1, "piece", MV)])
        case AddCapacitor():
            unit = lookup.transformer(compound, measure.transformer)
            return iter([("capacitor", unit.id, measure.kvar, "kvar", LV)])
        case SecondTransformer():
            return _second_transformer(compound, measure, catalogue)
        case NewSubstation():
            return _new_substation(compound, measure, catalogue)
        case RebalancePhases():
            return _rebalancing(compound, measure)
        case MoveFeeder() | SplitFeeder() | MoveToSource():
            return moved_line(compound, measure, catalogue)


def _orderly(compound: Compound, measure: OrderlyCharging) -> Iterator[Row]:
    for unit, n_chargers in controlled_chargers(compound, measure).items():
        yield "orderly.controller", unit, 1, "piece", "orderly_control"
        yield "orderly.charger", unit, n_chargers, "piece", "orderly_control"


def _transformer(
    compound: Compound, measure: ReplaceTransformer, catalogue: Catalogue
) -> Iterator[Row]:
    unit = lookup.transformer(compound, measure.transformer)
    new, old = catalogue.transformers[measure.type], catalogue.transformers[unit.type]
    yield "transformer_removal", unit.id, 1, "piece", MV
    yield from _installed_unit(unit.id, new.name)
    station = lookup.substation_of(compound, unit.id)
    if station.kind == "prefabricated" and new.sn_kva > old.sn_kva:
        yield f"substation_housing.{new.sn_kva:g}", station.id, 1, "piece", MV
        return
    device = lookup.device(compound, unit.id)
    breaker = main_breaker(new, catalogue)
    if device is not None and breaker.rated_i_a > device.in_a:
        yield f"lv_breaker.{breaker.name}", unit.id, 1, "piece", LV


def _installed_unit(name: str, unit_type: str) -> Iterator[Row]:
    yield f"transformer.{unit_type}", name, 1, "piece", MV
    yield "transformer_commissioning", name, 1, "piece", MV


def _second_transformer(
    compound: Compound, measure: SecondTransformer, catalogue: Catalogue
) -> Iterator[Row]:
    station = lookup.substation(compound, measure.substation)
    beside = neighbour(compound, measure)
    name = measure.transformer_id
    yield from _installed_unit(name, measure.type)
    yield "room_fit_out", station.id, 1, "piece", MV_CIVIL
    yield "lv_cabinet", name, len(_N_CABINETS), "piece", LV
    if station.lv_tie:
        yield "lv_tie_cabinet", name, 1, "piece", LV
    breaker = main_breaker(catalogue.transformers[measure.type], catalogue)
    yield f"lv_breaker.{breaker.name}", name, 1, "piece", LV
    yield "capacitor", name, new_kvar(beside, measure, catalogue) or 0, "kvar", LV
    cable = own_cable(compound, measure)
    if cable is not None:
        yield from new_mv_cable(compound, cable)
    start = cable.from_id if cable is not None else beside.fed_from or station.id
    yield from bay(compound, start, name, catalogue)
    yield from feeder_breakers(compound, measure.feeders, catalogue)
    yield from transfers(compound, measure.feeders)


def _new_substation(
    compound: Compound, measure: NewSubstation, catalogue: Catalogue
) -> Iterator[Row]:
    beside = feeding_neighbour(compound, measure)
    name, unit = measure.substation_id, measure.transformer_id
    size = f"{catalogue.transformers[measure.type].sn_kva:g}"
    yield from _installed_unit(unit, measure.type)
    yield f"substation_housing.{size}", name, 1, "piece", MV
    yield "foundation", name, 1, "piece", MV_CIVIL
    yield "capacitor", unit, new_kvar(beside, measure, catalogue) or 0, "kvar", LV
    cable = feed_cable(compound, measure)
    yield from new_mv_cable(compound, cable)
    if measure.rmu_type is None:
        yield from bay(compound, measure.mv_from, name, catalogue)
    else:
        yield f"rmu.{measure.rmu_type}", cable.from_id, 1, "piece", MV
        yield "termination.mv", cable.from_id, N_ENDS, "piece", MV
    yield from transfers(compound, measure.feeders)


def _rebalancing(compound: Compound, measure: RebalancePhases) -> Iterator[Row]:
    rows: Iterable[PrivateBays | Households] = (*compound.private_bays, *compound.households)
    items = {PrivateBays: "rebalance.bay", Households: "rebalance.household"}
    for row in rows:
        if row.node == measure.node and isinstance(row.phases, tuple):
            yield items[type(row)], row.node, _n_moved(row.phases), "piece", LV


def _n_moved(phases: tuple[int, int, int]) -> int:
    """Return how many units change phase until the phases differ by one at most."""
    whole, rest = divmod(sum(phases), len(phases))
    kept = sorted(phases, reverse=True)
    return sum(max(0, n - whole - (i < rest)) for i, n in enumerate(kept))
