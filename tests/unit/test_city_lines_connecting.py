"""Which compounds fit in ranked order, against hand calculations and every subset."""

import numpy as np
import pytest

from gridcalc.city.lines.connecting import connect, n_fit_smallest_first, offer, place_of
from tests.unit.city_line_cases import (
    LAST,
    TODAY,
    as_days,
    counted_peak,
    curves,
    most_that_fit,
    on,
)

STATE = f"{LAST}/uncontrolled"


def place(limit, today, name="line", share=95.0):
    return place_of(name, limit, as_days(today), percentile=share)


def connected(order, all_curves, lines, main=None, share=95.0):
    done = connect(order, all_curves, lines=lines, main=main, states=(STATE,), percentile=share)
    return {line: by_state[STATE] for line, by_state in done.items()}


def yes(connected_line):
    return [fit.id for fit in connected_line.fits if fit.fits]


def test_those_that_come_first_take_the_room_and_smaller_ones_still_fit():
    # 100 today, 200 allowed: a adds 60 (40 left), b 50 (10 over), c 40 (exactly full)
    order = on("L1", "a", "b", "c")
    all_curves = [
        curves("a", 0.0, uncontrolled=60.0),
        curves("b", 0.0, uncontrolled=50.0),
        curves("c", 0.0, uncontrolled=40.0),
    ]

    found = connected(order, all_curves, {"L1": place(200.0, 100.0)})["L1"]

    assert yes(found) == ["a", "c"]
    assert [fit.margin_kva for fit in found.fits] == [40.0, -10.0, 0.0]
    assert [fit.limited_by for fit in found.fits] == ["", "line", ""]
    assert found.first_over_id == "b"


def test_loads_at_different_times_share_a_line():
    # a adds 90 in the first slot, b 90 in the second: together 190 in neither
    order = on("L1", "a", "b")
    all_curves = [
        curves("a", [[0, 0]], uncontrolled=[[90, 0]]),
        curves("b", [[0, 0]], uncontrolled=[[0, 90]]),
    ]

    found = connected(order, all_curves, {"L1": place(190.0, 100.0)})["L1"]

    assert yes(found) == ["a", "b"]
    assert found.first_over_id == ""


def test_what_a_compound_draws_today_is_in_the_line_already():
    # the line carries 150 with the compound's 50; it goes up by 20 to 170
    order = on("L1", "a")
    all_curves = [curves("a", 50.0, uncontrolled=70.0)]

    found = connected(order, all_curves, {"L1": place(180.0, 150.0)})["L1"]

    assert found.fits[0].margin_kva == 10.0


def test_the_main_transformer_stops_compounds_of_all_its_lines():
    # each line has room for 100, the main transformer for 150: the third of 60 does not fit
    order = (*on("L1", "a"), *on("L2", "b"), *on("L1", "c"))
    all_curves = [curves(name, 0.0, uncontrolled=60.0) for name in "abc"]
    lines = {"L1": place(150.0, 0.0), "L2": place(100.0, 0.0)}

    found = connected(order, all_curves, lines, place(150.0, 0.0, "main_transformer"))

    assert yes(found["L1"]) == ["a"]
    assert yes(found["L2"]) == ["b"]
    # 180 on the main transformer is 30 too much; the line alone would still have 150 - 120 = 30
    assert found["L1"].fits[1].limited_by == "main_transformer"
    assert found["L1"].fits[1].margin_kva == -30.0
    assert found["L1"].first_over_id == ""


def test_of_two_limits_the_one_that_is_passed_further_is_named():
    # 60 on a line for 50 and a transformer for 30, then the other way round
    one = [curves("a", 0.0, uncontrolled=60.0)]

    for line, main, name in ((50.0, 30.0, "main_transformer"), (30.0, 50.0, "line")):
        places = {"L1": place(line, 0.0)}
        found = connected(on("L1", "a"), one, places, place(main, 0.0, "main_transformer"))
        assert (found["L1"].fits[0].limited_by, found["L1"].fits[0].margin_kva) == (name, -30.0)


def test_on_a_line_that_is_beyond_its_limit_only_what_adds_nothing_to_the_peak_fits():
    # 120 of 100 at the first slot; a adds to the second only, b to the peak
    order = on("L1", "a", "b")
    all_curves = [
        curves("a", [[0, 0]], uncontrolled=[[0, 50]]),
        curves("b", [[0, 0]], uncontrolled=[[1, 0]]),
    ]

    found = connected(order, all_curves, {"L1": place(100.0, [[120, 10]])})["L1"]

    assert yes(found) == ["a"]
    assert found.fits[0].margin_kva == -20.0
    assert found.first_over_id == ""  # it was beyond its limit before


def test_without_a_known_capacity_nobody_can_say_what_fits():
    order = on("L1", "a")

    found = connected(order, [curves("a", 0.0, uncontrolled=1e6)], {"L1": place(None, 0.0)})["L1"]

    assert [fit.fits for fit in found.fits] == [None]
    assert found.fits[0].margin_kva is None
    assert found.fits[0].limited_by == ""


