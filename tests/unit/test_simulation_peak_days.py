"""Percentiles of simulated days as arrays: the same numbers as the days themselves give."""

from dataclasses import fields, replace

import numpy as np
import pytest

from gridcalc.simulation.days import simulate_days
from gridcalc.simulation.peak_days import SocketDays, peak_days
from gridcalc.simulation.peaks import Peaks
from gridcalc.simulation.settings import SEASONS
from tests.unit.simulated_cases import (
    day_case,
    first_block,
    node_loads,
    nth_smallest,
    simulation,
)

MODES = ("uncontrolled", "tou", "managed")


def by_counting(values, *, lowest=False):
    """Return the 95th percentile of each column, from the definition; days are the rows."""
    sign = -1 if lowest else 1
    columns = values.reshape(len(values), -1).T
    found = [sign * nth_smallest(sign * column, 0.95) for column in columns]
    return np.array(found).reshape(values.shape[1:])


# Expected: the arrays of every day, ranked one by one in pure Python.
@pytest.mark.parametrize("charging", MODES)
def test_peaks_are_percentiles_of_the_days(small, case_of, charging):
    case = case_of(small)
    sim = simulation(case, n_days=40)
    what = day_case(case, sim, "ev-100", charging)

    (found,) = peak_days(sim, [what])
    (days,) = simulate_days(sim, [what])

    results = days.results
    expected = {
        "vm_min_pu": by_counting(results.vm_min_pu.min(axis=2), lowest=True),
        "vm_line_min_pu": by_counting(results.vm_line_min_pu, lowest=True),
        "unbalance_percent": by_counting(results.unbalance_max_percent),
        "i_max_a": by_counting(results.i_max_a.max(axis=2)),
        "i_phase_a": by_counting(results.i_max_a),
        "i_neutral_a": by_counting(results.i_neutral_max_a),
        "s_trafo_kva": by_counting(results.s_trafo_kva.max(axis=1)),
        "s_trafo_phase_kva": by_counting(results.s_trafo_phase_max_kva),
        "p_trafo_kw": by_counting(results.p_trafo_max_kw),
        "s_source_kva": by_counting(results.s_source_max_kva),
        "s_total_kva": by_counting(results.s_total_max_kva),
        "p_total_kw": by_counting(results.p_total_max_kw),
        "p_loss_kw": by_counting(results.p_loss_max_kw),
    }
    assert set(expected) == {field.name for field in fields(Peaks)}
    for name, value in expected.items():
        np.testing.assert_array_equal(getattr(found.peaks, name), value, err_msg=name)
    assert (found.case, found.n_days, found.n_unsolved) == (what, 40, 0)


def test_the_service_of_controlled_cars_is_that_of_the_days(small, case_of):
    case = case_of(small)
    sim = simulation(case, n_days=30)
    cases = [day_case(case, sim, "ev-100", mode) for mode in ("managed", "tou")]

    managed, alone = peak_days(sim, cases)

    (days,) = simulate_days(sim, cases[:1])
    assert managed.service.energy_share.tobytes() == days.service.energy_share.tobytes()
    assert alone.service is None


def test_cases_that_share_series_do_not_touch_each_other(small, case_of):
    case = case_of(small)
    sim = simulation(case, n_days=30)
    cases = [
        day_case(case, sim, scenario, mode)
        for scenario in ("today", "ev-100", "ev-100+ebike-50")
        for mode in MODES
    ]

    together = peak_days(sim, cases)

    for what, found in zip(cases, together, strict=True):
        (alone,) = peak_days(sim, [what])
        assert found.case is what
        assert found.load_kw.tobytes() == alone.load_kw.tobytes()
        for field in fields(Peaks):
            one, other = (np.asarray(getattr(row.peaks, field.name)) for row in (found, alone))
            assert one.tobytes() == other.tobytes(), field.name


# Expected: loads added up row by row, without the code under test.
def test_load_is_that_of_all_nodes(small, case_of):
    case = case_of(small)
    sim = simulation(case)

    (found,) = peak_days(sim, [day_case(case, sim, "ev-100", "managed")])

    loads, _ = first_block(case, sim, "ev-100", "managed")
    expected = node_loads(loads, case.site.network.n_nodes).real.sum(axis=(0, 1))
    np.testing.assert_allclose(found.load_kw, expected, rtol=1e-6)


def test_more_failed_days_than_the_percentile_leaves_out_have_no_peaks(small, case_of):
    case = case_of(small)
    sim = simulation(case)  # 25 days: one of them may fail at 95 %

    def failing(n_failed):
        def solve(loads):
            results = sim.solver(loads)
            results.solved[:n_failed, 80] = False
            return results

        return replace(sim, solver=solve)

    what = day_case(case, sim, "today")
    (one,) = peak_days(failing(1), [what])
    (two,) = peak_days(failing(2), [what])

    assert (one.n_unsolved, two.n_unsolved) == (1, 2)
    assert one.peaks is not None
    assert two.peaks is None


# Expected: the same season with nothing known before; sockets do not depend on the season.
def test_what_sockets_drew_in_summer_changes_nothing_in_winter(small, case_of):
    case = case_of(small)
    summer, winter = (simulation(case, n_days=30, season=season) for season in SEASONS)
    whats = [day_case(case, winter, name, "uncontrolled") for name in ("today", "ev-100+ebike-50")]
    sockets: SocketDays = {}

    peak_days(summer, whats, sockets)
    after = peak_days(winter, whats, sockets)
    alone = peak_days(winter, whats)

    assert set(sockets) == {0, 25}
    for one, other in zip(after, alone, strict=True):
        assert one.load_kw.tobytes() == other.load_kw.tobytes()
        for field in fields(Peaks):
            np.testing.assert_array_equal(
                getattr(one.peaks, field.name), getattr(other.peaks, field.name)
            )
