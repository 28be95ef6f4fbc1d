"""Works by year: against trying every choice, and by hand."""

from itertools import product
from random import Random

import pytest

from gridcalc.city.summary.entries import entry_of
from gridcalc.city.summary.knapsack import buy, filled
from gridcalc.city.summary.knapsack_program import relaxed_shares
from gridcalc.city.summary.purchase import Purchase, free_by_year, spent_by_year, worth
from gridcalc.city.summary.ranking import ranked
from gridcalc.city.summary.year_plan import plan_years
from gridcalc.city.summary.year_records import Budget
from tests.unit.city_summary_cases import plan, planned, result


def of(costs, values, *, money=100, n_years=1, carries_over=False):
    return Purchase(
        costs=tuple(costs),
        values=tuple(values),
        money=money,
        n_years=n_years,
        carries_over=carries_over,
    )


def can_be_paid(choice, purchase):
    """Add up year by year what is spent against what has come in; written apart from the code."""
    purse = 0
    for year in range(purchase.n_years):
        purse = (purse if purchase.carries_over else 0) + purchase.money
        purse -= sum(c for c, y in zip(purchase.costs, choice, strict=True) if y == year)
        if purse < 0:
            return False
    return True


def most_that_can_be_bought(purchase):
    """Try every choice; a thing bought in year t of N counts N - t times."""
    choices = product([None, *range(purchase.n_years)], repeat=len(purchase.costs))
    return max(
        sum(
            value * (purchase.n_years - year)
            for value, year in zip(purchase.values, choice, strict=True)
            if year is not None
        )
        for choice in choices
        if can_be_paid(choice, purchase)
    )


def random_purchase(seed):
    draw = Random(seed)
    n, n_years = draw.randint(1, 6), draw.randint(1, 3)
    return of(
        [draw.randint(0, 100) for _ in range(n)],
        [draw.randint(0, 30) for _ in range(n)],
        money=draw.randint(1, 150),
        n_years=n_years,
        carries_over=draw.random() < 0.5,
    )


@pytest.mark.parametrize("seed", range(60))
def test_the_best_choice_is_that_of_trying_all(seed):
    purchase = random_purchase(seed)

    found = buy(purchase)

    assert found.worth == most_that_can_be_bought(purchase)
    assert found.bound == found.worth
    assert worth(found.choice, purchase) == found.worth
    assert can_be_paid(found.choice, purchase)


def test_the_simple_rule_is_beaten_somewhere():
    found = [buy(random_purchase(seed)) for seed in range(60)]

    assert any(row.greedy_worth < row.worth for row in found)
    assert all(row.greedy_worth <= row.worth for row in found)


@pytest.mark.parametrize("carries_over", [False, True])
def test_a_large_choice_is_bounded_and_close_to_the_bound(carries_over):
    draw = Random(7)
    purchase = of(
        [draw.randint(100, 9000) for _ in range(2000)],
        [draw.randint(1, 600) for _ in range(2000)],
        money=200_000,
        n_years=5,
        carries_over=carries_over,
    )

    found = buy(purchase)

    assert can_be_paid(found.choice, purchase)
    assert found.greedy_worth <= found.worth <= found.bound
    assert found.bound <= 1.001 * found.worth


def test_parts_of_things_are_worth_at_least_what_whole_things_are():
    purchase = of([60, 50, 50], [7, 5, 5])

    # By hand: 60 for 7, then 40 of 50 for 4 of 5: 11.
    assert relaxed_shares(purchase).bound == 11


def test_by_hand_two_small_things_beat_one_large_one():
    assert filled((None,) * 3, of([60, 50, 50], [7, 5, 5])) == (0, None, None)
    assert buy(of([60, 50, 50], [7, 5, 5])).choice == (None, 0, 0)


def test_the_simple_rule_spends_to_the_last_fen():
    assert filled((None,) * 2, of([60, 40], [7, 4])) == (0, 0)


def test_by_hand_money_that_carries_over_buys_what_a_year_cannot():
    # 150 is two years' money less 50; it comes in the second year, worth 9 once.
    assert buy(of([150], [9], n_years=2)).choice == (None,)
    assert buy(of([150], [9], n_years=2, carries_over=True)).choice == (1,)


def test_money_that_a_later_year_needs_is_not_free():
    purchase = of([150, 60], [9, 1], n_years=2, carries_over=True)

    assert free_by_year((1, None), purchase) == [50, 50]
    assert spent_by_year((1, None), purchase) == [0, 150]
    assert free_by_year((1, 0), purchase) == [-10, -10]


def test_money_for_everything_buys_everything_at_once():
    purchase = of([60, 50], [2_000_000, 3_000_001], money=110, n_years=5)

    assert buy(purchase).choice == (0, 0)
    assert buy(purchase).bound == 5 * 5_000_001


def test_without_money_only_what_is_free_is_bought():
    assert buy(of([0, 1], [3, 3], money=0)).choice == (0, None)


