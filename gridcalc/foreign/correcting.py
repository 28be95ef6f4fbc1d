"""Numbers of a file that are wrong by a power of ten, put right where that is certain."""

import statistics
from collections.abc import Iterator
from dataclasses import replace

from gridcalc.network.foreign_tables import ForeignTables, Frame
from gridcalc.notes import Note, note
from gridcalc.units import KW_PER_MW

_NEAR = 0.05
"""A ratio this near to a power of ten is one."""
_LEAST_ROWS = 5


def corrected(tables: ForeignTables) -> tuple[ForeignTables, tuple[Note, ...]]:
    """Return the network with reactive power in the unit of its column, and what was changed.

    Converted files have the reactive power of some phases in Gvar: their power factors are those
    of the other phases once it is multiplied by 1000. Only this pattern is corrected.
    """
    frame = tables.frame("asymmetric_load")
    wrong = tuple(_too_small(frame))
    if not wrong:
        return tables, ()
    columns = {
        f"q_{phase}_mvar": tuple(value * KW_PER_MW for value in frame.numbers(f"q_{phase}_mvar"))
        for phase in wrong
    }
    frames = {**tables.frames, "asymmetric_load": frame.holding(**columns)}
    said = note(
        "reactive power of phases {phases} of {n} unbalanced loads times 1000: against their active"
        " power it is a thousandth of what the other phases have",
        phases=" ".join(wrong),
        n=frame.n,
    )
    return replace(tables, frames=frames), (said,)


def _too_small(frame: Frame) -> Iterator[str]:
    """Yield the phases whose reactive over active power is a thousandth of another phase's."""
    typical = {phase: _typical(frame, phase) for phase in "abc"}
    largest = max(typical.values())
    for phase, ratio in typical.items():
        if ratio > 0 and abs(largest / ratio / KW_PER_MW - 1) < _NEAR:
            yield phase


def _typical(frame: Frame, phase: str) -> float:
    """Return the median of |Q|/P of the loads on a phase; 0 where there are too few."""
    powers = zip(frame.numbers(f"p_{phase}_mw"), frame.numbers(f"q_{phase}_mvar"), strict=True)
    ratios = [abs(q) / p for p, q in powers if p > 0 and q]
    return statistics.median(ratios) if len(ratios) >= _LEAST_ROWS else 0.0
