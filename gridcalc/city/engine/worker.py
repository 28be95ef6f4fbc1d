"""A worker process: chunks in by standard input, short answers out by standard output.

It ends at once when its standard input closes, so that none outlives a driver that was killed.
"""

import os
import pickle
import queue
import sys
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import IO, TypeAlias

from gridcalc.city.engine.task import do_chunk, result_alone, single_threaded
from gridcalc.city.records import CityResult
from gridcalc.city.store.parts import check_results
from gridcalc.city.store.records import Chunk, Done, Job
from gridcalc.errors import GridcalcError

_STDOUT, _STDERR = 1, 2


@dataclass(frozen=True, slots=True)
class Task:
    """A chunk to compute; its results come back instead of a part where ``is_suspect``."""

    chunk: Chunk
    is_suspect: bool = False


@dataclass(frozen=True, slots=True)
class Ready:
    """The worker has loaded the work and waits for chunks."""


@dataclass(frozen=True, slots=True)
class Computed:
    """Results of a suspect."""

    results: tuple[CityResult, ...]


@dataclass(frozen=True, slots=True)
class Stopped:
    """The run cannot go on: disk full, memory full, a fault of the program."""

    reason: str


@dataclass(frozen=True, slots=True)
class Gone:
    """The worker has ended, with this exit code; said by the driver's reader, not by the worker."""

    code: int


Answer: TypeAlias = Ready | Done | Computed | Stopped | Gone


def serve() -> None:
    """Work until standard input closes."""
    single_threaded()
    answers = os.fdopen(os.dup(_STDOUT), "wb")
    os.dup2(_STDERR, _STDOUT)
    tasks: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(sys.stdin.buffer, tasks), daemon=True).start()
    jobs: list[Job] = []
    _say(_answer(lambda: _loaded(tasks.get(), jobs)), answers)
    for task in iter(lambda: pickle.loads(tasks.get()), None):  # noqa: S301  from the driver
        _say(_answer(partial(_worked, jobs[0], task)), answers)


def _listen(stream: IO[bytes], tasks: "queue.SimpleQueue[bytes]") -> None:
    """Pass on what the driver sends; end the process when it stops talking, for whatever reason."""
    try:
        for data in iter(lambda: pickle.load(stream), None):  # noqa: S301  from the driver
            tasks.put(data)
    finally:
        os._exit(0)


def _loaded(data: bytes, jobs: list[Job]) -> Ready:
    """Load the work, and what writes its results, before the time of a row is taken."""
    job: Job = pickle.loads(data)  # noqa: S301  from the driver
    check_results((), job.question)
    jobs.append(job)
    return Ready()


def _worked(job: Job, task: Task) -> Done | Computed:
    if task.is_suspect:
        return Computed(tuple(result_alone(job, row) for row in task.chunk.rows))
    return do_chunk(job, task.chunk)


def _answer(work: Callable[[], Ready | Done | Computed]) -> Answer:
    """Return what the work gives, or why the run cannot go on."""
    try:
        return work()
    except MemoryError:
        return Stopped("no memory left; use fewer --workers, then --resume")
    except GridcalcError as error:
        return Stopped(str(error))
    except Exception:  # noqa: BLE001  a fault of the program is told by the driver
        return Stopped(traceback.format_exc())


def _say(answer: Answer, answers: IO[bytes]) -> None:
    pickle.dump(answer, answers)
    answers.flush()
