"""Charts as plain geometry: what is drawn where, in pixels of their own frame."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10
from typing import Literal

Point = tuple[float, float]
Anchor = Literal["start", "middle", "end"]

_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
_EDGE = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A mark on an axis: its place in pixels and its text, which may be empty."""

    at: float
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stroke:
    """A path that is drawn or filled.

    Parameters
    ----------
    d
        Path as SVG writes it.
    colour
        Of the line; with ``opacity`` below one of an area.
    width, dashes
        Of the line; an area has no width.
    opacity
        Of the area. [-]
    """

    d: str
    colour: str
    width: float = 0.0
    dashes: str = ""
    opacity: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A dot with a name that shows when it is pointed at."""

    x: float
    y: float
    colour: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A text in the chart."""

    x: float
    y: float
    text: str
    colour: str
    anchor: Anchor = "start"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plane:
    """How values become pixels.

    Parameters
    ----------
    left, top, width, height
        Of the plane in its frame. [px]
    x, y
        Least and greatest value of each axis.
    """

    left: float
    top: float
    width: float
    height: float
    x: tuple[float, float]
    y: tuple[float, float]

    @property
    def right(self) -> float:
        """Right side of the plane. [px]."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """Lower side of the plane. [px]."""
        return self.top + self.height

    def at(self, x: float, y: float) -> Point:
        """Return the pixels of a point.

        Examples
        --------
        >>> plane = Plane(left=10, top=0, width=100, height=50, x=(0, 10), y=(0, 1))
        >>> plane.at(5, 1)
        (60.0, 0.0)
        """
        low_x, high_x = self.x
        low_y, high_y = self.y
        return (
            self.left + self.width * (x - low_x) / (high_x - low_x),
            self.top + self.height * (1 - (y - low_y) / (high_y - low_y)),
        )

    def path(self, points: Iterable[Point]) -> str:
        """Return a line through points as SVG writes it; empty without points."""
        return path(self.at(x, y) for x, y in points)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """One plane with what stands in it.

    Parameters
    ----------
    title
        Stands above, and is what readers are told who do not see it.
    width, height
        Of the whole frame. [px]
    plane
        Where the curves stand.
    x_ticks, y_ticks, x_title, y_title
        Of the axes.
    areas, lines, marks, labels
        In the order in which they are drawn.
    """

    title: str
    width: float
    height: float
    plane: Plane
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    x_title: str
    y_title: str
    areas: tuple[Stroke, ...] = ()
    lines: tuple[Stroke, ...] = ()
    marks: tuple[Mark, ...] = ()
    labels: tuple[Label, ...] = ()


def path(points: Iterable[Point]) -> str:
    """Return a line through pixels as SVG writes it, to a tenth of a pixel.

    Examples
    --------
    >>> path([(0, 0), (1.26, 10)])
    'M0 0L1.3 10'
    """
    return "L".join(f"{_short(x)} {_short(y)}" for x, y in points).join(("M", ""))


def _short(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def round_steps(low: float, high: float, most: int) -> tuple[float, ...]:
    """Return round values from ``low`` to ``high``, at most so many.

    Examples
    --------
    >>> round_steps(0, 730, 5)
    (0.0, 200.0, 400.0, 600.0)
    """
    rough = max(high - low, _EDGE) / max(most, 1)
    power = 10.0 ** floor(log10(rough))
    step = next((k * power for k in _STEPS if k * power >= rough - _EDGE), 10 * power)
    first = ceil(low / step - _EDGE)
    last = floor(high / step + _EDGE)
    return tuple(k * step for k in range(first, last + 1))


def apart(wanted: Sequence[float], least: float, low: float, high: float) -> tuple[float, ...]:
    """Return places near those wanted that keep a distance, in the same order.

    Examples
    --------
    >>> apart([10, 12, 40], 10, 0, 100)
    (10, 20, 40)
    """
    order = sorted(range(len(wanted)), key=lambda k: wanted[k])
    found = list(wanted)
    floor_ = low
    for k in order:
        found[k] = max(wanted[k], floor_)
        floor_ = found[k] + least
    ceiling = high
    for k in reversed(order):
        found[k] = min(found[k], ceiling)
        ceiling = found[k] - least
    return tuple(found)
