"""Areas, kinds, gaps, corrections and demand of a foreign network, by hand on the hamlet."""

import json
from types import SimpleNamespace

import numpy as np
import pytest

from gridcalc.demand.scenario import parse_scenario
from gridcalc.errors import ConvergenceError, InputError
from gridcalc.foreign.areas import NOWHERE, areas_of
from gridcalc.foreign.case import foreign_case, scenario_units, solve_units, unbalanced_solver
from gridcalc.foreign.completing import completed
from gridcalc.foreign.correcting import corrected
from gridcalc.foreign.demand import added_loads, foreign_demand
from gridcalc.foreign.generation import with_generation
from gridcalc.foreign.hosting import foreign_hosting
from gridcalc.foreign.judging import judged
from gridcalc.foreign.kinds import loads_of
from gridcalc.foreign.load_map import NO_MAP, read_load_map
from gridcalc.foreign.records import Choices
from gridcalc.foreign.study import foreign_study
from gridcalc.network.foreign_net import solve_as_given, three_phase
from gridcalc.policy import load_policy
from tests.unit.foreign_cases import changed, frame, hamlet, tables_of

NATIONAL = load_policy("national")
SWITCH = {"bus": [1], "element": [0], "et": ["l"], "closed": [False]}


def case_of(folder, given=NO_MAP, choices=None, **parts):
    tables = tables_of(folder, **parts)
    return foreign_case(tables, policy=NATIONAL, given=given, choices=choices or Choices())


def map_of(folder, text, name="loads.csv"):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return read_load_map(path, tables_of(folder))


def test_feeders_start_at_the_board_and_lines_know_their_direction(tmp_path):
    # hand drawing: board - L1 - a - L2 - b and board - L3 - c; L2 is written from b to a
    areas = areas_of(tables_of(tmp_path))

    assert [(area.id, area.radial) for area in areas.areas] == [("T", True)]
    assert areas.of_bus.tolist() == [NOWHERE, 0, 0, 0, 0]
    assert areas.first_line.tolist() == [NOWHERE, NOWHERE, 0, 0, 2]
    assert areas.depth.tolist() == [0, 0, 1, 2, 1]
    assert areas.forward.tolist() == [True, False, True]
    assert areas.lines_above(3) == (1, 0)


def test_an_open_switch_cuts_a_feeder_off(tmp_path):
    areas = areas_of(tables_of(tmp_path, switch=frame(SWITCH)))

    assert areas.of_bus.tolist() == [NOWHERE, 0, NOWHERE, NOWHERE, 0]


def test_a_closed_ring_has_no_feeders(tmp_path):
    inner = json.loads(hamlet()["line"]["_object"])
    ring = {
        name: [row[k] for row in inner["data"]] + [inner["data"][0][k]]
        for k, name in enumerate(inner["columns"])
    }
    ring["from_bus"][3], ring["to_bus"][3], ring["name"][3] = 3, 4, "L4"
    areas = areas_of(tables_of(tmp_path, line=frame(ring)))

    assert [area.radial for area in areas.areas] == [False]
    assert areas.first_line.tolist() == [NOWHERE] * 5


def test_a_closed_switch_between_buses_makes_them_one(tmp_path):
    line = changed("line", "in_service", value=False)
    tie = {"bus": [1], "element": [2], "et": ["b"], "closed": [True]}
    areas = areas_of(tables_of(tmp_path, **line, switch=frame(tie)))

    # L1 is out; the switch feeds a from the board, so b is one line away
    assert areas.depth.tolist() == [0, 0, 0, 1, 1]
    assert areas.first_line.tolist() == [NOWHERE, NOWHERE, NOWHERE, 1, 2]


def test_kinds_are_told_by_name_and_households_by_power(tmp_path):
    loads = loads_of(tables_of(tmp_path), NATIONAL, NO_MAP)

    # 12 kW over 6 kW per household are two, 5 kW one; a shop has no bays
    told = [(row.kind, row.rule, row.households, row.bays) for row in loads]
    assert told == [
        ("household", "name", 2, 2),
        ("household", "name", 1, 1),
        ("commerce", "name", 0, 0),
    ]


