"""Load curves of compounds beside the parts, one row group each, so that any is at hand."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from gridcalc.city.records import CityResult, LineCurves
from gridcalc.city.store.columns import Kind
from gridcalc.city.store.parquet import rows_table, sealed_bytes
from gridcalc.city.store.records import Chunk

if TYPE_CHECKING:
    import pyarrow as pa

_COLUMNS: Mapping[str, Kind] = {
    "id": "text",
    "season": "text",
    "state": "text",
    "n_days": "whole",
    "s_kva": "bytes",
}
_TYPE = np.dtype("<f4")


def curve_bytes(results: Sequence[CityResult], chunk: Chunk) -> bytes:
    """Return the file of the curves of a chunk; a compound without has an empty row group."""
    tables = [_table(result.curves) for result in results]
    return sealed_bytes(tables, schema=_table(()).schema, key=chunk.key)


def read_curves(path: Path, places: Iterable[int]) -> Iterator[tuple[LineCurves, ...]]:
    """Yield the curves of the compounds at some places of a chunk, counted from 0.

    A compound has one for each season, or none.

    Raises
    ------
    OSError
        The file is not there or damaged.
    """
    import pyarrow as pa  # noqa: PLC0415  --help must not wait for it
    import pyarrow.parquet as pq  # noqa: PLC0415  --help must not wait for it

    try:
        with pq.ParquetFile(path, page_checksum_verification=True) as file:
            for place in places:
                yield _curves(file.read_row_group(place, use_threads=False).to_pylist())
    except (pa.ArrowException, EOFError) as error:
        raise OSError(f"{path.name}: {error}") from None


def curve_source(
    paths: Sequence[Path], places: Mapping[str, tuple[int, int]], season: str | None = None
) -> Callable[[Sequence[str]], Iterator[LineCurves]]:
    """Return what gives the curves of some compounds in their order, one in memory at a time.

    Parameters
    ----------
    paths
        File of curves of each chunk.
    places
        Chunk and place in it of each compound by its id.
    season
        Of the curves; the first of each compound if None.
    """

    def give(ids: Sequence[str]) -> Iterator[LineCurves]:
        for name in ids:
            if name in places:
                no, place = places[name]
                found = next(read_curves(paths[no], [place]))
                yield from [one for one in found if season in {None, one.season}][:1]

    return give


def _table(curves: Iterable[LineCurves]) -> "pa.Table":
    return rows_table([row for one in curves for row in _rows(one)], _COLUMNS)


def _rows(curves: LineCurves) -> Iterator[dict[str, Any]]:
    for state, s_kva in curves.states.items():
        values = np.ascontiguousarray(s_kva, dtype=_TYPE)
        yield {
            "id": curves.id,
            "season": curves.season,
            "state": state,
            "n_days": len(values),
            "s_kva": _sorted_bytes(values),
        }


def _curves(rows: Sequence[Mapping[str, Any]]) -> tuple[LineCurves, ...]:
    seasons = dict.fromkeys((row["id"], row["season"]) for row in rows)
    return tuple(
        LineCurves(
            id=name,
            season=season,
            states={
                row["state"]: _values(row["s_kva"], row["n_days"])
                for row in rows
                if row["season"] == season
            },
        )
        for name, season in seasons
    )


def _sorted_bytes(values: Any) -> bytes:
    """Return the first bytes of all values, then all second ones; that compresses better."""
    data: bytes = values.view(np.uint8).reshape(-1, _TYPE.itemsize).T.tobytes()
    return data


def _values(data: bytes, n_days: int) -> Any:
    planes = np.frombuffer(data, dtype=np.uint8).reshape(_TYPE.itemsize, -1)
    return np.ascontiguousarray(planes.T).view(_TYPE).reshape(n_days, -1)
