"""Rules of lines: those of the packs of their compounds; values of packs stand in their files."""

from dataclasses import replace

import pytest

from gridcalc.city.lines.evaluating import evaluate_lines
from gridcalc.city.lines.limits import group_limits
from gridcalc.city.lines.packs import (
    compound_packs,
    lines_power_factor,
    pack_seasons,
    question_of_lines,
)
from gridcalc.city.lines.seasons import in_governing_seasons
from gridcalc.city.records import CityQuestion, CityRow
from gridcalc.policy import load_policy
from tests.unit.city_line_cases import a_line, curves, on, source

QUESTION = CityQuestion(lines=True)


def a_row(name, line="L1", **changed):
    return CityRow(
        **{"row": 2, "id": name, "name": name, "template": "walk-up", **changed}, line=line
    )


@pytest.fixture
def changji():
    return load_policy("changji-2026")


@pytest.fixture
def strict(pack_with):
    """A pack that allows half of a line, 3/5 of a main transformer and 9 MVA on a line."""
    values = {
        "source.max_line_load_percent": 50,
        "source.max_main_transformer_load_percent": 60,
        "mv.max_line_installed_kva": 9000,
        "mv.max_ring_loading_percent": 90,
        "stochastic.percentile": 99,
        "stochastic.n_days": 150,
        "compensation.target_power_factor": 0.9,
    }
    return replace(pack_with(values), id="strict")


def test_the_pack_of_a_row_comes_before_that_of_its_template_and_that_of_the_command_before_both():
    rows = [a_row("a", policy="changji-2026"), a_row("b"), a_row("c", line="")]

    found = compound_packs(rows, QUESTION)
    by_command = compound_packs(rows, replace(QUESTION, policy="ningxia-2025"))

    # network_templates/walk-up.yaml names wujiang-2021
    assert {name: pack.id for name, pack in found.items()} == {
        "a": "changji-2026",
        "b": "wujiang-2021",
    }
    assert {pack.id for pack in by_command.values()} == {"ningxia-2025"}


def test_only_compounds_on_lines_of_the_table_count():
    rows = [a_row("a"), a_row("b", line="L9")]

    assert list(compound_packs(rows, QUESTION, {"L1", "东一线"})) == ["a"]


def test_a_pack_that_cannot_be_found_is_left_out():
    rows = [a_row("a", policy="none-2020"), a_row("b", template="none"), a_row("c")]

    assert list(compound_packs(rows, QUESTION)) == ["c"]


@pytest.mark.parametrize("text", ["changji-2026", '"changji-2026"', "changji-2026  # why"])
def test_the_pack_of_a_compound_file_is_that_of_its_key(tmp_path, text):
    path = tmp_path / "a.yaml"
    path.write_text(f"id: a\npolicy: {text}\n", encoding="utf-8")
    row = a_row("a", template=None, file=str(path))

    assert compound_packs([row], QUESTION)["a"].id == "changji-2026"


def test_a_pack_beside_a_compound_file_is_found(tmp_path):
    (tmp_path / "own.yaml").write_text(
        "gridcalc_policy: 1\nid: own\ntitle: own\nissuer: me\ndate: '2026'\nstatus: draft\n"
        "region: here\nextends: changji-2026\nrules: {}\n",
        encoding="utf-8",
    )
    (tmp_path / "a.yaml").write_text("policy: own.yaml\n", encoding="utf-8")
    row = a_row("a", template=None, file=str(tmp_path / "a.yaml"))

    assert compound_packs([row], QUESTION)["a"].id == "own"


def test_lines_are_simulated_in_the_seasons_by_which_the_packs_judge(national, changji):
    # season.governing: summer in national.yaml, winter in changji-2026.yaml
    assert question_of_lines(QUESTION, {"a": changji}).line_seasons == ("winter",)
    both = question_of_lines(QUESTION, {"a": changji, "b": national})
    assert both.line_seasons == ("summer", "winter")
    asked = question_of_lines(replace(QUESTION, seasons=("summer",)), {"a": changji})
    assert asked.line_seasons == ("summer",)
    assert question_of_lines(QUESTION, {}).line_seasons == ("summer",)


def test_all_compounds_have_the_days_of_the_pack_that_wants_most(national, strict):
    # national: 1000 days, at most 200 for lines; the other pack 150
    assert question_of_lines(QUESTION, {"a": strict}).n_days_of_lines == 150
    assert question_of_lines(QUESTION, {"a": strict, "b": national}).n_days_of_lines == 200
    asked = replace(QUESTION, n_days=1000)
    assert question_of_lines(asked, {"a": strict}).n_days_of_lines == 1000


