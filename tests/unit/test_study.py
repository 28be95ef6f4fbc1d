"""The main flow: scenarios in order, verdict, what binds, and the same answer every time."""

import random
from dataclasses import fields, is_dataclass
from math import isclose

import pytest

from gridcalc.catalogue import load_sources
from gridcalc.errors import ConvergenceError, InputError
from gridcalc.powerflow.radial import solve_radial
from gridcalc.provenance import CONFIDENCES
from gridcalc.question import Question
from gridcalc.study import study

SECTIONS = (
    "sources",
    "mv_cables",
    "substations",
    "lv_nodes",
    "lv_cables",
    "households",
    "private_bays",
    "public_bays",
    "ebikes",
    "public_loads",
)


@pytest.fixture
def run(read, catalogue, national):
    def of(file, pack=national, **asked):
        question = Question(**{"methods": ("factor",), **asked})
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
def crowded(sound):
    """Return a compound that carries its flats of today but not a charger on every bay."""
    sound["private_bays"][0]["count"] = 200
    return sound


def differences(one, other, path=""):
    """Return the paths at which two results differ by more than rounding."""
    if is_dataclass(one):
        names = [field.name for field in fields(one)]
        pairs = [(getattr(one, n), getattr(other, n), f"{path}.{n}") for n in names]
    elif isinstance(one, dict):
        if one.keys() != other.keys():
            return [path]
        pairs = [(one[key], other[key], f"{path}.{key}") for key in one]
    elif isinstance(one, (tuple, list)):
        if len(one) != len(other):
            return [path]
        pairs = [(a, b, f"{path}[{i}]") for i, (a, b) in enumerate(zip(one, other, strict=True))]
    elif isinstance(one, float) and isinstance(other, float):
        return [] if isclose(one, other, rel_tol=1e-9, abs_tol=1e-9) else [path]
    else:
        return [] if one == other else [path]
    return [found for a, b, name in pairs for found in differences(a, b, name)]


# ------------------------------------------------------------------ order and repetition


def test_the_order_of_the_file_changes_nothing(sound, run):
    sound["private_bays"] += [
        {"node": "MB1", "count": 5, "charger_kw": 3.5},
        {"node": "MB1", "count": 4},
        {"node": "CB1", "count": 3, "charger_kw": 21},
    ]
    sound["substations"].append(
        {
            "id": "PD0",
            "kind": "prefabricated",
            "transformers": [
                {"id": "T3", "type": "S20-400", "fed_from": "SRC1"},
                {"id": "T2", "type": "S20-400", "fed_from": "SRC1"},
            ],
        }
    )
    sound["lv_cables"][3]["from"] = "T2.LV"
    expected = run(sound)

    for seed in range(4):
        shuffle = random.Random(seed).shuffle
        for section in SECTIONS:
            shuffle(sound[section])
        for station in sound["substations"]:
            shuffle(station["transformers"])
        # rounding only: sums are added up in another order
        assert differences(expected, run(sound)) == []


def test_rows_that_differ_only_in_their_phases_may_stand_in_any_order(sound, run):
    sound["private_bays"] = [
        {"node": "CB1", "count": 10, "phases": [10, 0, 0]},
        {"node": "CB1", "count": 10},
        {"node": "CB1", "count": 10, "phases": "three"},
    ]
    expected = run(sound, scenarios=("ev-50", "ev-100"))

    sound["private_bays"].reverse()

    assert differences(expected, run(sound, scenarios=("ev-50", "ev-100"))) == []


def test_the_same_input_gives_the_same_bytes(crowded, run):
    assert repr(run(crowded)) == repr(run(crowded))


def test_results_are_plain_python_numbers(crowded, run):
    assert "np." not in repr(run(crowded))
    assert "nan" not in repr(run(crowded)).replace("'nan", "")


def test_the_seed_is_written_into_the_result_and_draws_nothing(sound, run):
    one, other = run(sound, seed=1), run(sound, seed=2)

    assert (one.seed, other.seed) == (1, 2)
    assert one.runs == other.runs


def test_the_engine_of_the_result_is_the_engine_that_was_used(sound, run):
    # the fixture solves with solve_radial, whose solutions call themselves "radial"
    assert run(sound).engine == "radial"


# ------------------------------------------------------------------ scenarios


def test_the_four_standard_scenarios_are_run_from_the_least_to_the_most(sound, run):
    result = run(sound)

    assert [r.scenario for r in result.runs] == ["today", "ebike-50", "ev-100", "ev-100+ebike-50"]
    assert [
        (r.n_private_chargers, r.n_public_chargers, r.n_ebike_sockets) for r in result.runs
    ] == [
        (0, 0, 20),
        (0, 0, 20),
        (30, 2, 20),
        (30, 2, 20),
    ]
    assert {(r.method, r.season, r.charging) for r in result.runs} == {
        ("factor", "design", "uncontrolled")
    }


def test_scenarios_are_put_in_order_and_repeats_left_out(sound, run):
    names = ("ev-100", "ev-30", "ebike-50", "ev-100", "ev-30+ebike-50", "ev-0", "today")

    result = run(sound, scenarios=names)

    assert [r.scenario for r in result.runs] == [
        "ev-0",
        "today",
        "ebike-50",
        "ev-30",
        "ev-30+ebike-50",
        "ev-100",
    ]


def test_an_unknown_scenario_is_an_input_error(sound, run):
    with pytest.raises(InputError, match="'ev-200' is not a scenario"):
        run(sound, scenarios=("ev-200",))


