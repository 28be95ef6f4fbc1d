"""A foreign network as a compound of ours, with all that was assumed for it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePath

import numpy as np

from gridcalc.catalogue import Cable, Catalogue, Transformer
from gridcalc.compound.model import Compound
from gridcalc.compound.reader import compound_of
from gridcalc.errors import InputError
from gridcalc.foreign.areas import NOWHERE, Areas, areas_of
from gridcalc.foreign.correcting import corrected
from gridcalc.foreign.kinds import loads_of
from gridcalc.foreign.labels import labels
from gridcalc.foreign.load_map import LoadMap
from gridcalc.foreign.records import Load
from gridcalc.foreign.representing_equipment import Kit, kit_of
from gridcalc.foreign.representing_ids import unique_ids
from gridcalc.foreign.representing_lacks import lacks_for_a_compound
from gridcalc.foreign.representing_lv import (
    Entry,
    LvLoads,
    LvNames,
    box_entries,
    load_entries,
    lv_boxes,
    lv_entries,
    lv_lines,
)
from gridcalc.foreign.representing_mv import (
    MvNames,
    MvNetwork,
    mv_entries,
    mv_network,
    source_entries,
)
from gridcalc.foreign.representing_rows import catalogue_tables
from gridcalc.network.foreign_tables import ForeignTables
from gridcalc.notes import Note, note
from gridcalc.policy import PolicyPack
from gridcalc.yamlfile import Document

_FORMAT = 1
_SHOWN = 5
_USER = "user:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Represented:
    """A network as a compound.

    Attributes
    ----------
    compound, catalogue
        The compound, and the catalogue it needs.
    tables
        CSV texts of the equipment that the shipped catalogue does not have, by file name.
    notes
        What was assumed, merged or left out.
    """

    compound: Compound
    catalogue: Catalogue
    tables: Mapping[str, str]
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Names:
    mv: MvNames
    lv: LvNames


def compound_of_network(
    tables: ForeignTables,
    *,
    name: str,
    catalogue: Catalogue,
    policy: PolicyPack,
    given: LoadMap,
) -> Represented:
    """Return a radial 10/0.4 kV network as a compound.

    Parameters
    ----------
    tables
        The network.
    name
        Id of the compound.
    catalogue
        Equipment to look for what agrees with that of the network.
    policy
        Pack of the compound: demand factors, laying, and the rules ``foreign.*``.
    given
        What the user says of the loads.

    Raises
    ------
    InputError
        Everything that a compound cannot hold.
    """
    tables, corrections = corrected(tables)
    areas = areas_of(tables)
    medium = mv_network(tables, areas)
    lacks = lacks_for_a_compound(tables, areas, medium)
    if lacks:
        raise InputError(lacks)
    trafos = tuple(int(row) for row in np.flatnonzero(areas.live_trafo))
    lines = (*medium.closed, *medium.opened, *lv_lines(areas))
    kit = kit_of(tables, lines, trafos, catalogue=catalogue, policy=policy)
    names = _names(tables, areas, medium, trafos)
    loads = loads_of(tables, policy, given)
    as_loads = load_entries(tables, loads, areas, names.lv, policy)
    value, n_short = _value(tables, areas, medium, names, kit, as_loads, policy)
    document = Document(
        file=tables.file,
        value={**_head(tables, name, policy), **value},
        lines={},
        problems=(),
    )
    notes = _notes(tables, areas, medium, kit, loads, as_loads, n_short)
    return Represented(
        compound=compound_of(document, catalogue=kit.catalogue),
        catalogue=kit.catalogue,
        tables=catalogue_tables(*_beyond_the_shipped(kit)),
        notes=(*corrections, *notes),
    )


def _beyond_the_shipped(kit: Kit) -> tuple[list[Transformer], list[Cable]]:
    """Return the rows in use that are the network's own or the user's."""
    cables = {row.type for row in kit.cables.values()}
    units = set(kit.transformers.values())
    own = {row.name for row in kit.own_transformers} | {row.name for row in kit.own_cables}
    found = kit.catalogue
    return (
        [row for row in found.transformers.values() if row.name in units and _is_own(row, own)],
        [row for row in found.cables.values() if row.name in cables and _is_own(row, own)],
    )


def _is_own(row: Transformer | Cable, own: set[str]) -> bool:
    return row.name in own or row.source.startswith(_USER)


def _head(tables: ForeignTables, name: str, policy: PolicyPack) -> Entry:
    title = "".join(sign for sign in tables.name if sign.isprintable())[:200].strip()
    return {
        "gridcalc": _FORMAT,
        "id": name,
        "name": title or PurePath(tables.file).stem,
        "policy": policy.id,
        "build": {"kind": "existing"},
    }


def _names(
    tables: ForeignTables, areas: Areas, medium: MvNetwork, trafos: tuple[int, ...]
) -> _Names:
    """Return the ids of all elements, each another: transformers and sources first."""
    lines = lv_lines(areas)
    high_lines = (*medium.closed, *medium.opened)
    live = tables.frame("ext_grid").flags("in_service")
    sources = [row for row, is_live in enumerate(live) if is_live]
    nodes, boxes = sorted(medium.supplied), lv_boxes(areas, lines)
    wanted = [
        *(("trafo", row) for row in trafos),
        *(("ext_grid", row) for row in sources),
        *(("bus", row) for row in (*nodes, *boxes)),
        *(("line", row) for row in (*high_lines, *lines)),
    ]
    texts = {table: labels(tables, table) for table in ("trafo", "ext_grid", "bus", "line")}
    ids = dict(zip(wanted, unique_ids(texts[table][row] for table, row in wanted), strict=True))
    units = {row: ids["trafo", row] for row in trafos}
    return _Names(
        mv=MvNames(
            sources={row: ids["ext_grid", row] for row in sources},
            transformers=units,
            nodes={row: ids["bus", row] for row in nodes},
            lines={row: ids["line", row] for row in high_lines},
        ),
        lv=LvNames(
            transformers=units,
            nodes={row: ids["bus", row] for row in boxes},
            lines={row: ids["line", row] for row in lines},
        ),
    )


def _value(
    tables: ForeignTables,
    areas: Areas,
    medium: MvNetwork,
    names: _Names,
    kit: Kit,
    loads: LvLoads,
    policy: PolicyPack,
) -> tuple[Entry, int]:
    """Return the sections of the compound file, and how many cables were lengthened."""
    rmus, mv_cables, stations = mv_entries(tables, medium, names.mv, kit)
    lv_cables, n_short = lv_entries(tables, areas, names.lv, kit)
    compensated = {names.lv.transformers[row]: q for row, q in loads.compensation_kvar.items()}
    for station in stations:
        for unit in station["transformers"]:
            if unit["id"] in compensated:
                unit["compensation_kvar"] = compensated[unit["id"]]
    sections: Entry = {
        "sources": source_entries(tables, names.mv.sources, policy),
        "rmus": rmus,
        "mv_cables": mv_cables,
        "substations": stations,
        "lv_nodes": box_entries(names.lv.nodes, areas, loads),
        "lv_cables": lv_cables,
        **loads.sections,
    }
    return {key: rows for key, rows in sections.items() if rows}, n_short


def _notes(
    tables: ForeignTables,
    areas: Areas,
    medium: MvNetwork,
    kit: Kit,
    loads: tuple[Load, ...],
    as_loads: LvLoads,
    n_short: int,
) -> Iterator[Note]:
    yield from _notes_of_network(tables, areas, medium, n_short)
    yield from _notes_of_equipment(kit)
    yield from _notes_of_loads(loads, as_loads, areas)


def _notes_of_network(
    tables: ForeignTables, areas: Areas, medium: MvNetwork, n_short: int
) -> Iterator[Note]:
    grid = tables.frame("ext_grid")
    rated = [mva > 0 for mva in grid.numbers("s_sc_max_mva")]
    yield note("substations are prefabricated ones: assumed")
    yield note("the voltage of the source is that at peak load: assumed")
    if not all(rated):
        yield note("fault currents of the source are not given: those of the policy pack")
    kept = {*medium.closed, *medium.opened, *lv_lines(areas)}
    n_left = tables.frame("line").n - len(kept)
    if n_left:
        yield note("{n} lines out of service, open or without supply are left out", n=n_left)
    if medium.opened:
        yield note("{n} open 10 kV lines are kept as normally open", n=len(medium.opened))
    off = sum(not live for live in areas.live_trafo.tolist())
    if off:
        yield note("{n} transformers out of service are left out", n=off)
    n_merged = _n_merged(areas, medium)
    if n_merged:
        yield note("{n} buses behind closed switches are one with another", n=n_merged)
    if n_short:
        yield note("{n} cables shorter than 0.5 m have 0.5 m", n=n_short)


def _n_merged(areas: Areas, medium: MvNetwork) -> int:
    low = int(np.count_nonzero(areas.of_bus != NOWHERE))
    kept = len(lv_boxes(areas, lv_lines(areas))) + len(areas.areas)
    high = sum(bus != node for bus, node in medium.node_of_bus.items())
    return low - kept + high


def _notes_of_equipment(kit: Kit) -> Iterator[Note]:
    yield note("resistances count as those at 20 °C, but for types of the catalogue by their name")
    if kit.n_overhead:
        yield note("{n} overhead lines are cables in air with their data", n=kit.n_overhead)
    if kit.n_unrated:
        yield note("{n} lines without a rating have that of a catalogue cable", n=kit.n_unrated)
    if kit.own_cables:
        yield note(
            "types of cables with the data of the file: {names}; section by name or resistance,"
            " rating as where it lies",
            names=_few(row.name for row in kit.own_cables),
        )
    if kit.own_transformers:
        yield note(
            "types of transformers with the data of the file: {names}; oil type assumed",
            names=_few(row.name for row in kit.own_transformers),
        )
    yield note("transformers count as Dyn11")


def _few(names: Iterable[str]) -> str:
    """Return the first names of a list, and how many there are where not all are shown."""
    found = sorted(names)
    more = f" … ({len(found)})" if len(found) > _SHOWN else ""
    return ", ".join(found[:_SHOWN]) + more


def _notes_of_loads(loads: tuple[Load, ...], as_loads: LvLoads, areas: Areas) -> Iterator[Note]:
    flats = [load for load in loads if load.kind == "household"]
    if flats:
        yield note(
            "{n} loads are {households} flats: with the demand factor of their transformer they"
            " draw {p_kw} kW, as in the file",
            n=len(flats),
            households=sum(load.households for load in flats),
            p_kw=round(sum(load.p_kw for load in flats), 1),
        )
        yield note(
            "where fewer flats count together, on feeders and at boxes, they draw up to {factor}"
            " times what the file says",
            factor=round(as_loads.most_over_given, 2),
        )
        yield note("power factor of flats, their bays and e-bikes are those of the policy pack")
    chargers = sum(load.chargers for load in loads)
    if chargers:
        yield note("{n} chargers of the file count with the demand factor of chargers", n=chargers)
    if as_loads.compensation_kvar:
        yield note(
            "capacitive loads are {q_kvar} kvar of compensation at the transformers",
            q_kvar=round(sum(as_loads.compensation_kvar.values()), 1),
        )
    dead = sum(areas.of_bus[load.bus] == NOWHERE for load in loads)
    if dead or as_loads.n_without_power:
        yield note(
            "{n} loads without supply or power are left out", n=dead + as_loads.n_without_power
        )
    n_idle = sum(row.get("kind") == "none" for row in as_loads.sections["public_loads"])
    if n_idle:
        yield note("{n} ends of lines without a load have one of 0 kW", n=n_idle)
