"""What a person sees while a command computes; nothing where nobody watches."""

import sys
from contextlib import AbstractContextManager, nullcontext

from rich.console import Console

from gridcalc.cli.said import said, spoken

FIRST_RUN = "the first run on a machine compiles for some seconds"


def waiting(what: str) -> AbstractContextManager[object]:
    """Return what shows on standard error that the work goes on."""
    if not sys.stderr.isatty():
        return nullcontext()
    lang = spoken()
    return Console(stderr=True).status(f"{said(what, lang)} ({said(FIRST_RUN, lang)})")
