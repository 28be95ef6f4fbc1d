"""Label setting: partial routes in order of what they come to at least, dominated ones dropped.

Every partial route carries its sums and is taken up in order of the least total it can end with,
so labels reach a node in order of the first criterion and the first one at the target is the
best. Sums are whole steps: ties are true ties and the bounds never contradict each other.
"""

from bisect import bisect_right, insort
from collections.abc import Iterator
from dataclasses import dataclass
from heapq import heappop, heappush

from gridcalc.routing.search.space import Space

Use = tuple[float, ...]
"""The second criterion of a label, then its other quantities, in steps."""
NO_PARENT = -1
STEP = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A route: the source it starts at and its arcs."""

    source: int
    arcs: tuple[int, ...]


def two_criteria(space: Space) -> Iterator[Found]:
    """Yield every route that is not dominated, in order of the first criterion.

    At a node a label is dominated when one before it had no more of the second criterion; on
    its way when a route found has no more of it than the label will have at least.
    """
    out, arc, head, first, second = space.out, space.arc, space.head, space.first, space.second
    first_to_go, second_to_go = space.first_to_go, space.second_to_go
    smallest = [float("inf")] * space.n_nodes
    too_much = space.most_second + STEP
    taken: list[tuple[int, int, int]] = []
    heap: list[tuple[float, float, int, int, int, float, float, int, int]] = []
    count = len(space.roots)
    for i, root in enumerate(space.roots):
        ends = (root.first + first_to_go[root.node], root.second + second_to_go[root.node])
        here = (root.node, root.first, root.second, NO_PARENT, NO_PARENT)
        heappush(heap, (*ends, root.source, i, *here))
    while heap:
        end, end_second, source, _, node, g, h, parent, by = heappop(heap)
        if end > space.most_first:
            return
        if h >= smallest[node] or end_second >= too_much:
            continue
        smallest[node] = h
        taken.append((parent, by, source))
        if node == space.target:
            too_much = h
            yield _unwound(taken)
            continue
        for k in range(out[node], out[node + 1]):
            after = head[k]
            then = h + second[k]
            end_second = then + second_to_go[after]
            cost = g + first[k]
            ends = (cost + first_to_go[after], end_second)
            if then < smallest[after] and end_second < too_much and ends[0] <= space.most_first:
                count += 1
                heappush(heap, (*ends, source, count, after, cost, then, len(taken) - 1, arc[k]))


def all_criteria(space: Space) -> Iterator[Found]:
    """Yield every route that is not dominated and keeps the limits of all other quantities.

    A label is dominated at a node only by one that has no more of anything.
    """
    out, arc, head, first, second = space.out, space.arc, space.head, space.first, space.second
    first_to_go, second_to_go = space.first_to_go, space.second_to_go
    settled: list[list[Use]] = [[] for _ in range(space.n_nodes)]
    n = space.n_compared
    is_dominated = _is_on_stairs if n == 2 else _is_dominated
    too_much = space.most_second + STEP
    taken: list[tuple[int, int, int]] = []
    heap: list[tuple[float, float, int, int, int, float, Use, int, int]] = []
    count = len(space.roots)
    for i, root in enumerate(space.roots):
        ends = (root.first + first_to_go[root.node], root.second + second_to_go[root.node])
        used = (root.second, *root.use)
        heappush(heap, (*ends, root.source, i, root.node, root.first, used, NO_PARENT, NO_PARENT))
    while heap:
        end, end_second, source, _, node, g, used, parent, by = heappop(heap)
        if end > space.most_first:
            return
        if end_second >= too_much or is_dominated(used[:n], settled[node]):
            continue
        settled[node] = [row for row in settled[node] if not _is_no_more(used[:n], row)]
        insort(settled[node], used[:n])
        taken.append((parent, by, source))
        if node == space.target:
            too_much = used[0]
            yield _unwound(taken)
            continue
        for k in range(out[node], out[node + 1]):
            after, cost = head[k], g + first[k]
            then = (used[0] + second[k], *map(float.__add__, used[1:], space.use[k]))
            ends = (cost + first_to_go[after], then[0] + second_to_go[after])
            if ends[1] >= too_much or ends[0] > space.most_first or not _fits(space, then, after):
                continue
            if not is_dominated(then[:n], settled[after]):
                count += 1
                heappush(heap, (*ends, source, count, after, cost, then, len(taken) - 1, arc[k]))


def _fits(space: Space, used: Use, node: int) -> bool:
    rows = zip(used[1:], space.use_to_go[node], space.most_use, strict=True)
    return all(here + to_go <= most for here, to_go, most in rows)


def _is_no_more(used: Use, other: Use) -> bool:
    return all(map(float.__le__, used, other))


def _is_on_stairs(used: Use, settled: list[Use]) -> bool:
    """Return the same where two quantities are compared: the rows fall in one as one rises."""
    place = bisect_right(settled, used)
    return place > 0 and settled[place - 1][1] <= used[1]


def _is_dominated(used: Use, settled: list[Use]) -> bool:
    return any(_is_no_more(row, used) for row in settled)


def _unwound(taken: list[tuple[int, int, int]]) -> Found:
    parent, arc, source = taken[-1]
    arcs: list[int] = []
    while parent != NO_PARENT:
        arcs.append(arc)
        parent, arc, _ = taken[parent]
    return Found(source=source, arcs=tuple(reversed(arcs)))
