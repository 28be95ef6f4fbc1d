"""Curves of compounds at 10 kV against the full power flow of every slot, and packed."""

from dataclasses import replace

import numpy as np
import pytest

from gridcalc.checks.case import loads_at, scenario_units
from gridcalc.city.lines.asking import compound_curves
from gridcalc.city.lines.boards import at_boards
from gridcalc.city.lines.curves import TODAY_STATE, at_10_kv_kva, line_curves
from gridcalc.city.lines.losses import LossModel, loss_model
from gridcalc.city.records import CityQuestion
from gridcalc.demand.scenario import parse_scenario
from gridcalc.powerflow.engine import solve_state
from gridcalc.powerflow.flows import flows
from tests.unit.simulated_cases import day_case, days_of, first_block, node_loads, simulation

EVERYTHING = parse_scenario("ev-100+ebike-50")
RTOL_LOSSES = 0.01
"""Of the estimate of losses; it neglects how voltage and balance change them with the load."""


@pytest.fixture
def two_units(small):
    """Return the compound with a second transformer, smaller and with compensation."""
    small["substations"][0]["transformers"].append({"id": "T2", "type": "S20-400"})
    for unit in small["substations"][0]["transformers"]:
        unit["compensation_kvar"] = 60
    small["lv_nodes"].append({"id": "MB3", "kind": "meter_box"})
    small["lv_cables"].append(
        {"id": "F4", "from": "T2.LV", "to": "MB3", "type": "YJV22-0.6/1-4x240", "length_m": 90}
    )
    small["households"].append({"node": "MB3", "count": 60, "area_m2": 110})
    return small


@pytest.mark.parametrize("charging", ["uncontrolled", "tou", "managed"])
@pytest.mark.parametrize("scenario", ["today", "ev-100"])
def test_the_daily_peaks_are_those_of_the_full_power_flow(two_units, case_of, scenario, charging):
    # crosscheck: the sweep solves each of 96 slots; the curves solve one state of load
    case = case_of(two_units)
    sim = simulation(case)
    losses = loss_model(case, scenario_units(case, parse_scenario("ev-100")))

    loads, _ = first_block(case, sim, scenario, charging)
    s_kva = at_10_kv_kva(sim, loads, losses)

    solved = days_of(case, sim, scenario, charging).results.s_total_max_kva
    assert s_kva.shape == (25, 96)
    assert s_kva.max(axis=1) == pytest.approx(solved, rel=RTOL_LOSSES)


def test_without_losses_the_curve_is_the_load_of_all_nodes(small, case_of):
    # crosscheck: loads added up node by node and phase by phase
    case = case_of(small)
    sim = simulation(case)
    loads, _ = first_block(case, sim)
    nothing = LossModel(p_iron_kw=0.0, q_iron_kvar=0.0, p_per_kva2=0.0, q_per_kva2=0.0)
    bare = replace(
        sim.network,
        transformers=replace(sim.network.transformers, compensation_kvar=np.zeros(1)),
    )

    s_kva = at_10_kv_kva(replace(sim, network=bare), loads, nothing)

    expected = np.abs(node_loads(loads, sim.network.n_nodes).sum(axis=(0, 1)))
    assert s_kva == pytest.approx(expected, rel=1e-5)


def test_losses_of_a_load_without_a_solution_are_those_of_the_transformers(small, case_of):
    # 6000 chargers of 7 kW behind 80 m of cable have no solution; S20-630 by its data sheet: iron
    # p0, copper pk at rated load, reactance from vk = 4.5 %
    small["private_bays"][0]["count"] = 6000
    case = case_of(small)
    trafo = case.site.catalogue.transformers["S20-630"]

    found = loss_model(case, scenario_units(case, EVERYTHING))

    assert found.p_iron_kw == pytest.approx(trafo.p0_w / 1000)
    assert found.p_per_kva2 * 630**2 == pytest.approx(trafo.pk_w / 1000, rel=0.01)
    vkr = trafo.pk_w / 1000 / 630
    assert found.q_per_kva2 * 630**2 == pytest.approx(630 * (0.045**2 - vkr**2) ** 0.5, rel=0.01)


