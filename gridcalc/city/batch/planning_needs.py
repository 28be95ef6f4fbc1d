"""What cables and transformers must at least be so that no limit of load is broken."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from gridcalc.checks.cable import LOADING as CABLE_LOADING
from gridcalc.checks.cable import SHORT_CIRCUIT
from gridcalc.checks.ring import RING
from gridcalc.checks.transformer import LOADING as TRANSFORMER_LOADING
from gridcalc.city.batch.family import Family
from gridcalc.city.batch.field import Field, owner
from gridcalc.city.batch.limits_load import transformer_percent
from gridcalc.city.batch.planning_ladders import Ladder
from gridcalc.city.batch.solving import Solved
from gridcalc.demand.levels import STATION
from gridcalc.network.arrays import Bools, Floats, Ints
from gridcalc.powerflow.radial_tree import KIND, NODE, PARENT, SOURCE
from gridcalc.powerflow.solution import Complexes
from gridcalc.units import N_PHASES, PERCENT, SQRT3, V_PER_KV, W_PER_KW

Families = Mapping[tuple[str, str], Family]
WITH_DROP = 1.12
"""How much more current loads of constant power draw where voltages have no solution. [-]"""
MORE = 1.002
"""Margin on what is needed, because losses change with every section. [-]"""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Needs:
    """Least sizes of the elements of a field; zero where nothing is needed.

    Attributes
    ----------
    carried_a, rated_a
        Ampacity of cables, and rated current of their devices. [A], shape (n_cables,)
    area_mm2
        Section of each of the cables in parallel, for the thermal withstand.
        [mm2], shape (n_cables,)
    unit_kva
        Rating of transformers. [kVA], shape (n_transformers,)
    """

    carried_a: Floats
    rated_a: Floats
    area_mm2: Floats
    unit_kva: Floats

    def with_more(self, other: "Needs") -> "Needs":
        """Return the larger of two needs, element by element."""
        return Needs(
            carried_a=np.maximum(self.carried_a, other.carried_a),
            rated_a=np.maximum(self.rated_a, other.rated_a),
            area_mm2=np.maximum(self.area_mm2, other.area_mm2),
            unit_kva=np.maximum(self.unit_kva, other.unit_kva),
        )


def by_name(families: Sequence[Family]) -> Families:
    """Return families of load by check and quantity; of two of one name the first."""
    found: dict[tuple[str, str], Family] = {}
    for family in families:
        found.setdefault((family.check, family.quantity), family)
    return found


def needs_of(field: Field, solved: Solved, families: Families, asked: Ints) -> Needs:
    """Return what broken limits need of cables and transformers.

    Parameters
    ----------
    field, solved
        The compounds and their states.
    families
        Limits by check and quantity.
    asked
        Columns of the states that count.
    """
    cables = field.forest.network.cables
    loading = families[CABLE_LOADING, ""]
    limit = loading.limit[:, 0] / PERCENT
    i_phase_a = _largest(loading, asked) / PERCENT * cables.ampacity_a
    neutral = families[CABLE_LOADING, "neutral"]
    in_a = field.devices.in_a[: len(cables.ids)]
    device = families[CABLE_LOADING, "protective_device"]
    i_device_a = _largest(device, asked) / PERCENT * np.nan_to_num(in_a)
    i_a = np.maximum(i_phase_a, _largest(neutral, asked) / PERCENT * cables.ampacity_a)
    is_short = families[CABLE_LOADING, "device_setting"].fails[:, 0]
    for quantity in ("", "neutral", "protective_device"):
        is_short = is_short | families[CABLE_LOADING, quantity].fails[:, asked].any(axis=1)
    withstand = families[SHORT_CIRCUIT, ""]
    area_mm2 = np.where(withstand.fails[:, 0], withstand.value[:, 0], 0.0)
    return Needs(
        carried_a=np.maximum(
            np.where(is_short, MORE * i_a / limit, 0.0), _ring_a(field, families, asked)
        ),
        rated_a=np.where(is_short, MORE * i_device_a, 0.0),
        area_mm2=np.nan_to_num(area_mm2),
        unit_kva=_unit_kva(field, solved, families, asked),
    )


def _largest(family: Family, asked: Ints) -> Floats:
    """Return the largest value of each element, zero without any."""
    return np.asarray(np.nan_to_num(family.value[:, asked]).max(axis=1, initial=0.0))


def _ring_a(field: Field, families: Families, asked: Ints) -> Floats:
    """Return the ampacity that open rings need of their cables."""
    cables = field.forest.network.cables
    least = np.zeros(len(cables.ids))
    family = families.get((RING, "without"))
    if family is None or not len(family.value):
        return least
    row = 0
    for i, part in enumerate(field.parts):
        for state in part.rings:
            if family.fails[row, asked].any():
                worst = float(np.nanmax(family.value[row, asked]) / family.limit[row, 0])
                at = field.first_cable[i] + state.cables
                share = state.kva_per_kva.sum(axis=1) / cables.ampacity_a[at]
                relative = share / share.max()
                over = worst * relative > 1.0
                least[at[over]] = MORE * worst * cables.ampacity_a[at[over]] * relative[over]
            row += 1
    return least


def transformer_kva(field: Field, solved: Solved, families: Families, asked: Ints) -> Floats:
    """Return the rating each transformer needs at least. [kVA], shape (n_transformers,).

    Where there is no solution the loads below stand for it, losses added.
    """
    total, phase = transformer_percent(field, solved)
    sn_kva = field.forest.network.transformers.sn_kva
    limit = families[TRANSFORMER_LOADING, ""].limit[:, 0]
    phase_limit = families[TRANSFORMER_LOADING, "phase"].limit[:, 0]
    by_total = np.nan_to_num(total[:, asked]).max(axis=1) / limit
    by_phase = np.nan_to_num(phase[:, :, asked]).max(axis=(1, 2)) / phase_limit
    return np.asarray(np.maximum(by_total, by_phase) * sn_kva)


def _unit_kva(field: Field, solved: Solved, families: Families, asked: Ints) -> Floats:
    names = ("", "phase")
    fails = [families[TRANSFORMER_LOADING, name].fails[:, asked].any(axis=1) for name in names]
    needed = transformer_kva(field, solved, families, asked)
    return np.where(fails[0] | fails[1], needed, 0.0)


def without_solution(
    field: Field, solved: Solved, loads: tuple[Floats, Floats], limits: tuple[float, float]
) -> Needs:
    """Return what loads need where there is no solution, from the sums of what hangs below.

    Parameters
    ----------
    field, solved
        The compounds and their states.
    loads
        Active and reactive load per node, phase, and level times state. [kW, kvar]
    limits
        Loading of cables and of transformers that is allowed. [%]
    """
    if solved.is_solved.all():
        return no_needs(field)
    rows, volts = field.forest.row_of_cable, _nominal_volts(field)
    s_kva = np.abs(below(field, loads[0] + 1j * loads[1]))
    n = solved.n_states
    lanes = field.cable_level[:, None] * n + np.arange(n)
    fails = ~solved.is_solved[field.cable_level, owner(field.first_cable)]
    phases = s_kva[rows[:, None, None], np.arange(N_PHASES)[:, None], lanes[:, None, :]]
    flowing = np.where(fails & (rows >= 0)[:, None], phases.max(axis=1), 0.0).max(axis=1)
    needed_a = WITH_DROP * flowing * W_PER_KW / volts
    cables = field.forest.network.cables
    in_a = field.devices.in_a[: len(cables.ids)]
    is_short = needed_a > np.fmin(in_a, cables.ampacity_a * limits[0] / PERCENT)
    return Needs(
        carried_a=np.where(is_short, needed_a * PERCENT / limits[0], 0.0),
        rated_a=np.where(is_short & ~np.isnan(in_a), needed_a, 0.0),
        area_mm2=np.zeros(len(cables.ids)),
        unit_kva=_unsolved_kva(field, solved, s_kva, limits[1]),
    )


def no_needs(field: Field) -> Needs:
    """Return needs of nothing."""
    zeros = np.zeros(int(field.first_cable[-1]))
    return Needs(
        carried_a=zeros,
        rated_a=zeros,
        area_mm2=zeros,
        unit_kva=np.zeros(int(field.first_trafo[-1])),
    )


def _nominal_volts(field: Field) -> Floats:
    network = field.forest.network
    return np.asarray(network.vn_kv[network.cables.from_node] * V_PER_KV / SQRT3)


def _unsolved_kva(field: Field, solved: Solved, s_kva: Floats, limit: float) -> Floats:
    """Return the rating of units without a solution from the power below them. [kVA]."""
    n, level = solved.n_states, field.level_names.index(STATION)
    boards = field.forest.row_of_node[field.forest.network.transformers.lv_node]
    fails = ~solved.is_solved[level][owner(field.first_trafo)]
    phases = np.where(fails[:, None], s_kva[boards][:, :, level * n : level * n + n], 0.0)
    total = phases.sum(axis=1).max(axis=1, initial=0.0) * PERCENT / limit
    worst = phases.max(axis=(1, 2), initial=0.0) * N_PHASES
    return np.asarray(np.maximum(total, worst) * WITH_DROP)


def below(field: Field, values: Complexes) -> Complexes:
    """Return the sums of what hangs at and below each row of a forest; shape as ``values``."""
    place = field.forest.place
    total = values[place[:, NODE]]
    up = np.where(place[:, KIND] == SOURCE, -1, place[:, PARENT])
    depth = _depth(up)
    for d in range(int(depth.max(initial=0)), 0, -1):
        rows = np.flatnonzero(depth == d)
        np.add.at(total, up[rows], total[rows])
    return np.asarray(total)


def _depth(up: Ints) -> Ints:
    """Return the number of branches between each row and its source."""
    depth = np.zeros(len(up), dtype=np.int64)
    at = up
    for _ in range(len(up)):
        below_source = at >= 0
        if not below_source.any():
            break
        depth += below_source
        at = np.where(below_source, up[np.maximum(at, 0)], -1)
    return depth


@dataclass(frozen=True, slots=True, kw_only=True)
class Least:
    """What one cable must at least be; see ``Needs``.

    ``total_mm2`` is the section of all in parallel.
    """

    carried_a: float
    rated_a: float
    area_mm2: float
    total_mm2: float


def allowed(ladder: Ladder, least: Least, in_a: float) -> Bools:
    """Return which options of a ladder are enough, with devices that protect them.

    Parameters
    ----------
    ladder
        What may take the place of the cable.
    least
        What is needed.
    in_a
        Rated current of today's device, NaN for none. [A]
    """
    enough = ladder.carried_a >= least.carried_a
    enough &= ladder.area_mm2 >= least.area_mm2
    enough &= ladder.area_mm2 * ladder.parallel >= least.total_mm2
    if not np.isnan(in_a):
        rated_a = ladder.rated_a(in_a)
        enough &= (rated_a >= least.rated_a) & (rated_a <= ladder.carried_a)
    return enough


def smallest(ladder: Ladder, least: Least, in_a: float, length_m: float) -> int | None:
    """Return the cheapest option of a ladder that is enough, ``None`` if none is.

    Parameters
    ----------
    ladder, least, in_a
        As in ``allowed``.
    length_m
        Length of the cable. [m]
    """
    enough = allowed(ladder, least, in_a)
    if not enough.any():
        return None
    return int(np.argmin(np.where(enough, ladder.cost_yuan(length_m, in_a), np.inf)))
