"""What every part of a design needs: rules, equipment, prices, and distances on the ground."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from gridcalc.catalogue import Catalogue
from gridcalc.compound.templates.design_load import LoadRules
from gridcalc.compound.templates.schema import Layout, LowVoltage
from gridcalc.connection.works import yuan
from gridcalc.cost import PriceBook
from gridcalc.design.places import DesignSite, Ground
from gridcalc.design.records import LoadBox
from gridcalc.policy import PayerScope, PolicyPack
from gridcalc.routing.kinds import corridor_kinds
from gridcalc.routing.trench.checking import shortest_m
from gridcalc.routing.trench.records import Floats, TrenchGraph
from gridcalc.units import PERCENT

LV: PayerScope = "lv_before_meter"
LV_CIVIL: PayerScope = "lv_civil"
_NOTHING_LAID = "existing_duct"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Kit:
    """One question of design.

    Parameters
    ----------
    site
        With complete places.
    boxes
        Everything that has to be supplied.
    layout
        The standard compound as the site changes it, reserves included.
    plain_lv
        Its low voltage without reserves.
    strong_places
        Places whose feeders have the reserves.
    rules, policy, catalogue, prices
        How loads count, what is allowed, what can be built with, and what it costs.
    charger_share
        Share of the demand of all chargers that transformers are sized for. [-]
    distance_m
        Shortest ways between nodes of the ground. [m], shape (n_nodes, n_nodes)
    """

    site: DesignSite
    boxes: tuple[LoadBox, ...] = field(repr=False)
    layout: Layout = field(repr=False)
    plain_lv: LowVoltage = field(repr=False)
    strong_places: frozenset[str] = frozenset()
    rules: LoadRules = field(repr=False)
    policy: PolicyPack = field(repr=False)
    catalogue: Catalogue = field(repr=False)
    prices: PriceBook = field(repr=False)
    charger_share: float
    distance_m: Floats = field(repr=False)

    @property
    def radius_m(self) -> float:
        """Longest way from an LV board to a box. [m]."""
        return self.policy.number("design.supply_radius_m")

    def way_m(self, start: int, end: int) -> float:
        """Return the shortest way between two nodes of the ground. [m]."""
        return float(self.distance_m[start, end])

    def lv_length_m(self, way_m: float) -> float:
        """Return the length of an LV cable along a way, with slack and ends. [m]."""
        slack = self.policy.number("design.lv_cable_slack_percent") / PERCENT
        return rounded_m(way_m * (1 + slack) + 2 * self.policy.number("design.lv_cable_end_m"))

    def mv_length_m(self, way_m: float) -> float:
        """Return the length of a 10 kV cable along a way, with slack and ends. [m]."""
        slack = self.policy.number("route.cable_slack_percent") / PERCENT
        return rounded_m(way_m * (1 + slack) + 2 * self.policy.number("route.cable_end_m"))

    def cable_yuan_per_m(self, item: str, slack_rule: str) -> float:
        """Return what a metre of way costs for each cable: the cable, and a duct of its own."""
        slack = 1 + self.policy.number(slack_rule) / PERCENT
        own = 1 - self.digging_share
        laying = corridor_kinds()[self.policy.text("design.path_kind")].laying_item
        return yuan([(item, slack, LV), (laying, own, LV_CIVIL)], self.prices)

    @property
    def feeder_yuan(self) -> float:
        """Return what a feeder costs besides its cables: the branch box. [yuan]."""
        return yuan([("lv_branch_box", 1.0, LV)], self.prices)

    @property
    def digging_share(self) -> float:
        """Part of the price of a duct that is paid once in a shared trench. [-]."""
        return self.policy.number("design.duct_digging_percent") / PERCENT


def rounded_m(length_m: float) -> float:
    """Return a length to a tenth of a metre, as files give it.

    Examples
    --------
    >>> rounded_m(12.34)
    12.3
    """
    return round(length_m, 1)


def all_distances_m(ground: Ground) -> Floats:
    """Return the shortest ways between all nodes. [m], shape (n_nodes, n_nodes)."""
    rows = [shortest_m(ground.graph, node) for node in range(ground.graph.n_nodes)]
    return np.array(rows)


def priced_ground(ground: Ground, kit: Kit) -> TrenchGraph:
    """Return the ground with what digging each path costs once."""
    per_m = {kind: _digging_yuan_per_m(kind, kit) for kind in sorted(set(ground.kind))}
    cost: NDArray[np.float64] = np.array([per_m[kind] for kind in ground.kind])
    graph = ground.graph
    return TrenchGraph(
        x_m=graph.x_m,
        y_m=graph.y_m,
        from_node=graph.from_node,
        to_node=graph.to_node,
        length_m=graph.length_m,
        trench_yuan=cost * graph.length_m,
    )


def _digging_yuan_per_m(kind: str, kit: Kit) -> float:
    return yuan(digging_needs(kind, kit.digging_share), kit.prices)


def digging_needs(kind: str, digging_share: float) -> list[tuple[str, float, PayerScope]]:
    """Return what a metre of trench needs once, however many cables lie in it."""
    corridor = corridor_kinds()[kind]
    if kind == _NOTHING_LAID:
        return []
    found: list[tuple[str, float, PayerScope]] = [(corridor.laying_item, digging_share, LV_CIVIL)]
    if corridor.surface_item and corridor.trench_width_m:
        found.append((corridor.surface_item, corridor.trench_width_m, LV_CIVIL))
    return found


def cable_needs(kind: str, digging_share: float) -> tuple[str, float]:
    """Return what a metre of way needs for each cable besides the cable itself."""
    corridor = corridor_kinds()[kind]
    share = 1.0 if kind == _NOTHING_LAID else 1 - digging_share
    return corridor.laying_item, share