def test_today_comes_first_and_each_mode_has_a_state(small, case_of):
    case = case_of(small)

    found = line_curves(
        case, simulation(case), scenario=EVERYTHING, charging=("uncontrolled", "managed")
    )

    assert list(found.states) == [
        TODAY_STATE,
        "ev-100+ebike-50/uncontrolled",
        "ev-100+ebike-50/managed",
    ]
    assert (found.id, found.season) == ("small", "summer")
    assert {s_kva.dtype for s_kva in found.states.values()} == {np.dtype("float32")}


def test_chargers_without_control_only_add(small, case_of):
    case = case_of(small)

    states = line_curves(
        case, simulation(case), scenario=EVERYTHING, charging=("uncontrolled",)
    ).states

    added = states["ev-100+ebike-50/uncontrolled"] - states[TODAY_STATE]
    assert added.min() >= 0
    assert added.max() > 50  # 30 bays of 7 kW


def test_control_keeps_the_transformer_within_its_limit(small, case_of, national):
    # 85 % design loading less the headroom of orderly charging, of 630 kVA, plus losses at 10 kV
    small["private_bays"][0]["count"] = 600
    case = case_of(small)
    sim = simulation(case, participation_share=1.0)
    sim = replace(sim, orderly=replace(sim.orderly, lost_communication_share=0.0))
    states = line_curves(
        case, sim, scenario=EVERYTHING, charging=("uncontrolled", "managed")
    ).states
    limit_kva = 630 * 0.85 * (1 - national.number("orderly.headroom_percent") / 100)

    base = states[TODAY_STATE].max()
    managed = states["ev-100+ebike-50/managed"].max()

    assert states["ev-100+ebike-50/uncontrolled"].max() > 1.2 * limit_kva
    # the e-bikes of the shed come on top of today
    assert managed < max(limit_kva, base) * 1.06 + 20


def test_the_losses_of_the_load_they_come_from_are_exact(two_units, case_of):
    # crosscheck: what the source gives in the power flow of that load
    case = case_of(two_units)
    n_units = scenario_units(case, EVERYTHING)
    loads = loads_at(case, n_units, "station")
    network = case.site.network
    solution = solve_state(network, loads, network.sources.vm_peak_pu)

    found = loss_model(case, n_units)
    s_kva = found.at_10_kv_kva(np.array(loads.p_kw.sum()), np.array(loads.q_kvar.sum()))

    assert float(s_kva) == pytest.approx(
        abs(flows(network, loads, solution).s_source_kva.sum()), rel=1e-9
    )


def test_every_phase_of_a_board_carries_what_its_nodes_carry(two_units, case_of):
    # crosscheck: loads added up node by node, then by the transformer above the node
    two_units["private_bays"].append({"node": "MB3", "count": 7, "reserved_share": 1})
    case = case_of(two_units)
    sim = simulation(case)
    above = sim.orderly.limits.transformer

    nodes, boards = (
        node_loads(first_block(case, one)[0], sim.network.n_nodes) for one in (sim, at_boards(sim))
    )

    for k, board in enumerate(sim.network.transformers.lv_node):
        assert boards[board] == pytest.approx(nodes[above == k].sum(axis=0), rel=1e-5)
    assert np.count_nonzero(boards.any(axis=(1, 2, 3))) == 2


@pytest.mark.parametrize("charging", ["uncontrolled", "tou"])
def test_loads_at_the_boards_are_the_loads_of_all_nodes(two_units, case_of, charging):
    # crosscheck: the same charges at their own nodes
    case = case_of(two_units)
    sim = simulation(case)
    losses = loss_model(case, scenario_units(case, EVERYTHING))

    nodes, boards = (
        at_10_kv_kva(one, first_block(case, one, "ev-100", charging)[0], losses)
        for one in (sim, at_boards(sim))
    )

    assert boards == pytest.approx(nodes, rel=1e-6)


