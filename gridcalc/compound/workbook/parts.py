"""The parts of an Excel workbook, looked at before any library opens it.

One cell far outside makes a reader ask for memory up to it, a formula may come without its
result, and other files or macros may be attached; all this is found here. Nothing is computed, no
link is followed, no macro is read.
"""

import io
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from zipfile import ZipFile

from gridcalc.compound.workbook.places import Place, place_of
from gridcalc.errors import InputError, Problem
from gridcalc.zipguard import (
    BOOK,
    DAMAGED,
    LINKS,
    Room,
    XmlPart,
    guarded_zip,
    local_name,
    parts_of_sheets,
)

MAX_BYTES = 50_000_000
MAX_ROWS, MAX_COLUMNS = 50_000, 2_000
_ROOM = Room(max_bytes=200_000_000, max_parts=2_000)
_TOO_LARGE = "delete empty formatted rows and pictures"
_MAX_CELLS = 5_000_000
_PROTECTED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"
_NO_BOOK: Mapping[str, str] = {
    "xl/workbook.bin": "is a binary workbook (.xlsb); save it as .xlsx",
    "content.xml": "is an OpenDocument file; save it as .xlsx",
    "word/document.xml": "is a Word document; save the tables in a workbook (.xlsx)",
}
_OUTSIDE = (
    ("xl/externalLinks/", "has links to other files; break them (Data, Edit Links) and save anew"),
    ("xl/vbaProject.bin", "has macros; save it as a workbook without macros (.xlsx)"),
    ("xl/macrosheets/", "has macro sheets; save it as a workbook without macros (.xlsx)"),
)
_OTHER_PROGRAM = re.compile(r"\|")
_QUOTED = re.compile(r'"[^"]*"')


@dataclass(slots=True)
class SheetFacts:
    """What a sheet holds that its values alone do not tell; places count from 0.

    Attributes
    ----------
    errors
        Cells with an error such as ``#REF!``, and the error.
    without_result
        Cells with a formula whose result is not stored.
    calling
        Cells whose formula calls another program.
    merged
        Corners of merged cells, top left and bottom right.
    """

    errors: dict[Place, str] = field(default_factory=dict)
    without_result: set[Place] = field(default_factory=set)
    calling: set[Place] = field(default_factory=set)
    merged: list[tuple[Place, Place]] = field(default_factory=list)


def checked_parts(data: bytes, file: str) -> Mapping[str, SheetFacts]:
    """Return the facts of each sheet by its name, after every part was unpacked once.

    Parameters
    ----------
    data
        The bytes of the file.
    file
        As messages call it.

    Raises
    ------
    InputError
        It is no workbook, is damaged or protected, unpacks to too much, reaches too far, or holds
        macros, links to other files or XML entities.
    """
    _check_start(data, file)
    with guarded_zip(io.BytesIO(data), file, room=_ROOM, hint=_TOO_LARGE) as archive:
        _check_names(archive, file)
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheets = _sheets(parts, file)
    for name in sorted(parts.keys() - sheets.values()):
        if name.endswith((".xml", ".rels", ".vml")):
            XmlPart(file, name).read(parts[name])
    return {sheet: _sheet_facts(parts[part], file, sheet, part) for sheet, part in sheets.items()}


def _error(file: str, message: str, key: str = "") -> InputError:
    return InputError([Problem(file, 0, key, message)])


def _check_start(data: bytes, file: str) -> None:
    if data.startswith(_PROTECTED):
        raise _error(file, "is protected by a password or an old .xls; save it as plain .xlsx")
    if not data.startswith(_ZIP):
        raise _error(file, "is no Excel workbook (.xlsx), whatever its name says")
    if len(data) > MAX_BYTES:
        raise _error(file, f"has {len(data)} bytes, too much for one compound; at most {MAX_BYTES}")


def _check_names(archive: ZipFile, file: str) -> None:
    names = archive.namelist()
    for name, message in _NO_BOOK.items():
        if name in names and BOOK not in names:
            raise _error(file, message)
    for start, message in _OUTSIDE:
        if any(name.startswith(start) for name in names):
            raise _error(file, message)
    if BOOK not in names or LINKS not in names or len(set(names)) < len(names):
        raise _error(file, DAMAGED)


def _sheets(parts: Mapping[str, bytes], file: str) -> dict[str, str]:
    """Return the part of each sheet by the name of the sheet; every part is there."""
    found = parts_of_sheets(parts.__getitem__, file)
    if not parts.keys() >= set(found.values()):
        raise _error(file, DAMAGED)
    return found


def _sheet_facts(content: bytes, file: str, sheet: str, part: str) -> SheetFacts:
    xml = XmlPart(file, part)
    scan = _SheetScan(lambda message: _error(file, message, sheet))
    xml.parser.buffer_text = True
    xml.parser.StartElementHandler = scan.start
    xml.parser.CharacterDataHandler = scan.text
    xml.parser.EndElementHandler = scan.end
    xml.read(content)
    return scan.facts


class _SheetScan:
    """Follow the cells of a sheet and note what is unusual about them."""

    def __init__(self, refuse: Callable[[str], InputError]) -> None:
        self.facts = SheetFacts()
        self.refuse = refuse
        self.row = self.column = -1
        self.last_row = self.last_column = 0
        self.kind, self.inside, self.value, self.formula = "", "", "", ""
        self.has_formula = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = local_name(tag)
        if name == "row":
            self.row = self._number(attributes.get("r"), self.row + 2) - 1
            self.column = -1
        elif name == "c":
            self._cell(attributes)
        elif name == "mergeCell":
            first, _, last = attributes.get("ref", "").partition(":")
            self.facts.merged.append((self._place(first), self._place(last or first)))
        elif name in {"v", "f", "t"}:
            self.inside = name
            self.has_formula = self.has_formula or name == "f"

    def text(self, text: str) -> None:
        if self.inside == "f":
            self.formula += text
        elif self.inside:
            self.value += text

    def end(self, tag: str) -> None:
        self.inside = ""
        if local_name(tag) != "c":
            return
        place = (self.row, self.column)
        if self.value or self.has_formula:
            self._check_reach()
        if self.kind == "e":
            self.facts.errors[place] = self.value
        elif self.has_formula and not self.value and self.kind != "str":
            self.facts.without_result.add(place)
        if _OTHER_PROGRAM.search(_QUOTED.sub("", self.formula)):
            self.facts.calling.add(place)

    def _cell(self, attributes: dict[str, str]) -> None:
        name = attributes.get("r")
        self.row, self.column = self._place(name) if name else (self.row, self.column + 1)
        self.kind = attributes.get("t", "")
        self.value, self.formula, self.has_formula = "", "", False

    def _check_reach(self) -> None:
        self.last_row = max(self.last_row, self.row + 1)
        self.last_column = max(self.last_column, self.column + 1)
        too_wide = self.last_column > MAX_COLUMNS or self.last_row > MAX_ROWS
        if too_wide or self.last_row * self.last_column > _MAX_CELLS:
            raise self.refuse(
                f"values reach to row {self.last_row} and column {self.last_column}; at most"
                f" {MAX_ROWS} rows and {MAX_COLUMNS} columns are read, delete what lies outside"
            )

    def _number(self, text: str | None, following: int) -> int:
        if text is None:
            return following
        if not text.isascii() or not text.isdigit() or len(text) > 7:
            raise self.refuse("a row has no proper number; save the workbook anew as .xlsx")
        return int(text)

    def _place(self, name: str) -> Place:
        place = place_of(name)
        if place is None:
            raise self.refuse("a cell has no proper address; save the workbook anew as .xlsx")
        return place
