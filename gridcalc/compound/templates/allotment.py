"""What each transformer supplies: flats, spaces, e-bikes, common loads, spread evenly."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from math import ceil, floor
from typing import Literal

from gridcalc.compound.templates.schema import Layout, PublicLoadRule
from gridcalc.policy import PolicyPack
from gridcalc.units import W_PER_KW

Grade = Literal[1, 2, 3]
BoxKind = Literal["meter_box", "charger_box", "ebike_shed", "distribution_box"]

_ROUNDING = 1e-9
_COMMERCE = "commerce"
_MOST_BOXES = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicItem:
    """One common load.

    ``demand_factor`` and ``power_factor`` are as written in the file, None for the pack's.
    """

    kind: str
    kw: float
    grade: Grade
    demand_factor: float | None
    power_factor: float | None


@lru_cache(maxsize=_MOST_BOXES)
def _item(
    kind: str, kw: float, grade: Grade, demand_factor: float | None, power_factor: float | None
) -> PublicItem:
    """Return a common load; equal ones are one and the same."""
    return PublicItem(
        kind=kind, kw=kw, grade=grade, demand_factor=demand_factor, power_factor=power_factor
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """Units that are wired to one LV node.

    ``n_public_chargers`` belong to ``n_public_bays``; ``n_sockets`` are those there today;
    ``area_m2`` is the floor area of its flats where it differs from that of the layout.
    """

    kind: BoxKind
    n_households: int = 0
    n_private_bays: int = 0
    n_public_bays: int = 0
    n_public_chargers: int = 0
    n_bikes: int = 0
    n_sockets: int = 0
    area_m2: float | None = None
    public: tuple[PublicItem, ...] = ()
    _hash: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Find the hash once: boxes are looked up again and again."""
        counts = (self.n_households, self.n_private_bays, self.n_public_bays)
        more = (self.n_public_chargers, self.n_bikes, self.n_sockets, self.area_m2, self.public)
        object.__setattr__(self, "_hash", hash((self.kind, *counts, *more)))

    def __hash__(self) -> int:
        """Return the hash of all fields."""
        return self._hash


