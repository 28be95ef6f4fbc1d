"""Boxes behind a board put together into feeders: a trunk to a branch point, cables from there."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import inf

import numpy as np

from gridcalc.errors import NoSolutionError
from gridcalc.routing.trench.instance import longest_m
from gridcalc.routing.trench.integer import partition
from gridcalc.routing.trench.records import Floats
from gridcalc.routing.trench.records import gap_percent as gap_of

MAX_EXACT_BOXES = 30
"""Boxes up to which all feeders that are possible are listed. [-]"""
_MAX_GROUPS = 60_000
_TIME_LIMIT_S = 10.0
_SAVING = 1e-9
_CURRENT_TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A box that has to be supplied.

    Parameters
    ----------
    id
        Its name.
    node
        Where it stands, as a row of the distances.
    current_a
        What it adds to the current of its feeder, at least 0. [A]
    """

    id: str
    node: int
    current_a: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FeederTerms:
    """What a feeder may carry and what it costs.

    Parameters
    ----------
    max_current_a
        Largest sum of the currents of its boxes. [A]
    max_length_m
        Largest length from the root to a box; inf for none. [m]
    trunk_yuan_per_m, box_yuan_per_m
        Trunk, and cable to a box. [yuan/m]
    feeder_yuan
        What a feeder costs besides, such as its breaker. [yuan]
    """

    max_current_a: float
    max_length_m: float = inf
    trunk_yuan_per_m: float
    box_yuan_per_m: float
    feeder_yuan: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class FeederGroup:
    """A feeder: its trunk ends at a branch point, from where a cable leads to each box.

    Only a feeder with a single box may branch at the root: it has no trunk.

    Parameters
    ----------
    branch_node
        Row of the distances at which the trunk ends.
    boxes
        Names of the boxes, in the order given.
    trunk_m
        Length of the trunk. [m]
    box_m
        Length of the cable to each box. [m]
    current_a
        Sum of the currents. [A]
    """

    branch_node: int
    boxes: tuple[str, ...]
    trunk_m: float
    box_m: tuple[float, ...]
    current_a: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FeederPlan:
    """Feeders that supply every box once.

    Parameters
    ----------
    feeders
        In the order of their first boxes.
    cost_yuan
        Cables and what feeders cost besides; digging is left out. [yuan]
    lower_bound_yuan
        No partition costs less; 0 where it is not known. [yuan]
    """

    feeders: tuple[FeederGroup, ...]
    cost_yuan: float
    lower_bound_yuan: float

    @property
    def gap_percent(self) -> float:
        """How far the cost may be above the least. [%]."""
        return gap_of(self.cost_yuan, self.lower_bound_yuan)


_Group = tuple[int, ...]


