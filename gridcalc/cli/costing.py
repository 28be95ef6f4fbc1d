"""Plans and survey tables in, priced: every problem of every file in one error."""

from pathlib import Path

from gridcalc.cli.reading import file_name, policy_of, text_of
from gridcalc.compound.reader import is_workbook
from gridcalc.cost import (
    Plan,
    PriceBook,
    bill_of_quantities,
    load_price_book,
    payers,
    read_plan,
    read_survey,
    survey_cost,
)
from gridcalc.cost.loading import DETAILED_BOOK, SURVEY_BOOK, shipped_books
from gridcalc.cost.plan import price_problems
from gridcalc.cost.survey import SURVEY_ITEMS
from gridcalc.errors import InputError, Problem
from gridcalc.policy import PolicyPack
from gridcalc.report.blocks import Output
from gridcalc.report.cost_report import cost_output
from gridcalc.report.cost_tree import Costed
from gridcalc.report.survey_report import survey_output
from gridcalc.report.wording import Wording


def plan_output(file: str, prices: str | None, wording: Wording) -> Output:
    """Return the cost of a plan file and who pays.

    Raises
    ------
    InputError
        All problems of plan, price book and policy pack.
    """
    problems: list[Problem] = []
    plan: Plan | None = None
    text = ""
    if is_workbook(file):
        message = (
            "is a workbook; give the plan of works in YAML that 'gridcalc upgrade -o plan.yaml'"
            " writes, or a cost table as CSV with --survey"
        )
        raise InputError([Problem(file, 0, "", message)])
    try:
        text = text_of(file)
        plan = read_plan(text, file=file_name(file))
    except InputError as error:
        problems += error.problems
    book = _book(prices, plan, file, problems)
    policy = _policy(plan, file, problems)
    if plan is not None and book is not None:
        problems += price_problems(text, book, file=file_name(file))
    if plan is None or book is None or policy is None or problems:
        raise InputError(problems)
    bill = bill_of_quantities(plan.quantities, book)
    split = payers(bill, policy=policy, build=plan.build, category=plan.category)
    return cost_output(Costed(plan=plan, bill=bill, split=split, policy=policy), wording)


def surveyed_output(file: str, prices: str | None, wording: Wording) -> Output:
    """Return the cost of a survey table.

    Raises
    ------
    InputError
        All problems of the table and of the price book.
    """
    problems: list[Problem] = []
    areas, book = None, None
    try:
        areas = read_survey(text_of(file), file=file_name(file))
    except InputError as error:
        problems += error.problems
    try:
        book = load_price_book(prices or SURVEY_BOOK, needed=SURVEY_ITEMS)
    except InputError as error:
        problems += error.problems
    if areas is None or book is None:
        raise InputError(problems)
    return survey_output(survey_cost(areas, book), wording)


def _book(
    chosen: str | None, plan: Plan | None, file: str, problems: list[Problem]
) -> PriceBook | None:
    """Return the book chosen, else the one the plan names; its paths start at the plan's folder.

    What a user's book lacks is a problem of the book, what a shipped one lacks one of the plan.
    """
    ref = chosen or (plan.prices if plan else None) or DETAILED_BOOK
    if chosen is None and ref not in shipped_books():
        beside = Path(file).parent / ref
        ref = str(beside) if beside.is_file() else ref
    needed = {row.item for row in plan.quantities} if plan and ref not in shipped_books() else ()
    try:
        return load_price_book(ref, needed=needed)
    except InputError as error:
        problems += error.problems
    return None


def _policy(plan: Plan | None, file: str, problems: list[Problem]) -> PolicyPack | None:
    if plan is None:
        return None
    try:
        return policy_of(None, plan.policy, file)
    except InputError as error:
        problems += error.problems
    return None
