"""Simulated days beside the factor method: made by hand, so that every figure is known."""

from dataclasses import replace

import pytest

from gridcalc.policy import load_policy
from gridcalc.report.check_report import Checked, check_output
from gridcalc.report.conventions import days_text, deciding_text, other_texts, unsolved_text
from gridcalc.report.day_tables import hot_spot_blocks, service_blocks
from gridcalc.report.load_tables import scenario_table
from gridcalc.report.markdown import markdown
from gridcalc.report.modes import largest_scenario, modes_of
from gridcalc.report.peak_parts import connected_kw, why_blocks
from gridcalc.report.transformer_tables import transformer_details, transformer_tables
from gridcalc.report.violation_tables import short_violation_blocks, violation_blocks, where_text
from gridcalc.report.violations import violations
from gridcalc.report.wording import load_wording
from tests.unit.report_cases import (
    BROKEN,
    SERVED,
    day_run,
    days,
    hot_spot,
    run,
    study,
    transformer,
    with_transformers,
)

EN = load_wording("en")
ZH = load_wording("zh")
PACK = load_policy("national")
MODES = ("uncontrolled", "tou", "managed")


def _cells(table):
    return [[text.text.replace("\u00a0", " ") for text in row] for row in table.rows]


def _plain(text):
    return text.replace("\u00a0", " ")


@pytest.fixture
def compound(small, read):
    return read(small)


# ---------------------------------------------------------------- conventions


def test_every_result_says_percentile_days_season_seed_engine_and_who_takes_part():
    runs = [run(), day_run(), day_run("managed", days=days(served=SERVED))]

    assert _plain(days_text(runs, 7, EN)) == (
        "P95 of the daily extremes of 200 summer days, seed 7, engine radial;"
        " managed: 80 % of the private cars take part"
    )
    assert "200个夏季日各日极值的P95" in days_text(runs, 7, ZH)
    assert days_text([run()], 7, EN) == ""


def test_each_season_has_its_own_sentence():
    runs = [day_run(), day_run(season="winter", days=days(n_days=50))]

    said = days_text(runs, 1, EN)

    assert "200 summer days" in said
    assert "50 winter days" in said


def test_the_method_that_decides_is_named_with_the_reason():
    # demand.governing_method of the national pack is factor, an assumption
    assert deciding_text(study(run()), PACK, EN) == (
        "factor method, as national says (demand.governing_method: assumed)"
    )
    rescued = study(run("ev-100", BROKEN), day_run("managed"), verdict="ready_managed")
    assert deciding_text(rescued, PACK, EN).endswith(
        "; orderly charging on simulated days keeps every limit that chargers add to"
    )
    only = study(day_run(), governing="stochastic")
    assert deciding_text(only, PACK, EN) == "simulated days, the only one asked for"


def test_the_other_method_is_told_in_one_line_where_it_differs():
    two = (BROKEN, replace(BROKEN, element="T2"))
    runs = (
        run("ev-100", *two),
        day_run("uncontrolled", "ev-100", *two),
        day_run("tou", "ev-100", BROKEN),
        day_run("managed"),
    )

    ((label, text),) = other_texts(study(*runs), EN)

    assert label == "Simulated days"
    assert _plain(text.text) == (
        "uncontrolled breaks 2 limits, tou breaks 1 limit, managed holds;"
        " differs from the factor method"
    )
    assert text.tone == "warn"


def test_a_method_that_agrees_is_not_said_to_differ():
    ((_, text),) = other_texts(study(run(), day_run()), EN)

    assert (_plain(text.text), text.tone) == ("uncontrolled holds", "plain")


def test_where_simulated_days_decide_factor_and_orderly_charging_stand_beside():
    runs = (run("ev-100", BROKEN), day_run(), day_run("managed", "ev-100", BROKEN))

    found = {
        label: _plain(text.text)
        for label, text in other_texts(study(*runs, governing="stochastic"), EN)
    }

    assert found == {
        "Factor method": "breaks 1 limit; differs from the simulated days",
        "Simulated days": "managed breaks 1 limit",
    }


def test_days_without_a_solution_are_visible():
    runs = [day_run(), day_run("tou", days=days(n_unsolved=3))]

    assert unsolved_text(runs, EN) == "ev-100 tou: 3 of 200 days"
    assert unsolved_text(runs[:1], EN) == ""


# ---------------------------------------------------------------- loads


