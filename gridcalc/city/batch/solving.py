"""Load states of a field solved at every level, each result from the level that judges it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from gridcalc.city.batch.field import Field
from gridcalc.demand.levels import FEEDER, STATION
from gridcalc.demand.many import level_demands
from gridcalc.demand.many_rows import row_sums
from gridcalc.network.arrays import Bools, Floats, Ints, PhaseLoads
from gridcalc.network.phases import over_phases
from gridcalc.powerflow.radial_states import Forest, States, solve_states
from gridcalc.powerflow.radial_tree import B_CABLE, IS_REVERSED, PARENT
from gridcalc.powerflow.solution import ALPHA, Complexes
from gridcalc.units import PERCENT, SQRT3, V_PER_KV, W_PER_KW, tan_phi


class Reached(Protocol):
    """What load reaches at every element, found for design loads or for simulated days.

    The last axis is the state; levels are those of the field.
    """

    @property
    def is_solved(self) -> Bools:
        """By level and compound, shape (n_levels, n_compounds, n_states)."""

    @property
    def n_states(self) -> int:
        """Number of states."""

    @property
    def s_trafo_kva(self) -> Floats:
        """Load of each transformer. [kVA], shape (n_transformers, n_states)."""

    @property
    def s_trafo_phase_kva(self) -> Floats:
        """Load of its phases. [kVA], shape (n_transformers, 3, n_states)."""

    @property
    def s_source_abs_kva(self) -> Floats:
        """Power of each source. [kVA], shape (n_sources, n_states)."""

    @property
    def i_phase_a(self) -> Floats:
        """Current of each cable. [A], shape (n_cables, 3, n_states)."""

    @property
    def i_max_a(self) -> Floats:
        """Current of its heaviest phase. [A], shape (n_cables, n_states)."""

    @property
    def i_neutral_a(self) -> Floats:
        """Current of its neutral. [A], shape (n_cables, n_states)."""

    @property
    def vm_min_pu(self) -> Floats:
        """Lowest phase voltage of each node. [pu], shape (n_nodes, n_states)."""

    @property
    def vm_max_pu(self) -> Floats | None:
        """Highest phase voltage, as ``vm_min_pu``; ``None`` where days tell only the lowest."""

    @property
    def vm_line_min_pu(self) -> Floats:
        """Lowest line voltage of each node. [pu], shape (n_nodes, n_states)."""

    @property
    def unbalance_percent(self) -> Floats:
        """Unbalance at each node. [%], shape (n_nodes, n_states)."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Solved:
    """Results of some states; the last axis is the state.

    Attributes
    ----------
    is_solved
        By level and compound, shape (n_levels, n_compounds, n_states).
    s_phase_kva
        Power leaving the LV terminals of each transformer, station level.
        Complex, shape (n_transformers, 3, n_states)
    s_source_kva
        Of each source, station level. Complex, shape (n_sources, n_states)
    i_phase_a, i_neutral_a
        Of each cable at its own level. Shapes (n_cables, 3, n_states), (n_cables, n_states)
    vm_pu, vm_line_min_pu, unbalance_percent
        Of each node, feeder level. Shapes (n_nodes, 3, n_states), (n_nodes, n_states) twice
    """

    is_solved: Bools
    s_phase_kva: Complexes
    s_source_kva: Complexes
    i_phase_a: Floats
    i_neutral_a: Floats
    vm_pu: Floats
    vm_line_min_pu: Floats
    unbalance_percent: Floats

    @property
    def n_states(self) -> int:
        """Number of states."""
        return int(self.is_solved.shape[2])

    @property
    def s_trafo_kva(self) -> Floats:
        """Load of each transformer. [kVA], shape (n_transformers, n_states)."""
        return np.asarray(np.abs(over_phases(np.add, self.s_phase_kva)))

    @property
    def s_trafo_phase_kva(self) -> Floats:
        """Load of its phases. [kVA], shape (n_transformers, 3, n_states)."""
        return np.asarray(np.abs(self.s_phase_kva))

    @property
    def s_source_abs_kva(self) -> Floats:
        """Power of each source. [kVA], shape (n_sources, n_states)."""
        return np.asarray(np.abs(self.s_source_kva))

    @property
    def i_max_a(self) -> Floats:
        """Current of the heaviest phase. [A], shape (n_cables, n_states)."""
        return over_phases(np.maximum, self.i_phase_a)

    @property
    def vm_min_pu(self) -> Floats:
        """Lowest phase voltage of each node. [pu], shape (n_nodes, n_states)."""
        return over_phases(np.minimum, self.vm_pu)

    @property
    def vm_max_pu(self) -> Floats:
        """Highest phase voltage of each node. [pu], shape (n_nodes, n_states)."""
        return over_phases(np.maximum, self.vm_pu)


