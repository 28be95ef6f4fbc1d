"""Rows under suspicion: each computed alone in a process, which it may end without harm."""

import queue
from collections.abc import Sequence

from gridcalc.city.engine.process import MOST_STILLBORN, Mailbox, Worker, give, start, stop
from gridcalc.city.engine.task import crashed, ending, overdue
from gridcalc.city.engine.worker import Computed, Gone, Ready, Stopped, Task
from gridcalc.city.records import CityResult, CityRow
from gridcalc.city.store.records import Chunk, Job
from gridcalc.errors import GridcalcError

_HOPELESS = 20
"""Rows in a row that end their process, after which the machine is to blame and not the rows."""


def results_alone(
    job: Job, rows: Sequence[CityRow], *, item_timeout_s: float | None = None
) -> tuple[CityResult, ...]:
    """Return the results of rows, each computed alone; those that end their process crashed.

    Raises
    ------
    GridcalcError
        Workers do not start, memory is full, or one row after the other ends its process.
    """
    mailbox: Mailbox = queue.SimpleQueue()
    worker: Worker | None = None
    results: list[CityResult] = []
    try:
        for row in rows:
            worker = worker or _ready(job, mailbox)
            result = _tried(worker, row, mailbox, item_timeout_s)
            if result.status == "crashed":
                stop(worker, at_once=True)
                worker, mailbox = None, queue.SimpleQueue()
            results.append(result)
            _refuse_hopeless(results)
    finally:
        if worker is not None:
            stop(worker, at_once=True)
    return tuple(results)


def _ready(job: Job, mailbox: Mailbox) -> Worker:
    code = 0
    for _ in range(MOST_STILLBORN):
        worker = start(job, mailbox)
        answer = mailbox.get()[1]
        if isinstance(answer, Ready):
            return worker
        stop(worker, at_once=True)
        if isinstance(answer, Stopped):
            raise GridcalcError(answer.reason)
        code = answer.code if isinstance(answer, Gone) else 0
    raise GridcalcError(f"worker processes do not start: they end with {ending(code)}")


def _tried(
    worker: Worker, row: CityRow, mailbox: Mailbox, item_timeout_s: float | None
) -> CityResult:
    give(worker, Task(Chunk(no=0, key="", rows=(row,)), is_suspect=True))
    try:
        answer = mailbox.get(timeout=item_timeout_s)[1]
    except queue.Empty:
        return overdue(row, item_timeout_s or 0.0)
    if isinstance(answer, Computed):
        return answer.results[0]
    if isinstance(answer, Stopped):
        raise GridcalcError(answer.reason)
    return crashed(row, answer.code if isinstance(answer, Gone) else 0)


def _refuse_hopeless(results: Sequence[CityResult]) -> None:
    last = results[-_HOPELESS:]
    if len(last) == _HOPELESS and all(result.status == "crashed" for result in last):
        message = (
            f"{_HOPELESS} rows one after the other ended their process ({last[-1].error}); "
            "the machine stops the workers, for lack of memory perhaps; "
            "use fewer --workers, then --resume"
        )
        raise GridcalcError(message)
