"""Worker processes launched before it is known what there is to do: both sides load at once.

This module brings in nothing but the standard library, so that a command launches them first.
"""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Protocol

from gridcalc.city.engine.forking import CAN_FORK, forked


class Process(Protocol):
    """What the driver knows of a worker process: ``subprocess.Popen``, or one that was forked."""

    @property
    def stdin(self) -> IO[bytes] | None:
        """Where it hears."""

    @property
    def stdout(self) -> IO[bytes] | None:
        """Where it answers."""

    def kill(self) -> None:
        """End it by force."""

    def wait(self, timeout: float | None = None) -> int:
        """Return its exit code once it has ended."""


SINGLE_THREADED = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "NUMBA_NUM_THREADS": "1",
}
"""Environment of a worker; one chunk uses one processor."""

CITY_WORK = "gridcalc.city.work"
"""Module of the work of a city run, and what it brings in."""

_SERVE = "import sys; from gridcalc.city.engine.worker import serve; serve(sys.argv[1:])"


def launch(modules: Sequence[str] = ()) -> Process:
    """Start a worker that loads some modules of ours and then waits for its job.

    It starts as a fresh interpreter on every system, with one thread per library, deaf to the
    interrupt key, which is the driver's.
    """
    return subprocess.Popen(  # noqa: S603  this interpreter, no words of the user
        [sys.executable, "-c", _SERVE, *modules],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=_environment(),
        start_new_session=os.name == "posix",
        creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
    )


@contextmanager
def launched(n: int, modules: Sequence[str] = (CITY_WORK,)) -> Iterator[list[Process]]:
    """Give processes that load some modules; those that nobody took are ended afterwards.

    Where the system can, several are forked from one that has loaded the modules. Who takes a
    process out of the list has to end it.
    """
    if CAN_FORK and n > 1:
        with forked(n, modules, _environment()) as workers, _ended(list(workers)) as spare:
            yield spare
    else:
        with _ended([launch(modules) for _ in range(n)]) as spare:
            yield spare


@contextmanager
def _ended(spare: list[Process]) -> Iterator[list[Process]]:
    """Give processes, and end those that are still there afterwards."""
    try:
        yield spare
    finally:
        for process in spare:
            _end(process)


def _end(process: Process) -> None:
    process.kill()
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            with suppress(OSError):
                stream.close()
    process.wait()


def _environment() -> dict[str, str]:
    import_path = os.pathsep.join(path or str(Path.cwd()) for path in sys.path)
    return {**os.environ, **SINGLE_THREADED, "PYTHONPATH": import_path}
