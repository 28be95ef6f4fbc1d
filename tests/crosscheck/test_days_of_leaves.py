"""Days in single precision, leaves apart, against every slot solved to the end by itself.

The other side is the sweep over single slots in double precision, which knows no leaves and no
extremes, followed by ``results_of_days``: currents, powers and unbalance from voltages with array
algebra. Both read the same loads. Tolerances are what single precision leaves: 1e-7 of a number,
and five such for what is a sum over a whole network; losses are a difference of two powers thirty
times as large.
"""

from dataclasses import fields, replace

import numpy as np
import pytest

from gridcalc.network.arrays import Network
from gridcalc.network.day_loads import DayLoads
from gridcalc.powerflow.days import DayResults
from gridcalc.powerflow.days_from_voltages import results_of_days
from gridcalc.powerflow.radial import radial_days, radial_voltages
from gridcalc.powerflow.slot_loads import slot_loads
from tests.crosscheck.drawn_days import drawn_days
from tests.crosscheck.random_networks import random_network
from tests.crosscheck.test_batch_engines_agree import TARGET, TEMPLATES, template_case

VOLTAGE_ATOL = 3e-7
POWER_RTOL = 2e-6
NEUTRAL_RTOL = 5e-6  # a sum of three currents
LOSS_RTOL = 5e-5
RTOL = {"p_loss_max_kw": LOSS_RTOL, "i_neutral_max_a": NEUTRAL_RTOL}
VOLTAGES = {"vm_min_pu": 1.0, "vm_line_min_pu": 1.0, "unbalance_max_percent": 100.0}


def slot_by_slot(network: Network, days: DayLoads, source_vm_pu: np.ndarray) -> DayResults:
    settings = {"source_vm_pu": source_vm_pu, "target_power_factor": TARGET}
    v_pu = radial_voltages(network, days, **settings)
    solved = np.isfinite(v_pu).all(axis=(2, 3))
    loads = slot_loads(network, days, slice(0, days.n_days), target_power_factor=TARGET)
    return results_of_days("", network, loads, v_pu, solved)


def assert_same(found: DayResults, expected: DayResults) -> None:
    assert np.array_equal(found.solved, expected.solved)
    for field in fields(DayResults):
        name = field.name
        if name in {"engine", "solved"}:
            continue
        one, other = getattr(found, name), getattr(expected, name)
        rtol = RTOL.get(name, POWER_RTOL)
        atol = VOLTAGES[name] * VOLTAGE_ATOL if name in VOLTAGES else rtol * np.abs(other).max()
        np.testing.assert_allclose(one, other, rtol=0, atol=atol, err_msg=name)


def by_days(network: Network, days: DayLoads, source_vm_pu: np.ndarray) -> DayResults:
    return radial_days(network, source_vm_pu=source_vm_pu, target_power_factor=TARGET)(days)


@pytest.mark.parametrize("name", TEMPLATES)
def test_days_of_a_template_are_those_of_its_slots(name):
    drawn = template_case(name)
    days = drawn_days(drawn.loads, n_days=3, n_slots=96, seed=3, share=1.2)

    assert_same(
        by_days(drawn.network, days, drawn.source_vm_pu),
        slot_by_slot(drawn.network, days, drawn.source_vm_pu),
    )


@pytest.mark.parametrize("seed", range(24))
def test_days_of_a_random_network_are_those_of_its_slots(seed):
    drawn = random_network(
        seed,
        n_trafos=1 + seed % 3,
        n_sources=1 + seed % 2,
        s_sc_mva=120.0 + 10 * seed,
        loading=0.2 + 0.05 * (seed % 16),
        single_phase_share=(seed % 5) / 4,
    )
    trafos = drawn.network.transformers
    trafos = replace(trafos, compensation_kvar=np.full(len(trafos.ids), 60.0 * (seed % 2)))
    network = replace(drawn.network, transformers=trafos)
    # Slots that do not fill a tile, and chargers that stand still most of the day.
    days = drawn_days(drawn.loads, n_days=4, n_slots=31 + 13 * (seed % 6), seed=seed)
    still = np.random.default_rng(seed).random(days.free_p_kw.shape) < 0.8
    days = replace(days, free_p_kw=np.where(still, np.float32(0.0), 3 * days.free_p_kw))

    assert_same(
        by_days(network, days, drawn.source_vm_pu), slot_by_slot(network, days, drawn.source_vm_pu)
    )


def test_a_day_is_the_same_whatever_came_before_it():
    drawn = random_network(2)
    days = drawn_days(drawn.loads, n_days=6, n_slots=48, seed=8)
    last = replace(days, shaped_p_kw=days.shaped_p_kw[:, 5:], free_p_kw=days.free_p_kw[:, 5:])

    together = by_days(drawn.network, days, drawn.source_vm_pu)
    alone = by_days(drawn.network, last, drawn.source_vm_pu)

    assert together.vm_min_pu[5] == pytest.approx(alone.vm_min_pu[0], abs=2 * VOLTAGE_ATOL)
    assert together.i_max_a[5] == pytest.approx(alone.i_max_a[0], rel=1e-5, abs=1e-3)
