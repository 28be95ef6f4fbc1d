"""Lines of a small city calculated by hand: loads, ties, main transformers, order of relief."""

from dataclasses import replace

import pytest

from gridcalc.city.lines.evaluating import evaluate_lines
from gridcalc.city.lines.placing import line_compound, line_ids, place_compounds
from gridcalc.city.lines.records import LineCompound, SharedName
from gridcalc.city.lines.relief import counting_state, mode_of, relief_first
from gridcalc.city.lines.rows import feeder_columns, feeder_rows, line_results
from gridcalc.city.lines.totals import remembering
from gridcalc.city.records import CityResult, CityRow, Units
from gridcalc.errors import InputError
from tests.unit.city_line_cases import MODES, TODAY, a_line, curves, on, source

NO_ONE = source()


@pytest.fixture
def evaluate(national):
    """Return how lines are evaluated with the national pack: 80 % of lines and transformers."""

    def run(lines, compounds, curve_source, **changed):
        return evaluate_lines(lines, compounds, curve_source, policy=national, **changed)

    return run


@pytest.fixture
def two_lines():
    """Return two tied lines of one main transformer, and three compounds.

    Two slots count. a draws 100 and 200, b 300 and 100, c 50 and 50 today; chargers add 0 and
    200, or 100 at both times with control. L1 has 1000 kVA and was metered at 500; L2 has 600
    kVA and was never metered.
    """
    lines = [
        a_line("L1", 1000.0, peak_kva=500.0, tie="L2", main_transformer="T1", row=2,
               main_transformer_kva=2000.0),
        a_line("L2", 600.0, tie="L1", main_transformer="T1", row=3),
    ]  # fmt: skip
    compounds = (*on("L1", "a", "b"), *on("L2", "c"))
    curve_source = source(
        curves("a", [[100, 200]], uncontrolled=[[100, 400]], managed=[[200, 300]]),
        curves("b", [[300, 100]], uncontrolled=[[300, 300]], managed=[[400, 200]]),
        curves("c", [[50, 50]], uncontrolled=[[50, 250]], managed=[[150, 150]]),
    )
    return lines, compounds, curve_source


def state(result, mode):
    return next(one for one in result.states if one.state.endswith(mode))


def test_a_line_has_its_metered_peak_today_and_chargers_come_on_top(evaluate, two_lines):
    found = evaluate(*two_lines).lines[0]

    # today 400 and 300; others have that shape: 100 and 75 make 500 at the first slot
    today = found.states[0]
    assert today.s_peak_kva == pytest.approx(500)
    assert today.loading_percent == pytest.approx(50)
    assert found.other_kva == pytest.approx(100)
    # uncontrolled 400 and 700, with the others 500 and 775
    assert state(found, "ev-100+ebike-50/uncontrolled").s_peak_kva == pytest.approx(775)
    # managed 600 and 500, with the others 700 and 575
    assert state(found, "managed").s_peak_kva == pytest.approx(700)


def test_coincidence_is_that_of_the_compounds_alone(evaluate, two_lines):
    found = evaluate(*two_lines).lines[0]

    # today 400 together, 200 and 300 each; uncontrolled 700 together, 400 and 300 each
    assert found.states[0].s_compounds_kva == 400
    assert found.states[0].coincidence_factor == pytest.approx(400 / 500)
    assert found.states[1].coincidence_factor == pytest.approx(700 / 700)


def test_the_main_transformer_carries_all_its_lines_at_the_same_time(evaluate, two_lines):
    found = evaluate(*two_lines).lines

    # today 500 + 50 at the first slot; uncontrolled 775 + 250 at the second; of 2000
    assert [line.states[0].main_transformer_percent for line in found] == [27.5, 27.5]
    assert found[1].states[1].main_transformer_percent == pytest.approx(51.25)


def test_a_metered_main_transformer_has_load_that_no_line_of_the_table_explains(
    evaluate, two_lines
):
    lines, compounds, curve_source = two_lines
    lines = [replace(line, main_transformer_peak_kva=1550.0) for line in lines]

    found = evaluate(lines, compounds, curve_source).lines[0]

    # the lines draw 550 and 425 today; others 1000 and 1000 * 425 / 550 = 772.7
    assert found.states[0].main_transformer_percent == pytest.approx(77.5)
    # uncontrolled 500 + 50 and 775 + 250: 1550 and 1797.7
    assert found.states[1].main_transformer_percent == pytest.approx(100 * 1797.727 / 2000)


