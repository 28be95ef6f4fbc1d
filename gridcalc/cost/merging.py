"""From the entries of a price book file to complete prices, and what can be wrong with them."""

import difflib
from collections.abc import Iterable, Iterator, Mapping
from math import isfinite
from typing import Any

from gridcalc.cost.price_file import PriceEntry, PriceFile, RangeEntry, SurchargeEntry
from gridcalc.cost.prices import SECTIONS, Level, Price, PriceBook, Section, Surcharge
from gridcalc.errors import Problem
from gridcalc.yamlfile import Document

_ESTIMATES = ("low", "typical", "high")
_PER = "yuan/"
_OWN_FAMILIES = (
    *("transformer", "cable_mv", "cable_lv", "rmu", "lv_breaker"),
    *("own", "storage", "pv"),
)
"""Families to which a user may add items: types of an own catalogue, and other things."""


def content_problems(document: Document, base: PriceBook | None) -> Iterator[Problem]:
    """Yield what the entries lack, every range that falls, every base that is not known."""
    parents: dict[str, Price | Surcharge] = {**base.prices} if base else {}
    for name, entry in _entries(document, "items"):
        yield from _entry_problems(document, ("items", name), entry, parents.get(name))
        yield from _unit_problems(document, name, entry, parents.get(name))
    known = {*SECTIONS, *(name.partition(".")[0] for name, _ in _entries(document, "items"))}
    known |= {price.family for price in base.prices.values()} if base else set()
    inherited = {row.name: row for row in base.surcharges} if base else {}
    known |= set(inherited)
    for name, entry in _entries(document, "surcharges"):
        path = ("surcharges", name)
        yield from _entry_problems(document, path, entry, inherited.get(name))
        yield from _base_problems(document, path, entry, known, required=name not in inherited)
        known.add(name)


def unknown_problems(document: Document, known: Mapping[str, Price]) -> Iterator[Problem]:
    """Yield the items that no part of gridcalc asks for."""
    families = {price.family for price in known.values()}
    for name, _ in _entries(document, "items"):
        if name in known or name.partition(".")[0] in _OWN_FAMILIES:
            continue
        near = difflib.get_close_matches(name, [*known, *families], n=1, cutoff=0.7)
        guess = f"; did you mean {near[0]!r}?" if near else ""
        message = f"unknown item{guess or ';'} an item of your own starts with 'own.'"
        yield document.problem(("items", name), message)


def assembled(file: PriceFile, document: Document, base: PriceBook | None) -> PriceBook:
    """Return the book; entries replace what the extended book says, key by key."""
    level: Level = file.level or (base.level if base else "detailed")
    prices = dict(base.prices) if base else {}
    for item, entry in file.items.items():
        prices[item] = _price(item, entry, file, document, prices.get(item))
    surcharges = {row.name: row for row in base.surcharges} if base else {}
    for name, share in file.surcharges.items():
        surcharges[name] = _surcharge(name, share, file, surcharges.get(name))
    return PriceBook(
        id=file.id,
        title=file.title,
        title_en=file.title_en or file.title,
        region=file.region,
        year=file.year,
        level=level,
        tax=file.tax or (base.tax if base else "not_stated"),
        extends=file.extends,
        note=file.note,
        file=document.file,
        items_line=document.line(("items",)),
        prices=prices,
        surcharges=tuple(surcharges.values()),
    )


