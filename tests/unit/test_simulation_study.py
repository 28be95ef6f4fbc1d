"""The stochastic method in the main flow: which runs, what is shared, findings and settings."""

import numpy as np
import pytest

from gridcalc.checks.case import scenario_units
from gridcalc.checks.charging import charging_service
from gridcalc.checks.run import check
from gridcalc.checks.simulated import evaluate_days
from gridcalc.checks.transformer import transformer_hot_spot
from gridcalc.demand.scenario import parse_scenario
from gridcalc.errors import InputError
from gridcalc.powerflow.radial import solve_radial
from gridcalc.question import Question
from gridcalc.simulation.ageing import ageing_of_days, ambient_curve, thermal_model
from gridcalc.study import study
from tests.unit.simulated_cases import days_of, nth_smallest, simulation


@pytest.fixture
def run(read, catalogue, national):
    def of(file, pack=national, **asked):
        question = Question(**{"methods": ("stochastic",), "n_days": 25, **asked})
        return study(
            read(file), catalogue=catalogue, policy=pack, question=question, solver=solve_radial
        )

    return of


@pytest.fixture
def sound(small):
    """Return the small compound with nothing to object to: a thicker cable to the shed."""
    small["lv_cables"][4]["type"] = "YJV22-0.6/1-4x70"
    return small


@pytest.fixture
def evaluated(case_of):
    """Return how a file becomes the facts of a scenario on simulated days."""

    def of(file, *pack, scenario="ev-100", charging="managed", **changed):
        case = case_of(file, *pack)
        sim = simulation(case, **changed)
        done = days_of(case, sim, scenario, charging)
        n_units = scenario_units(case, parse_scenario(scenario))
        facts = evaluate_days(case, parse_scenario(scenario), n_units, sim, done, s_today_kva={})
        return case, done, facts

    return of


# ------------------------------------------------------------------ runs


def test_both_methods_and_all_modes_are_run_in_order(sound, run):
    result = run(sound, methods=("factor", "stochastic"), scenarios=("today", "ev-100"))

    assert [(r.method, r.season, r.scenario, r.charging) for r in result.runs] == [
        ("factor", "design", "today", "uncontrolled"),
        ("factor", "design", "ev-100", "uncontrolled"),
        *[("stochastic", "summer", "today", mode) for mode in ("uncontrolled", "tou", "managed")],
        *[("stochastic", "summer", "ev-100", mode) for mode in ("uncontrolled", "tou", "managed")],
    ]
    assert (result.verdict, result.governing_method) == ("ready", "factor")


def test_each_season_that_is_asked_for_is_simulated(sound, run):
    result = run(sound, scenarios=("ev-100",), charging=("tou",), seasons=("winter", "summer"))

    assert [(r.season, r.charging) for r in result.runs] == [("winter", "tou"), ("summer", "tou")]
    assert [r.days.engine for r in result.runs] == ["radial", "radial"]


def test_without_private_chargers_all_modes_are_one(sound, run):
    result = run(sound, scenarios=("today", "ebike-50"))

    for scenario in ("today", "ebike-50"):
        rows = [r for r in result.runs if r.scenario == scenario]
        assert [r.charging for r in rows] == ["uncontrolled", "tou", "managed"]
        assert len({repr(r.transformers) for r in rows}) == 1
        assert all(r.days.served is None for r in rows)


def test_scenarios_that_connect_the_same_have_the_same_days(sound, run):
    # 40 e-bikes have 20 sockets, which is the half that ebike-50 asks for
    rows = [r for r in run(sound).runs if r.charging == "uncontrolled"]

    assert rows[0].transformers == rows[1].transformers
    assert rows[2].transformers == rows[3].transformers
    assert rows[0].transformers != rows[2].transformers


def test_today_is_computed_even_where_it_is_not_asked_for(small, run):
    result = run(small, scenarios=("ev-100",), charging=("managed",))

    # the 35 mm² cable to the shed does not withstand the fault at the board, today as later
    (row,) = result.runs
    assert [f.pre_existing for f in row.findings if f.status == "fail"] == [True]


