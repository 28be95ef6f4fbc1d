"""A worker process: chunks in by standard input, short answers out by standard output.

It ends at once when its standard input closes, so that none outlives a driver that was killed.
"""

import gc
import os
import pickle
import queue
import sys
import threading
import traceback
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from typing import IO, TypeAlias

from gridcalc.city.engine.task import do_chunk, release_memory, result_alone, single_threaded
from gridcalc.city.lean import no_frames
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
class Errand:
    """Anything else that is done in a worker: a function of a module, with what it is given."""

    work: Callable[..., object]
    given: tuple[object, ...] = ()


@dataclass(frozen=True, slots=True)
class Prepare:
    """What is worth doing while there is nothing else to do; nothing is answered."""

    work: Callable[[], object]


@dataclass(frozen=True, slots=True)
class Ready:
    """The worker has loaded the work and waits for chunks."""


@dataclass(frozen=True, slots=True)
class Ran:
    """An errand is done."""


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


Answered: TypeAlias = Ready | Done | Computed | Ran
Answer: TypeAlias = Answered | Stopped | Gone


def serve(modules: Sequence[str]) -> None:
    """Load some modules, then work until standard input closes."""
    single_threaded()
    answers = os.fdopen(os.dup(_STDOUT), "wb")
    os.dup2(_STDERR, _STDOUT)
    messages: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(sys.stdin.buffer, messages), daemon=True).start()
    load_ahead(modules)
    jobs: list[Job] = []
    while True:
        answer = _answer(partial(_done, messages.get(), jobs))
        if answer is not None:
            _say(answer, answers)


def _listen(stream: IO[bytes], messages: "queue.SimpleQueue[bytes]") -> None:
    """Pass on what the driver sends; end the process when it stops talking, for whatever reason."""
    try:
        for data in iter(lambda: pickle.load(stream), None):  # noqa: S301  from the driver
            messages.put(data)
    finally:
        os._exit(0)


def load_ahead(modules: Iterable[str]) -> None:
    """Load modules before it is known whether they are needed; what fails is told by the job.

    What is loaded stays, so the collector of cycles need not walk over it, now or later.
    """
    gc.disable()
    with suppress(ImportError):
        _load(modules)
    gc.freeze()
    gc.enable()


def _load(modules: Iterable[str]) -> None:
    """Load modules, and what those that have ``prepare`` need in a process of their own."""
    for name in modules:
        module = import_module(name)
        if hasattr(module, "prepare"):
            module.prepare()


def _done(data: bytes, jobs: list[Job]) -> Answered | None:
    """Do what a message asks for; the job of the worker comes before its tasks."""
    message: Job | Task | Errand | Prepare = pickle.loads(data)  # noqa: S301  from the driver
    match message:
        case Job():
            jobs.append(message)
            return _loaded(message)
        case Errand():
            release_memory()
            message.work(*message.given)
            return Ran()
        case Prepare():
            with suppress(Exception):
                message.work()
            return None
        case _:
            return _worked(jobs[0], message)


def _loaded(job: Job) -> Ready:
    """Load the work, and what writes its results, before the time of a row is taken."""
    _load(job.modules)
    with no_frames():
        check_results((), job.question)
    return Ready()


def _worked(job: Job, task: Task) -> Done | Computed:
    if task.is_suspect:
        return Computed(tuple(result_alone(job, row) for row in task.chunk.rows))
    return do_chunk(job, task.chunk)


def _answer(work: Callable[[], Answered | None]) -> Answer | None:
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