def test_the_tie_carries_both_lines_at_the_same_time(evaluate, two_lines):
    found = evaluate(*two_lines).lines

    # L1 on L2: 500 + 50 of 600 today, 775 + 250 uncontrolled; L2 on L1 the same of 1000
    assert found[0].states[0].n_minus_1_percent == pytest.approx(100 * 550 / 600)
    assert found[0].states[1].n_minus_1_percent == pytest.approx(100 * 1025 / 600)
    assert found[1].states[1].n_minus_1_percent == pytest.approx(102.5)


def test_relief_is_what_passes_80_percent_of_the_capacity(evaluate, two_lines):
    lines, compounds, curve_source = two_lines
    lines[0] = replace(lines[0], capacity_kva=900.0)

    found = evaluate(lines, compounds, curve_source).lines

    # L1 takes 720: 775 uncontrolled is 55 too much, 700 managed is not
    assert [one.relief_kva for one in found[0].states] == pytest.approx([0, 55, 0], abs=1e-3)
    assert found[0].orderly_gain_kva == pytest.approx(55, abs=1e-3)
    assert found[0].relief_order == 1
    assert found[1].relief_order is None


def test_a_line_exactly_at_its_limit_needs_no_relief(evaluate, two_lines):
    lines, compounds, curve_source = two_lines
    lines[0] = replace(lines[0], capacity_kva=625.0)  # 80 % of it are the 500 of today

    found = evaluate(lines, compounds, curve_source).lines[0]

    assert found.states[0].relief_kva == 0


def test_fits_say_how_many_chargers_come_with_them(evaluate, two_lines):
    lines, compounds, curve_source = two_lines
    lines[0] = replace(lines[0], capacity_kva=780.0)

    found = evaluate(lines, compounds, curve_source).lines[0]
    uncontrolled, managed = found.fits

    # L1 takes 624; today 500 and 375. a: 500 and 575; with b 500 and 775
    assert [fit.fits for fit in uncontrolled.fits] == [True, False]
    assert (uncontrolled.n_fit, uncontrolled.n_chargers_fit) == (1, 10)
    assert uncontrolled.first_over_id == "b"
    # managed: a makes 600 and 475; with b 700 and 575
    assert [fit.margin_kva for fit in managed.fits] == pytest.approx([24, -76], abs=1e-3)


def test_the_year_of_the_compound_that_is_too_much_is_told(evaluate, two_lines):
    lines, compounds, curve_source = two_lines
    lines[0] = replace(lines[0], capacity_kva=780.0)
    compounds = [replace(one, year=2027 + k) for k, one in enumerate(compounds)]

    found = evaluate(lines, compounds, curve_source).lines[0]

    assert found.fits[0].first_over_year == 2028


def test_installed_capacity_is_stated_or_that_of_the_compounds(evaluate, two_lines):
    lines, _, curve_source = two_lines
    lines[1] = replace(lines[1], installed_kva=9999.0)
    compounds = (*on("L1", "a", installed_kva=800.0), *on("L1", "b", installed_kva=630.0))

    found = evaluate(lines, compounds, curve_source).lines

    assert [line.installed_kva for line in found] == [1430.0, 9999.0]
    assert found[0].max_installed_kva == 12000  # national pack, mv.max_line_installed_kva


def test_a_line_without_compounds_stays_as_it_is_in_all_states(evaluate, two_lines):
    lines, compounds, curve_source = two_lines
    alone = a_line("L3", 200.0, peak_kva=100.0, tie="L2", row=4)

    found = evaluate([*lines, alone], compounds, curve_source).lines[2]

    assert [one.s_peak_kva for one in found.states] == [100.0, 100.0, 100.0]
    assert found.states[0].coincidence_factor is None
    assert found.n_compounds == 0
    assert found.season == ""
    # with L2 at its uncontrolled 250
    assert found.states[1].n_minus_1_percent == pytest.approx(100 * 350 / 600)
    assert [mode.n_fit for mode in found.fits] == [0, 0]


def test_a_city_of_lines_without_any_compound_is_evaluated_today(evaluate):
    found = evaluate([a_line("L1", 200.0, peak_kva=190.0)], (), NO_ONE)

    assert [one.state for one in found.lines[0].states] == ["today/uncontrolled"]
    assert found.lines[0].states[0].loading_percent == 95
    assert found.lines[0].relief_order == 1


