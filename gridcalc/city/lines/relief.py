"""Which lines need relief first, and what orderly charging alone would bring."""

from collections.abc import Sequence
from dataclasses import replace

from gridcalc.city.lines.curves import TODAY_STATE
from gridcalc.city.lines.records import LineResult, LineState

_TODAY, _EVEN_ORDERLY, _ONLY_UNCONTROLLED, _NEVER = range(4)
_NO_YEAR = float("inf")


def in_relief_order(lines: Sequence[LineResult]) -> tuple[LineResult, ...]:
    """Return lines with their place among those that need relief; they keep their order.

    First come lines beyond their limit today, then those that orderly charging does not keep
    within it, then those that only other charging takes beyond it. Within each the earlier
    year goes first where years are known, then the larger relief, then the id.
    """
    needing = sorted((line for line in lines if _class_of(line) != _NEVER), key=_urgency)
    place = {line.line.id: k for k, line in enumerate(needing, start=1)}
    return tuple(replace(line, relief_order=place.get(line.line.id)) for line in lines)


def orderly_gain_kva(states: Sequence[LineState]) -> float | None:
    """Return by how much orderly charging lowers the relief against uncontrolled charging. [kVA].

    ``None`` where one of the two is missing, or the capacity of the line is not known.
    """
    relief = {state.state.rpartition("/")[2]: state.relief_kva for state in states[1:]}
    uncontrolled, managed = relief.get("uncontrolled"), relief.get("managed")
    return None if uncontrolled is None or managed is None else uncontrolled - managed


def _urgency(line: LineResult) -> tuple[int, float, float, str]:
    years = [fits.first_over_year for fits in line.fits if fits.first_over_year is not None]
    relief_kva = max(state.relief_kva or 0.0 for state in line.states)
    return _class_of(line), min(years, default=_NO_YEAR), -relief_kva, line.line.id


def _class_of(line: LineResult) -> int:
    beyond = [state.state for state in line.states if state.relief_kva]
    if not beyond:
        return _NEVER
    if TODAY_STATE in beyond:
        return _TODAY
    return _EVEN_ORDERLY if any(s.endswith("/managed") for s in beyond) else _ONLY_UNCONTROLLED
