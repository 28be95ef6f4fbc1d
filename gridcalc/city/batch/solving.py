"""Load states of a field solved at every level, each result from the level that judges it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from gridcalc.city.batch.field import Field
from gridcalc.demand.levels import FEEDER, STATION
from gridcalc.demand.many import level_demands
from gridcalc.network.arrays import Bools, Floats, Ints, PhaseLoads
from gridcalc.network.loads import node_loads
from gridcalc.powerflow.radial_states import Forest, States, solve_states
from gridcalc.powerflow.radial_tree import B_CABLE, IS_REVERSED, PARENT
from gridcalc.powerflow.solution import ALPHA, Complexes
from gridcalc.units import PERCENT, SQRT3, V_PER_KV, W_PER_KW


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
        return np.asarray(np.abs(self.s_phase_kva.sum(axis=1)))

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
        return np.asarray(self.i_phase_a.max(axis=1))

    @property
    def vm_min_pu(self) -> Floats:
        """Lowest phase voltage of each node. [pu], shape (n_nodes, n_states)."""
        return np.asarray(self.vm_pu.min(axis=1))


def solve(field: Field, states: Sequence[Ints], *, scale: Floats | None = None) -> Solved:
    """Return the results of some states.

    Parameters
    ----------
    field
        The compounds.
    states
        Units of each load group, by state; each of shape (n_groups,).
    scale
        Factor on the demand of each load group. [-], shape (n_groups,)
    """
    loads = [loads_by_level(field, n_units, scale) for n_units in states]
    n_levels = len(field.level_names)
    blocks = [row[level] for level in range(n_levels) for row in loads]
    p_kw = np.stack([block.p_kw for block in blocks], axis=2)
    q_kvar = np.stack([block.q_kvar for block in blocks], axis=2)
    vm_pu = field.forest.network.sources.vm_peak_pu
    found = solve_states(field.forest, p_kw, q_kvar, vm_pu, start=field.start)
    return results_of_states(field, found, len(states))


def vm_low_load_pu(field: Field) -> tuple[Floats, Bools]:
    """Return the highest phase voltage of each node at low load, and who has such a solution."""
    station = loads_by_level(field, field.groups.today)[0]
    return vm_at_low_load(field, station.p_kw[:, :, None], station.q_kvar[:, :, None])


def vm_at_low_load(field: Field, p_kw: Floats, q_kvar: Floats) -> tuple[Floats, Bools]:
    """Return what ``vm_low_load_pu`` does, from today's loads at station level.

    Loads per node and phase have shape (n_nodes, 3, 1).
    """
    share = field.policy.number("demand.low_load_factor")
    vm_low_load = field.forest.network.sources.vm_low_load_pu
    found = solve_states(field.forest, p_kw * share, q_kvar * share, vm_low_load)
    vm = np.abs(found.volts[field.forest.row_of_node, :, 0]).max(axis=1)
    return vm, found.solved[:, 0]


def loads_by_level(field: Field, n_units: Ints, scale: Floats | None = None) -> list[PhaseLoads]:
    """Return the loads of one state at every level of a field; see ``solve``."""
    demands = level_demands(field.groups, n_units)
    if scale is not None:
        demands = {name: p_kw * scale[:, None] for name, p_kw in demands.items()}
    tan_phi = field.groups.table.tan_phi[:, None]
    return [
        node_loads(
            field.forest.network,
            node=field.group_node,
            transformer=field.group_transformer,
            p_kw=demands[name],
            q_kvar=demands[name] * tan_phi,
            target_power_factor=field.policy.number("compensation.target_power_factor"),
        )
        for name in field.level_names
    ]


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
    line = np.abs(volts - np.roll(volts, -1, axis=1)).min(axis=1) / SQRT3
    a, b, c = volts[:, 0], volts[:, 1], volts[:, 2]
    positive, negative = a + ALPHA * b + ALPHA**2 * c, a + ALPHA**2 * b + ALPHA * c
    solved = found.solved.reshape(len(field.parts), len(names), n)
    return Solved(
        is_solved=np.moveaxis(solved, 1, 0),
        s_phase_kva=power["lv"],
        s_source_kva=power["source"].sum(axis=1),
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
    sending, receiving = series, series
    charge = np.where(closed, forest.trees.value[row, B_CABLE], 0.0)
    charged = np.flatnonzero(charge > 0)
    if len(charged):
        sending, receiving = _with_charging(forest, found, series, charged, lanes, charge)
    largest = np.maximum(np.abs(sending), np.abs(receiving)) * per_amp[:, None, None]
    neutral = np.abs(sending.sum(axis=1)) * per_amp[:, None]
    return np.where(closed[:, None, None], largest, 0.0), np.where(closed[:, None], neutral, 0.0)


def _with_charging(
    forest: Forest,
    found: States,
    series: Complexes,
    charged: Ints,
    lanes: Ints,
    charge: Floats,
) -> tuple[Complexes, Complexes]:
    """Return the currents at the first and at the last end of every cable."""
    rows = forest.row_of_cable[charged]
    phases, own_lanes = np.arange(3)[:, None], lanes[charged][:, None, :]
    own = found.volts[rows[:, None, None], phases, own_lanes]
    above = found.volts[forest.place[rows, PARENT][:, None, None], phases, own_lanes]
    b = 1j * charge[charged][:, None, None]
    upper, lower = series[charged] + b * above, series[charged] - b * own
    is_reversed = (forest.place[rows, IS_REVERSED] == 1)[:, None, None]
    sending, receiving = series.copy(), series.copy()
    sending[charged] = np.where(is_reversed, lower, upper)
    receiving[charged] = np.where(is_reversed, upper, lower)
    return sending, receiving
