"""What a person sees while a command computes; nothing where nobody watches."""

import sys
from contextlib import AbstractContextManager, nullcontext

from rich.console import Console

FIRST_RUN = "the first run on a machine compiles for some seconds"


def waiting(what: str) -> AbstractContextManager[object]:
    """Return what shows on standard error that the work goes on."""
    if not sys.stderr.isatty():
        return nullcontext()
    return Console(stderr=True).status(f"{what} ({FIRST_RUN})")
