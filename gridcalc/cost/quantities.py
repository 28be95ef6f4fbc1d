"""What works need: how much of which item, for which element, and in whose part of the works."""

from dataclasses import dataclass

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
