"""What works need: how much of which item, for which element, and in whose part of the works."""

from collections.abc import Iterable
from dataclasses import dataclass

from gridcalc.cost.prices import PriceBook
from gridcalc.policy import PayerScope


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """One line of a plan of works.

    Parameters
    ----------
    item
        Item of the price book, such as ``cable_lv.YJV22-0.6/1-4x240``.
    element
        What it is for: the id of the element that is built or changed.
    measure
        The measure it belongs to, such as ``parallel_cable``.
    quantity
        How much. [unit]
    unit
        Unit of the quantity, the one the item is priced per: ``m``, ``piece``, ``bay`` …
    payer_subject
        Part of the works that the payer rules of the policy pack speak of.
    """

    item: str
    element: str
    measure: str
    quantity: float
    unit: str
    payer_subject: PayerScope


Need = tuple[str, float, PayerScope]
"""Item, quantity in the unit of its price, and part of the works."""


def added_up(
    needs: Iterable[tuple[str, Need]], prices: PriceBook, *, measure: str
) -> tuple[Quantity, ...]:
    """Return needs of elements as lines of a plan, equal items of an element added up.

    Parameters
    ----------
    needs
        Element and need; what adds up to nothing is left out.
    prices
        The book that says what each item is counted in.
    measure
        The measure they belong to.

    Raises
    ------
    InputError
        The book does not hold an item.
    """
    sums: dict[tuple[str, str, PayerScope], float] = {}
    for element, (item, amount, subject) in needs:
        key = (item, element, subject)
        sums[key] = sums.get(key, 0.0) + amount
    return tuple(
        Quantity(
            item=item,
            element=element,
            measure=measure,
            quantity=amount,
            unit=prices.price(item).unit,
            payer_subject=subject,
        )
        for (item, element, subject), amount in sorted(sums.items())
        if amount > 0
    )