def test_no_lines_are_no_result(evaluate):
    found = evaluate([], on("L1", "a"), NO_ONE)

    assert found.lines == ()
    assert found.unknown_lines == {"L1": ("a",)}


def test_compounds_without_a_line_or_with_an_unknown_one_are_listed(evaluate, two_lines):
    lines, compounds, curve_source = two_lines
    strays = (*on("L9", "x", "y"), LineCompound(id="z", name="z", line=""))

    found = evaluate(lines, (*compounds, *strays), curve_source)

    assert found.unknown_lines == {"L9": ("x", "y")}
    assert found.without_line == ("z",)


def test_a_compound_without_a_result_is_listed_and_not_counted(evaluate, two_lines):
    lines, compounds, curve_source = two_lines
    failed = on("L1", "failed")

    found = evaluate(lines, (*failed, *compounds), curve_source).lines[0]

    assert found.without_curves == ("failed",)
    assert (found.n_compounds, found.n_chargers) == (2, 20)
    assert [fit.id for fit in found.fits[0].fits] == ["a", "b"]
    assert found.fits[0].n_fit_smallest_first == 2


def test_a_line_can_be_named_by_its_name(evaluate, two_lines):
    lines, compounds, curve_source = two_lines
    lines[0] = replace(lines[0], name="东一线", tie="东二线")
    lines[1] = replace(lines[1], name="东二线")
    named = [replace(one, line="东一线") if one.line == "L1" else one for one in compounds]

    found = evaluate(lines, named, curve_source).lines

    assert found[0].n_compounds == 2
    assert found[0].states[0].n_minus_1_percent == pytest.approx(100 * 550 / 600)


def test_a_name_of_two_lines_names_none():
    lines = [a_line("L1", name="东"), a_line("L2", name="东")]

    placed = place_compounds(lines, on("东", "a"))

    assert line_ids(lines) == {"L1": "L1", "L2": "L2"}
    assert placed.unknown_lines == {}
    shared = SharedName(name="东", line_ids=("L1", "L2"), compound_ids=("a",))
    assert placed.shared_names == (shared,)


def test_a_name_that_two_lines_share_is_told_only_where_a_compound_uses_it(evaluate):
    lines = [a_line("L1", name="东"), a_line("L2", name="东"), a_line("L3", name="西")]

    found = evaluate(lines, (*on("L1", "a"), *on("西", "b"), *on("L9", "c")), NO_ONE)

    assert found.shared_names == ()
    assert found.unknown_lines == {"L9": ("c",)}


def test_compounds_that_cannot_be_read_and_those_that_failed_are_not_counted(evaluate, two_lines):
    lines, compounds, curve_source = two_lines
    lines[0] = replace(lines[0], name="东一线")
    bad = {"L1": ("x",), "东一线": ("7", "y"), "L9": ("z",)}

    found = evaluate(lines, (*on("L1", "failed"), *compounds), curve_source, not_read=bad).lines

    # of L1: the row of x, row 7 and that of y, and the one without a result
    assert found[0].not_read == ("x", "7", "y")
    assert [line.n_not_counted for line in found] == [4, 0]
    row = feeder_rows(evaluate(lines, compounds, curve_source, not_read=bad))[0]
    assert (row["n_not_counted"], row["not_read"]) == (3, "x 7 y")


def test_a_tie_that_the_table_lacks_is_not_judged(evaluate, two_lines):
    lines, compounds, curve_source = two_lines
    lines[0] = replace(lines[0], tie="elsewhere")

    assert evaluate(lines, compounds, curve_source).lines[0].states[0].n_minus_1_percent is None


def test_a_line_of_unknown_capacity_has_loads_and_no_verdict(evaluate, two_lines):
    lines, compounds, curve_source = two_lines
    lines[0] = replace(lines[0], capacity_kva=None)

    found = evaluate(lines, compounds, curve_source).lines[0]

    assert found.states[1].s_peak_kva == pytest.approx(775)
    assert found.states[1].loading_percent is None
    assert found.states[1].relief_kva is None
    assert found.orderly_gain_kva is None
    assert found.relief_order is None
    for mode in found.fits:
        assert [fit.fits for fit in mode.fits] == [None, None]
        assert (mode.n_fit, mode.n_chargers_fit, mode.n_fit_smallest_first) == (None, None, None)


