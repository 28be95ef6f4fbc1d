"""How many transformers of which size, at which candidates, and what each of them supplies."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import atan2, ceil

import numpy as np

from gridcalc.catalogue import Transformer
from gridcalc.compound.templates.allotment import Allotment, Box, PublicItem, board_items
from gridcalc.compound.templates.design_load import station_power
from gridcalc.compound.templates.equipment import units_of_series
from gridcalc.compound.templates.sizing import compensation_kvar
from gridcalc.design.kit import Kit
from gridcalc.design.records import LoadBox
from gridcalc.errors import NoSolutionError
from gridcalc.routing.trench.records import Floats
from gridcalc.routing.trench.siting import LoadPoints, SiteOffer, choose_sites
from gridcalc.units import PERCENT

_GAP_PERCENT = 0.5
_BALANCE_DECIMALS = 1
_LEAST_KVA = 0.01
"""What a box counts at least, so that one without load is supplied from nearby too. [kVA]"""
_FULL = 0.98
"""Part of its limit up to which a transformer is filled by the estimate for a balanced cut. [-]"""
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
                found = _sited(kit, unit, n_stations)
            except NoSolutionError as error:
                tried = error
                continue
            limit_kva = _limit_kva(kit, unit, n_units)
            if max(found.load_kva) <= limit_kva:
                return found
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
        raise NoSolutionError("\n  - ".join([head, *far]))


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


def _sited(kit: Kit, unit: Transformer, n_stations: int) -> Stations:
    """Return transformers of a size at the best candidates.

    Raises
    ------
    NoSolutionError
        No choice of candidates carries everything within the supply radius.
    """
    per_station = kit.layout.substations.units_per_substation
    n_units = n_stations * per_station
    weights = _weights_kva(kit, unit, n_units)
    points = list(_points(kit))
    load_kva = np.array([sum(weights[k] for k in rows) for rows in points])
    starts = list(kit.site.ground.candidate_node)
    limit_kva = _limit_kva(kit, unit, n_units)
    plan = choose_sites(
        _point_distances_m(points, weights, starts, kit),
        points=LoadPoints(load_kva=load_kva, yuan_per_m=load_kva),
        offer=SiteOffer(
            capacity_kva=np.full(len(starts), per_station * limit_kva),
            fixed_yuan=np.zeros(len(starts)),
        ),
        max_distance_m=kit.radius_m,
        n_sites=n_stations,
        gap_percent=_GAP_PERCENT,
    )
    supplied: list[tuple[int, tuple[LoadBox, ...]]] = []
    for candidate in plan.sites:
        mine = [
            k
            for rows, at in zip(points, plan.site_of_point, strict=True)
            if at == candidate
            for k in rows
        ]
        parts = [mine] if per_station == 1 else _halves(mine, candidate, weights, limit_kva, kit)
        supplied += [(candidate, tuple(kit.boxes[k] for k in part)) for part in parts]
    load = [
        design_kva(station_share([r.box for r in rows], kit), unit, kit) for _, rows in supplied
    ]
    return Stations(unit=unit, supplied=tuple(supplied), load_kva=tuple(load))


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


def _points(kit: Kit) -> Iterator[list[int]]:
    """Yield the boxes of each place with its sheds, in parts that one feeder could supply."""
    largest = kit.layout.lv.max_boxes_per_feeder
    host = hosts(kit)
    rows: dict[int, list[int]] = {}
    for k, row in enumerate(kit.boxes):
        rows.setdefault(host[row.place], []).append(k)
    for numbers in rows.values():
        for start in range(0, len(numbers), largest):
            yield numbers[start : start + largest]


def hosts(kit: Kit) -> list[int]:
    """Return the place each place is supplied together with: of a shed the nearest building.

    A shed draws little, and a feeder of its own would cost more than its share of another one.
    """
    places, nodes = kit.site.places, kit.site.ground.place_node
    buildings = [k for k, place in enumerate(places) if place.kind == "building"]
    found = list(range(len(places)))
    for i, place in enumerate(places):
        if place.kind == "shed":
            ways_m = [kit.way_m(nodes[i], nodes[k]) for k in buildings]
            found[i] = buildings[int(np.argmin(ways_m))]
    return found


def _halves(
    rows: Sequence[int], candidate: int, weights: Sequence[float], limit_kva: float, kit: Kit
) -> list[list[int]]:
    """Return the boxes of a substation in two parts of nearly equal load, one side each.

    The boxes are ordered by the direction in which their places lie. Of the cuts that overload
    neither part and balance alike, the one that divides no place is taken.
    """
    here, host = kit.site.candidates[candidate], hosts(kit)

    def direction(k: int) -> tuple[float, int, int]:
        with_place = host[kit.boxes[k].place]
        place = kit.site.places[with_place]
        return atan2(place.y_m - here.y_m, place.x_m - here.x_m), with_place, k

    ring = sorted(rows, key=direction)
    owner = [host[kit.boxes[k].place] for k in ring]
    load = np.array([weights[k] for k in ring])
    n, half = len(ring), load.sum() / 2
    best: tuple[float, float, int, int, int] | None = None
    for start in range(n):
        turned = np.cumsum(np.roll(load, -start))
        for length in range(1, n):
            worst = max(turned[length - 1], 2 * half - turned[length - 1])
            end = (start + length) % n
            divided = int(owner[start] == owner[start - 1]) + int(owner[end] == owner[end - 1])
            above = round(max(worst - _FULL * limit_kva, 0.0))
            key = (above, round(worst / half, _BALANCE_DECIMALS), divided, start, length)
            best = key if best is None or key < best else best
    if best is None:
        raise NoSolutionError("a substation with two transformers needs at least two boxes")
    *_, start, length = best
    turned_ring = [*ring[start:], *ring[:start]]
    return [sorted(turned_ring[:length]), sorted(turned_ring[length:])]
