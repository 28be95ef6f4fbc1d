"""The engine of one machine: worker processes of our own, which may die without loss."""

import queue
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from gridcalc.city.engine.alone import results_alone
from gridcalc.city.engine.crew import Crew, dismiss
from gridcalc.city.engine.launching import Process
from gridcalc.city.engine.process import MOST_STILLBORN, Worker, give, start, stop
from gridcalc.city.engine.task import ending, keep
from gridcalc.city.engine.worker import Gone, Stopped, Task
from gridcalc.city.store.records import Chunk, Done, Job
from gridcalc.errors import GridcalcError

OnDone: TypeAlias = Callable[[Done], None]
_DEATHS_OF_A_SUSPECT = 2
_GLANCE_S = 1.0
"""Longest wait in one go; on Windows only then the interrupt key is heard."""


@dataclass(slots=True, kw_only=True)
class _Pool:
    """What the driver keeps track of while chunks are computed."""

    job: Job
    item_timeout_s: float | None
    waiting: deque[Chunk]
    crew: Crew
    workers: dict[Process, Worker] = field(default_factory=dict)
    holding: dict[Process, Chunk] = field(default_factory=dict)
    since: dict[Process, float] = field(default_factory=dict)
    ready: set[Process] = field(default_factory=set)
    deaths: Counter[int] = field(default_factory=Counter)
    suspects: list[Chunk] = field(default_factory=list)
    n_stillborn: int = 0


def run_local(
    job: Job,
    chunks: Sequence[Chunk],
    *,
    n_workers: int,
    on_done: OnDone,
    item_timeout_s: float | None = None,
    crew: Crew | None = None,
) -> None:
    """Compute chunks in worker processes; each writes the parts of its own.

    A chunk whose worker dies goes to a fresh one. A chunk that kills two is computed row by row
    in a lone worker; the row that kills that one is ``crashed``, the others have their results.

    Parameters
    ----------
    job
        What the chunks share.
    chunks
        What is to be computed.
    n_workers
        Processes.
    on_done
        Called in this process after each part is written.
    item_timeout_s
        Longest time of one row; a row that takes longer is ``crashed``. [s]
    crew
        Its processes are taken over, and those still there have nothing to do in the end;
        without one all are started here and ended again.

    Raises
    ------
    GridcalcError
        Workers do not start, memory or disk is full; parts written so far stay.
    """
    own = crew or Crew()
    pool = _Pool(job=job, item_timeout_s=item_timeout_s, waiting=deque(chunks), crew=own)
    try:
        _compute(pool, min(n_workers, len(chunks)), on_done)
    finally:
        for process, worker in pool.workers.items():
            stop(worker, at_once=process in pool.holding or process not in pool.ready)
        if crew is None:
            dismiss(own)
    isolate(job, pool.suspects, on_done=on_done, item_timeout_s=item_timeout_s)


def isolate(
    job: Job, suspects: Iterable[Chunk], *, on_done: OnDone, item_timeout_s: float | None = None
) -> None:
    """Compute chunks that kill their workers row by row, and write their parts."""
    for chunk in suspects:
        on_done(keep(job, chunk, results_alone(job, chunk.rows, item_timeout_s=item_timeout_s)))


def _compute(pool: _Pool, n_workers: int, on_done: OnDone) -> None:
    for _ in range(n_workers):
        _start(pool)
    while pool.workers:
        try:
            process, answer = pool.crew.mailbox.get(timeout=_patience_s(pool))
        except queue.Empty:
            _kill_overdue(pool)
            continue
        if isinstance(answer, Stopped):
            raise GridcalcError(answer.reason)
        if isinstance(answer, Gone):
            _bury(pool, process, answer.code)
            continue
        if isinstance(answer, Done):
            del pool.holding[process]
            pool.since.pop(process, None)
            on_done(answer)
        pool.ready.add(process)
        _feed(pool, process)


def _start(pool: _Pool) -> None:
    """Have one more process work: an idle one, one that was launched early, or a new one."""
    if pool.crew.idle:
        worker = pool.crew.idle.pop()
        pool.workers[worker.process] = worker
        _feed(pool, worker.process)
        return
    spare = pool.crew.spare.pop() if pool.crew.spare else None
    worker = start(pool.job, pool.crew.mailbox, spare)
    pool.workers[worker.process] = worker


def _feed(pool: _Pool, process: Process) -> None:
    """Give a worker its next chunk; it is idle where none is left."""
    if not pool.waiting:
        worker = pool.workers.pop(process)
        pool.crew.idle.append(worker)
        if pool.holding and pool.crew.ahead is not None:
            give(worker, pool.crew.ahead)
        return
    chunk = pool.waiting.popleft()
    pool.holding[process] = chunk
    pool.since[process] = time.monotonic()
    give(pool.workers[process], Task(chunk))


def _bury(pool: _Pool, process: Process, code: int) -> None:
    """Take note of the end of a worker; its chunk goes to a fresh one, or under suspicion."""
    worker = pool.workers.pop(process, None)
    if worker is None:
        _strike_off(pool.crew, process)
        return
    stop(worker, at_once=True)
    if process not in pool.ready:
        pool.n_stillborn += 1
        if pool.n_stillborn >= MOST_STILLBORN:
            raise GridcalcError(f"worker processes do not start: they end with {ending(code)}")
    chunk = pool.holding.pop(process, None)
    pool.since.pop(process, None)
    if chunk is not None:
        pool.deaths[chunk.no] += 1
        is_suspect = pool.deaths[chunk.no] >= _DEATHS_OF_A_SUSPECT
        (pool.suspects if is_suspect else pool.waiting).append(chunk)
    if pool.waiting:
        _start(pool)


def _strike_off(crew: Crew, process: Process) -> None:
    """Forget an idle worker that has ended."""
    for worker in tuple(crew.idle):
        if worker.process is process:
            crew.idle.remove(worker)
            stop(worker, at_once=True)


def _patience_s(pool: _Pool) -> float:
    """Return how long to wait for an answer before a worker may be overdue."""
    limit_s = pool.item_timeout_s
    if limit_s is None or not pool.since:
        return _GLANCE_S
    now = time.monotonic()
    left = [pool.since[p] + limit_s * len(pool.holding[p].rows) - now for p in pool.since]
    return min(max(0.0, min(left)), _GLANCE_S)


def _kill_overdue(pool: _Pool) -> None:
    """Put chunks that take longer than their rows may under suspicion, and end their workers."""
    limit_s = pool.item_timeout_s
    if limit_s is None:
        return
    now = time.monotonic()
    for process, since in tuple(pool.since.items()):
        chunk = pool.holding[process]
        if now - since >= limit_s * len(chunk.rows):
            pool.deaths[chunk.no] = _DEATHS_OF_A_SUSPECT
            del pool.since[process]
            process.kill()