@lru_cache(maxsize=_MOST_BOXES)
def _box(
    kind: BoxKind,
    n_households: int = 0,
    n_private_bays: int = 0,
    n_public_bays: int = 0,
    n_public_chargers: int = 0,
    n_bikes: int = 0,
    n_sockets: int = 0,
) -> Box:
    """Return a box; equal ones are one and the same."""
    return Box(
        kind=kind,
        n_households=n_households,
        n_private_bays=n_private_bays,
        n_public_bays=n_public_bays,
        n_public_chargers=n_public_chargers,
        n_bikes=n_bikes,
        n_sockets=n_sockets,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Allotment:
    """Everything one transformer supplies, box by box.

    ``board`` stands at the LV board itself.
    """

    meter_boxes: tuple[Box, ...]
    charger_boxes: tuple[Box, ...]
    sheds: tuple[Box, ...]
    distribution_boxes: tuple[Box, ...]
    board: tuple[PublicItem, ...]

    @property
    def boxes(self) -> tuple[Box, ...]:
        """All boxes; the loads of the board are not among them."""
        feeders = (*self.meter_boxes, *self.charger_boxes, *self.sheds)
        return (*feeders, *self.distribution_boxes)

    @property
    def carried(self) -> "Carried":
        """All units and common loads together."""
        boxes = self.boxes
        return Carried(
            n_households=sum([box.n_households for box in boxes]),
            n_private_bays=sum([box.n_private_bays for box in boxes]),
            n_public_chargers=sum([box.n_public_chargers for box in boxes]),
            n_sockets=sum([box.n_sockets for box in boxes]),
            public=(*(item for box in boxes for item in box.public), *self.board),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """Units and common loads of a transformer together; those of the board come last."""

    n_households: int
    n_private_bays: int
    n_public_chargers: int
    n_sockets: int
    public: tuple[PublicItem, ...]


def split(n: int, parts: int) -> tuple[int, ...]:
    """Return ``n`` in equal whole parts, the larger ones first.

    Examples
    --------
    >>> split(11, 3)
    (4, 4, 3)
    """
    whole, rest = divmod(n, parts)
    return (whole + 1,) * rest + (whole,) * (parts - rest)


def boxes_of(n: int, largest: int) -> tuple[int, ...]:
    """Return ``n`` units in as few equal boxes as possible; none for no units.

    Examples
    --------
    >>> boxes_of(31, 15), boxes_of(0, 15)
    ((11, 10, 10), ())
    """
    return split(n, ceil(n / largest)) if n else ()


def n_private_bays(layout: Layout) -> int:
    """Return the private spaces of a layout, rounded half up."""
    share = layout.parking.private_bays_per_household
    return floor(layout.buildings.households * share + 0.5)


def shared(n: int, weights: Sequence[float]) -> tuple[int, ...]:
    """Return ``n`` in whole parts by weight; what rounding leaves goes to the largest remainders.

    Examples
    --------
    >>> shared(10, (800.0, 800.0, 400.0)), shared(11, (1.0, 1.0, 1.0))
    ((4, 4, 2), (4, 4, 3))
    """
    exact = [n * weight / sum(weights) for weight in weights]
    whole = [floor(part + _ROUNDING) for part in exact]
    order = sorted(range(len(exact)), key=lambda i: (round(whole[i] - exact[i], 9), i))
    for i in order[: n - sum(whole)]:
        whole[i] += 1
    return tuple(whole)


def allotments(
    layout: Layout,
    policy: PolicyPack,
    n_transformers: int,
    *,
    weights: Sequence[float] | None = None,
) -> tuple[Allotment, ...]:
    """Return what each of some transformers supplies.

    Without ``weights`` all supply equal parts, the first one the most.
    """
    counts = _counts(layout)
    by_unit = zip(
        *(shared(count, weights) if weights else split(count, n_transformers) for count in counts),
        strict=True,
    )
    per_charger = policy.number("charging.public_bays_per_charger")
    made: dict[tuple[int, ...], Allotment] = {}
    for own in (rows := list(by_unit)):
        if own not in made:
            made[own] = _allotment(layout, n_transformers, own, per_charger)
    return tuple(made[own] for own in rows)


def first_carried(layout: Layout, policy: PolicyPack, n_transformers: int) -> Carried:
    """Return what the first of some equal transformers carries, which is the most.

    The same as ``carried`` of the first of ``allotments``, without its boxes.
    """
    counts = [ceil(count / n_transformers) for count in _counts(layout)]
    flats, bays, public_bays, bikes, sockets, buildings = counts
    per_charger = policy.number("charging.public_bays_per_charger")
    at_boxes = (
        *public_items(layout, "building", 1) * buildings,
        *_commerce_items(layout, n_transformers),
    )
    return Carried(
        n_households=flats,
        n_private_bays=bays,
        n_public_chargers=sum(
            _chargers_at(n, per_charger) for n in boxes_of(public_bays, layout.parking.bays_per_box)
        ),
        n_sockets=sockets if bikes else 0,
        public=(*at_boxes, *board_items(layout, flats)),
    )


def _chargers_at(n_bays: int, bays_per_charger: float) -> int:
    """Return the chargers that some public spaces share."""
    return ceil(n_bays / bays_per_charger - _ROUNDING)


def _counts(layout: Layout) -> tuple[int, ...]:
    """Return flats, private and public spaces, e-bikes, sockets and buildings of a layout."""
    flats = layout.buildings.households
    per_building = layout.buildings.floors * layout.buildings.flats_per_floor
    bikes = floor(flats * layout.ebikes.per_household + 0.5)
    return (
        flats,
        n_private_bays(layout),
        floor(flats * layout.parking.public_bays_per_household + 0.5),
        bikes,
        ceil(bikes * layout.ebikes.socket_share - _ROUNDING),
        ceil(flats / per_building),
    )


def _allotment(
    layout: Layout, n_transformers: int, counts: tuple[int, ...], bays_per_charger: float
) -> Allotment:
    flats, bays, public_bays, bikes, sockets, buildings = counts
    parking = layout.parking
    meters = boxes_of(flats, layout.buildings.flats_per_meter_box)
    at_meters = parking.wiring == "meter_boxes" and bool(meters)
    bays_at = split(bays, len(meters)) if at_meters else (0,) * len(meters)
    private = () if at_meters else boxes_of(bays, parking.bays_per_box)
    public = boxes_of(public_bays, parking.bays_per_box)
    sheds = boxes_of(bikes, layout.ebikes.bikes_per_shed)
    sockets_at = split(sockets, len(sheds)) if sheds else ()
    charger_boxes = [_box("charger_box", 0, n) for n in private]
    charger_boxes += [
        _box("charger_box", 0, 0, n, _chargers_at(n, bays_per_charger)) for n in public
    ]
    return Allotment(
        meter_boxes=tuple(_box("meter_box", n, m) for n, m in zip(meters, bays_at, strict=True)),
        charger_boxes=tuple(charger_boxes),
        sheds=tuple(
            _box("ebike_shed", 0, 0, 0, 0, n, m) for n, m in zip(sheds, sockets_at, strict=True)
        ),
        distribution_boxes=(
            *_building_boxes(layout, buildings),
            *_commerce_boxes(layout, n_transformers),
        ),
        board=board_items(layout, flats),
    )


def _building_boxes(layout: Layout, n_buildings: int) -> tuple[Box, ...]:
    items = public_items(layout, "building", 1)
    box = Box(kind="distribution_box", public=items)
    return (box,) * n_buildings if items else ()


def _commerce_boxes(layout: Layout, n_transformers: int) -> tuple[Box, ...]:
    items = _commerce_items(layout, n_transformers)
    return (Box(kind="distribution_box", public=items[:1]),) * len(items)


def _commerce_items(layout: Layout, n_transformers: int) -> tuple[PublicItem, ...]:
    """Return the shops at one of some transformers, equal ones at a box each."""
    commerce = layout.commerce
    if commerce is None or not commerce.area_m2:
        return ()
    kw = commerce.area_m2 * commerce.w_per_m2 / W_PER_KW / n_transformers
    n_boxes = ceil(kw / commerce.kw_per_box - _ROUNDING)
    item = PublicItem(
        kind=_COMMERCE,
        kw=round(kw / n_boxes, 1),
        grade=3,
        demand_factor=commerce.demand_factor,
        power_factor=commerce.power_factor,
    )
    return (item,) * n_boxes


def board_items(layout: Layout, flats: int) -> tuple[PublicItem, ...]:
    """Return the common loads at the LV board of a transformer that supplies some flats."""
    per_flat = public_items(layout, "household", flats) if flats else ()
    return (*public_items(layout, "transformer", 1), *per_flat)


def public_items(layout: Layout, per: str, count: int) -> tuple[PublicItem, ...]:
    """Return the common loads of some buildings, transformers or flats of a layout."""
    return tuple(
        _item(
            rule.kind,
            round(rule.kw * count, 1),
            _grade(rule, layout),
            rule.demand_factor,
            rule.power_factor,
        )
        for rule in layout.public_loads
        if rule.per == per and layout.buildings.floors >= rule.from_floors
    )


def _grade(rule: PublicLoadRule, layout: Layout) -> Grade:
    if rule.grade != "by_height":
        return rule.grade
    buildings = layout.buildings
    if buildings.floors >= buildings.grade_1_from_floors:
        return 1
    return 2 if buildings.floors >= buildings.grade_2_from_floors else 3
