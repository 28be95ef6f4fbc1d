"""What orderly charging may use, against loops over the file: limits, loads below, capacitors."""

import numpy as np
import pytest

from gridcalc.simulation.headroom import headroom_kw
from tests.unit.simulated_cases import (
    first_block,
    limit_numbers,
    loads_by_limit,
    node_loads,
    path_of,
    simulation,
)

U_PHASE_KV = 0.38 / 3**0.5


@pytest.fixture
def deep(small):
    """Return bays at every depth, three-phase ones too, a fuse and capacitors."""
    small["private_bays"] = [
        {"node": "T1.LV", "count": 4, "charger_kw": 21, "phases": "three"},
        {"node": "CB1", "count": 30},
        {"node": "MB1", "count": 6, "phases": [1, 5, 0]},
        {"node": "MB2", "count": 6},
    ]
    small["substations"][0]["transformers"][0]["compensation_kvar"] = 30
    small["protection"] = [{"element": "C1", "kind": "fuse", "in_a": 63}]
    return small


def test_limits_are_those_of_the_rules_less_the_headroom(deep, case_of, pack_with):
    case = case_of(deep, pack_with({"orderly.headroom_percent": 10}))
    limits = simulation(case).orderly.limits
    ampacity = dict(
        zip(case.site.network.cables.ids, case.site.network.cables.ampacity_a, strict=True)
    )

    number = limit_numbers(deep, case, limits)

    # 630 kVA: 85 % of it in all, a third of it on a phase, a tenth kept free
    assert limits.s_max_kva[number["T1", "total"]] == pytest.approx(0.9 * 0.85 * 630)
    assert limits.s_max_kva[number["T1", 1]] == pytest.approx(0.9 * 210)
    # the fuse of 63 A is below the ampacity of C1, C2 has none
    assert ampacity["C1"] > 63
    c1, c2 = (limits.s_max_kva[number[name, 2]] for name in ("C1", "C2"))
    assert c1 == pytest.approx(0.9 * 63 * U_PHASE_KV)
    assert c2 == pytest.approx(0.9 * ampacity["C2"] * U_PHASE_KV)
    # F1, C1, C2, F2 and the transformer; no car hangs on F3, none is controlled at 10 kV
    assert limits.n == len(number) == 3 * 4 + 4


def test_a_pair_of_transformers_has_the_limit_of_pairs(deep, case_of):
    deep["substations"][0]["transformers"].append({"id": "T2", "type": "S20-400"})
    deep["substations"][0]["lv_tie"] = True
    deep["lv_cables"][3]["from"] = "T2.LV"
    case = case_of(deep)

    limits = simulation(case).orderly.limits

    number = limit_numbers(deep, case, limits)
    # 65 % for pairs, 5 % of headroom
    total = [limits.s_max_kva[number[name, "total"]] for name in ("T1", "T2")]
    assert total == pytest.approx([0.95 * 0.65 * 630, 0.95 * 0.65 * 400])
    index = case.site.network.node_index()
    nodes = np.array([index[name] for name in ("MB1", "T1.LV", "CB1", "T2.LV")])
    assert limits.transformer[nodes].tolist() == [0, 0, 1, 1]


@pytest.mark.parametrize("node", ["MB1", "CB1", "T1.LV"])
def test_a_load_counts_against_every_cable_up_to_its_transformer(deep, case_of, node):
    case = case_of(deep)
    limits = simulation(case).orderly.limits
    number = limit_numbers(deep, case, limits)
    path, unit = path_of(deep, node)

    # a number stands for one element and phase, and no two share one
    assert len(set(number.values())) == len(number)
    for x in range(3):
        chain = limits.chain[case.site.network.node_index()[node], x]
        expected = [number[name, x] for name in (*path, unit)]
        # from the load upwards
        assert chain[chain >= 0].tolist() == [*expected, number[unit, "total"]]


@pytest.mark.parametrize("installed_kvar", [0, 30, 400])
def test_headroom_is_what_a_loop_over_all_loads_leaves(deep, case_of, installed_kvar):
    deep["substations"][0]["transformers"][0]["compensation_kvar"] = installed_kvar
    case = case_of(deep)
    sim = simulation(case)
    loads, _ = first_block(case, sim, "ev-100", "uncontrolled")

    left = headroom_kw(
        sim.orderly.limits, sim.network, loads, power_factor=0.9, target_power_factor=0.95
    )

    below = loads_by_limit(deep, case, node_loads(loads, case.site.network.n_nodes))
    s_total = below["T1", "total"]
    # capacitors switch in what lacks to a power factor of 0.95 and never more than is installed
    missing = s_total.imag - s_total.real * np.sqrt(1 / 0.95**2 - 1)
    switched = np.minimum(np.maximum(missing, 0), installed_kvar)
    for x in range(3):
        below["T1", x] = below["T1", x] - 1j * switched / 3
    below["T1", "total"] = s_total - 1j * switched
    for (element, phase), number in limit_numbers(deep, case, sim.orderly.limits).items():
        s_kva = below[element, phase]
        expected = 0.9 * (sim.orderly.limits.s_max_kva[number] - np.abs(s_kva))
        # single precision of sums of some hundred kVA
        assert left[number] == pytest.approx(expected, abs=2e-3), (element, phase)


def test_a_limit_that_is_passed_already_has_negative_headroom(deep, case_of):
    deep["protection"][0]["in_a"] = 10
    case = case_of(deep)
    sim = simulation(case)
    loads, _ = first_block(case, sim, "today")

    left = headroom_kw(
        sim.orderly.limits, sim.network, loads, power_factor=0.95, target_power_factor=0.95
    )

    # 16 flats on a fuse of 10 A
    assert left[limit_numbers(deep, case, sim.orderly.limits)["C1", 0]].min() < 0


def test_apparent_powers_are_added_as_numbers(deep, case_of):
    # whatever the angle of what is there, P kW of cars at their power factor still fit
    case = case_of(deep)
    sim = simulation(case)
    loads, _ = first_block(case, sim, "today")
    left = headroom_kw(
        sim.orderly.limits, sim.network, loads, power_factor=0.95, target_power_factor=0.95
    )

    below = loads_by_limit(deep, case, node_loads(loads, case.site.network.n_nodes))
    for phase in range(3):
        number = limit_numbers(deep, case, sim.orderly.limits)["F2", phase]
        cars = left[number] * (1 + 1j * np.tan(np.arccos(0.95)))
        together = np.abs(below["F2", phase] + cars)
        assert (together <= sim.orderly.limits.s_max_kva[number] * (1 + 1e-5)).all()
