"""What feeders load a transformer with at least, one by one: for substations with many kinds."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from gridcalc.checks.case import scenario_units
from gridcalc.compound.model import lv_board
from gridcalc.demand.factor import demand_kw, units_per_phase
from gridcalc.demand.groups import KINDS
from gridcalc.network.arrays import Floats, Ints
from gridcalc.units import N_PHASES, PERCENT, tan_phi
from gridcalc.upgrade.search.helpers import Cut
from gridcalc.upgrade.search.judge import Broken, State
from gridcalc.upgrade.search.patterns import feeders_of_station, limit_rule, rating_of_options
from gridcalc.upgrade.search.space import Selection, Space, Var, feeder_place, splits_of, taken

_ROUNDS = 3
_LEAST_SHARE = 1e-3


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Feeders:
    """The load groups behind some feeders in one scenario.

    ``per_phase`` are their units, evenly on the phases, shape (n_groups, 3); ``rows`` the groups
    of each feeder; ``board`` those at LV boards; ``behind`` those behind each LV cable.
    """

    base: State
    per_phase: Floats
    rows: Mapping[str, Ints]
    board: Mapping[str, Ints]
    behind: Mapping[str, Ints]

    def least_kva(self, shares: Floats) -> Floats:
        """Return what each group adds when a share of all units of its kind comes together [kVA].

        More units together coincide less, so no smaller set makes a group add less.
        """
        model = self.base.case.model
        n = len(self.per_phase)
        one_set, tie = np.zeros(n, dtype=np.int64), np.zeros(1, dtype=np.int64)
        share = shares[model.table.kind]
        units = self.per_phase * share[:, None]
        p_kw, _ = demand_kw(model.table, units, one_set, model.rules.station, tie)
        p_kw = p_kw.sum(axis=1) / share
        tan = np.minimum(model.table.tan_phi, tan_phi(model.rules.target_power_factor))
        angle = np.arctan2((p_kw * tan).sum(), p_kw.sum())
        return np.asarray(p_kw * (np.cos(angle) + tan * np.sin(angle)))

    def within(self, capacity_kva: float) -> Floats:
        """Return what each group adds to whatever fits within a capacity at least [kVA]."""
        kva = self.least_kva(np.ones(len(KINDS)))
        for _ in range(_ROUNDS):
            kva = self.least_kva(self.largest_shares(kva, capacity_kva))
        return kva

    def rows_of(self, unit: str) -> Ints:
        """Return the groups that may be at a unit: those of all feeders, and at its own board."""
        own = self.board.get(unit, np.zeros(0, dtype=np.int64))
        return np.concatenate([*self.rows.values(), own])

    def at_board_kva(self, unit: str, kva: Floats) -> float:
        """Return what the groups at a unit's board add [kVA]."""
        return float(kva[self.board[unit]].sum()) if unit in self.board else 0.0

    def largest_shares(self, kva: Floats, capacity_kva: float) -> Floats:
        """Return the largest share of the units of each kind that fits within a capacity."""
        table = self.base.case.model.table
        units = self.per_phase.sum(axis=1)
        shares = np.ones(len(KINDS))
        for kind in range(len(KINDS)):
            mine = np.where(table.kind == kind, units, 0.0)
            if mine.sum() > 0:
                items = [(mine[rows].sum(), kva[rows].sum()) for rows in self.rows.values()]
                shares[kind] = min(_knapsack(items, capacity_kva) / mine.sum(), 1.0)
        return np.maximum(shares, _LEAST_SHARE)


def _knapsack(items: Sequence[tuple[float, float]], capacity: float) -> float:
    """Return the most value within a capacity; items of a value and a size may be divided."""
    total, left = 0.0, capacity
    for n, kva in sorted(items, key=lambda item: item[1] / item[0] if item[0] else np.inf):
        if n <= 0 or left <= 0:
            break
        part = min(1.0, left / kva) if kva > 0 else 1.0
        total += n * part
        left -= kva * part
    return total


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Capacity:
    """What a unit of some rating may carry, by what feeders add at least.

    Attributes
    ----------
    unit, station, rating_kva, capacity_kva
        The unit, the substation its feeders come from, its rating and what it may carry.
    cut
        The same as a cut, with what every other rating carries.
    over
        What a judged plan loaded the unit with in truth, relative to what its feeders add at
        least: losses, phases, coincidence. [-]
    """

    unit: str
    station: str
    rating_kva: float
    capacity_kva: float
    cut: Cut
    over: float = 1.0

    @property
    def usable_kva(self) -> float:
        """The capacity in terms of what feeders add at least."""
        return self.capacity_kva / self.over

    def fill(self, selection: Selection) -> float:
        """Return how full a selection makes the unit, by what feeders add at least [-]."""
        weights = self.cut.weights.items()
        kva = -sum(
            w for (place, k), w in weights if _is_load(place) and taken(selection, place) == k
        )
        return (kva + self.cut.at_least + self.capacity_kva) / self.capacity_kva


