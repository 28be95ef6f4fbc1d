"""Lists of a compound file that are missing or unreadable, and what follows from that alone."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gridcalc.compound.door import nearest
from gridcalc.compound.model import Compound
from gridcalc.compound.outline import LOAD_SECTIONS, SECTIONS, Outline
from gridcalc.errors import Problem

_ALWAYS = ("sources", "substations", "transformers")
_LINKS: dict[str, tuple[str, ...]] = {"lv_cables": ("from", "to"), "mv_cables": ("from", "to")}
_LINKS |= dict.fromkeys(LOAD_SECTIONS, ("node",))
_KEYS = frozenset(field.alias or name for name, field in Compound.model_fields.items())
_IDS = ("sources", "rmus", "mv_cables", "substations", "transformers", "lv_nodes", "lv_cables")


@dataclass(frozen=True, slots=True, kw_only=True)
class Relying:
    """What a check found, and the lists or fields without which it finds what is not wrong."""

    found: tuple[Problem, ...]
    on: frozenset[str]


def sound_problems(outline: Outline, checks: Iterable[Relying]) -> Iterator[Problem]:
    """Yield what checks find, and one problem in place of all that a gap of the file explains.

    A list that could not be read is told by its reader; one that is missing or empty is told
    here, with the number of problems that follow from it.
    """
    unread = frozenset(_unread(outline))
    empty = _empty(outline, unread)
    removed = [name for name in SECTIONS if name in outline.document.no_sheet]
    followers: dict[str, list[Problem]] = {name: [] for name in empty}
    for row in checks:
        gap = _gap(row.on, unread, [*empty, *removed])
        if gap is None:
            yield from row.found
        elif gap not in unread:
            followers.setdefault(gap, []).extend(row.found)
    for name, found in followers.items():
        if found or _is_needed(outline, name):
            yield _told(outline, name, found)


def absent_lists(outline: Outline) -> frozenset[str]:
    """Return the lists that hold nothing readable; what says so need not be told again."""
    unread = frozenset(_unread(outline))
    return unread | frozenset(_empty(outline, unread))


def _is_needed(outline: Outline, name: str) -> bool:
    return name in _ALWAYS and (bool(outline.document.cells) or name not in outline.document.value)


def _empty(outline: Outline, unread: frozenset[str]) -> list[str]:
    """Return the lists that cannot be empty in this file, and are."""
    return [name for name in _needed(outline) if not outline.sections[name] and name not in unread]


def _gap(on: frozenset[str], unread: frozenset[str], absent: Iterable[str]) -> str | None:
    """Return which gap explains what a check finds; ``None`` where nothing is missing."""
    return next((name for name in (*sorted(unread), *absent) if name in on), None)


def _needed(outline: Outline) -> Iterator[str]:
    """Yield the lists that cannot be empty in this file."""
    yield from _ALWAYS
    if any(outline.items("lv_cables")):
        yield "lv_nodes"
    if any(outline.items("lv_nodes")):
        yield from ("lv_cables", "households")


def _unread(outline: Outline) -> Iterator[str]:
    """Yield lists and fields that the file gives, but not so that they could be read."""
    document = outline.document
    yield from document.unread
    for key, value in document.value.items():
        if key in SECTIONS and not isinstance(value, list | None):
            yield key
        elif key not in _KEYS:
            yield from (name for name in SECTIONS if nearest(key, [name]))
    for section, items in outline.sections.items():
        keys = (*_LINKS.get(section, ()), *(("id",) if section in _IDS else ()))
        if items and any(not any(item.text(key) for item in items) for key in keys):
            yield section


def _told(outline: Outline, name: str, found: list[Problem]) -> Problem:
    """Return that a list is missing or empty, with the place of the first that follows."""
    document = outline.document
    if name in document.no_sheet:
        text = "the sheet is missing"
    elif document.cells:
        text = "the sheet has no rows"
    else:
        text = f"{name} is missing" if name not in document.value else f"{name} is empty"
    if found:
        n_more, place = len(found), found[0].key
        text += f"; what follows from this is not listed: {n_more}, first {place}"
    if document.cells:
        return Problem(document.file, 0, document.cells.get((name,), name), text)
    stations = outline.sections["substations"]
    is_nested = name == "transformers" and stations
    return document.problem((*stations[0].path, name) if is_nested else (name,), text)
