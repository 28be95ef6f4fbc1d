"""What may come in as a user's file: a regular one, not too large, of signs that can be shown."""

import re
from pathlib import Path
from stat import S_ISDIR, S_ISREG

from gridcalc.errors import InputError, Problem
from gridcalc.units import BYTES_PER_MB

MAX_TEXT_MB = 50
"""Largest text that is read: compounds, sites, plans, policy packs, prices, tables."""
_UNSHOWABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_MOST_SHOWN = 80


def user_bytes(path: Path, *, file: str, max_mb: int = MAX_TEXT_MB) -> bytes:
    """Return the bytes of a user's file; of a larger one no more than ``max_mb`` is read.

    Parameters
    ----------
    path
        The file.
    file
        As messages call it.
    max_mb
        Largest size. [MB]

    Raises
    ------
    InputError
        The file cannot be read, is too large, or is a device or a pipe.
    """
    limit = max_mb * BYTES_PER_MB
    try:
        refuse_devices(path, file=file)
        with path.open("rb") as stream:
            raw = stream.read(limit + 1)
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        raise InputError([Problem(file, 0, "", f"cannot be read: {reason}")]) from None
    check_size(raw, file=file, max_mb=max_mb)
    return raw


def check_size(content: bytes | str, *, file: str, max_mb: int = MAX_TEXT_MB) -> None:
    """Refuse what is longer than a user's file may be; signs of a text count as bytes.

    Raises
    ------
    InputError
        It is too large.
    """
    if len(content) > max_mb * BYTES_PER_MB:
        message = f"is larger than {max_mb} MB; is it the right file?"
        raise InputError([Problem(file, 0, "", message)])


def refuse_devices(path: Path, *, file: str) -> None:
    """Refuse what has no end or nobody writes to; a folder is left to whoever opens it.

    Raises
    ------
    InputError
        The path is a device, a pipe or a socket.
    OSError
        There is nothing at the path.
    """
    mode = path.stat().st_mode
    if not (S_ISREG(mode) or S_ISDIR(mode)):
        message = "is a device or a pipe; name a file"
        raise InputError([Problem(file, 0, "", message)])


def sign_fault(text: str) -> str:
    r"""Return what is wrong with a text that XML, so drawings and workbooks, cannot hold.

    Empty where nothing is wrong; ends of lines and tabs are fine.

    Examples
    --------
    >>> sign_fault("A\x1b"), sign_fault("A\n")
    ("'A\\x1b' holds signs that cannot be shown; write it anew", '')
    """
    if not _UNSHOWABLE.search(text):
        return ""
    shown = repr(text)
    shown = shown if len(shown) <= _MOST_SHOWN else f"{shown[:_MOST_SHOWN]}…"
    return f"{shown} holds signs that cannot be shown; write it anew"
