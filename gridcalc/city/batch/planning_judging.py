"""The limits of a field with works, and what decides where they are broken."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gridcalc.city.batch.deciding import fails_per_state
from gridcalc.city.batch.family import Family
from gridcalc.city.batch.field import Field
from gridcalc.city.batch.limits_fixed import fixed_families
from gridcalc.city.batch.limits_load import load_families, source_kva
from gridcalc.city.batch.run import scenario_units, today_first
from gridcalc.city.batch.solving import (
    Solved,
    group_loads_kw,
    lanes_of,
    node_loads_of,
    results_of_states,
    vm_at_low_load,
)
from gridcalc.demand.levels import STATION
from gridcalc.demand.scenario import Scenario
from gridcalc.network.arrays import Bools, Floats, Ints, PhaseLoads
from gridcalc.powerflow.radial_states import solve_states


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Loads:
    """What the compounds of a field draw; works on cables and units do not change it.

    Attributes
    ----------
    wanted, asked
        Scenarios, today first; and the positions of those that are asked for.
    states
        Units of each load group, by scenario.
    p_kw, q_kvar
        Load per node, phase, and level times scenario. Shape (n_nodes, 3, n_levels * n_scenarios)
    """

    wanted: Sequence[Scenario]
    asked: Ints
    states: Sequence[Ints]
    p_kw: Floats
    q_kvar: Floats

    def of(self, field: Field, rows: Sequence[int]) -> "Loads":
        """Return those of some compounds of their field."""
        group = field.groups.compound
        ends = np.searchsorted(group, np.arange(field.n_compounds + 1))
        mine = _together(ends, rows)
        nodes = _together(field.first_node, rows)
        return Loads(
            wanted=self.wanted,
            asked=self.asked,
            states=[state[mine] for state in self.states],
            p_kw=self.p_kw[nodes],
            q_kvar=self.q_kvar[nodes],
        )


def _together(first: Ints, rows: Sequence[int]) -> Ints:
    parts = [np.arange(first[i], first[i + 1]) for i in rows]
    return np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)


def loads_of(field: Field, scenarios: Sequence[Scenario]) -> Loads:
    """Return what the compounds of a field draw in some scenarios, and today."""
    wanted, asked = today_first(scenarios)
    states = [scenario_units(field, row) for row in wanted]
    loads = node_loads_of(field, group_loads_kw(field, states))
    return Loads(
        wanted=wanted,
        asked=asked,
        states=states,
        p_kw=loads.p_kw,
        q_kvar=loads.q_kvar,
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Judged:
    """A field with its limits.

    Attributes
    ----------
    loads
        What its compounds draw.
    vm_low_load_pu, has_low_load
        Highest voltage of each node at low load [pu], and who has such a solution.
    families
        Limits of many elements.
    broken
        Compounds that break one in a state asked for.
    """

    field: Field
    loads: Loads
    solved: Solved
    vm_low_load_pu: Floats
    has_low_load: Bools
    families: Sequence[Family]
    broken: Bools

    @property
    def asked(self) -> Ints:
        """Positions of the scenarios that are asked for."""
        return self.loads.asked


def judged(field: Field, loads: Loads) -> Judged:
    """Return the limits of a field that loads, faults and low load decide."""
    n_states = len(loads.wanted)
    sources = field.forest.network.sources
    found = solve_states(
        field.forest, loads.p_kw, loads.q_kvar, sources.vm_peak_pu, start=field.start
    )
    solved = results_of_states(field, found, n_states)
    today = field.level_names.index(STATION) * n_states
    both = PhaseLoads(p_kw=loads.p_kw, q_kvar=loads.q_kvar)
    low_load, has_low_load = vm_at_low_load(field, lanes_of(both, slice(today, today + 1)))
    s_today = source_kva(field, solved)[:, 0]
    families = (
        *load_families(field, solved, loads.states, s_today),
        *fixed_families(field, low_load),
    )
    fails = fails_per_state(families, (), field.n_compounds, n_states)[:, loads.asked]
    return Judged(
        field=field,
        loads=loads,
        solved=solved,
        vm_low_load_pu=low_load,
        has_low_load=has_low_load,
        families=families,
        broken=fails.any(axis=1) | ~has_low_load,
    )


def worst_of(now: Judged, i: int) -> str:
    """Return check and element of the limit that one compound breaks most."""
    worst, text = -1.0, "no solution at low load"
    for family in now.families:
        start, end = np.searchsorted(family.compound, [i, i + 1])
        fails = family.fails[start:end]
        if fails.any():
            value = np.where(fails, family.utilisation[start:end], -1.0)
            if value.max() > worst:
                worst = float(value.max())
                k = int(np.unravel_index(value.argmax(), value.shape)[0])
                text = f"{family.check} {family.element(int(start) + k)}"
    return text