def test_what_is_metered_below_the_simulation_scales_today_and_keeps_what_chargers_add(
    evaluate, two_lines
):
    lines, compounds, curve_source = two_lines
    lines[0] = replace(lines[0], peak_kva=200.0)

    found = evaluate(lines, compounds, curve_source).lines[0]

    # simulated 400 and 300 become 200 and 150; chargers add 0 and 400: 550 at the second slot
    assert found.scale_factor == pytest.approx(0.5)
    assert found.states[0].s_peak_kva == pytest.approx(200)
    assert found.states[1].s_peak_kva == pytest.approx(550)


def test_days_of_several_seasons_are_told(evaluate, two_lines):
    lines, compounds, curve_source = two_lines
    a, b, c = curve_source(["a", "b", "c"])

    found = evaluate(lines, compounds, source(a, replace(b, season="winter"), c)).lines

    assert found[0].season == "summer winter"
    assert found[1].season == "summer"


def test_curves_of_different_states_cannot_be_added(evaluate, two_lines):
    lines, compounds, _ = two_lines

    with pytest.raises(ValueError, match="b has other states than a"):
        evaluate(lines, compounds, source(curves("a", 1.0, managed=2.0), curves("b", 1.0, tou=2.0)))


def test_compounds_of_different_numbers_of_days_cannot_be_added(evaluate):
    lines = [a_line("L1", tie="L2"), a_line("L2")]
    curve_source = source(
        curves("a", [[1.0]], tou=[[1.0]]), curves("b", [[1.0]] * 2, tou=[[1.0]] * 2)
    )

    for compounds in (on("L1", "a", "b"), (*on("L1", "a"), *on("L2", "b"))):
        with pytest.raises(InputError, match="b has 2 days and a has 1; say how many for all"):
            evaluate(lines, compounds, curve_source)


def test_curves_are_read_once_while_they_have_room(evaluate, two_lines):
    lines, compounds, curve_source = two_lines
    lines[0] = replace(lines[0], capacity_kva=780.0)  # b does not fit, so all passes are made
    asked = []

    def counting(ids):
        asked.extend(ids)
        return curve_source(ids)

    evaluate(lines, compounds, counting)

    assert asked == ["a", "b", "c"]


def test_what_has_no_room_is_read_again():
    one, two = curves("a", 1.0), curves("b", 2.0)
    size = one.states[TODAY].nbytes
    asked = []

    def counting(ids):
        asked.extend(ids)
        return source(one, two)(ids)

    kept = remembering(counting, max_bytes=size)

    assert [[c.id for c in kept("ab")] for _ in range(2)] == [["a", "b"], ["a", "b"]]
    assert asked == ["a", "b", "b"]


def test_the_day_that_is_reported_is_shown(evaluate, two_lines):
    found = evaluate(*two_lines).lines[0].states[1]

    # uncontrolled 500 and 775 at the first two slots, the others draw nothing in the rest
    assert found.day_kva[:3] == pytest.approx((500, 775, 0))
    assert found.peak_time == "00:15"
    assert found.s_peak_high_kva is None


def test_lines_are_relieved_today_first_then_those_control_does_not_help(evaluate):
    # limits 80. today: already 90. hard: 85 with control. soft: 95 without, 70 with it
    lines = [a_line(name, 100.0) for name in ("soft", "hard", "hard2", "today", "fine")]
    compounds = [on(line.id, f"c-{line.id}")[0] for line in lines]
    curve_source = source(
        curves("c-soft", 50.0, uncontrolled=95.0, managed=70.0),
        curves("c-hard", 50.0, uncontrolled=90.0, managed=85.0),
        curves("c-hard2", 50.0, uncontrolled=99.0, managed=85.0),
        curves("c-today", 81.0, uncontrolled=82.0, managed=81.0),
        curves("c-fine", 50.0, uncontrolled=80.0, managed=60.0),
    )

    found = evaluate(lines, compounds, curve_source).lines

    order = {line.line.id: line.relief_order for line in found}
    assert order == {"today": 1, "hard2": 2, "hard": 3, "soft": 4, "fine": None}


