"""Worker processes seen from the driver: start, give a chunk, hear the answers, stop."""

import os
import pickle
import queue
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from gridcalc.city.engine.task import SINGLE_THREADED
from gridcalc.city.engine.worker import Answer, Gone, Task
from gridcalc.city.store.records import Job

Process: TypeAlias = "subprocess.Popen[bytes]"

_SERVE = "from gridcalc.city.engine.worker import serve; serve()"
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


def start(job: Job, mailbox: Mailbox) -> Worker:
    """Start a worker; its answers, and its end, come to the mailbox.

    It starts as a fresh interpreter on every system, with one thread per library, deaf to the
    interrupt key, which is the driver's.
    """
    process = subprocess.Popen(  # noqa: S603  this interpreter, no words of the user
        [sys.executable, "-c", _SERVE],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, **SINGLE_THREADED, "PYTHONPATH": _import_path()},
        start_new_session=os.name == "posix",
        creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
    )
    hearer = threading.Thread(target=_hear, args=(process, mailbox), daemon=True)
    hearer.start()
    _send(process, job)
    return Worker(process=process, hearer=hearer)


def give(worker: Worker, task: Task) -> None:
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


def _import_path() -> str:
    return os.pathsep.join(path or str(Path.cwd()) for path in sys.path)
