"""Quick plans for rows of the city table: what a chunk asks for, with its book and laying."""

from collections.abc import Sequence
from functools import lru_cache

from gridcalc.city.batch.parts import Part
from gridcalc.city.batch.planning import quick_plans
from gridcalc.city.batch.planning_records import Asked, QuickPlan, Tools
from gridcalc.city.compounds import catalogue_of, sketch
from gridcalc.city.records import CityQuestion, CityRow
from gridcalc.compound.model import Laying
from gridcalc.cost import PriceBook, load_price_book
from gridcalc.cost.loading import DETAILED_BOOK
from gridcalc.demand.scenario import scenarios_in_order
from gridcalc.policy import PolicyPack


def quick_plans_of(
    rows: Sequence[tuple[CityRow, Part]], policy: PolicyPack, question: CityQuestion
) -> list[QuickPlan]:
    """Return the quick plans of rows that break a limit, in order.

    Parameters
    ----------
    rows
        Rows of the table and their compounds as arrays, all under one pack; at least one.
    policy
        The pack.
    question
        What is asked; its prices, or those shipped.

    Raises
    ------
    InputError
        The price book is wrong, or lacks an item that the works need.
    """
    tools = Tools(catalogue=catalogue_of(question), policy=policy, prices=prices_of(question))
    asked = [Asked(part=part, lv_laying=_laying(row, part, question)) for row, part in rows]
    return quick_plans(asked, tools, scenarios_in_order(question.scenarios))


def prices_of(question: CityQuestion) -> PriceBook:
    """Return the price book of a city run; read once in a process."""
    return _prices(question.prices or DETAILED_BOOK)


@lru_cache(maxsize=4)
def _prices(ref: str) -> PriceBook:
    return load_price_book(ref)


def _laying(row: CityRow, part: Part, question: CityQuestion) -> Laying:
    """Return how LV cables lie: as the template says; records of a file tell of each cable."""
    if row.file is None:
        return sketch(row, question).layout.lv.laying
    return next((cable.laying for cable in part.compound.lv_cables if cable.laying), "duct")
