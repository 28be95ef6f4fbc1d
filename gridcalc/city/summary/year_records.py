"""Which compounds get their works in which year under a budget."""

from dataclasses import dataclass
from typing import Literal

from gridcalc.city.summary.records import CityEntry

LaterReason = Literal["horizon", "too_dear", "no_charger"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """What may be spent each year.

    Attributes
    ----------
    yuan_per_year
        Of each year. [yuan per year]
    n_years
        Years that are planned. [years]
    start_year
        Calendar year of the first; ``None`` numbers the years from 1.
    carries_over
        Whether what a year leaves may be spent in the next one.
    payer
        Only what this payer bears counts against the budget; ``None`` counts the whole cost.
    """

    yuan_per_year: float
    n_years: int
    start_year: int | None = None
    carries_over: bool = False
    payer: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class YearWorks:
    """The compounds of one year, best first.

    Attributes
    ----------
    no
        Number of the year, from 1.
    carried_yuan, spent_yuan, left_yuan
        Brought over from the year before, spent of this budget, and left. [yuan]
    cost_yuan
        All payers together. [yuan]
    n_enabled, n_enabled_so_far
        Chargers that become possible in this year, and from the first to this one.
    """

    no: int
    entries: tuple[CityEntry, ...]
    carried_yuan: float
    spent_yuan: float
    left_yuan: float
    cost_yuan: float
    n_enabled: int
    n_enabled_so_far: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Later:
    """A compound with works that has no place in the plan, and why.

    ``horizon``: the money of the years is spent on others; ``too_dear``: it costs more than may
    be spent at once; ``no_charger``: its works make no further charger possible.
    """

    entry: CityEntry
    reason: LaterReason


@dataclass(frozen=True, slots=True, kw_only=True)
class YearPlan:
    """Works by year.

    Attributes
    ----------
    charger_years
        Chargers made possible times the years from theirs to the last one: what is maximised.
    bound_charger_years
        No choice of compounds reaches more.
    greedy_charger_years
        What the simple rule reaches: year by year the cheapest charger first.
    gap_percent
        Of the bound; 0 where the plan is the best there is. [%]
    n_unpriced
        Compounds that need works or control and have no plan.
    min_years_for_all
        Fewest years in which all works can be paid; ``None`` where nothing is to be paid or some
        works cost more than may be spent at once.
    """

    budget: Budget
    years: tuple[YearWorks, ...]
    later: tuple[Later, ...]
    charger_years: int
    bound_charger_years: int
    greedy_charger_years: int
    gap_percent: float
    n_unpriced: int
    min_years_for_all: int | None

    def year(self, works: YearWorks) -> int:
        """Return the calendar year of some works; their number where no first year is given."""
        return works.no if self.budget.start_year is None else self.budget.start_year + works.no - 1

    @property
    def n_enabled(self) -> int:
        """Chargers that become possible in all years."""
        return sum(row.n_enabled for row in self.years)

    @property
    def spent_yuan(self) -> float:
        """Spent of the budget in all years. [yuan]."""
        return sum(row.spent_yuan for row in self.years)
