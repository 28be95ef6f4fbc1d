"""Participation, lost communication, service and windows."""

from dataclasses import replace

import numpy as np
import pytest

from gridcalc.demand.charging.participation import fallback, split
from gridcalc.demand.charging.service import service
from gridcalc.demand.charging.windows import availability
from tests.unit.charging_cases import sessions

N = 200


def cars():
    rng = np.random.default_rng(1)
    return replace(sessions([6.0] * N, [19.0] * N, [10.0] * N), takes_part=rng.random(N))


def test_every_charge_is_in_one_part():
    parts = split(cars(), participation_share=0.8, lost_communication_share=0.1)

    assert sorted(np.concatenate([part.unit for part in parts])) == list(range(N))
    assert [len(part.unit) for part in parts] == pytest.approx([144, 40, 16], abs=15)


def test_a_larger_participation_only_adds_cars():
    low = split(cars(), participation_share=0.5, lost_communication_share=0.0)[0]
    high = split(cars(), participation_share=0.9, lost_communication_share=0.0)[0]

    assert set(low.unit) < set(high.unit)


def test_a_larger_loss_only_moves_cars_out_of_reach():
    few = split(cars(), participation_share=0.8, lost_communication_share=0.05)
    many = split(cars(), participation_share=0.8, lost_communication_share=0.3)

    assert set(few[2].unit) < set(many[2].unit)
    assert set(few[1].unit) == set(many[1].unit)


def test_the_ends_of_the_shares_are_nobody_and_everybody():
    nobody = split(cars(), participation_share=0.0, lost_communication_share=1.0)
    everybody = split(cars(), participation_share=1.0, lost_communication_share=1.0)

    assert [len(part.unit) for part in nobody] == [0, N, 0]
    assert [len(part.unit) for part in everybody] == [0, 0, N]


@pytest.mark.parametrize("name", ["participation_share", "lost_communication_share"])
def test_shares_outside_0_to_1_are_refused(name):
    shares = {"participation_share": 0.5, "lost_communication_share": 0.5, name: 1.2}

    with pytest.raises(ValueError, match=f"{name} is 1.2, not between 0 and 1"):
        split(cars(), **shares)


def test_a_car_out_of_reach_draws_the_default_until_full_or_gone():
    # 13 h at 1.3 kW are 16.9 kWh: the first is full after 10 h, the second leaves before.
    pieces = fallback(sessions([6.0, 6.0], [19.0, 19.0], [13.0, 30.0]), 1.3)

    assert pieces.end_h == pytest.approx([16.0, 19.0])
    assert (pieces.end_h - pieces.start_h) * pieces.p_kw == pytest.approx([13.0, 16.9])


def test_a_small_charger_draws_its_own_power():
    pieces = fallback(sessions([6.0], [19.0], [2.0], p_kw=1.0), 1.3)

    assert pieces.p_kw.tolist() == [1.0]
    assert pieces.end_h.tolist() == [8.0]


def test_a_default_of_zero_stops_the_car():
    pieces = fallback(sessions([6.0], [19.0], [2.0]), 0.0)

    assert pieces.p_kw.tolist() == [0.0]
    assert pieces.end_h.tolist() == [19.0]


def test_service_is_counted_day_by_day():
    # Day 0: 10 of 10 and 4.95 of 5 kWh (99 %); day 2: 2 of 8 kWh; nobody on day 1.
    days = sessions([6.0] * 3, [19.0] * 3, [10, 5, 8], day=[0, 0, 2], n_days=3)

    done = service(days, np.array([10, 4.95, 2.0]))

    assert done.n_charges.tolist() == [2, 0, 1]
    assert done.requested_kwh.tolist() == [15, 0, 8]
    assert done.energy_share == pytest.approx([14.95 / 15, 1, 0.25])
    assert done.full_share == pytest.approx([1, 1, 0])
    assert done.worst_share == pytest.approx([0.99, 1, 0.25])


def test_the_worst_hundredth_of_200_charges_is_the_second_worst():
    delivered = np.full(N, 10.0)
    delivered[[17, 60]] = [3.0, 6.0]

    assert service(cars(), delivered).worst_share.tolist() == [0.6]


def test_a_window_over_noon_counts_in_its_clock_slots():
    # 11:30 to 12:15 in slots of half an hour: slot 23 in full, slot 24 by half.
    share = availability(np.array([23.5]), np.array([24.25]), 48)[0]

    assert share[22:26].tolist() == [0, 1, 0.5, 0]
    assert share.sum() == 1.5


def test_a_window_may_end_where_it_began_a_day_later():
    # 8:06 to 8:00 the next day: all slots in full, but 9 of 15 min in the slot of 8:00.
    share = availability(np.array([20.1]), np.array([44.0]), 96)[0]

    assert share[32] == pytest.approx(0.6)
    assert np.delete(share, 32) == pytest.approx(np.ones(95))
