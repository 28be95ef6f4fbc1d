"""What nobody controls loads transformers with on simulated days: guides to a plan, no cuts.

Chargers draw the same whatever is built. Households do not: their demand factor goes with the
number of them on a transformer. What is taken here is their load in the compound as it is, so a
guide may be wrong where feeders move, and never counts for the lower bound.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import combinations
from math import ceil

import numpy as np

from gridcalc.checks.case import scenario_units
from gridcalc.checks.simulated import simulation_of
from gridcalc.compound.model import lv_board
from gridcalc.demand.charging.sessions import select
from gridcalc.network.arrays import Ints
from gridcalc.network.day_loads import DayLoads, Floats32
from gridcalc.simulation.days import Simulation, draws_of, loads_of
from gridcalc.simulation.draws import Draws
from gridcalc.simulation.prepare import case_of
from gridcalc.simulation.settings import DAYS_PER_BLOCK
from gridcalc.units import PERCENT, tan_phi
from gridcalc.upgrade.search.helpers import Cut
from gridcalc.upgrade.search.judge import MANAGED, Broken, Criteria, State
from gridcalc.upgrade.search.patterns import limit_rule, rating_of, rating_of_options
from gridcalc.upgrade.search.space import (
    KEEP,
    Selection,
    Space,
    Var,
    feeder_place,
    splits_of,
    taken,
    unit_of_feeder,
    unit_place,
)

_MOST_NEW = 4
"""New units of a substation up to which each choice of them is looked at."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FixedDays:
    """Loads by feeder, and by LV board for what stands there; shape (n_days, n_slots) each.

    ``n_above`` is how many days may exceed what is reported.
    """

    p_kw: Mapping[str, Floats32]
    q_kvar: Mapping[str, Floats32]
    n_above: int
    tan_target: float

    def kva(self, names: Collection[str], *, n_units: int = 1) -> float:
        """Return what some feeders demand of all units together, losses left out [kVA].

        Parameters
        ----------
        names
            Feeders and boards.
        n_units
            Among how many units they are shared. Each keeps its limit on all days but
            ``n_above``, so all together do on all but ``n_units`` times as many.
        """
        known = [name for name in sorted(names) if name in self.p_kw]
        n_above = n_units * self.n_above
        if not known or n_above >= len(self.p_kw[known[0]]):
            return 0.0
        p_kw = np.sum([self.p_kw[name] for name in known], axis=0)
        q_kvar = np.sum([self.q_kvar[name] for name in known], axis=0)
        peaks = np.hypot(p_kw, np.minimum(q_kvar, p_kw * self.tan_target)).max(axis=1)
        return float(np.sort(peaks)[::-1][n_above])


def fixed_days(state: State, criteria: Criteria) -> FixedDays:
    """Return the loads on simulated days that nobody controls, as the compound is.

    Parameters
    ----------
    state
        Simulated days of the compound as it is.
    criteria
        With the settings they were simulated with.
    """
    facts, case = state.facts, state.case
    settings = next(row for row in criteria.days if row.season == facts.season)
    sim = simulation_of(case, settings)
    days = case_of(sim, scenario_units(case, facts.scenario), facts.charging)  # type: ignore[arg-type]
    names, index = _names(state)
    parts: dict[str, list[tuple[Floats32, Floats32]]] = {name: [] for name in names}
    for first in range(0, settings.n_days, DAYS_PER_BLOCK):
        draws = _uncontrolled(sim, draws_of(sim, first), managed=facts.charging == MANAGED)
        loads, _ = loads_of(sim, days, draws, first)
        for k, name in enumerate(names):
            parts[name].append(_sums(loads, index == k))
    return FixedDays(
        p_kw={name: np.concatenate([p for p, _ in rows]) for name, rows in parts.items()},
        q_kvar={name: np.concatenate([q for _, q in rows]) for name, rows in parts.items()},
        n_above=settings.n_days - ceil(settings.percentile / PERCENT * settings.n_days - 1e-9),
        tan_target=tan_phi(case.model.rules.target_power_factor),
    )


def _names(state: State) -> tuple[list[str], Ints]:
    """Return feeders and boards, and which of them each node belongs to; -1 for none."""
    nodes = state.case.site.network.node_index()
    names: dict[str, int] = {}
    index = np.full(len(nodes), -1, dtype=np.int64)
    for place in state.case.site.topology.places:
        name = place.feeder or lv_board(place.transformer)
        index[nodes[place.id]] = names.setdefault(name, len(names))
    return list(names), index


def _uncontrolled(sim: Simulation, draws: Draws, *, managed: bool) -> Draws:
    """Return the charges that no controller moves: all, or of those that it does not reach."""
    if not managed:
        return draws
    share = sim.orderly.participation_share
    lost = share * sim.orderly.lost_communication_share
    draw = draws.private.takes_part
    return replace(draws, private=select(draws.private, (draw >= share) | (draw < lost)))