def test_modes_with_the_same_figures_share_a_line():
    # without chargers the three modes are one; with chargers managed differs
    quiet = [day_run(mode, "today") for mode in MODES]
    busy = [day_run(mode, "ev-100", *([BROKEN] if mode != "managed" else [])) for mode in MODES]

    table = scenario_table([run("today"), run("ev-100"), *quiet, *busy], EN)

    assert [(row[0], row[2], row[-1]) for row in _cells(table)] == [
        ("today", "factor", "0"),
        ("today", "any charging", "0"),
        ("ev-100", "factor", "0"),
        ("ev-100", "uncontrolled, tou", "1"),
        ("ev-100", "managed", "0"),
    ]


def test_modes_of_two_seasons_are_not_joined():
    runs = [day_run(mode, season=season) for season in ("summer", "winter") for mode in MODES]

    rows = _cells(scenario_table(runs, EN))

    assert [row[2] for row in rows] == ["summer any charging", "winter any charging"]


def test_the_number_of_sockets_stands_below_the_scenarios():
    same = scenario_table([run("today"), run("ev-100")], EN)
    other = scenario_table([run("today"), run("ebike-50", n_ebike_sockets=44)], EN)

    assert same.note.endswith("e-bike sockets: 20")
    assert _plain(other.note).endswith("e-bike sockets: today 20, ebike-50 44")


def test_a_scenario_without_solution_still_has_its_line():
    broken = run("ev-100", BROKEN, mv=None)

    assert _cells(scenario_table([broken], EN)) == [
        ["ev-100", "0 + 0", "factor", "no solution", "-", "-", "1"]
    ]


def test_methods_stand_side_by_side_with_the_time_of_the_peak(compound):
    runs = [
        run(transformers=(transformer(450.0),)),
        day_run(transformers=(transformer(400.0, time="19:45"),)),
        day_run("managed", transformers=()),
    ]

    (table,) = transformer_tables(compound, PACK, runs, EN, show_all=False)

    assert [column.title for column in table.columns][4:] == ["factor", "uncontrolled", "managed"]
    # 450 and 400 of 500 kVA; the limit of a single transformer is 85 %
    assert _cells(table) == [
        ["T1", "500 kVA", "85 %", "ev-100", "90.0 %", "80.0 % 19:45", "no solution"]
    ]
    assert [text.tone for text in table.rows[0][4:]] == ["bad", "plain", "bad"]


def test_every_season_has_its_own_table(compound):
    runs = [
        day_run(transformers=(transformer(time="20:00"),)),
        day_run(season="winter", transformers=(transformer(time="19:00"),)),
    ]

    tables = list(transformer_tables(compound, PACK, runs, EN, show_all=False))

    assert [table.caption for table in tables] == [
        "Simulated days of summer",
        "Simulated days of winter",
    ]
    assert [_cells(table)[0][-1] for table in tables] == ["100.0 % 20:00", "100.0 % 19:00"]


def test_more_than_eight_transformers_are_counted_not_listed(small, read):
    names = [f"T{i}" for i in range(1, 11)]
    many = read(with_transformers(small, names))
    runs = [run(transformers=tuple(transformer(name=name) for name in names))]

    (short,) = transformer_tables(many, PACK, runs, EN, show_all=False)
    (full,) = transformer_tables(many, PACK, runs, EN, show_all=True)

    assert (len(short.rows), short.note) == (8, "… and 2 more (--all shows them)")
    assert (len(full.rows), full.note) == (10, "")


def test_details_tell_interval_phase_and_heavy_hours():
    runs = [run(transformers=(transformer(),)), day_run(transformers=(transformer(time="20:00"),))]

    table = transformer_details(PACK, {"T1": 85.0}, runs, EN)

    # the interval is one percent each way, 1.5 h above 80 %, by construction
    assert [row[2:] for row in _cells(table)] == [
        ["factor", "500 kVA", "100.0 %", "-", "a 100.0 %", "-"],
        ["uncontrolled", "500 kVA", "100.0 % 20:00", "99.0…101.0 %", "a 100.0 %", "1.50 h"],
    ]


def test_the_largest_scenario_is_the_last_of_equals():
    assert largest_scenario([run("today"), run("ev-100"), run("ev-100+ebike-50")]) == (
        "ev-100+ebike-50"
    )
    assert largest_scenario([run("ev-100", n_private_chargers=9), run("ebike-50")]) == "ev-100"
    assert largest_scenario([]) == ""


# ---------------------------------------------------------------- why the methods differ

FACTOR_PARTS = {"household": 200.0, "private_charger": 105.0, "public_load": 20.0}
DAY_PARTS = {"household": 180.0, "private_charger": 42.0, "public_load": 20.0}
TOU_PARTS = {"household": 90.0, "private_charger": 126.0, "public_load": 20.0}


