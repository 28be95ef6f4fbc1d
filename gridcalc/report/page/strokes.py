"""Colours and dashes of the charts; told apart by colour, and in grey by their dashes."""

from typing import Any

from gridcalc.report.curve_style import STROKES
from gridcalc.report.page.parts import Key

INK, PALE, GRID, LIMIT = "#333333", "#7a7a7a", "#e4e4e4", "#b00020"
RATED_DASHES, LIMIT_DASHES, FACTOR_DASHES = "", "6 3", "1.5 2.5"
VALLEY, VALLEY_DASHES = STROKES["tou"].colour, "1.5 2.5"
CURVE, EDGE, THIN = 1.8, 0.7, 0.9
BAND = 0.18
SERIES = (
    ("#D55E00", ""),
    ("#0072B2", "7 3"),
    ("#009E73", "2 2"),
    ("#CC79A7", "9 3 2 3"),
    ("#7a5c00", "4 2"),
)
"""Colours of Okabe and Ito with dashes, for what is drawn beside each other."""


def dashes_of(mode: str) -> str:
    """Return the dashes of a charging mode as SVG writes them.

    Examples
    --------
    >>> dashes_of("uncontrolled"), dashes_of("tou")
    ('', '8 3.2')
    """
    dashes: Any = STROKES[mode].dashes
    if isinstance(dashes, str):
        return ""
    return " ".join(f"{max(part, 1.0) * 1.6:g}" for part in dashes[1])


def mode_key(mode: str, text: str, *, banded: bool) -> Key:
    """Return the entry of a legend for a charging mode."""
    colour = STROKES[mode].colour
    return Key(
        text=text,
        colour=colour,
        dashes=dashes_of(mode),
        width=CURVE,
        fill=colour if banded else "",
    )
