"""The bill of quantities: every line priced, shares computed from their bases, sums that add up."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from gridcalc.cost.money import Money, exact, percent_of, to_hundredths, total
from gridcalc.cost.prices import SECTIONS, Price, PriceBook, Section, Surcharge
from gridcalc.cost.quantities import Quantity
from gridcalc.errors import InputError, Problem
from gridcalc.policy import PayerScope

SHARE_UNIT = "%"


@dataclass(frozen=True, slots=True, kw_only=True)
class BillLine:
    """One priced line.

    Parameters
    ----------
    section
        Section of the bill.
    item, element, measure, quantity, unit, payer_subject
        As in the quantity. A share has the name of the surcharge as item, its typical percent as
        quantity, ``%`` as unit, and neither element nor measure.
    cost_yuan
        Low, typical and high cost. [yuan]
    price
        The price or the surcharge it was computed with.
    base_yuan
        What a share is a share of; None for items. [yuan]
    """

    section: Section
    item: str
    element: str
    measure: str
    quantity: float
    unit: str
    payer_subject: PayerScope
    cost_yuan: Money
    price: Price | Surcharge
    base_yuan: Money | None = None

    @property
    def is_share(self) -> bool:
        """Whether the line is a share of other lines."""
        return self.base_yuan is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """What works cost.

    Parameters
    ----------
    book
        The price book.
    lines
        All lines by section, item, element, measure and part of the works.
    """

    book: PriceBook
    lines: tuple[BillLine, ...]

    @property
    def cost_yuan(self) -> Money:
        """Sum of all lines in yuan."""
        return total(line.cost_yuan for line in self.lines)

    def section(self, name: Section) -> tuple[BillLine, ...]:
        """Return the lines of a section."""
        return tuple(line for line in self.lines if line.section == name)


def bill_of_quantities(quantities: Iterable[Quantity], price_book: PriceBook) -> Bill:
    """Return the bill of some works; their order does not matter.

    A line costs quantity times price, rounded half up to a whole fen. Surcharges are computed in
    the order of the book, for each part of the works on its own, so that every fen has a payer.

    Parameters
    ----------
    quantities
        What the works need.
    price_book
        Its prices.

    Raises
    ------
    InputError
        Every item that the book does not hold or prices per another unit.

    Examples
    --------
    >>> from gridcalc.cost import load_price_book
    >>> cable = Quantity(item="cable_lv.YJV22-0.6/1-4x240", element="T1-F1", quantity=100,
    ...                  unit="m", measure="replace_cable", payer_subject="lv_before_meter")
    >>> bill = bill_of_quantities([cable], load_price_book("national-2025"))
    >>> float(bill.lines[0].cost_yuan.typical), len(bill.lines) > 1
    (83600.0, True)
    """
    rows = sorted(quantities, key=_order)
    problems = list(_problems(rows, price_book))
    if problems:
        raise InputError(problems)
    lines = [_line(row, price_book.price(row.item)) for row in rows]
    for surcharge in price_book.surcharges:
        lines += list(_shares(surcharge, lines))
    lines.sort(key=lambda line: SECTIONS.index(line.section))
    return Bill(book=price_book, lines=tuple(lines))


def _order(row: Quantity) -> tuple[str, str, str, str, float]:
    return (row.item, row.element, row.measure, row.payer_subject, row.quantity)


def _problems(rows: Sequence[Quantity], book: PriceBook) -> Iterator[Problem]:
    yield from book.missing(row.item for row in rows)
    for row in rows:
        price = book.prices.get(row.item)
        if price is not None and price.unit != row.unit:
            message = f"is priced per {price.unit}; {row.element} needs {row.quantity:g} {row.unit}"
            yield Problem(price.file, price.line, f"items.{row.item}", message)


def _line(row: Quantity, price: Price) -> BillLine:
    quantity = exact(row.quantity)
    return BillLine(
        section=price.section,
        item=row.item,
        element=row.element,
        measure=row.measure,
        quantity=row.quantity,
        unit=row.unit,
        payer_subject=row.payer_subject,
        cost_yuan=Money(
            low=to_hundredths(quantity * exact(price.low_yuan)),
            typical=to_hundredths(quantity * exact(price.typical_yuan)),
            high=to_hundredths(quantity * exact(price.high_yuan)),
        ),
        price=price,
    )


def _shares(surcharge: Surcharge, lines: Sequence[BillLine]) -> Iterator[BillLine]:
    """Yield the surcharge of each part of the works that has a base."""
    base = [line for line in lines if _counts(line, surcharge.base)]
    for subject in sorted({line.payer_subject for line in base}):
        base_yuan = total(line.cost_yuan for line in base if line.payer_subject == subject)
        yield BillLine(
            section=surcharge.section,
            item=surcharge.name,
            element="",
            measure="",
            quantity=surcharge.typical_percent,
            unit=SHARE_UNIT,
            payer_subject=subject,
            cost_yuan=percent_of(base_yuan, surcharge.percents),
            price=surcharge,
            base_yuan=base_yuan,
        )


def _counts(line: BillLine, base: Sequence[str]) -> bool:
    names = {line.section, line.item}
    if isinstance(line.price, Price):
        names.add(line.price.family)
    return not names.isdisjoint(base)
