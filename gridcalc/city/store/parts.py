"""Parts: the results of one chunk each; a chunk is done when its part is there and whole."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from gridcalc.city.records import CityQuestion, CityResult
from gridcalc.city.store.atomic import write_bytes
from gridcalc.city.store.columns import columns_of
from gridcalc.city.store.curves import curve_bytes
from gridcalc.city.store.manifest import Manifest
from gridcalc.city.store.parquet import footer_of, read_sealed, sealed_bytes, table_of
from gridcalc.city.store.records import Chunk

if TYPE_CHECKING:
    import pyarrow as pa

PARTS = "parts"
State = Literal["done", "missing", "damaged"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PartState:
    """Whether the part of a chunk is there; ``problem`` tells what is damaged."""

    no: int
    name: str
    state: State
    n_rows: int = 0
    problem: str = ""


def check_results(results: Sequence[CityResult], question: CityQuestion) -> None:
    """Refuse results that a part cannot hold.

    Raises
    ------
    ValueError
        A value is no number, or not of the type of its column.
    """
    table_of(results, columns_of(question))


def part_files(
    results: Sequence[CityResult], chunk: Chunk, question: CityQuestion
) -> dict[str, bytes]:
    """Return the files of a chunk by their names; the part, which makes it done, comes last."""
    found = {chunk.curves: curve_bytes(results, chunk)} if question.lines else {}
    table = table_of(results, columns_of(question))
    found[chunk.part] = sealed_bytes([table], schema=table.schema, key=chunk.key)
    return found


def keep_files(files: Mapping[str, bytes], folder: Path) -> None:
    """Write the files of a chunk, each complete or not at all.

    Raises
    ------
    InputError
        The directory cannot be written.
    """
    for name, data in files.items():
        write_bytes(folder / PARTS / name, data)


def read_part(name: str, folder: Path) -> "pa.Table":
    """Return the table of a part.

    Raises
    ------
    OSError
        It is not there, cut short, changed, or that of another chunk.
    """
    table, key = read_sealed(folder / PARTS / name)
    if not name.endswith(f"-{key}.parquet"):
        raise OSError(f"{name}: holds another chunk")
    return table


def part_names(keys: Iterable[str]) -> tuple[str, ...]:
    """Return the names of the parts of a run, in the order of the table."""
    return tuple(Chunk(no=no, key=key, rows=()).part for no, key in enumerate(keys))


def curve_names(keys: Iterable[str]) -> tuple[str, ...]:
    """Return the names of the files of curves of a run, in the order of the table."""
    return tuple(Chunk(no=no, key=key, rows=()).curves for no, key in enumerate(keys))


def states_of(folder: Path, manifest: Manifest, *, thorough: bool = False) -> Iterator[PartState]:
    """Yield for each chunk whether its files are there and whole.

    Parameters
    ----------
    folder
        The result directory.
    manifest
        What it belongs to.
    thorough
        Whether every byte is read and compared with its digest, not the footer only.
    """
    for no, key in enumerate(manifest.keys):
        chunk = Chunk(no=no, key=key, rows=())
        names = [chunk.curves] if manifest.question.get("lines") else []
        if not all((folder / PARTS / name).is_file() for name in (*names, chunk.part)):
            yield PartState(no=no, name=chunk.part, state="missing")
            continue
        try:
            for name in names:
                _n_rows(name, folder, thorough=thorough)
            n_rows = _n_rows(chunk.part, folder, thorough=thorough)
        except OSError as error:
            yield PartState(no=no, name=chunk.part, state="damaged", problem=str(error))
        else:
            yield PartState(no=no, name=chunk.part, state="done", n_rows=n_rows)


def _n_rows(name: str, folder: Path, *, thorough: bool) -> int:
    if thorough:
        return len(read_part(name, folder))
    return footer_of(folder / PARTS / name)[0]
