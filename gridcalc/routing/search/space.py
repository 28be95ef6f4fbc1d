"""The part of a network that a search can need, in plain lists: they are read one by one."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gridcalc.routing.search.inward import Bools, Floats
from gridcalc.routing.search.question import Counted, Question


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Root:
    """A source as the searches start there: its node and what it adds to each quantity."""

    source: int
    node: int
    first: float
    second: float
    use: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Space:
    """Arcs by their tail, and what every node still needs; all in steps.

    Parameters
    ----------
    n_nodes, target
        Of the network.
    roots
        Where routes start.
    out
        Places of the arcs of node ``n``: from ``out[n]`` to before ``out[n + 1]``.
    arc, head, first, second
        Number, head and criteria of the arcs by place.
    use
        Other quantities of the arcs, a tuple for each place.
    first_to_go, second_to_go
        Least that each node needs to the target.
    use_to_go
        The same for the other quantities, a tuple for each node.
    most_first, most_second, most_use
        Largest sums allowed.
    n_compared
        How many of the second criterion and the other quantities labels are compared by.
    """

    n_nodes: int
    target: int
    roots: list[Root]
    out: list[int]
    arc: list[int]
    head: list[int]
    first: list[float]
    second: list[float]
    use: list[tuple[float, ...]]
    first_to_go: list[float]
    second_to_go: list[float]
    use_to_go: list[tuple[float, ...]]
    most_first: float
    most_second: float
    most_use: tuple[float, ...]
    n_compared: int


def lay_out(question: Question, active: Sequence[int], bounds: Sequence[int] = ()) -> Space:
    """Return what a search needs when it watches the ``active`` ones of the other quantities.

    ``bounds`` are those that no label needs to be compared by, as they follow from the others.
    Arcs are left out from which the target cannot be reached within the limits.
    """
    network = question.network
    first, second = question.first, question.second
    arcs = question.allowed
    kept = np.ones(len(arcs), dtype=bool)
    for row in (first, second, *question.uses):
        kept &= _within(question, row)
    arcs = arcs[kept]
    arcs = arcs[np.argsort(network.tail[arcs], kind="stable")]
    uses = [question.uses[index] for index in (*active, *bounds)]
    return Space(
        n_nodes=network.n_nodes,
        target=network.target,
        roots=_roots(question, uses),
        out=np.searchsorted(network.tail[arcs], np.arange(network.n_nodes + 1)).tolist(),
        arc=arcs.tolist(),
        head=network.head[arcs].tolist(),
        first=first.per_arc[arcs].tolist(),
        second=second.per_arc[arcs].tolist(),
        use=_tuples([row.per_arc[arcs] for row in uses]),
        first_to_go=first.tree.total.tolist(),
        second_to_go=second.tree.total.tolist(),
        use_to_go=_tuples([row.tree.total for row in uses]),
        most_first=first.most,
        most_second=second.most,
        most_use=tuple(row.most for row in uses),
        n_compared=1 + len(active),
    )


def _within(question: Question, row: Counted) -> Bools:
    arcs = question.allowed
    at_start = row.at_start[question.sources].min(initial=np.inf)
    least = at_start + row.per_arc[arcs] + row.tree.total[question.network.head[arcs]]
    within: Bools = np.isfinite(least) & (least <= row.most)
    return within


def _roots(question: Question, uses: Sequence[Counted]) -> list[Root]:
    first, second = question.first, question.second
    rows = (first, second, *question.uses)
    roots: list[Root] = []
    for source in question.sources.tolist():
        node = int(question.network.start[source])
        least = [row.at_start[source] + row.tree.total[node] for row in rows]
        if all(np.isfinite(x) and x <= row.most for x, row in zip(least, rows, strict=True)):
            root = Root(
                source=source,
                node=node,
                first=float(first.at_start[source]),
                second=float(second.at_start[source]),
                use=tuple(float(row.at_start[source]) for row in uses),
            )
            roots.append(root)
    return roots


def _tuples(rows: list[Floats]) -> list[tuple[float, ...]]:
    return list(zip(*(row.tolist() for row in rows), strict=True))
