"""What a person sees while a command computes; nothing where nobody watches."""

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

from rich.console import Console
from rich.markup import escape
from rich.status import Status

from gridcalc.cli.said import said, spoken

FIRST_RUN = "the first run on a machine compiles for some seconds"


def shown_by(status: object) -> Callable[[str], None] | None:
    """Return how a step of what ``waiting`` shows is told; None where nobody watches."""
    if not isinstance(status, Status):
        return None
    return lambda text: status.update(escape(said(text, spoken())))


def waiting(what: str) -> AbstractContextManager[object]:
    """Return what shows on standard error that the work goes on."""
    if not sys.stderr.isatty():
        return nullcontext()
    lang = spoken()
    return Console(stderr=True).status(f"{said(what, lang)} ({said(FIRST_RUN, lang)})")