def group_boxes(
    distance_m: Floats,
    boxes: Sequence[Box],
    *,
    root: int,
    terms: FeederTerms,
    max_exact_boxes: int = MAX_EXACT_BOXES,
) -> FeederPlan:
    """Return the boxes put together into feeders, at the least cost found.

    Feeders are merged in pairs, that which saves most first (Esau and Williams 1966), boxes
    change feeders while that saves, and with few boxes the best partition is chosen among all
    feeders.
    What digging costs is left to ``plan_trenches``, which lets the cables share trenches.

    Parameters
    ----------
    distance_m
        Shortest lengths between nodes, symmetric. Trunks may end at each of them.
        [m], shape (n_nodes, n_nodes)
    boxes
        What has to be supplied.
    root
        Row of the board.
    terms
        What a feeder may carry and what it costs.
    max_exact_boxes
        Up to how many boxes all feeders are listed, as far as they are not too many. [-]

    Raises
    ------
    NoSolutionError
        Boxes are too far away or carry too much for a feeder of their own; all of them are named.

    Examples
    --------
    A root with two boxes on one street, 100 and 120 m away. One trunk to the first and 20 m from
    there cost 100 x 120 + 20 x 80 yuan; two cables from the root would cost 220 x 80 yuan.

    >>> distance_m = np.array([[0.0, 100.0, 120.0], [100.0, 0.0, 20.0], [120.0, 20.0, 0.0]])
    >>> boxes = [Box(id="B1", node=1, current_a=90.0), Box(id="B2", node=2, current_a=60.0)]
    >>> terms = FeederTerms(max_current_a=200.0, trunk_yuan_per_m=120.0, box_yuan_per_m=80.0)
    >>> plan = group_boxes(distance_m, boxes, root=0, terms=terms)
    >>> [feeder.boxes for feeder in plan.feeders], plan.cost_yuan
    ([('B1', 'B2')], 13600.0)
    """
    case = _Case(distance_m, boxes, root, terms)
    case.require_solvable()
    steps = case.merged()
    starts = (min(steps, key=case.total_yuan), steps[-1])
    groups = min((case.improved(start) for start in starts), key=case.total_yuan)
    lower_bound_yuan = 0.0
    if len(boxes) <= max_exact_boxes:
        groups, lower_bound_yuan = case.best_partition(groups)
    feeders = tuple(case.feeder(group) for group in sorted(groups))
    cost_yuan = case.total_yuan(groups)
    bound_yuan = min(lower_bound_yuan, cost_yuan)
    return FeederPlan(feeders=feeders, cost_yuan=cost_yuan, lower_bound_yuan=bound_yuan)


