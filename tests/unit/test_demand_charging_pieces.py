"""Exact slot averages of constant pieces."""

from dataclasses import replace

import numpy as np
import pytest

from gridcalc.demand.charging.ebike import draw_sockets
from gridcalc.demand.charging.parameters import ebike_model, ev_model
from gridcalc.demand.charging.pieces import Pieces, exact_slot_means_kw, pieces_of, slot_means_kw
from gridcalc.demand.charging.private import draw_private
from gridcalc.policy import load_policy

POLICY = load_policy("national")
NO_THIRDS = np.array([False])
FIRST_ROW = np.array([0])


def one(start_h, end_h, p_kw=6.0):
    return Pieces(
        n_units=1,
        n_days=1,
        unit=np.array([0]),
        day=np.array([0]),
        start_h=np.array([start_h]),
        end_h=np.array([end_h]),
        p_kw=np.array([p_kw]),
    )


def curve(pieces, n_slots=96):
    return slot_means_kw(pieces, row=FIRST_ROW, thirds=NO_THIRDS, n_rows=1, n_slots=n_slots)[0, 0]


def cars(n_units=60, n_days=12):
    rng = np.random.default_rng(5)
    model = ev_model(POLICY, "winter")
    return pieces_of(draw_private(rng, model, p_kw=np.full(n_units, 7.0), n_days=n_days))


def sockets(n_units=60, n_days=12):
    rng = np.random.default_rng(6)
    return draw_sockets(rng, ebike_model(POLICY), p_kw=np.full(n_units, 0.2), n_days=n_days)


def by_broadcast(pieces, row, thirds, n_rows, n_slots):
    """Overlap of every piece with every slot of four clock days in a row, then folded."""
    begin = np.arange(4 * n_slots) * 24 / n_slots
    start, end = pieces.start_h[:, None] + 12, pieces.end_h[:, None] + 12
    overlap_h = np.minimum(end, begin + 24 / n_slots) - np.maximum(start, begin)
    power = pieces.p_kw[:, None] * np.maximum(overlap_h, 0) * n_slots / 24
    folded = power.reshape(-1, 4, n_slots).sum(axis=1)
    result = np.zeros((n_rows, pieces.n_days, n_slots))
    for piece, values in enumerate(folded):
        unit, day = pieces.unit[piece], pieces.day[piece]
        if row[unit] >= 0:
            share = 3 if thirds[unit] else 1
            result[row[unit] : row[unit] + share, day] += values / share
    return result


@pytest.mark.parametrize("n_slots", [96, 24, 1440])
@pytest.mark.parametrize("draw", [cars, sockets])
def test_slot_means_are_those_of_a_broadcast(draw, n_slots):
    pieces = draw()
    rng = np.random.default_rng(1)
    row, thirds = rng.integers(-1, 7, pieces.n_units), rng.random(pieces.n_units) < 0.3
    expected = by_broadcast(pieces, row, thirds, 9, n_slots)

    exact = exact_slot_means_kw(pieces, row=row, thirds=thirds, n_rows=9, n_slots=n_slots)
    single = slot_means_kw(pieces, row=row, thirds=thirds, n_rows=9, n_slots=n_slots)

    assert np.abs(exact - expected).max() < 1e-9
    assert single.dtype == np.float32
    # each of at most 20 additions of a row and slot rounds by 6e-8 of at most 100 kW
    assert np.abs(single - expected).max() < 20 * 6e-8 * 100


@pytest.mark.parametrize(
    ("start_h", "end_h", "expected"),
    [
        (6.0, 6.25, {72: 6.0}),  # 18:00 to 18:15
        (6.05, 6.2, {72: 3.6}),  # 9 of 15 minutes
        (6.2, 6.3, {72: 1.2, 73: 1.2}),  # 3 minutes on both sides of 18:15
        (11.75, 12.25, {95: 6.0, 0: 6.0}),  # around midnight
        (23.75, 24.25, {47: 6.0, 48: 6.0}),  # around noon: folded into the same day
        (6.0, 6.0, {}),  # no time, no energy
    ],
)
def test_a_piece_counts_for_the_time_it_covers(start_h, end_h, expected):
    found = curve(one(start_h, end_h))

    assert dict(zip(np.flatnonzero(found), found[found > 0], strict=True)) == pytest.approx(
        expected, rel=1e-6
    )


def test_a_piece_longer_than_a_day_counts_twice_where_it_overlaps_itself():
    found = curve(one(0.0, 25.0), n_slots=24)

    assert found.tolist() == [6.0] * 12 + [12.0] + [6.0] * 11


def test_no_energy_is_lost():
    pieces = cars()
    row = np.zeros(pieces.n_units, dtype=np.int64)

    means = exact_slot_means_kw(
        pieces, row=row, thirds=np.zeros(pieces.n_units, dtype=bool), n_rows=1
    )

    energy_kwh = (pieces.p_kw * (pieces.end_h - pieces.start_h)).sum()
    assert means.sum() / 4 == pytest.approx(energy_kwh, rel=1e-12)


def test_a_charge_is_one_piece_at_full_power():
    model = ev_model(POLICY, "summer")
    sessions = draw_private(np.random.default_rng(2), model, p_kw=np.full(9, 7.0), n_days=9)
    later = replace(sessions, start_h=sessions.start_h + 1.0)

    pieces = pieces_of(later)

    assert pieces.start_h.tolist() == later.start_h.tolist()
    assert (pieces.end_h - pieces.start_h) * 7.0 == pytest.approx(sessions.energy_kwh)


def test_units_that_are_not_connected_draw_nothing():
    pieces = cars()
    off = np.full(pieces.n_units, -1)

    means = slot_means_kw(pieces, row=off, thirds=np.ones(pieces.n_units, dtype=bool), n_rows=2)

    assert means.shape == (2, 12, 96)
    assert not means.any()


def test_three_phase_units_load_three_rows_equally():
    found = slot_means_kw(one(6.0, 7.0), row=np.array([1]), thirds=np.array([True]), n_rows=4)

    assert found[:, 0, 72].tolist() == [0.0, 2.0, 2.0, 2.0]


@pytest.mark.parametrize(("row", "thirds"), [(-2, False), (3, False), (1, True)])
def test_a_row_outside_the_result_is_a_programmers_error(row, thirds):
    with pytest.raises(ValueError, match="rows of units must lie in -1 to 2"):
        slot_means_kw(one(6.0, 7.0), row=np.array([row]), thirds=np.array([thirds]), n_rows=3)


def test_nothing_to_add_gives_zeros():
    pieces = cars(n_units=0)

    means = slot_means_kw(
        pieces, row=np.zeros(0, dtype=np.int64), thirds=np.zeros(0, dtype=bool), n_rows=2
    )

    assert means.shape == (2, 12, 96)
    assert not means.any()
