"""Where substations stand: sites chosen among candidates, each load point at one of them."""

from dataclasses import dataclass

import numpy as np

from gridcalc.errors import NoSolutionError
from gridcalc.routing.trench.clusters import clusters
from gridcalc.routing.trench.instance import longest_m
from gridcalc.routing.trench.integer import Minimum, minimum, relaxed
from gridcalc.routing.trench.location import Location
from gridcalc.routing.trench.records import Bools, Floats, Ints
from gridcalc.routing.trench.records import gap_percent as gap_of

MAX_POINTS = 40
"""Load points up to which each is placed on its own. [-]"""
TIME_LIMIT_S = 20.0
"""Time an integer program may take. [s]"""
GAP_PERCENT = 0.01
"""Gap that is good enough. [%]"""
_TOLERANCE = 1e-9
_LARGEST_PART = 0.25
"""Part of the largest site that points put together may fill. [-]"""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SiteOffer:
    """Candidate sites.

    Parameters
    ----------
    capacity_kva
        What a site can supply. [kVA], shape (n_sites,)
    fixed_yuan
        What a site costs once it is used. [yuan], shape (n_sites,)
    """

    capacity_kva: Floats
    fixed_yuan: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LoadPoints:
    """What has to be supplied.

    Parameters
    ----------
    load_kva
        Load of a point, at least 0. [kVA], shape (n_points,)
    yuan_per_m
        What a metre between site and point costs. [yuan/m], shape (n_points,)
    """

    load_kva: Floats
    yuan_per_m: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class SitePlan:
    """Sites that are used and which point is supplied from where.

    Parameters
    ----------
    sites
        Sites used, ascending.
    site_of_point
        Site of each point.
    cost_yuan
        Sites and metres. [yuan]
    lower_bound_yuan
        No choice costs less. [yuan]
    n_groups
        Groups of points that were placed together; the number of points where each was placed on
        its own. [-]
    """

    sites: tuple[int, ...]
    site_of_point: tuple[int, ...]
    cost_yuan: float
    lower_bound_yuan: float
    n_groups: int

    @property
    def gap_percent(self) -> float:
        """How far the cost may be above the least. [%]."""
        return gap_of(self.cost_yuan, self.lower_bound_yuan)


def choose_sites(
    distance_m: Floats,
    *,
    points: LoadPoints,
    offer: SiteOffer,
    max_distance_m: float,
    n_sites: int | None = None,
    gap_percent: float = GAP_PERCENT,
    time_limit_s: float = TIME_LIMIT_S,
) -> SitePlan:
    """Return the sites that supply all points at the least cost found.

    With more than 40 points, those with similar distances to all sites are placed together; then
    single points move to other sites in use while that saves. The bound is one over single
    points in any case: the linear relaxation where they were put together.

    Parameters
    ----------
    distance_m
        From each site to each point, inf where no path leads. [m], shape (n_sites, n_points)
    points, offer
        What has to be supplied, and from where it can be.
    max_distance_m
        Largest distance between a point and its site; inf for none. [m]
    n_sites
        How many sites are used; None for any number.
    gap_percent, time_limit_s
        When the search ends. [%], [s]

    Raises
    ------
    NoSolutionError
        No choice of sites supplies all points.

    Examples
    --------
    Two sites beside each other, one too small for both points of 300 kVA:

    >>> plan = choose_sites(
    ...     np.array([[10.0, 20.0], [20.0, 10.0]]),
    ...     points=LoadPoints(load_kva=np.full(2, 300.0), yuan_per_m=np.full(2, 100.0)),
    ...     offer=SiteOffer(capacity_kva=np.array([400.0, 630.0]), fixed_yuan=np.full(2, 5000.0)),
    ...     max_distance_m=250.0,
    ... )
    >>> plan.sites, plan.site_of_point, plan.cost_yuan
    ((1,), (1, 1), 8000.0)
    """
    allowed = np.isfinite(distance_m) & (distance_m <= longest_m(max_distance_m))
    allowed &= points.load_kva <= offer.capacity_kva[:, None] * (1 + _TOLERANCE)
    _require_reachable(allowed)
    whole = Location(
        supply_yuan=np.where(allowed, distance_m, 0.0) * points.yuan_per_m,
        allowed=allowed,
        load_kva=points.load_kva,
        capacity_kva=offer.capacity_kva,
        fixed_yuan=offer.fixed_yuan,
        n_used=n_sites,
    )
    cluster_of = clusters(
        distance_m,
        points.load_kva,
        allowed,
        max_clusters=MAX_POINTS,
        max_load_kva=_LARGEST_PART * float(offer.capacity_kva.max(initial=0.0)),
    )
    for location, member_of in (
        (whole.together(cluster_of), cluster_of),
        (whole, np.arange(whole.n_points)),
    ):
        found = minimum(location.program(), time_limit_s=time_limit_s, gap_percent=gap_percent)
        if found.x is not None:
            return _plan(whole, location, member_of, found, time_limit_s)
    raise NoSolutionError(
        f"no choice of {n_sites or 'any'} of {len(offer.fixed_yuan)} sites supplies"
        f" {points.load_kva.sum():.0f} kVA, all sites together have"
        f" {offer.capacity_kva.sum():.0f} kVA - add sites or larger ones"
    )


def _plan(
    whole: Location, location: Location, member_of: Ints, found: Minimum, time_limit_s: float
) -> SitePlan:
    assert found.x is not None  # noqa: S101  asked for by the caller
    site_of = whole.improved(location.sites_of(found.x)[member_of])
    bound_yuan = found.bound
    if location.n_points < whole.n_points:
        loose = relaxed(whole.program(), time_limit_s=time_limit_s)
        bound_yuan = 0.0 if loose is None else float(whole.program().cost @ loose.x)
    cost_yuan = whole.cost_yuan(site_of)
    return SitePlan(
        sites=tuple(int(site) for site in np.unique(site_of)),
        site_of_point=tuple(int(site) for site in site_of),
        cost_yuan=cost_yuan,
        lower_bound_yuan=min(bound_yuan, cost_yuan),
        n_groups=location.n_points,
    )


def _require_reachable(allowed: Bools) -> None:
    """Raise a ``NoSolutionError`` that names the points that no site can supply."""
    alone = [str(point) for point in np.flatnonzero(~allowed.any(axis=0))]
    if alone:
        raise NoSolutionError(
            f"no site is near and large enough for load points {', '.join(alone)}"
            " - add sites, or split the loads"
        )
