"""Help pages in which Chinese signs, two columns wide each, are broken where the line ends."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from gettext import gettext

import click

_WIDE = {"W", "F"}
_NOT_FIRST = "，。；：、）》”！？%]"
_NOT_LAST = "（《“["
_EXTRA_JOINT = "; "
"""Stands between the default, the range and the like that click puts behind a help text."""
_SPACE = re.compile(r"(?<=[。；：]) +")
_STATED = re.compile(r"：\(([^()]+)\)(?=[]；])")
"""A default in words, which click puts into brackets."""
_RAW = "\b"


def width_of(text: str) -> int:
    """Return the columns of a terminal that a text takes.

    Examples
    --------
    >>> width_of("10kV电缆")
    8
    """
    return sum(1 + (unicodedata.east_asian_width(sign) in _WIDE) for sign in text)


def wrapped(text: str, width: int) -> list[str]:
    """Return a text in lines of some columns, broken at spaces and between Chinese signs.

    Examples
    --------
    >>> wrapped("变压器负载率 limit 85 %", 10)
    ['变压器负载', '率 limit', '85 %']
    """
    lines, line = [], ""
    for piece in _pieces(" ".join(text.split())):
        if line and width_of(line + piece.rstrip()) > width:
            lines.append(line.rstrip())
            line = ""
        line += piece.lstrip() if not line else piece
    return [*lines, line.rstrip()] if line.strip() else lines


def _pieces(text: str) -> Iterator[str]:
    """Yield what must not be broken: a word with its space, a Chinese sign with what follows it."""
    piece = ""
    for sign in text:
        is_wide = unicodedata.east_asian_width(sign) in _WIDE
        ends = piece and (piece[-1] == " " or is_wide or _is_wide(piece[-1]))
        if ends and sign not in _NOT_FIRST and sign != " " and piece[-1] not in _NOT_LAST:
            yield piece
            piece = ""
        piece += sign
    if piece:
        yield piece


def _is_wide(sign: str) -> bool:
    return unicodedata.east_asian_width(sign) in _WIDE


def _in_full_width(text: str) -> str:
    """Return a help text whose additions by click are joined as Chinese does it."""
    if text.isascii():
        return text
    return _SPACE.sub("", _STATED.sub(r"：\1", text.replace(_EXTRA_JOINT, "；")))


class WideFormatter(click.HelpFormatter):
    """A formatter of help pages that knows how wide signs are."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write the line of usage, with no space behind a full-width colon."""
        said = gettext("Usage:") if prefix is None else prefix
        super().write_usage(prog, args, f"{said} " if said.isascii() else said)

    def write_heading(self, heading: str) -> None:
        """Write a heading, with a full-width colon behind Chinese signs."""
        colon = ":" if heading.isascii() else "："
        self.write(f"{'':>{self.current_indent}}{heading}{colon}\n")

    def write_text(self, text: str) -> None:
        """Write paragraphs; one that begins with a backspace sign is left as it is."""
        if text.isascii():
            super().write_text(text)
            return
        indent = " " * self.current_indent
        paragraphs = []
        for paragraph in text.split("\n\n"):
            rows = paragraph.splitlines()
            if rows and rows[0].strip() == _RAW:
                lines = rows[1:]
            else:
                lines = wrapped(paragraph, self.width - self.current_indent)
            paragraphs.append("\n".join(indent + line for line in lines))
        self.write("\n\n".join(paragraphs) + "\n")

    def write_dl(
        self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2
    ) -> None:
        """Write a list of terms and what they mean."""
        entries = list(rows)
        if all(text.isascii() for entry in entries for text in entry):
            super().write_dl(entries, col_max, col_spacing)
            return
        first = min(max(width_of(term) for term, _ in entries), col_max) + col_spacing
        left, room = " " * self.current_indent, max(self.width - first - 2, 10)
        for term, text in entries:
            lines = wrapped(_in_full_width(text), room)
            fits = width_of(term) <= first - col_spacing
            gap = " " * (first - width_of(term)) if fits else "\n" + left + " " * first
            head = left + term + (gap + lines[0] if lines else "")
            rest = [left + " " * first + line for line in lines[1:]]
            self.write("\n".join([head, *rest]) + "\n")
