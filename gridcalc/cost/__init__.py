"""What works cost and who pays: price books, bills of quantities, payers, the city survey."""

from gridcalc.cost.bill import Bill, BillLine, bill_of_quantities
from gridcalc.cost.loading import load_price_book, shipped_books
from gridcalc.cost.money import Money
from gridcalc.cost.plan import Plan, plan_text, read_plan
from gridcalc.cost.prices import Price, PriceBook, Surcharge
from gridcalc.cost.quantities import Quantity
from gridcalc.cost.survey import SurveyCost, survey_cost
from gridcalc.cost.survey_table import read_survey
from gridcalc.cost.who_pays import PayerSplit, payers

__all__ = [
    "Bill",
    "BillLine",
    "Money",
    "PayerSplit",
    "Plan",
    "Price",
    "PriceBook",
    "Quantity",
    "Surcharge",
    "SurveyCost",
    "bill_of_quantities",
    "load_price_book",
    "payers",
    "plan_text",
    "read_plan",
    "read_survey",
    "shipped_books",
    "survey_cost",
]