def test_cars_that_only_control_can_carry_make_it_ready_managed(sound, run):
    sound["private_bays"][0]["count"] = 150

    result = run(sound, scenarios=("today", "ev-100"))

    failed = {(r.scenario, r.charging) for r in result.runs if not r.passed}
    assert failed == {("ev-100", "uncontrolled"), ("ev-100", "tou")}
    assert result.verdict == "ready_managed"
    assert (result.binding.scenario, result.binding.finding.element) == ("ev-100", "F2")
    without = run(sound, scenarios=("today", "ev-100"), charging=("uncontrolled", "tou"))
    assert without.verdict == "upgrade"


def test_an_existing_compound_adds_to_the_days_of_today(sound, run):
    sound["build"] = {"kind": "existing", "year": 2010}
    sound["sources"][0]["open_capacity_kva"] = 1

    result = run(sound, scenarios=("today", "ev-100"), charging=("uncontrolled",))

    added = [
        next(f for f in r.findings if f.check == "mv.open_capacity").value for r in result.runs
    ]
    peaks = [r.mv.s_source_kva["SRC1"] for r in result.runs]
    assert added == pytest.approx([0, peaks[1] - peaks[0]])


def test_days_without_a_solution_are_a_violation_of_today(sound, run):
    sound["lv_cables"][1].update(length_m=350, type="YJV22-0.6/1-4x35")
    sound["households"][0]["count"] = 60

    result = run(sound, scenarios=("today", "ev-100"), charging=("uncontrolled",))

    for row in result.runs:
        failed = [f for f in row.findings if f.check == "voltage.deviation"]
        assert [f.status for f in failed] == ["fail"]
        assert failed[0].pre_existing
        assert (row.transformers, row.mv) == ((), None)
        assert row.days.n_unsolved > 2


def test_the_same_question_gives_the_same_bytes_whatever_the_threads(sound, run):
    one = run(sound, n_days=60)

    assert repr(one) == repr(run(sound, n_days=60, threads=2))
    assert repr(one) != repr(run(sound, n_days=60, seed=2))


def test_results_are_plain_python_numbers(sound, run):
    text = repr(run(sound))

    assert "np." not in text
    assert "nan" not in text
    assert "inf" not in text.replace("'info'", "")


# ------------------------------------------------------------------ settings


def names(result):
    return {row.name for row in result.assumptions}


def test_settings_of_simulated_days_are_listed_only_where_days_are_simulated(sound, run):
    simulated, by_factor = names(run(sound)), names(run(sound, methods=("factor",)))

    wanted = {
        "stochastic.percentile",
        "season.governing",
        "household.peak_percentile",
        "household.box_peak_percentile",
        "ev.mean_energy_kwh",
        "timer.responder_share",
        "tariff.valley_start",
        "orderly.participation_share",
        "ebike.charges_per_socket_day",
        "ageing.oil_paper",
    }
    assert wanted <= simulated
    assert not wanted & by_factor
    assert by_factor <= simulated


@pytest.mark.parametrize(
    ("season", "used", "unused"),
    [
        ("summer", "household.day_sigma_factor", "household.winter.day_sigma_factor"),
        ("winter", "household.winter.day_sigma_factor", "household.day_sigma_factor"),
        ("summer", "ageing.summer_mean_celsius", "ageing.winter_mean_celsius"),
        ("winter", "ageing.winter_mean_celsius", "ageing.summer_mean_celsius"),
        ("winter", "season.winter_heating", "ageing.summer_swing_celsius"),
        ("winter", "ev.winter.mean_energy_kwh", "ageing.summer_mean_celsius"),
    ],
)
def test_settings_of_a_season_are_listed_where_it_is_simulated(sound, run, season, used, unused):
    listed = names(run(sound, seasons=(season,)))

    assert used in listed
    assert unused not in listed
    assert {used, unused} <= names(run(sound, seasons=("summer", "winter")))


