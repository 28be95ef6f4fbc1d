"""What works need: equipment, cables, civil works and labour, item by item of the price book."""

from collections.abc import Iterable, Iterator

from gridcalc.catalogue import Catalogue
from gridcalc.compound.model import (
    Compound,
    Households,
    Laying,
    LvCable,
    MvCable,
    PrivateBays,
)
from gridcalc.compound.topology import lv_topology
from gridcalc.cost import Quantity
from gridcalc.policy import PayerScope
from gridcalc.upgrade import lookup
from gridcalc.upgrade.applying import apply
from gridcalc.upgrade.bays import spare_bays
from gridcalc.upgrade.devices import breaker_for, main_breaker
from gridcalc.upgrade.measures import (
    AddCapacitor,
    Measure,
    NewSubstation,
    OrderlyCharging,
    RebalancePhases,
    ReplaceCable,
    ReplaceTransformer,
    SecondTransformer,
    SetTap,
)
from gridcalc.upgrade.new_units import feed_cable, feeding_neighbour, neighbour, new_kvar, own_cable

_Row = tuple[str, str, float, str, PayerScope]
"""Item, element, quantity, unit and part of the works."""

_MV: PayerScope = "mv_inside_red_line"
_MV_CIVIL: PayerScope = "mv_civil_inside_red_line"
_LV: PayerScope = "lv_before_meter"
_N_CABINETS = ("incoming", "outgoing")
_SHARED_CHANNELS = frozenset({"trench", "tray", "ladder"})
_N_ENDS = 2


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
      duct each, and nothing new in trenches and on trays. What is buried is dug up.
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


def _rows(  # noqa: PLR0911  one line per measure
    compound: Compound, measure: Measure, catalogue: Catalogue
) -> Iterator[_Row]:
    match measure:
        case OrderlyCharging():
            return _orderly(compound)
        case ReplaceTransformer():
            return _transformer(compound, measure, catalogue)
        case ReplaceCable():
            return _cable(compound, measure)
        case SetTap():
            unit = lookup.transformer(compound, measure.transformer)
            return iter([("tap_change", unit.id, 1, "piece", _MV)])
        case AddCapacitor():
            unit = lookup.transformer(compound, measure.transformer)
            return iter([("capacitor", unit.id, measure.kvar, "kvar", _LV)])
        case SecondTransformer():
            return _second_transformer(compound, measure, catalogue)
        case NewSubstation():
            return _new_substation(compound, measure, catalogue)
        case RebalancePhases():
            return _rebalancing(compound, measure)


def _orderly(compound: Compound) -> Iterator[_Row]:
    places = lv_topology(compound).by_id()
    for unit in compound.transformers:
        bays = [row for row in compound.private_bays if places[row.node].transformer == unit.id]
        if bays:
            n_bays = sum(row.count for row in bays)
            yield "orderly.controller", unit.id, 1, "piece", "orderly_control"
            yield "orderly.charger", unit.id, n_bays, "piece", "orderly_control"


def _transformer(
    compound: Compound, measure: ReplaceTransformer, catalogue: Catalogue
) -> Iterator[_Row]:
    unit = lookup.transformer(compound, measure.transformer)
    new, old = catalogue.transformers[measure.type], catalogue.transformers[unit.type]
    yield "transformer_removal", unit.id, 1, "piece", _MV
    yield from _installed_unit(unit.id, new.name)
    station = lookup.substation_of(compound, unit.id)
    if station.kind == "prefabricated" and new.sn_kva > old.sn_kva:
        yield f"substation_housing.{new.sn_kva:g}", station.id, 1, "piece", _MV
        return
    device = lookup.device(compound, unit.id)
    breaker = main_breaker(new, catalogue)
    if device is not None and breaker.rated_i_a > device.in_a:
        yield f"lv_breaker.{breaker.name}", unit.id, 1, "piece", _LV


def _installed_unit(name: str, unit_type: str) -> Iterator[_Row]:
    yield f"transformer.{unit_type}", name, 1, "piece", _MV
    yield "transformer_commissioning", name, 1, "piece", _MV


def _cable(compound: Compound, measure: ReplaceCable) -> Iterator[_Row]:
    old = lookup.cable(compound, measure.cable)
    today = old.parallel if isinstance(old, LvCable) else 1
    kept = today if measure.type == old.type and measure.parallel >= today else 0
    n_new = measure.parallel - kept
    reused = 0 if kept else min(today, n_new)
    if isinstance(old, MvCable):
        line, civil = _mv_subjects(compound, old)
        yield f"cable_mv.{measure.type}", old.id, n_new * old.length_m, "m", line
        yield "termination.mv", old.id, n_new * _N_ENDS, "piece", line
    else:
        civil = "lv_civil"
        yield f"cable_lv.{measure.type}", old.id, n_new * old.length_m, "m", _LV
    for item, length_m in _same_route(old.laying or "duct", old.length_m, n_new, reused):
        yield item, old.id, length_m, "m", civil
    if measure.breaker is not None:
        yield f"lv_breaker.{measure.breaker}", old.id, 1, "piece", _LV


