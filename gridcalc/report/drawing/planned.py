"""What the plan of a dossier changes on its diagram: types, connections, and what is added."""

from collections.abc import Iterator
from dataclasses import dataclass

from gridcalc.compound.model import Compound, LvCable, MvCable, TransformerUnit
from gridcalc.dossier import Dossier

Element = LvCable | MvCable | TransformerUnit


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A cable or a transformer after the works; empty where it stays as it is.

    Parameters
    ----------
    type, parallel
        What takes its place; equal cables side by side.
    from_id
        Node that it is fed from.
    tap
        Tap step of a transformer; ``None`` where it stays.
    """

    type: str = ""
    parallel: int = 1
    from_id: str = ""
    tap: int | None = None


NO_CHANGE = Change()


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """Changes by the id of the element, and id with type of what is added.

    ``built`` are the ids of all cables and transformers that are added, replaced or moved.
    """

    changes: dict[str, Change]
    added: tuple[str, ...] = ()
    built: frozenset[str] = frozenset()

    @property
    def needs_drawing(self) -> bool:
        """Whether the network has another shape afterwards, which notes cannot show."""
        return bool(self.added) or any(row.from_id for row in self.changes.values())

    def of(self, name: str) -> Change:
        """Return what happens to an element."""
        return self.changes.get(name, NO_CHANGE)


def planned(dossier: Dossier) -> Planned:
    """Return what the least-cost plan changes; nothing where there is no plan."""
    if dossier.plan is None:
        return Planned(changes={})
    before = {row.id: row for row in _elements(dossier.compound)}
    after = list(_elements(dossier.plan.compound_after))
    changes = {row.id: _change(before[row.id], row) for row in after if row.id in before}
    added = [row for row in after if row.id not in before]
    renewed = {name for name, row in changes.items() if row.type or row.from_id}
    return Planned(
        changes={name: row for name, row in changes.items() if row != NO_CHANGE},
        added=tuple(f"{row.id} {row.type}" for row in added),
        built=frozenset({row.id for row in added} | renewed),
    )


def _elements(compound: Compound) -> Iterator[Element]:
    yield from compound.transformers
    yield from compound.mv_cables
    yield from compound.lv_cables


def _change(before: Element, after: Element) -> Change:
    if isinstance(before, TransformerUnit) and isinstance(after, TransformerUnit):
        return Change(
            type="" if before.type == after.type else after.type,
            tap=None if before.tap == after.tap else after.tap,
        )
    if isinstance(before, TransformerUnit) or isinstance(after, TransformerUnit):
        return NO_CHANGE
    parallel = _parallel(after)
    replaced = (before.type, _parallel(before)) != (after.type, parallel)
    return Change(
        type=after.type if replaced else "",
        parallel=parallel if replaced else 1,
        from_id="" if before.from_id == after.from_id else after.from_id,
    )


def _parallel(cable: LvCable | MvCable) -> int:
    return cable.parallel if isinstance(cable, LvCable) else 1
