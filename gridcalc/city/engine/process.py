"""Worker processes seen from the driver: start, give a chunk, hear the answers, stop."""

import pickle
import queue
import subprocess
import threading
from dataclasses import dataclass
from typing import TypeAlias

from gridcalc.city.engine.launching import Process, launch
from gridcalc.city.engine.worker import Answer, Errand, Gone, Prepare, Task
from gridcalc.city.store.records import Job

MOST_STILLBORN = 3
"""Workers that end before they are ready, after which none will start."""

_PATIENCE_S = 5.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Worker:
    """A process that computes, and the thread that hears it."""

    process: Process
    hearer: threading.Thread


Heard: TypeAlias = tuple[Process, Answer]
Mailbox: TypeAlias = "queue.SimpleQueue[Heard]"


def start(job: Job, mailbox: Mailbox, process: Process | None = None) -> Worker:
    """Give a job to a process; its answers, and its end, come to the mailbox.

    Parameters
    ----------
    job
        What its tasks share.
    mailbox
        Where it is heard.
    process
        One that was launched before and has no job yet; a new one without it.
    """
    worker = hear(process or launch(), mailbox)
    _send(worker.process, job)
    return worker


def hear(process: Process, mailbox: Mailbox) -> Worker:
    """Have the answers of a process, and its end, come to a mailbox."""
    hearer = threading.Thread(target=_hear, args=(process, mailbox), daemon=True)
    hearer.start()
    return Worker(process=process, hearer=hearer)


def give(worker: Worker, task: Task | Errand | Prepare) -> None:
    """Give a worker a task; one that died in between is heard of by its end."""
    _send(worker.process, task)


def stop(worker: Worker, *, at_once: bool) -> None:
    """End a worker and wait for it: an idle one by closing its input, any other by force."""
    process = worker.process
    if at_once:
        process.kill()
    if process.stdin is not None:
        try:
            process.stdin.close()
        except OSError:
            process.kill()
    try:
        process.wait(_PATIENCE_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    worker.hearer.join()


def _send(process: Process, message: object) -> None:
    """Send a message as bytes in a frame, so that the worker's listener need not understand it."""
    if process.stdin is None:
        return
    try:
        pickle.dump(pickle.dumps(message), process.stdin)
        process.stdin.flush()
    except OSError:
        return


def _hear(process: Process, mailbox: Mailbox) -> None:
    """Put every answer of a worker into the mailbox, and its end as the last."""
    if process.stdout is None:
        return
    with process.stdout as stream:
        try:
            for answer in iter(lambda: pickle.load(stream), None):  # noqa: S301  own process
                mailbox.put((process, answer))
        except (EOFError, OSError, pickle.UnpicklingError):
            pass
    mailbox.put((process, Gone(process.wait())))
