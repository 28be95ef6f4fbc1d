"""Which phase each unit hangs on, and in which order chargers are added."""

import itertools

import numpy as np
import pytest

from gridcalc.demand.phases import build_out, first_units, round_robin, rounded_shares


@pytest.mark.parametrize(
    ("count", "start", "expected"),
    [
        (0, 0, (0, 0, 0)),
        (1, 0, (1, 0, 0)),
        (1, 2, (0, 0, 1)),
        (2, 2, (1, 0, 1)),
        (3, 1, (1, 1, 1)),
        (7, 1, (2, 3, 2)),
    ],
)
def test_round_robin_deals_units_out_from_a_phase(count, start, expected):
    assert round_robin(count, start) == expected


@pytest.mark.parametrize(
    ("n", "expected"),
    [
        (0, (0, 0, 0)),
        (1, (0, 1, 0)),
        (2, (0, 1, 1)),
        (3, (1, 1, 1)),
        (4, (1, 2, 1)),
        (5, (2, 2, 1)),
    ],
)
def test_first_units_are_dealt_out_while_a_phase_has_any_left(n, expected):
    # counts (4, 2, 1) from phase b: b c a, b - a, - - a, - - a; by hand
    assert first_units((4, 2, 1), n=n, start=1) == expected


def test_more_units_than_there_are_means_all_of_them():
    assert first_units((4, 2, 1), n=99, start=1) == (4, 2, 1)


def test_one_unit_more_adds_one_to_one_phase_and_takes_none_away():
    for counts in itertools.product(range(4), repeat=3):
        for start in range(3):
            steps = [first_units(counts, n, start) for n in range(sum(counts) + 1)]
            for before, after in itertools.pairwise(steps):
                grown = np.array(after) - np.array(before)
                assert grown.sum() == 1
                assert grown.min() == 0


def test_round_robin_and_first_units_agree():
    for n, start in itertools.product(range(10), range(3)):
        assert first_units(round_robin(9, start), n, start) == round_robin(n, start)


def build(today, total, n):
    return build_out(np.array(today), np.array(total), n).tolist()


def test_chargers_are_added_evenly_over_the_boxes():
    # 30 of 60 bays in boxes of 10, 20 and 30: half of each box, by hand
    assert build([0, 0, 0], [10, 20, 30], 30) == [5, 10, 15]


def test_chargers_of_today_stay_and_count():
    assert build([4, 0], [4, 4], 4) == [4, 0]
    assert build([4, 0], [4, 4], 5) == [4, 1]


def test_a_stage_below_today_is_today_and_one_above_all_is_all():
    assert build([2, 1], [4, 4], 0) == [2, 1]
    assert build([2, 1], [4, 4], 99) == [4, 4]


def test_a_later_stage_only_adds():
    rng = np.random.default_rng(1)
    for _ in range(20):
        total = rng.integers(0, 9, size=5)
        today = rng.integers(0, total + 1)
        stages = [build_out(today, total, n) for n in range(int(total.sum()) + 1)]
        for n, (before, after) in enumerate(itertools.pairwise(stages)):
            assert (after >= before).all()
            assert after.sum() == max(n + 1, today.sum())
        assert (stages[0] == today).all()
        assert (stages[-1] == total).all()


def test_the_first_chargers_of_equal_boxes_do_not_crowd_in_the_first_boxes():
    # twelve equal boxes of four transformers in a row: four chargers reach three of them or more
    total = np.full(12, 12)

    units = build_out(np.zeros(12, dtype=np.int64), total, 4)

    assert len({box // 3 for box in np.flatnonzero(units)}) >= 3


def test_shares_make_whole_chargers_on_the_total():
    # eight boxes of nine bays, 5 %: 3.6 chargers in all, rounded to 4 and not 8 times 0
    today = rounded_shares(np.full(8, 0.45))

    assert today.sum() == 4
    assert today.max() == 1