@pytest.mark.parametrize(
    ("profile", "kind"),
    [
        ("H0-A", "household"),
        ("G4-B", "commerce"),
        ("L2-M", "commerce"),
        ("BL-H", "commerce"),
        ("HLS_A_3.7", "charger"),
        ("APLS_A_11.0", "charger"),
        ("Air_Alternative_1", "heat_pump"),
        ("Soil_Parallel_2", "heat_pump"),
    ],
)
def test_profiles_of_simbench_tell_the_kind(tmp_path, profile, kind):
    inner = json.loads(hamlet()["load"]["_object"])
    load = {name: [row[k] for row in inner["data"]] for k, name in enumerate(inner["columns"])}
    load["profile"] = [profile] * 3

    loads = loads_of(tables_of(tmp_path, load=frame(load)), NATIONAL, NO_MAP)

    assert {(row.kind, row.rule) for row in loads} == {(kind, "profile")}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("loads.csv", "load,kind,households,bays\nHouse*,household,10,0.5\nShop,charger,,\n"),
        (
            "loads.yaml",
            "loads:\n  - {load: House*, kind: household, households: 10, bays: 0.5}\n"
            "  - {load: Shop, kind: charger}\n",
        ),
    ],
)
def test_a_map_says_what_loads_are(tmp_path, name, text):
    given = map_of(tmp_path, text, name)
    loads = loads_of(tables_of(tmp_path), NATIONAL, given)

    assert [(row.kind, row.households, row.bays, row.chargers) for row in loads] == [
        ("household", 10, 5, 0),
        ("household", 10, 5, 0),
        ("charger", 0, 0, 1),
    ]


def test_a_wrong_map_lists_every_line(tmp_path):
    text = "load,kind,households\nHuose 1,household,1\nShop,store,1\nHouse 2,household,1.5\n"
    with pytest.raises(InputError) as caught:
        map_of(tmp_path, text)

    message = str(caught.value)
    assert "line 2, load: no load is called 'Huose 1'; did you mean 'House 1'?" in message
    assert "line 3, kind: 'store' is none of household" in message
    assert "line 4, households: 1.5 is not a whole number" in message


def test_gaps_are_filled_with_rules_and_said(tmp_path):
    full = completed(tables_of(tmp_path), NATIONAL, "")

    line = full.tables.frame("line")
    assert line.numbers("r0_ohm_per_km") == pytest.approx((0.8, 0.8, 0.8))  # 4 times 0.2
    assert line.numbers("x0_ohm_per_km") == pytest.approx((0.32,) * 3)  # 4 times 0.08
    assert full.tables.frame("trafo").texts("vector_group") == ("Dyn",)  # from "... Dyn5"
    assert full.tables.frame("load").texts("type") == ("wye", "wye", "wye")
    names = {row.name: row.note for row in full.assumptions}
    assert names["foreign.line_r0_over_r1"] == "line.r0_ohm_per_km not given in 3 entries"
    assert {"mv.sc_max_mva", "foreign.trafo_z0_over_z1"} <= set(names)
    assert not full.reasons


def test_what_is_given_is_kept(tmp_path):
    inner = json.loads(hamlet()["line"]["_object"])
    line = {name: [row[k] for row in inner["data"]] for k, name in enumerate(inner["columns"])}
    line |= {"r0_ohm_per_km": [0.5, None, 0.0], "x0_ohm_per_km": [0.1, None, 0.0]}

    full = completed(tables_of(tmp_path, line=frame(line)), NATIONAL, "")

    # both zero is no impedance but a gap
    assert full.tables.frame("line").numbers("r0_ohm_per_km") == pytest.approx((0.5, 0.8, 0.8))


@pytest.mark.parametrize("group", ["Dy", "Yy0", "Yyn0", "Yd11"])
def test_a_vector_group_without_a_model_is_a_reason_unless_asked(tmp_path, group):
    inner = json.loads(hamlet()["trafo"]["_object"])
    row = dict(zip(inner["columns"], ([cell] for cell in inner["data"][0]), strict=True))
    tables = tables_of(tmp_path, trafo=frame({**row, "vector_group": [group]}))

    refused = completed(tables, NATIONAL, "")
    asked = completed(tables, NATIONAL, "Dyn")

    assert group in refused.reasons[0]
    assert not asked.reasons
    assert asked.tables.frame("trafo").texts("vector_group") == ("Dyn",)
    assert any(group in str(said) for said in asked.notes)


def test_elements_without_an_unbalanced_model_are_reasons(tmp_path):
    gen = {
        "bus": [4],
        "p_mw": [0.0],
        "vm_pu": [1.0],
        "slack": [False],
        "scaling": [1.0],
        "in_service": [True],
    }
    tables = tables_of(tmp_path, gen=frame(gen))

    assert completed(tables, NATIONAL, "").reasons == (
        "1 generators that hold a voltage (gen) have no unbalanced model",
    )


