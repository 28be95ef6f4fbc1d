"""What keeps a foreign network from being a compound file, all of it in one list."""

import re
from collections import Counter
from collections.abc import Iterator
from math import isclose

from gridcalc.errors import Problem
from gridcalc.foreign.areas import Areas
from gridcalc.foreign.generation import n_generators
from gridcalc.foreign.labels import labels
from gridcalc.foreign.records import LOAD_TABLES, LV_BELOW_KV
from gridcalc.foreign.representing_mv import MvNetwork
from gridcalc.network.foreign_tables import ForeignTables
from gridcalc.units import VN_LV_KV, VN_MV_KV, VN_TRAFO_LV_KV

_US_LV_KV = 0.416
_LV_KV = (VN_LV_KV, VN_TRAFO_LV_KV, _US_LV_KV)
_NOT_IN_A_COMPOUND = {
    "gen": "generators that hold a voltage",
    "trafo3w": "three-winding transformers",
    "motor": "motors",
    "ward": "ward equivalents",
    "xward": "extended ward equivalents",
    "impedance": "impedances",
    "dcline": "direct current lines",
    "storage": "storage units",
    "shunt": "shunts",
}
_SHOWN = 5
_SAME = 1e-6
"""Voltages that differ by less, as those of files written in single precision, are one. [-]"""
_GROUP = re.compile(r"\b([YDZ]N?[ydz]n?)\d{0,2}\b")
_DYN = "dyn"


def lacks_for_a_compound(
    tables: ForeignTables, areas: Areas, medium: MvNetwork
) -> tuple[Problem, ...]:
    """Return why a network does not become a compound; nothing where it does.

    Parameters
    ----------
    tables
        The network.
    areas
        Its low-voltage areas.
    medium
        Its 10 kV side.
    """
    found = [*_levels(tables), *_parts(tables), *_sources(tables, medium)]
    found += [*_areas(areas), *_units(tables, areas, medium), *_loads(tables)]
    return tuple(Problem(tables.file, 0, place, message) for place, message in found)


def _levels(tables: ForeignTables) -> Iterator[tuple[str, str]]:
    bus = tables.frame("bus")
    rows = zip(bus.numbers("vn_kv"), bus.flags("in_service"), strict=True)
    levels = sorted({kv for kv, is_live in rows if is_live})
    known = (VN_MV_KV, *_LV_KV)
    other = [kv for kv in levels if not any(isclose(kv, one, rel_tol=_SAME) for one in known)]
    if other:
        names = ", ".join(f"{kv:g} kV" for kv in other)
        yield "bus.vn_kv", f"a compound has 10 kV and 0.4 kV, this network {names}"


def _parts(tables: ForeignTables) -> Iterator[tuple[str, str]]:
    if n_generators(tables):
        yield "sgen", f"a compound has no generators, this network {n_generators(tables)}"
    for name, words in _NOT_IN_A_COMPOUND.items():
        n = sum(tables.frame(name).flags("in_service"))
        if n:
            yield name, f"a compound has no {words}, this network {n}"


def _sources(tables: ForeignTables, medium: MvNetwork) -> Iterator[tuple[str, str]]:
    grid, names = tables.frame("ext_grid"), labels(tables, "ext_grid")
    vn_kv = tables.frame("bus").numbers("vn_kv")
    live = [row for row, is_live in enumerate(grid.flags("in_service")) if is_live]
    if not live:
        yield "ext_grid", "there is no source in service"
    for row in live:
        kv = vn_kv[grid.places("bus")[row]]
        if kv < LV_BELOW_KV:
            yield names[row], f"this source stands at {kv:g} kV; a compound starts at 10 kV"
    at = Counter(medium.node_of_bus.get(grid.places("bus")[row], -1) for row in live)
    if any(n > 1 for node, n in at.items() if node >= 0):
        yield "ext_grid", "several sources stand at one bus; keep one"


def _areas(areas: Areas) -> Iterator[tuple[str, str]]:
    for area in areas.areas:
        if not area.radial:
            yield area.id, f"what it feeds below {LV_BELOW_KV:g} kV is not radial"
        if len(area.trafos) > 1:
            yield area.id, f"{len(area.trafos)} transformers feed one low-voltage network; part it"
    if not any(areas.live_trafo):
        yield "trafo", "there is no transformer in service"


def _units(tables: ForeignTables, areas: Areas, medium: MvNetwork) -> Iterator[tuple[str, str]]:
    frame, names = tables.frame("trafo"), labels(tables, "trafo")
    vn_kv = tables.frame("bus").numbers("vn_kv")
    sides = list(zip(frame.places("hv_bus"), frame.places("lv_bus"), strict=True))
    groups = list(zip(frame.texts("vector_group"), frame.texts("std_type"), strict=True))
    parallel = frame.numbers("parallel", 1.0)
    tapped = zip(
        frame.texts("tap_side"), frame.numbers("tap_pos"), frame.numbers("tap_neutral"), strict=True
    )
    for row, (side, position, neutral) in enumerate(tapped):
        if not areas.live_trafo[row]:
            continue
        hv, lv = sides[row]
        if vn_kv[lv] >= LV_BELOW_KV:
            yield names[row], f"its lower side has {vn_kv[lv]:g} kV; a compound has 10/0.4 kV only"
        elif hv not in medium.node_of_bus or medium.node_of_bus[hv] not in medium.supplied:
            yield names[row], "no source feeds it"
        if parallel[row] > 1:
            yield names[row], f"it counts {parallel[row]:g} times; write each unit with its own bus"
        if side == "lv" and position != neutral:
            yield names[row], "its tap is on the LV side; the taps of a compound are on the HV side"
        other = _other_group(*groups[row])
        if other:
            yield names[row], f"it has the vector group {other}; a compound has Dyn11 only"


def _other_group(group: str, std_type: str) -> str:
    """Return a vector group without the zero sequence of Dyn; empty for Dyn or none.

    Examples
    --------
    >>> _other_group("Dyn", ""), _other_group("", "0.25 MVA 10/0.4 kV Yzn5"), _other_group("", "")
    ('', 'Yzn5', '')
    """
    match = _GROUP.search(std_type)
    found = group.strip() or (match[0] if match else "")
    return "" if found.lower().startswith(_DYN) else found


def _loads(tables: ForeignTables) -> Iterator[tuple[str, str]]:
    bus = tables.frame("bus")
    vn_kv, is_live = bus.numbers("vn_kv"), bus.flags("in_service")
    high: list[str] = []
    for name in LOAD_TABLES:
        frame = tables.frame(name)
        rows = zip(
            labels(tables, name), frame.places("bus"), frame.flags("in_service"), strict=True
        )
        high += [load for load, at, on in rows if on and is_live[at] and vn_kv[at] >= LV_BELOW_KV]
    if high:
        more = f" and {len(high) - _SHOWN} more" if len(high) > _SHOWN else ""
        yield "load", f"a compound has no loads above 1 kV: {', '.join(high[:_SHOWN])}{more}"