# ------------------------------------------------------------------ service and hot spot


def test_service_is_judged_where_cars_are_controlled(small, evaluated):
    small["protection"] = [{"element": "F2", "kind": "fuse", "in_a": 25}]

    _, done, facts = evaluated(small)

    energy, sessions = charging_service(facts)
    assert (energy.quantity, sessions.quantity) == ("energy_delivered", "sessions_served")
    # the value that 95 % of the days reach, counted from the worst day
    assert energy.value == pytest.approx(-100 * nth_smallest(-done.service.energy_share, 0.95))
    assert sessions.value == pytest.approx(-100 * nth_smallest(-done.service.full_share, 0.95))
    assert (energy.limit, sessions.limit) == (99, 95)
    assert energy.status == "fail"
    assert str(energy.note) == "80 % of the private cars take part"


def test_service_that_is_met_exactly_passes(small, evaluated, pack_with):
    _, _, facts = evaluated(small, pack_with({"orderly.min_energy_delivered_percent": 100}))

    assert [f.status for f in charging_service(facts)] == ["pass", "pass"]


@pytest.mark.parametrize("charging", ["uncontrolled", "tou"])
def test_without_control_there_is_no_service_to_judge(small, evaluated, facts_of, charging):
    _, _, facts = evaluated(small, charging=charging)

    assert list(charging_service(facts)) == []
    assert list(charging_service(facts_of(small, "ev-100"))) == []


def test_the_hot_spot_is_told_and_never_judged(small, evaluated):
    small["substations"][0]["transformers"][0]["type"] = "S20-160"
    small["households"][0]["count"] = 200

    case, done, facts = evaluated(small, charging="uncontrolled")

    (row,) = transformer_hot_spot(facts)
    kind = case.site.catalogue.transformers["S20-160"]
    load_pu = done.results.s_trafo_kva[:, :, 0].astype(float) / 160
    aged = ageing_of_days(
        load_pu,
        model=thermal_model(kind, case.site.policy),
        ambient_celsius=ambient_curve(case.site.policy, "summer"),
    )
    assert row.status == "info"
    assert row.value == pytest.approx(nth_smallest(aged.hot_spot_max_celsius, 0.95))
    assert row.value > row.limit == 120  # IEC 60076-7 table 2
    assert row.utilisation == pytest.approx(row.value / 120)
    life = nth_smallest(aged.life_days, 0.95)
    assert str(row.note).startswith(f"{life:.2f} days of life used in a day")


def test_a_policy_may_do_without_the_second_opinion(small, evaluated, facts_of, pack_with):
    _, _, facts = evaluated(small, pack_with({"ageing.second_opinion": False}))

    assert list(transformer_hot_spot(facts)) == []
    assert list(transformer_hot_spot(facts_of(small))) == []


def test_every_limit_of_simulated_days_names_its_level(small, evaluated):
    _, _, facts = evaluated(small)

    rows = [f for f in check(facts) if f.check in {"cable.loading", "transformer.loading"}]
    assert rows
    assert {f.level for f in rows if f.quantity != "device_setting"} == {"days"}
    assert np.isfinite([f.utilisation for f in rows]).all()


def test_a_step_that_does_not_divide_the_quarter_hour_is_an_input_error(sound, run, pack_with):
    pack = pack_with({"orderly.step_min": 7})

    with pytest.raises(
        InputError, match=r"orderly\.step_min: 7 min does not divide .* 1, 3, 5, 15"
    ):
        run(sound, pack)


def test_hours_of_heavy_load_are_told_and_not_judged(small, run):
    (row,) = run(small, scenarios=("ev-100",), charging=("uncontrolled",)).runs

    (heavy,) = [f for f in row.findings if f.quantity == "heavy_duration"]
    assert (heavy.status, heavy.unit, heavy.limit) == ("info", "h", 2)
    assert heavy.value == row.transformers[0].above_80_percent_h
