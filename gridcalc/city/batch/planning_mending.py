"""One round of a quick plan: from broken limits to larger units, taps and cables."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gridcalc.checks.protection import DISCONNECTION
from gridcalc.checks.transformer import N_MINUS_1
from gridcalc.checks.voltage import DEVIATION
from gridcalc.city.batch.family import Family
from gridcalc.city.batch.field import Field, owner
from gridcalc.city.batch.planning_changing import Choice, Chosen
from gridcalc.city.batch.planning_ladders import Ladder, Ladders, Lying
from gridcalc.city.batch.planning_needs import (
    MORE,
    Families,
    Least,
    Needs,
    by_name,
    needs_of,
    smallest,
)
from gridcalc.city.batch.planning_paths import (
    Excess,
    Strengthening,
    loop_excesses,
    rise_excesses,
    unbalance_excesses,
    voltage_excesses,
    way_of,
)
from gridcalc.city.batch.planning_sizes import Size
from gridcalc.city.batch.solving import Solved
from gridcalc.network.arrays import Bools, Floats, Ints
from gridcalc.powerflow.radial_tree import NODE, TRAFO_ABOVE
from gridcalc.units import PERCENT, VN_MV_KV


class LaddersOf(Sequence[Ladder]):
    """Ladders of the cables of a field, made when they are asked for."""

    def __init__(self, lyings: Sequence[Lying], ladders: Ladders) -> None:
        self._lyings, self._ladders = lyings, ladders

    def __getitem__(self, k: int) -> Ladder:  # type: ignore[override]
        """Return the ladder of a cable."""
        return self._ladders.of(self._lyings[k])

    def __len__(self) -> int:
        """Return the number of cables."""
        return len(self._lyings)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Mending:
    """What one round looks at.

    Attributes
    ----------
    original, field
        Before any works, and with what was chosen so far.
    solved, families
        Of the field as it is; ``families`` those of load first.
    asked
        States that count.
    extra
        What states without a solution need.
    vm_low_load_pu
        Highest voltage of each node at low load. [pu]
    ladders, sizes
        What may take the place of each cable and transformer.
    is_open
        Compounds that are still worked on.
    """

    original: Field
    field: Field
    solved: Solved
    families: Sequence[Family]
    asked: Ints
    extra: Needs
    vm_low_load_pu: Floats
    ladders: Sequence[Ladder]
    sizes: Sequence[Sequence[Size]]
    max_taps: Ints
    is_open: Bools


def mend(row: Mending, chosen: Chosen) -> Bools:
    """Choose more works; return which compounds got any.

    Parameters
    ----------
    row
        What is broken.
    chosen
        Gets the works.
    """
    before = chosen.copy()
    families = by_name(row.families)
    needs = needs_of(row.field, row.solved, families, row.asked).with_more(row.extra)
    _enlarge(row, chosen, needs.unit_kva)
    _relieve_tied(row, chosen)
    _lay(row, chosen, needs)
    unsolved = ~row.solved.is_solved[:, :, row.asked].all(axis=(0, 2))
    _straighten(row, chosen, needs, families, row.is_open & ~unsolved)
    return _progress(row, chosen, before)


def _progress(row: Mending, chosen: Chosen, before: Chosen) -> Bools:
    """Return the compounds for which something else is chosen than before."""
    found = np.zeros(row.field.n_compounds, dtype=bool)
    of_cable, of_unit = owner(row.field.first_cable), owner(row.field.first_trafo)
    cables = [k for k, c in chosen.cables.items() if before.cables.get(k) != c]
    units = [k for k, name in chosen.units.items() if before.units.get(k) != name]
    taps = [k for k, tap in chosen.taps.items() if before.taps.get(k) != tap]
    found[of_cable[cables]] = True
    found[of_unit[units + taps]] = True
    return found


def _enlarge(row: Mending, chosen: Chosen, needed_kva: Floats) -> None:
    """Replace units that are too small by the smallest larger one that is enough, if any is."""
    sn_kva = row.field.forest.network.transformers.sn_kva
    compound = owner(row.field.first_trafo)
    for k in np.flatnonzero((needed_kva > 0) & row.is_open[compound]).tolist():
        wanted = max(needed_kva[k] * MORE, sn_kva[k] * MORE)
        enough = [size for size in row.sizes[k] if size.sn_kva >= wanted]
        if enough:
            chosen.units[k] = min(enough, key=lambda size: (size.yuan, size.sn_kva)).type


def _relieve_tied(row: Mending, chosen: Chosen) -> None:
    """Make the smallest unit of a tied substation larger where the rest is too small for one."""
    family = next(f for f in row.families if f.check == N_MINUS_1)
    network = row.field.forest.network
    for k in np.flatnonzero(family.fails[:, 0]).tolist():
        i = int(family.compound[k])
        if not row.is_open[i]:
            continue
        part = row.field.parts[i]
        names = [station.id for station in part.compound.substations]
        at = names.index(family.element(k))
        mine = row.field.first_trafo[i] + np.flatnonzero(part.station == at)
        for unit in mine[np.argsort(network.transformers.sn_kva[mine], kind="stable")].tolist():
            now = network.transformers.sn_kva[unit]
            larger = [size for size in row.sizes[unit] if size.sn_kva > now * MORE]
            if larger:
                chosen.units.setdefault(unit, larger[0].type)
                break


def _lay(row: Mending, chosen: Chosen, needs: Needs) -> None:
    compound = owner(row.field.first_cable)
    wanted = (needs.carried_a > 0) | (needs.rated_a > 0) | (needs.area_mm2 > 0)
    cables = row.field.forest.network.cables
    before = row.original
    for k in np.flatnonzero(wanted & row.is_open[compound]).tolist():
        in_a = float(before.devices.in_a[k])
        need = Least(
            carried_a=float(needs.carried_a[k]),
            rated_a=float(needs.rated_a[k]),
            area_mm2=float(needs.area_mm2[k]),
            total_mm2=_area_of(chosen, k),
        )
        option = smallest(row.ladders[k], need, in_a, float(cables.length_m[k]))
        if option is not None:
            chosen.cables[k] = Choice(ladder=row.ladders[k], option=option)


def _area_of(chosen: Chosen, k: int) -> float:
    """Return the section that earlier rounds chose, of all in parallel; it never shrinks. [mm2]."""
    choice = chosen.cables.get(k)
    if choice is None:
        return 0.0
    ladder, option = choice.ladder, choice.option
    return float(ladder.area_mm2[option] * ladder.parallel[option])


def _straighten(
    row: Mending, chosen: Chosen, needs: Needs, families: Families, is_mine: Bools
) -> None:
    """Mend voltages, unbalance and fault currents that are too small, units and taps first."""
    field, asked = row.field, row.asked
    network = field.forest.network
    way = way_of(field, network.vn_kv[network.cables.from_node] < VN_MV_KV)
    of_node = owner(field.first_node)
    low = voltage_excesses(row.solved, families, asked, way)
    low = [e for e in low if is_mine[of_node[e.node]]]
    unit_of_node = np.full(network.n_nodes, -1, dtype=np.int64)
    place = field.forest.place
    unit_of_node[place[:, NODE]] = place[:, TRAFO_ABOVE]
    low = _with_taps(row, chosen, low, unit_of_node)
    unequal = [
        e for e in unbalance_excesses(row.solved, families, asked, way) if is_mine[of_node[e.node]]
    ]
    rises = rise_excesses(row.solved, families, asked, way)
    halves = [f for f in row.families if f.check == DISCONNECTION]
    loops = [e for e in loop_excesses(field, halves, way) if row.is_open[of_node[e.node]]]
    work = Strengthening(
        field=field, original=row.original, ladders=row.ladders, chosen=chosen, needs=needs
    )
    left = work.mend(low) | work.mend(unequal)
    rises = [e for e in rises if is_mine[of_node[e.node]]]
    work.mend(_with_higher_taps(row, chosen, rises, families, unit_of_node))
    work.mend(loops)
    for node in sorted(left):
        unit = int(unit_of_node[node])
        if unit < len(network.transformers.ids):
            _one_larger(row, chosen, unit)
    _lower(row, chosen, unit_of_node)


def _one_larger(row: Mending, chosen: Chosen, unit: int) -> None:
    now = row.field.forest.network.transformers.sn_kva[unit]
    larger = [size for size in row.sizes[unit] if size.sn_kva > now * MORE]
    if larger:
        chosen.units.setdefault(unit, larger[0].type)


def _with_taps(
    row: Mending, chosen: Chosen, low: Sequence[Excess], unit_of_node: Ints
) -> list[Excess]:
    """Set taps as far as the voltage at low load allows; return what is still missing."""
    units = row.field.forest.network.transformers
    worst: dict[int, float] = {}
    for excess in low:
        unit = int(unit_of_node[excess.node])
        worst[unit] = max(worst.get(unit, 0.0), excess.amount)
    raised: dict[int, float] = {}
    for unit, short in worst.items():
        step = float(units.tap_step_percent[unit])
        mine = unit_of_node == unit
        limit = row.field.policy.number("voltage.max_rise_single_phase_percent")
        room = limit - PERCENT * (float(row.vm_low_load_pu[mine].max()) - 1)
        left = int(row.max_taps[unit]) + int(units.tap[unit])
        steps = max(0, min(int(np.ceil(short / step)), int(room // (step * MORE * 1.05)), left))
        if steps:
            chosen.taps[unit] = int(units.tap[unit]) - steps
            raised[unit] = steps * step
    still = []
    for excess in low:
        amount = excess.amount - raised.get(int(unit_of_node[excess.node]), 0.0)
        if amount > 0:
            still.append(
                Excess(node=excess.node, amount=amount, cables=excess.cables, added=excess.added)
            )
    return still


def _with_higher_taps(
    row: Mending,
    chosen: Chosen,
    high: Sequence[Excess],
    families: Families,
    unit_of_node: Ints,
) -> list[Excess]:
    """Set taps higher where the lowest voltages at peak allow it; return what is left."""
    units = row.field.forest.network.transformers
    worst: dict[int, float] = {}
    for excess in high:
        unit = int(unit_of_node[excess.node])
        worst[unit] = max(worst.get(unit, 0.0), excess.amount)
    done = set()
    for unit, over in worst.items():
        width = float(units.tap_step_percent[unit])
        steps = int(np.ceil(over / width))
        tap = int(units.tap[unit]) + steps
        room = min(
            _room(families[DEVIATION, quantity], unit_of_node == unit, row.asked)
            for quantity in ("phase_min", "line_min")
        )
        if tap <= row.max_taps[unit] and steps * width * MORE * 1.05 <= room:
            chosen.taps[unit] = max(tap, chosen.taps.get(unit, tap))
            done.add(unit)
    return [excess for excess in high if int(unit_of_node[excess.node]) not in done]


def _room(family: Family, nodes: Bools, asked: Ints) -> float:
    """Return how far the lowest voltage of some nodes is above its limit. [%]."""
    above = (family.value - family.limit)[nodes][:, asked]
    return float(np.nan_to_num(above, nan=np.inf).min(initial=np.inf))


def _lower(row: Mending, chosen: Chosen, unit_of_node: Ints) -> None:
    """Set taps higher where the voltage at low load is too high."""
    units = row.field.forest.network.transformers
    for family in row.families:
        if (family.check, family.quantity) != (DEVIATION, "phase_max"):
            continue
        for node in np.flatnonzero(family.fails[:, 0]).tolist():
            unit = int(unit_of_node[node])
            over = float(family.value[node, 0] - family.limit[node, 0])
            steps = int(np.ceil(over / float(units.tap_step_percent[unit])))
            tap = int(units.tap[unit]) + steps
            if row.is_open[family.compound[node]] and tap <= row.max_taps[unit]:
                chosen.taps[unit] = max(tap, chosen.taps.get(unit, tap))
