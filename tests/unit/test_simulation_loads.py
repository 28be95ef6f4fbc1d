"""Loads of a block of days: no energy lost, limits kept, and who is controlled."""

from collections import Counter
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from gridcalc.demand.charging.participation import split
from gridcalc.simulation.days import draws_of, loads_of
from gridcalc.simulation.units import FREE_KINDS, PRIVATE, PUBLIC, SOCKET
from tests.unit.simulated_cases import (
    day_case,
    first_block,
    limit_numbers,
    loads_by_limit,
    node_loads,
    simulation,
)

SLOT_H = 0.25


@pytest.fixture
def tight(small):
    """Return a compound whose feeder F2 cannot carry all of its cars at once."""
    small["private_bays"] = [
        {"node": "CB1", "count": 150},
        {"node": "CB1", "count": 6, "charger_kw": 21, "phases": "three"},
        {"node": "MB1", "count": 12},
    ]
    small["lv_cables"][3]["type"] = "YJV22-0.6/1-4x70"
    return small


def rows_of(sim, kind):
    """Return the rows of a kind: kinds in order, three rows for each node."""
    first = 0
    for name in FREE_KINDS:
        n = len(sim.units[name].row_node)
        if name == kind:
            return slice(first, first + n)
        first += n
    raise KeyError(kind)


def energy_kwh(loads, rows):
    """Return energy by day. [kWh]."""
    return loads.free_p_kw[rows].astype(float).sum(axis=(0, 2)) * SLOT_H


def energy_of(sessions, connected, n_days=25):
    """Return requested energy by day of connected units, by a loop over the charges. [kWh]."""
    total = Counter()
    for unit, day, kwh in zip(sessions.unit, sessions.day, sessions.energy_kwh, strict=True):
        if connected[unit, 0]:
            total[int(day)] += kwh
    return np.array([total[day] for day in range(n_days)])


@pytest.mark.parametrize("charging", ["uncontrolled", "tou"])
@pytest.mark.parametrize("scenario", ["ev-20", "ev-100+ebike-50"])
def test_no_energy_of_connected_cars_is_lost(tight, case_of, charging, scenario):
    case = case_of(tight)
    sim = simulation(case)
    draws = draws_of(sim, 0)
    what = day_case(case, sim, scenario, charging)

    loads, service = loads_of(sim, what, draws, 0)

    wanted = energy_of(draws.private, what.connected[PRIVATE])
    assert energy_kwh(loads, rows_of(sim, PRIVATE)) == pytest.approx(wanted, rel=1e-5)
    wanted = energy_of(draws.public, what.connected[PUBLIC])
    assert energy_kwh(loads, rows_of(sim, PUBLIC)) == pytest.approx(wanted, rel=1e-5)
    assert service is None


def test_no_energy_of_connected_sockets_is_lost(tight, case_of):
    case = case_of(tight)
    sim = simulation(case)
    draws = draws_of(sim, 0)
    what = day_case(case, sim, "ebike-100")

    loads, _ = loads_of(sim, what, draws, 0)

    pieces = draws.sockets
    wanted = np.zeros(25)
    for k in range(len(pieces.unit)):
        if what.connected[SOCKET][pieces.unit[k], 0]:
            wanted[pieces.day[k]] += pieces.p_kw[k] * (pieces.end_h[k] - pieces.start_h[k])
    assert energy_kwh(loads, rows_of(sim, SOCKET)) == pytest.approx(wanted, rel=1e-5)


def test_only_connected_bays_draw_power_day_by_day(tight, case_of):
    # half of the bays on even days, the others on odd days
    case = case_of(tight)
    sim = simulation(case)
    draws = draws_of(sim, 0)
    n = sim.units[PRIVATE].n
    on = (np.arange(n)[:, None] + np.arange(25)[None, :]) % 2 == 0
    what = day_case(case, sim)
    what = replace(what, connected={**what.connected, PRIVATE: on})

    loads, _ = loads_of(sim, what, draws, 0)

    wanted = np.zeros(25)
    for unit, day, kwh in zip(
        draws.private.unit, draws.private.day, draws.private.energy_kwh, strict=True
    ):
        wanted[day] += kwh if on[unit, day] else 0.0
    assert energy_kwh(loads, rows_of(sim, PRIVATE)) == pytest.approx(wanted, rel=1e-5)


def test_timers_move_cars_and_nothing_else(tight, case_of):
    case = case_of(tight)
    sim = simulation(case)

    plain, timed = (first_block(case, sim, "ev-100", mode)[0] for mode in ("uncontrolled", "tou"))

    for kind in (PUBLIC, SOCKET):
        rows = rows_of(sim, kind)
        assert np.array_equal(plain.free_p_kw[rows], timed.free_p_kw[rows])
    private = [loads.free_p_kw[rows_of(sim, PRIVATE)].sum(axis=(0, 1)) for loads in (plain, timed)]
    # the valley tariff begins at 23:00; timers start within 10 minutes of it
    at_23 = slice(92, 95)
    assert private[1][at_23].sum() > 2 * private[0][at_23].sum()


