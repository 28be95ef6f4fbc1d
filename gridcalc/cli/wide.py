"""Lines and help pages in which Chinese signs, two columns wide each, are broken where they end."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from gettext import gettext

import click

from gridcalc.report.blocks import NO_BREAK

_WIDE = {"W", "F"}
_NOT_FIRST = "，。；：、）》”！？%]"
_NOT_LAST = "（《“["
_AFTER = "/-_+.="
"""Signs behind which a word without spaces is broken where it must be."""
_UNIT = re.compile(r"(?<=[0-9]) (?=[%°A-Za-z])")
"""The space between a number and its unit."""
_WORD = re.compile(r"\S+\s*")
_NUMBERED = re.compile("[一二三四五六七八九十]、$")
"""The number of a section, which its title follows."""
_BREAKS = (
    (re.compile(r"[。；] |(?<=[\u4e00-\u9fff”）]) (?=[\u4e00-\u9fff“])"), 0.4),
    (re.compile("(?<![一二三四五六七八九十])[，、]|[,;] (?=[\u4e00-\u9fff])"), 0.75),
)
"""Where a reader would break, the best first, and the least share of the line that must be full."""
_SPACES = f" {NO_BREAK}"
_BINDING = f"{_NOT_LAST}{NO_BREAK}"
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


def folded(text: str, width: int) -> list[str]:
    """Return a text in lines of some columns, a number kept beside its unit where it fits.

    A text that fits stays as it is. A line ends behind a Chinese clause or comma if that fills it
    well, else at a space or between Chinese signs; a longer piece at a space that should not be
    broken, behind a sign such as ``-``, or anywhere.

    Examples
    --------
    >>> folded("汽车100%+电动自行车50%", 20)
    ['汽车100%+电动自行车', '50%']
    >>> folded("T1-F1 99.5 % YJV22-0.6/1-4x240", 13)
    ['T1-F1 99.5 %', 'YJV22-0.6/1-', '4x240']
    """
    if width_of(text) <= width:
        return [text]
    lines, line = [], ""
    for piece in _fitting(_UNIT.sub(NO_BREAK, text), width):
        while line and width_of(line + piece.rstrip()) > width:
            at = _end_of_clause(line, width)
            lines.append(line[:at].rstrip())
            line = line[at:]
        line += piece
    return [row.replace(NO_BREAK, " ") for row in (*lines, line.rstrip()) if row]


def _end_of_clause(line: str, width: int) -> int:
    """Return behind which sign a full line is broken: its last clause, or all that stands in it."""
    for end, share in _BREAKS:
        late = [at.end() for at in end.finditer(line) if width_of(line[: at.end()]) > share * width]
        if late:
            return late[-1]
    return len(line)


def _fitting(text: str, width: int) -> Iterator[str]:
    """Yield the pieces of a text, those that are wider than the line in parts."""
    for piece in _pieces(text):
        if width_of(piece.rstrip()) <= width:
            yield piece
            continue
        for word in _WORD.findall(piece):
            yield from _cut(word, width)


def _cut(word: str, width: int) -> Iterator[str]:
    """Yield a word in parts that fit a line, cut behind signs that join its parts."""
    while len(word) > 1 and width_of(word.rstrip()) > width:
        most = max(k for k in range(1, len(word)) if k == 1 or width_of(word[:k]) <= width)
        joint = max(word.rfind(sign, 0, most) for sign in _AFTER) + 1
        yield word[: joint or most]
        word = word[joint or most :]
    yield word


def _pieces(text: str) -> Iterator[str]:
    """Yield what must not be broken: a word with its space, a Chinese sign with what follows it."""
    piece = ""
    for sign in text:
        is_wide = unicodedata.east_asian_width(sign) in _WIDE
        ends = piece and (piece[-1] == " " or is_wide or _is_wide(piece[-1]))
        is_bound = sign in _NOT_FIRST or sign in _SPACES or piece[-1:] in _BINDING
        if ends and not is_bound and not _NUMBERED.search(piece):
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