def _same_route(
    laying: Laying, length_m: float, n_new: int, n_reused: int
) -> Iterator[tuple[str, float]]:
    """Yield the civil works of cables along a route that is there."""
    if laying == "duct":
        yield "laying.existing", n_reused * length_m
        yield "laying.duct", (n_new - n_reused) * length_m
    elif laying in _SHARED_CHANNELS:
        yield "laying.existing", n_new * length_m
    elif n_new:
        yield f"laying.{laying}", length_m


def _mv_subjects(compound: Compound, row: MvCable) -> tuple[PayerScope, PayerScope]:
    """Return the parts of the works a 10 kV cable and its civil works belong to."""
    sources = {source.id for source in compound.sources}
    if sources & {row.from_id, row.to_id}:
        return "mv_outside_red_line", "mv_civil_outside_red_line"
    return _MV, _MV_CIVIL


def _new_mv_cable(compound: Compound, row: MvCable) -> Iterator[_Row]:
    line, civil = _mv_subjects(compound, row)
    yield f"cable_mv.{row.type}", row.id, row.length_m, "m", line
    yield "termination.mv", row.id, _N_ENDS, "piece", line
    yield f"laying.{row.laying or 'duct'}", row.id, row.length_m, "m", civil


def _bay(compound: Compound, node: str, element: str, catalogue: Catalogue) -> Iterator[_Row]:
    """Yield what a cable more needs at its start."""
    kinds = {source.id: source.kind for source in compound.sources}
    spare = spare_bays(compound, catalogue=catalogue).get(node)
    if kinds.get(node) == "line_tap":
        yield "line_tap", element, 1, "piece", "mv_outside_red_line"
    elif node in kinds and (spare is None or spare < 1):
        yield "rmu_bay", element, 1, "bay", "mv_outside_red_line"
    elif node in {station.id for station in compound.substations}:
        yield "rmu_bay", element, 1, "bay", _MV


def _second_transformer(
    compound: Compound, measure: SecondTransformer, catalogue: Catalogue
) -> Iterator[_Row]:
    station = lookup.substation(compound, measure.substation)
    beside = neighbour(compound, measure)
    name = measure.transformer_id
    yield from _installed_unit(name, measure.type)
    yield "room_fit_out", station.id, 1, "piece", _MV_CIVIL
    yield "lv_cabinet", name, len(_N_CABINETS), "piece", _LV
    if station.lv_tie:
        yield "lv_tie_cabinet", name, 1, "piece", _LV
    breaker = main_breaker(catalogue.transformers[measure.type], catalogue)
    yield f"lv_breaker.{breaker.name}", name, 1, "piece", _LV
    yield "capacitor", name, new_kvar(beside, measure, catalogue) or 0, "kvar", _LV
    cable = own_cable(compound, measure)
    if cable is not None:
        yield from _new_mv_cable(compound, cable)
    start = cable.from_id if cable is not None else beside.fed_from or station.id
    yield from _bay(compound, start, name, catalogue)
    for feeder in measure.feeders:
        device = lookup.device(compound, feeder)
        if device is not None:
            row = breaker_for(device.in_a, catalogue)
            yield f"lv_breaker.{row.name}", feeder, 1, "piece", _LV
    yield from _transfers(compound, measure)


def _transfers(compound: Compound, measure: SecondTransformer | NewSubstation) -> Iterator[_Row]:
    for name in measure.feeders:
        parallel = lookup.feeder(compound, name).parallel
        yield "cable_transfer", name, parallel, "piece", _LV
        yield "termination.lv", name, parallel, "piece", _LV


def _new_substation(
    compound: Compound, measure: NewSubstation, catalogue: Catalogue
) -> Iterator[_Row]:
    beside = feeding_neighbour(compound, measure)
    name, unit = measure.substation_id, measure.transformer_id
    size = f"{catalogue.transformers[measure.type].sn_kva:g}"
    yield from _installed_unit(unit, measure.type)
    yield f"substation_housing.{size}", name, 1, "piece", _MV
    yield "foundation", name, 1, "piece", _MV_CIVIL
    yield "capacitor", unit, new_kvar(beside, measure, catalogue) or 0, "kvar", _LV
    cable = feed_cable(compound, measure)
    yield from _new_mv_cable(compound, cable)
    if measure.rmu_type is None:
        yield from _bay(compound, measure.mv_from, name, catalogue)
    else:
        yield f"rmu.{measure.rmu_type}", cable.from_id, 1, "piece", _MV
        yield "termination.mv", cable.from_id, _N_ENDS, "piece", _MV
    yield from _transfers(compound, measure)


def _rebalancing(compound: Compound, measure: RebalancePhases) -> Iterator[_Row]:
    rows: Iterable[PrivateBays | Households] = (*compound.private_bays, *compound.households)
    items = {PrivateBays: "rebalance.bay", Households: "rebalance.household"}
    for row in rows:
        if row.node == measure.node and isinstance(row.phases, tuple):
            yield items[type(row)], row.node, _n_moved(row.phases), "piece", _LV


def _n_moved(phases: tuple[int, int, int]) -> int:
    """Return how many units change phase until the phases differ by one at most."""
    whole, rest = divmod(sum(phases), len(phases))
    kept = sorted(phases, reverse=True)
    return sum(max(0, n - whole - (i < rest)) for i, n in enumerate(kept))