class _Case:
    """Boxes and distances, and what groups of boxes cost as a feeder."""

    def __init__(
        self, distance_m: Floats, boxes: Sequence[Box], root: int, terms: FeederTerms
    ) -> None:
        self.boxes, self.terms = boxes, terms
        self.root, self.trunk_m = root, distance_m[root]
        self.box_m = distance_m[:, [box.node for box in boxes]]
        self.current_a = np.array([box.current_a for box in boxes])
        reach = self.trunk_m[:, None] + self.box_m <= longest_m(terms.max_length_m)
        self.box_yuan = np.where(reach, terms.box_yuan_per_m * self.box_m, inf)
        self.stem_yuan = terms.trunk_yuan_per_m * self.trunk_m + terms.feeder_yuan
        self.known: dict[_Group, tuple[float, int]] = {}

    def require_solvable(self) -> None:
        """Raise a ``NoSolutionError`` that names every box that no feeder can supply."""
        terms, lacking = self.terms, []
        for i, box in enumerate(self.boxes):
            least_m = float(self.trunk_m[box.node])
            if least_m > longest_m(terms.max_length_m):
                lacking.append(
                    f"{box.id} is {least_m:.1f} m away, {terms.max_length_m:.1f} m allowed"
                    " - supply it from elsewhere"
                )
            if not self.fits((i,)):
                lacking.append(
                    f"{box.id} carries {box.current_a:.1f} A, {terms.max_current_a:.1f} A allowed"
                    " - split it or choose a larger trunk"
                )
        if lacking:
            raise NoSolutionError("\n  - ".join(["boxes cannot be supplied:", *lacking]))

    def fits(self, group: _Group) -> bool:
        """Return whether a feeder carries the boxes together."""
        limit_a = self.terms.max_current_a * (1 + _CURRENT_TOLERANCE)
        return float(self.current_a[list(group)].sum()) <= limit_a

    def _best(self, group: _Group) -> tuple[float, int]:
        if group not in self.known:
            total = self.stem_yuan + self.box_yuan[:, list(group)].sum(axis=1)
            if len(group) > 1:
                total[self.root] = inf
            branch = int(np.argmin(total))
            self.known[group] = float(total[branch]), branch
        return self.known[group]

    def cost_yuan(self, group: _Group) -> float:
        """Return what a feeder costs with its best branch point, inf where it cannot be."""
        if not group:
            return 0.0
        return self._best(group)[0] if self.fits(group) else inf

    def feeder(self, group: _Group) -> FeederGroup:
        """Return the feeder of a group."""
        branch = self._best(group)[1]
        return FeederGroup(
            branch_node=branch,
            boxes=tuple(self.boxes[i].id for i in group),
            trunk_m=float(self.trunk_m[branch]),
            box_m=tuple(float(self.box_m[branch, i]) for i in group),
            current_a=float(self.current_a[list(group)].sum()),
        )

    def merged(self) -> list[list[_Group]]:
        """Return the groups after each merging of a pair, that which saves most or loses least.

        Two boxes may be too few for a trunk to pay and three enough, so losses are no end.
        """
        groups: list[_Group] = [(i,) for i in range(len(self.boxes))]
        steps = [groups]
        for _ in self.boxes:
            savings = [
                (self._merging_saves(a, b), -i, -j)
                for i, a in enumerate(groups)
                for j, b in enumerate(groups[:i])
            ]
            best = max(savings, default=(-inf, 0, 0))
            if np.isinf(best[0]):
                break
            one, other = groups[-best[1]], groups[-best[2]]
            groups = [g for g in groups if g not in {one, other}]
            groups = sorted([*groups, tuple(sorted(one + other))])
            steps.append(groups)
        return steps

    def total_yuan(self, groups: Sequence[_Group]) -> float:
        """Return what feeders cost together."""
        return float(sum(self.cost_yuan(group) for group in groups))

    def _merging_saves(self, a: _Group, b: _Group) -> float:
        together = self.cost_yuan(tuple(sorted(a + b)))
        return self.cost_yuan(a) + self.cost_yuan(b) - together

    def improved(self, groups: list[_Group]) -> list[_Group]:
        """Return the groups after boxes have moved and changed places while that saves."""
        for _ in range(len(self.boxes) ** 2):
            better = next(self._better(groups), None)
            if better is None:
                break
            groups = better
        return groups

    def _better(self, groups: list[_Group]) -> Iterator[list[_Group]]:
        open_groups = [*groups, ()]
        for a in groups:
            for b in open_groups:
                if a == b:
                    continue
                now = self.cost_yuan(a) + self.cost_yuan(b)
                for new_a, new_b in _exchanges(a, b):
                    then = self.cost_yuan(new_a) + self.cost_yuan(new_b)
                    if then < now * (1 - _SAVING):
                        rest = [g for g in groups if g not in {a, b}]
                        yield sorted(g for g in (*rest, new_a, new_b) if g)

    def best_partition(self, groups: list[_Group]) -> tuple[list[_Group], float]:
        """Return the best groups of all and their bound, those given where there are too many."""
        possible = self._possible()
        if possible is None:
            return groups, 0.0
        costs = np.array([self.cost_yuan(group) for group in possible])
        chosen, bound = partition(possible, costs, len(self.boxes), time_limit_s=_TIME_LIMIT_S)
        found = [possible[i] for i in chosen]
        is_better = bool(found) and self.total_yuan(found) <= self.total_yuan(groups)
        return (found if is_better else groups), bound

    def _possible(self) -> list[_Group] | None:
        """Return all groups that a feeder can supply, ``None`` where there are too many."""
        found: list[_Group] = []
        last: list[_Group] = [()]
        for _ in self.boxes:
            last = [
                larger
                for group in last
                for i in range(group[-1] + 1 if group else 0, len(self.boxes))
                if np.isfinite(self.cost_yuan(larger := (*group, i)))
            ]
            found.extend(last)
            if len(found) > _MAX_GROUPS:
                return None
        return found


def _exchanges(a: _Group, b: _Group) -> Iterator[tuple[_Group, _Group]]:
    """Yield two groups with one box moved to the second, or two boxes in each other's place."""
    for i in a:
        left = tuple(k for k in a if k != i)
        yield left, tuple(sorted((*b, i)))
        for j in b:
            yield tuple(sorted((*left, j))), tuple(sorted((*(k for k in b if k != j), i)))
