"""How many transformers of which size, at which candidates, and what each of them supplies."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil

import numpy as np

from gridcalc.catalogue import Transformer
from gridcalc.compound.templates.allotment import Allotment, Box, PublicItem, board_items
from gridcalc.compound.templates.design_load import station_power
from gridcalc.compound.templates.equipment import units_of_series
from gridcalc.compound.templates.sizing import compensation_kvar
from gridcalc.design.kit import Kit
from gridcalc.design.records import LoadBox
from gridcalc.design.sectors import halves, load_points
from gridcalc.errors import NoSolutionError
from gridcalc.routing.trench.records import Floats
from gridcalc.routing.trench.siting import LoadPoints, SiteOffer, choose_sites
from gridcalc.units import PERCENT

_GAP_PERCENT = 0.5
_LEAST_KVA = 0.01
"""What a box counts at least, so that one without load is supplied from nearby too. [kVA]"""
_N_LISTED = 20
_N_TRIALS = 6
_LESS = 0.99
"""Largest part of the last filling that the next trial takes. [-]"""
_KINDS = ("n_households", "n_private_bays", "n_public_chargers", "n_sockets")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stations:
    """Transformers of one size and where they stand.

    Parameters
    ----------
    unit
        The transformer.
    supplied
        Candidate and boxes of each transformer, those of one candidate in turn.
    load_kva
        Design load of each transformer. [kVA]
    """

    unit: Transformer
    supplied: tuple[tuple[int, tuple[LoadBox, ...]], ...]
    load_kva: tuple[float, ...]


def size_stations(kit: Kit) -> Stations:
    """Return the fewest transformers that carry a site, then the smallest size.

    Every box lies within the supply radius of its transformer; where the fewest do not reach
    all boxes, there are more of them.

    Raises
    ------
    NoSolutionError
        A place is too far from every candidate, or the candidates do not suffice.
    """
    _require_near(kit)
    per_station = kit.layout.substations.units_per_substation
    n_candidates = len(kit.site.candidates)
    sizes = _sizes(kit)
    tried = None
    for n_stations in range(1, n_candidates + 1):
        n_units = n_stations * per_station
        for unit in sizes:
            if _even_kva(kit, unit, n_units) > _limit_kva(kit, unit, n_units):
                continue
            try:
                return _carrying(kit, unit, n_stations)
            except NoSolutionError as error:
                tried = error
    need_kva = _even_kva(kit, sizes[-1], n_candidates * per_station) * n_candidates * per_station
    largest = sizes[-1].sn_kva
    raise NoSolutionError(
        f"{n_candidates} candidate sites with {per_station} x {largest:g} kVA each do not carry"
        f" {need_kva:.0f} kVA within {kit.radius_m:g} m - add substation_sites"
    ) from tried


def station_share(boxes: Sequence[Box], kit: Kit) -> Allotment:
    """Return boxes as what one transformer supplies, with the common loads at its board."""
    of_kind = {
        kind: tuple(box for box in boxes if box.kind == kind)
        for kind in ("meter_box", "charger_box", "ebike_shed", "distribution_box")
    }
    return Allotment(
        meter_boxes=of_kind["meter_box"],
        charger_boxes=of_kind["charger_box"],
        sheds=of_kind["ebike_shed"],
        distribution_boxes=of_kind["distribution_box"],
        board=board_items(kit.layout, sum(box.n_households for box in boxes)),
    )


def design_kva(share: Allotment, unit: Transformer, kit: Kit) -> float:
    """Return the design load of a transformer, chargers, compensation and losses included [kVA]."""
    power = station_power(share, kit.rules, charger_share=kit.charger_share).compensated(
        installed_kvar=compensation_kvar(kit.layout, unit),
        target_power_factor=kit.policy.number("compensation.target_power_factor"),
    )
    return power.s_kva * (1 + kit.layout.substations.loss_allowance_percent / PERCENT)


def _require_near(kit: Kit) -> None:
    site, nodes = kit.site, kit.site.ground.candidate_node
    far = []
    for place, node in zip(site.places, site.ground.place_node, strict=True):
        least_m = min(kit.way_m(start, node) for start in nodes)
        if least_m > kit.radius_m:
            far.append(f"{place.id} is {least_m:.0f} m from the nearest candidate")
    if far:
        head = f"the supply radius is {kit.radius_m:g} m; add substation_sites near these places:"
        rest = [f"and {len(far) - _N_LISTED} more"] if len(far) > _N_LISTED else []
        raise NoSolutionError("\n  - ".join([head, *far[:_N_LISTED], *rest]))


def _sizes(kit: Kit) -> list[Transformer]:
    stations = kit.layout.substations
    rows = units_of_series(stations.transformer_series, kit.catalogue)
    kinds = {row.kind or stations.kind for row in kit.site.candidates}
    largest = min(
        kit.policy.number(
            "transformer.max_unit_prefabricated_kva"
            if kind == "prefabricated"
            else "transformer.max_unit_kva"
        )
        for kind in kinds
    )
    allowed = sorted(set(stations.sizes_kva))
    return [rows[kva] for kva in allowed if kva <= largest] or [rows[allowed[0]]]


def _limit_kva(kit: Kit, unit: Transformer, n_units: int) -> float:
    paired = kit.layout.substations.lv_tie and n_units > 1
    name = "max_pair_loading_percent" if paired else "max_loading_percent"
    return kit.policy.number(f"transformer.{name}") / PERCENT * unit.sn_kva


def _even_kva(kit: Kit, unit: Transformer, n_units: int) -> float:
    """Return the load of each of some transformers that share everything evenly [kVA]."""
    return design_kva(station_share([_even_box(kit, n_units)], kit), unit, kit)


def _even_box(kit: Kit, n_units: int) -> Box:
    """Return an equal part of everything as one box."""
    rows = [row.box for row in kit.boxes]
    parts = {name: ceil(sum(getattr(box, name) for box in rows) / n_units) for name in _KINDS}
    public = tuple(
        PublicItem(
            kind=item.kind,
            kw=item.kw / n_units,
            grade=item.grade,
            demand_factor=item.demand_factor,
            power_factor=item.power_factor,
        )
        for box in rows
        for item in box.public
    )
    return Box(kind="meter_box", public=public, **parts)


def _weights_kva(kit: Kit, unit: Transformer, n_units: int) -> list[float]:
    """Return what each box adds to the load of its transformer, if all share evenly [kVA]."""
    even = _even_box(kit, n_units)
    each = {
        name: _alone_kw(Box(kind="meter_box", **{name: n}), kit) / n
        if (n := getattr(even, name))
        else 0.0
        for name in _KINDS
    }
    raw = [
        sum(each[name] * getattr(row.box, name) for name in _KINDS)
        + _alone_kw(Box(kind="meter_box", public=row.box.public), kit)
        for row in kit.boxes
    ]
    scale = _even_kva(kit, unit, n_units) * n_units / sum(raw)
    return [max(scale * kw, _LEAST_KVA) for kw in raw]


def _alone_kw(box: Box, kit: Kit) -> float:
    share = Allotment(
        meter_boxes=(box,), charger_boxes=(), sheds=(), distribution_boxes=(), board=()
    )
    return station_power(share, kit.rules, charger_share=kit.charger_share).p_kw


def _carrying(kit: Kit, unit: Transformer, n_stations: int) -> Stations:
    """Return transformers of a size at the best candidates, none of them overloaded.

    What boxes add to a transformer is an estimate; where it puts too much on one, the next trial
    fills all of them less.

    Raises
    ------
    NoSolutionError
        No choice of candidates carries everything within the supply radius.
    """
    limit_kva = _limit_kva(kit, unit, n_stations * kit.layout.substations.units_per_substation)
    filled_kva = limit_kva
    for _ in range(_N_TRIALS):
        found = _sited(kit, unit, n_stations, filled_kva)
        worst = max(found.load_kva) / limit_kva
        if worst <= 1:
            return found
        filled_kva *= min(1 / worst, _LESS)
    raise NoSolutionError(f"{unit.name} would be loaded {worst:.0%} of its limit")


def _sited(kit: Kit, unit: Transformer, n_stations: int, filled_kva: float) -> Stations:
    """Return transformers of a size at the best candidates, each filled to a load [kVA].

    Way of cable counts by the load with all chargers, because LV cables are laid for them.

    Raises
    ------
    NoSolutionError
        No choice of candidates carries everything within the supply radius.
    """
    per_station = kit.layout.substations.units_per_substation
    n_units = n_stations * per_station
    weights = _weights_kva(kit, unit, n_units)
    on_cables = _weights_kva(replace(kit, charger_share=1.0), unit, n_units)
    points = list(load_points(kit))
    starts = list(kit.site.ground.candidate_node)
    plan = choose_sites(
        _point_distances_m(points, on_cables, starts, kit),
        points=LoadPoints(
            load_kva=np.array([sum(weights[k] for k in rows) for rows in points]),
            yuan_per_m=np.array([sum(on_cables[k] for k in rows) for rows in points]),
        ),
        offer=SiteOffer(
            capacity_kva=np.full(len(starts), per_station * filled_kva),
            fixed_yuan=np.zeros(len(starts)),
        ),
        max_distance_m=kit.radius_m,
        n_sites=n_stations,
        gap_percent=_GAP_PERCENT,
    )
    at_site = {
        candidate: [
            k
            for rows, at in zip(points, plan.site_of_point, strict=True)
            if at == candidate
            for k in rows
        ]
        for candidate in plan.sites
    }
    return _split_up(at_site, unit, weights, filled_kva, kit)


def _split_up(
    at_site: Mapping[int, Sequence[int]],
    unit: Transformer,
    weights: Sequence[float],
    filled_kva: float,
    kit: Kit,
) -> Stations:
    """Return transformers with their boxes, from the boxes of each substation."""
    supplied: list[tuple[int, tuple[LoadBox, ...]]] = []
    for candidate, mine in at_site.items():
        is_lone = kit.layout.substations.units_per_substation == 1
        parts = [mine] if is_lone else halves(mine, candidate, weights, filled_kva, kit)
        supplied += [(candidate, tuple(kit.boxes[k] for k in part)) for part in parts]
    load_kva = [
        design_kva(station_share([r.box for r in rows], kit), unit, kit) for _, rows in supplied
    ]
    return Stations(unit=unit, supplied=tuple(supplied), load_kva=tuple(load_kva))


def _point_distances_m(
    points: Sequence[Sequence[int]], weights: Sequence[float], starts: Sequence[int], kit: Kit
) -> Floats:
    """Return the mean way from each candidate to the boxes of a point, by load.

    It is inf where one of the boxes lies beyond the supply radius. [m], shape (n_sites, n_points)
    """
    columns = []
    for rows in points:
        ways_m = kit.distance_m[np.ix_(starts, [kit.boxes[k].node for k in rows])]
        mean_m = np.average(ways_m, axis=1, weights=[weights[k] for k in rows])
        columns.append(np.where(ways_m.max(axis=1) <= kit.radius_m, mean_m, np.inf))
    return np.column_stack(columns)
