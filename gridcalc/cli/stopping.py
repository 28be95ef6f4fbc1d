"""Ctrl-C while plans are searched: ends the command, or the search once a plan is at hand."""

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

import click

from gridcalc.cli.said import said, spoken

STOPPED_BY_USER = 130
"""Exit code of a command that the user stopped before it had a result, as shells count it."""
NO_PLAN_YET = "stopped by the user before a plan was found; nothing is written"
NO_RESULT = "stopped by the user before the result was complete"
STOPPING = "stopping: the plan found gets its complete study; Ctrl-C again ends at once"
HINT = "Ctrl-C: stop with the plan found"


class StoppedByUser(click.ClickException):
    """The command ends without a result, because the user wants it to."""

    exit_code = STOPPED_BY_USER

    def show(self, file: object = None) -> None:
        """Say it in one line; it is no error."""
        del file
        click.echo(f"\n{self.message}" if sys.stderr.isatty() else self.message, err=True)


class Stopping:
    """Whether the user wants the plan that is at hand.

    Called by the search while a plan is at hand; from the first call on, the first Ctrl-C is
    remembered instead of ending the command, and the second one ends it again.

    Attributes
    ----------
    has_plan
        Whether a plan is at hand.
    is_asked
        Whether Ctrl-C was pressed since.
    """

    def __init__(self, tell: Callable[[str], None]) -> None:
        """Remember who is told that the search stops; it is called inside of a signal."""
        self._tell = tell
        self.has_plan = False
        self.is_asked = False

    def __call__(self) -> bool:
        """Return whether the search is to end with the plan at hand."""
        if not self.has_plan:
            self.has_plan = True
            self._listen()
        return self.is_asked

    def _listen(self) -> None:
        """Take over Ctrl-C; not where it is ignored, taken by others, or where no signal comes."""
        if threading.current_thread() is not threading.main_thread():
            return
        if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            signal.signal(signal.SIGINT, self._asked)

    def _asked(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        signal.signal(signal.SIGINT, signal.default_int_handler)
        self.is_asked = True
        self._tell(said(STOPPING, spoken()))


@contextmanager
def stoppable(tell: Callable[[str], None] | None) -> Iterator[Stopping]:
    """Give a search what it asks whether to stop; Ctrl-C is as before afterwards.

    Parameters
    ----------
    tell
        Shows a line to whoever watches; ``None`` writes it to standard error.

    Raises
    ------
    StoppedByUser
        Ctrl-C before a plan was at hand, or a second time.
    """
    before = signal.getsignal(signal.SIGINT)
    stopping = Stopping(tell or _written)
    try:
        yield stopping
    except KeyboardInterrupt:
        raise stopped_by_user(NO_RESULT if stopping.has_plan else NO_PLAN_YET) from None
    finally:
        if stopping.has_plan and threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGINT, before)


def stopped_by_user(text: str = NO_RESULT) -> StoppedByUser:
    """Return what ends a command, in the language of the program."""
    return StoppedByUser(said(text, spoken()))


def _written(text: str) -> None:
    """Write a line past all buffers, because a signal may come while one of them is written."""
    os.write(2, f"{text}\n".encode())
