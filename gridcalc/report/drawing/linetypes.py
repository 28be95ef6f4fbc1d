"""Patterns of lines, in millimetres of paper: lengths of dashes, gaps below zero, points zero."""

from collections.abc import Mapping

CONTINUOUS = "CONTINUOUS"
DASHED = "GC_DASHED"
LONG_DASH = "GC_LONG_DASH"
SHORT_DASH = "GC_SHORT_DASH"
CENTRE = "GC_CENTRE"
DASH_DOT = "GC_DASH_DOT"
TWO_DOTS = "GC_TWO_DOTS"
DOTS = "GC_DOTS"

PATTERNS_MM: Mapping[str, tuple[float, ...]] = {
    DASHED: (2.0, -1.0),
    LONG_DASH: (6.0, -1.5),
    SHORT_DASH: (1.2, -1.0),
    CENTRE: (9.0, -1.2, 1.8, -1.2),
    DASH_DOT: (4.0, -1.0, 0.0, -1.0),
    TWO_DOTS: (4.0, -0.9, 0.0, -0.9, 0.0, -0.9),
    DOTS: (0.0, -1.2),
}
"""Pattern by the name of a type of line."""
SHOWN: Mapping[str, str] = {
    DASHED: "__ __ __",
    LONG_DASH: "_____ _____",
    SHORT_DASH: "_ _ _ _",
    CENTRE: "_____ _ _____",
    DASH_DOT: "___ . ___ .",
    TWO_DOTS: "___ . . ___",
    DOTS: ". . . . .",
}
"""What lists of types of lines show."""
