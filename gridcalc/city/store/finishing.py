"""After all parts: one table of all compounds, and what became of each row."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gridcalc.city.records import BadRow, CityQuestion
from gridcalc.city.store.atomic import write_file
from gridcalc.city.store.columns import Kind, Value, columns_of
from gridcalc.city.store.folder import COMPOUNDS
from gridcalc.city.store.manifest import Manifest
from gridcalc.city.store.nested import given_of
from gridcalc.city.store.parquet import (
    geo_metadata,
    read_columns,
    rows_table,
    schema_of,
    write_tables,
)
from gridcalc.city.store.parts import PARTS, part_names, read_part, states_of
from gridcalc.city.table import left_to_templates
from gridcalc.errors import InputError, Problem

if TYPE_CHECKING:
    import pyarrow as pa

_GROUP = 1_000
"""Least rows of a row group; a reader holds one in memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A row without a result; ``column`` is the heading that is wrong where one is."""

    row: int
    id: str
    name: str
    status: str
    column: str
    problem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many compounds have which status, and of those computed, which verdict.

    ``by_template`` counts the compounds whose rules nobody named, by the rules of their templates;
    ``left_to_templates`` has the fields that no compound of a template gives, and how many these
    are.
    """

    n_rows: int
    by_status: Mapping[str, int]
    by_verdict: Mapping[str, int]
    by_template: Mapping[str, int]
    left_to_templates: Mapping[str, int]


def missing_parts(folder: Path, manifest: Manifest) -> tuple[str, ...]:
    """Return the names of the parts that are not there or damaged; empty when all are done."""
    states = states_of(folder, manifest)
    return tuple(state.name for state in states if state.state != "done")


def write_compounds(folder: Path, manifest: Manifest, question: CityQuestion) -> Path:
    """Write ``compounds.parquet`` from all parts and return its path; few parts are in memory.

    Raises
    ------
    InputError
        Parts are missing or damaged, or the directory cannot be written.
    """
    missing = missing_parts(folder, manifest)
    if missing:
        raise InputError(
            Problem(str(folder / PARTS / name), 0, "", "is missing; run again with --resume")
            for name in missing
        )
    target = folder / COMPOUNDS
    schema, metadata = schema_of(columns_of(question)), geo_metadata()
    write_file(
        target,
        lambda path: write_tables(
            _groups(folder, part_names(manifest.keys)), path, schema=schema, metadata=metadata
        ),
    )
    return target


def write_rows(
    rows: Sequence[Mapping[str, Value]], path: Path, columns: Mapping[str, Kind]
) -> None:
    """Write flat rows as a Parquet file, complete or not at all.

    Raises
    ------
    InputError
        The directory cannot be written.
    """
    table = rows_table(rows, columns)
    write_file(path, lambda target: write_tables([table], target, schema=table.schema, metadata={}))


def failures(folder: Path, bad: Iterable[BadRow]) -> Iterator[Failure]:
    """Yield every row without a result: those that cannot be read, then failed and crashed ones."""
    for row in bad:
        yield from bad_failures(row.row, row.id, row.problems, status="bad", name=row.name)
    names = ("row", "id", "name", "status", "error")
    for cells in read_columns(folder / COMPOUNDS, names):
        if cells["status"] != "ok":
            yield Failure(
                row=cells["row"],
                id=cells["id"],
                name=cells["name"],
                status=cells["status"],
                column="",
                problem=cells["error"],
            )


def bad_failures(
    row: int, own_id: str, problems: Iterable[Problem], *, status: str, name: str = ""
) -> Iterator[Failure]:
    """Yield each problem of a row that cannot be read."""
    for problem in problems:
        yield Failure(
            row=row,
            id=own_id,
            name=name,
            status=status,
            column=problem.key,
            problem=problem.message,
        )


def tally(path: Path, question: CityQuestion) -> Tally:
    """Return how many compounds of ``compounds.parquet`` have which status, verdict and rules."""
    names = ("status", "verdict", "policy", "template", "given")
    rows = list(read_columns(path, names))
    computed = [row for row in rows if row["status"] == "ok"]
    given = [(row["policy"], given_of(row)) for row in computed if row["template"]]
    unnamed = [] if question.policy else [pack for pack, own in given if own["policy"] is None]
    left = left_to_templates(own for _, own in given)
    return Tally(
        n_rows=len(rows),
        by_status=Counter(row["status"] for row in rows),
        by_verdict=Counter(row["verdict"] for row in computed),
        by_template=Counter(unnamed),
        left_to_templates={name: n for name, n in left.items() if n == len(given)},
    )


def _groups(folder: Path, names: Sequence[str]) -> Iterator["pa.Table"]:
    """Yield the tables of the parts, joined until they are worth a row group."""
    import pyarrow as pa  # noqa: PLC0415  --help must not wait for it

    waiting: list[pa.Table] = []
    for name in names:
        try:
            waiting.append(read_part(name, folder).replace_schema_metadata(None))
        except OSError as error:
            message = f"is damaged ({error}); delete it and run again with --resume"
            raise InputError([Problem(str(folder / PARTS / name), 0, "", message)]) from None
        if sum(len(table) for table in waiting) >= _GROUP:
            yield pa.concat_tables(waiting).combine_chunks()
            waiting = []
    if waiting:
        yield pa.concat_tables(waiting).combine_chunks()
