"""The typical bill of many compounds: the lines of ``cost.bill``, added up without the lines."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal

from gridcalc.cost import Bill, BillLine, Money, PriceBook, Quantity, Surcharge
from gridcalc.cost.money import exact, to_hundredths
from gridcalc.policy import PayerScope
from gridcalc.units import PERCENT

_Key = tuple[PayerScope, str, str]
"""Part of the works, section of the bill, and item or share."""
_NO_ITEM = ""


class FastBills:
    """Bills by one price book; what a line costs is computed once."""

    def __init__(self, prices: PriceBook) -> None:
        self.prices = prices
        self._yuan: dict[tuple[str, float], Decimal] = {}
        self._counted: dict[tuple[str, str, str], bool] = {}

    def by_subject(self, quantities: Iterable[Quantity]) -> dict[PayerScope, Decimal]:
        """Return the typical cost of each part of the works, shares on top; as the bill has it.

        Raises
        ------
        InputError
            The book does not hold an item.
        """
        sums: dict[_Key, Decimal] = defaultdict(Decimal)
        for row in quantities:
            own = self.prices.price(row.item).section
            sums[row.payer_subject, own, row.item] += self._line(row.item, row.quantity)
        for surcharge in self.prices.surcharges:
            base: dict[PayerScope, Decimal] = defaultdict(Decimal)
            for (subject, section, item), yuan in sums.items():
                if self._counts(surcharge, section, item):
                    base[subject] += yuan
            share = exact(surcharge.typical_percent) / Decimal(PERCENT)
            for subject, yuan in base.items():
                sums[subject, surcharge.section, surcharge.name] += to_hundredths(yuan * share)
        found: dict[PayerScope, Decimal] = defaultdict(Decimal)
        for (subject, _, _), yuan in sums.items():
            found[subject] += yuan
        return dict(found)

    def _line(self, item: str, quantity: float) -> Decimal:
        key = item, quantity
        found = self._yuan.get(key)
        if found is None:
            typical = exact(self.prices.prices[item].typical_yuan)
            found = self._yuan[key] = to_hundredths(exact(quantity) * typical)
        return found

    def _counts(self, surcharge: Surcharge, section: str, item: str) -> bool:
        key = surcharge.name, section, item
        found = self._counted.get(key)
        if found is None:
            names = {section, item}
            if item in self.prices.prices:
                names.add(self.prices.prices[item].family)
            found = self._counted[key] = not names.isdisjoint(surcharge.base)
        return found

    def bill(self, by_subject: Mapping[PayerScope, Decimal]) -> Bill:
        """Return a bill of one line for each part of the works, for those who only ask for sums."""
        price = next(iter(self.prices.prices.values()))
        return Bill(
            book=self.prices,
            lines=tuple(
                BillLine(
                    section="other",
                    item=_NO_ITEM,
                    element="",
                    measure="",
                    quantity=1.0,
                    unit="",
                    payer_subject=subject,
                    cost_yuan=Money(low=yuan, typical=yuan, high=yuan),
                    price=price,
                )
                for subject, yuan in by_subject.items()
            ),
        )
