"""Worker processes launched before it is known what there is to do: both sides load at once.

This module brings in nothing but the standard library, so that a command launches them first.
"""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeAlias

Process: TypeAlias = subprocess.Popen[bytes]

SINGLE_THREADED = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "NUMBA_NUM_THREADS": "1",
}
"""Environment of a worker; one chunk uses one processor."""

CITY_WORK = "gridcalc.city.work"
"""Module of the work of a city run, and what it brings in."""

_SERVE = "from gridcalc.city.engine.worker import serve; serve()"


def launch(modules: Sequence[str] = ()) -> Process:
    """Start a worker that loads some modules of ours and then waits for its job.

    It starts as a fresh interpreter on every system, with one thread per library, deaf to the
    interrupt key, which is the driver's.
    """
    return subprocess.Popen(  # noqa: S603  this interpreter, no words of the user
        [sys.executable, "-c", _SERVE, *modules],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, **SINGLE_THREADED, "PYTHONPATH": _import_path()},
        start_new_session=os.name == "posix",
        creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
    )


@contextmanager
def launched(n: int, modules: Sequence[str] = (CITY_WORK,)) -> Iterator[list[Process]]:
    """Give processes that load some modules; those that nobody took are ended afterwards.

    Who takes a process out of the list has to end it.
    """
    spare: list[Process] = []
    try:
        spare += [launch(modules) for _ in range(n)]
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


def _import_path() -> str:
    return os.pathsep.join(path or str(Path.cwd()) for path in sys.path)
