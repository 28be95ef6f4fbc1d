"""Which compounds get their works in which year, so that a budget brings most chargers soonest."""

from collections.abc import Iterable, Sequence

from gridcalc.city.summary.knapsack import buy
from gridcalc.city.summary.purchase import Bought, Purchase, spent_by_year
from gridcalc.city.summary.records import CityEntry
from gridcalc.city.summary.year_records import Budget, Later, LaterReason, YearPlan, YearWorks
from gridcalc.units import FEN_PER_YUAN, PERCENT


def plan_years(ranking: Sequence[CityEntry], budget: Budget) -> YearPlan:
    """Return the works of each year that bring the most charger-years for a budget.

    A compound is done whole and in one year. A charger that becomes possible in the first of N
    years counts N times, one in the last year once. Works that cost this budget nothing are done
    in the first year. What a year leaves is lost unless the budget carries over.

    Parameters
    ----------
    ranking
        The compounds, best first; their order is kept within a year.
    budget
        What may be spent.

    Returns
    -------
    YearPlan
        With a bound that no plan can pass.
    """
    planned = [entry for entry in ranking if entry.has_works or entry.n_enabled]
    at_once = _fen(budget.yuan_per_year) * (budget.n_years if budget.carries_over else 1)
    wanted = [e for e in planned if e.n_enabled and cost_fen(e, budget) <= at_once]
    purchase = Purchase(
        costs=tuple(cost_fen(entry, budget) for entry in wanted),
        values=tuple(entry.n_enabled or 0 for entry in wanted),
        money=_fen(budget.yuan_per_year),
        n_years=budget.n_years,
        carries_over=budget.carries_over,
    )
    bought = buy(purchase)
    done = {e.row for e, t in zip(wanted, bought.choice, strict=True) if t is not None}
    return YearPlan(
        budget=budget,
        years=_years(wanted, purchase, bought),
        later=tuple(
            Later(entry=entry, reason=_reason(entry, cost_fen(entry, budget), at_once))
            for entry in planned
            if entry.row not in done
        ),
        charger_years=bought.worth,
        bound_charger_years=bought.bound,
        greedy_charger_years=bought.greedy_worth,
        gap_percent=PERCENT * (bought.bound - bought.worth) / max(bought.bound, 1),
        n_unpriced=sum(_needs_a_plan(entry) for entry in ranking),
        min_years_for_all=_min_years(planned, budget, at_once),
    )


def cost_fen(entry: CityEntry, budget: Budget) -> int:
    """Return what a compound costs this budget: all of its plan, or the part of one payer."""
    if budget.payer is None:
        return entry.cost_fen or 0
    return sum(fen for payer, fen in entry.payers_fen if payer == budget.payer)


def _years(
    wanted: Sequence[CityEntry], purchase: Purchase, bought: Bought
) -> tuple[YearWorks, ...]:
    spent = spent_by_year(bought.choice, purchase)
    found: list[YearWorks] = []
    carried, so_far = 0, 0
    for t in range(purchase.n_years):
        entries = tuple(e for e, year in zip(wanted, bought.choice, strict=True) if year == t)
        n_enabled = sum(entry.n_enabled or 0 for entry in entries)
        so_far += n_enabled
        left = carried + purchase.money - spent[t]
        found.append(
            YearWorks(
                no=t + 1,
                entries=entries,
                carried_yuan=carried / FEN_PER_YUAN,
                spent_yuan=spent[t] / FEN_PER_YUAN,
                left_yuan=left / FEN_PER_YUAN,
                cost_yuan=sum(entry.cost_fen or 0 for entry in entries) / FEN_PER_YUAN,
                n_enabled=n_enabled,
                n_enabled_so_far=so_far,
            )
        )
        carried = left if purchase.carries_over else 0
    return tuple(found)


def _reason(entry: CityEntry, cost: int, at_once: int) -> LaterReason:
    if not entry.n_enabled:
        return "no_charger"
    return "too_dear" if cost > at_once else "horizon"


def _needs_a_plan(entry: CityEntry) -> bool:
    return entry.verdict in {"ready_managed", "upgrade"} and entry.cost_fen is None


def _min_years(planned: Iterable[CityEntry], budget: Budget, at_once: int) -> int | None:
    """Return the sum of all costs in years of money, rounded up."""
    costs = [cost_fen(entry, budget) for entry in planned]
    money = _fen(budget.yuan_per_year)
    if not sum(costs) or not money or (max(costs) > at_once and not budget.carries_over):
        return None
    return -(-sum(costs) // money)


def _fen(yuan: float) -> int:
    return round(yuan * FEN_PER_YUAN)