def unbalanced(q_b: float) -> dict:
    """Return eight loads on phase a at Q/P 0.3, and eight on phase b at another ratio."""
    n = 16
    p = [0.001] * 8 + [0.0] * 8
    return {
        "name": [f"U{k}" for k in range(n)],
        "bus": [2] * n,
        "p_a_mw": p,
        "p_b_mw": p[::-1],
        "p_c_mw": [0.0] * n,
        "q_a_mvar": [0.3 * value for value in p],
        "q_b_mvar": [q_b * value for value in p[::-1]],
        "q_c_mvar": [0.0] * n,
        "scaling": [1.0] * n,
        "in_service": [True] * n,
        "type": ["wye"] * n,
    }


def test_reactive_power_a_thousand_times_too_small_is_put_right_and_said(tmp_path):
    tables = tables_of(tmp_path, asymmetric_load=frame(unbalanced(0.0003)))

    fixed, said = corrected(tables)

    q_b = fixed.frame("asymmetric_load").numbers("q_b_mvar")
    assert max(q_b) == pytest.approx(0.0003)  # 0.3 times 1 kW, in Mvar
    assert fixed.frame("asymmetric_load").numbers("q_a_mvar") == (
        tables.frame("asymmetric_load").numbers("q_a_mvar")
    )
    assert "phases b of 16 unbalanced loads times 1000" in str(said[0])


@pytest.mark.parametrize("q_b", [0.3, 0.03, 0.003, 0.00025])
def test_other_ratios_are_nobodys_mistake(tmp_path, q_b):
    tables = tables_of(tmp_path, asymmetric_load=frame(unbalanced(q_b)))

    fixed, said = corrected(tables)

    assert fixed is tables
    assert not said


def test_factors_follow_the_number_of_chargers_at_each_level(tmp_path):
    tables = tables_of(tmp_path)
    loads = loads_of(tables, NATIONAL, NO_MAP)
    model = foreign_demand(tables, loads, areas_of(tables), NATIONAL)
    n = np.array(
        [group.n_total if group.kind == "private_charger" else 0 for group in model.groups]
    )

    added = added_loads(model, n)

    total = NATIONAL_TOTAL
    # one feeder has all three chargers, so station and feeder are alike
    assert added.station.sum().real == pytest.approx(total[3])
    assert added.feeder.sum().real == pytest.approx(total[3])
    assert added.own[0].sum().real == pytest.approx(total[3])  # L1: all three
    assert added.own[1].sum().real == pytest.approx(total[1])  # L2: the one at b
    assert added.own[2].sum() == 0


def _charger_totals() -> dict[int, float]:
    from gridcalc.standards.charger_demand import diversified_charger_counts

    counts = diversified_charger_counts(
        rule_set=NATIONAL.text("charger.factor_rule_set"),
        n_max=3,
        position="high",
        floor_factor=NATIONAL.number("charger.factor_floor"),
    )
    return {n: 7.0 * float(counts[n]) for n in (1, 3)}


NATIONAL_TOTAL = _charger_totals()


def test_chargers_are_dealt_to_the_phases_in_turn(tmp_path):
    case = case_of(tmp_path)

    chargers = [group.total for group in case.demand.groups if group.kind == "private_charger"]

    # bus a starts one phase on, with its two; bus b another one on, with its one
    assert chargers == [(0, 1, 1), (0, 0, 1)]


def test_units_of_a_load_on_one_phase_stay_on_it(tmp_path):
    case = case_of(tmp_path, asymmetric_load=frame(unbalanced(0.3)))

    of_phase_b = [g.total for g in case.demand.groups if g.node == "U12" and g.p_unit_kw == 7]
    assert of_phase_b == [(0, 1, 0)]


def test_a_balanced_file_has_the_same_voltages_with_the_unbalanced_flow(tmp_path):
    tables = tables_of(tmp_path)
    one = solve_as_given(tables)
    three = three_phase(completed(tables, NATIONAL, "").tables)(np.zeros((5, 3), complex))

    assert np.abs(three.v_pu) == pytest.approx(np.abs(one.v_pu), abs=1e-8)
    assert three.s_lv_kva == pytest.approx(one.s_lv_kva, abs=1e-5)


def test_a_line_below_the_first_carries_its_own_chargers(tmp_path):
    case = case_of(tmp_path)
    scenario = parse_scenario("ev-100")
    solved = solve_units(case, scenario_units(case, scenario), unbalanced_solver(case))

    line = next(row for row in solved.branches if row.id == "L2")
    # phase c: a third of 5 kW + j1 kvar, and one charger of 7 kW, cos phi 0.95
    q_kvar = 7.0 * np.tan(np.arccos(0.95))
    s_kva = complex(5 / 3 + 7.0, 1 / 3 + q_kvar)
    node = next(row for row in solved.nodes if row.id == "b")
    expected = abs(s_kva) / (0.4 / np.sqrt(3) * node.vm_phase_pu[2])
    assert line.level == "box"
    assert line.i_phase_a[2] == pytest.approx(expected, rel=0.01)
    assert (line.from_id, line.to_id) == ("a", "b")


