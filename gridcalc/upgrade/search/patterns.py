"""Which feeders fit on one transformer together: every smallest combination that does not.

Feeders with the same units behind them are a class. The demand of a combination depends only on
how many feeders of each class it has, so all combinations of a substation can be tried.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod

import numpy as np

from gridcalc.checks.case import scenario_units
from gridcalc.checks.transformer import loading_rules
from gridcalc.compound.model import lv_board
from gridcalc.demand.factor import demand_kw, units_per_phase
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
    one_set, tie = np.zeros(len(per_phase), dtype=np.int64), np.zeros(1, dtype=np.int64)
    found = {}
    for counts in product(*(range(len(row) + 1) for row in classes)):
        chosen = [name for row, n in zip(classes, counts, strict=True) for name in row[:n]]
        mine = np.isin(feeder_of, chosen) | at_board
        units = np.where(mine[:, None], per_phase, 0.0)
        p_kw, _ = demand_kw(model.table, units, one_set, model.rules.station, tie)
        q_kvar = p_kw * model.table.tan_phi[:, None]
        p_sum = float(p_kw[mine].sum())
        surplus = max(float(q_kvar[mine].sum()) - p_sum * tan_target, 0.0)
        s_phase = p_kw[mine].sum(axis=0) + 1j * (q_kvar[mine].sum(axis=0) - surplus / N_PHASES)
        worst = N_PHASES * float(np.abs(s_phase).max())
        found[counts] = max(float(abs(s_phase.sum())) / limit, worst / phase_limit)
    return found


def ratings_of(space: Space, unit: str) -> Iterator[tuple[float, tuple[Var, ...]]]:
    """Yield each rating a unit may have, and the options that have more [kVA]."""
    place = unit_place(unit)
    options = space.places[place].options if place in space.places else (None,)
    ratings = {(place, k): _rating(space, unit, option) for k, option in enumerate(options)}
    for level in sorted({value for value in ratings.values() if value > 0}):
        yield level, tuple(var for var, value in ratings.items() if value > level)


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


def rating_of(space: Space, selection: Selection, unit: str) -> float:
    """Return the rating that a selection gives a unit, zero where it is not built [kVA]."""
    place = unit_place(unit)
    if place not in space.places:
        return _rating(space, unit, None)
    return _rating(space, unit, space.option(place, taken(selection, place)))