def test_a_later_stage_never_loads_the_transformer_less(sound, run):
    result = run(sound, scenarios=tuple(f"ev-{p}" for p in range(0, 101, 10)))

    loading = [r.transformers[0].loading_percent for r in result.runs]
    assert loading == sorted(loading)
    assert loading[0] < loading[-1]


# ------------------------------------------------------------------ verdict and binding


def test_a_compound_within_all_limits_is_ready(sound, run):
    result = run(sound)

    assert [f for r in result.runs for f in r.findings if f.status == "fail"] == []
    assert all(r.passed for r in result.runs)
    assert result.verdict == "ready"


def test_where_nothing_fails_the_tightest_limit_that_load_can_reach_binds(sound, run):
    result = run(sound)

    # a met requirement such as "100 % of the bays" is no lack of margin
    loading = ("transformer", "cable.loading", "voltage", "mv.open_capacity")
    rows = [f for r in result.runs for f in r.findings if f.check.startswith(loading) and f.level]
    assert result.binding.finding.status == "pass"
    assert result.binding.finding.utilisation == max(f.utilisation for f in rows)


def test_a_compound_that_breaks_a_limit_needs_an_upgrade(crowded, run):
    result = run(crowded)

    assert result.verdict == "upgrade"
    assert [r.passed for r in result.runs] == [True, True, False, False]
    assert result.binding.scenario in {"ev-100", "ev-100+ebike-50"}
    assert result.binding.finding.status == "fail"


def test_a_violation_that_is_added_binds_before_a_worse_old_one(crowded, run):
    crowded["lv_cables"][4]["type"] = "YJV22-0.6/1-4x25"  # far too thin for the fault at the board
    crowded["private_bays"][0]["count"] = 100

    result = run(crowded)

    old = [f for r in result.runs for f in r.findings if f.pre_existing and not f.worsened]
    assert max(f.utilisation for f in old) > result.binding.finding.utilisation
    assert result.binding.finding.is_added


def test_an_old_violation_binds_before_what_holds(small, run):
    result = run(small)  # the 35 mm² cable to the shed does not withstand the fault at the board

    assert result.verdict == "upgrade"
    assert result.binding.finding.element == "F3"
    assert result.binding.finding.pre_existing is True


def test_old_violations_are_marked_even_where_today_is_not_asked_for(small, run):
    result = run(small, scenarios=("ev-100",))

    assert [r.scenario for r in result.runs] == ["ev-100"]
    assert [f.pre_existing for f in result.runs[0].findings if f.status == "fail"] == [True]


def test_today_marks_its_own_violations_as_old(small, run):
    (today,) = run(small, scenarios=("today",)).runs

    failed = [f for f in today.findings if f.status == "fail"]
    assert failed
    assert all(f.pre_existing and not f.worsened for f in failed)


# ------------------------------------------------------------------ sensitivity


def test_sensitivity_belongs_to_the_fullest_scenario(crowded, run):
    result = run(crowded, scenarios=("today", "ev-30"))

    assert 0 < result.sensitivity.n_max < 200
    assert result.sensitivity.next_binding.status == "fail"


def test_the_stage_that_sensitivity_allows_passes_and_the_next_fails(crowded, run):
    n_max = run(crowded).sensitivity.n_max
    percent = 100 * n_max // 200  # stages are whole percents of 200 bays: 2 chargers each

    result = run(crowded, scenarios=(f"ev-{percent}", f"ev-{percent + 1}"))

    load = [
        [f for f in r.findings if f.status == "fail" and not f.check.startswith("charging")]
        for r in result.runs
    ]
    assert (load[0], bool(load[1])) == ([], True)


def test_without_private_bays_there_is_no_sensitivity(sound, run):
    sound["private_bays"] = []

    assert run(sound).sensitivity is None


# ------------------------------------------------------------------ assumptions and errors


def test_what_the_result_rests_on_is_listed_with_source_and_mark(sound, run):
    result = run(sound)

    assert len(result.assumptions) > 30
    for row in result.assumptions:
        assert row.source in load_sources()
        assert row.confidence in CONFIDENCES
    assert list(result.assumptions) == sorted(result.assumptions, key=lambda a: (a.name, a.note))


def test_settings_are_listed_only_where_they_were_used(sound, run):
    used = {row.name for row in run(sound).assumptions}
    sound["public_bays"], sound["ebikes"] = [], []
    sound["households"].append({"node": "ES1", "count": 3})

    fewer = {row.name for row in run(sound).assumptions}

    assert {"public_charger.factor_rule_set", "ebike.coincidence"} <= used
    assert not {"public_charger.factor_rule_set", "ebike.coincidence"} & fewer
    assert "household.factor_rule_set" in fewer


def test_settings_of_public_chargers_are_listed_where_there_are_no_private_bays(sound, run):
    # their power factor and their factor on one phase are those of all chargers
    sound["private_bays"] = []

    names = {row.name for row in run(sound).assumptions}

    assert {"charger.power_factor", "charger.phase_factor"} <= names


def test_equipment_values_to_be_verified_are_listed(sound, run):
    names = {row.name for row in run(sound).assumptions if row.name.startswith("equipment.")}

    # losses and ampacities of the catalogue are marked recalled
    assert {"equipment.S20-630", "equipment.YJV22-0.6/1-4x240"} <= names


def test_a_compound_that_has_no_solution_even_at_low_load_is_an_error(sound, run):
    sound["households"][0].update(count=5000)
    sound["lv_cables"][1].update(length_m=3000)

    with pytest.raises(ConvergenceError, match="at 15% of today's load"):
        run(sound)


def test_the_result_names_compound_and_policy(sound, run):
    result = run(sound)

    assert (result.compound_id, result.compound_name) == ("small", "小样小区")
    assert result.policy == "national"
