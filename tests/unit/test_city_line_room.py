"""Who has room on lines and main transformers, and which of these pass their limits.

Expected values are read off the tables of ``city_line_results.two_lines`` and ``city``.
"""

from dataclasses import replace

import pytest

from gridcalc.city.lines.relief import counting_state, mode_of, passing, relief_first
from gridcalc.city.summary.line_checks import line_counts, n_minus_1_passing, tie_names
from gridcalc.city.summary.line_room import rooms_of, without_room
from gridcalc.city.summary.main_transformers import main_transformers
from gridcalc.city.summary.summarise import summarise
from tests.unit.city_line_results import a_result, fits, states, two_lines
from tests.unit.city_summary_cases import city


def test_a_compound_has_room_where_it_fits_with_every_charging_without_control():
    rooms = rooms_of(two_lines())

    assert {name: (room.kind, room.limited_by) for name, room in rooms.items()} == {
        "c2": ("yes", ""),
        "c3": ("managed", "line"),
        "c4": ("no", "main_transformer"),
        "c5": ("managed", "main_transformer"),
    }
    assert rooms["c4"].main_transformer == "T1"


def test_what_stops_a_compound_even_if_managed_is_told_of_that_mode():
    rooms = rooms_of([a_result("L1", fits=fits(a="mml", b="--l"))])

    assert (rooms["a"].kind, rooms["a"].limited_by) == ("no", "line")
    assert rooms["b"].kind == "yes"  # others may take its place only where all are managed


def test_where_nobody_can_say_nothing_is_said():
    assert rooms_of([a_result("L1", fits=fits(a="???"))]) == {}


def test_without_orderly_charging_nothing_says_that_it_helps():
    line = a_result("L1", fits=fits(a="l--")[:2], states=states((50.0, 90.0, 70.0, 60.0))[:3])

    assert rooms_of([line])["a"].kind == "no"
    assert passing(line) == "even_managed"


def test_chargers_of_works_are_counted_where_there_is_no_room():
    # c3 gains 30 and fits only if managed, c4 gains 80 and does not fit; c5 has no plan
    short = without_room(summarise(city()).ranking, rooms_of(two_lines()))

    assert (short.n_compounds, short.n_chargers, short.n_chargers_managed) == (3, 110, 30)


def test_a_main_transformer_is_told_with_what_it_stops():
    lines = two_lines()
    (found,) = main_transformers(lines, rooms_of(lines))

    assert found.loading_percent == {
        "today": 81.0,
        "uncontrolled": 90.0,
        "tou": 99.0,
        "managed": 85.0,
    }
    assert (found.worst_mode, found.worst_percent, found.limit_percent) == ("tou", 99.0, 80.0)
    assert (found.passing, found.n_stopped, found.line_ids) == ("today", 2, ("L1", "L2"))


def test_the_main_transformer_with_the_highest_loading_comes_first():
    lines = [
        a_result(name, main_transformer=name, states=states((10.0,) * 4, mains))
        for name, mains in (("A", (50.0,) * 4), ("C", ()), ("B", (60.0, 60.0, 70.0, 60.0)))
    ]

    found = main_transformers(lines, {})

    assert [one.name for one in found] == ["B", "A", "C"]
    assert [one.passing for one in found] == ["never", "never", None]


@pytest.mark.parametrize(
    ("percents", "when", "mode"),
    [
        ((81.0, 82.0, 83.0, 81.5), "today", "tou"),
        ((50.0, 95.0, 90.0, 81.0), "even_managed", "uncontrolled"),
        ((50.0, 70.0, 81.0, 60.0), "unless_managed", "tou"),
        ((50.0, 70.0, 80.0, 60.0), "never", "tou"),  # at the limit of 80 is not beyond it
    ],
)
def test_a_line_is_judged_by_the_mode_with_the_highest_peak(percents, when, mode):
    line = a_result("L1", states=states(percents))

    assert passing(line) == when
    assert mode_of(counting_state(line)) == mode


def test_lines_that_need_no_relief_come_after_the_others_by_their_highest_loading():
    a, b = a_result("a"), a_result("b", states=states((10.0, 20.0, 75.0, 10.0)))
    unknown = replace(
        a_result("c"),
        states=tuple(replace(s, loading_percent=None) for s in states((90.0,) * 4)),
    )

    assert [line.line.id for line in relief_first([unknown, a, *two_lines()[:1], b])] == [
        "L1",
        "b",
        "a",
        "c",
    ]


def test_the_loss_of_a_line_and_its_transformers_are_judged():
    counts = line_counts([*two_lines(), a_result("alone")])

    assert (counts.n_tied, counts.n_tied_over_today, counts.n_tied_over) == (2, 0, 2)
    assert counts.max_n_minus_1_percent == (100.0,)
    assert (counts.n_installed_over, counts.max_installed_kva) == (1, (12000.0,))
    assert counts.not_counted == (("L2线", 1),)


def test_results_of_earlier_versions_have_no_verdict_on_ties():
    line = replace(two_lines()[0], max_n_minus_1_percent=None)

    assert n_minus_1_passing(line) is None


def test_a_tie_is_named_whether_the_table_gives_its_id_or_its_name():
    lines = [*two_lines(), a_result("L3", tie="elsewhere")]

    assert tie_names(lines) == {"L1": "L2线", "L2": "L1线", "L3": "elsewhere"}
