"""Who pays for one of the works of a plan, which share, and by which clauses."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from gridcalc.cost import PayerSplit, bill_of_quantities, payers
from gridcalc.cost.who_pays import PayerRow
from gridcalc.planning.records import Upgrade, Works
from gridcalc.policy import PAYERS
from gridcalc.provenance import Confidence, weakest
from gridcalc.units import PERCENT


@dataclass(frozen=True, slots=True, kw_only=True)
class Bearer:
    """One payer of some works.

    ``percent`` is the share of their typical cost, surcharges included; ``None`` where they cost
    nothing. [%]
    """

    payer: str
    percent: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Borne:
    """Who pays for some works: the payers, largest share first, and the parts of the works."""

    bearers: tuple[Bearer, ...]
    rows: tuple[PayerRow, ...]

    @property
    def payer(self) -> str:
        """Names of the payers in one text."""
        return " + ".join(row.payer for row in self.bearers)

    @property
    def clause(self) -> str:
        """Document, section and item of each rule in one text."""
        said = (f"{row.rule.document} {row.rule.clause}".strip() for row in self.rows)
        return "; ".join(dict.fromkeys(said))

    @property
    def confidence(self) -> Confidence | None:
        """The weakest mark of the rules; ``None`` where nothing is to be paid."""
        return weakest(*(row.confidence for row in self.rows)) if self.rows else None


def borne(works: Works, found: Upgrade, split: PayerSplit) -> Borne:
    """Return who pays for one of the works of a plan.

    Parameters
    ----------
    works
        The works.
    found
        Prices and policy pack of the plan.
    split
        Who pays for the plan; it says what kind of compound the rules are applied to.
    """
    own = payers(
        bill_of_quantities(works.quantities, found.prices),
        policy=found.policy,
        build=split.build,
        category=split.category,
    )
    yuan: dict[str, Decimal] = defaultdict(Decimal)
    for row in own.rows:
        for share in row.shares:
            yuan[share.payer] += share.cost_yuan.typical
    whole = sum(yuan.values())
    order = sorted(yuan, key=lambda payer: (-yuan[payer], PAYERS.index(payer)))
    return Borne(
        bearers=tuple(
            Bearer(payer=payer, percent=PERCENT * float(yuan[payer] / whole) if whole else None)
            for payer in order
        ),
        rows=own.rows,
    )
