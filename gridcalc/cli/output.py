"""Where results go: standard output, or a file that did not exist before."""

import os
import tempfile
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

import click

from gridcalc.cli.options import Display, Format
from gridcalc.cli.said import announce
from gridcalc.errors import InputError, Problem
from gridcalc.report.blocks import Output
from gridcalc.report.markdown import markdown
from gridcalc.report.plaintext import csv_text, json_text

STDOUT = "-"


def show(output: Output, display: Display) -> None:
    """Write a result to standard output in one go, or to the file that was named.

    A CSV file begins with the mark by which Excel on Windows knows UTF-8; standard output has no
    mark, because other programs read it.

    Raises
    ------
    InputError
        The file cannot be written.
    """
    text = _text(output, display.fmt)
    if display.saved is None:
        click.echo(text, nl=False)
    else:
        encoding = "utf-8-sig" if display.fmt == "csv" else "utf-8"
        write_bytes(text.encode(encoding), display.saved)


def prepare_to_show() -> None:
    """Load what draws on a terminal, while others work."""
    import_module("gridcalc.cli.screen")


def _text(output: Output, fmt: Format) -> str:
    if fmt == "json":
        return json_text(output.tree)
    if fmt == "csv":
        return csv_text(output.rows)
    if fmt == "md":
        return markdown(output.blocks)
    from gridcalc.cli.screen import drawn

    return drawn(output.blocks)


def check_writable(target: str, *, force: bool) -> None:
    """Refuse a target that exists, before anything is computed.

    Raises
    ------
    InputError
        The file exists and ``--force`` is not given.
    """
    if target != STDOUT and not force and os.path.exists(target):  # noqa: PTH110  never raises
        message = "exists already; choose another name or give --force"
        raise InputError([Problem(target, 0, "", message)])


def write(text: str, target: str) -> None:
    """Write a text to a file, complete or not at all; ``-`` is standard output.

    Raises
    ------
    InputError
        The file cannot be written.
    """
    if target == STDOUT:
        click.echo(text, nl=False)
        return
    write_bytes(text.encode("utf-8"), target)


def write_bytes(data: bytes, target: str) -> None:
    """Write the bytes of a file, complete or not at all.

    Raises
    ------
    InputError
        The file cannot be written.
    """
    write_together([(data, target)])


def write_together(files: Sequence[tuple[bytes, str]]) -> None:
    """Write files, all of them or none: no name is taken before every byte is on the disk.

    Raises
    ------
    InputError
        A file cannot be written.
    """
    waiting: list[tuple[Path, str]] = []
    target = ""
    try:
        for data, target in files:
            waiting.append((_beside(target, data), target))
        for temporary, target in waiting:
            temporary.replace(target)
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        message = f"cannot be written: {reason}"
        if isinstance(error, PermissionError):
            text = "if it is open in another program, close it there"
            message = f"cannot be written: {reason}; {text}"
        raise InputError([Problem(target, 0, "", message)]) from None
    finally:
        for temporary, _ in waiting:
            temporary.unlink(missing_ok=True)
    for _, target in files:
        announce(f"wrote {target}")


def _beside(target: str, data: bytes) -> Path:
    """Return a new file with some bytes beside its target, under a name of its own."""
    path = Path(target)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".gridcalc-")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        Path(temporary).chmod(0o644)
    except OSError:
        Path(temporary).unlink(missing_ok=True)
        raise
    return Path(temporary)
