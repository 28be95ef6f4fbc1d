"""Parquet and GeoParquet in, one batch of rows after the other; nested columns are left out."""

import json
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import shapely
from shapely.errors import ShapelyError

from gridcalc.city.table.cell_text import row_texts
from gridcalc.city.table.heading_row import MAX_COLUMNS, MAX_ROWS, check_width, limited, one_line
from gridcalc.city.table.records import RawRow, RawTable, file_error

_BATCH_ROWS = 5_000
_MAX_UNPACKED_BYTES = 400_000_000
_MAX_TEXT_BYTES = 100_000
_LON_LAT = "EPSG:4326"
_WKB = "WKB"


class _Shapes(NamedTuple):
    column: str
    crs: str


def read_parquet_table(path: Path, *, file: str) -> RawTable:
    """Return a Parquet table; with geometry in WKB if it is GeoParquet.

    Parameters
    ----------
    path, file
        The file, and how messages call it.

    Raises
    ------
    InputError
        The file is damaged, too large when unpacked, or keeps geometry in another form than WKB.
    """
    opened, schema = _opened(path, file)
    shapes = _shapes(schema.metadata or {}, file)
    names = [one.name for one in schema]
    check_width(file, tuple(names))
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise file_error(file, f"two columns are called {twice!r}; rename one")
    if shapes is not None and shapes.column not in names:
        raise file_error(file, f"has no column {shapes.column!r}, which it names as its geometry")
    others = [one for one in schema if shapes is None or one.name != shapes.column]
    kept = [one.name for one in others if _is_flat(one.type)]
    wanted = [*kept, *([shapes.column] if shapes else [])]
    rows = chain.from_iterable(_batches(opened, wanted, shapes, file))
    return RawTable(
        file=file,
        heading_row=0,
        headings=one_line(kept),
        rows=limited(file, rows),
        left_out=tuple(one.name for one in others if not _is_flat(one.type)),
        has_shapes=shapes is not None,
        stored_crs=shapes.crs if shapes else "",
    )


def _opened(path: Path, file: str) -> tuple[Any, Any]:
    """Return the open file and its schema; its texts are read as words of a dictionary."""
    from pyarrow import ArrowException  # noqa: PLC0415  loads a library
    from pyarrow.parquet import ParquetFile  # noqa: PLC0415  loads a library

    try:
        with ParquetFile(path) as looked_at:
            schema, meta = looked_at.schema_arrow, looked_at.metadata
        texts = [one.name for one in schema if _is_text(one.type)]
        opened = ParquetFile(path, read_dictionary=texts)
        size = sum(meta.row_group(number).total_byte_size for number in range(meta.num_row_groups))
    except (ArrowException, OSError, ValueError) as error:
        reason = " ".join(str(error).split())
        raise file_error(file, f"is no Parquet file that can be read: {reason}") from None
    if size > _MAX_UNPACKED_BYTES or meta.num_rows > MAX_ROWS or meta.num_columns > 2 * MAX_COLUMNS:
        message = f"{meta.num_rows} rows, {meta.num_columns} columns and {size} bytes unpacked"
        raise file_error(file, f"{message} are too much for a list of compounds; split it")
    return opened, schema


def _held(kind: Any) -> Any:
    import pyarrow.types as kinds  # noqa: PLC0415  loads a library

    return kind.value_type if kinds.is_dictionary(kind) else kind


def _is_text(kind: Any) -> bool:
    import pyarrow.types as kinds  # noqa: PLC0415  loads a library

    return bool(kinds.is_string(_held(kind)) or kinds.is_large_string(_held(kind)))


def _is_flat(kind: Any) -> bool:
    import pyarrow.types as kinds  # noqa: PLC0415  loads a library

    held = _held(kind)
    numbers = kinds.is_integer(held) or kinds.is_floating(held) or kinds.is_decimal(held)
    days = kinds.is_date(held) or kinds.is_timestamp(held)
    others = kinds.is_boolean(held) or kinds.is_null(held)
    return bool(numbers or days or others) or _is_text(kind)


