"""What ties places together: one option each, new units and their feeders, boxes and cables."""

from collections.abc import Iterable, Iterator

from gridcalc.upgrade.lookup import boards
from gridcalc.upgrade.measures import SplitFeeder
from gridcalc.upgrade.search.pattern_rows import Row, is_count
from gridcalc.upgrade.search.space import (
    KEEP,
    Selection,
    Space,
    Var,
    cable_place,
    feeder_of,
    feeder_place,
    taken,
)


def concerned(space: Space, rows: Iterable[Row]) -> list[str]:
    """Return the places that rows name, and those that are linked to them."""
    named = {var[0] for row in rows for var in row.weights if not is_count(var)}
    if any(feeder_of(place) for place in named) or named & set(space.new_units.values()):
        named |= {feeder_place(feeder) for feeder in space.homes}
        named |= set(space.new_units.values())
    for place in tuple(named):
        kind, _, cable = place.partition(":")
        if kind == "split":
            named |= {cable_place(cable)} & set(space.places)
    return sorted(named)


def one_each(options: Iterable[Var]) -> Iterator[Row]:
    """Yield that every place takes one of its options."""
    by_place: dict[str, list[Var]] = {}
    for var in options:
        by_place.setdefault(var[0], []).append(var)
    for mine in by_place.values():
        yield Row(weights=dict.fromkeys(mine, 1.0), at_least=1.0)
        yield Row(weights=dict.fromkeys(mine, -1.0), at_least=-1.0)


def links(space: Space, named: set[str]) -> Iterator[Row]:
    """Yield what ties places together: new units and their feeders, boxes and their cables."""
    homes = [home for home in space.homes.values() if feeder_place(home.feeder) in named]
    arrivals: dict[str, list[Var]] = {}
    for home in homes:
        for k, unit in enumerate(home.targets):
            arrivals.setdefault(unit, []).append((feeder_place(home.feeder), k))
    yield from _of_new_units(space, named, arrivals)
    boards_today = {unit.id for unit in boards(space.compound).values()}
    for unit, options in arrivals.items():
        if unit in boards_today:
            yield Row(weights=dict.fromkeys(options, 1.0), at_least=1.0)
    split = [place for place in sorted(named) if place.startswith("split:")]
    for place in split:
        yield from _of_splits(space, named, place, place.partition(":")[2])
    yield from _of_parents(space, split)


def _of_parents(space: Space, split: Iterable[str]) -> Iterator[Row]:
    """Yield that a box keeps a load: its own, or one of the boxes it feeds."""
    ends = {row.id: row.from_id for row in space.compound.lv_cables}
    loaded = _loaded_nodes(space)
    children: dict[str, list[str]] = {}
    for place in split:
        children.setdefault(ends[place.partition(":")[2]], []).append(place)
    for parent, places in children.items():
        n_fed = sum(1 for start in ends.values() if start == parent)
        if parent not in loaded and len(places) == n_fed:
            yield Row(weights=dict.fromkeys(((place, KEEP) for place in places), 1.0), at_least=1.0)


def _loaded_nodes(space: Space) -> set[str]:
    c = space.compound
    rows = (c.households, c.private_bays, c.public_bays, c.ebikes, c.public_loads)
    return {row.node for section in rows for row in section}


def _of_new_units(space: Space, named: set[str], arrivals: dict[str, list[Var]]) -> Iterator[Row]:
    for unit, place in space.new_units.items():
        if place not in named:
            continue
        for var in arrivals.get(unit, []):
            yield Row(weights={var: -1.0, (place, KEEP): -1.0}, at_least=-1.0)
        needed = dict.fromkeys(arrivals.get(unit, []), 1.0)
        yield Row(weights={**needed, (place, KEEP): 1.0}, at_least=1.0)
    for first, second in space.twins:
        one, other = space.new_units[first], space.new_units[second]
        if one in named:
            yield Row(weights={(one, KEEP): -1.0, (other, KEEP): 1.0}, at_least=0.0)


def _of_splits(space: Space, named: set[str], place: str, cable: str) -> Iterator[Row]:
    """Yield that a box with a feeder of its own has no other works on its old cable."""
    options = space.places[place].options
    split = [(place, k) for k, option in enumerate(options) if isinstance(option, SplitFeeder)]
    own = cable_place(cable)
    if own in named:
        yield Row(weights={**dict.fromkeys(split, -1.0), (own, KEEP): 1.0}, at_least=0.0)
    feeder = feeder_place(space.feeder_of_cable[cable])
    if feeder in named:
        yield Row(weights={**dict.fromkeys(split, -1.0), (feeder, KEEP): 1.0}, at_least=0.0)


def is_consistent(space: Space, selection: Selection) -> bool:
    """Return whether a selection obeys what ties its places together."""
    places = {*space.places, *(feeder_place(name) for name in space.homes)}
    for row in links(space, places):
        total = sum(w for (place, k), w in row.weights.items() if taken(selection, place) == k)
        if total < row.at_least:
            return False
    return True
