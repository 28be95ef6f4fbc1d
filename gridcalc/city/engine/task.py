"""One chunk: compute its rows, keep what each process needs to know of it."""

import ctypes
import os
import signal
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import accumulate, groupby
from operator import itemgetter
from pathlib import Path

from gridcalc.city.engine.launching import SINGLE_THREADED
from gridcalc.city.records import CityQuestion, CityResult, CityRow, without_result
from gridcalc.city.store.parts import check_results, keep_files, part_files
from gridcalc.city.store.places import placed_row
from gridcalc.city.store.records import Chunk, Done, Job

_MOST_HOUSEHOLDS = 80_000
"""Computed at a time; they take some 150 MB beside what a process takes anyway."""
_USUAL_HOUSEHOLDS = 500
"""Of a compound whose row does not say."""


def city_work(rows: Sequence[CityRow], question: CityQuestion) -> tuple[CityResult, ...]:
    """Return the results of some rows; what computes them is loaded where they are computed.

    Rows of large compounds are computed some at a time, so that a process stays small. How they
    are parted follows from the rows alone, and no result depends on the rows beside it.
    """
    from gridcalc.city.work import compute_chunk  # noqa: PLC0415  most of a second

    found: list[CityResult] = []
    for some in batches(rows):
        found += compute_chunk(some, question)
    return tuple(found)


def batches(rows: Sequence[CityRow]) -> tuple[Sequence[CityRow], ...]:
    """Return rows in their order as few batches of about equal size that fit into memory.

    Examples
    --------
    >>> rows = [CityRow(row=i, id=str(i), name="", n_households=40_000) for i in range(4)]
    >>> [len(some) for some in batches(rows)]
    [2, 2]
    """
    sizes = [row.n_households or _USUAL_HOUSEHOLDS for row in rows]
    total = sum(sizes)
    n = -(-total // _MOST_HOUSEHOLDS)
    places = (n * before // total for before in accumulate(sizes, initial=0))
    numbered = zip(rows, places, strict=False)
    return tuple(tuple(row for row, _ in some) for _, some in groupby(numbered, key=itemgetter(1)))


def do_chunk(job: Job, chunk: Chunk) -> Done:
    """Compute a chunk and write its part.

    Raises
    ------
    InputError
        The part cannot be written.
    MemoryError
        The machine has no memory left.
    """
    found, files = computed(job, chunk)
    keep_files(files, Path(job.folder))
    return found


def computed(job: Job, chunk: Chunk) -> tuple[Done, dict[str, bytes]]:
    """Compute a chunk and return how it went, and its files by name.

    The work turns what is wrong with a row into a failed result by itself. What nobody thought
    of has the rows computed one by one, so that no row takes others with it.
    """
    try:
        results = _results(job, chunk.rows)
        return done(chunk, results), part_files(results, chunk, job.question)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001  the batch loop: rows are tried one by one
        results = tuple(result_alone(job, row) for row in chunk.rows)
        return done(chunk, results), part_files(results, chunk, job.question)


def result_alone(job: Job, row: CityRow) -> CityResult:
    """Return the result of one row; failed where the work or the store cannot take it.

    Raises
    ------
    MemoryError
        The machine has no memory left.
    """
    try:
        results = _results(job, (row,))
        check_results(results, job.question)
        return results[0]
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001  the batch loop: the reason becomes a result
        reason = f"{type(error).__name__}: {error}"
        return without_result(row, "failed", reason)


def keep(job: Job, chunk: Chunk, results: Sequence[CityResult]) -> Done:
    """Write the part of a chunk.

    Raises
    ------
    InputError
        The part cannot be written.
    """
    keep_files(part_files(results, chunk, job.question), Path(job.folder))
    return done(chunk, results)


def done(chunk: Chunk, results: Sequence[CityResult]) -> Done:
    """Return how a chunk went."""
    return Done(no=chunk.no, n_by_status=Counter(result.status for result in results))


def crashed(row: CityRow, code: int) -> CityResult:
    """Return the result of a row that ended its process.

    Parameters
    ----------
    row
        The row.
    code
        Exit code of the process; minus the number of the signal that ended it.
    """
    return without_result(row, "crashed", f"its process ended with {ending(code)}")


def overdue(row: CityRow, limit_s: float) -> CityResult:
    """Return the result of a row that took too long."""
    return without_result(row, "crashed", f"stopped after --item-timeout of {limit_s:g} s")


def ending(code: int) -> str:
    """Return how a process ended, for people.

    Examples
    --------
    >>> ending(-9), ending(3)
    ('signal 9 (SIGKILL)', 'exit code 3')
    """
    if code >= 0:
        return f"exit code {code}"
    names = {int(entry): entry.name for entry in signal.Signals}
    return f"signal {-code} ({names.get(-code, 'unknown')})"


def single_threaded() -> None:
    """Have libraries that are imported later in this process use one thread."""
    os.environ.update(SINGLE_THREADED)


def _results(job: Job, rows: Sequence[CityRow]) -> tuple[CityResult, ...]:
    placed = [placed_row(row, Path(job.base)) for row in rows]
    found = job.compute(placed, job.question)
    if [result.row.row for result in found] != [row.row for row in rows]:
        raise ValueError("the work must give one result per row, in order")
    return tuple(replace(one, row=row) for one, row in zip(found, rows, strict=True))


def release_memory() -> None:
    """Give memory that is free back to the system, where the C library can (that of Linux).

    Between chunks that would cost a tenth of the time: the next one needs as much again.
    """
    with suppress(OSError, TypeError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
