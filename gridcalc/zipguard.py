"""The door of Excel workbooks of strangers: a ZIP file of XML whose size is known before it opens.

A few kilobytes can unpack to gigabytes, and a document type can make a reader ask for files or
for memory; both are refused here, whatever library reads the workbook afterwards.
"""

import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile

from gridcalc.errors import InputError, Problem

BOOK, LINKS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
"""Parts that name the sheets, and the part of each."""
DAMAGED = "is damaged or protected; open it, save it anew as .xlsx"

_BROKEN = (
    *(BadZipFile, zlib.error, OSError, EOFError, KeyError),
    *(NotImplementedError, RuntimeError, UnicodeDecodeError),
)
"""What reading a damaged or protected file raises; a part that is missing is a KeyError."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """What a workbook may hold once it is unpacked."""

    max_bytes: int
    max_parts: int


@contextmanager
def guarded_zip(source: Path | BinaryIO, file: str, *, room: Room, hint: str) -> Iterator[ZipFile]:
    """Open a ZIP file that unpacks to little enough, to read its parts inside the ``with``.

    Parameters
    ----------
    source, file
        The file, and how messages call it.
    room
        What it may unpack to.
    hint
        What to do with a file that is too large.

    Raises
    ------
    InputError
        The file unpacks to too much, is damaged or protected, or lacks a part that is read.
    """
    try:
        with ZipFile(source) as archive:
            entries = archive.infolist()
            size = sum(entry.file_size for entry in entries)
            if size > room.max_bytes or len(entries) > room.max_parts:
                message = f"unpacks to {size} bytes in {len(entries)} parts, too much to read"
                raise _error(file, f"{message}; {hint}")
            yield archive
    except _BROKEN:
        raise _error(file, DAMAGED) from None


class XmlPart:
    """A part read as a stream of tags; document types and so entities are refused.

    Parameters
    ----------
    file, part
        How messages call the file, and the part in it.

    Attributes
    ----------
    parser
        Calls the handlers that are set on it; names come with their namespace before a space.
    """

    def __init__(self, file: str, part: str) -> None:
        self.file, self.part = file, part
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartDoctypeDeclHandler = self._refuse

    def _refuse(self, *_declared: object) -> None:
        raise _error(self.file, f"part {self.part} declares XML entities; save it anew as .xlsx")

    def read(self, content: bytes) -> None:
        """Read all of a part.

        Raises
        ------
        InputError
            The part is damaged or declares a document type.
        """
        try:
            self.parser.Parse(content, True)  # noqa: FBT003  expat takes no keyword
        except (expat.ExpatError, ValueError, LookupError):
            raise _error(self.file, f"part {self.part} is damaged; save it anew as .xlsx") from None


def local_name(tag: str) -> str:
    """Return a name without its namespace.

    Examples
    --------
    >>> local_name("urn:sheets row"), local_name("row")
    ('row', 'row')
    """
    return tag.rpartition(" ")[2]


def parts_of_sheets(read: Callable[[str], bytes], file: str) -> dict[str, str]:
    """Return the part of each sheet by the name of the sheet; the part may be missing.

    Parameters
    ----------
    read
        Returns the content of a part.
    file
        As messages call it.

    Raises
    ------
    InputError
        The list of sheets is damaged.
    """
    links = {
        row.get("Id", ""): row.get("Target", "")
        for row in _tags(read(LINKS), LINKS, "Relationship", file)
    }
    found: dict[str, str] = {}
    for row in _tags(read(BOOK), BOOK, "sheet", file):
        if "name" not in row:
            raise _error(file, DAMAGED)
        target = links.get(row.get("id", ""), "").removeprefix("/xl/").removeprefix("xl/")
        found[row["name"]] = f"xl/{target}"
    return found


def _tags(content: bytes, part: str, tag: str, file: str) -> list[dict[str, str]]:
    """Return the attributes of all tags of a name."""
    found: list[dict[str, str]] = []
    xml = XmlPart(file, part)

    def start(name: str, attributes: dict[str, str]) -> None:
        if local_name(name) == tag:
            found.append({local_name(key): value for key, value in attributes.items()})

    xml.parser.StartElementHandler = start
    xml.read(content)
    return found


def _error(file: str, message: str) -> InputError:
    return InputError([Problem(file, 0, "", message)])
