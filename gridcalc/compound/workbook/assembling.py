"""From the rows of the sheets to the mapping of a compound file, and where each part stands."""

from collections.abc import Iterator, Mapping
from typing import Any

from gridcalc.compound.door import nearest
from gridcalc.compound.workbook.curves import CURVE, TRANSFORMER, clock, day_of
from gridcalc.compound.workbook.fields import (
    CURVES,
    GENERAL,
    GROUPS,
    ROUTE_PARTS,
    TABLES,
    UNITS,
    VERSION,
    columns,
)
from gridcalc.compound.workbook.grids import Entry, Found, Sheet
from gridcalc.compound.workbook.words import sheet_name
from gridcalc.errors import Problem
from gridcalc.messages import Lang
from gridcalc.yamlfile import Document, Path

_NOTHING = Found()


def assembled(
    file: str, sheets: Mapping[str, Sheet], tables: Mapping[str, Found], problems: list[Problem]
) -> Document:
    """Return the document of a workbook.

    Parameters
    ----------
    file
        As messages call it.
    sheets, tables
        The sheets that are there, and the rows found on them, both by key.
    problems
        What was found so far.
    """
    whole = _Assembly(file, sheets, tables)
    whole.add_general()
    for section in TABLES:
        if section not in {UNITS, ROUTE_PARTS}:
            whole.add_rows(section)
    whole.add_units()
    whole.add_route_parts()
    whole.add_curves()
    return Document(
        file=file,
        value=whole.value,
        lines={},
        problems=(*problems, *whole.problems),
        cells=whole.cells,
        sheets=tuple(sheet.name for sheet in sheets.values()),
        no_sheet=frozenset(TABLES) - set(sheets),
        unread=frozenset(whole.unread),
    )


def _unread(tables: Mapping[str, Found]) -> Iterator[str]:
    """Yield the lists whose sheet cannot be read, and single fields, as ``metered.peak_kw``."""
    for section, found in tables.items():
        yield from (f"{section}.{key}" for key in found.lost)
        if found.problems and not found.entries:
            yield section


