"""Cables to strengthen where voltages, unbalance or fault currents at the far end are bad."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from gridcalc.checks.voltage import DEVIATION, HIGHEST_AT_PEAK, UNBALANCE
from gridcalc.city.batch.family import Family
from gridcalc.city.batch.field import Field
from gridcalc.city.batch.planning_changing import Choice, Chosen
from gridcalc.city.batch.planning_ladders import Ladder
from gridcalc.city.batch.planning_needs import Families, Least, Needs, allowed
from gridcalc.city.batch.solving import Solved
from gridcalc.network.arrays import Bools, Floats, Ints
from gridcalc.powerflow.radial_tree import ELEMENT, KIND, LEAF, NODE, PARENT
from gridcalc.units import PERCENT

_X_SHARE = 0.3
"""How much of the reactance adds to a drop at usual power factors. [-]"""
_MORE = 1.03
"""Margin on the part of a drop that has to go, because drops do not add up exactly. [-]"""
_MOST_STEPS = 12
_HARDLY = 1e-6
"""Part of what is missing below which an option does not help. [-]"""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Excess:
    """Something too bad at one node: how much has to go, and what each cable adds to it.

    Attributes
    ----------
    node
        Position of the node.
    amount
        What has to go, in the unit of ``added``.
    cables, added
        Cables on the way from the LV board, the board first, and what each adds.
    """

    node: int
    amount: float
    cables: Sequence[int]
    added: Sequence[float]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Way:
    """For every node the LV cable above it and the node at its start, -1 at and above boards."""

    cable: Ints
    start: Ints

    def to(self, node: int) -> list[int]:
        """Return the nodes from the one behind the first cable to a node."""
        found = []
        for _ in range(len(self.cable)):
            if self.cable[node] < 0:
                break
            found.append(node)
            node = int(self.start[node])
        return found[::-1]


def way_of(field: Field, is_lv_cable: Bools) -> Way:
    """Return the way to every node of a field."""
    place = field.forest.place
    is_cable = place[:, KIND] <= LEAF
    element = place[:, ELEMENT]
    lv = is_cable.copy()
    lv[is_cable] = is_lv_cable[element[is_cable]]
    cable = np.full(len(place), -1, dtype=np.int64)
    start = np.full(len(place), -1, dtype=np.int64)
    cable[place[lv, NODE]] = element[lv]
    start[place[lv, NODE]] = place[place[lv, PARENT], NODE]
    return Way(cable=cable, start=start)


def voltage_excesses(solved: Solved, families: Families, asked: Ints, way: Way) -> list[Excess]:
    """Return the LV nodes whose voltage is too low, the worst state of each. [% of nominal]."""
    found: dict[int, Excess] = {}
    for quantity, values in (
        ("phase_min", PERCENT * solved.vm_pu),
        ("line_min", PERCENT * solved.vm_line_min_pu[:, None, :]),
    ):
        family = families[DEVIATION, quantity]
        over = np.where(family.fails, -(family.value - family.limit), 0.0)[:, asked]
        for node in np.flatnonzero(over.max(axis=1) > 0).tolist():
            state = int(asked[int(over[node].argmax())])
            phase = int(values[node, :, state].argmin())
            nodes = way.to(node)
            levels = values[:, phase, state]
            excess = Excess(
                node=node,
                amount=float(over[node].max()),
                cables=[int(way.cable[k]) for k in nodes],
                added=[float(levels[way.start[k]] - levels[k]) for k in nodes],
            )
            if node not in found or found[node].amount < excess.amount:
                found[node] = excess
    return list(found.values())


def unbalance_excesses(solved: Solved, families: Families, asked: Ints, way: Way) -> list[Excess]:
    """Return the LV nodes whose voltages are too unequal, the worst state of each. [%]."""
    percent = solved.unbalance_percent
    return _excesses(families[UNBALANCE, ""], lambda _, state: percent[:, state], asked, way)


def rise_excesses(solved: Solved, families: Families, asked: Ints, way: Way) -> list[Excess]:
    """Return the LV nodes with a phase too high at peak, the worst state of each. [% of nominal].

    Cables on the way add to it by what the current of the neutral drops along them.
    """

    def levels(node: int, state: int) -> Floats:
        phase = int(solved.vm_pu[node, :, state].argmax())
        return PERCENT * solved.vm_pu[:, phase, state]

    return _excesses(families[DEVIATION, HIGHEST_AT_PEAK], levels, asked, way)


def _excesses(
    family: Family, levels: Callable[[int, int], Floats], asked: Ints, way: Way
) -> list[Excess]:
    over = np.where(family.fails, family.value - family.limit, 0.0)[:, asked]
    found = []
    for node in np.flatnonzero(over.max(axis=1) > 0).tolist():
        state = int(asked[int(over[node].argmax())])
        values = levels(node, state)
        nodes = way.to(node)
        found.append(
            Excess(
                node=node,
                amount=float(over[node].max()),
                cables=[int(way.cable[k]) for k in nodes],
                added=[float(values[k] - values[way.start[k]]) for k in nodes],
            )
        )
    return found


def loop_excesses(field: Field, families: Sequence[Family], way: Way) -> list[Excess]:
    """Return the nodes whose smallest fault does not trip the device that guards them. [ohm].

    Only cables on the way to the node can help.
    """
    guard = field.devices.guard
    ik1_ka = field.short_circuit.ik1_min_ka
    n_cables = len(field.forest.network.cables.ids)
    short: dict[int, float] = {}
    for half, first in zip(families, (0, n_cables), strict=True):
        for k in np.flatnonzero(half.fails[:, 0]).tolist():
            short[first + k] = float(half.value[k, 0] / half.limit[k, 0])
    found = []
    for device, share in short.items():
        zone = np.flatnonzero(guard == device)
        node = int(zone[np.nanargmin(ik1_ka[zone])])
        nodes = way.to(node)
        whole = 1.0 / ik1_ka[node]
        added = [float(1.0 / ik1_ka[k] - 1.0 / ik1_ka[way.start[k]]) for k in nodes]
        found.append(
            Excess(
                node=node,
                amount=float(whole * (1.0 - share)),
                cables=[int(way.cable[k]) for k in nodes],
                added=added,
            )
        )
    return found


@dataclass(slots=True, kw_only=True, eq=False)
class Strengthening:
    """Makes cables larger until excesses are gone; every choice counts for those that follow.

    Attributes
    ----------
    field
        As it is now, with what was chosen before.
    original
        Before any works; lengths and today's devices.
    ladders
        By cable, on demand.
    chosen
        Changed in place.
    """

    field: Field
    original: Field
    ladders: Sequence[Ladder]
    chosen: Chosen
    needs: Needs

    def mend(self, excesses: Sequence[Excess]) -> set[int]:
        """Choose cables; return the nodes that cannot be mended."""
        left = set()
        for excess in sorted(excesses, key=lambda row: (-row.amount, row.node)):
            if not self._mend(excess):
                left.add(excess.node)
        return left

    def _mend(self, excess: Excess) -> bool:
        for _ in range(_MOST_STEPS):
            gone = sum(
                added * (1.0 - self._ratio(k))
                for k, added in zip(excess.cables, excess.added, strict=True)
            )
            missing = _MORE * excess.amount - gone
            if missing <= 0:
                return True
            if not self._step(excess, missing):
                return False
        return False

    def _step(self, excess: Excess, missing: float) -> bool:
        """Take the cheapest option that is enough, else the one that helps most for its price."""
        best: tuple[tuple[bool, float], int, int] | None = None
        for k, added in zip(excess.cables, excess.added, strict=True):
            if added <= 0:
                continue
            option = self._best_option(k, added, missing)
            if option is not None and (best is None or option[0] < best[0]):
                best = option
        if best is None:
            return False
        _, k, at = best
        self.chosen.cables[k] = Choice(ladder=self.ladders[k], option=at)
        return True

    def _best_option(
        self, k: int, added: float, missing: float
    ) -> tuple[tuple[bool, float], int, int] | None:
        ladder = self.ladders[k]
        in_a = float(self.original.devices.in_a[k])
        now = self._ratio(k)
        helps = added * (now - _z(ladder) / self._z_now(k))
        least = Least(
            carried_a=float(self.needs.carried_a[k]),
            rated_a=float(self.needs.rated_a[k]),
            area_mm2=0.0,
            total_mm2=0.0,
        )
        fits = allowed(ladder, least, in_a) & (helps > _HARDLY * abs(missing))
        if not fits.any():
            return None
        cost = ladder.cost_yuan(float(self.original.forest.network.cables.length_m[k]), in_a)
        before = self.chosen.cables.get(k)
        paid = cost[before.option] if before else 0.0
        enough = fits & (helps >= missing)
        if enough.any():
            at = int(np.argmin(np.where(enough, cost, np.inf)))
            return (False, float(cost[at] - paid)), k, at
        at = int(np.argmax(np.where(fits, helps, -np.inf)))
        return (True, float((cost[at] - paid) / helps[at])), k, at

    def _z_now(self, k: int) -> float:
        """Return what a cable of the field as it is adds to a drop. [ohm/km]."""
        cables = self.field.forest.network.cables
        z = cables.r1_ohm_per_km[k] + _X_SHARE * cables.x1_ohm_per_km[k]
        return float(z / cables.parallel[k])

    def _ratio(self, k: int) -> float:
        """Return the part of its drop that a cable keeps by what is chosen. [-]."""
        choice = self.chosen.cables.get(k)
        if choice is None:
            return 1.0
        return float(_z(choice.ladder)[choice.option] / self._z_now(k))


def _z(ladder: Ladder) -> Floats:
    z = ladder.r1_ohm_per_km + _X_SHARE * ladder.x1_ohm_per_km
    return np.asarray(z / ladder.parallel)
