"""What a scheme is built from, item by item of the price book, and what that costs."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from gridcalc.catalogue import Catalogue
from gridcalc.compound.model import Compound, Substation
from gridcalc.cost import Bill, PriceBook, Quantity, bill_of_quantities
from gridcalc.cost.quantities import added_up
from gridcalc.design.kit import LV, LV_CIVIL, Kit, cable_needs, digging_needs
from gridcalc.design.records import Run, Scheme
from gridcalc.policy import PayerScope
from gridcalc.upgrade.devices import breaker_for

MEASURE = "new_supply"
_MV: PayerScope = "mv_inside_red_line"
_MV_CIVIL: PayerScope = "mv_civil_inside_red_line"
_LINE: PayerScope = "mv_outside_red_line"
_LINE_CIVIL: PayerScope = "mv_civil_outside_red_line"
_METERS: PayerScope = "meter_and_box"
_ORDERLY: PayerScope = "orderly_control"
_EBIKES: PayerScope = "ebike_charging"
_N_ENDS = 2
_DECIMALS = 3
_N_CABINETS = 2
_GROUND = "ground"
_OUTSIDE = "laying.duct"
_BOXES: dict[str, tuple[str, PayerScope]] = {
    "branch_box": ("lv_branch_box", LV),
    "distribution_box": ("lv_branch_box", LV),
    "charger_box": ("lv_branch_box", LV),
    "ebike_shed": ("lv_branch_box", LV),
    "meter_box": ("meter_box", _METERS),
}

Row = tuple[str, str, float, PayerScope]
"""Item, element, quantity, and part of the works."""


def bill_of(scheme: Scheme, kit: Kit) -> Bill:
    """Return what a scheme costs, from the bay at the source to the meters and sockets.

    Digging is paid once per metre of trench, ducts and cables per cable. Chargers are the cars'
    owners' and are left out; so are the buildings of rooms.

    Raises
    ------
    InputError
        The price book does not hold an item.
    """
    return bill_of_quantities(_quantities(_rows(scheme, kit), kit.prices), kit.prices)


def trench_m(scheme: Scheme, kit: Kit) -> tuple[tuple[str, float], ...]:
    """Return the length of path that is dug, by kind of corridor. [m]."""
    ground = kit.site.ground
    found: dict[str, float] = {}
    for edge in scheme.trenches.edges:
        kind = ground.kind[edge]
        found[kind] = found.get(kind, 0.0) + float(ground.graph.length_m[edge])
    return tuple(sorted(found.items()))


def _quantities(rows: Iterable[Row], prices: PriceBook) -> list[Quantity]:
    needs = ((element, (item, quantity, subject)) for item, element, quantity, subject in rows)
    return [
        replace(row, quantity=round(row.quantity, _DECIMALS))
        for row in added_up(needs, prices, measure=MEASURE)
    ]


def _rows(scheme: Scheme, kit: Kit) -> Iterator[Row]:
    compound, catalogue = scheme.compound, kit.catalogue
    for station in compound.substations:
        yield from _station(station, catalogue)
    yield from _sources(compound)
    for rmu in compound.rmus:
        yield f"rmu.{rmu.type}", rmu.id, 1, _MV
    yield from _boxes(compound)
    yield from _breakers(compound, catalogue)
    yield from _cables(scheme, kit)
    yield from _trenches(scheme, kit)
    if compound.orderly_charging:
        n_bays = sum(row.count for row in compound.private_bays)
        yield "orderly.controller", "compound", len(compound.transformers), _ORDERLY
        yield "orderly.charger", "compound", n_bays, _ORDERLY


def _station(station: Substation, catalogue: Catalogue) -> Iterator[Row]:
    for unit in station.transformers:
        size = f"{catalogue.transformers[unit.type].sn_kva:g}"
        yield f"transformer.{unit.type}", unit.id, 1, _MV
        yield "transformer_commissioning", unit.id, 1, _MV
        yield "capacitor", unit.id, unit.compensation_kvar or 0, LV
        if station.kind == "prefabricated":
            yield f"substation_housing.{size}", unit.id, 1, _MV
            yield "foundation", unit.id, 1, _MV_CIVIL
        else:
            yield "room_fit_out", unit.id, 1, _MV_CIVIL
            yield "lv_cabinet", unit.id, _N_CABINETS, LV
    if station.lv_tie:
        yield "lv_tie_cabinet", station.id, 1, LV


def _sources(compound: Compound) -> Iterator[Row]:
    """Yield the bay or tap at each source; a spare bay is free."""
    for source in compound.sources:
        if source.kind == "line_tap":
            yield "line_tap", source.id, 1, _LINE
        elif not source.spare_bays:
            yield "rmu_bay", source.id, 1, _LINE


def _boxes(compound: Compound) -> Iterator[Row]:
    kinds = Counter(node.kind for node in compound.lv_nodes)
    for kind, n in kinds.items():
        item, subject = _BOXES[kind]
        yield item, kind, n, subject
    for row in compound.households:
        item = "meter_three_phase" if row.phases == "three" else "meter"
        yield item, "households", row.count, _METERS
    yield "ebike_socket", "ebikes", sum(row.sockets or 0 for row in compound.ebikes), _EBIKES


def _breakers(compound: Compound, catalogue: Catalogue) -> Iterator[Row]:
    """Yield the breakers; the main breaker of a prefabricated substation comes with its housing."""
    housed = {
        unit.id
        for station in compound.substations
        if station.kind == "prefabricated"
        for unit in station.transformers
    }
    for device in compound.protection:
        if device.element not in housed:
            breaker = breaker_for(device.in_a, catalogue)
            yield f"lv_breaker.{breaker.name}", "protection", 1, LV


def _cables(scheme: Scheme, kit: Kit) -> Iterator[Row]:
    compound = scheme.compound
    runs = {run.id: run for run in scheme.runs}
    sources = {source.id for source in compound.sources}
    for cable in compound.lv_cables:
        yield f"cable_lv.{cable.type}", cable.id, cable.length_m * cable.parallel, LV
    for mv in compound.mv_cables:
        at_source = {mv.from_id, mv.to_id} & sources
        inside_m = kit.mv_length_m(runs[mv.id].way_m)
        yield f"cable_mv.{mv.type}", mv.id, inside_m, _MV
        yield "termination.mv", mv.id, _N_ENDS, _LINE if at_source else _MV
        if at_source:
            outside_m = mv.length_m - inside_m
            yield f"cable_mv.{mv.type}", mv.id, outside_m, _LINE
            yield _OUTSIDE, mv.id, outside_m, _LINE_CIVIL


def _trenches(scheme: Scheme, kit: Kit) -> Iterator[Row]:
    """Yield digging once per metre of trench, and for each cable a duct of its own."""
    for kind, length_m in trench_m(scheme, kit):
        for item, share, subject in digging_needs(kind, kit.digging_share):
            yield item, _GROUND, share * length_m, subject
    for run in scheme.runs:
        for edge in run.edges:
            yield _own_duct(run, edge, kit)


def _own_duct(run: Run, edge: int, kit: Kit) -> Row:
    ground = kit.site.ground
    item, share = cable_needs(ground.kind[edge], kit.digging_share)
    subject = LV_CIVIL if run.voltage == "lv" else _MV_CIVIL
    return item, _GROUND, share * float(ground.graph.length_m[edge]), subject
