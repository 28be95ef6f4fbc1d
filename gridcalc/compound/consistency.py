"""Do the parts of a compound file fit together: ids, links, equipment, supply, LV feeders."""

from collections.abc import Iterable, Iterator

from gridcalc.catalogue import Catalogue
from gridcalc.compound.door import nearest
from gridcalc.compound.equipment import equipment_problems
from gridcalc.compound.model import hv_terminal, lv_board
from gridcalc.compound.outline import LOAD_SECTIONS, Item, Outline
from gridcalc.errors import Problem


def consistency_problems(outline: Outline, catalogue: Catalogue) -> list[Problem]:
    """Return every contradiction between the entries of a file."""
    from gridcalc.compound.wiring import feeder_problems, supply_problems  # noqa: PLC0415  graphs

    problems: list[Problem] = []
    for check in (_ids, _links, supply_problems, feeder_problems, _loads, _single_rows):
        problems += check(outline)
    problems += equipment_problems(outline, catalogue)
    return problems


def _ids(outline: Outline) -> Iterator[Problem]:
    seen: dict[str, Item] = {}
    units = [item.id for item in outline.transformers if item.id]
    reserved = {name: unit for unit in units for name in (lv_board(unit), hv_terminal(unit))}
    named = ("sources", "rmus", "mv_cables", "substations", "transformers", "lv_nodes", "lv_cables")
    for item in outline.items(*named):
        other = seen.setdefault(item.id, item) if item.id else item
        if other is not item:
            place = outline.document.place(other.path)
            yield outline.at(item, "id", f"the id {item.id!r} stands already {place}")
        owner = reserved.get(item.id)
        if owner:
            message = f"the id {item.id!r} belongs to the transformer {owner!r}; choose another"
            yield outline.at(item, "id", message)


def _reference(
    outline: Outline, item: Item, key: str, nodes: set[str], what: str
) -> Iterator[Problem]:
    name = item.text(key)
    if name and name not in nodes:
        guess = nearest(name, sorted(nodes))
        yield outline.at(item, key, f"there is no {what} {name!r}{guess}")


def _links(outline: Outline) -> Iterator[Problem]:
    transformers = {item.id for item in outline.transformers}
    cables = {item.id for item in outline.items("mv_cables", "lv_cables")}
    mv_cables = {item.id for item in outline.items("mv_cables")}
    links: list[tuple[Iterable[Item], tuple[str, ...], set[str], str]] = [
        (outline.items("mv_cables"), ("from", "to"), outline.mv_nodes, "10 kV node"),
        (outline.items("lv_cables"), ("from", "to"), outline.lv_nodes, "LV node"),
        (outline.items(*LOAD_SECTIONS), ("node",), outline.lv_nodes, "LV node"),
        (outline.items("metered"), ("transformer",), transformers, "transformer"),
        (outline.items("protection"), ("element",), cables | transformers, "cable or transformer"),
        (outline.transformers, ("fed_from",), outline.mv_nodes - transformers, "10 kV node"),
        (outline.items("routes"), ("cable",), mv_cables, "10 kV cable"),
    ]
    for items, keys, known, what in links:
        for item in items:
            for key in keys:
                yield from _reference(outline, item, key, known, what)
    for item in outline.items("mv_cables", "lv_cables"):
        if item.text("from") and item.text("from") == item.text("to"):
            message = f"the cable ends where it starts, at {item.text('to')!r}"
            yield outline.at(item, "to", message)


def _loads(outline: Outline) -> Iterator[Problem]:
    for item in outline.items("private_bays"):
        shares = [item.values.get(f"{word}_share") for word in ("equipped", "reserved")]
        equipped, reserved = [s if isinstance(s, (int, float)) else None for s in shares]
        if equipped is not None and reserved is not None and reserved < equipped:
            message = f"reserved_share {reserved} is below equipped_share {equipped}"
            yield outline.at(item, "reserved_share", message)
    for item in outline.items("substations"):
        units = item.values.get("transformers")
        if item.flag("lv_tie") and isinstance(units, list) and len(units) < 2:
            yield outline.at(item, "lv_tie", "a tie needs two transformers; there is one")


def _single_rows(outline: Outline) -> Iterator[Problem]:
    for section, key in (
        ("metered", "transformer"),
        ("protection", "element"),
        ("routes", "cable"),
    ):
        seen: dict[str, Item] = {}
        for item in outline.items(section):
            name = item.text(key)
            if name and seen.setdefault(name, item) is not item:
                place = outline.document.place(seen[name].path)
                yield outline.at(item, key, f"{name!r} stands already {place}; keep one")
