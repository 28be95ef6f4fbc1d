"""What a search for a connection finds: sources judged, routes with permits, pairs, a choice."""

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from gridcalc.catalogue import Cable
from gridcalc.checks.finding import Finding
from gridcalc.cost import Bill, PriceBook, Quantity
from gridcalc.notes import Note
from gridcalc.policy import PolicyPack
from gridcalc.policy.permit_of_route import RouteFacts, RoutePermit
from gridcalc.provenance import Assumption
from gridcalc.routing.records import MapWarning, SiteMap, SourcePoint
from gridcalc.units import PERCENT

Remedy = Literal[
    "join_corridors",
    "load_transfer",
    "new_outgoing_line",
    "rmu_extension",
    "other_substation",
    "name_busbar",
]
Label = Literal["recommended", "cheapest", "shortest", "fewest_days", "cheapest_filed"]


def percent_above(cost_yuan: float, least_yuan: float) -> float:
    """Return how much a cost lies above another [%]; 0 where both are nothing.

    Examples
    --------
    >>> percent_above(110.0, 100.0), percent_above(0.0, 0.0)
    (10.0, 0.0)
    """
    return PERCENT * (cost_yuan - least_yuan) / least_yuan if least_yuan else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceJudgement:
    """Whether a source can take the new supply.

    Parameters
    ----------
    source
        The source.
    reasons
        Why it cannot; empty where it can.
    unchecked
        Fields of the source that are not given, so that a rule could not be applied.
    remedies
        What could make it fit.
    """

    source: SourcePoint
    reasons: tuple[Note, ...]
    unchecked: tuple[str, ...]
    remedies: tuple[Remedy, ...]

    @property
    def accepted(self) -> bool:
        """Whether no rule speaks against it."""
        return not self.reasons


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossing:
    """A road, a river, a railway or another area that a route passes.

    Parameters
    ----------
    kind
        Kind of corridor or obstacle.
    name
        Name of the area; empty for roads.
    length_m
        From side to side. [m]
    """

    kind: str
    name: str
    length_m: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RouteOption:
    """One way for the new cable.

    Parameters
    ----------
    source
        Where it starts.
    length_m
        Length of the route. [m]
    cable_length_m
        Length of the cable, with slack and ends. [m]
    facts
        What the permit classes ask.
    permit
        Filing or approval.
    crossings
        In order from the source.
    by_kind_m
        Length by kind of corridor. [m]
    quantities, bill
        What it needs, and what that costs.
    search_yuan
        Cost by the weights of the search, for comparison with the bill. [yuan]
    score_yuan
        Typical cost plus what the days of approval are worth; ranks the routes. [yuan]
    checks
        Voltage drop, ampacity and short circuit of the cable.
    x_m, y_m
        Its line from the source to the target, in the metric system of the site. [m]
    edges
        Corridor edges it uses.
    """

    source: SourcePoint
    length_m: float
    cable_length_m: float
    facts: RouteFacts
    permit: RoutePermit
    crossings: tuple[Crossing, ...]
    by_kind_m: tuple[tuple[str, float], ...]
    quantities: tuple[Quantity, ...] = field(repr=False)
    bill: Bill = field(repr=False)
    search_yuan: float
    score_yuan: float
    checks: tuple[Finding, ...]
    x_m: NDArray[np.float64] = field(repr=False)
    y_m: NDArray[np.float64] = field(repr=False)
    edges: tuple[int, ...] = field(repr=False)

    @property
    def cost_yuan(self) -> float:
        """Typical cost of the bill [yuan]."""
        return float(self.bill.cost_yuan.typical)

    @property
    def days(self) -> float:
        """Days of approval, the longest that may hold where a class is in doubt. [working days]."""
        return self.permit.max_working_days


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RoutePair:
    """Two routes without a common edge, from sources that do not fail together."""

    first: RouteOption
    second: RouteOption

    @property
    def cost_yuan(self) -> float:
        """Typical cost of both [yuan]."""
        return self.first.cost_yuan + self.second.cost_yuan

    @property
    def score_yuan(self) -> float:
        """Cost of both plus the worth of the longer approval; both are applied for together."""
        return self.cost_yuan + max(
            route.score_yuan - route.cost_yuan for route in (self.first, self.second)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Detour:
    """What it takes to have the route filed instead of approved.

    Parameters
    ----------
    threshold_m
        Longest route that is filed, by the length that counts. [m]
    cheapest_source_id
        Source of the cheapest route that is filed; None where there is none.
    cheapest_length_m, extra_yuan, extra_percent
        Its length that counts, and its cost above the cheapest route of all. [m], [yuan], [%]
    shortest_m
        Shortest route, by the length that counts, that only its length keeps from being filed;
        None where no route is left. [m]
    """

    threshold_m: float
    cheapest_source_id: str | None
    cheapest_length_m: float | None
    extra_yuan: float | None
    extra_percent: float | None
    shortest_m: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ParetoPoint:
    """A route that no other beats in cost, length and days at once."""

    source_id: str
    cost_yuan: float
    length_m: float
    days: float
    permit: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Connection:
    """The answer for a site.

    Parameters
    ----------
    site, policy, prices
        What it was asked with.
    demand_kva
        Capacity asked for. [kVA]
    year
        Year of the works; None where it is not known.
    cable
        The new cable.
    sources
        Every source, judged.
    pareto
        All routes that no other beats, cheapest first.
    routes
        The routes shown, best first; the first is recommended.
    pairs
        For double supply: pairs of routes, best first, whose routes are ``routes`` in this order.
    labels
        What each of ``routes`` stands out for.
    detour
        What filing would take; None where the region has no threshold.
    why
        Why the first route is recommended.
    remedies
        What to do where there is no route.
    relaxed
        Areas that would have to be passed for a route to exist; empty where one exists.
    reason
        Why there is no route; empty where there is one.
    warnings
        What may be a mistake on the map.
    assumptions
        What the answer rests on.
    """

    site: SiteMap = field(repr=False)
    policy: PolicyPack = field(repr=False)
    prices: PriceBook = field(repr=False)
    demand_kva: float
    year: int | None
    cable: Cable
    sources: tuple[SourceJudgement, ...]
    pareto: tuple[ParetoPoint, ...]
    routes: tuple[RouteOption, ...]
    pairs: tuple[RoutePair, ...]
    labels: tuple[tuple[Label, ...], ...]
    detour: Detour | None
    why: tuple[Note, ...]
    remedies: tuple[Remedy, ...]
    relaxed: tuple[str, ...]
    reason: Note
    warnings: tuple[MapWarning, ...]
    assumptions: tuple[Assumption, ...]

    @property
    def recommended(self) -> tuple[RouteOption, ...]:
        """The recommended route, both of the recommended pair, or nothing."""
        return self.routes[: 2 if self.pairs else 1]
