"""What must hold for the simulated days of every compound, tried on random ones."""

from copy import deepcopy
from dataclasses import replace
from random import Random

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from gridcalc.checks.case import scenario_units
from gridcalc.checks.simulated import simulation_of
from gridcalc.demand.scenario import parse_scenario
from gridcalc.question import Question
from gridcalc.simulation.days import draws_of, loads_of, simulate_days
from gridcalc.simulation.loads import DayCase
from gridcalc.simulation.prepare import case_of as connected_case
from gridcalc.simulation.settings import SimulationSettings
from gridcalc.simulation.units import FREE_KINDS, PRIVATE
from gridcalc.study import study
from tests.properties.test_invariants import LOAD_SECTIONS, SECTIONS, compounds, trying

N_DAYS = 5
FULL = "ev-100+ebike-50"


def simulation(case, n_days=N_DAYS, share=0.8):
    settings = SimulationSettings(
        seed=1, season="summer", n_days=n_days, percentile=95, participation_share=share
    )
    return simulation_of(case, settings)


def days(case, sim, scenario=FULL, charging="uncontrolled"):
    n_units = scenario_units(case, parse_scenario(scenario))
    (done,) = simulate_days(sim, [connected_case(sim, n_units, charging)])
    return done


def kva_below(case, sim, loads):
    """Return complex power below every LV cable phase and every transformer phase. [kVA]."""
    index = case.site.network.node_index()
    s_node = np.zeros((case.site.network.n_nodes, 3, loads.n_days, loads.n_slots), dtype=complex)
    for r in range(len(loads.shaped_node)):
        p_kw = loads.shaped_p_kw[r][:, None] * loads.curves[loads.shaped_curve[r]][None, :]
        power = p_kw * (1 + 1j * loads.shaped_tan_phi[r])
        s_node[loads.shaped_node[r], loads.shaped_phase[r]] += power
    for r in range(len(loads.free_node)):
        power = loads.free_p_kw[r].astype(float) * (1 + 1j * loads.free_tan_phi[r])
        s_node[loads.free_node[r], loads.free_phase[r]] += power
    below = {}
    for place in case.site.topology.places:
        for element in (*place.path, place.transformer):
            below[element] = below.get(element, 0) + s_node[index[place.id]]
    return below


# ------------------------------------------------------------------ more chargers


