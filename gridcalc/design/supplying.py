"""The 10 kV side of a design: the order of substations, their cables, and where these begin."""

from collections.abc import Sequence

from gridcalc.compound.model import MvCable, Rmu, Substation, TransformerUnit, hv_terminal
from gridcalc.compound.templates.medium_voltage import MvPart, mv_links
from gridcalc.compound.templates.sizing import compensation_kvar
from gridcalc.design.kit import Kit, rounded_m
from gridcalc.design.stations import Stations
from gridcalc.routing.trench.records import Floats

_MAX_EXACT_STOPS = 11


def visiting_order(
    distance_m: Floats, *, start: int, stops: Sequence[int], closed: bool
) -> list[int]:
    """Return stops in the order of the shortest way from a start through all of them.

    Exact up to 11 stops; beyond, the nearest one next.

    Parameters
    ----------
    distance_m
        Shortest ways between nodes. [m]
    start, stops
        Nodes.
    closed
        Whether the way leads back to the start.

    Returns
    -------
    Positions in ``stops``; of two equal ways the one with the earlier stops first.

    Examples
    --------
    >>> import numpy as np
    >>> line = np.abs(np.subtract.outer([0.0, 50.0, 20.0], [0.0, 50.0, 20.0]))
    >>> visiting_order(line, start=0, stops=[1, 2], closed=False)
    [1, 0]
    """
    if len(stops) > _MAX_EXACT_STOPS:
        return _nearest_next(distance_m, start, stops)
    best: dict[tuple[frozenset[int], int], tuple[float, tuple[int, ...]]] = {
        (frozenset([k]), k): (float(distance_m[start, node]), (k,)) for k, node in enumerate(stops)
    }
    for _ in range(len(stops) - 1):
        longer: dict[tuple[frozenset[int], int], tuple[float, tuple[int, ...]]] = {}
        for (seen, last), (length_m, way) in best.items():
            for k in sorted(set(range(len(stops))) - seen):
                key = (seen | {k}, k)
                found = (length_m + float(distance_m[stops[last], stops[k]]), (*way, k))
                longer[key] = min(longer.get(key, found), found)
        best = longer
    ends = [
        (length_m + (float(distance_m[stops[last], start]) if closed else 0.0), way)
        for (_, last), (length_m, way) in best.items()
    ]
    return list(min(ends)[1])


def _nearest_next(distance_m: Floats, start: int, stops: Sequence[int]) -> list[int]:
    order: list[int] = []
    here = start
    for _ in stops:
        left = [k for k in range(len(stops)) if k not in order]
        nearest = min(left, key=lambda k: (float(distance_m[here, stops[k]]), k))
        order.append(nearest)
        here = stops[nearest]
    return order


def substations(stations: Stations, kit: Kit) -> tuple[tuple[Substation, ...], list[int]]:
    """Return the substations along the 10 kV cable, and the candidate of each.

    Transformers are numbered in this order.
    """
    used = list(dict.fromkeys(candidate for candidate, _ in stations.supplied))
    ground = kit.site.ground
    order = visiting_order(
        kit.distance_m,
        start=ground.entry_node,
        stops=[ground.candidate_node[candidate] for candidate in used],
        closed=kit.layout.mv.arrangement == "ring",
    )
    candidates = [used[k] for k in order]
    per_station = kit.layout.substations.units_per_substation
    kvar = compensation_kvar(kit.layout, stations.unit)
    rows = []
    for i, candidate in enumerate(candidates):
        units = tuple(
            TransformerUnit(
                id=f"T{i * per_station + k + 1}",
                type=stations.unit.name,
                compensation_kvar=kvar,
            )
            for k in range(per_station)
        )
        rows.append(_substation(f"PD{i + 1}", candidate, units, kit))
    return tuple(rows), candidates


def _substation(
    name: str, candidate: int, units: tuple[TransformerUnit, ...], kit: Kit
) -> Substation:
    rule, here = kit.layout.substations, kit.site.candidates[candidate]
    flood, interface = here.flood_protected, here.generator_interface
    return Substation(
        id=name,
        kind=here.kind or rule.kind,
        floor=rule.floor if here.floor is None else here.floor,
        flood_protected=rule.flood_protected if flood is None else flood,
        generator_interface=rule.generator_interface if interface is None else interface,
        lv_tie=rule.lv_tie and len(units) > 1,
        transformers=units,
    )


def mv_part(
    stations: tuple[Substation, ...], nodes: Sequence[int], kit: Kit
) -> tuple[MvPart, dict[str, int]]:
    """Return the 10 kV entries with the lengths of the shortest ways, and where each node stands.

    An RMU stands at the first substation it feeds.

    Parameters
    ----------
    stations, nodes
        The substations in order, and where they stand.
    kit
        Site and rules.
    """
    rmus, links = mv_links(kit.layout, stations, kit.catalogue)
    node_of = {source.id: kit.site.ground.entry_node for source in kit.layout.mv.sources}
    for station, node in zip(stations, nodes, strict=True):
        node_of[station.id] = node
        for unit in station.transformers:
            node_of |= {unit.id: node, hv_terminal(unit.id): node}
    fed = {*node_of} - {source.id for source in kit.layout.mv.sources}
    for rmu in rmus:
        node_of[rmu] = next(
            node_of[link.end] for link in links if link.start == rmu and link.end in fed
        )
    sources = {source.id for source in kit.layout.mv.sources}
    cables = []
    for i, link in enumerate(links):
        way_m = kit.way_m(node_of[link.start], node_of[link.end])
        length_m = kit.mv_length_m(way_m) + outside_m({link.start, link.end} & sources, kit)
        cables.append(
            MvCable(
                id=f"MC{i + 1}",
                from_id=link.start,
                to_id=link.end,
                type=link.type,
                length_m=rounded_m(length_m),
                laying=kit.layout.mv.laying,
                normally_open=link.is_open,
            )
        )
    part = MvPart(
        sources=kit.layout.mv.sources,
        rmus=tuple(Rmu(id=name, type=kit.layout.mv.rmu or "") for name in rmus),
        cables=tuple(cables),
        substations=stations,
    )
    return part, node_of


def outside_m(sources: set[str], kit: Kit) -> float:
    """Return the cable outside of the site to some sources. [m]."""
    given = kit.site.outside_m
    each = kit.policy.number("design.source_cable_m") if given is None else given
    return len(sources) * each