def solve(field: Field, states: Sequence[Ints]) -> Solved:
    """Return the results of some states, each the units of all load groups, shape (n_groups,)."""
    return solved_of(field, node_loads_of(field, group_loads_kw(field, states)))


def solved_of(field: Field, loads: PhaseLoads) -> Solved:
    """Return the results of some states, given what ``node_loads_of`` returns."""
    vm_pu = field.forest.network.sources.vm_peak_pu
    found = solve_states(field.forest, loads.p_kw, loads.q_kvar, vm_pu, start=field.start)
    return results_of_states(field, found, loads.p_kw.shape[2] // len(field.level_names))


def solved_twice(
    field: Field, loads: PhaseLoads, n: int
) -> tuple[Solved, Callable[[Bools], Solved]]:
    """Return the results of some states, and those of another one that is given twice.

    Parameters
    ----------
    field
        The compounds.
    loads
        Of some states at every level, then of one state at every level, and then of another.
    n
        Number of the first ones, levels counted.

    Returns
    -------
    results, choose
        ``choose`` takes the compounds that mean the second of the others.
    """
    n_levels = len(field.level_names)
    vm_pu = field.forest.network.sources.vm_peak_pu
    found = solve_states(
        field.forest, loads.p_kw, loads.q_kvar, vm_pu, start=field.start, n_first=n
    )
    one, other = slice(n, n + n_levels), slice(n + n_levels, n + 2 * n_levels)

    def choose(is_other: Bools) -> Solved:
        of_row = np.empty(len(found.volts), dtype=bool)
        of_row[field.forest.row_of_node] = is_other[field.of_node]
        at = of_row[:, None, None]
        chosen = States(
            solved=np.where(is_other[:, None], found.solved[:, other], found.solved[:, one]),
            volts=np.where(at, found.volts[:, :, other], found.volts[:, :, one]),
            amps=np.where(at, found.amps[:, :, other], found.amps[:, :, one]),
        )
        return results_of_states(field, chosen, 1)

    first = States(
        solved=found.solved[:, :n], volts=found.volts[:, :, :n], amps=found.amps[:, :, :n]
    )
    return results_of_states(field, first, n // n_levels), choose


def group_loads_kw(field: Field, states: Sequence[Ints]) -> Floats:
    """Return the demand of each load group in some states, level by level.

    Returns
    -------
    array
        [kW], shape (n_groups, 3, n_levels * n_states)
    """
    found = np.empty((len(field.group_node), 3, len(field.level_names) * len(states)))
    for k, n_units in enumerate(states):
        demands = level_demands(field.count_rule, n_units)
        for level, name in enumerate(field.level_names):
            found[:, :, level * len(states) + k] = demands[name]
    return found


def node_loads_of(field: Field, p_kw: Floats) -> PhaseLoads:
    """Return the load of every node, compensation counted at the LV boards.

    As ``network.loads.node_loads`` for many states at once.

    Parameters
    ----------
    field
        The compounds.
    p_kw
        Of each load group. [kW], shape (n_groups, 3, n)

    Returns
    -------
    PhaseLoads
        Arrays of shape (n_nodes, 3, n).
    """
    q_kvar = p_kw * field.groups.table.tan_phi[:, None, None]
    trafos = field.forest.network.transformers
    n_nodes, n_trafos = field.forest.network.n_nodes, len(trafos.ids)
    p, q = (row_sums(field.group_node, values, n_nodes) for values in (p_kw, q_kvar))
    p_sum, q_sum = (
        row_sums(field.group_transformer, values[:, :1] + values[:, 1:2] + values[:, 2:], n_trafos)
        for values in (p_kw, q_kvar)
    )
    target = field.once("tan phi", lambda: _target_tan_phi(field))
    installed = trafos.compensation_kvar[:, None, None]
    q[trafos.lv_node] -= np.clip(q_sum - p_sum * target, 0.0, installed) / 3
    return PhaseLoads(p_kw=p, q_kvar=q)


def _target_tan_phi(field: Field) -> Floats:
    """Return what the compensation of each transformer aims at, shape (n_transformers, 1, 1)."""
    factors = field.number("compensation.target_power_factor").tolist()
    one = {factor: tan_phi(factor) for factor in set(factors)}
    return np.array([one[factor] for factor in factors])[field.of_trafo, None, None]


def vm_low_load_pu(field: Field) -> tuple[Floats, Bools]:
    """Return the highest phase voltage of each node at low load, and who has such a solution."""
    today = level_demands(field.count_rule, field.groups.today)[STATION]
    return vm_at_low_load(field, node_loads_of(field, today[:, :, None]))


def vm_at_low_load(field: Field, today: PhaseLoads) -> tuple[Floats, Bools]:
    """Return what ``vm_low_load_pu`` does, from today's loads at station level.

    Loads per node and phase have shape (n_nodes, 3, 1).
    """
    share = field.number("demand.low_load_factor")[field.of_node, None, None]
    vm_low_load = field.forest.network.sources.vm_low_load_pu
    found = solve_states(field.forest, today.p_kw * share, today.q_kvar * share, vm_low_load)
    vm = np.abs(found.volts[field.forest.row_of_node, :, 0]).max(axis=1)
    return vm, found.solved[:, 0]


def lanes_of(loads: PhaseLoads, lanes: slice) -> PhaseLoads:
    """Return some of the states of loads of shape (n_nodes, 3, n)."""
    return PhaseLoads(p_kw=loads.p_kw[:, :, lanes], q_kvar=loads.q_kvar[:, :, lanes])


def results_of_states(field: Field, found: States, n: int) -> Solved:
    """Return the results of ``n`` states solved at every level, level by level."""
    names, network = field.level_names, field.forest.network
    station, feeder = names.index(STATION), names.index(FEEDER)
    rows = field.forest.row_of_node
    at_station, at_feeder = slice(station * n, station * n + n), slice(feeder * n, feeder * n + n)
    lv, sources = rows[network.transformers.lv_node], rows[network.sources.node]
    power = {
        name: found.volts[at, :, at_station] * found.amps[at, :, at_station].conj()
        for name, at in (("lv", lv), ("source", sources))
    }
    i_phase, i_neutral = _cable_amps(field, found, n)
    volts = found.volts[rows, :, at_feeder]
    a, b, c = volts[:, 0], volts[:, 1], volts[:, 2]
    line = np.minimum(np.minimum(np.abs(a - b), np.abs(b - c)), np.abs(c - a)) / SQRT3
    positive, negative = a + ALPHA * b + ALPHA**2 * c, a + ALPHA**2 * b + ALPHA * c
    solved = found.solved.reshape(len(field.parts), len(names), n)
    return Solved(
        is_solved=np.moveaxis(solved, 1, 0),
        s_phase_kva=power["lv"],
        s_source_kva=over_phases(np.add, power["source"]),
        i_phase_a=i_phase,
        i_neutral_a=i_neutral,
        vm_pu=np.abs(volts),
        vm_line_min_pu=line,
        unbalance_percent=PERCENT * np.abs(negative) / np.abs(positive),
    )


def _cable_amps(field: Field, found: States, n: int) -> tuple[Floats, Floats]:
    """Return phase and neutral currents of every cable at its level; zero where it is open."""
    forest = field.forest
    network, row = forest.network, forest.row_of_cable
    closed = row >= 0
    lanes = field.cable_level[:, None] * n + np.arange(n)
    per_amp = W_PER_KW / (network.vn_kv[network.cables.from_node] * V_PER_KV / SQRT3)
    series = found.amps[row[:, None, None], np.arange(3)[:, None], lanes[:, None, :]]
    largest, total = np.abs(series), over_phases(np.add, series)
    charge = np.where(closed, forest.trees.value[row, B_CABLE], 0.0)
    charged = np.flatnonzero(charge > 0)
    if len(charged):
        of_charged = series[charged], lanes[charged], charge[charged]
        sending, receiving = _with_charging(forest, found, row[charged], *of_charged)
        largest[charged] = np.maximum(np.abs(sending), np.abs(receiving))
        total[charged] = over_phases(np.add, sending)
    phase_a, neutral_a = largest * per_amp[:, None, None], np.abs(total) * per_amp[:, None]
    return np.where(closed[:, None, None], phase_a, 0.0), np.where(closed[:, None], neutral_a, 0.0)


def _with_charging(
    forest: Forest,
    found: States,
    rows: Ints,
    series: Complexes,
    lanes: Ints,
    charge: Floats,
) -> tuple[Complexes, Complexes]:
    """Return the currents at the first and at the last end of some cables."""
    phases, own_lanes = np.arange(3)[:, None], lanes[:, None, :]
    own = found.volts[rows[:, None, None], phases, own_lanes]
    above = found.volts[forest.place[rows, PARENT][:, None, None], phases, own_lanes]
    b = 1j * charge[:, None, None]
    upper, lower = series + b * above, series - b * own
    is_reversed = (forest.place[rows, IS_REVERSED] == 1)[:, None, None]
    return np.where(is_reversed, lower, upper), np.where(is_reversed, upper, lower)
