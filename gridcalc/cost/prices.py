"""Prices with range, year, source and mark, and the books that hold them."""

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from gridcalc.errors import InputError, Problem
from gridcalc.provenance import Confidence

Section = Literal["equipment", "cable", "civil", "installation", "other"]
Level = Literal["detailed", "survey"]
Tax = Literal["included", "excluded", "not_stated"]
SECTIONS: tuple[Section, ...] = get_args(Section)


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What one unit of an item costs.

    Parameters
    ----------
    item
        Name in the price book; the part before the first point is its family.
    low_yuan, typical_yuan, high_yuan
        Price of one unit. [yuan]
    unit
        What is counted, such as ``m`` or ``piece``.
    section
        Section of the bill.
    year
        Price level.
    source, confidence
        Where the price comes from, and how far it can be trusted.
    note
        What the price holds, or how it was derived.
    title_zh, title_en
        Name for people; empty where family and type say it.
    book_id, file, line
        The book that states it, and where.
    """

    item: str
    low_yuan: float
    typical_yuan: float
    high_yuan: float
    unit: str
    section: Section
    year: int
    source: str
    confidence: Confidence
    note: str
    title_zh: str
    title_en: str
    book_id: str
    file: str
    line: int

    @property
    def family(self) -> str:
        """First part of the item's name."""
        return self.item.partition(".")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Surcharge:
    """A cost that is a share of other costs, such as design or contingency.

    Parameters
    ----------
    name
        Name in the price book.
    low_percent, typical_percent, high_percent
        Share of the base. [%]
    base
        What it is a share of: sections of the bill, families of items, earlier surcharges.
    """

    name: str
    low_percent: float
    typical_percent: float
    high_percent: float
    base: tuple[str, ...]
    section: Section
    year: int
    source: str
    confidence: Confidence
    note: str
    title_zh: str
    title_en: str
    book_id: str

    @property
    def percents(self) -> tuple[float, float, float]:
        """Low, typical and high share in percent."""
        return self.low_percent, self.typical_percent, self.high_percent


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceBook:
    """The prices of one region and year, those of the book it extends included.

    Parameters
    ----------
    id, title, title_en, region, year, level, extends, note
        The head of the file; ``level`` is ``detailed`` or ``survey``.
    tax
        Whether the prices hold value-added tax; no tax is ever added.
    file
        Name of the file, as the user gave it.
    items_line
        Line at which its items start.
    prices
        Every price by item.
    surcharges
        Every surcharge, in the order in which they are computed.
    """

    id: str
    title: str
    title_en: str
    region: str
    year: int
    level: Level
    tax: Tax
    extends: str | None
    note: str
    file: str
    items_line: int
    prices: Mapping[str, Price] = field(repr=False)
    surcharges: tuple[Surcharge, ...] = field(repr=False)

    def price(self, item: str) -> Price:
        """Return the price of an item.

        Raises
        ------
        InputError
            The book does not hold the item.

        Examples
        --------
        >>> from gridcalc.cost import load_price_book
        >>> load_price_book("national-2025").price("transformer.SCB14-800").typical_yuan
        130000.0
        """
        if item not in self.prices:
            raise InputError(self.missing([item]))
        return self.prices[item]

    def missing(self, items: Iterable[str]) -> Iterator[Problem]:
        """Yield a problem for every item that the book does not hold."""
        for item in sorted(set(items) - set(self.prices)):
            yield missing_item(item, self.prices, file=self.file, line=self.items_line)


def missing_item(item: str, known: Iterable[str], *, file: str, line: int) -> Problem:
    """Return the problem of an item without a price, with the most similar one that has one."""
    near = difflib.get_close_matches(item, list(known), n=1, cutoff=0.7)
    hint = f"; the nearest is {near[0]!r}" if near else ""
    message = f"this item has no price{hint}; add it, or extend a book that holds it"
    return Problem(file, line, f"items.{item}", message)