def _is_load(place: str) -> bool:
    return place.startswith(("feeder:", "split:"))


def capacities(space: Space, base: State, station: str, reason: Broken) -> Iterator[Capacity]:
    """Yield for each unit and rating that what its feeders add at least stays within it.

    Parameters
    ----------
    space
        What may be built.
    base
        The heaviest scenario of the compound as it is.
    station
        Id of the substation.
    reason
        The broken limit that asks for it.
    """
    names = feeders_of_station(space, station)
    if not names or space.compound.metered:
        return
    feeders = _feeders(base, names)
    least: dict[float, Floats] = {}
    for unit in sorted({unit for name in names for unit in space.homes[name].targets}):
        limit = space.policy.number(limit_rule(space, unit)) / PERCENT
        ratings = rating_of_options(space, unit)
        for rating in sorted({value for value in ratings.values() if value > 0}):
            if rating * limit not in least:
                least[rating * limit] = feeders.within(rating * limit)
        sizes = {var: rating * limit for var, rating in ratings.items()}
        for rating in sorted({value for value in ratings.values() if value > 0}):
            yield Capacity(
                unit=unit,
                station=station,
                rating_kva=rating,
                capacity_kva=rating * limit,
                cut=Cut(
                    weights={
                        **_of_sizes(feeders, unit, rating * limit, sizes, least),
                        **_of_loads(space, feeders, unit, least[rating * limit]),
                    },
                    at_least=feeders.at_board_kva(unit, least[rating * limit]) - rating * limit,
                    reason=reason,
                ),
            )


def _feeders(base: State, names: Sequence[str]) -> _Feeders:
    case = base.case
    places = case.site.topology.by_id()
    behind = np.array([places[group.node].feeder for group in case.site.groups])
    nodes = np.array([group.node for group in case.site.groups])
    per_phase = units_per_phase(case.model.groups, scenario_units(case, base.facts.scenario))
    cables: dict[str, list[int]] = {}
    for k, group in enumerate(case.site.groups):
        for cable in places[group.node].path:
            cables.setdefault(cable, []).append(k)
    station = {places[group.node].transformer for group in case.site.groups}
    relevant = np.isin(behind, [*names, ""])
    even = np.repeat(per_phase.mean(axis=1, keepdims=True), N_PHASES, axis=1)
    return _Feeders(
        base=base,
        per_phase=np.where(relevant[:, None], even, 0.0),
        rows={name: np.flatnonzero(behind == name) for name in names},
        board={unit: np.flatnonzero(nodes == lv_board(unit)) for unit in station},
        behind={cable: np.array(rows, dtype=np.int64) for cable, rows in cables.items()},
    )


def _of_sizes(
    feeders: _Feeders,
    unit: str,
    capacity_kva: float,
    sizes: Mapping[Var, float],
    least: Mapping[float, Floats],
) -> dict[Var, float]:
    """Return what each size of a unit carries beside one of its capacities [kVA].

    Loads count by what they add at least to whatever fits within ``capacity_kva``. On a larger
    unit each adds a little less, so it carries more of them than its own capacity; on a smaller
    one they may not exceed that.
    """
    rows = feeders.rows_of(unit)
    mine = least[capacity_kva][rows]
    usable = {0.0: 0.0, capacity_kva: capacity_kva}
    for size in set(sizes.values()) - set(usable):
        items = list(zip(mine.tolist(), least[size][rows].tolist(), strict=True))
        most = _knapsack(items, size)
        usable[size] = min(most, size) if size < capacity_kva else most
    weights = {var: usable[size] - capacity_kva for var, size in sizes.items()}
    return {var: weight for var, weight in weights.items() if weight}


def _of_loads(space: Space, feeders: _Feeders, unit: str, kva: Floats) -> dict[Var, float]:
    """Return what feeders and boxes that come to a unit, or leave it, take of it [kVA]."""
    weights: dict[Var, float] = {}
    for name, rows in feeders.rows.items():
        targets = space.homes[name].targets
        if unit in targets:
            weights[feeder_place(name), targets.index(unit)] = -float(kva[rows].sum())
    for var, option in splits_of(space):
        feeder = space.feeder_of_cable[option.cable]
        if feeder not in feeders.rows:
            continue
        home = space.homes[feeder].targets[0]
        if (home == unit) != (option.transformer == unit):
            behind = float(kva[feeders.behind[option.cable]].sum())
            weights[var] = behind if home == unit else -behind
    return weights
