"""Names of foreign elements as ids of a compound file."""

import re
from collections.abc import Iterable

from gridcalc.compound.model import hv_terminal, lv_board

_NOT_ALLOWED = re.compile(r"[^\w.\-]+")
_OF_TRANSFORMERS = tuple(suffix("") for suffix in (lv_board, hv_terminal))
_LONGEST = 56
"""Ids have at most 64 signs; the rest is for what keeps two of them apart."""


def unique_ids(names: Iterable[str], taken: Iterable[str] = ()) -> tuple[str, ...]:
    """Return ids as near to some names as the format allows, each another.

    Ids are compared without case, and none ends like a terminal of a transformer.

    Parameters
    ----------
    names
        What the elements are called, in the order in which they get their ids.
    taken
        Ids that stand already.

    Examples
    --------
    >>> unique_ids(["Bus 1", "bus/1", "T1.LV", "=A1"])
    ('Bus-1', 'bus-1-2', 'T1-LV', 'A1')
    """
    used = {name.casefold() for name in taken}
    found = []
    for name in names:
        base, n = _plain(name), 1
        candidate = base
        while candidate.casefold() in used:
            n += 1
            candidate = f"{base}-{n}"
        used.add(candidate.casefold())
        found.append(candidate)
    return tuple(found)


def _plain(name: str) -> str:
    base = _NOT_ALLOWED.sub("-", name).strip("-.")[:_LONGEST].rstrip("-.") or "x"
    for ending in _OF_TRANSFORMERS:
        if base.upper().endswith(ending):
            base = base[: -len(ending)] + ending.replace(".", "-")
    return base
