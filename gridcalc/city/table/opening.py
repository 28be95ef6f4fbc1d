"""The door of tables: a file in any of the known formats as headings and rows of texts."""

import hashlib
from pathlib import Path

from gridcalc.city.table.heading_row import IsHeading
from gridcalc.city.table.records import RawTable, file_error
from gridcalc.city.table.text_rows import read_text_table
from gridcalc.city.table.two_rows import Means, nothing_is_known
from gridcalc.userfile import refuse_devices

_TEXT, _WORKBOOK, _GEOPACKAGE = "CSV", "Excel workbook (.xlsx)", "GeoPackage"
_GEOJSON, _PARQUET, _OLD = "GeoJSON", "Parquet", "old or protected Excel workbook"
_KINDS = {
    ".csv": _TEXT,
    ".tsv": _TEXT,
    ".txt": _TEXT,
    ".xlsx": _WORKBOOK,
    ".xlsm": _WORKBOOK,
    ".gpkg": _GEOPACKAGE,
    ".geojson": _GEOJSON,
    ".json": _GEOJSON,
    ".parquet": _PARQUET,
    ".geoparquet": _PARQUET,
}
_STARTS = {
    b"PK\x03\x04": _WORKBOOK,
    b"SQLite format 3\x00": _GEOPACKAGE,
    b"PAR1": _PARQUET,
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": _OLD,
}
_NAMED_SHEETS = (_WORKBOOK, _GEOPACKAGE)
_HEAD_BYTES = 16
_MAX_BYTES, _MAX_GEOJSON_BYTES = 400_000_000, 100_000_000


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file's bytes in hexadecimal digits."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def open_table(
    path: Path,
    *,
    sheet: str | None,
    is_heading: IsHeading,
    means: Means = nothing_is_known,
    is_complete: IsHeading | None = None,
) -> RawTable:
    """Return a table of a file; its ending says which format, its first bytes must agree.

    Parameters
    ----------
    path
        CSV, TSV, XLSX, GeoPackage, GeoJSON, Parquet or GeoParquet.
    sheet
        Sheet of a workbook or layer of a GeoPackage; ``None`` takes the only one with such a
        table.
    is_heading
        Tells from its cells whether a row is that of the headings.
    means
        As in ``two_rows.joined``.
    is_complete
        Tells whether headings, of two rows at most, are all that such a table needs; decides
        between several sheets. ``None`` asks no more than ``is_heading``.

    Raises
    ------
    InputError
        The file cannot be read, is of no known format or not what its ending says.
    """
    file = str(path)
    kind = _kind(path, file)
    if sheet is not None and kind not in _NAMED_SHEETS:
        raise file_error(file, f"a {kind} file has no sheets; leave {sheet!r} out")
    if kind == _TEXT:
        return read_text_table(path, file=file, is_heading=is_heading, means=means)
    if kind == _WORKBOOK:
        from gridcalc.city.table.workbook_rows import (  # noqa: PLC0415  as below
            Wanted,
            read_workbook,
        )

        wanted = Wanted(sheet=sheet, is_heading=is_heading, is_complete=is_complete)
        return read_workbook(path, file=file, wanted=wanted, means=means)
    if kind == _PARQUET:
        from gridcalc.city.table.parquet_rows import read_parquet_table  # noqa: PLC0415  as below

        return read_parquet_table(path, file=file)
    return _read_map(path, kind=kind, file=file, layer=sheet)


def _read_map(path: Path, *, kind: str, file: str, layer: str | None) -> RawTable:
    """Return a table of a map file; what reads them takes half a second to load."""
    from gridcalc.city.table.map_rows import read_geojson, read_geopackage  # noqa: PLC0415

    if kind == _GEOPACKAGE:
        return read_geopackage(path, file=file, layer=layer)
    return read_geojson(path, file=file)


def _kind(path: Path, file: str) -> str:
    """Return the format of a file."""
    kind = _KINDS.get(path.suffix.lower())
    if kind is None:
        shown = f"the ending {path.suffix!r}" if path.suffix else "no ending"
        raise file_error(file, f"{shown} is not one of a table; known are {', '.join(_KINDS)}")
    try:
        refuse_devices(path, file=file)
        size = path.stat().st_size
        with path.open("rb") as stream:
            head = stream.read(_HEAD_BYTES)
    except OSError as error:
        raise file_error(file, f"cannot be read: {(error.strerror or 'unknown').lower()}") from None
    if size > (_MAX_GEOJSON_BYTES if kind == _GEOJSON else _MAX_BYTES):
        raise file_error(file, f"{size} bytes are too much for a list of compounds; split it")
    held = next((kind for start, kind in _STARTS.items() if head.startswith(start)), None)
    if held == _OLD:
        raise file_error(file, "is an old or protected Excel workbook; save it as plain .xlsx")
    if held != (kind if kind in _STARTS.values() else None):
        is_not = f"is no {kind} file, whatever its name says"
        raise file_error(file, f"{is_not}; it is {held}" if held else is_not)
    return kind
