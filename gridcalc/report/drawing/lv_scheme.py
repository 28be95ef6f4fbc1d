"""The 0.4 kV network of a transformer as it is drawn: equal feeders and boxes become one."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from gridcalc.compound.model import LvCable, lv_board
from gridcalc.report.drawing.planned import Change
from gridcalc.report.drawing.readings import NO_LOADS, Loads, Readings

_LENGTH_CLASS = 2.0
"""Longest over shortest cable of those that are drawn as one. [-]"""

Signature = tuple[object, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """Equal cables with the boxes they end at; their own branches are drawn once too.

    Attributes
    ----------
    cables, nodes
        Ids of the cables and of the boxes at their ends.
    type, parallel, box
        Type of each cable, equal cables side by side, kind of the boxes.
    device, in_a
        ``breaker``, ``fuse`` or nothing at the sending end, and its rated current. [A]
    length_m, loading_percent
        Least and most; no loading where there is no solution. [m, %]
    worst
        Id of the cable with the highest loading.
    deviation_percent
        Lowest voltage of the boxes as deviation from nominal. [%]
    rise_percent
        Highest voltage at low load above nominal, where it breaks a limit. [%]
    loads
        Of all the boxes together, without those behind them.
    change
        What the plan makes of each cable.
    is_built
        Whether works have built them.
    """

    cables: tuple[str, ...]
    nodes: tuple[str, ...]
    type: str
    parallel: int
    box: str
    device: str
    in_a: float | None
    length_m: tuple[float, float]
    loading_percent: tuple[float, float] | None
    worst: str
    deviation_percent: float | None
    rise_percent: float | None
    loads: Loads
    change: Change
    is_built: bool
    branches: tuple["Branch", ...]

    @property
    def n(self) -> int:
        """How many there are."""
        return len(self.cables)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """The LV cables of a compound, ready to be gathered."""

    readings: Readings
    outgoing: Mapping[str, tuple[LvCable, ...]]
    kinds: Mapping[str, str]
    signatures: Mapping[str, Signature]


def lv_tree(readings: Readings) -> Tree:
    """Return the LV cables of a compound by the node they leave."""
    compound = readings.compound
    outgoing: dict[str, list[LvCable]] = defaultdict(list)
    for cable in compound.lv_cables:
        outgoing[cable.from_id].append(cable)
    kinds = {node.id: node.kind for node in compound.lv_nodes}
    ordered = {node: tuple(rows) for node, rows in outgoing.items()}
    signatures: dict[str, Signature] = {}
    for cable in _leaves_first(ordered, [lv_board(unit.id) for unit in compound.transformers]):
        below = Counter(signatures[row.id] for row in ordered.get(cable.to_id, ()))
        signatures[cable.id] = (
            *_looks(cable, readings),
            kinds.get(cable.to_id, ""),
            readings.loads.get(cable.to_id, NO_LOADS).kinds,
            readings.planned.of(cable.id),
            cable.id in readings.built,
            frozenset(below.items()),
        )
    return Tree(readings=readings, outgoing=ordered, kinds=kinds, signatures=signatures)


def _leaves_first(
    outgoing: Mapping[str, tuple[LvCable, ...]], boards: Sequence[str]
) -> Iterator[LvCable]:
    found: list[LvCable] = []
    stack = list(boards)
    while stack:
        rows = outgoing.get(stack.pop(), ())
        found += rows
        stack += [row.to_id for row in rows]
    yield from reversed(found)


def _looks(cable: LvCable, readings: Readings) -> tuple[str, int, str, float]:
    device = readings.devices.get(cable.id)
    return (
        cable.type,
        cable.parallel,
        device.kind if device else "",
        device.in_a if device else 0.0,
    )


def feeders(tree: Tree, transformer: str) -> tuple[Branch, ...]:
    """Return the feeders of a transformer in the order of the file, equal ones as one.

    Equal are feeders whose cables, devices, boxes and kinds of load are the same at every place
    and whose lengths are within one class. What is behind them is gathered once more.
    """
    return _branches(tree, tree.outgoing.get(lv_board(transformer), ()))


def _branches(tree: Tree, cables: Iterable[LvCable]) -> tuple[Branch, ...]:
    alike: dict[Signature, list[LvCable]] = defaultdict(list)
    for cable in cables:
        alike[tree.signatures[cable.id]].append(cable)
    return tuple(_branch(tree, rows) for same in alike.values() for rows in _by_length(same))


def _by_length(cables: Sequence[LvCable]) -> Iterator[tuple[LvCable, ...]]:
    """Yield cables whose lengths differ little, in the order of the file."""
    classes: list[tuple[float, set[str]]] = []
    for cable in sorted(cables, key=lambda row: (row.length_m, row.id)):
        if not classes or cable.length_m > _LENGTH_CLASS * classes[-1][0]:
            classes.append((cable.length_m, set()))
        classes[-1][1].add(cable.id)
    for _, ids in classes:
        yield tuple(cable for cable in cables if cable.id in ids)


def _branch(tree: Tree, cables: tuple[LvCable, ...]) -> Branch:
    readings, first = tree.readings, cables[0]
    _, _, device, in_a = _looks(first, readings)
    loadings = {
        row.id: readings.cables[row.id].loading_percent
        for row in cables
        if row.id in readings.cables
    }
    voltages = [readings.deviation_percent(row.to_id) for row in cables]
    loads = NO_LOADS
    for row in cables:
        loads += readings.loads.get(row.to_id, NO_LOADS)
    return Branch(
        cables=tuple(row.id for row in cables),
        nodes=tuple(row.to_id for row in cables),
        type=first.type,
        parallel=first.parallel,
        box=tree.kinds.get(first.to_id, ""),
        device=device,
        in_a=in_a or None,
        length_m=(min(row.length_m for row in cables), max(row.length_m for row in cables)),
        loading_percent=(min(loadings.values()), max(loadings.values())) if loadings else None,
        worst=max(loadings, key=lambda name: loadings[name], default=""),
        deviation_percent=min((v for v in voltages if v is not None), default=None),
        rise_percent=max(
            (
                readings.rise_percent[row.to_id]
                for row in cables
                if row.to_id in readings.rise_percent
            ),
            default=None,
        ),
        loads=loads,
        change=readings.planned.of(first.id),
        is_built=first.id in readings.built,
        branches=_branches(
            tree, [below for row in cables for below in tree.outgoing.get(row.to_id, ())]
        ),
    )
