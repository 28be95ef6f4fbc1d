"""Files that are complete or not there: written under another name, then renamed."""

import os
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path

from gridcalc.errors import InputError, Problem

TEMPORARY = ".tmp-"
_WAITS_S = (0.05, 0.1, 0.2, 0.4, 0.8, 0.0)
_REMEDY = "what is done stays; make room or rights and run again with --resume"
_numbers = count()


def write_bytes(path: Path, data: bytes) -> None:
    """Write the bytes of a file, complete or not at all.

    Raises
    ------
    InputError
        The file cannot be written: disk full, no rights.
    """
    write_file(path, lambda temporary: _dump(temporary, data))


def write_file(path: Path, write: Callable[[Path], object]) -> None:
    """Have a file written by a function under a name for the time being, then rename it.

    The bytes are on the disk before the name is, so that no kill leaves half a file.

    Raises
    ------
    InputError
        The file cannot be written: disk full, no rights.
    """
    temporary = path.parent / f"{TEMPORARY}{os.getpid()}-{next(_numbers)}-{path.name}"
    try:
        try:
            write(temporary)
            _sync(temporary)
            _replace(temporary, path)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise cannot_write(path, error) from None


def cannot_write(path: Path, error: OSError) -> InputError:
    """Return what to tell when a file of a result directory cannot be written."""
    reason = (error.strerror or str(error) or "unknown reason").lower()
    return InputError([Problem(str(path), 0, "", f"cannot be written: {reason}; {_REMEDY}")])


def _dump(path: Path, data: bytes) -> None:
    path.write_bytes(data)


def _sync(path: Path) -> None:
    with path.open("rb+") as stream:
        os.fsync(stream.fileno())


def _replace(temporary: Path, path: Path) -> None:
    """Rename a file; virus scanners and spreadsheets on Windows let go after a moment."""
    for wait_s in _WAITS_S:
        try:
            temporary.replace(path)
            return
        except PermissionError:
            if not wait_s:
                raise
            time.sleep(wait_s)