@trying(20)
@given(file=compounds(), seed=st.integers(0, 2**32 - 1))
def test_more_private_chargers_never_lower_the_load_of_any_cable_or_transformer(
    case_of, file, seed
):
    case = case_of(file)
    sim = simulation(case)
    n_bays = sim.units[PRIVATE].n
    assume(n_bays)
    order = np.random.default_rng(seed).permutation(n_bays)[:, None]
    full = connected_case(sim, scenario_units(case, parse_scenario(FULL)), "uncontrolled")
    draws, before = draws_of(sim, 0), None

    for n in (0, n_bays // 3, n_bays):
        what = DayCase(charging="uncontrolled", connected={**full.connected, PRIVATE: order < n})
        loads, _ = loads_of(sim, what, draws, 0)
        now = {name: np.abs(s) for name, s in kva_below(case, sim, loads).items()}
        if before is not None:
            for name, kva in now.items():
                assert (kva >= before[name] - 1e-3).all(), name  # single precision
        before = now


@trying(15)
@given(file=compounds(), stages=st.lists(st.integers(0, 100), min_size=2, max_size=2))
def test_a_later_stage_never_lowers_the_peak_of_a_transformer(case_of, file, stages):
    # transformers of one voltage: loads draw constant power, losses only grow
    case = case_of(file)
    sim = simulation(case)
    early, late = sorted(stages)

    one, other = (days(case, sim, f"ev-{stage}").results for stage in (early, late))

    both = one.solved & other.solved
    assume(both.any())
    s_one, s_other = one.s_trafo_kva[both], other.s_trafo_kva[both]
    # losses of neighbours and unbalance may shift some tenths of a percent
    assert (s_other >= s_one * 0.998 - 0.05).all()


# ------------------------------------------------------------------ orderly charging


@trying(25)
@given(file=compounds(), share=st.sampled_from((0.3, 0.8, 1.0)))
def test_control_never_breaks_a_limit_that_the_other_loads_keep(case_of, file, share):
    # oracle: limits of zero leave the loads that nobody controls; all loads are added up again
    case = case_of(file)
    sim = simulation(case, share=share)
    closed = replace(sim.orderly.limits, s_max_kva=np.zeros(sim.orderly.limits.n))
    shut = replace(sim, orderly=replace(sim.orderly, limits=closed))
    full = scenario_units(case, parse_scenario(FULL))
    draws = draws_of(sim, 0)

    managed, service = loads_of(sim, connected_case(sim, full, "managed"), draws, 0)
    others, none = loads_of(shut, connected_case(shut, full, "managed"), draws, 0)

    assert none.delivered_kwh.sum() == 0
    assert (service.delivered_kwh <= service.requested_kwh + 1e-6).all()
    limits, network = sim.orderly.limits, case.site.network
    together, rest = kva_below(case, sim, managed), kva_below(case, sim, others)
    for k, name in enumerate(network.transformers.ids):
        # capacitors bring the load that is there to a power factor of 0.95 where they can
        total = rest[name].sum(axis=0)
        missing = total.imag - total.real * np.sqrt(1 / 0.95**2 - 1)
        switched = 1j * np.clip(missing, 0, network.transformers.compensation_kvar[k])
        for loads in (together, rest):
            loads[name] = loads[name] - switched / 3
    index = network.node_index()
    for place in case.site.topology.places:
        for x in range(3):
            above = [*reversed(place.path), place.transformer, place.transformer]
            for i, (name, number) in enumerate(
                zip(above, limits.chain[index[place.id], x], strict=False)
            ):
                is_total = i == len(above) - 1
                kva, alone = (
                    np.abs(s[name].sum(axis=0) if is_total else s[name][x])
                    for s in (together, rest)
                )
                if number >= 0:
                    most = np.maximum(limits.s_max_kva[number], alone)
                    assert (kva <= most * (1 + 1e-5) + 1e-3).all(), name  # single precision


@trying(15)
@given(file=compounds())
def test_with_nobody_under_control_managed_is_uncontrolled(case_of, file):
    case = case_of(file)
    sim = simulation(case, share=0.0)

    plain, managed = (days(case, sim, FULL, mode) for mode in ("uncontrolled", "managed"))

    assert plain.results.s_trafo_kva.tobytes() == managed.results.s_trafo_kva.tobytes()
    assert plain.results.i_max_a.tobytes() == managed.results.i_max_a.tobytes()


@trying(15)
@given(file=compounds())
def test_control_moves_load_and_adds_none(case_of, file):
    case = case_of(file)
    sim = simulation(case)
    full = scenario_units(case, parse_scenario(FULL))
    draws = draws_of(sim, 0)

    plain, managed = (
        loads_of(sim, connected_case(sim, full, mode), draws, 0)[0]
        for mode in ("uncontrolled", "managed")
    )

    kwh = [row.free_p_kw.astype(float).sum(axis=(0, 2)) / 4 for row in (plain, managed)]
    assert (kwh[1] <= kwh[0] * (1 + 1e-5)).all()


# ------------------------------------------------------------------ order and phases


@trying(12)
@given(file=compounds(), seed=st.integers(0, 2**32 - 1))
def test_the_order_of_the_input_changes_no_day(case_of, file, seed):
    shuffled, shuffle = deepcopy(file), Random(seed).shuffle
    for section in SECTIONS:
        shuffle(shuffled.get(section, []))

    one, other = (
        days(case, simulation(case), FULL, "managed") for case in (case_of(file), case_of(shuffled))
    )

    # nodes and cables may be numbered in another order, transformers are sorted
    assert np.array_equal(one.results.solved, other.results.solved)
    assert np.allclose(one.results.s_trafo_kva, other.results.s_trafo_kva, rtol=1e-4, atol=1e-2)
    assert np.allclose(one.service.energy_share, other.service.energy_share, atol=1e-4)


@trying(12)
@given(file=compounds(only_given=True))
def test_renaming_the_phases_in_turn_leaves_the_energy_of_every_cable_unchanged(case_of, file):
    turned = deepcopy(file)
    for section in LOAD_SECTIONS:
        for row in turned.get(section, []):
            if isinstance(row.get("phases"), list):
                n_a, n_b, n_c = row["phases"]
                row["phases"] = [n_c, n_a, n_b]

    cases = [case_of(file), case_of(turned)]
    sims = [simulation(case) for case in cases]
    full = [scenario_units(case, parse_scenario(FULL)) for case in cases]

    # which bay of a group charges is random, so only sums by kind and phase can agree
    for kind in FREE_KINDS:
        counted = []
        for sim, n_units in zip(sims, full, strict=True):
            mine = sim.units[kind]
            on = mine.first(n_units)[:, 0]
            thirds = mine.thirds
            single = mine.row_phase[mine.row[on & ~thirds]]
            counted.append((np.bincount(single, minlength=3), int((on & thirds).sum())))
        (before, three), (after, three_after) = counted
        assert three == three_after
        if on.all():  # in a stage, who comes first depends on the phase dealt first
            assert np.roll(before, 1).tolist() == after.tolist()


# ------------------------------------------------------------------ whole studies


@trying(6)
@given(file=compounds())
def test_a_study_of_days_agrees_with_itself(read, catalogue, national, file):
    question = Question(methods=("stochastic",), n_days=6)
    compound = read(file)

    one, other = (
        study(compound, catalogue=catalogue, policy=national, question=question) for _ in range(2)
    )

    assert repr(one) == repr(other)
    assert "nan" not in repr(one.runs).replace("'nan", "")
    assert "np." not in repr(one.runs)
    failed = [[f for f in run.findings if f.status == "fail"] for run in one.runs]
    assert [run.passed for run in one.runs] == [not rows for rows in failed]
    alone = [run.passed for run in one.runs if run.charging != "managed"]
    assert (one.verdict == "ready") == all(alone)
    for run in one.runs:
        if run.scenario == "today" and run.charging == "uncontrolled":
            assert not any(f.is_added for f in run.findings)
        for row in run.transformers:
            assert row.loading_low_percent <= row.loading_percent
            assert row.loading_high_percent is None  # six days bound nothing from above
            # losses and reactive power make up the rest
            assert sum(row.parts_kw.values()) <= row.s_peak_kva * 1.001
