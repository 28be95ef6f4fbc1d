"""Do the parts of a compound file fit together: ids, links, equipment, supply, LV feeders."""

from collections.abc import Iterable, Iterator

from gridcalc.catalogue import Catalogue
from gridcalc.compound.door import nearest
from gridcalc.compound.equipment import equipment_problems
from gridcalc.compound.gaps import Relying, sound_problems
from gridcalc.compound.model import hv_terminal, lv_board
from gridcalc.compound.outline import LOAD_SECTIONS, Item, Outline
from gridcalc.errors import Problem

_MV_NODES = frozenset({"sources", "rmus", "substations"})
_UNITS = frozenset({"transformers"})
_LV_ENDS = _UNITS | {"lv_nodes"}
_FIELDS = frozenset({"transformers.fed_from", "mv_cables.normally_open"})
_SUPPLY = _MV_NODES | _UNITS | _FIELDS | {"mv_cables"}
"""Lists and fields that what is known of the 10 kV supply rests on."""


def consistency_problems(outline: Outline, catalogue: Catalogue) -> list[Problem]:
    """Return every contradiction between the entries of a file."""
    from gridcalc.compound import wiring  # noqa: PLC0415  graphs

    relying = list(_links(outline))
    for check, on in (
        (wiring.supply_problems, _SUPPLY),
        (wiring.feeder_problems, _LV_ENDS | {"lv_cables"}),
        (wiring.nodes_without_use, _LV_ENDS | {"lv_cables", *LOAD_SECTIONS}),
    ):
        relying.append(Relying(found=tuple(check(outline)), on=on))
    problems = list(sound_problems(outline, relying))
    for check in (_ids, _own_ends, _loads, _single_rows):
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


def _links(outline: Outline) -> Iterator[Relying]:
    """Yield which entries name what stands nowhere, with the lists it could stand in."""
    mv, lv = outline.mv_nodes, outline.lv_nodes
    units = {item.id for item in outline.transformers}
    mv_cables = {item.id for item in outline.items("mv_cables")}
    cables = {item.id for item in outline.items("lv_cables")} | mv_cables
    all_cables = frozenset({"mv_cables", "lv_cables"})
    links: list[tuple[Iterable[Item], tuple[str, ...], set[str], str, frozenset[str]]] = [
        (outline.items("mv_cables"), ("from", "to"), mv, "10 kV node", _MV_NODES | _UNITS),
        (outline.items("lv_cables"), ("from", "to"), lv, "LV node", _LV_ENDS),
        (outline.items(*LOAD_SECTIONS), ("node",), lv, "LV node", _LV_ENDS),
        (outline.items("metered"), ("transformer",), units, "transformer", _UNITS),
        (
            outline.items("protection"),
            ("element",),
            cables | units,
            "cable or transformer",
            all_cables | _UNITS,
        ),
        (outline.transformers, ("fed_from",), mv - units, "10 kV node", _MV_NODES),
        (outline.items("routes"), ("cable",), mv_cables, "10 kV cable", frozenset({"mv_cables"})),
    ]
    for items, keys, known, what, on in links:
        found: list[Problem] = []
        for item in items:
            for key in keys:
                found += _reference(outline, item, key, known, what)
        yield Relying(found=tuple(found), on=on)


def _own_ends(outline: Outline) -> Iterator[Problem]:
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