def test_nothing_to_buy_is_worth_nothing():
    assert buy(of([], [])).bound == 0


def entries():
    """Return four compounds, yuan and chargers: 600 for 60, 500 for 40, 400 for 20, 2000 for 90."""
    rows = ((2, 600.0, 60), (3, 500.0, 40), (4, 400.0, 20), (5, 2000.0, 90))
    return ranked(planned(no, cost, n) for no, cost, n in rows)


def test_years_are_filled_by_hand():
    # 1000 a year: c2 and c4 (60 + 20), then c3 (40): 2 * 80 + 40 = 200. c2, then c3 and c4 is
    # worth 2 * 60 + 60 = 180; c3 and c4 first, then c2: 2 * 60 + 60 = 180.
    found = plan_years(entries(), Budget(yuan_per_year=1000.0, n_years=2, start_year=2026))

    assert [[e.id for e in year.entries] for year in found.years] == [["c2", "c4"], ["c3"]]
    assert [found.year(year) for year in found.years] == [2026, 2027]
    assert [year.spent_yuan for year in found.years] == [1000.0, 500.0]
    assert [year.left_yuan for year in found.years] == [0.0, 500.0]
    assert [year.n_enabled_so_far for year in found.years] == [80, 120]
    assert (found.charger_years, found.bound_charger_years, found.gap_percent) == (200, 200, 0.0)
    assert (found.n_enabled, found.spent_yuan) == (120, 1500.0)
    assert [(row.entry.id, row.reason) for row in found.later] == [("c5", "too_dear")]
    assert found.min_years_for_all is None


def test_what_is_left_goes_to_the_next_year_where_it_may():
    # 1500 have come in after two years and 3000 after four: all compounds together cost 3500.
    budget = Budget(yuan_per_year=750.0, n_years=4, carries_over=True)

    found = plan_years(entries(), budget)

    assert [year.carried_yuan for year in found.years] == [
        0.0,
        *(year.left_yuan for year in found.years[:-1]),
    ]
    assert [(row.entry.id, row.reason) for row in found.later] == [("c5", "horizon")]
    # 3500 / 750 = 4.7
    assert found.min_years_for_all == 5


def test_years_without_a_first_one_are_numbered():
    found = plan_years(entries(), Budget(yuan_per_year=1.0, n_years=2))

    assert [found.year(year) for year in found.years] == [1, 2]


def test_the_budget_of_one_payer_pays_its_part_only():
    shared = plan(900.0, payers={"utility": 300.0, "owners": 600.0})
    others = plan(900.0, payers={"owners": 900.0})
    rows = ranked(
        entry_of(result(no, n_max_uncontrolled=0, plan=works))
        for no, works in ((2, shared), (3, others))
    )

    found = plan_years(rows, Budget(yuan_per_year=300.0, n_years=1, payer="utility"))

    (year,) = found.years
    assert [entry.id for entry in year.entries] == ["c2", "c3"]
    assert (year.spent_yuan, year.left_yuan, year.cost_yuan) == (300.0, 0.0, 1800.0)


def test_works_that_enable_no_charger_are_named_and_cost_nothing():
    useless = entry_of(result(2, n_max_uncontrolled=50, plan=plan(100.0)))

    found = plan_years([useless], Budget(yuan_per_year=1000.0, n_years=1))

    assert [row.reason for row in found.later] == ["no_charger"]
    assert found.spent_yuan == 0.0


def test_control_that_costs_nothing_is_done_in_the_first_year():
    free = entry_of(result(2, "ready_managed", n_max_uncontrolled=20, plan=plan(0.0)))

    found = plan_years([free], Budget(yuan_per_year=1.0, n_years=3))

    assert [year.n_enabled for year in found.years] == [30, 0, 0]
    assert found.min_years_for_all is None


def test_compounds_without_a_priced_plan_are_counted():
    rows = [entry_of(result(2)), entry_of(result(3, "ready")), entry_of(result(4, "no_solution"))]

    found = plan_years(rows, Budget(yuan_per_year=1.0, n_years=1))

    assert (found.n_unpriced, found.later, found.charger_years) == (1, (), 0)


def test_a_larger_budget_is_never_worth_less():
    draw = Random(3)
    rows = ranked(
        planned(no, float(draw.randint(50, 900)), draw.randint(1, 80)) for no in range(25)
    )

    values = [
        plan_years(rows, Budget(yuan_per_year=yuan, n_years=3)).charger_years
        for yuan in (100.0, 400.0, 1600.0, 6400.0)
    ]

    assert values == sorted(values)
    assert values[0] < values[-1]


def test_the_same_question_has_the_same_plan():
    rows = ranked(planned(no, 100.0 + no, 40 + no % 7) for no in range(12))
    budget = Budget(yuan_per_year=300.0, n_years=2)

    assert plan_years(rows, budget) == plan_years(rows, budget)
