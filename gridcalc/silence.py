"""A solver that prints on its own: kept out of a result on standard output."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_STDOUT = 1


@contextmanager
def silent_solver() -> Iterator[None]:
    """Keep what the solver prints itself, whatever it is told, out of a result on stdout."""
    sys.stdout.flush()
    kept = os.dup(_STDOUT)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, _STDOUT)
        yield
    finally:
        os.dup2(kept, _STDOUT)
        os.close(kept)
        os.close(nowhere)
