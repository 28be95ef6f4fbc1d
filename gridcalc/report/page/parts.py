"""What the page is made of: sections that hold blocks, figures and parts that fold away."""

from dataclasses import dataclass
from typing import TypeAlias

from gridcalc.report.blocks import Block, Heading, Tone
from gridcalc.report.page.chart import Chart
from gridcalc.report.page.grid import Grid


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """A picture that stands in the page as it is.

    Parameters
    ----------
    svg
        A complete SVG whose texts are escaped, with a title for readers who do not see it.
    """

    svg: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture that is kept apart from the page, with styles and ids of its own.

    Parameters
    ----------
    source
        ``data:`` address.
    label
        What it shows, for readers who do not see it.
    """

    source: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Charts:
    """Charts that belong together, with one legend.

    Parameters
    ----------
    charts
        Side by side, two in a row.
    title
        Stands above; empty where a heading says it already.
    caption
        Stands below.
    keys
        What the strokes mean.
    """

    charts: tuple[Chart, ...]
    title: str = ""
    caption: str = ""
    keys: tuple["Key", ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """An entry of a legend: how something is drawn, and what it is.

    Parameters
    ----------
    text
        What it is.
    colour, dashes, width
        Of the stroke; ``dashes`` as SVG writes them.
    fill
        Colour of the band behind the stroke; empty without one.
    """

    text: str
    colour: str
    dashes: str = ""
    width: float = 1.8
    fill: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fold:
    """A part that is closed on the screen until it is asked for, and always printed."""

    title: str
    items: "tuple[Item, ...]"


Item: TypeAlias = Block | Grid | Drawing | Picture | Charts | Fold


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A numbered part of the page; ``id`` is its anchor."""

    id: str
    title: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """A figure that is read first: what it is, how much, what it is held against."""

    label: str
    value: str
    below: str
    tone: Tone = "plain"


def without_title(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """Return the blocks of a story without the heading that opens it.

    Examples
    --------
    >>> without_title((Heading(text="T", level=1), Heading(text="part")))
    (Heading(text='part', level=2),)
    """
    return tuple(row for row in blocks if not (isinstance(row, Heading) and row.level == 1))


def split_at(blocks: tuple[Block, ...], title: str) -> tuple[tuple[Block, ...], tuple[Block, ...]]:
    """Return what stands before a heading, and what stands behind it without the heading.

    Examples
    --------
    >>> a, b = Heading(text="a"), Heading(text="b")
    >>> split_at((a, b), "b")
    ((Heading(text='a', level=2),), ())
    """
    for k, row in enumerate(blocks):
        if isinstance(row, Heading) and row.text == title:
            return blocks[:k], blocks[k + 1 :]
    return blocks, ()
