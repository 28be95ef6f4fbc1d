"""What a report says, before it is drawn: headings, facts, tables, each text with its tone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

Tone = Literal["plain", "strong", "good", "warn", "bad", "quiet"]
NO_BREAK = "\u00a0"
"""A space at which a line is not broken."""

Cell: TypeAlias = float | int | str | bool | None


@dataclass(frozen=True, slots=True)
class Text:
    """A short text and how it is meant.

    Parameters
    ----------
    text
        The text, one line.
    tone
        ``good``, ``warn`` and ``bad`` are coloured on a terminal, ``quiet`` is dimmed.
    """

    text: str
    tone: Tone = "plain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A title; level 1 opens a subject, level 2 a part of it."""

    text: str
    level: Literal[1, 2] = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """A sentence or two."""

    text: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class FactSheet:
    """Labels and what stands beside them, one per line."""

    rows: tuple[tuple[str, Text], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a table.

    Parameters
    ----------
    title
        Its heading.
    align
        Side the texts stand at.
    wraps
        Whether its texts may be broken into lines where room is short.
    merges
        Whether a text is left out where the row above begins alike; Markdown repeats it.
    """

    title: str
    align: Literal["left", "right"] = "left"
    wraps: bool = False
    merges: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows of texts.

    Parameters
    ----------
    columns, rows
        Each row has one text per column.
    caption
        Stands above; empty where a heading says it already.
    note
        Stands below, such as how many rows were left out.
    has_header
        Whether the column titles are drawn; Markdown always has them.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[Text, ...], ...]
    caption: str = ""
    note: str = ""
    has_header: bool = True


Block: TypeAlias = Heading | Paragraph | FactSheet | Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """One result in its three forms; the command line draws the one that was asked for.

    Parameters
    ----------
    tree
        Plain values for JSON, full precision.
    rows
        The rows of a CSV file, full precision; every row has the same keys.
    blocks
        The story for people, rounded; drawn as tables or Markdown.
    """

    tree: Mapping[str, Any]
    rows: Sequence[Mapping[str, Cell]]
    blocks: tuple[Block, ...]


def plain(*texts: str) -> tuple[Text, ...]:
    """Return a row of plain texts.

    Examples
    --------
    >>> plain("T1", "630")
    (Text(text='T1', tone='plain'), Text(text='630', tone='plain'))
    """
    return tuple(Text(text) for text in texts)