def test_the_least_power_factor_makes_most_of_a_metered_power(national, strict):
    assert lines_power_factor({"a": national, "b": strict}, QUESTION) == 0.9
    assert lines_power_factor({}, QUESTION) == 0.95


def test_of_several_packs_on_a_line_the_strictest_limit_counts(national, strict):
    found = group_limits(
        {"L1": [national], "L2": [strict, national], "L3": []}, others=[national], percentile=None
    )

    assert [one.line_percent for one in found.values()] == [80, 50, 50]
    assert [one.max_installed_kva for one in found.values()] == [12_000, 9000, 9000]
    assert [one.max_n_minus_1_percent for one in found.values()] == [100, 90, 90]
    # what lines share is that of all of them
    assert {one.main_transformer_percent for one in found.values()} == {60}
    assert {one.percentile for one in found.values()} == {99}
    assert found["L1"].policy == "national"
    assert found["L2"].policy == found["L3"].policy == "national strict"


def test_without_compounds_the_packs_of_the_run_judge_and_a_percentile_that_is_asked_for(
    national, strict
):
    (found,) = group_limits({"L1": []}, others=[strict], percentile=90.0).values()

    assert (found.line_percent, found.percentile, found.policy) == (50, 90.0, "strict")


def test_a_line_is_judged_by_the_pack_of_its_compounds(national, strict):
    lines = [a_line("L1", 1000.0), a_line("L2", 1000.0), a_line("L3", 1000.0)]
    both = source(curves("a", 600.0, uncontrolled=700.0), curves("b", 600.0, uncontrolled=700.0))

    found = evaluate_lines(
        lines,
        (*on("L1", "a"), *on("L2", "b")),
        both,
        policy=national,
        packs={"a": national, "b": strict},
    ).lines

    # 700 of 1000 kVA are within 80 % and 200 beyond 50 %; a line without compounds: the strictest
    assert [line.limit_percent for line in found] == [80, 50, 50]
    assert [line.states[1].relief_kva for line in found] == [0.0, 200.0, 0.0]
    assert [line.policy for line in found] == ["national", "strict", "national strict"]


def in_season(season, *all_curves):
    return source(*(replace(one, season=season) for one in all_curves))


@pytest.fixture
def two_seasons(national, changji):
    """Lines by season: a has its peak in winter and b in summer, each alone on its line."""

    def run(lines, packs):
        compounds = (*on("L1", "a"), *on("L2", "b"))
        return {
            season: evaluate_lines(
                lines,
                compounds,
                in_season(season, curves("a", a_kva), curves("b", b_kva)),
                policy=national,
                packs=packs,
            )
            for season, a_kva, b_kva in (("summer", 100.0, 300.0), ("winter", 150.0, 200.0))
        }

    return run


def test_each_line_counts_in_the_season_of_its_packs(two_seasons, national, changji):
    packs = {"a": national, "b": changji}

    found = in_governing_seasons(
        two_seasons([a_line("L1"), a_line("L2")], packs), pack_seasons(QUESTION, packs)
    ).lines

    assert [(line.season, line.states[0].s_peak_kva) for line in found] == [
        ("summer", 100.0),
        ("winter", 200.0),
    ]


def test_where_packs_name_two_seasons_the_one_with_the_higher_load_counts(
    two_seasons, national, changji
):
    lines = [a_line("L1", main_transformer="T"), a_line("L2", main_transformer="T")]
    packs = {"a": national, "b": changji}

    found = in_governing_seasons(two_seasons(lines, packs), pack_seasons(QUESTION, packs)).lines

    # 100 + 300 in summer, 150 + 200 in winter
    assert [line.season for line in found] == ["summer", "summer"]


def test_seasons_that_are_asked_for_all_count(two_seasons, national):
    asked = replace(QUESTION, seasons=("summer", "winter"))
    packs = {"a": national, "b": national}

    found = in_governing_seasons(
        two_seasons([a_line("L1"), a_line("L2")], packs), pack_seasons(asked, packs)
    ).lines

    assert [line.season for line in found] == ["winter", "summer"]


def test_the_order_of_relief_is_that_of_the_seasons_that_count(two_seasons, national, changji):
    lines = [a_line("L1", 120.0), a_line("L2", 245.0)]
    packs = {"a": changji, "b": national}

    found = in_governing_seasons(two_seasons(lines, packs), pack_seasons(QUESTION, packs)).lines

    # L1 in winter 150 - 96 = 54 beyond its limit, L2 in summer 300 - 196 = 104
    assert [line.states[0].relief_kva for line in found] == pytest.approx([54, 104])
    assert [line.relief_order for line in found] == [2, 1]
