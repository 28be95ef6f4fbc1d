"""What one unit of an item costs with all shares on top of it."""

from gridcalc.cost import PriceBook, Quantity, bill_of_quantities


class UnitCosts:
    """Costs of single items of one price book; each is computed once.

    Shares are proportional, so many units cost many times as much, but for the rounding to fen.
    """

    def __init__(self, prices: PriceBook) -> None:
        self.prices = prices
        self._found: dict[str, float] = {}

    def has(self, item: str) -> bool:
        """Return whether the book holds an item."""
        return item in self.prices.prices

    def of(self, item: str) -> float:
        """Return the typical cost of one unit with its shares. [yuan].

        Raises
        ------
        InputError
            The book does not hold the item.
        """
        found = self._found.get(item)
        if found is None:
            row = Quantity(
                item=item,
                element="",
                measure="",
                quantity=1.0,
                unit=self.prices.price(item).unit,
                payer_subject="lv_before_meter",
            )
            bill = bill_of_quantities([row], self.prices)
            found = self._found[item] = float(bill.cost_yuan.typical)
        return found
