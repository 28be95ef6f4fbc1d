"""CSV and TSV in: encoding and delimiter found out, records with the line they start on."""

import codecs
import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, NamedTuple, TextIO

from gridcalc.city.table.cell_text import trimmed
from gridcalc.city.table.heading_row import MAX_COLUMNS, IsHeading, headed
from gridcalc.city.table.records import RawRow, RawTable, file_error
from gridcalc.city.table.two_rows import Means

_CHUNK_BYTES = 1 << 20
_MAX_LINE = 1_000_000
_DELIMITERS = (",", ";", "\t")
_LOOKED_AT = 10
_FAULT, _MOST_FAULTS = "\ufffd", 0.01
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_DIRECTIVE = "sep="
_UNCLOSED = "a quotation mark is never closed, so {n_lines} lines were read as one row; close it"
_NO_LETTERS = "holds bytes that are no letters in {coding}; write the row anew"


def read_text_table(path: Path, *, file: str, is_heading: IsHeading, means: Means) -> RawTable:
    """Return a CSV or TSV table; UTF-8 with or without mark, UTF-16 with mark, else GB18030.

    Parameters
    ----------
    path, file
        The file, and how messages call it.
    is_heading, means
        As in ``heading_row.headed``.

    Raises
    ------
    InputError
        The file cannot be read, is in no known encoding or is no table.
    """
    coding = _coding(path, file)
    delimiter = _delimiter(path, coding, file)
    return headed(
        file,
        _records(path, coding, delimiter, file),
        is_heading=is_heading,
        means=means,
        comma_is_decimal=delimiter == ";",
    )


class _Coding(NamedTuple):
    """An encoding, and what happens to bytes that are none of its letters."""

    name: str
    errors: Literal["strict", "replace"]


def _coding(path: Path, file: str) -> _Coding:
    """Return the first encoding that all of a file is in, else the one with the fewest faults."""
    with path.open("rb") as stream:
        head = stream.read(len(codecs.BOM_UTF8))
        is_wide = head.startswith(_UTF_16)
        names = ("utf-16",) if is_wide else ("utf-8-sig", "gb18030")
        names = names[:1] if head == codecs.BOM_UTF8 else names
        alive = {name: codecs.getincrementaldecoder(name)() for name in names}
        stream.seek(0)
        for piece in iter(lambda: stream.read(_CHUNK_BYTES), b""):
            if b"\x00" in piece and not is_wide:
                raise file_error(file, "holds null bytes, so it is no text table; save it anew")
            alive = {name: one for name, one in alive.items() if _decodes(one, piece, final=False)}
    for name, decoder in alive.items():
        if _decodes(decoder, b"", final=True):
            return _Coding(name, "strict")
    shares = {name: _share_of_faults(path, name) for name in names}
    best = min(names, key=lambda name: shares[name])
    if shares[best] > _MOST_FAULTS:
        raise file_error(file, "is not text in UTF-8 or GB18030; save it as 'CSV UTF-8'")
    return _Coding(best, "replace")


def _decodes(decoder: codecs.IncrementalDecoder, piece: bytes, *, final: bool) -> bool:
    try:
        decoder.decode(piece, final)
    except UnicodeDecodeError:
        return False
    return True


def _share_of_faults(path: Path, encoding: str) -> float:
    """Return how many of the characters of a file are none in an encoding. [-]."""
    n_characters = n_faults = 0
    with path.open(encoding=encoding, errors="replace", newline="") as stream:
        for text in iter(lambda: stream.read(_CHUNK_BYTES), ""):
            n_characters += len(text)
            n_faults += text.count(_FAULT)
    return n_faults / max(n_characters, 1)


def _delimiter(path: Path, coding: _Coding, file: str) -> str:
    """Return the delimiter that occurs most often in any of the first lines."""
    with path.open(encoding=coding.name, errors=coding.errors, newline="") as stream:
        lines = [
            line for line, _place in zip(_Lines(stream, file), range(_LOOKED_AT), strict=False)
        ]
    if lines and lines[0].lower().startswith(_DIRECTIVE):
        stated = lines[0].strip()[len(_DIRECTIVE) :]
        if stated in _DELIMITERS:
            return stated
    unquoted = ["".join(line.split('"')[::2]) for line in lines]
    counts = {sign: max((line.count(sign) for line in unquoted), default=0) for sign in _DELIMITERS}
    return max(_DELIMITERS, key=lambda sign: counts[sign])


class _Lines:
    """Lines of a stream, none longer than a list of compounds has; counts quotation marks."""

    def __init__(self, stream: TextIO, file: str) -> None:
        self.n_quotes = 0
        self._stream = stream
        self._file = file
        self._n_lines = 0

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._stream.readline(_MAX_LINE)
        if not line:
            raise StopIteration
        self._n_lines += 1
        if len(line) >= _MAX_LINE:
            message = f"is longer than {_MAX_LINE} characters; is this a list of compounds?"
            raise file_error(self._file, message, line=self._n_lines)
        self.n_quotes += line.count('"')
        return line


def _records(path: Path, coding: _Coding, delimiter: str, file: str) -> Iterator[RawRow]:
    with path.open(encoding=coding.name, errors=coding.errors, newline="") as stream:
        lines = _Lines(stream, file)
        reader = csv.reader(lines, delimiter=delimiter)
        first, n_quotes = 1, 0
        try:
            for cells in reader:
                texts = tuple([trimmed(cell) for cell in cells[: MAX_COLUMNS + 1]])
                n_lines = reader.line_num - first + 1
                is_open = n_lines > 1 and (lines.n_quotes - n_quotes) % 2 == 1
                fault = _UNCLOSED.format(n_lines=n_lines) if is_open else ""
                if coding.errors == "replace" and any(_FAULT in text for text in texts):
                    fault = _NO_LETTERS.format(coding=coding.name.removesuffix("-sig").upper())
                if not (first == 1 and texts and texts[0].lower().startswith(_DIRECTIVE)):
                    yield RawRow(number=first, cells=texts, fault=fault)
                first, n_quotes = reader.line_num + 1, lines.n_quotes
        except csv.Error as error:
            message = f"this is not a CSV table: {error}; is a quotation mark not closed?"
            raise file_error(file, message, line=first) from None
