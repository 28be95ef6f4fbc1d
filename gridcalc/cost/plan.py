"""The plan file: the quantities of some works, and by whose rules they are paid."""

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from gridcalc.compound.door import read_mapping, validate
from gridcalc.compound.record import Record
from gridcalc.compound.writer import quoted
from gridcalc.cost.prices import PriceBook
from gridcalc.cost.quantities import Quantity
from gridcalc.errors import InputError, Problem
from gridcalc.policy import PayerScope

Category = Literal["utility", "owners_metered", "combined_meter", "old_courtyard"]
Text = Annotated[str, Field(min_length=1, max_length=200)]


class QuantityEntry(Record):
    """One line of a plan."""

    item: Text = Field(description="Item of the price book")
    element: Text = Field(description="Element that is built or changed")
    measure: Text = Field(description="Measure it belongs to")
    quantity: float = Field(gt=0, le=1e9, description="How much, in the unit")
    unit: Text = Field(description="m, piece, bay, …: what the item is priced per")
    payer_subject: PayerScope = Field(description="Part of the works of the payer rules")


class PlanFile(Record):
    """A plan of works, format 1."""

    gridcalc_plan: Literal[1] = Field(description="Version of the file format")
    compound: Text = Field(description="Path or id of the compound")
    policy: Text = Field(description="Policy pack that names the payers")
    build: Literal["new", "existing"] = Field(description="New or existing compound")
    category: Category | None = Field(None, description="Ownership category; needed if existing")
    prices: Text | None = Field(None, description="Price book, unless --prices names another")
    note: str = Field("", description="What to know about the plan")
    quantities: Annotated[tuple[QuantityEntry, ...], Field(strict=False, min_length=1)] = Field(
        description="What the works need"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Works to be priced and split.

    Parameters
    ----------
    compound, policy, build, category
        The compound they are for, the rules of its region, and what kind of compound it is.
    prices
        Price book they were planned with; None where the plan names none.
    quantities
        What they need.
    note
        A remark.
    """

    compound: str
    policy: str
    build: Literal["new", "existing"]
    category: Category | None
    quantities: tuple[Quantity, ...]
    prices: str | None = None
    note: str = ""


def read_plan(text: str, *, file: str) -> Plan:
    """Return the plan of a YAML text.

    Raises
    ------
    InputError
        All problems of the text at once, with line and key.

    Examples
    --------
    >>> read_plan("gridcalc_plan: 1", file="plan.yaml")
    Traceback (most recent call last):
    gridcalc.errors.InputError: plan.yaml is not usable:
      - line 1, build: build is missing
      - line 1, compound: compound is missing
      - line 1, policy: policy is missing
      - line 1, quantities: quantities is missing
    """
    document = read_mapping(text, file=file, what="plan")
    plan, problems = validate(PlanFile, document)
    if document.value.get("build") == "existing" and document.value.get("category") is None:
        message = "category is missing; an existing compound has payers by ownership"
        problems.append(document.problem(("build",), message))
    if plan is None or problems:
        raise InputError(problems)
    return Plan(
        compound=plan.compound,
        policy=plan.policy,
        build=plan.build,
        category=plan.category,
        prices=plan.prices,
        note=plan.note,
        quantities=tuple(
            Quantity(
                item=row.item,
                element=row.element,
                measure=row.measure,
                quantity=row.quantity,
                unit=row.unit,
                payer_subject=row.payer_subject,
            )
            for row in plan.quantities
        ),
    )


def price_problems(text: str, book: PriceBook, *, file: str) -> Iterator[Problem]:
    """Yield every line of a plan that a price book cannot price, at its place in the plan."""
    document = read_mapping(text, file=file, what="plan")
    for i, row in enumerate(document.value["quantities"]):
        item, unit = row["item"], row["unit"]
        price = book.prices.get(item)
        if price is None:
            near = difflib.get_close_matches(item, book.prices, n=1, cutoff=0.7)
            hint = f"; the nearest is {near[0]!r}" if near else ""
            message = f"{item!r} has no price in {book.id!r}{hint}"
            yield document.problem(("quantities", i, "item"), message)
        elif price.unit != unit:
            message = f"{unit!r} is not the unit of {item}; it is priced per {price.unit}"
            yield document.problem(("quantities", i, "unit"), message)


def plan_text(plan: Plan) -> str:
    """Return a plan as a YAML file that reads back as the same plan."""
    head = {"compound": plan.compound, "policy": plan.policy, "build": plan.build}
    more = {"category": plan.category, "prices": plan.prices, "note": plan.note}
    facts = {**head, **{key: value for key, value in more.items() if value}}
    lines = ["gridcalc_plan: 1", *(f"{key}: {quoted(value)}" for key, value in facts.items())]
    return "\n".join([*lines, "quantities:", *_rows(plan.quantities)]) + "\n"


def _rows(quantities: Iterable[Quantity]) -> Iterable[str]:
    for row in quantities:
        texts = {"item": row.item, "element": row.element, "measure": row.measure}
        said = [f"{key}: {quoted(value)}" for key, value in texts.items()]
        amount = f"{row.quantity!r}" if row.quantity % 1 else f"{row.quantity:.0f}"
        said += [f"quantity: {amount}", f"unit: {quoted(row.unit)}"]
        yield f"  - {{{', '.join([*said, f'payer_subject: {row.payer_subject}'])}}}"
