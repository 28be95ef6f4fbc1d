"""How tests ask for simulated days, and loads added up without the code under test."""

import numpy as np

from gridcalc.checks.case import scenario_units
from gridcalc.checks.simulated import simulation_of
from gridcalc.demand.scenario import parse_scenario
from gridcalc.simulation.days import draws_of, loads_of, simulate_days
from gridcalc.simulation.prepare import case_of
from gridcalc.simulation.settings import SimulationSettings


def settings(**changed):
    """Return settings of a short simulation."""
    usual = {
        "seed": 1,
        "season": "summer",
        "n_days": 25,
        "percentile": 95.0,
        "participation_share": 0.8,
    }
    return SimulationSettings(**{**usual, **changed})


def simulation(case, **changed):
    return simulation_of(case, settings(**changed))


def day_case(case, sim, scenario="ev-100", charging="uncontrolled"):
    return case_of(sim, scenario_units(case, parse_scenario(scenario)), charging)


def days_of(case, sim, scenario="ev-100", charging="uncontrolled"):
    return simulate_days(sim, [day_case(case, sim, scenario, charging)])[0]


def first_block(case, sim, scenario="ev-100", charging="uncontrolled"):
    """Return loads and service of the first block of days."""
    return loads_of(sim, day_case(case, sim, scenario, charging), draws_of(sim, 0), 0)


def node_loads(loads, n_nodes):
    """Return complex power by node, phase, day and slot, added up row by row. [kVA]."""
    s_kva = np.zeros((n_nodes, 3, loads.n_days, loads.n_slots), dtype=complex)
    for r in range(len(loads.shaped_node)):
        curve = loads.curves[loads.shaped_curve[r]]
        p_kw = loads.shaped_p_kw[r][:, None] * curve[None, :]
        s_kva[loads.shaped_node[r], loads.shaped_phase[r]] += p_kw * (
            1 + 1j * loads.shaped_tan_phi[r]
        )
    for r in range(len(loads.free_node)):
        p_kw = loads.free_p_kw[r].astype(float)
        s_kva[loads.free_node[r], loads.free_phase[r]] += p_kw * (1 + 1j * loads.free_tan_phi[r])
    return s_kva


def nth_smallest(values, share):
    """Return the smallest value with at least a share of all at or below it, by counting."""
    ranked = sorted(float(value) for value in values)
    return next(v for v in ranked if sum(w <= v for w in ranked) >= share * len(ranked) - 1e-9)


def path_of(file, node):
    """Return the ids of the cables between a node and its LV board, and the board."""
    up = {cable["to"]: cable for cable in file["lv_cables"]}
    path = []
    while node in up:
        path.append(up[node]["id"])
        node = up[node]["from"]
    return path, node.removesuffix(".LV")


def loads_by_limit(file, case, s_node):
    """Return complex power below every (element, phase) and every transformer's total."""
    below = {}
    for i, node in enumerate(case.site.network.node_ids):
        path, unit = path_of(file, node)
        if unit not in case.site.network.transformers.ids:
            continue
        for x in range(3):
            for key in [(name, x) for name in (*path, unit)] + [(unit, "total")]:
                below[key] = below.get(key, 0) + s_node[i, x]
    return below


def limit_numbers(file, case, limits):
    """Return the number of every limit a controlled car can reach, by element and phase."""
    found = {}
    for i, node in enumerate(case.site.network.node_ids):
        path, unit = path_of(file, node)
        if unit not in case.site.network.transformers.ids:
            continue
        for x in range(3):
            above = [*((name, x) for name in (*path, unit)), (unit, "total")]
            for key, number in zip(above, limits.chain[i, x], strict=False):
                if number >= 0:
                    assert found.setdefault(key, int(number)) == number
    return found
