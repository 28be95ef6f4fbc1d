"""What stands where: the meter, charger, distribution and shed boxes of every place."""

from collections.abc import Iterator, Sequence
from math import ceil

from gridcalc.compound.templates.allotment import Box, boxes_of, public_items, split
from gridcalc.compound.templates.schema import Layout
from gridcalc.design.places import Ground, Place
from gridcalc.design.records import LoadBox
from gridcalc.policy import PolicyPack

_ROUNDING = 1e-9


def load_boxes(
    places: Sequence[Place],
    ground: Ground,
    layout: Layout,
    *,
    policy: PolicyPack,
    socket_share: float,
) -> tuple[LoadBox, ...]:
    """Return all boxes of a site, place by place.

    Parameters
    ----------
    places
        Complete places.
    ground
        Where they stand.
    layout
        Sizes of boxes, and common loads of buildings.
    policy
        The pack.
    socket_share
        Sockets built per e-bike. [-]
    """
    return tuple(
        LoadBox(place=k, node=ground.place_node[k], box=box)
        for k, place in enumerate(places)
        for box in _boxes(place, layout, policy, socket_share)
    )


def _boxes(place: Place, layout: Layout, policy: PolicyPack, socket_share: float) -> Iterator[Box]:
    per_meter_box = layout.buildings.flats_per_meter_box
    for n in boxes_of(place.households or 0, per_meter_box):
        yield Box(kind="meter_box", n_households=n, area_m2=place.area_m2)
    if place.households:
        yield from _common(place, layout)
    per_box = layout.parking.bays_per_box
    for n in boxes_of(place.private_bays or 0, per_box):
        yield Box(kind="charger_box", n_private_bays=n)
    per_charger = policy.number("charging.public_bays_per_charger")
    for n in boxes_of(place.public_bays or 0, per_box):
        chargers = ceil(n / per_charger - _ROUNDING)
        yield Box(kind="charger_box", n_public_bays=n, n_public_chargers=chargers)
    yield from _sheds(place.bikes or 0, layout, socket_share)


def _common(place: Place, layout: Layout) -> Iterator[Box]:
    buildings = layout.buildings.model_copy(update={"floors": place.floors})
    items = public_items(layout.model_copy(update={"buildings": buildings}), "building", 1)
    if items:
        yield Box(kind="distribution_box", public=items)


def _sheds(bikes: int, layout: Layout, socket_share: float) -> Iterator[Box]:
    sheds = boxes_of(bikes, layout.ebikes.bikes_per_shed)
    sockets = ceil(bikes * socket_share - _ROUNDING)
    for n, m in zip(sheds, split(sockets, len(sheds)) if sheds else (), strict=True):
        yield Box(kind="ebike_shed", n_bikes=n, n_sockets=m)
