"""The choices of a compound: every option at every place, new units and their feeders."""

from collections.abc import Iterable, Iterator

from gridcalc.catalogue import Catalogue
from gridcalc.compound.defaults import resolve_defaults
from gridcalc.compound.model import Compound
from gridcalc.compound.topology import lv_topology
from gridcalc.cost import PriceBook
from gridcalc.errors import InputError
from gridcalc.policy import PolicyPack
from gridcalc.upgrade import lookup
from gridcalc.upgrade.measures import (
    Measure,
    NewSubstation,
    OrderlyCharging,
    ReplaceCable,
    SecondTransformer,
)
from gridcalc.upgrade.options import (
    breaker_options,
    cable_options,
    capacitor_options,
    new_unit_candidates,
    rebalance_options,
    source_options,
    split_options,
    tap_options,
    transformer_options,
)
from gridcalc.upgrade.quantities import quantities_of
from gridcalc.upgrade.search.space import (
    Home,
    Place,
    Space,
    balance_place,
    breaker_place,
    cable_place,
    capacitor_place,
    source_place,
    split_place,
    tap_place,
    unit_place,
)

_DEPTH_OF_BOXES = 2
_IN_SIZES = frozenset(
    {"transformer", "cable_lv", "cable_mv", "lv_breaker", "substation_housing", "rmu"}
)
_FEW_FEEDERS = 3


def build_space(
    as_read: Compound,
    *,
    catalogue: Catalogue,
    policy: PolicyPack,
    prices: PriceBook,
    max_parallel: int,
) -> Space:
    """Return the choices of a compound; options the price book cannot price are left out.

    Parameters
    ----------
    as_read
        The compound as read from its file.
    catalogue, policy, prices
        Equipment, limits of size, prices.
    max_parallel
        Most equal LV cables in parallel. [-]

    Raises
    ------
    InputError
        The book cannot price what any plan may need; all items at once.
    """
    compound = resolve_defaults(as_read, policy).compound
    candidates = [
        row
        for station in compound.substations
        for row in new_unit_candidates(
            compound, station.id, catalogue=catalogue, policy=policy, prices=prices
        )
    ]
    single = tuple(_single_places(compound, catalogue, policy, max_parallel))
    _check_prices(compound, single, catalogue, prices)
    places = {
        place: Place(id=place, options=(None, *known))
        for place, options in (*single, *_new_places(candidates))
        if (known := [m for m in options if _has_price(compound, m, catalogue, prices)])
    }
    new = {
        row[0].transformer_id: unit_place(row[0].transformer_id)
        for row in candidates
        if unit_place(row[0].transformer_id) in places
    }
    return Space(
        as_read=as_read,
        compound=compound,
        catalogue=catalogue,
        policy=policy,
        prices=prices,
        places=places,
        homes=_homes(compound, candidates, new),
        new_units=new,
        twins=tuple(_twins(candidates, new)),
        feeder_of_cable={
            place.path[-1]: place.feeder for place in lv_topology(compound).places if place.path
        },
    )


def _has_price(
    compound: Compound, measure: Measure, catalogue: Catalogue, prices: PriceBook
) -> bool:
    if isinstance(measure, ReplaceCable):
        return _cable_has_price(measure, prices)
    rows = quantities_of(compound, measure, catalogue=catalogue)
    return all(row.item in prices.prices for row in rows)


def _cable_has_price(measure: ReplaceCable, prices: PriceBook) -> bool:
    """Return whether a cable and its breaker have a price; there are many of them."""
    types = (f"cable_lv.{measure.type}", f"cable_mv.{measure.type}")
    breaker = measure.breaker is None or f"lv_breaker.{measure.breaker}" in prices.prices
    return breaker and any(item in prices.prices for item in types)


