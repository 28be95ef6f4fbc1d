"""One scheme: stations, feeders, trenches and cables put together to a compound."""

from collections.abc import Mapping, Sequence

from gridcalc.catalogue import Transformer
from gridcalc.compound.model import Compound, Substation, lv_board
from gridcalc.compound.templates.allotment import board_items
from gridcalc.compound.templates.expanding import Head, assembled, main_device, yard_of
from gridcalc.compound.templates.feeder_design import Yard
from gridcalc.compound.templates.low_voltage import (
    Line,
    LvPart,
    add_direct,
    add_feeder,
    box_ids,
    public_loads,
)
from gridcalc.compound.templates.medium_voltage import MvPart
from gridcalc.design.feeding import Yards, feeders_of, is_strong
from gridcalc.design.kit import Kit, rounded_m
from gridcalc.design.laying import Wire, laid, lv_wires, mv_wires
from gridcalc.design.records import Feeder, Run, Scheme, Unit
from gridcalc.design.stations import Stations, size_stations
from gridcalc.design.supplying import mv_part, outside_m, substations
from gridcalc.routing.trench.records import TrenchPlan

_NAME_LENGTH = 200


def scheme_of(kit: Kit) -> Scheme:
    """Return the supply of a site.

    Raises
    ------
    NoSolutionError
        The candidates do not suffice, or no cable does its duty.
    """
    stations = size_stations(kit)
    rows, candidates = substations(stations, kit)
    units = _units(stations, rows, candidates)
    nodes = [kit.site.ground.candidate_node[candidate] for candidate in candidates]
    mv, node_of = mv_part(rows, nodes, kit)
    yards = _yards(kit, stations.unit)
    feeders = [
        feeder
        for unit in units
        for feeder in feeders_of(unit.id, node_of[unit.id], unit.boxes, yards, kit)
    ]
    wires = [*lv_wires(feeders, node_of, kit), *mv_wires(mv.cables, node_of)]
    shortest_m = {wire.id: kit.way_m(wire.origin, wire.destination) for wire in wires}
    plan = laid(wires, _items(_low_voltage(units, feeders, shortest_m, yards, kit), mv), kit)
    ways_m = {wire.id: way_m for wire, way_m in zip(wires, plan.length_m, strict=True)}
    lv = _low_voltage(units, feeders, ways_m, yards, kit)
    mv = _measured(mv, ways_m, kit)
    return Scheme(
        compound=_compound(kit, lv, mv),
        arrangement=kit.layout.mv.arrangement,
        units=units,
        feeders=tuple(feeders),
        station_candidate=tuple(
            (row.id, candidate) for row, candidate in zip(rows, candidates, strict=True)
        ),
        node_of=tuple(sorted({**node_of, **_box_nodes(feeders)}.items())),
        runs=_runs(wires, plan, lv, mv),
        trenches=plan,
    )


def _yards(kit: Kit, unit: Transformer) -> Yards:
    """Return cables and rules of feeders, with the reserves of the kit and without."""
    plain = kit.layout.model_copy(update={"lv": kit.plain_lv})
    return {
        strong: yard_of(layout, kit.rules, unit, catalogue=kit.catalogue)
        for strong, layout in ((True, kit.layout), (False, plain))
    }


def _units(
    stations: Stations, rows: Sequence[Substation], candidates: Sequence[int]
) -> tuple[Unit, ...]:
    supplied = {
        candidate: [k for k, (at, _) in enumerate(stations.supplied) if at == candidate]
        for candidate in candidates
    }
    return tuple(
        Unit(
            id=unit.id,
            candidate=candidate,
            transformer=stations.unit,
            load_kva=stations.load_kva[k],
            boxes=stations.supplied[k][1],
        )
        for row, candidate in zip(rows, candidates, strict=True)
        for unit, k in zip(row.transformers, supplied[candidate], strict=True)
    )


def _items(lv: LvPart, mv: MvPart) -> dict[str, str]:
    """Return the item of the price book of each cable."""
    items = {cable.id: f"cable_lv.{cable.type}" for cable in lv.cables}
    return items | {cable.id: f"cable_mv.{cable.type}" for cable in mv.cables}


def _low_voltage(
    units: Sequence[Unit],
    feeders: Sequence[Feeder],
    ways_m: Mapping[str, float],
    yards: Yards,
    kit: Kit,
) -> LvPart:
    """Return the LV entries for some lengths of way."""
    part = LvPart()
    for unit in units:
        part.protection.append(main_device(unit.id, unit.transformer, yards[False]))
        flats = sum(row.box.n_households for row in unit.boxes)
        part.public_loads.extend(public_loads(lv_board(unit.id), board_items(kit.layout, flats)))
        for feeder in (row for row in feeders if row.unit == unit.id):
            yard = yards[is_strong(feeder.boxes[0], kit)]
            _add(part, feeder, ways_m, yard, kit)
    return part


def _add(part: LvPart, feeder: Feeder, ways_m: Mapping[str, float], yard: Yard, kit: Kit) -> None:
    boxes = tuple(row.box for row in feeder.boxes)
    trunk_m = kit.lv_length_m(ways_m[feeder.id])
    if feeder.is_direct:
        line = Line(transformer=feeder.unit, name=feeder.id, trunk_m=trunk_m)
        add_direct(part, line, boxes[0], yard)
        return
    names = box_ids(feeder.id, boxes)
    line = Line(
        transformer=feeder.unit,
        name=feeder.id,
        trunk_m=trunk_m,
        box_m=tuple(kit.lv_length_m(ways_m[f"{name}-C"]) for name in names),
    )
    add_feeder(part, line, boxes, yard)


def _box_nodes(feeders: Sequence[Feeder]) -> dict[str, int]:
    """Return where branch boxes and boxes stand."""
    found = {}
    for feeder in feeders:
        if not feeder.is_direct:
            found[f"{feeder.id}-BB1"] = feeder.branch_node
        names = box_ids(feeder.id, tuple(row.box for row in feeder.boxes))
        found |= {name: row.node for name, row in zip(names, feeder.boxes, strict=True)}
    return found


def _measured(mv: MvPart, ways_m: Mapping[str, float], kit: Kit) -> MvPart:
    """Return the 10 kV entries with the lengths of the plan."""
    sources = {source.id for source in mv.sources}
    cables = tuple(
        cable.model_copy(
            update={
                "length_m": rounded_m(
                    kit.mv_length_m(ways_m[cable.id])
                    + outside_m({cable.from_id, cable.to_id} & sources, kit)
                )
            }
        )
        for cable in mv.cables
    )
    return MvPart(sources=mv.sources, rmus=mv.rmus, cables=cables, substations=mv.substations)


def _runs(wires: Sequence[Wire], plan: TrenchPlan, lv: LvPart, mv: MvPart) -> tuple[Run, ...]:
    mv_length_m = {cable.id: cable.length_m for cable in mv.cables}
    length_m = {cable.id: cable.length_m for cable in lv.cables} | mv_length_m
    return tuple(
        Run(
            id=wire.id,
            voltage="mv" if wire.id in mv_length_m else "lv",
            way_m=way_m,
            length_m=length_m[wire.id],
            edges=path,
            origin=wire.origin,
        )
        for wire, path, way_m in zip(wires, plan.paths, plan.length_m, strict=True)
    )


def _compound(kit: Kit, lv: LvPart, mv: MvPart) -> Compound:
    site = kit.site
    head = Head(id=site.id, name=site.name[:_NAME_LENGTH], policy=site.policy)
    return assembled(head, kit.layout, lv, mv)