def test_limits_of_transformers_alone_move_hardly_any_energy(two_units, case_of):
    # crosscheck: orderly charging under all limits of cables and transformers
    two_units["private_bays"][0]["count"] = 120
    case = case_of(two_units)
    sim = simulation(case)
    losses = loss_model(case, scenario_units(case, EVERYTHING))

    every_limit, transformers_only = (
        at_10_kv_kva(one, first_block(case, one, "ev-100", "managed")[0], losses)
        for one in (sim, at_boards(sim))
    )

    assert transformers_only.sum() == pytest.approx(every_limit.sum(), rel=0.005)
    peaks = [np.sort(s_kva.max(axis=1))[23] for s_kva in (every_limit, transformers_only)]
    assert peaks[1] == pytest.approx(peaks[0], rel=0.03)


def test_curves_are_in_steps_that_add_up_exactly_in_any_order(small, case_of):
    case = case_of(small)
    states = line_curves(case, simulation(case), scenario=EVERYTHING, charging=("tou",)).states

    s_kva = states["ev-100+ebike-50/tou"]

    assert (s_kva * 16 == np.rint(s_kva * 16)).all()
    # 25 days one after the other in single precision, and exactly as whole numbers
    assert (s_kva.cumsum(axis=0)[-1] * 16 == (s_kva * 16).astype(np.int64).sum(axis=0)).all()


def test_today_alone_has_one_state(small, case_of):
    case = case_of(small)

    states = line_curves(
        case, simulation(case), scenario=parse_scenario("today"), charging=("tou", "managed")
    ).states

    assert list(states) == [TODAY_STATE]


def test_a_compound_without_private_bays_has_curves_too(small, case_of):
    del small["private_bays"]
    case = case_of(small)

    states = line_curves(
        case, simulation(case), scenario=EVERYTHING, charging=("uncontrolled", "managed")
    ).states

    assert states["ev-100+ebike-50/managed"] == pytest.approx(
        states["ev-100+ebike-50/uncontrolled"]
    )


def test_case_and_day_case_are_left_alone(small, case_of):
    case = case_of(small)
    sim = simulation(case)
    before = sim.base.p_kw.copy()

    line_curves(case, sim, scenario=EVERYTHING, charging=("managed",))

    assert (sim.base.p_kw == before).all()
    assert day_case(case, sim).charging == "uncontrolled"


def test_a_city_run_asks_for_its_last_scenario_and_the_season_of_the_pack(
    small, read, catalogue, national
):
    question = CityQuestion(
        scenarios=("ev-100", "today", "ev-30"), charging=("managed", "tou"), n_days=30, lines=True
    )

    (found,) = compound_curves(read(small), catalogue=catalogue, policy=national, question=question)

    assert list(found.states) == [TODAY_STATE, "ev-100/tou", "ev-100/managed"]
    assert found.season == "summer"  # national pack, season.governing
    assert found.states[TODAY_STATE].shape == (30, 96)


def test_lines_have_no_more_days_than_the_pack_says_unless_they_are_asked_for(
    small, read, catalogue, national
):
    # national pack: stochastic.n_days is 1000, city.n_days_of_lines 200
    (found,) = compound_curves(
        read(small), catalogue=catalogue, policy=national, question=CityQuestion(charging=())
    )

    assert len(found.states[TODAY_STATE]) == 200


def test_a_pack_of_one_compound_does_not_change_the_days_of_the_city(
    small, read, catalogue, pack_with
):
    own = pack_with({"city.n_days_of_lines": 7, "stochastic.n_days": 9})

    (found,) = compound_curves(
        read(small), catalogue=catalogue, policy=own, question=CityQuestion(charging=())
    )

    assert len(found.states[TODAY_STATE]) == 200


def test_a_city_run_can_ask_for_seasons(small, read, catalogue, national):
    question = CityQuestion(seasons=("winter", "summer"), n_days=1, charging=())

    found = compound_curves(read(small), catalogue=catalogue, policy=national, question=question)

    assert [one.season for one in found] == ["summer", "winter"]
    assert [list(one.states) for one in found] == [[TODAY_STATE], [TODAY_STATE]]


def test_the_seasons_and_days_of_lines_come_before_those_of_the_run(
    small, read, catalogue, national
):
    question = CityQuestion(
        seasons=("summer",), n_days=3, line_seasons=("winter",), n_days_of_lines=2, charging=()
    )

    (found,) = compound_curves(read(small), catalogue=catalogue, policy=national, question=question)

    assert found.season == "winter"
    assert len(found.states[TODAY_STATE]) == 2