def _single_places(
    compound: Compound, catalogue: Catalogue, policy: PolicyPack, max_parallel: int
) -> Iterator[tuple[str, tuple[Measure, ...]]]:
    """Yield the places of what is there, with their options."""
    for unit in compound.transformers:
        larger = transformer_options(compound, unit.id, catalogue=catalogue, policy=policy)
        yield unit_place(unit.id), larger
        yield breaker_place(unit.id), breaker_options(compound, unit.id, catalogue=catalogue)
        yield tap_place(unit.id), tap_options(compound, unit.id, catalogue=catalogue)
        yield capacitor_place(unit.id), capacitor_options(compound, unit.id, policy=policy)
    for row in lookup.cables(compound):
        yield (
            cable_place(row.id),
            cable_options(compound, row.id, catalogue=catalogue, max_parallel=max_parallel),
        )
    yield from _split_places(compound, catalogue)
    for measure in rebalance_options(compound):
        yield balance_place(measure.node), (measure,)
    at_sources = {source.id for source in compound.sources}
    for mv in compound.mv_cables:
        if mv.from_id not in at_sources:
            continue
        yield source_place(mv.id), source_options(compound, mv.id, policy=policy)


def _split_places(
    compound: Compound, catalogue: Catalogue
) -> Iterator[tuple[str, tuple[Measure, ...]]]:
    """Yield boxes that may get a feeder of their own.

    It starts at the board that feeds them; at another one only where their transformer has so
    few feeders that moving whole ones is too coarse.
    """
    topology = lv_topology(compound)
    feeders: dict[str, set[str]] = {}
    for place in topology.places:
        feeders.setdefault(place.transformer, set()).add(place.feeder)
    for place in topology.places:
        if place.depth != _DEPTH_OF_BOXES:
            continue
        cable, unit = place.path[-1], place.transformer
        few = len(feeders[unit] - {""}) <= _FEW_FEEDERS
        options = split_options(compound, cable, catalogue=catalogue)
        kept = tuple(row for row in options if few or row.transformer == unit)
        yield split_place(cable), kept


_NewUnit = tuple[SecondTransformer, ...] | tuple[NewSubstation, ...]


def _new_places(candidates: Iterable[_NewUnit]) -> Iterator[tuple[str, tuple[Measure, ...]]]:
    for row in candidates:
        yield unit_place(row[0].transformer_id), tuple(row)


def _homes(
    compound: Compound, candidates: Iterable[_NewUnit], new: dict[str, str]
) -> dict[str, Home]:
    """Return where each feeder may go: units of its substation, and new ones that relieve it."""
    relief: dict[str, list[str]] = {}
    for row in candidates:
        name = row[0].transformer_id
        if name in new:
            for feeder in row[0].feeders:
                relief.setdefault(feeder, []).append(name)
    found = {}
    for board, unit in sorted(lookup.boards(compound).items()):
        station = lookup.substation_of(compound, unit.id)
        others = sorted(row.id for row in station.transformers if row.id != unit.id)
        feeders = sorted(row.id for row in compound.lv_cables if row.from_id == board)
        for feeder in feeders:
            targets = (unit.id, *others, *relief.get(feeder, ()))
            if len(targets) > 1:
                found[feeder] = Home(feeder=feeder, targets=targets)
    return found


def _twins(candidates: Iterable[_NewUnit], new: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Yield pairs of new units of the same kind and feeders: the second only after the first."""
    before: dict[tuple[str, tuple[str, ...]], str] = {}
    for row in candidates:
        unit = row[0].transformer_id
        if unit not in new:
            continue
        key = (row[0].kind, row[0].feeders)
        if key in before:
            yield before[key], unit
        before[key] = unit


def _check_prices(
    compound: Compound,
    single: Iterable[tuple[str, tuple[Measure, ...]]],
    catalogue: Catalogue,
    prices: PriceBook,
) -> None:
    """Raise ``InputError`` that lists all items which a plan may need and a book does not hold.

    Sizes of equipment are another matter: of a family, such as transformers, only those with a
    price are planned with, but there must be one.
    """
    measures = [OrderlyCharging(), *(option for _, options in single for option in options[:1])]
    items = {
        row.item
        for measure in measures
        for row in quantities_of(compound, measure, catalogue=catalogue)
    }
    families = {_family(item) for item in prices.prices}
    problems = list(prices.missing(item for item in items if _family(item) not in families))
    if problems:
        raise InputError(problems)


def _family(item: str) -> str:
    """Return what an item is a size of; the item itself where sizes do not matter."""
    family, dot, _ = item.partition(".")
    return family if dot and family in _IN_SIZES else item
