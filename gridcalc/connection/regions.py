"""Permit classes as parts of the network: which arcs a route of a class may use, and how far."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from gridcalc.connection.ways import ways_of
from gridcalc.policy import PermitClass, PolicyPack, permit_classes
from gridcalc.policy.permit_of_route import SAME_LENGTH_M, UNKNOWN_ROAD, approval_days
from gridcalc.routing.kinds import EXISTING_DUCT
from gridcalc.routing.records import CorridorGraph
from gridcalc.routing.search.network import Resource, RouteNetwork
from gridcalc.units import PERCENT, VN_MV_KV

ALONG_UNKNOWN = -2
LENGTH = "reg_length_m"
COUNTED_LENGTH = "permit.counted_length"
N_ENDS = 2


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Region:
    """Where a route is sure to be taken by a permit class.

    Parameters
    ----------
    class_id
        The class; empty for what needs confirmation.
    kind
        ``filing``, ``approval`` or ``needs_confirmation``.
    days
        Days of approval. [working days]
    mask
        Arcs that may be used. shape (n_arcs,)
    resources
        Limits on sums along the route.
    """

    class_id: str
    kind: str
    days: float
    mask: NDArray[np.bool_] = field(repr=False)
    resources: tuple[Resource, ...] = field(repr=False)

    @property
    def unlimited(self) -> "Region":
        """The same without the limit of its length."""
        rest = tuple(row for row in self.resources if row.name != LENGTH)
        return Region(
            class_id=self.class_id, kind=self.kind, days=self.days, mask=self.mask, resources=rest
        )


def regions(
    graph: CorridorGraph, network: RouteNetwork, *, policy: PolicyPack, year: int | None
) -> tuple[Region, ...]:
    """Return the parts in which routes are classed for certain, then all that is open.

    A part that holds no more than another of at most its days is left out.

    Parameters
    ----------
    graph, network
        Corridors, and the arcs on them.
    policy
        Its permit classes.
    year
        Year of the works, for the age of roads; None where it is not known.
    """
    free = np.ones(len(network.edge), dtype=bool)
    free[_of_edges(network, graph.blocked)] = False
    found: list[Region] = []
    for row in permit_classes(policy):
        if row.voltage_kv_max is not None and row.voltage_kv_max < VN_MV_KV:
            continue
        region = _region(row, graph, network, free=free, policy=policy, year=year)
        if not any(_holds(other, region) for other in found):
            found.append(region)
    days = max([policy.number("permit.approval_working_days"), *(region.days for region in found)])
    rest = Region(class_id="", kind="needs_confirmation", days=days, mask=free, resources=())
    if not any(_holds(other, rest) for other in found):
        found.append(rest)
    return tuple(found)


def _holds(wide: Region, narrow: Region) -> bool:
    """Return whether each route of one region is one of the other with no more days."""
    if wide.resources or wide.days > narrow.days:
        return False
    return bool((wide.mask | ~narrow.mask).all())


def _region(
    row: PermitClass,
    graph: CorridorGraph,
    network: RouteNetwork,
    *,
    free: NDArray[np.bool_],
    policy: PolicyPack,
    year: int | None,
) -> Region:
    tolerance_m = policy.number("permit.max_along_m")
    mask = free.copy()
    resources = list(_resources(row, graph, network, policy))
    along = _along(row, graph)
    if tolerance_m > 0 and along.any():
        used = _per_arc(network, np.where(along, graph.length_m, 0.0))
        resources.append(Resource(name="along_m", per_arc=used, limit=tolerance_m + SAME_LENGTH_M))
    else:
        mask[_of_edges(network, along)] = False
    unsure = {*row.forbid_crossing, *row.confirm_crossing}
    mask[_of_edges(network, graph.lies_in(unsure))] = False
    if unsure:
        mask[_crossing(network, graph, {*unsure, UNKNOWN_ROAD})] = False
    if row.forbid_important_infrastructure:
        mask[_of_edges(network, graph.important)] = False
    if row.min_road_age_years is not None:
        mask[_of_edges(network, _too_young(graph, row.min_road_age_years, year))] = False
    return Region(
        class_id=row.id,
        kind=row.kind,
        days=approval_days(row, policy),
        mask=mask,
        resources=tuple(resources),
    )


def _resources(
    row: PermitClass, graph: CorridorGraph, network: RouteNetwork, policy: PolicyPack
) -> Iterator[Resource]:
    if row.max_reg_length_m is not None:
        inclusive = row.boundary == "<="
        yield Resource(
            name=LENGTH,
            per_arc=_per_arc(network, reg_length_m(graph, policy)),
            limit=row.max_reg_length_m
            - reg_ends_m(policy)
            + (SAME_LENGTH_M if inclusive else -SAME_LENGTH_M),
            inclusive=inclusive,
        )
    if row.max_green_m2 is not None:
        yield Resource(
            name="green_m2",
            per_arc=_per_arc(network, green_m2(graph, policy)),
            limit=row.max_green_m2,
        )


def reg_length_m(graph: CorridorGraph, policy: PolicyPack) -> NDArray[np.float64]:
    """Return the length of each edge that counts for the threshold [m], shape (n_edges,).

    It is that of the route, or with its slack that of the cable, as the pack reads its document.
    """
    slack = policy.number("route.cable_slack_percent") / PERCENT if counts_cable(policy) else 0.0
    length_m = graph.length_m * (1 + slack) if slack else graph.length_m
    if policy.flag("permit.existing_duct_counts"):
        return length_m
    return np.where(_is_existing_duct(graph), 0.0, length_m)


def counts_cable(policy: PolicyPack) -> bool:
    """Return whether the cable counts for the threshold and not the route on the map.

    Examples
    --------
    >>> from gridcalc.policy import load_policy
    >>> counts_cable(load_policy("ningxia-2025"))
    False
    """
    return policy.text(COUNTED_LENGTH) == "cable_length"


def reg_ends_m(policy: PolicyPack) -> float:
    """Return what the two ends of the cable add to the length that counts. [m]."""
    return N_ENDS * policy.number("route.cable_end_m") if counts_cable(policy) else 0.0


def _is_existing_duct(graph: CorridorGraph) -> NDArray[np.bool_]:
    """Return which edges are ducts that exist; shape (n_edges,)."""
    return np.array([kind == EXISTING_DUCT for kind in graph.kinds], dtype=bool)[graph.kind]


def green_m2(graph: CorridorGraph, policy: PolicyPack) -> NDArray[np.float64]:
    """Return the green land that each edge digs [m²], shape (n_edges,); none below a river."""
    kinds, areas = ways_of(policy).corridors, ways_of(policy).areas
    width_m = np.array([kinds[kind].trench_width_m for kind in graph.kinds])[graph.kind]
    greenway = np.array([kind == "greenway" for kind in graph.kinds], dtype=bool)[graph.kind]
    below = [bool(areas[kind].crossing_item) for kind in graph.obstacle_kind]
    is_below = np.array([*below, False], dtype=bool)[graph.obstacle]
    dug = ((graph.green & ~_is_existing_duct(graph)) | greenway) & ~is_below
    return np.where(dug, width_m * graph.length_m, 0.0)


def _along(row: PermitClass, graph: CorridorGraph) -> NDArray[np.bool_]:
    """Return the edges along a road that the class forbids, or that may be along one."""
    if not row.forbid_along:
        return np.zeros(graph.n_edges, dtype=bool)
    codes = [k for k, kind in enumerate(graph.kinds) if kind in row.forbid_along]
    return np.isin(graph.along, [*codes, ALONG_UNKNOWN])


def _crossing(
    network: RouteNetwork, graph: CorridorGraph, kinds: Collection[str]
) -> NDArray[np.bool_]:
    hit = np.array([kind in kinds for kind in graph.kinds] + [False], dtype=bool)
    return hit[network.crossing]


def _too_young(graph: CorridorGraph, least_years: float, year: int | None) -> NDArray[np.bool_]:
    """Return the road edges that are too young, or whose age is not known."""
    opened = is_road(graph)
    if year is None:
        return opened
    young_or_unknown: NDArray[np.bool_] = ~(year - graph.road_year >= least_years)
    return opened & young_or_unknown


def is_road(graph: CorridorGraph) -> NDArray[np.bool_]:
    """Return the edges that open a road, or may; ducts that exist open none; shape (n_edges,)."""
    road: NDArray[np.bool_] = (graph.along >= 0) | (graph.along == ALONG_UNKNOWN)
    return road & ~_is_existing_duct(graph)


def _per_arc(network: RouteNetwork, per_edge: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.append(per_edge, 0.0)[network.edge]


def _of_edges(network: RouteNetwork, edges: NDArray[np.bool_]) -> NDArray[np.bool_]:
    return np.append(edges, [False])[network.edge]