def test_lines_without_a_rating_are_not_checked_and_counted(tmp_path):
    found = foreign_study(tables_of(tmp_path), policy=NATIONAL, scenarios=("today",))

    (run,) = found.study.runs
    missing = [row for row in run.findings if row.status == "not_checked"]
    assert [(row.check, row.element) for row in missing] == [("cable.loading", "L3")]
    assert found.imported.n_unrated == 1
    assert [row.id for row in run.branches] == ["L1", "L2"]


def test_generation_does_not_help_when_cars_charge(tmp_path):
    sgen = {
        "name": ["PV"],
        "bus": [2],
        "p_mw": [0.05],
        "q_mvar": [0.0],
        "scaling": [1.0],
        "in_service": [True],
        "type": ["PV"],
    }
    without = case_of(tmp_path)
    case = case_of(tmp_path, sgen=frame(sgen))
    solved = [
        solve_units(one, scenario_units(one, parse_scenario("ev-100")), unbalanced_solver(one))
        for one in (without, case)
    ]

    assert solved[1].transformers[0].s_peak_kva == pytest.approx(
        solved[0].transformers[0].s_peak_kva, rel=1e-6
    )
    assert case.today.transformers[0].p_peak_kw < 0
    assert with_generation(without.tables, 0.0) is without.tables


def test_without_households_there_is_nowhere_to_put_chargers(tmp_path):
    given = map_of(tmp_path, "load,kind\n*,commerce\n")

    with pytest.raises(InputError, match="nowhere to put chargers"):
        foreign_study(tables_of(tmp_path), policy=NATIONAL, scenarios=("ev-100",), given=given)


def test_hosting_stops_where_the_next_charger_breaks_a_limit(tmp_path):
    given = map_of(tmp_path, "load,kind,households\nHouse*,household,40\n")
    tables = tables_of(tmp_path)
    result = foreign_hosting(
        tables, policy=NATIONAL, scenario="ev-100", given=given
    ).hosting.results[0]
    case = foreign_case(tables, policy=NATIONAL, given=given, choices=Choices())

    def fails(n: int) -> bool:
        from gridcalc.demand.phases import build_out
        from gridcalc.foreign.case import judge_units

        rows = np.array([g.kind == "private_charger" for g in case.demand.groups])
        total = np.array([g.n_total for g in case.demand.groups])[rows]
        units = np.zeros(len(rows), dtype=np.int64)
        units[rows] = build_out(np.zeros_like(total), total, n)
        solved = solve_units(case, units, unbalanced_solver(case))
        return any(row.is_added for row in judge_units(case, solved))

    assert result.n_max is not None
    assert 0 < result.n_max < 80
    assert not fails(result.n_max)
    assert fails(result.n_max + 1)
    assert result.n_without_binding is not None
    assert result.n_without_binding >= result.n_max


def test_a_level_without_a_solution_leaves_what_the_other_tells(tmp_path):
    case = case_of(tmp_path)
    real = unbalanced_solver(case)
    asked = []

    def solver(load):
        asked.append(load)
        if len(asked) == 2:
            raise ConvergenceError("no solution")
        return real(load)

    solved = solve_units(case, scenario_units(case, parse_scenario("ev-100")), solver)

    assert solved.failed == ("feeder",)
    assert [row.id for row in solved.transformers] == ["T"]
    assert not solved.nodes
    (row,) = [row for row in judged(solved, NATIONAL) if row.status == "fail"]
    assert (row.quantity, row.value) == ("solution_feeder", None)


def test_a_state_without_a_solution_is_excused_by_nothing():
    from gridcalc.foreign.hosting import _largest

    drop = SimpleNamespace(check="voltage.deviation", element="b", value=-11.0)
    nothing = SimpleNamespace(check="voltage.deviation", element="compound", value=None)

    def judge(n):
        return (*([drop] if n > 1 else []), *([nothing] if n > 3 else []))

    assert _largest(judge, 9, ()) == (1, drop)
    assert _largest(judge, 9, (("voltage.deviation", "b"),)) == (3, nothing)
    assert _largest(judge, 9, (("voltage.deviation", "b"), ("voltage.deviation", "compound"))) == (
        3,
        nothing,
    )
