"""THE MAIN FLOW of a connection: sources judged, cable chosen, routes found, one recommended."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gridcalc.catalogue import Cable, Catalogue
from gridcalc.connection.assumptions import connection_assumptions
from gridcalc.connection.choosing import Chosen, chosen_routes
from gridcalc.connection.choosing_pairs import chosen_pairs
from gridcalc.connection.line import Duty, choose_cable, fault_ka
from gridcalc.connection.no_route import reason, remedies
from gridcalc.connection.options import Setting
from gridcalc.connection.permit_kinds import asked_crossings, check_permit_kinds
from gridcalc.connection.records import Connection
from gridcalc.connection.relaxing import areas_in_the_way
from gridcalc.connection.sources import judge_sources
from gridcalc.connection.tracing import edge_facts
from gridcalc.connection.works import (
    Works,
    crossing_costs_yuan,
    edge_costs_yuan,
    items_along,
    needs_of_source,
    works_of,
    yuan,
)
from gridcalc.cost import PriceBook
from gridcalc.errors import InputError
from gridcalc.notes import NO_NOTE
from gridcalc.policy import PolicyPack
from gridcalc.routing.corridors.reachable import reachable_from
from gridcalc.routing.junctions import route_network
from gridcalc.routing.records import SiteMap
from gridcalc.routing.search.network import RouteNetwork

_DETOUR_FACTOR = 2.0
"""Longest cable likely over the distance of the farthest source, to choose a section."""
_NOTICED_YUAN = 1e-4
"""What crossing a road costs the search where a class asks for it and no bill does: it is seen, and
of equal routes the one with fewer crossings is taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionSettings:
    """How routes are ranked and how many are shown; ``None`` leaves it to the policy pack.

    Parameters
    ----------
    n_routes
        Routes that are shown.
    day_yuan
        Worth of a working day of approval. [yuan]
    max_shared_percent
        Length that two routes may share and still count as different. [%]
    year
        Year of the works; without it the age of a road is not known.
    """

    n_routes: int | None = None
    day_yuan: float | None = None
    max_shared_percent: float | None = None
    year: int | None = None


def connect(
    site: SiteMap,
    *,
    catalogue: Catalogue,
    policy: PolicyPack,
    prices: PriceBook,
    demand_kva: float,
    settings: ConnectionSettings | None = None,
) -> Connection:
    """Return the sources, the routes and the permits of a new 10 kV connection.

    Parameters
    ----------
    site
        Map, sources and target.
    catalogue, policy, prices
        Cables, rules and prices.
    demand_kva
        Capacity asked for; for a double supply each line carries it alone. [kVA]
    settings
        How routes are ranked.

    Raises
    ------
    InputError
        The cable is not in the catalogue, an item has no price, or a permit class names a kind of
        road or area that there is not.
    """
    asked = settings or ConnectionSettings()
    check_permit_kinds(policy)
    sources = judge_sources(site.sources, demand_kva=demand_kva, policy=policy)
    usable = [k for k, row in enumerate(sources) if row.accepted]
    cable = _cable(site, usable, demand_kva, catalogue, policy)
    works = works_of(cable.name, policy=policy, prices=prices)
    setting = _setting(site, cable, works, demand_kva=demand_kva, policy=policy, asked=asked)
    chosen = _chosen(setting, usable, asked)
    relaxed = () if chosen.routes else areas_in_the_way(setting, usable)
    return Connection(
        site=site,
        policy=policy,
        prices=prices,
        demand_kva=demand_kva,
        year=asked.year,
        cable=cable,
        sources=sources,
        pareto=chosen.pareto,
        routes=chosen.routes,
        pairs=chosen.pairs,
        labels=chosen.labels,
        detour=chosen.detour,
        why=chosen.why,
        remedies=() if chosen.routes else remedies(site, sources, usable, relaxed),
        relaxed=relaxed,
        reason=NO_NOTE if chosen.routes else reason(site, usable, relaxed),
        warnings=site.warnings,
        assumptions=connection_assumptions(policy, sources, cable, site.graph),
    )


def _setting(
    site: SiteMap,
    cable: Cable,
    works: Works,
    *,
    demand_kva: float,
    policy: PolicyPack,
    asked: ConnectionSettings,
) -> Setting:
    return Setting(
        site=site,
        network=_network(site, works, policy),
        known=edge_facts(site.graph, policy, year=asked.year),
        works=works,
        cable=cable,
        demand_kva=demand_kva,
        day_yuan=_or(asked.day_yuan, policy, "route.approval_day_yuan"),
    )


def _chosen(setting: Setting, usable: Sequence[int], asked: ConnectionSettings) -> Chosen:
    policy = setting.known.policy
    n_routes = int(_or(asked.n_routes, policy, "route.n_routes"))
    if setting.site.supply == "double":
        return chosen_pairs(setting, usable, n_pairs=n_routes)
    shared = _or(asked.max_shared_percent, policy, "route.max_shared_percent")
    return chosen_routes(setting, usable, n_routes=n_routes, max_shared_percent=shared)


def _or(given: float | None, policy: PolicyPack, rule: str) -> float:
    return policy.number(rule) if given is None else given


def _cable(
    site: SiteMap,
    usable: Sequence[int],
    demand_kva: float,
    catalogue: Catalogue,
    policy: PolicyPack,
) -> Cable:
    is_joined = reachable_from(site.graph, site.target_node)[site.source_node]
    joined = [site.sources[k] for k in usable if is_joined[k]]
    rows = joined or [site.sources[k] for k in usable] or list(site.sources)
    x_m, y_m = site.graph.x_m[site.target_node], site.graph.y_m[site.target_node]
    farthest_m = max((float(np.hypot(row.x_m - x_m, row.y_m - y_m)) for row in rows), default=0.0)
    duty = Duty(
        demand_kva=demand_kva,
        i_sc_ka=max((fault_ka(row, policy) for row in rows), default=0.0),
        longest_m=_DETOUR_FACTOR * farthest_m,
    )
    file = site.file or site.id
    return choose_cable(site.cable, duty=duty, catalogue=catalogue, policy=policy, file=file)


def _network(site: SiteMap, works: Works, policy: PolicyPack) -> RouteNetwork:
    _check_prices(site, works)
    asked = {
        k: _NOTICED_YUAN
        for k, kind in enumerate(site.graph.kinds)
        if kind in asked_crossings(policy)
    }
    return route_network(
        site.graph,
        usable=~site.graph.blocked,
        edge_cost_yuan=edge_costs_yuan(site.graph, works),
        crossing_cost_yuan={**asked, **crossing_costs_yuan(site.graph, works)},
        start=site.source_node,
        start_cost_yuan=np.array(
            [yuan(needs_of_source(source, works), works.prices) for source in site.sources]
        ),
        target=site.target_node,
    )


def _check_prices(site: SiteMap, works: Works) -> None:
    """Refuse a book without prices for what a route may need, all at once."""
    ends = {item for row in site.sources for item, _, _ in needs_of_source(row, works)}
    problems = list(works.prices.missing(ends | items_along(site.graph, works)))
    if problems:
        raise InputError(problems)
