"""What a quick plan is made of, and what it leaves behind."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from gridcalc.catalogue import Catalogue
from gridcalc.city.batch.parts import Part
from gridcalc.city.records import PlanResult
from gridcalc.compound.model import Laying
from gridcalc.cost import PriceBook
from gridcalc.policy import PolicyPack
from gridcalc.upgrade.measures import (
    Measure,
    MoveFeeder,
    NewSubstation,
    ReplaceCable,
    ReplaceTransformer,
    SecondTransformer,
    SetTap,
)

NewUnit = SecondTransformer | NewSubstation
Transfer = NewUnit | MoveFeeder
"""Works that let whole feeders go over to another unit."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tools:
    """What works are planned with: equipment, the pack that judges, and prices."""

    catalogue: Catalogue
    policy: PolicyPack
    prices: PriceBook


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Asked:
    """A compound that needs works.

    ``lv_laying`` is how its LV cables lie where its records do not tell each of them.
    """

    part: Part
    lv_laying: Laying


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Works:
    """Works of one compound, in the order in which they are done.

    Attributes
    ----------
    transfers
        New units with their feeders, then feeders that go to units that are there.
    units, cables, taps
        By id of the element.
    """

    transfers: tuple[Transfer, ...] = ()
    units: Mapping[str, ReplaceTransformer] = field(default_factory=dict)
    cables: Mapping[str, ReplaceCable] = field(default_factory=dict)
    taps: Mapping[str, SetTap] = field(default_factory=dict)

    @property
    def measures(self) -> tuple[Measure, ...]:
        """All works, one after the other."""
        return (
            *self.transfers,
            *(self.units[name] for name in sorted(self.units)),
            *(self.cables[name] for name in sorted(self.cables)),
            *(self.taps[name] for name in sorted(self.taps)),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class QuickPlan:
    """The answer for one compound.

    Attributes
    ----------
    result
        Costs and kinds of works; ``None`` where these works cannot mend it.
    measures
        The works themselves, to be done in this order.
    reason
        What is in the way, as ``check element``; empty where the plan holds all limits.
    """

    result: PlanResult | None
    measures: tuple[Measure, ...]
    reason: str
