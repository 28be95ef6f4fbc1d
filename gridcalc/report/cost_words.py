"""How items, amounts and payers of a bill are named."""

from decimal import Decimal

from gridcalc.cost.bill import BillLine
from gridcalc.cost.money import Money
from gridcalc.cost.prices import Price, PriceBook, Surcharge
from gridcalc.report.blocks import Text, plain
from gridcalc.report.figures import with_unit
from gridcalc.report.wording import Wording


def yuan(amount: Decimal) -> str:
    """Return an amount in whole yuan with thousands marked.

    Examples
    --------
    >>> yuan(Decimal("1234567.50"))
    '1,234,568'
    """
    return f"{amount:,.0f}"


def amounts(money: Money) -> tuple[Text, ...]:
    """Return the three cells of an amount."""
    return plain(yuan(money.low), yuan(money.typical), yuan(money.high))


def estimate_text(money: Money, wording: Wording) -> str:
    """Return the typical amount with its range."""
    return wording(
        "{typical} yuan ({low} to {high})",
        low=yuan(money.low),
        typical=yuan(money.typical),
        high=yuan(money.high),
    )


def price_name(price: Price | Surcharge, wording: Wording) -> str:
    """Return the name of an item or a share: its title, else its family and type.

    Examples
    --------
    >>> from gridcalc.cost import load_price_book
    >>> from gridcalc.report.wording import load_wording
    >>> price_name(load_price_book("national-2025").price("transformer.S20-800"),
    ...            load_wording("zh"))
    '变压器 S20-800'
    """
    title = wording.either(zh=price.title_zh, en=price.title_en)
    if title or isinstance(price, Surcharge):
        return title or price.name  # type: ignore[union-attr]
    family, _, kind = price.item.partition(".")
    template = wording.terms.get(f"family.{family}")
    return template.format(type=kind) if template else price.item


def unit_price(line: BillLine, wording: Wording) -> str:
    """Return the typical price of one unit, or the typical share."""
    if isinstance(line.price, Price):
        return f"{line.price.typical_yuan:,.10g}"
    return with_unit(f"{line.price.typical_percent:g}", "%", wording)


def price_range(price: Price | Surcharge, wording: Wording) -> str:
    """Return low, typical and high price or share with the unit."""
    if isinstance(price, Surcharge):
        low, typical, high = price.percents
        return with_unit(f"{low:g} / {typical:g} / {high:g}", "%", wording)
    values = (price.low_yuan, price.typical_yuan, price.high_yuan)
    low_text, typical_text, high_text = (f"{value:,.10g}" for value in values)
    per = wording("yuan per {unit}", unit=wording.term(price.unit))
    return f"{low_text} / {typical_text} / {high_text} {per}"


def book_text(book: PriceBook, wording: Wording) -> str:
    """Return title, region, year and id of a price book."""
    return wording(
        "{title}, {region}, prices of {year} [{id}]",
        title=wording.either(zh=book.title, en=book.title_en),
        region=book.region,
        year=book.year,
        id=book.id,
    )
