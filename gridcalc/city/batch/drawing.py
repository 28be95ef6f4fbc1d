"""A template drawn straight into arrays: what ``part_of`` finds, without the records between."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

import numpy as np

from gridcalc.catalogue import Catalogue
from gridcalc.city.batch.assembling import Assembled, assembled
from gridcalc.city.batch.blocks import Block, board_groups, direct_block, feeder_block
from gridcalc.city.batch.parts import Part, part_of
from gridcalc.city.batch.placing import Hung, Pieces
from gridcalc.city.compounds import Sketch, with_facts
from gridcalc.compound.model import (
    Compound,
    Ebikes,
    Households,
    PrivateBays,
    PublicBays,
    PublicLoad,
    lv_board,
)
from gridcalc.compound.templates.allotment import Allotment, PublicItem
from gridcalc.compound.templates.design_load import LoadRules, load_rules
from gridcalc.compound.templates.equipment import equipment_problems
from gridcalc.compound.templates.expanding import main_device, yard_of
from gridcalc.compound.templates.feeder_design import Yard
from gridcalc.compound.templates.low_voltage import public_loads, routes_of
from gridcalc.compound.templates.medium_voltage import medium_voltage
from gridcalc.compound.templates.schema import Layout
from gridcalc.compound.templates.sizing import Sizing, size_transformers
from gridcalc.errors import InputError
from gridcalc.network.arrays import Floats
from gridcalc.policy import PolicyPack

_MOST_REMEMBERED = 4000
_MOST_YARDS = 256
_PRIVATE = PrivateBays.model_construct(node="", count=0)
_PUBLIC = PublicBays.model_construct(node="", count=0)
_EBIKES = Ebikes.model_construct(node="", bikes=0)
_FLATS = Households.model_construct(node="", count=0)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Frame:
    """The 10 kV side of a compound and its LV boards; ``units`` are ids in their order."""

    part: Part
    units: tuple[str, ...]
    sn_kva: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Design:
    """What a sketch is made of, before it is drawn; ``shares`` are those of the units in order."""

    sketch: Sketch
    frame: _Frame
    shares: Sequence[Allotment]
    pieces: Pieces


def drawn_part(sketch: Sketch, catalogue: Catalogue) -> Part:
    """Return the arrays of the compound of a sketch; see ``design_of`` and ``drawn_parts``."""
    (part,) = drawn_parts([design_of(sketch, catalogue)])
    return part


def design_of(sketch: Sketch, catalogue: Catalogue) -> Design:
    """Return the transformers, feeders and loads of a sketch.

    Raises
    ------
    InputError
        The layout names equipment that the catalogue does not hold.
    """
    layout, policy = sketch.layout, sketch.policy
    _check_equipment(sketch, catalogue)
    rules = _rules(layout, policy)
    sizing = size_transformers(layout, rules, catalogue)
    yards = {unit.name: _yard(layout, rules, unit.name, catalogue) for unit in set(sizing.units)}
    frame = _frame(layout, sizing, yards, catalogue, policy)
    place = {f"T{i + 1}": i for i in range(len(sizing.units))}
    order = [place[name] for name in frame.units]
    supplied = [(sizing.allotments[i], yards[sizing.units[i].name]) for i in order]
    found = _supplied(supplied)
    return Design(
        sketch=sketch,
        frame=frame,
        shares=[share for share, _ in supplied],
        pieces=Pieces(
            frame=frame.part,
            hung=[
                Hung(unit=k, name=name + end, block=block)
                for k, (name, one) in enumerate(zip(frame.units, found, strict=True))
                for end, block in one.feeders
            ],
            boards=[one.board for one in found],
            board_kw=[one.board_kw for one in found],
        ),
    )


def drawn_parts(designs: Sequence[Design]) -> list[Part]:
    """Return the arrays of some designs.

    Each is the same as ``part_of`` for the compound that ``compounds.describe`` returns, except
    that the records stand for sums: one row of flats, spaces and e-bikes each.
    """
    arrays = assembled([design.pieces for design in designs]) if designs else iter(())
    return [_part(design, found) for design, found in zip(designs, arrays, strict=True)]


def _part(design: Design, found: Assembled) -> Part:
    frame = design.frame
    return Part(
        compound=_skeleton(design.sketch, frame, design.shares),
        topology=frame.part.topology,
        network=found.network,
        groups=found.groups,
        levels=found.levels,
        cable_level=found.cable_level,
        devices=found.devices,
        metered_peak_kw=_metered_kw(design.sketch, frame),
        station=frame.part.station,
        common_kw=found.common_kw,
        common_node=found.common_node,
        rings=frame.part.rings,
    )


def _metered_kw(sketch: Sketch, frame: _Frame) -> Floats:
    peak_kw = sketch.row.metered_peak_kw
    if peak_kw is None:
        return np.full(len(frame.units), np.nan)
    return np.asarray(peak_kw * frame.sn_kva / frame.sn_kva.sum())


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Supplied:
    """Feeders of a transformer in the order of their ids, without its name, and its board."""

    feeders: Sequence[tuple[str, Block]]
    board: Floats
    board_kw: Sequence[float]


def _supplied(units: Sequence[tuple[Allotment, Yard]]) -> list[_Supplied]:
    """Return what hangs on each transformer; those that supply the same have the same."""
    known: dict[tuple[int, int], _Supplied] = {}
    rows = []
    for share, yard in units:
        key = id(share), id(yard)
        if key not in known:
            known[key] = _Supplied(
                feeders=_blocks(share, yard),
                board=board_groups(share.board, yard),
                board_kw=[item.kw for item in share.board],
            )
        rows.append(known[key])
    return rows


def _skeleton(sketch: Sketch, frame: _Frame, shares: Sequence[Allotment]) -> Compound:
    """Return the records that few checks look at: one row for all units of a kind."""
    parking = sketch.layout.parking
    node = lv_board(frame.units[0])
    boxes = [box for share in shares for box in share.boxes]
    private = _PRIVATE.model_copy(
        update={
            "node": node,
            "count": sum(box.n_private_bays for box in boxes),
            "reserved_share": parking.reserved_share,
        }
    )
    n_public, n_bikes = sum(box.n_public_bays for box in boxes), sum(box.n_bikes for box in boxes)
    public = _PUBLIC.model_copy(update={"node": node, "count": n_public})
    ebikes = _EBIKES.model_copy(update={"node": node, "bikes": n_bikes})
    n_flats = sum(box.n_households for box in boxes)
    flats = _FLATS.model_copy(update={"node": node, "count": n_flats})
    graded = [
        row
        for name, share in zip(frame.units, shares, strict=True)
        for row in _graded(lv_board(name), share, sketch.policy)
    ]
    filled = frame.part.compound.model_copy(
        update={
            "location": sketch.layout.location,
            "orderly_charging": sketch.layout.orderly_charging,
            "one_household_one_meter": sketch.layout.one_household_one_meter,
            "private_bays": (private,) if private.count else (),
            "public_bays": (public,) if public.count else (),
            "ebikes": (ebikes,) if ebikes.bikes else (),
            "households": (flats,) if flats.count else (),
            "public_loads": tuple(graded),
        }
    )
    return with_facts(filled, sketch.row, sketch.policy.id)


def _graded(node: str, share: Allotment, policy: PolicyPack) -> Iterator[PublicLoad]:
    """Yield one row if there is a load of grade 1 or 2, and one for each that stands by."""
    items = [item for item in _items(share) if item.grade <= 2]
    if items:
        yield PublicLoad.model_construct(node=node, kind="", grade=2, kw=0.0)
    for item in items:
        if item.kind in policy.names("public.excluded_kinds"):
            yield from public_loads(node, (item,))


def _items(share: Allotment) -> list[PublicItem]:
    return [*share.board, *(item for box in share.boxes for item in box.public)]


def _blocks(share: Allotment, yard: Yard) -> list[tuple[str, Block]]:
    """Return the feeders of a transformer in the order of their ids, without its name."""
    rows = []
    for name, route in routes_of(share, yard):
        block = (
            direct_block(route.boxes[0], route.trunk_m, yard)
            if route.is_direct
            else feeder_block(route.boxes, route.trunk_m, yard)
        )
        rows.append((name, block))
    return sorted(rows, key=itemgetter(0))


_checked_memo: dict[Any, Catalogue] = {}
_rules_memo: dict[Any, LoadRules] = {}
_yard_memo: dict[Any, Yard] = {}
_frame_memo: dict[Any, _Frame] = {}


def _check_equipment(sketch: Sketch, catalogue: Catalogue) -> None:
    """Raise where a layout names what the catalogue does not hold; equal layouts once."""
    layout = sketch.layout
    key = (id(catalogue), layout.lv, layout.mv, layout.substations)
    if key not in _checked_memo:
        problems = equipment_problems(layout, sketch.template.document, catalogue)
        if problems:
            raise InputError(problems)
        _forget(_checked_memo)
        _checked_memo[key] = catalogue


def _rules(layout: Layout, policy: PolicyPack) -> LoadRules:
    buildings, parking = layout.buildings, layout.parking
    key = (id(policy), buildings.area_m2, buildings.three_phase, parking.charger_kw)
    if key not in _rules_memo:
        _forget(_rules_memo)
        _rules_memo[key] = load_rules(layout, policy)
    found = _rules_memo[key]
    _forget(found.memo)
    return found


def _yard(layout: Layout, rules: LoadRules, unit: str, catalogue: Catalogue) -> Yard:
    """Return the yard of a layout; layouts that differ in counts only share one."""
    buildings, parking = layout.buildings, layout.parking
    key = (
        id(rules.policy),
        id(catalogue),
        unit,
        layout.lv,
        layout.protection,
        layout.mv.sources,
        (buildings.area_m2, buildings.three_phase),
        parking.model_copy(
            update={"private_bays_per_household": 0.0, "public_bays_per_household": 0.0}
        ),
    )
    found = _yard_memo.get(key)
    if found is None:
        _forget(_yard_memo, _MOST_YARDS)
        found = yard_of(layout, rules, catalogue.transformers[unit], catalogue=catalogue)
        _yard_memo[key] = found
    _forget(found.memo)
    return found


def _forget(memo: dict[Any, Any], most: int = _MOST_REMEMBERED) -> None:
    """Forget everything when it is too much; what is found again is the same."""
    if len(memo) > most:
        memo.clear()


def _frame(
    layout: Layout,
    sizing: Sizing,
    yards: Mapping[str, Yard],
    catalogue: Catalogue,
    policy: PolicyPack,
) -> _Frame:
    names = tuple(unit.name for unit in sizing.units)
    key = (
        id(policy),
        id(catalogue),
        layout.build,
        layout.mv,
        layout.substations,
        layout.protection,
        names,
        layout.lv,
    )
    if key not in _frame_memo:
        _forget(_frame_memo)
        _frame_memo[key] = _new_frame(layout, sizing, yards, catalogue, policy)
    return _frame_memo[key]


def _new_frame(
    layout: Layout,
    sizing: Sizing,
    yards: Mapping[str, Yard],
    catalogue: Catalogue,
    policy: PolicyPack,
) -> _Frame:
    mv = medium_voltage(layout, sizing, catalogue)
    devices = tuple(
        main_device(f"T{i + 1}", unit, yards[unit.name]) for i, unit in enumerate(sizing.units)
    )
    compound = Compound(
        gridcalc=1,
        id="frame",
        name="frame",
        policy=policy.id,
        build=layout.build,
        sources=mv.sources,
        rmus=mv.rmus,
        mv_cables=mv.cables,
        substations=mv.substations,
        protection=devices,
    )
    part = part_of(compound, catalogue=catalogue, policy=policy)
    units = part.network.transformers.ids
    return _Frame(part=part, units=units, sn_kva=part.network.transformers.sn_kva)
