"""The file that a command writes: ``-o`` with its language, and ``--force``."""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ParamSpec, TypeVar

from gridcalc.cli.language import language_option
from gridcalc.cli.options import Lang, force_option

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True, kw_only=True)
class FileTarget:
    """A file to write: its name, the language of its texts, and whether an old one may go."""

    name: str
    lang: Lang
    force: bool


def file_target_options(command: Callable[P, R]) -> Callable[P, R]:
    """Add ``--lang`` and ``--force``; with the option ``-o`` they are the command's ``target``."""

    @language_option("Language of headings and notes of a workbook.")
    @force_option
    @functools.wraps(command)
    def wrapper(*args: Any, target: str, lang: Lang, force: bool, **options: Any) -> R:
        written = FileTarget(name=target, lang=lang, force=force)
        return command(*args, target=written, **options)  # type: ignore[arg-type]

    return wrapper  # type: ignore[return-value]