def test_managed_cars_never_get_more_than_they_want(tight, case_of):
    tight["protection"] = [{"element": "F2", "kind": "fuse", "in_a": 50}]
    case = case_of(tight)
    sim = simulation(case)
    draws = draws_of(sim, 0)
    what = day_case(case, sim, "ev-100", "managed")

    loads, service = loads_of(sim, what, draws, 0)

    wanted = energy_of(draws.private, what.connected[PRIVATE])
    assert (energy_kwh(loads, rows_of(sim, PRIVATE)) <= wanted * (1 + 1e-5)).all()
    assert (service.delivered_kwh <= service.requested_kwh * (1 + 1e-9)).all()
    assert 0 < service.energy_share.min() < 1


def test_what_cars_draw_is_what_the_three_kinds_of_cars_get(tight, case_of):
    case = case_of(tight)
    sim = simulation(case)
    draws = draws_of(sim, 0)

    loads, service = loads_of(sim, day_case(case, sim, "ev-100", "managed"), draws, 0)

    _, alone, lost = split(draws.private, participation_share=0.8, lost_communication_share=0.02)
    own = energy_of(alone, np.ones((sim.units[PRIVATE].n, 1), dtype=bool))
    # 6 A at 219.4 V from arrival until full or gone
    floor_kw = 6 * 380 / 3**0.5 / 1000
    hours = np.minimum(lost.energy_kwh / floor_kw, lost.departure_h - lost.arrival_h)
    slow = np.bincount(lost.day, hours * floor_kw, minlength=25)
    drawn = energy_kwh(loads, rows_of(sim, PRIVATE))
    assert drawn == pytest.approx(service.delivered_kwh + own + slow, rel=1e-5)


def test_managed_loads_keep_every_limit_that_the_others_keep(tight, case_of):
    case = case_of(tight)
    sim = simulation(case)
    managed, _ = first_block(case, sim, "ev-100", "managed")
    nobody = simulation(case, participation_share=0.0)
    free, _ = first_block(case, nobody, "ev-100", "managed")

    n_nodes = case.site.network.n_nodes
    below = loads_by_limit(tight, case, node_loads(managed, n_nodes))
    uncontrolled = loads_by_limit(tight, case, node_loads(free, n_nodes))

    broken = 0
    for (element, phase), number in limit_numbers(tight, case, sim.orderly.limits).items():
        s_kva, limit = below[element, phase], sim.orderly.limits.s_max_kva[number]
        over = np.abs(uncontrolled[element, phase]) > limit
        broken += int(over.sum())
        # what is over the limit with control is over it without the controlled cars
        assert (np.abs(s_kva)[~over] <= limit * (1 + 1e-5)).all(), (element, phase)
    assert broken > 0  # or there was nothing to control


def test_with_nobody_taking_part_managed_is_uncontrolled(tight, case_of):
    case = case_of(tight)
    sim = simulation(case, participation_share=0.0)

    plain, _ = first_block(case, sim, "ev-100", "uncontrolled")
    managed, service = first_block(case, sim, "ev-100", "managed")

    assert np.array_equal(plain.free_p_kw, managed.free_p_kw)
    assert service.n_charges.sum() == 0
    assert service.energy_share.tolist() == [1.0] * 25


def test_a_larger_share_only_adds_cars_under_control(tight, case_of):
    case = case_of(tight)
    charges = []
    for share in (0.0, 0.3, 0.6, 0.8, 1.0):
        sim = simulation(case, participation_share=share)
        charges.append(first_block(case, sim, "ev-100", "managed")[1].n_charges)

    for fewer, more in pairwise(charges):
        assert (fewer <= more).all()
    # all but those without communication, about one in fifty
    n_all = np.bincount(draws_of(simulation(case), 0).private.day, minlength=25)
    assert charges[-1].sum() == pytest.approx(0.98 * n_all.sum(), rel=0.01)


def test_three_phase_chargers_load_their_phases_alike(small, case_of):
    small["private_bays"] = [{"node": "CB1", "count": 9, "charger_kw": 21, "phases": "three"}]
    case = case_of(small)
    sim = simulation(case)

    for charging in ("uncontrolled", "tou", "managed"):
        a, b, c = first_block(case, sim, "ev-100", charging)[0].free_p_kw[rows_of(sim, PRIVATE)]
        assert a.sum() > 0
        assert np.array_equal(a, b)
        assert np.array_equal(b, c)


def test_reactive_power_follows_the_power_factor_of_each_kind(tight, case_of):
    case = case_of(tight)
    sim = simulation(case)
    loads, _ = first_block(case, sim)

    # chargers 0.95, sockets 0.85 by the national pack
    for kind, power_factor in ((PRIVATE, 0.95), (PUBLIC, 0.95), (SOCKET, 0.85)):
        rows = rows_of(sim, kind)
        expected = np.sqrt(1 / power_factor**2 - 1)
        assert loads.free_tan_phi[rows] == pytest.approx(
            np.full(len(loads.free_tan_phi[rows]), expected)
        )
