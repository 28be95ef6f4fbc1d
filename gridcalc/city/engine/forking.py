"""Workers forked from one process: what they need is loaded once, not once for each of them.

The process that forks, their parent, loads the work, forks when that is done, and then only tells
who has ended and how. The driver holds the far ends of the workers' pipes from the beginning. This
module brings in nothing but the standard library.
"""

import gc
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from importlib import import_module
from typing import IO

CAN_FORK = sys.platform == "linux"
"""Elsewhere libraries of the system do not survive a fork, or there is none."""

_WORKER = "gridcalc.city.engine.worker"
_NURSE = "from gridcalc.city.engine.forking import nurse; nurse()"
_STDIN, _STDOUT = 0, 1
_FAILED = 1
_PATIENCE_S = 5.0


@dataclass(slots=True, kw_only=True, eq=False)
class Parent:
    """The process that forks, seen from the driver.

    Attributes
    ----------
    process
        The parent.
    pids
        Process numbers of its workers by their places, once they are forked.
    codes
        Exit codes of those that have ended; minus the number of the signal that ended them.
    told
        Notified when the parent has told something.
    """

    process: subprocess.Popen[bytes]
    pids: dict[int, int] = field(default_factory=dict)
    codes: dict[int, int] = field(default_factory=dict)
    told: threading.Condition = field(default_factory=threading.Condition)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Forked:
    """A forked worker, to be used like a process of the standard library."""

    parent: Parent
    place: int
    stdin: IO[bytes]
    stdout: IO[bytes]

    def kill(self) -> None:
        """End it by force; before there are any, its siblings are never born either."""
        with self.parent.told:
            if self.place in self.parent.codes:
                return
            if self.place in self.parent.pids:
                _kill(self.parent.pids[self.place])
            else:
                self.parent.process.kill()

    def wait(self, timeout: float | None = None) -> int:
        """Return its exit code once it has ended.

        Raises
        ------
        subprocess.TimeoutExpired
            It has not ended after so many seconds.
        """
        with self.parent.told:
            if not self.parent.told.wait_for(lambda: self.place in self.parent.codes, timeout):
                raise subprocess.TimeoutExpired(_WORKER, timeout or 0.0)
            return self.parent.codes[self.place]


@contextmanager
def forked(
    n: int, modules: Sequence[str], environment: dict[str, str]
) -> Iterator[Sequence[Forked]]:
    """Give workers that are forked from a process that loads some modules.

    All of them must have ended when the block does; their parent then has nothing to do.

    Parameters
    ----------
    n
        Workers.
    modules
        Modules of ours.
    environment
        Of all of them.
    """
    tasks = [os.pipe() for _ in range(n)]
    answers = [os.pipe() for _ in range(n)]
    theirs = [(task[0], answer[1]) for task, answer in zip(tasks, answers, strict=True)]
    try:
        process = subprocess.Popen(  # noqa: S603  this interpreter, no words of the user
            [sys.executable, "-c", _NURSE, *(f"{i},{o}" for i, o in theirs), "--", *modules],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            env=environment,
            pass_fds=[fd for pair in theirs for fd in pair],
            start_new_session=True,
        )
    finally:
        for fd in (fd for pair in theirs for fd in pair):
            os.close(fd)
    parent = Parent(process=process)
    follower = threading.Thread(target=_follow, args=(parent, n), daemon=True)
    follower.start()
    try:
        yield [
            Forked(
                parent=parent,
                place=place,
                stdin=os.fdopen(task[1], "wb"),
                stdout=os.fdopen(answer[0], "rb"),
            )
            for place, (task, answer) in enumerate(zip(tasks, answers, strict=True))
        ]
    finally:
        follower.join(_PATIENCE_S)


def _follow(parent: Parent, n: int) -> None:
    """Take note of what a parent tells; workers that it leaves behind end with it."""
    if parent.process.stdout is None:
        return
    with parent.process.stdout as lines:
        for line in lines:
            what, place, number = line.split()
            with parent.told:
                (parent.pids if what == b"born" else parent.codes)[int(place)] = int(number)
                parent.told.notify_all()
    end = parent.process.wait()
    with parent.told:
        for left in set(range(n)) - set(parent.codes):
            if left in parent.pids:
                _kill(parent.pids[left])
            parent.codes[left] = end
        parent.told.notify_all()


def _kill(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def nurse() -> None:
    """Load the modules named on the command line, fork, and tell who ends until nobody is left."""
    cut = sys.argv.index("--")
    pipes = [(int(i), int(o)) for i, o in (pair.split(",") for pair in sys.argv[1:cut])]
    gc.disable()
    worker = import_module(_WORKER)
    worker.load_ahead(sys.argv[cut + 1 :])
    places: dict[int, int] = {}
    for place, ends in enumerate(pipes):
        pid = os.fork()
        if pid == 0:
            _work(worker.serve, ends, [fd for pair in pipes[place:] for fd in pair])
        places[pid] = place
        for fd in ends:
            os.close(fd)
        _tell(b"born", place, pid)
    while places:
        pid, status = os.wait()
        _tell(b"ended", places.pop(pid), os.waitstatus_to_exitcode(status))


def _work(
    serve: Callable[[Sequence[str]], None], ends: tuple[int, int], all_ends: Sequence[int]
) -> None:
    """Be a worker with its own ends of the pipes; never return."""
    try:
        os.dup2(ends[0], _STDIN)
        os.dup2(ends[1], _STDOUT)
        for fd in all_ends:
            os.close(fd)
        serve(())
    finally:
        os._exit(_FAILED)


def _tell(what: bytes, place: int, number: int) -> None:
    with suppress(OSError):  # the driver is gone; the workers see that for themselves
        os.write(_STDOUT, b"%s %d %d\n" % (what, place, number))