class _Assembly:
    """The mapping of a file while its sheets are put together."""

    def __init__(self, file: str, sheets: Mapping[str, Sheet], tables: Mapping[str, Found]) -> None:
        self.file = file
        self.sheets = sheets
        self.tables = tables
        self.value: dict[str, Any] = {}
        self.cells: dict[Path, str] = {}
        self.problems: list[Problem] = []
        self.lang: Lang = next((sheet.lang for sheet in sheets.values()), "en")
        self.unread = set(_unread(tables))

    def add_general(self) -> None:
        """Add the fields of the compound as a whole."""
        self.cells[()] = self._name(GENERAL)
        (entry,) = self._entries(GENERAL) or [Entry(values={}, places={})]
        for column in columns(GENERAL):
            group, dot, key = column.key.partition(".")
            name = key if dot else group
            path: Path = (group, key) if dot else (group,)
            if dot:
                self.cells.setdefault((group,), self._name(GENERAL))
            if column.key in entry.places:
                self.cells[path] = self.sheets[GENERAL].at(entry.places[column.key])
            if column.key in entry.values:
                target = self.value.setdefault(group, {}) if dot else self.value
                target[name] = entry.values[column.key]
        if GENERAL not in self.sheets:
            self.problems.append(Problem(self.file, 0, self._name(GENERAL), "the sheet is missing"))
        self.value.setdefault(GROUPS[0], {})
        if VERSION not in self.value and VERSION in entry.places:
            message = "write 1, the version of the file format"
            place = entry.places[VERSION]
            self.problems.append(self.sheets[GENERAL].problem(place, message, VERSION))

    def add_rows(self, section: str) -> None:
        """Add the rows of a sheet as a list."""
        self.cells[(section,)] = self._name(section)
        entries = self._entries(section)
        if entries:
            self.value[section] = [dict(entry.values) for entry in entries]
        for i, entry in enumerate(entries):
            self._place(section, entry, (section, i))

    def add_units(self) -> None:
        """Hang each transformer into its substation."""
        self.cells[(UNITS,)] = self._name(UNITS)
        stations = self._rows_by("substations", "id")
        if not stations:
            self.unread.add(UNITS)
            return
        for entry in self._entries(UNITS):
            owner = self._owner(UNITS, entry, "substation", stations)
            if owner is not None:
                values = {key: one for key, one in entry.values.items() if key != "substation"}
                self._append(UNITS, entry, ("substations", owner, UNITS), values)

    def add_route_parts(self) -> None:
        """Hang the parts of routes into the routes, by whether they are along or across."""
        routes = self._rows_by("routes", "cable")
        for entry in self._entries(ROUTE_PARTS):
            owner = self._owner(ROUTE_PARTS, entry, "cable", routes)
            kind = entry.values.get("part")
            if kind is None and "part" in entry.places:
                self._missing(ROUTE_PARTS, entry, "part")
            if owner is not None and isinstance(kind, str):
                values = {k: v for k, v in entry.values.items() if k not in {"cable", "part"}}
                self._append(ROUTE_PARTS, entry, ("routes", owner, kind), values)

    def add_curves(self) -> None:
        """Add metered days to the rows of their transformers; a new row where there is none."""
        rows = self._rows_by("metered", TRANSFORMER)
        for entry in self._entries(CURVES):
            name = entry.values.get(TRANSFORMER)
            at = self.sheets[CURVES].at
            if name is None:
                continue
            if name not in rows:
                metered = self.value.setdefault("metered", [])
                metered.append({TRANSFORMER: name})
                rows[name] = len(metered) - 1
                self.cells[("metered", rows[name])] = at(entry.places[""])
            row = self.value["metered"][rows[name]]
            if CURVE in row:
                message = f"{name!r} has two columns; keep one"
                self.problems.append(self.sheets[CURVES].problem(entry.places[""], message))
            row[CURVE] = day_of(entry)
            path: Path = ("metered", rows[name], CURVE)
            self.cells[path] = at(entry.places[""])
            for slot in range(len(row[CURVE])):
                self.cells[(*path, slot)] = at(entry.places[clock(slot)])

    def _entries(self, section: str) -> list[Entry]:
        return self.tables.get(section, _NOTHING).entries

    def _name(self, section: str) -> str:
        sheet = self.sheets.get(section)
        return sheet.name if sheet else sheet_name(section, self.lang)

    def _rows_by(self, section: str, key: str) -> dict[Any, int]:
        found: dict[Any, int] = {}
        for i, row in enumerate(self.value.get(section, ())):
            found.setdefault(row.get(key), i)
        found.pop(None, None)
        return found

    def _place(self, section: str, entry: Entry, path: Path) -> None:
        at = self.sheets[section].at
        for key, place in entry.places.items():
            self.cells[(*path, key) if key else path] = at(place)

    def _append(self, section: str, entry: Entry, path: Path, values: dict[str, Any]) -> None:
        list_name, owner, key = path
        rows = self.value[str(list_name)][owner].setdefault(str(key), [])
        rows.append(values)
        self._place(section, entry, (*path, len(rows) - 1))

    def _owner(self, section: str, entry: Entry, key: str, owners: Mapping[Any, int]) -> int | None:
        """Return the place of the row that another row belongs to.

        The first stands in for one that is not there, so that what names the other row is not
        taken for wrong as well.
        """
        name = entry.values.get(key)
        if name is None:
            self._missing(section, entry, key)
        elif name not in owners:
            other = self._name("substations" if section == UNITS else "routes")
            guess = nearest(str(name), [str(one) for one in owners])
            message = f"no row of sheet {other!r} has the {key} {name!r}{guess}"
            where = self.sheets[section]
            self.problems.append(where.problem(entry.places[key], message, key))
        return owners.get(name, 0 if owners else None)

    def _missing(self, section: str, entry: Entry, key: str) -> None:
        place = entry.places.get(key)
        where = self.sheets[section]
        told = {problem.key for problem in self.tables[section].problems}
        if place is not None and where.at(place, key) not in told:
            self.problems.append(where.problem(place, f"{key} is missing", key))