def _sums(loads: DayLoads, mine: np.ndarray) -> tuple[Floats32, Floats32]:
    """Return the load of some nodes, shape (n_days, n_slots) each [kW, kvar]."""
    shaped, free = mine[loads.shaped_node], mine[loads.free_node]
    p_kw = loads.free_p_kw[free].sum(axis=0)
    q_kvar = np.tensordot(loads.free_tan_phi[free], loads.free_p_kw[free], axes=1)
    for c, curve in enumerate(loads.curves):
        rows = shaped & (loads.shaped_curve == c)
        own = loads.shaped_p_kw[rows]
        p_kw = p_kw + own.sum(axis=0)[:, None] * curve
        q_kvar = q_kvar + (loads.shaped_tan_phi[rows] @ own)[:, None] * curve
    return p_kw.astype(np.float32), q_kvar.astype(np.float32)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StationDays:
    """The fixed loads of a substation, and the units that may carry them.

    Attributes
    ----------
    units, new
        Units of the substation, and those that may take over feeders of it.
    feeders
        By feeder the units it may be at; for boards and feeders that stay, one.
    reason
        The broken limit that asks for it.
    """

    space: Space
    fixed: FixedDays
    units: tuple[str, ...]
    new: tuple[str, ...]
    feeders: Mapping[str, tuple[str, ...]]
    reason: Broken

    def totals(self) -> Iterator[Cut]:
        """Yield that units carry the substation together, for each choice of new ones."""
        new = self.new if len(self.new) <= _MOST_NEW else ()
        for n in range(len(new) + 1):
            for built in combinations(new, n):
                yield self._total((*self.units, *built))
        if not new and self.new:
            yield self._total((*self.units, *self.new))

    def _total(self, units: tuple[str, ...]) -> Cut:
        kva = self.fixed.kva(self.feeders, n_units=len(units))
        weights: dict[Var, float] = {}
        today = 0.0
        for unit in units:
            sizes = capacity_of_options(self.space, unit)
            now = sizes[unit_place(unit), KEEP]
            today += now
            weights |= {var: size - now for var, size in sizes.items() if size != now}
        for unit in set(self.new) - set(units):
            place = unit_place(unit)
            weights |= {(place, k): kva for k in range(1, self.space.n_options(place))}
        for var, option in splits_of(self.space):
            if option.transformer not in units and self._has(option.cable):
                weights[var] = kva
        return Cut(weights=weights, at_least=kva - today, reason=self.reason, is_guide=True)

    def _has(self, cable: str) -> bool:
        return self.space.feeder_of_cable[cable] in self.feeders

    def covers(self, selection: Selection) -> Iterator[Cut]:
        """Yield for units too small for their feeders that some of these do not fit together."""
        split = {
            self.space.feeder_of_cable[option.cable]
            for (place, k), option in splits_of(self.space)
            if taken(selection, place) == k
        }
        for unit in (*self.units, *self.new):
            limit = self.space.policy.number(limit_rule(self.space, unit)) / PERCENT
            capacity_kva = rating_of(self.space, selection, unit) * limit
            mine = [
                name
                for name, targets in self.feeders.items()
                if name not in split and self._at(selection, name, targets) == unit
            ]
            if capacity_kva and self.fixed.kva(mine) > capacity_kva:
                cover = self._cover(mine, capacity_kva)
                yield from self._of_cover(cover, capacity_kva)

    def _at(self, selection: Selection, name: str, targets: tuple[str, ...]) -> str:
        return unit_of_feeder(self.space, selection, name) or targets[0]

    def _cover(self, names: Collection[str], capacity_kva: float) -> list[str]:
        """Return feeders that exceed a capacity, none of them superfluous; the lightest go."""
        alone = {name: self.fixed.kva([name]) for name in names}
        cover = sorted(names, key=lambda name: (alone[name], name))
        for name in tuple(cover):
            rest = [other for other in cover if other != name]
            if self.fixed.kva(rest) > capacity_kva:
                cover = rest
        return cover

    def _of_cover(self, cover: Collection[str], capacity_kva: float) -> Iterator[Cut]:
        """Yield that one of a cover is elsewhere, or the unit larger; for every unit alike."""
        for unit in (*self.units, *self.new):
            sizes = capacity_of_options(self.space, unit)
            always = unit_place(unit) not in self.space.places
            enough = always and max(sizes.values()) > capacity_kva
            if enough or any(unit not in self.feeders[name] for name in cover):
                continue
            weights = {var: 1.0 for var, size in sizes.items() if size > capacity_kva}
            movable = [name for name in cover if len(self.feeders[name]) > 1]
            weights |= {
                (feeder_place(name), self.feeders[name].index(unit)): -1.0 for name in movable
            }
            for var, option in splits_of(self.space):
                if self.space.feeder_of_cable[option.cable] in cover:
                    weights[var] = 1.0
            yield Cut(
                weights=weights, at_least=1.0 - len(movable), reason=self.reason, is_guide=True
            )


def capacity_of_options(space: Space, unit: str) -> dict[Var, float]:
    """Return what a unit may carry with each of its options [kVA]."""
    limit = space.policy.number(limit_rule(space, unit)) / PERCENT
    return {var: rating * limit for var, rating in rating_of_options(space, unit).items()}


def station_days(space: Space, fixed: FixedDays, station: str, reason: Broken) -> StationDays:
    """Return the fixed loads of a substation; ``reason`` is the broken limit that asks."""
    rows = next(row for row in space.compound.substations if row.id == station)
    units = tuple(unit.id for unit in rows.transformers)
    boards = {lv_board(unit): unit for unit in units}
    feeders: dict[str, tuple[str, ...]] = {
        row.id: (boards[row.from_id],) for row in space.compound.lv_cables if row.from_id in boards
    }
    feeders |= {name: space.homes[name].targets for name in feeders if name in space.homes}
    found = {unit for targets in feeders.values() for unit in targets}
    return StationDays(
        space=space,
        fixed=fixed,
        units=units,
        new=tuple(unit for unit in space.new_units if unit in found),
        feeders={**feeders, **{board: (unit,) for board, unit in boards.items()}},
        reason=reason,
    )
