"""Compounds of a group drawn with new units where the largest ones are too small."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import log

import numpy as np

from gridcalc.city.batch.field import owner
from gridcalc.city.batch.planning_group import Group, group_with
from gridcalc.city.batch.planning_judging import Judged
from gridcalc.city.batch.planning_needs import (
    MORE,
    below,
    by_name,
    transformer_kva,
    without_solution,
)
from gridcalc.city.batch.planning_rebuilding import with_transfers
from gridcalc.city.batch.planning_records import Transfer
from gridcalc.city.batch.planning_stub import first_cables
from gridcalc.city.batch.planning_units import Limits, Power, Relief, Reliefs, UnitLoad, together
from gridcalc.demand.levels import FEEDER, STATION
from gridcalc.network.arrays import Bools, Floats
from gridcalc.powerflow.solution import Complexes
from gridcalc.upgrade.applying import apply


def needed_kva(now: Judged) -> Floats:
    """Return the rating each transformer needs. [kVA], shape (n_transformers,)."""
    families = by_name(now.families)
    number = now.field.policy.number
    limits = (number("cable.max_loading_percent"), number("transformer.max_loading_percent"))
    extra = without_solution(now.field, now.solved, (now.loads.p_kw, now.loads.q_kvar), limits)
    known = transformer_kva(now.field, now.solved, families, now.asked)
    return np.maximum(known, extra.unit_kva)


def still_too_small(group: Group, now: Judged) -> Bools:
    """Return the compounds of which a unit needs more than the largest that may stand there."""
    most = np.array([max((size.sn_kva for size in rows), default=0.0) for rows in group.sizes])
    most = np.maximum(most, now.field.forest.network.transformers.sn_kva)
    short = needed_kva(now) > most * MORE
    found = np.zeros(now.field.n_compounds, dtype=bool)
    found[owner(now.field.first_trafo)[short]] = True
    return found & now.broken


def may_move(group: Group, now: Judged) -> Bools:
    """Return the compounds with a unit that is too small and another one in its substation."""
    units = now.field.forest.network.transformers
    short = needed_kva(now) > units.sn_kva * MORE
    n_beside = np.concatenate(
        [np.bincount(row.part.station)[row.part.station] for row in group.asked]
    )
    found = np.zeros(now.field.n_compounds, dtype=bool)
    found[owner(now.field.first_trafo)[short & (n_beside > 1)]] = True
    return found & now.broken


def relieved(base: Group, now: Judged, small: Bools, moving: Bools, margin: float) -> Group | None:
    """Return some compounds of a group with feeders that went over to other units.

    Compounds that are too small and that nothing relieves stay as they are; ``None`` if no
    compound is left.

    Parameters
    ----------
    base, now
        Without transfers, and its limits.
    small, moving
        Compounds with a unit that is too small for good, and others that may gain by moves.
    margin
        How much more new units are reckoned with. [-]
    """
    known = _known(now)
    rows, asked, units = [], [], []
    for i in np.flatnonzero(small | moving).tolist():
        found = tuple(_of_compound(base, now, i, known, margin))
        row = base.asked[i]
        if found:
            part = with_transfers(row.part, base.stubs[i], found, base.shop.tools)
            row = replace(row, part=part)
        if found or small[i]:
            rows.append(i)
            asked.append(row)
            units.append(found)
    return group_with(base, rows, asked, units) if rows else None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Known:
    """What is known of the heaviest state.

    Attributes
    ----------
    needed_kva
        Rating each transformer needs. [kVA]
    node
        Power at each node as part of its unit's peak. [kVA], complex, shape (n_nodes, 3)
    station, feeder
        Power at and below each row, as part of the unit's peak and as the feeder's own. [kVA]
    """

    needed_kva: Floats
    node: Complexes
    station: Complexes
    feeder: Complexes


def _known(now: Judged) -> _Known:
    n, last = now.solved.n_states, int(now.asked[-1])

    def power(level: str) -> Complexes:
        lane = now.field.level_names.index(level) * n + last
        return np.asarray(now.loads.p_kw[:, :, lane] + 1j * now.loads.q_kvar[:, :, lane])

    station = power(STATION)
    return _Known(
        needed_kva=needed_kva(now),
        node=station,
        station=below(now.field, station),
        feeder=below(now.field, power(FEEDER)),
    )


def _of_compound(
    base: Group, now: Judged, i: int, known: _Known, margin: float
) -> Iterator[Transfer]:
    part, number, shop = base.asked[i].part, now.field.policy.number, base.shop
    limits = Limits(
        single=number("transformer.max_loading_percent"),
        tied=number("transformer.max_pair_loading_percent"),
        phase=number("transformer.max_phase_loading_percent"),
    )
    loads, stub = _unit_loads(base, now, i, known, limits), base.stubs[i]
    for k, station in enumerate(part.compound.substations):
        mine = [loads[j] for j in np.flatnonzero(part.station == k).tolist()]
        if not any(_is_short(row, beside=len(mine) > 1) for row in mine):
            continue
        relief = Relief(stub=stub, station=station, units=mine, limits=limits, margin=margin)
        found = Reliefs(relief, shop.tools, shop.costs).cheapest()
        stub = apply(stub, found, catalogue=shop.tools.catalogue)
        yield from found


def _is_short(row: UnitLoad, *, beside: bool) -> bool:
    """Return whether a unit is too small where others stand beside it, or could not be larger."""
    most = max((size.sn_kva for size in row.larger), default=row.sn_kva)
    return row.needed_kva > (row.sn_kva if beside else most) * MORE


def _unit_loads(
    base: Group, now: Judged, i: int, known: _Known, limits: Limits
) -> Sequence[UnitLoad]:
    field, part = now.field, base.asked[i].part
    first_node, first_unit = int(field.first_node[i]), int(field.first_trafo[i])
    units, cables = part.network.transformers, part.network.cables
    feeders: list[dict[str, Power]] = [{} for _ in units.ids]
    own: list[list[float]] = [[] for _ in units.ids]
    board_unit = {int(node): k for k, node in enumerate(units.lv_node.tolist())}
    for cable in first_cables(part).tolist():
        row = field.forest.row_of_node[first_node + cables.to_node[cable]]
        unit = board_unit[int(cables.from_node[cable])]
        feeders[unit][cables.ids[cable]] = _power(known.station[row])
        own[unit].append(float(abs(known.feeder[row].sum())))
    found = []
    for k, name in enumerate(units.ids):
        board = _power(known.node[first_node + units.lv_node[k]])
        needed = float(known.needed_kva[first_unit + k])
        is_tied = part.compound.substations[part.station[k]].lv_tie
        rating = limits.rating_kva(together((board, *feeders[k].values())), is_tied=is_tied)
        found.append(
            UnitLoad(
                name=name,
                sn_kva=float(units.sn_kva[k]),
                needed_kva=needed,
                board=board,
                feeders=feeders[k],
                steepness=_steepness(feeders[k], own[k]),
                losses=max(1.0, needed / rating) if rating else 1.0,
                larger=base.sizes[first_unit + k],
            )
        )
    return found


def _steepness(feeders: Mapping[str, Power], own: Sequence[float]) -> float:
    """Return how much more feeders draw by themselves than as a part; see ``UnitLoad``."""
    parts = [abs(sum(power)) for power in feeders.values()]
    whole = sum(parts)
    rise, fall = 0.0, 0.0
    for part, alone in zip(parts, own, strict=True):
        if 0 < part < whole and alone > part:
            rise += part * log(alone / part)
            fall += part * log(whole / part)
    return rise / fall if fall else 0.0


def _power(values: Complexes) -> Power:
    a, b, c = values.tolist()
    return a, b, c
