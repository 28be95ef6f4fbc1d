"""The factor method for a whole chunk: every scenario, the limit that decides, what fits."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from gridcalc.catalogue import Catalogue
from gridcalc.city.batch.deciding import Decisive, added_fails, decisive, fails_per_state
from gridcalc.city.batch.few import few_findings
from gridcalc.city.batch.field import Field
from gridcalc.city.batch.fitting import Fitting, private_chargers_that_fit
from gridcalc.city.batch.flipping import LoadFactors, could_flip, flipped_kw
from gridcalc.city.batch.limits_fixed import fixed_families
from gridcalc.city.batch.limits_load import (
    cable_percent,
    load_families,
    source_kva,
    transformer_percent,
)
from gridcalc.city.batch.solving import (
    Reached,
    Solved,
    group_loads_kw,
    lanes_of,
    node_loads_of,
    solved_twice,
    vm_at_low_load,
)
from gridcalc.demand.groups import KINDS
from gridcalc.demand.levels import FEEDER, STATION
from gridcalc.demand.many_build_out import built_out
from gridcalc.demand.scenario import TODAY, Scenario, parse_scenario
from gridcalc.network.arrays import Bools, Floats, Ints
from gridcalc.network.phases import over_phases
from gridcalc.units import VN_MV_KV


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Outcome:
    """What is known of every compound of a field; the last axis of arrays is the scenario.

    Attributes
    ----------
    scenarios, state_names
        Those asked, in order; and the names of the states a limit may be decided in.
    passed
        Whether all limits hold, shape (n_compounds, n_scenarios).
    s_peak_kva, loading_percent, phase_loading_percent, cable_loading_percent, vm_min_pu
        The worst of each compound, NaN without a solution. Shape (n_compounds, n_scenarios)
    deciding
        The limit that decides for each compound.
    fitting
        Private chargers that fit, per compound.
    could_flip
        Compounds that missing data could make fit, or not fit.
    has_low_load
        Compounds with a solution at low load; the others cannot be computed.
    """

    scenarios: tuple[Scenario, ...]
    state_names: tuple[str, ...]
    passed: Bools
    s_peak_kva: Floats
    loading_percent: Floats
    phase_loading_percent: Floats
    cable_loading_percent: Floats
    vm_min_pu: Floats
    deciding: list[Decisive | None]
    fitting: list[Fitting | None]
    has_low_load: Bools
    could_flip: Bools


def run_field(
    field: Field, catalogue: Catalogue, scenarios: Sequence[Scenario], *, factors: LoadFactors
) -> Outcome:
    """Return the outcome of all scenarios by the factor method.

    Parameters
    ----------
    field, catalogue
        Compounds under one pack, and the equipment they name.
    scenarios
        In order; today is computed in any case, to tell old violations apart.
    factors
        How far missing data may move the loads of each compound.
    """
    wanted, asked = today_first(scenarios)
    states = [scenario_units(field, row) for row in wanted]
    p_kw = group_loads_kw(field, states)
    flipped = flipped_kw(field, p_kw[:, :, asked[-1] :: len(states)], factors)
    loads = node_loads_of(field, np.concatenate([p_kw, flipped], axis=2))
    solved, flip = solved_twice(field, loads, p_kw.shape[2])
    first = field.level_names.index(STATION) * len(states)
    low_load, has_low_load = vm_at_low_load(field, lanes_of(loads, slice(first, first + 1)))
    s_today = source_kva(field, solved)[:, 0]
    fixed = tuple(fixed_families(field, low_load))
    of_load = tuple(load_families(field, solved, states, s_today))
    families = (*of_load, *fixed)
    few = tuple(few_findings(field, catalogue, wanted, states))
    added = [added_fails(family, family) for family in families]
    n = field.n_compounds
    passed = ~fails_per_state(families, few, n, len(states))[:, asked]
    fits: Bools = np.asarray(passed.all(axis=1))
    last = [replace(row, state=None) for row in few if row.state in {None, asked[-1]}]
    return Outcome(
        could_flip=could_flip(
            field,
            states[asked[-1]],
            flip(fits),
            factors=factors,
            fits=fits,
            fixed=(fixed, last),
            s_today_kva=s_today,
        ),
        scenarios=tuple(scenarios),
        state_names=tuple(row.name for row in wanted),
        passed=passed,
        deciding=decisive(families, added, few, asked, n),
        fitting=private_chargers_that_fit(
            field, states[asked[-1]], today=(of_load, s_today), known=states
        ),
        has_low_load=has_low_load,
        **{
            name: value[:, asked]
            for name, value in worst_of(field, solved, _together(field, solved)).items()
        },
    )


def today_first(scenarios: Sequence[Scenario]) -> tuple[list[Scenario], Ints]:
    """Return today and then the other scenarios, and where those asked for stand among them."""
    wanted = [parse_scenario(TODAY), *(row for row in scenarios if row.name != TODAY)]
    names = [row.name for row in wanted]
    return wanted, np.array([names.index(row.name) for row in scenarios], dtype=np.int64)


def scenario_units(field: Field, scenario: Scenario) -> Ints:
    """Return the units of each load group in a scenario; see ``groups.units_in_scenario``."""
    groups = field.groups
    n_units = groups.today.copy()
    shares = {
        "private_charger": scenario.ev_share,
        "public_charger": scenario.ev_share,
        "ebike_socket": scenario.ebike_share,
    }
    for kind, share in shares.items():
        rows = groups.table.kind == KINDS.index(kind)
        if share is None or not rows.any():
            continue
        if share >= 1:
            n_units[rows] = groups.n_total[rows]
            continue
        order = field.order(kind)
        wanted = np.ceil(share * order.n_total - _NEGLIGIBLE).astype(np.int64)
        n_units[rows] = built_out(groups, order, wanted)[rows]
    return n_units


_NEGLIGIBLE = 1e-9


def _together(field: Field, solved: Solved) -> Floats:
    """Return the power of all sources of each compound together. [kVA]."""
    power = np.add.reduceat(solved.s_source_kva, field.first_source[:-1], axis=0)
    return np.asarray(np.abs(power))


def worst_of(field: Field, solved: Reached, s_peak_kva: Floats) -> dict[str, Floats]:
    """Return the worst element of each compound, by the names of ``Outcome``.

    Parameters
    ----------
    field, solved
        The compounds and what load reaches.
    s_peak_kva
        Of all sources of a compound together. [kVA], shape (n_compounds, n_states)
    """
    total, phase = transformer_percent(field, solved)
    is_lv = (field.forest.network.vn_kv < VN_MV_KV)[:, None]
    of_feeder = solved.is_solved[field.level_names.index(FEEDER)]
    of_station = solved.is_solved[field.level_names.index(STATION)]
    vm = np.where(is_lv & of_feeder[field.of_node], -solved.vm_min_pu, np.nan)
    return {
        "s_peak_kva": np.where(of_station, s_peak_kva, np.nan),
        "loading_percent": _largest(total, field.first_trafo),
        "phase_loading_percent": _largest(over_phases(np.maximum, phase), field.first_trafo),
        "cable_loading_percent": _largest(cable_percent(field, solved), field.first_cable),
        "vm_min_pu": -_largest(vm, field.first_node),
    }


def _largest(values: Floats, first: Ints) -> Floats:
    """Return the largest value of each compound, NaN without any."""
    found = np.full((len(first) - 1, values.shape[1]), np.nan)
    has_any = np.diff(first) > 0
    filled = np.where(np.isnan(values), -np.inf, values)
    if len(values):
        found[has_any] = np.maximum.reduceat(filled, first[:-1][has_any], axis=0)
    return np.where(np.isinf(found), np.nan, found)