def _why(compound, *runs, wording=EN, show_all=False):
    return list(why_blocks(compound, PACK, runs, wording, show_all=show_all))


def _parts_runs():
    return (
        run(transformers=(transformer(**FACTOR_PARTS),)),
        day_run(transformers=(transformer(time="20:15", **DAY_PARTS),)),
        day_run("tou", transformers=(transformer(time="23:00", **TOU_PARTS),)),
    )


def test_the_connected_power_is_bays_times_charger(compound):
    # 30 bays of 7 kW under T1; half of them in ev-50
    assert connected_kw(compound, PACK, "ev-100") == {"T1": 210.0}
    assert connected_kw(compound, PACK, "ev-50") == {"T1": 105.0}


def test_parts_of_the_peak_stand_by_kind_with_their_sum_and_coincidence(compound):
    heading, table, _ = _why(compound, *_parts_runs())

    assert heading.text == "Why the methods differ"
    assert [column.title for column in table.columns][1:] == [
        "factor",
        "uncontrolled at 20:15",
        "tou at 23:00",
    ]
    # kinds nobody has are left out; 105, 42 and 126 of 210 kW are 0.5, 0.2 and 0.6
    assert _cells(table) == [
        ["households", "200 kW", "180 kW", "90 kW"],
        ["private chargers", "105 kW", "42 kW", "126 kW"],
        ["common loads", "20 kW", "20 kW", "20 kW"],
        ["sum", "325 kW", "242 kW", "236 kW"],
        ["coincidence", "0.50", "0.20", "0.60"],
    ]


def test_the_reason_is_said_in_sentences(compound):
    *_, paragraph = _why(compound, *_parts_runs())

    assert _plain(paragraph.text.text) == (
        "The factor method adds the peaks of all kinds (K_sigma = 1.0) to 325 kW; the simulated"
        " day reaches 242 kW at 20:15."
        " The largest difference is the coincidence of private chargers: 0.50 of the power that is"
        " connected by factor, 0.20 on the day."
        " Timers that start together at the valley tariff (23:00) bring private chargers to 126 kW"
        " at 23:00."
    )


@pytest.mark.parametrize(
    ("by_factor", "on_the_day", "said"),
    [
        (300.0, 200.0, "in households: 300 kW by factor, 200 kW on the day."),
        (200.0, 300.0, "in households: 200 kW by factor, 300 kW on the day."),
    ],
)
def test_the_kind_that_differs_most_is_named(compound, by_factor, on_the_day, said):
    factor = run(transformers=(transformer(household=by_factor, private_charger=50.0),))
    alone = day_run(
        transformers=(transformer(time="19:00", household=on_the_day, private_charger=60.0),)
    )

    *_, paragraph = _why(compound, factor, alone)

    assert said in _plain(paragraph.text.text)
    assert "Timers" not in paragraph.text.text


def test_without_parts_there_is_no_reason_and_without_days_no_block(compound):
    bare = run(transformers=(transformer(),))
    alone = day_run(transformers=(transformer(time="19:00", **DAY_PARTS),))

    blocks = _why(compound, bare, alone)

    assert len(blocks) == 2
    assert _cells(blocks[1])[0] == ["households", "-", "180 kW"]
    assert _cells(blocks[1])[-1] == ["coincidence", "-", "0.20"]
    assert _why(compound, bare) == []


def test_without_the_factor_method_the_block_tells_the_parts_only(compound):
    heading, _ = _why(compound, day_run(transformers=(transformer(time="19:00", **DAY_PARTS),)))

    assert heading.text == "What makes up the peak"


# ---------------------------------------------------------------- service, hot spot


def test_service_is_told_at_the_low_percentile_and_judged_by_the_pack():
    managed = day_run("managed", n_private_chargers=30, days=days(served=SERVED))

    _, table = service_blocks([run(), managed], PACK, EN, show_all=False)

    # limits of the national pack: 99 % of the energy, 95 % of the charges
    assert [column.title for column in table.columns][3:6:2] == [
        "Energy delivered P5",
        "Charges served P5",
    ]
    assert _cells(table) == [["ev-100", "managed", "80 %", "98.0 %", "99.9 %", "96.0 %", "99.0 %"]]
    assert (table.rows[0][3].tone, table.rows[0][5].tone) == ("bad", "good")
    assert "energy 99 %" in table.note


def test_service_of_other_scenarios_is_told_with_all_only():
    less = day_run("managed", "ev-50", n_private_chargers=15, days=days(served=SERVED))
    more = day_run("managed", "ev-100", n_private_chargers=30, days=days(served=SERVED))

    short = list(service_blocks([less, more], PACK, EN, show_all=False))[1]
    full = list(service_blocks([less, more], PACK, EN, show_all=True))[1]

    assert [row[0] for row in _cells(short)] == ["ev-100"]
    assert [row[0] for row in _cells(full)] == ["ev-50", "ev-100"]
    assert list(service_blocks([run()], PACK, EN, show_all=True)) == []


