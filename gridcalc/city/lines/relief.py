"""Which lines need relief first, in which charging mode they are judged, what control brings."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Literal

from gridcalc.city.lines.connecting import TOLERANCE
from gridcalc.city.lines.curves import TODAY_STATE
from gridcalc.city.lines.records import LineResult, LineState

Passing = Literal["today", "even_managed", "unless_managed", "never"]
"""When a line passes its limit: today, with all converted in every mode, only without control."""
_URGENCY: tuple[Passing, ...] = ("today", "even_managed", "unless_managed", "never")
_MANAGED = "managed"


def mode_of(state: LineState) -> str:
    """Return the charging mode of a state; ``today`` for that of today."""
    return "today" if state.state == TODAY_STATE else state.state.rpartition("/")[2]


def counting_state(line: LineResult) -> LineState | None:
    """Return the state by which a line is judged: that with the highest peak, the first of equals.

    All states of a line have one limit, so no other state passes it by more.
    """
    return max(line.states, key=lambda state: state.s_peak_kva, default=None)


def passing(line: LineResult) -> Passing:
    """Return when a line passes its limit; ``never`` also where its capacity is not known."""
    return passing_of({mode_of(state): bool(state.relief_kva) for state in line.states})


def passing_of(is_over: Mapping[str, bool]) -> Passing:
    """Return when a limit is passed that is passed in some modes, ``today`` among them.

    Where orderly charging was not asked for, nothing says that it helps.

    Examples
    --------
    >>> passing_of({"today": False, "tou": True, "managed": False})
    'unless_managed'
    >>> passing_of({"today": False, "tou": True})
    'even_managed'
    """
    if not any(is_over.values()):
        return "never"
    if is_over.get("today"):
        return "today"
    return "even_managed" if is_over.get(_MANAGED, True) else "unless_managed"


def passing_of_percents(
    percents: Mapping[str, float | None], limit_percent: float | None
) -> Passing | None:
    """Return when loadings by mode pass a limit; ``None`` where either is not known. [%].

    Examples
    --------
    >>> passing_of_percents({"today": 80.4, "managed": 94.3}, 80.0)
    'today'
    """
    known = {mode: percent for mode, percent in percents.items() if percent is not None}
    if limit_percent is None or not known:
        return None
    most = limit_percent * (1.0 + TOLERANCE)
    return passing_of({mode: percent > most for mode, percent in known.items()})


def in_relief_order(lines: Sequence[LineResult]) -> tuple[LineResult, ...]:
    """Return lines with their place among those that need relief; they keep their order.

    First come lines beyond their limit today, then those that orderly charging does not keep
    within it, then those that only other charging takes beyond it. Within each the larger relief
    goes first, in the mode with the highest peak, then the id.
    """
    needing = sorted((line for line in lines if passing(line) != "never"), key=_urgency)
    place = {line.line.id: k for k, line in enumerate(needing, start=1)}
    return tuple(replace(line, relief_order=place.get(line.line.id)) for line in lines)


def relief_first(lines: Iterable[LineResult]) -> list[LineResult]:
    """Return lines as they are shown: by their place, then by their highest loading, then the id.

    Lines whose loading is not known come last.
    """
    return sorted(lines, key=_place)


def orderly_gain_kva(states: Sequence[LineState]) -> float | None:
    """Return by how much orderly charging lowers the relief against uncontrolled charging. [kVA].

    ``None`` where one of the two is missing, or the capacity of the line is not known.
    """
    relief = {state.state.rpartition("/")[2]: state.relief_kva for state in states[1:]}
    uncontrolled, managed = relief.get("uncontrolled"), relief.get(_MANAGED)
    return None if uncontrolled is None or managed is None else uncontrolled - managed


def _urgency(line: LineResult) -> tuple[int, float, str]:
    relief_kva = max(state.relief_kva or 0.0 for state in line.states)
    return _URGENCY.index(passing(line)), -relief_kva, line.line.id


def _place(line: LineResult) -> tuple[float, float, str]:
    worst = counting_state(line)
    percent = worst.loading_percent if worst else None
    order = float("inf") if line.relief_order is None else line.relief_order
    return order, float("inf") if percent is None else -percent, line.line.id