def test_a_main_transformer_can_refuse_what_a_line_of_unknown_capacity_cannot_judge():
    # the main transformer takes 100: a leaves it 40, b would pass it by 20, c leaves it 10
    order = on("L1", "a", "b", "c")
    all_curves = [
        curves(name, 0.0, uncontrolled=kva)
        for name, kva in zip("abc", (60.0, 60.0, 30.0), strict=True)
    ]

    found = connected(
        order,
        all_curves,
        {"L1": place(None, 0.0)},
        main=place(100.0, 0.0, "main_transformer"),
    )["L1"]

    assert [fit.fits for fit in found.fits] == [None, False, None]
    assert [fit.margin_kva for fit in found.fits] == [40, -20, 10]


def test_a_compound_without_curves_has_no_turn():
    order = on("L1", "a", "b")

    found = connected(order, [curves("b", 0.0, uncontrolled=1.0)], {"L1": place(10.0, 0.0)})["L1"]

    assert [fit.id for fit in found.fits] == ["b"]


def test_a_day_in_twenty_may_pass_the_limit():
    # 20 days, 95 %: 19 days stay at 90, one goes to 150
    days = [[90.0]] * 19 + [[150.0]]
    order = on("L1", "a")
    all_curves = [curves("a", [[0.0]] * 20, uncontrolled=days)]

    at_95 = connected(order, all_curves, {"L1": place(100.0, 0.0)})["L1"]
    at_96 = connected(order, all_curves, {"L1": place(100.0, 0.0, share=96.0)}, share=96.0)["L1"]

    assert yes(at_95) == ["a"]
    assert yes(at_96) == []


@pytest.mark.parametrize("seed", range(8))
def test_the_turns_are_those_of_a_plain_loop_over_the_ranking(seed):
    # the same rule written down once more without the code: add, count days, keep or take back
    rng = np.random.default_rng(seed)
    n, share = 12, 90.0
    today = as_days(rng.uniform(0, 100, (20, 96)))
    additions = [as_days(rng.uniform(0, 60, (20, 96)) * rng.random()) for _ in range(n)]
    limit = counted_peak(today, share) + 100.0
    order = on("L1", *(f"c{k}" for k in range(n)))
    all_curves = [curves(f"c{k}", 0.0, uncontrolled=additions[k]) for k in range(n)]

    found = connected(order, all_curves, {"L1": place(limit, today, share=share)}, share=share)

    load, expected = today.copy(), []
    for k in range(n):
        if counted_peak(load + additions[k], share) <= limit:
            load = load + additions[k]
            expected.append(f"c{k}")
    assert yes(found["L1"]) == expected
    assert 0 < len(expected) < n


@pytest.mark.parametrize("seed", range(6))
def test_smallest_first_finds_nearly_as_many_as_any_choice(seed):
    # by trying all 2^8 subsets; the rule may miss one, and never counts too many
    rng = np.random.default_rng(seed)
    share = 90.0
    today = as_days(rng.uniform(0, 100, (10, 96)))
    additions = [as_days(rng.uniform(0, 60, (10, 96)) * rng.random()) for _ in range(8)]
    limit = counted_peak(today, share) + 90.0
    all_curves = [curves(f"c{k}", 0.0, uncontrolled=additions[k]) for k in range(8)]

    n = n_fit_smallest_first(
        place(limit, today, share=share), all_curves, states=(STATE,), percentile=share
    )

    most = most_that_fit(today, additions, limit, share)
    assert most - 1 <= n[STATE] <= most


def test_smallest_first_gets_more_connected_than_the_ranking():
    # 100 of room: ranked a (90) shuts out b, c, d (40, 30, 30), which fit together
    all_curves = [
        curves("a", 0.0, uncontrolled=90.0),
        curves("b", 0.0, uncontrolled=40.0),
        curves("c", 0.0, uncontrolled=30.0),
        curves("d", 0.0, uncontrolled=30.0),
    ]
    line = place(100.0, 0.0)

    ranked = connected(on("L1", *"abcd"), all_curves, {"L1": line})["L1"]
    smallest = n_fit_smallest_first(line, all_curves, states=(STATE,), percentile=95.0)

    assert yes(ranked) == ["a"]
    assert smallest[STATE] == 3


def test_an_offer_leaves_its_places_as_they_are():
    before = place(100.0, 80.0)

    _, after = offer("a", as_days(30.0), (before,), 95.0)

    assert after == (before,)
    assert before.load_kva.max() == 80.0


def test_states_are_connected_apart_from_each_other():
    managed = f"{LAST}/managed"
    one = curves("a", 0.0, uncontrolled=120.0, managed=60.0)

    done = connect(
        on("L1", "a"),
        [one],
        lines={"L1": place(100.0, 0.0)},
        main=None,
        states=(STATE, managed),
        percentile=95.0,
    )["L1"]

    assert [done[state].fits[0].fits for state in (STATE, managed)] == [False, True]
    assert TODAY not in done
