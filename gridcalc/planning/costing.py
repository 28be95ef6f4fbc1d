"""Measures with their quantities, and a cost each that adds up to the bill."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from gridcalc.compound.model import Compound
from gridcalc.cost import Bill, PayerSplit, Quantity, bill_of_quantities, payers
from gridcalc.planning.records import Works
from gridcalc.upgrade.applying import apply
from gridcalc.upgrade.change import change_of
from gridcalc.upgrade.durations import works_days
from gridcalc.upgrade.measures import Measure
from gridcalc.upgrade.quantities import quantities_of
from gridcalc.upgrade.search.space import Space


@dataclass(frozen=True, slots=True, kw_only=True)
class Priced:
    """Works, their bill, and who pays."""

    works: tuple[Works, ...]
    bill: Bill
    split: PayerSplit


def priced(space: Space, measures: Sequence[Measure]) -> Priced:
    """Return measures priced, each counted after the ones before it are done."""
    works = []
    compound = space.compound
    for measure in measures:
        works.append(_work(space, compound, measure))
        compound = apply(compound, [measure], catalogue=space.catalogue)
    return together(space, works)


def _work(space: Space, compound: Compound, measure: Measure) -> Works:
    quantities = quantities_of(compound, measure, catalogue=space.catalogue)
    return Works(
        measure=measure,
        change=change_of(compound, measure, catalogue=space.catalogue),
        quantities=quantities,
        cost_yuan=bill_of_quantities(quantities, space.prices).cost_yuan,
        working_days=works_days(measure, space.policy),
    )


def together(space: Space, works: Sequence[Works]) -> Priced:
    """Return works with one bill; the cost of each is what it adds to the bill."""
    rows: list[Works] = []
    quantities: list[Quantity] = []
    before = bill_of_quantities([], space.prices)
    bill = before
    for work in works:
        quantities += work.quantities
        bill = bill_of_quantities(quantities, space.prices)
        rows.append(replace(work, cost_yuan=bill.cost_yuan - before.cost_yuan))
        before = bill
    return Priced(works=tuple(rows), bill=bill, split=_split(space, bill))


def _split(space: Space, bill: Bill) -> PayerSplit:
    build = space.compound.build
    return payers(bill, policy=space.policy, build=build.kind, category=build.category)
