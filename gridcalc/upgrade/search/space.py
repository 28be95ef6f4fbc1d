"""The choices of a plan: at each place of a compound what may be built there, or nothing.

A selection takes one option at every place; the first option leaves the place as it is.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from gridcalc.catalogue import Catalogue
from gridcalc.compound.model import Compound
from gridcalc.cost import PriceBook
from gridcalc.policy import PolicyPack
from gridcalc.upgrade.measures import (
    AddCapacitor,
    Measure,
    MoveFeeder,
    MoveToSource,
    NewSubstation,
    RebalancePhases,
    ReplaceBreaker,
    ReplaceCable,
    ReplaceTransformer,
    SecondTransformer,
    SetTap,
    SplitFeeder,
)

KEEP = 0
"""Position of the option that leaves a place as it is."""

Var = tuple[str, int]
"""A place and the position of one of its options."""
Selection = Mapping[str, int]
"""Position of the option taken by place; places that are not named stay as they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One choice of the plan; ``options[0]`` is ``None``: nothing is built.

    Attributes
    ----------
    id
        Kind and element, such as ``cable:T1-F2``.
    options
        What may be built.
    """

    id: str
    options: tuple[Measure | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """An LV feeder, the unit that feeds it, and the units it may go to.

    ``targets`` are ids of existing and new units; the first is today's unit. The place of the
    choice is ``feeder:<id>``, its options follow ``targets``.
    """

    feeder: str
    targets: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Space:
    """Everything a plan may consist of.

    Attributes
    ----------
    as_read
        The compound as read from its file; plans are applied to it.
    compound
        The same with its gaps filled.
    places
        By id; feeders are in ``homes`` instead.
    homes
        Feeders that may move, by feeder.
    new_units
        The place of each new unit by the unit's id, in the order they are to be used.
    twins
        Pairs of new units, the first of which is built before the second.
    feeder_of_cable
        The feeder each LV cable belongs to.
    """

    as_read: Compound
    compound: Compound
    catalogue: Catalogue
    policy: PolicyPack
    prices: PriceBook
    places: Mapping[str, Place]
    homes: Mapping[str, Home]
    new_units: Mapping[str, str]
    twins: tuple[tuple[str, str], ...]
    feeder_of_cable: Mapping[str, str]

    def option(self, place: str, position: int) -> Measure | None:
        """Return an option of a place that is not a feeder."""
        return self.places[place].options[position]

    def n_options(self, place: str) -> int:
        """Return how many options a place has."""
        home = self.homes.get(feeder_of(place))
        return len(home.targets) if home else len(self.places[place].options)


def cable_place(cable: str) -> str:
    """Return the place of a cable's replacement."""
    return f"cable:{cable}"


def unit_place(unit: str) -> str:
    """Return the place of a transformer: its replacement, or the new unit itself."""
    return f"unit:{unit}"


def breaker_place(unit: str) -> str:
    """Return the place of a transformer's main breaker."""
    return f"breaker:{unit}"


def tap_place(unit: str) -> str:
    """Return the place of a transformer's tap."""
    return f"tap:{unit}"


def capacitor_place(unit: str) -> str:
    """Return the place of a transformer's compensation."""
    return f"capacitor:{unit}"


def split_place(cable: str) -> str:
    """Return the place of a box's own feeder."""
    return f"split:{cable}"


def balance_place(node: str) -> str:
    """Return the place of dealing out a box's units over the phases again."""
    return f"balance:{node}"


def source_place(cable: str) -> str:
    """Return the place of moving a 10 kV cable to another source."""
    return f"source:{cable}"


def feeder_place(feeder: str) -> str:
    """Return the place of a feeder's transformer."""
    return f"feeder:{feeder}"


def feeder_of(place: str) -> str:
    """Return the feeder of a feeder's place; empty for another place."""
    kind, _, name = place.partition(":")
    return name if kind == "feeder" else ""


def taken(selection: Selection, place: str) -> int:
    """Return the position of the option that a selection takes at a place."""
    return selection.get(place, KEEP)


def unit_of_feeder(space: Space, selection: Selection, feeder: str) -> str | None:
    """Return the unit that a selection gives a feeder; None where the feeder cannot move."""
    home = space.homes.get(feeder)
    return None if home is None else home.targets[taken(selection, feeder_place(feeder))]


def feeders_of_new(space: Space, selection: Selection) -> dict[str, tuple[str, ...]]:
    """Return the feeders each new unit takes over."""
    found: dict[str, list[str]] = {}
    for feeder in sorted(space.homes):
        unit = unit_of_feeder(space, selection, feeder)
        if unit is not None and unit in space.new_units:
            found.setdefault(unit, []).append(feeder)
    return {unit: tuple(feeders) for unit, feeders in found.items()}


def measures_of(space: Space, selection: Selection) -> tuple[Measure, ...]:
    """Return the measures of a selection in the order in which they can be applied.

    A new unit that gets no feeder is not built.
    """
    chosen = [
        measure
        for place in space.places
        if (measure := space.option(place, taken(selection, place))) is not None
    ]
    feeders = feeders_of_new(space, selection)
    complete = [_complete(measure, feeders) for measure in chosen]
    moved = list(_moves(space, selection))
    return tuple(sorted((m for m in (*complete, *moved) if m is not None), key=_order))


def _complete(measure: Measure, feeders: Mapping[str, tuple[str, ...]]) -> Measure | None:
    if not isinstance(measure, SecondTransformer | NewSubstation):
        return measure
    mine = feeders.get(measure.transformer_id)
    return replace(measure, feeders=mine) if mine else None


def _moves(space: Space, selection: Selection) -> Iterable[MoveFeeder]:
    for feeder in sorted(space.homes):
        unit = unit_of_feeder(space, selection, feeder)
        home = space.homes[feeder].targets[0]
        if unit is not None and unit != home and unit not in space.new_units:
            yield MoveFeeder(feeder=feeder, transformer=unit)


_STEPS = (
    MoveToSource,
    SecondTransformer,
    NewSubstation,
    MoveFeeder,
    SplitFeeder,
    ReplaceTransformer,
    ReplaceBreaker,
    ReplaceCable,
    RebalancePhases,
    SetTap,
    AddCapacitor,
)


def _order(measure: Measure) -> tuple[int, str]:
    kinds = [k for k, kind in enumerate(_STEPS) if isinstance(measure, kind)]
    return (kinds[0] if kinds else -1), measure.element


def splits_of(space: Space) -> Iterator[tuple[Var, SplitFeeder]]:
    """Yield every option that gives a box a feeder of its own."""
    for place, row in space.places.items():
        for position, option in enumerate(row.options):
            if isinstance(option, SplitFeeder):
                yield (place, position), option
