"""Workers between tasks: taken over where they were launched early, kept for errands at the end."""

import queue
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from gridcalc.city.engine.launching import Process
from gridcalc.city.engine.process import Mailbox, Worker, give, hear, stop
from gridcalc.city.engine.worker import Errand, Prepare, Ran


@dataclass(slots=True, kw_only=True)
class Crew:
    """Processes that have nothing to do.

    Attributes
    ----------
    spare
        Launched, and without a job yet.
    idle
        Have done all their chunks.
    mailbox
        Where all of them are heard.
    ahead
        What those that have done all their chunks do while others still have some.
    """

    spare: list[Process] = field(default_factory=list)
    idle: list[Worker] = field(default_factory=list)
    mailbox: Mailbox = field(default_factory=queue.SimpleQueue)
    ahead: Prepare | None = None


@contextmanager
def hired(spare: list[Process], ahead: Prepare | None = None) -> Iterator[Crew]:
    """Give a crew; whoever is idle at the end is sent home."""
    crew = Crew(spare=spare, ahead=ahead)
    try:
        yield crew
    finally:
        dismiss(crew)


def dismiss(crew: Crew) -> None:
    """End all workers that are idle."""
    while crew.idle:
        stop(crew.idle.pop(), at_once=False)


@contextmanager
def under_way(errands: Sequence[Errand], crew: Crew) -> Iterator[None]:
    """Have errands done by idle workers, several at a time, while the caller does other things.

    What no worker does, for lack of workers or because it failed there, is done by this process
    in the end, so that it fails with its own error if it has to. Who was idle last gets the first
    errand: those before had time to prepare.
    """
    crew.idle += [hear(crew.spare.pop(), crew.mailbox) for _ in tuple(crew.spare)]
    waiting = list(errands)
    holding: dict[Process, tuple[Worker, Errand]] = {}
    try:
        _send(waiting, crew, holding)
        yield
        failed = _waited_for(waiting, crew, holding)
    finally:
        for worker, _ in holding.values():
            stop(worker, at_once=True)
    for errand in (*failed, *waiting):
        errand.work(*errand.given)


def _send(waiting: list[Errand], crew: Crew, holding: dict[Process, tuple[Worker, Errand]]) -> None:
    while waiting and crew.idle:
        worker, errand = crew.idle.pop(), waiting.pop(0)
        holding[worker.process] = (worker, errand)
        give(worker, errand)


def _waited_for(
    waiting: list[Errand], crew: Crew, holding: dict[Process, tuple[Worker, Errand]]
) -> list[Errand]:
    """Return the errands that failed once all are done."""
    failed: list[Errand] = []
    while holding:
        process, answer = crew.mailbox.get()
        if process not in holding:
            continue
        worker, errand = holding.pop(process)
        if isinstance(answer, Ran):
            crew.idle.append(worker)
        else:
            failed.append(errand)
            stop(worker, at_once=True)
        _send(waiting, crew, holding)
    return failed
