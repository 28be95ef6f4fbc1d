"""Reading days: order statistics by hand, failed days as the worst, and the interval."""

import numpy as np
import pytest
from scipy.stats import binom

from gridcalc.checks.case import scenario_units
from gridcalc.checks.simulated import evaluate_days
from gridcalc.demand.scenario import parse_scenario
from gridcalc.simulation.days import SimulatedDays
from gridcalc.simulation.results import DayStatistics, statistics
from tests.unit.simulated_cases import days_of, nth_smallest, simulation


def reading(n, percentile, failed=()):
    """Return how to read n days of which some have no solution."""
    mask = np.zeros(n, dtype=bool)
    mask[list(failed)] = True
    return DayStatistics(percentile=percentile, failed=mask)


VALUES = np.array([30.0, 10.0, 20.0, 50.0, 40.0])


@pytest.mark.parametrize(
    ("percentile", "highest", "lowest"),
    # by hand: of five days, 60 % are three, 61 % are four; lowest counts from the top
    [(20, 10, 50), (60, 30, 30), (61, 40, 20), (80, 40, 20), (95, 50, 10), (100, 50, 10)],
)
def test_the_reported_day_is_counted_off(percentile, highest, lowest):
    days = reading(5, percentile)

    assert days.highest(VALUES) == highest
    assert days.lowest(VALUES) == lowest


def test_days_without_a_solution_count_as_the_worst():
    # 50 and 40 fail although their values look harmless: three of five remain
    values = np.array([30.0, 10.0, 20.0, 0.0, 0.0])
    days = reading(5, 60, failed=(3, 4))

    assert days.n_failed == 2
    assert days.highest(values) == 30
    assert days.lowest(values) == 10


@pytest.mark.parametrize(
    ("n", "percentile", "n_failed", "known"),
    # 95 % of 100 days are 95, so five may fail; of 25 days 24, so one may; of 1000 days 50
    [
        (100, 95, 5, True),
        (100, 95, 6, False),
        (25, 95, 1, True),
        (25, 95, 2, False),
        (1000, 95, 50, True),
        (1000, 95, 51, False),
        (10, 100, 0, True),
        (10, 100, 1, False),
        (1, 95, 0, True),
        (1, 95, 1, False),
    ],
)
def test_a_value_is_known_while_the_percentile_falls_on_a_solved_day(
    n, percentile, n_failed, known
):
    days = reading(n, percentile, failed=range(n_failed))

    assert days.has_values is known
    assert np.isfinite(days.highest(np.ones(n))) == known


def test_every_column_is_read_by_itself():
    values = np.stack([VALUES, VALUES[::-1] + 1], axis=1)

    assert reading(5, 80).highest(values).tolist() == [40, 41]
    assert reading(5, 80).lowest(values[:, :, None]).tolist() == [[20], [21]]


def test_the_interval_stands_at_ranks_by_hand():
    # n p = 95, 1.96 sqrt(100 · 0.95 · 0.05) = 4.27: ranks 90 and 100
    values = np.arange(1.0, 101.0)

    assert reading(100, 95).interval(values[::-1]) == (90, 100)


def test_the_interval_covers_the_percentile_as_often_as_it_says():
    # oracle: the binomial probability that the percentile lies between ranks r and s
    n, p = 1000, 0.95
    low, high = reading(n, 95).interval(np.arange(1.0, n + 1))

    coverage = binom.cdf(high - 1, n, p) - binom.cdf(low - 1, n, p)
    assert 0.945 < coverage < 0.97


def test_the_interval_contains_the_value_and_no_failed_day():
    for n_failed in (0, 1, 2):
        days = reading(40, 95, failed=range(n_failed))
        values = np.arange(1.0, 41.0)
        low, high = days.interval(values)
        assert low <= days.highest(values) <= 40
        assert high is None  # 40 days cannot bound the 95th percentile from above


def test_too_many_failed_days_leave_no_upper_end():
    # of 100 days the upper end is the 100th; one failed day takes it away
    values = np.arange(1.0, 101.0)

    assert reading(100, 95).interval(values)[1] == 100
    assert reading(100, 95, failed=range(1)).interval(values)[1] is None


def test_results_of_elements_are_read_from_the_days(small, case_of):
    case = case_of(small)
    sim = simulation(case, n_days=40)
    done = days_of(case, sim)
    n_units = scenario_units(case, parse_scenario("ev-100"))

    facts = evaluate_days(case, parse_scenario("ev-100"), n_units, sim, done, s_today_kva={})

    results, (row,) = done.results, facts.transformers
    peaks = results.s_trafo_kva[:, :, 0].max(axis=1)
    assert row.s_peak_kva == pytest.approx(nth_smallest(peaks, 0.95))
    assert row.loading_percent == pytest.approx(100 * row.s_peak_kva / 630)
    assert row.loading_low_percent <= row.loading_percent
    assert row.loading_high_percent is None
    phase = [nth_smallest(results.s_trafo_phase_max_kva[:, 0, x], 0.95) for x in range(3)]
    assert row.loading_phase_percent == pytest.approx([100 * kva / 210 for kva in phase])
    above = (results.s_trafo_kva[:, :, 0] > 0.8 * 630).sum(axis=1) / 4
    assert row.above_80_percent_h == nth_smallest(above, 0.95)
    k = case.site.network.cables.ids.index("F2")
    branch = next(b for b in facts.branches if b.id == "F2")
    assert branch.i_max_a == pytest.approx(nth_smallest(results.i_max_a[:, k].max(axis=1), 0.95))
    assert branch.i_neutral_a == pytest.approx(nth_smallest(results.i_neutral_max_a[:, k], 0.95))
    i = case.site.network.node_index()["CB1"]
    node = next(n for n in facts.nodes if n.id == "CB1")
    assert node.vm_min_pu == pytest.approx(
        -nth_smallest(-results.vm_min_pu[:, i].min(axis=1), 0.95)
    )
    assert facts.mv.s_peak_kva == pytest.approx(nth_smallest(results.s_total_max_kva, 0.95))
    assert (facts.method, facts.season, facts.days.n_days) == ("stochastic", "summer", 40)


def test_more_failed_days_than_the_percentile_leaves_out_are_a_failed_level(small, case_of):
    case = case_of(small)
    sim = simulation(case)
    done = days_of(case, sim, "today")
    n_units = scenario_units(case, parse_scenario("today"))

    for n_failed, known in ((1, True), (2, False)):
        done.results.solved[:n_failed, 80] = False
        marked = SimulatedDays(case=done.case, results=done.results, service=None)
        facts = evaluate_days(case, parse_scenario("today"), n_units, sim, marked, s_today_kva=None)
        assert facts.days.n_unsolved == n_failed
        assert bool(facts.transformers) is bool(facts.nodes) is known
        assert facts.failed_levels == (() if known else ("days",))
        assert bool(facts.days.hot_spots) is known
    assert not statistics(done.results, 95).has_values
