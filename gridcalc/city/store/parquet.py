"""The door to Parquet: results as tables, written so that the same results give the same bytes."""

import hashlib
import io
import json
import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gridcalc.city.records import CityResult
from gridcalc.city.store.columns import GEOMETRY, Column, Kind, Value
from gridcalc.city.store.nested import result_of

if TYPE_CHECKING:
    import pyarrow as pa

KEY = b"gridcalc_key"
_SEAL = b"gridcalc_sha256"
_TAIL = struct.Struct("<I4s")
"""End of a Parquet file: length of the footer, and its mark."""

_EPSG = 4490
_GEO_VERSION = "1.1.0"
_WRITER = {
    "compression": "zstd",
    "version": "2.6",
    "write_page_checksum": True,
    "use_dictionary": True,
    "write_statistics": True,
}


def table_of(results: Sequence[CityResult], columns: Sequence[Column]) -> "pa.Table":
    """Return results as a table of Arrow.

    Raises
    ------
    ValueError
        A value is no number, or not of the type of its column.
    """
    import pyarrow as pa  # noqa: PLC0415  --help must not wait for it

    arrays = [_array([column.value(row) for row in results], column) for column in columns]
    return pa.table(arrays, schema=schema_of(columns))


def schema_of(columns: Sequence[Column]) -> "pa.Schema":
    """Return the Arrow schema of some columns."""
    import pyarrow as pa  # noqa: PLC0415  --help must not wait for it

    return pa.schema([(column.name, _type(column.kind)) for column in columns])


def rows_table(rows: Sequence[Mapping[str, Value]], columns: Mapping[str, Kind]) -> "pa.Table":
    """Return flat rows as a table of Arrow; a column that a row lacks is empty there."""
    import pyarrow as pa  # noqa: PLC0415  --help must not wait for it

    arrays = [
        pa.array([row.get(name) for row in rows], _type(kind)) for name, kind in columns.items()
    ]
    return pa.table(arrays, names=list(columns))


def write_tables(
    tables: Iterable["pa.Table"],
    target: Path,
    *,
    schema: "pa.Schema",
    metadata: Mapping[bytes, bytes],
) -> None:
    """Write tables as one Parquet file, each as a row group."""
    import pyarrow.parquet as pq  # noqa: PLC0415  --help must not wait for it

    with pq.ParquetWriter(target, schema.with_metadata(dict(metadata)), **_WRITER) as writer:
        for table in tables:
            writer.write_table(table, row_group_size=max(len(table), 1))


def sealed_bytes(tables: Iterable["pa.Table"], *, schema: "pa.Schema", key: str) -> bytes:
    """Return tables as the bytes of a Parquet file whose footer has the digest of all before it.

    Checksums of pages leave out dictionaries and headings; the digest leaves out nothing.
    """
    import pyarrow.parquet as pq  # noqa: PLC0415  --help must not wait for it

    stream = io.BytesIO()
    with pq.ParquetWriter(stream, schema.with_metadata({KEY: key.encode()}), **_WRITER) as writer:
        for table in tables:
            writer.write_table(table, row_group_size=max(len(table), 1))
        digest = hashlib.sha256(stream.getvalue()).hexdigest()
        writer.add_key_value_metadata({_SEAL: digest.encode()})
    return stream.getvalue()


def read_sealed(path: Path) -> tuple["pa.Table", str]:
    """Return the table of a sealed file and its key.

    Raises
    ------
    OSError
        The file is not there, cut short or changed.
    """
    import pyarrow as pa  # noqa: PLC0415  --help must not wait for it
    import pyarrow.parquet as pq  # noqa: PLC0415  --help must not wait for it

    data = path.read_bytes()
    try:
        with pq.ParquetFile(io.BytesIO(data)) as file:
            table = file.read(use_threads=False)
            notes = file.metadata.metadata or {}
    except (pa.ArrowException, OSError, EOFError, ValueError) as error:
        raise OSError(f"{path.name}: {error}") from None
    body = data[: -_TAIL.size - _TAIL.unpack(data[-_TAIL.size :])[0]]
    if notes.get(_SEAL, b"").decode("ascii", "replace") != hashlib.sha256(body).hexdigest():
        raise OSError(f"{path.name}: its bytes were changed")
    return table, notes.get(KEY, b"").decode("ascii", "replace")


def footer_of(path: Path) -> tuple[int, Mapping[bytes, bytes]]:
    """Return how many rows a file has, and what its footer says of it.

    Raises
    ------
    OSError
        The file is not there, or its footer cannot be read.
    """
    import pyarrow as pa  # noqa: PLC0415  --help must not wait for it
    import pyarrow.parquet as pq  # noqa: PLC0415  --help must not wait for it

    try:
        metadata = pq.read_metadata(path)
    except (pa.ArrowException, EOFError) as error:
        raise OSError(f"{path.name}: {error}") from None
    return metadata.num_rows, metadata.metadata or {}


def results_of(path: Path) -> Iterator[CityResult]:
    """Yield the results that a part or ``compounds.parquet`` holds, one row group in memory.

    Every result is exactly the one that was written.

    Raises
    ------
    OSError
        The file is not there or damaged.
    """
    import pyarrow as pa  # noqa: PLC0415  --help must not wait for it
    import pyarrow.parquet as pq  # noqa: PLC0415  --help must not wait for it

    try:
        with pq.ParquetFile(path, page_checksum_verification=True) as file:
            for i in range(file.num_row_groups):
                for cells in file.read_row_group(i, use_threads=False).to_pylist():
                    yield result_of(cells)
    except (pa.ArrowException, EOFError) as error:
        raise OSError(f"{path.name}: {error}") from None


def read_columns(path: Path, names: Sequence[str]) -> Iterator[Mapping[str, Any]]:
    """Yield some columns of a file row by row.

    Raises
    ------
    OSError
        The file is not there or damaged.
    """
    import pyarrow as pa  # noqa: PLC0415  --help must not wait for it
    import pyarrow.parquet as pq  # noqa: PLC0415  --help must not wait for it

    try:
        with pq.ParquetFile(path) as file:
            for i in range(file.num_row_groups):
                group = file.read_row_group(i, columns=list(names), use_threads=False)
                yield from group.to_pylist()
    except (pa.ArrowException, EOFError) as error:
        raise OSError(f"{path.name}: {error}") from None


def geo_metadata() -> Mapping[bytes, bytes]:
    """Return what makes a GeoParquet file of one: the geometry column and CGCS2000."""
    import pyproj  # noqa: PLC0415  --help must not wait for it

    column = {
        "encoding": "WKB",
        "geometry_types": [],
        "crs": pyproj.CRS.from_epsg(_EPSG).to_json_dict(),
        "edges": "planar",
    }
    tree = {"version": _GEO_VERSION, "primary_column": GEOMETRY, "columns": {GEOMETRY: column}}
    return {b"geo": json.dumps(tree, sort_keys=True).encode()}


def _array(values: Sequence[Value], column: Column) -> Any:
    import pyarrow as pa  # noqa: PLC0415  --help must not wait for it

    try:
        return pa.array(values, _type(column.kind))
    except UnicodeEncodeError:
        return pa.array([_said(value) for value in values], _type(column.kind))


def _said(value: Value) -> Value:
    """Return a text without halves of characters, which Parquet cannot hold."""
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value


def _type(kind: Kind) -> Any:
    import pyarrow as pa  # noqa: PLC0415  --help must not wait for it

    types = {
        "text": pa.string(),
        "whole": pa.int64(),
        "real": pa.float64(),
        "yes_no": pa.bool_(),
        "bytes": pa.binary(),
    }
    return types[kind]