def _shapes(metadata: dict[bytes, bytes], file: str) -> _Shapes | None:
    """Return the column of the geometry and its coordinate system, as GeoParquet states them."""
    if b"geo" not in metadata:
        return None
    try:
        geo = json.loads(metadata[b"geo"])
        column = str(geo["primary_column"])
        about = geo["columns"][column]
        encoding = str(about["encoding"])
        crs = about.get("crs", {"id": {"authority": "OGC", "code": "CRS84"}})
        named = (crs or {}).get("id", {})
        text = json.dumps(crs) if crs else ""
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise file_error(
            file, "what it says of its geometry is not GeoParquet; save it anew"
        ) from None
    if encoding != _WKB:
        message = f"keeps its geometry as {encoding!r}; save it with geometry encoding WKB"
        raise file_error(file, message)
    if named.get("authority") == "OGC":
        return _Shapes(column, _LON_LAT)
    code = f"{named.get('authority')}:{named.get('code')}"
    return _Shapes(column, code if code.startswith("EPSG:") else text)


def _batches(
    opened: Any, wanted: list[str], shapes: _Shapes | None, file: str
) -> Iterator[list[RawRow]]:
    from pyarrow import ArrowException  # noqa: PLC0415  loads a library

    n_before = 0
    try:
        for batch in opened.iter_batches(batch_size=_BATCH_ROWS, columns=wanted):
            columns = {
                name: _values(batch.column(place), name, file)
                for place, name in enumerate(batch.schema.names)
            }
            yield _rows(columns, shapes, n_before)
            n_before += batch.num_rows
    except (ArrowException, OSError, ValueError) as error:
        reason = " ".join(str(error).split())
        raise file_error(file, f"is damaged: {reason}") from None
    finally:
        opened.close()


def _values(column: Any, name: str, file: str) -> list[Any]:
    """Return the values of a column; a text that many rows hold stays one text."""
    from pyarrow import compute, types  # noqa: PLC0415  loads a library

    if not types.is_dictionary(column.type):
        return list(column.to_pylist())
    if _is_text(column.type):
        longest = compute.max(compute.binary_length(column.dictionary)).as_py() or 0
        if longest > _MAX_TEXT_BYTES:
            message = f"a cell of the column {name!r} holds {longest} bytes of text"
            raise file_error(file, f"{message}; is this a list of compounds?")
    words = column.dictionary.to_pylist()
    return [None if place is None else words[place] for place in column.indices.to_pylist()]


def _rows(columns: dict[str, list[Any]], shapes: _Shapes | None, n_before: int) -> list[RawRow]:
    n_rows = max((len(column) for column in columns.values()), default=0)
    geometry, broken = read_wkb(columns.pop(shapes.column) if shapes else [None] * n_rows)
    cells = zip(*columns.values(), strict=True) if columns else [()] * n_rows
    rows = []
    for place, values in enumerate(cells):
        texts, faults = row_texts(values)
        fault = "has a geometry that cannot be read; draw it anew" if broken[place] else ""
        number = n_before + place + 1
        rows.append(
            RawRow(number=number, cells=texts, faults=faults, shape=geometry[place], fault=fault)
        )
    return rows


def read_wkb(wkb: list[bytes | None]) -> tuple[list[Any], list[bool]]:
    """Return geometry without heights, ``None`` where there is none, and which are broken."""
    try:
        read = np.asarray(shapely.from_wkb(wkb, on_invalid="ignore"), dtype=object)
        shapes = np.asarray(shapely.force_2d(read), dtype=object)
    except (ShapelyError, TypeError):
        return [None] * len(wkb), [one is not None for one in wkb]
    given = [one is not None and len(one) > 0 for one in wkb]
    broken = [is_given and one is None for is_given, one in zip(given, shapes, strict=True)]
    return [None if one is None or one.is_empty else one for one in shapes], broken
