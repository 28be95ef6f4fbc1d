"""Colours and strokes of curves, the same in pictures and on pages."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Stroke:
    """How one charging mode is drawn: told apart by colour, and in grey by its dashes."""

    colour: str
    dashes: Any
    marker: str


STROKES = {
    "uncontrolled": Stroke(colour="#D55E00", dashes="-", marker="o"),
    "tou": Stroke(colour="#0072B2", dashes=(0, (5, 2)), marker="s"),
    "managed": Stroke(colour="#009E73", dashes=(0, (1, 1)), marker="^"),
}
"""Colours of Okabe and Ito, which colour-blind readers tell apart."""
BAND_ALPHA = 0.16
MEDIAN_PT, EDGE_PT = 1.7, 0.7
MARK: dict[str, Any] = {"markersize": 5, "markeredgecolor": "white", "markeredgewidth": 0.7}
INK = "#333333"
PALE = "#8a8a8a"
GRID = "#e4e4e4"
