"""Where a result is shown: on standard output, or saved in a file that ``--save`` names."""

import functools
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import click

from gridcalc.cli.options import Display, Format, display_options, force_option

P = ParamSpec("P")
R = TypeVar("R")

_OPTION = "--save"
_FORMS: dict[str, Format] = {".csv": "csv", ".json": "json", ".md": "md"}


def result_options(command: Callable[P, R]) -> Callable[P, R]:
    """Add ``--format``, ``--lang`` and ``--save``; for commands that have their own ``--force``.

    A file that cannot be written is refused before anything is computed.
    """

    @click.option(
        _OPTION,
        "saved",
        metavar="FILE",
        help="Write the result to a file instead: .csv for Excel and WPS, .json or .md, as its"
        " name ends.",
    )
    @functools.wraps(command)
    def wrapper(*args: Any, saved: str | None, display: Display, **options: Any) -> R:
        if saved is not None:
            force = bool(click.get_current_context().params.get("force"))
            display = replace(display, fmt=_form_of(saved, force=force), saved=saved)
        return command(*args, display=display, **options)  # type: ignore[arg-type]

    return display_options(wrapper)  # type: ignore[arg-type]


def listing_options(command: Callable[P, R]) -> Callable[P, R]:
    """Add what ``result_options`` adds, and ``--force`` for the file."""

    @force_option
    @functools.wraps(command)
    def wrapper(*args: Any, force: bool, **options: Any) -> R:  # noqa: ARG001  read by --save
        return command(*args, **options)

    return result_options(wrapper)  # type: ignore[arg-type]


def _form_of(saved: str, *, force: bool) -> Format:
    """Return the form of a file by the end of its name.

    Raises
    ------
    click.UsageError
        No such form.
    InputError
        The file cannot be written, or exists and ``force`` is not given.
    """
    from gridcalc.cli.targets import check_targets, refuse_ending

    refuse_ending(_OPTION, saved, tuple(_FORMS))
    check_targets([saved], force=force)
    return _FORMS[Path(saved).suffix.lower()]
