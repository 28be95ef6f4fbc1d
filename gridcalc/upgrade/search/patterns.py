"""Which feeders fit on one transformer together: every smallest combination that does not.

Feeders with the same units behind them are a class. The demand of a combination depends only on
how many feeders of each class it has, so all combinations of a substation can be tried.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import product
from math import prod

import numpy as np

from gridcalc.checks.case import scenario_units
from gridcalc.checks.transformer import loading_rules
from gridcalc.compound.model import lv_board
from gridcalc.demand.diversity import GroupTable
from gridcalc.demand.factor import demand_kw, units_per_phase
from gridcalc.network.arrays import Floats, Ints
from gridcalc.units import N_PHASES, PERCENT, tan_phi
from gridcalc.upgrade.measures import (
    NewSubstation,
    ReplaceTransformer,
    SecondTransformer,
)
from gridcalc.upgrade.search.judge import State
from gridcalc.upgrade.search.space import (
    Selection,
    Space,
    Var,
    feeder_place,
    splits_of,
    taken,
    unit_place,
)
from gridcalc.upgrade.search.station import Signature, signatures_of
from gridcalc.upgrade.search.values import unit_values

_AT_ONCE = 100
"""Combinations whose demand is found at once."""
_MOST = 1500
"""Combinations that are tried; a substation with more is left to cuts of single plans."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """A combination of feeders that a unit of some capacity cannot carry.

    Attributes
    ----------
    unit
        The transformer.
    classes, counts
        Feeders of each class, and how many of it are one too many together.
    larger
        Options of the unit with which it carries the combination.
    relief
        By feeder the options that take a box of it to another unit.
    """

    unit: str
    classes: tuple[tuple[str, ...], ...]
    counts: tuple[int, ...]
    larger: tuple[Var, ...]
    relief: Mapping[str, tuple[Var, ...]]

    @property
    def feeders(self) -> tuple[tuple[str, ...], tuple[int, ...]]:
        """One feeder for each class, and how many there are of it."""
        return tuple(names[0] for names in self.classes), self.counts


def patterns_of(space: Space, base: State, station: str) -> tuple[Pattern, ...]:
    """Return the combinations that do not fit on the units of a substation or on new ones.

    Losses and loads at LV boards are left out and compensation is taken to suffice, so that
    none of them fits in truth.

    Parameters
    ----------
    space
        What may be built.
    base
        The heaviest scenario of the compound as it is.
    station
        Id of the substation.
    """
    feeders = feeders_of_station(space, station)
    if not feeders or space.compound.metered:
        return ()
    known = signatures_of(base)
    even = False
    classes = _classes(feeders, known, even=even)
    if _n_combinations(classes) > _MOST:
        even = True
        classes = _classes(feeders, known, even=even)
    if _n_combinations(classes) > _MOST:
        return ()
    units = sorted({unit for name in feeders for unit in space.homes[name].targets})
    known_needs: dict[tuple[str, str], dict[tuple[int, ...], float]] = {}
    found = []
    for unit in units:
        key = (limit_rule(space, unit), unit if _has_board_loads(base, unit) else "")
        if key not in known_needs:
            known_needs[key] = _ratings_needed(space, base, classes, key, even=even)
        relief = {name: relief_of(space, name, unit) for name in feeders}
        for level, larger in ratings_of(space, unit):
            found += [
                Pattern(unit=unit, classes=classes, counts=counts, larger=larger, relief=relief)
                for counts in _smallest(known_needs[key], level)
            ]
    return tuple(found)


def feeders_of_station(space: Space, station: str) -> list[str]:
    """Return the feeders of a substation that may move, sorted."""
    rows = space.compound.substations
    units = {unit.id for row in rows if row.id == station for unit in row.transformers}
    return sorted(name for name, home in space.homes.items() if home.targets[0] in units)


def _classes(
    feeders: Sequence[str], known: Mapping[str, Signature], *, even: bool
) -> tuple[tuple[str, ...], ...]:
    """Return the feeders by class: the same units of every kind, with ``even`` on any phases."""
    found: dict[object, list[str]] = {}
    for name in feeders:
        rows = known.get(name, {})
        same = {
            key: (float(n.sum()),) if even else tuple(float(v) for v in n)
            for key, n in rows.items()
        }
        found.setdefault(tuple(sorted(same.items(), key=str)), []).append(name)
    return tuple(tuple(row) for row in found.values())


def _n_combinations(classes: Sequence[Sequence[str]]) -> int:
    return prod(len(row) + 1 for row in classes)


def _has_board_loads(base: State, unit: str) -> bool:
    board = lv_board(unit)
    return any(group.node == board for group in base.case.site.groups)


def _ratings_needed(
    space: Space,
    base: State,
    classes: Sequence[Sequence[str]],
    key: tuple[str, str],
    *,
    even: bool,
) -> dict[tuple[int, ...], float]:
    """Return the rating that every combination needs at least [kVA].

    ``key`` holds the loading rule and the unit whose board has loads of its own, if any. With
    ``even`` units are spread evenly over the phases, the best that can be.
    """
    case, policy = base.case, space.policy
    rule, unit = key
    model = case.model
    places = case.site.topology.by_id()
    feeder_of = np.array([places[group.node].feeder for group in case.site.groups])
    at_board = np.array([group.node == lv_board(unit) for group in case.site.groups])
    per_phase = units_per_phase(model.groups, scenario_units(case, base.facts.scenario))
    if even:
        per_phase = np.repeat(per_phase.mean(axis=1, keepdims=True), N_PHASES, axis=1)
    tan_target = tan_phi(model.rules.target_power_factor)
    limit = policy.number(rule) / PERCENT
    phase_limit = policy.number("transformer.max_phase_loading_percent") / PERCENT
    concerned = np.flatnonzero(at_board | np.isin(feeder_of, [f for row in classes for f in row]))
    known = list(product(*(range(len(row) + 1) for row in classes)))
    found: dict[tuple[int, ...], float] = {}
    for first in range(0, len(known), _AT_ONCE):
        some = known[first : first + _AT_ONCE]
        chosen = [
            [name for row, n in zip(classes, counts, strict=True) for name in row[:n]]
            for counts in some
        ]
        mine = np.array([np.isin(feeder_of, names) | at_board for names in chosen])[:, concerned]
        p_kw = _demand_of_sets(
            base, np.where(mine[:, :, None], per_phase[concerned], 0.0), concerned
        )
        q_kvar = p_kw * model.table.tan_phi[concerned, None]
        p_phase, q_phase = p_kw.sum(axis=1), q_kvar.sum(axis=1)
        surplus = np.maximum(q_phase.sum(axis=1) - p_phase.sum(axis=1) * tan_target, 0.0)
        s_phase = p_phase + 1j * (q_phase - surplus[:, None] / N_PHASES)
        worst = N_PHASES * np.abs(s_phase).max(axis=1)
        needed = np.maximum(np.abs(s_phase.sum(axis=1)) / limit, worst / phase_limit)
        found |= dict(zip(some, needed.tolist(), strict=True))
    return found


def _demand_of_sets(base: State, units: Floats, groups: Ints) -> Floats:
    """Return the demand of some groups in many sets; shapes (n_sets, n_groups, 3) [kW]."""
    model = base.case.model
    n_sets, n_groups, _ = units.shape
    table = GroupTable(
        **{
            field.name: np.tile(getattr(model.table, field.name)[groups], n_sets)
            for field in fields(GroupTable)
        }
    )
    member = np.repeat(np.arange(n_sets), n_groups)
    tie = np.zeros(n_sets, dtype=np.int64)
    p_kw, _ = demand_kw(table, units.reshape(-1, N_PHASES), member, model.rules.station, tie)
    return p_kw.reshape(units.shape)


def ratings_of(space: Space, unit: str) -> Iterator[tuple[float, tuple[Var, ...]]]:
    """Yield each rating a unit may have, and the options that have more [kVA]."""
    ratings = rating_of_options(space, unit)
    for level in sorted({value for value in ratings.values() if value > 0}):
        yield level, tuple(var for var, value in ratings.items() if value > level)


def rating_of_options(space: Space, unit: str) -> dict[Var, float]:
    """Return the rating of a unit with each of its options, zero where it is not built [kVA]."""
    place = unit_place(unit)
    options = space.places[place].options if place in space.places else (None,)
    return {(place, k): _rating(space, unit, option) for k, option in enumerate(options)}


def _rating(space: Space, unit: str, option: object) -> float:
    known = isinstance(option, ReplaceTransformer | SecondTransformer | NewSubstation)
    return unit_values(space, unit, option if known else None).sn_kva


def limit_rule(space: Space, unit: str) -> str:
    """Return the rule that limits the loading of a unit, built or not."""
    known = loading_rules(space.compound)
    if unit in known:
        return known[unit]
    option = space.places[unit_place(unit)].options[-1]
    if isinstance(option, SecondTransformer):
        rows = space.compound.substations
        station = next(row for row in rows if row.id == option.substation)
        return known[station.transformers[0].id]
    return "transformer.max_loading_percent"


def relief_of(space: Space, feeder: str, unit: str) -> tuple[Var, ...]:
    """Return the options that take a box of a feeder to another unit."""
    return tuple(
        var
        for var, option in splits_of(space)
        if option.transformer != unit and space.feeder_of_cable[option.cable] == feeder
    )


def _smallest(needed: Mapping[tuple[int, ...], float], level: float) -> Iterator[tuple[int, ...]]:
    """Yield the combinations above a rating all of whose parts are within it."""
    for counts, value in needed.items():
        parts = ((*counts[:k], n - 1, *counts[k + 1 :]) for k, n in enumerate(counts) if n)
        if value > level and all(needed[part] <= level for part in parts):
            yield counts


def arrivals(space: Space, pattern: Pattern, k: int) -> list[Var]:
    """Return the options that bring feeders of a class to the unit of a pattern."""
    found = []
    for name in pattern.classes[k]:
        targets = space.homes[name].targets
        if pattern.unit in targets:
            found.append((feeder_place(name), targets.index(pattern.unit)))
    return found


def is_broken(space: Space, pattern: Pattern, selection: Selection) -> bool:
    """Return whether a selection has the feeders of a pattern at a unit that is too small."""
    if any(taken(selection, place) == k for place, k in pattern.larger):
        return False
    for k, n in enumerate(pattern.counts):
        if n:
            there = _n_taken(selection, arrivals(space, pattern, k))
            gone = sum(_n_taken(selection, pattern.relief[name]) for name in pattern.classes[k])
            if there - gone < n:
                return False
    return True


def _n_taken(selection: Selection, options: Sequence[Var]) -> int:
    return sum(taken(selection, place) == k for place, k in options)


def rating_of(space: Space, selection: Selection, unit: str) -> float:
    """Return the rating that a selection gives a unit, zero where it is not built [kVA]."""
    place = unit_place(unit)
    if place not in space.places:
        return _rating(space, unit, None)
    return _rating(space, unit, space.option(place, taken(selection, place)))