def test_hot_spot_and_life_stand_by_mode_hottest_first():
    spots = (hot_spot("T1", 90.0), hot_spot("T2", 121.0, 2.5))
    cool = (hot_spot("T1", 80.0, 0.001), hot_spot("T2", 85.0))
    runs = [day_run(days=days(hot_spots=spots)), day_run("managed", days=days(hot_spots=cool))]

    _, table = hot_spot_blocks(runs, PACK, EN, show_all=False)

    assert _cells(table) == [
        ["T2", "120 °C", "121 °C, 2.50 d/d, 0.0 h", "85 °C, 0.25 d/d, 0.0 h"],
        ["T1", "120 °C", "90 °C, 0.25 d/d, 0.0 h", "80 °C, < 0.01 d/d, 0.0 h"],
    ]
    assert table.rows[0][2].tone == "warn"
    assert list(hot_spot_blocks([run()], PACK, EN, show_all=False)) == []


# ---------------------------------------------------------------- violations


def test_a_violation_remembers_which_runs_break_it():
    (found,) = violations([day_run("tou", "ev-50", BROKEN), day_run("tou", "ev-100", BROKEN)])

    assert [(scenario, mode.name) for scenario, mode in found.runs] == [
        ("ev-50", "tou"),
        ("ev-100", "tou"),
    ]


def test_where_names_modes_only_if_not_all_do_it():
    runs = [day_run(mode, scenario) for scenario in ("today", "ev-100") for mode in MODES]
    modes = modes_of(runs)

    def where(*picked):
        hits = [("today" if k < 3 else "ev-100", modes[k % 3]) for k in picked]
        return where_text(hits, runs, EN, among=modes)

    assert where(3, 4, 5) == "ev-100"
    assert where(3, 4) == "ev-100 (uncontrolled, tou)"
    assert where(0, 3) == "all scenarios (uncontrolled)"
    assert where(0, 4) == "today (uncontrolled); ev-100 (tou)"
    assert where(*range(6)) == "in all scenarios"


def test_violations_beside_the_verdict_take_one_line_per_rule():
    other = replace(BROKEN, element="T2", value=99.0, utilisation=99 / 85)
    runs = [day_run("uncontrolled", "ev-100", BROKEN, other), day_run("tou", "ev-100", other)]

    heading, table = short_violation_blocks(runs, EN, title="beside", modes=modes_of(runs))

    assert heading.text == "beside"
    assert _cells(table) == [
        ["transformer.loading", "T1 and 1 more", "131.2 %", "> 85 %", "ev-100"]
    ]
    assert list(short_violation_blocks([run()], EN, title="", modes=())) == []


def test_nothing_broken_is_no_heading():
    assert list(violation_blocks([run()], PACK, EN, title="x", show_all=False)) == []


# ---------------------------------------------------------------- the whole story


def _story(compound, lang, *, show_all=False):
    runs = (
        run("ev-100", BROKEN, transformers=(transformer(**FACTOR_PARTS),)),
        day_run(transformers=(transformer(time="20:15", **DAY_PARTS),)),
        day_run("managed", "ev-100", BROKEN, days=days(served=SERVED, hot_spots=(hot_spot(),))),
    )
    checked = Checked(compound=compound, policy=PACK, study=study(*runs))
    return markdown(check_output([checked], load_wording(lang), show_all=show_all).blocks)


def test_the_story_tells_the_governing_method_first_and_the_others_in_short(compound):
    text = _story(compound, "en")

    decided, beside = text.index("## Limits broken\n"), text.index("## Limits broken beside")
    assert text.index("Rests on") < text.index("## Why the methods differ") < decided < beside
    assert "beside the verdict: managed" in text
    assert "All findings of" not in text


def test_all_tells_every_run_and_transformer(compound):
    text = _story(compound, "en", show_all=True)

    assert "All transformers of all runs" in text
    for mode in ("factor", "uncontrolled", "managed"):
        assert f"All findings of ev-100, {mode}" in text


def test_the_story_in_chinese_leaves_no_key_and_no_english_word(compound):
    text = _story(compound, "zh", show_all=True)

    for english in ("mode.", "kind.", "label.", "managed", "uncontrolled", "factor", "breaks"):
        assert english not in text
    assert "有序充电" in text
    assert "两种方法差异的原因" in text