def test_the_larger_relief_goes_first_in_whatever_mode_it_is(evaluate):
    # limits 80: a is 15 beyond it under tou, b only 10 without control, c 20 in both
    lines = [a_line(name, 100.0) for name in ("a", "b", "c")]
    compounds = [on(line.id, f"c-{line.id}")[0] for line in lines]
    curve_source = source(
        curves("c-a", 50.0, uncontrolled=70.0, tou=95.0, managed=60.0),
        curves("c-b", 50.0, uncontrolled=90.0, tou=70.0, managed=60.0),
        curves("c-c", 50.0, uncontrolled=100.0, tou=100.0, managed=60.0),
    )

    found = evaluate(lines, compounds, curve_source).lines

    assert [line.relief_order for line in found] == [2, 3, 1]
    modes = [mode_of(counting_state(line)) for line in found]
    assert modes == ["tou", "uncontrolled", "uncontrolled"]
    assert [line.line.id for line in relief_first(found)] == ["c", "a", "b"]


def test_the_order_of_the_lines_changes_nothing(evaluate, two_lines):
    lines, compounds, curve_source = two_lines
    lines[0] = replace(lines[0], capacity_kva=780.0)

    there = evaluate(lines, compounds, curve_source).lines
    back = evaluate(lines[::-1], compounds, curve_source).lines

    assert there == back[::-1]


def test_the_ranking_runs_over_the_lines_of_a_main_transformer(evaluate):
    # the transformer takes 80 % of 125 = 100: b is ranked first, though its line comes second
    lines = [a_line(name, main_transformer="T", main_transformer_kva=125.0) for name in "XY"]
    ranked = (*on("Y", "b"), *on("X", "a"))
    curve_source = source(curves("a", 0.0, managed=60.0), curves("b", 0.0, managed=60.0))

    first, second = evaluate(lines, ranked, curve_source).lines

    assert [fit.fits for fit in first.fits[0].fits] == [False]
    assert [fit.fits for fit in second.fits[0].fits] == [True]


def test_smallest_first_counts_the_compounds_of_the_line_only(evaluate):
    # X takes 80: a (90) does not fit, b (60) does; c is on the other line of the transformer
    lines = [a_line("X", 100.0, main_transformer="T"), a_line("Y", main_transformer="T")]
    compounds = (*on("X", "a", "b"), *on("Y", "c"))
    all_curves = [
        curves(name, 0.0, tou=add) for name, add in (("a", 90.0), ("b", 60.0), ("c", 5.0))
    ]

    found = evaluate(lines, compounds, source(*all_curves)).lines

    assert [line.fits[0].n_fit for line in found] == [1, 1]
    assert [line.fits[0].n_fit_smallest_first for line in found] == [1, 1]
    assert [len(line.fits[0].fits) for line in found] == [2, 1]


def test_a_result_of_the_run_becomes_a_compound_on_its_line():
    row = CityRow(row=2, id="c1", name="一号", line="L1")
    result = CityResult(
        row=row,
        status="ok",
        n_private_bays=120,
        transformers=(Units(n=2, sn_kva=800.0), Units(n=1, sn_kva=630.0)),
    )

    found = line_compound(result, 2027)

    assert (found.id, found.line, found.n_chargers, found.year) == ("c1", "L1", 120, 2027)
    assert found.installed_kva == 2230  # 2 x 800 + 630


def test_rows_are_flat_and_give_the_same_results_back(evaluate, two_lines):
    found = evaluate(*two_lines)

    rows, columns = feeder_rows(found), feeder_columns(found)

    assert line_results(rows) == found.lines
    assert set(rows[0]) == set(columns)
    assert rows[0]["id"] == "L1"
    assert rows[0]["loading_percent_today"] == pytest.approx(50)
    assert rows[0]["s_peak_kva_ev_100_ebike_50_managed"] == pytest.approx(700)
    assert rows[0]["n_fit_uncontrolled"] == 2
    kinds = {"text": str, "whole": int, "real": float, "yes_no": bool}
    for row in rows:
        for name, value in row.items():
            assert value is None or isinstance(value, (kinds[columns[name]], int)), name


def test_a_city_without_lines_has_columns_without_states(evaluate):
    assert list(feeder_columns(evaluate([], (), NO_ONE)))[-1] == "record"


def test_all_modes_are_told_in_the_order_of_the_curves(evaluate):
    one = curves("a", 1.0, **dict.fromkeys(MODES, 2.0))

    found = evaluate([a_line()], on("L1", "a"), source(one)).lines[0]

    assert [mode.charging for mode in found.fits] == list(MODES)