def _entries(document: Document, group: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the entries of a group that are groups of keys themselves."""
    found = document.value.get(group)
    for name, entry in found.items() if isinstance(found, dict) else ():
        if isinstance(entry, dict):
            yield name, entry


def _entry_problems(
    document: Document,
    path: tuple[str, str],
    entry: Mapping[str, Any],
    parent: Price | Surcharge | None,
) -> Iterator[Problem]:
    values: dict[str, Any] = dict(zip(_ESTIMATES, _inherited(parent), strict=True))
    values |= {key: entry[key] for key in _ESTIMATES if entry.get(key) is not None}
    for key in (*_ESTIMATES, "section"):
        if parent is None and entry.get(key) is None:
            yield document.problem(path, f"{key} is missing")
    for lower, upper in (("low", "typical"), ("typical", "high")):
        a, b = values[lower], values[upper]
        if _is_number(a) and _is_number(b) and a > b:
            key = lower if lower in entry else upper
            message = f"{lower} {a:g} is above {upper} {b:g}; write low <= typical <= high"
            yield document.problem((*path, key), message)


def _inherited(parent: Price | Surcharge | None) -> tuple[float | None, float | None, float | None]:
    if isinstance(parent, Price):
        return parent.low_yuan, parent.typical_yuan, parent.high_yuan
    return parent.percents if parent else (None, None, None)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and isfinite(value)


def _unit_problems(
    document: Document, name: str, entry: Mapping[str, Any], parent: Price | Surcharge | None
) -> Iterator[Problem]:
    unit = entry.get("unit")
    if parent is None and unit is None:
        yield document.problem(("items", name), "unit is missing; write yuan/m, yuan/piece, …")
    if isinstance(parent, Price) and unit is not None and unit != f"{_PER}{parent.unit}":
        message = f"this item is priced in {_PER}{parent.unit}; convert the price, leave out unit"
        yield document.problem(("items", name, "unit"), message)


def _base_problems(
    document: Document,
    path: tuple[str, str],
    entry: Mapping[str, Any],
    known: Iterable[str],
    *,
    required: bool,
) -> Iterator[Problem]:
    names = entry.get("base")
    if required and not names:
        yield document.problem(path, "base is missing; name sections or families of items")
    for i, name in enumerate(names if isinstance(names, list) else ()):
        if name not in known:
            near = difflib.get_close_matches(str(name), list(known), n=1, cutoff=0.6)
            guess = f"; did you mean {near[0]!r}?" if near else ""
            message = f"{name!r} is no section, family of items or earlier surcharge{guess}"
            yield document.problem((*path, "base", i), message)


def _price(
    item: str, entry: PriceEntry, file: PriceFile, document: Document, parent: Price | None
) -> Price:
    low, typical, high = _estimates(entry, parent)
    return Price(
        item=item,
        low_yuan=low,
        typical_yuan=typical,
        high_yuan=high,
        unit=entry.unit.removeprefix(_PER) if entry.unit else parent.unit if parent else "",
        section=_section(entry, parent),
        year=entry.year or file.year,
        source=entry.source,
        confidence=entry.confidence,
        note=entry.note,
        title_zh=entry.title_zh or (parent.title_zh if parent else ""),
        title_en=entry.title_en or (parent.title_en if parent else ""),
        book_id=file.id,
        file=document.file,
        line=document.line(("items", item)),
    )


def _surcharge(
    name: str, entry: SurchargeEntry, file: PriceFile, parent: Surcharge | None
) -> Surcharge:
    low, typical, high = _estimates(entry, parent)
    return Surcharge(
        name=name,
        low_percent=low,
        typical_percent=typical,
        high_percent=high,
        base=entry.base or (parent.base if parent else ()),
        section=_section(entry, parent),
        year=entry.year or file.year,
        source=entry.source,
        confidence=entry.confidence,
        note=entry.note,
        title_zh=entry.title_zh or (parent.title_zh if parent else ""),
        title_en=entry.title_en or (parent.title_en if parent else ""),
        book_id=file.id,
    )


def _estimates(entry: RangeEntry, parent: Price | Surcharge | None) -> tuple[float, float, float]:
    """Return low, typical and high; the door has made sure that each is there."""
    written = (entry.low, entry.typical, entry.high)
    low, typical, high = (
        own if own is not None else (old or 0.0)
        for own, old in zip(written, _inherited(parent), strict=True)
    )
    return low, typical, high


def _section(entry: RangeEntry, parent: Price | Surcharge | None) -> Section:
    return entry.section or (parent.section if parent else "other")
