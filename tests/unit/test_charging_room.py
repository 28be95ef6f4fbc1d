"""What other loads leave under limits, against sums written out by hand."""

import numpy as np
import pytest

from gridcalc.demand.charging.room import Free, Rooms, Shaped, fill_rooms

NONE = np.zeros(0, dtype=np.int64)


def single(*values):
    return np.array(values, dtype=np.float32)


def rooms(s_max_kva, *, of_transformer=(), compensation_kvar=(), tan_target=0.0, power_factor=1.0):
    return Rooms(
        s_max_kva=single(*s_max_kva),
        of_transformer=np.array(of_transformer, dtype=np.int64).reshape(-1, 4),
        compensation_kvar=single(*compensation_kvar),
        tan_target=np.float32(tan_target),
        power_factor=np.float32(power_factor),
    )


def shaped(n_limits, p_kw=(), q_kvar=()):
    """Return loads of one curve 1, 2 and one day."""
    return Shaped(
        curves=single(1, 2).reshape(1, 2),
        p_kw=single(*(p_kw or [0] * n_limits)).reshape(1, n_limits, 1),
        q_kvar=single(*(q_kvar or [0] * n_limits)).reshape(1, n_limits, 1),
    )


def free(p_kw=((),), tan_phi=(), chain=()):
    """Return one row for each series, on one day, each in a group of its own."""
    n = len(tan_phi)
    return Free(
        p_kw=np.array(p_kw, dtype=np.float32).reshape(n, 1, 2),
        row=np.arange(n),
        first=np.arange(n + 1),
        tan_phi=single(*tan_phi),
        chain=np.array(chain, dtype=np.int64).reshape(n, -1 if n else 1),
    )


def left(rooms_, shaped_, free_):
    found = np.empty((len(rooms_.s_max_kva), 1, 2))
    fill_rooms(rooms_, shaped_, free_, found)
    return found[:, 0].tolist()


# By hand: 3 kW and 4 kvar are 5 kVA, twice that 10 kVA; of 12 kVA they leave 7 and 2.
def test_loads_with_a_curve_leave_the_rest():
    assert left(rooms([12]), shaped(1, [3], [4]), free()) == [[7.0, 2.0]]


# By hand: rows of 4 kW (tan 0.75) and 8 kW (tan 0) under one limit: hypot(12, 3) of 20 kVA; the
# second row alone under the other: 10 - 8.
def test_rows_count_against_every_limit_above_them():
    found = left(
        rooms([20, 10]),
        shaped(2),
        free([[4, 0], [8, 8]], (0.75, 0.0), [[0, -1], [1, 0]]),
    )

    assert found[0] == pytest.approx([20 - np.hypot(12, 3), 12], rel=1e-6)
    assert found[1] == pytest.approx([2, 2], rel=1e-6)


# By hand: 9 kvar at 12 kW; the target tan 0.25 leaves 3, 6 installed take all 6 of it, 3 only 3.
# The phases give up a third each: 3 kvar at 4 kW less 2 or 1.
@pytest.mark.parametrize(("installed", "total_kvar", "phase_kvar"), [(6, 3, 1), (3, 6, 2)])
def test_capacitors_take_off_what_the_target_asks_for(installed, total_kvar, phase_kvar):
    found = left(
        rooms(
            [20, 20, 20, 60],
            of_transformer=[0, 1, 2, 3],
            compensation_kvar=[installed],
            tan_target=0.25,
        ),
        shaped(4, [4, 4, 4, 12], [3, 3, 3, 9]),
        free(),
    )

    for limit in range(3):
        assert found[limit][0] == pytest.approx(20 - np.hypot(4, phase_kvar), rel=1e-6)
    assert found[3][0] == pytest.approx(60 - np.hypot(12, total_kvar), rel=1e-6)


# By hand: what is over its limit leaves less than nothing; chargers of power factor 0.5 get half.
def test_what_is_left_is_active_power_of_the_chargers():
    assert left(rooms([4], power_factor=0.5), shaped(1, [3], [4]), free()) == [[-0.5, -3.0]]


# A transformer no controlled car can reach has no limits here.
def test_transformers_out_of_reach_are_left_alone():
    found = left(
        rooms([9], of_transformer=[-1, -1, -1, -1], compensation_kvar=[5]),
        shaped(1, [3], [4]),
        free(),
    )

    assert found == [[4.0, -1.0]]
