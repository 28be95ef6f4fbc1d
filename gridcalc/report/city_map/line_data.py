"""10 kV lines as short rows of plain values for the page."""

from collections.abc import Iterable
from typing import Any

from gridcalc.city.lines.records import LineResult, LineState
from gridcalc.report.city_line_rows import state_word
from gridcalc.report.city_map.curves import TODAY, curve_text
from gridcalc.report.wording import Wording

_PERCENT, _FACTOR = 1, 3


def lines_of(lines: Iterable[LineResult], wording: Wording) -> list[dict[str, Any]]:
    """Return what the page shows of each line; a state is told in the words of its language."""
    return [
        {
            "id": row.line.id,
            "name": row.line.name,
            "capacity": row.line.capacity_kva,
            "limit": row.limit_percent,
            "relief": row.relief_order,
            "states": [_state(state, wording) for state in row.states],
        }
        for row in lines
    ]


def _state(state: LineState, wording: Wording) -> dict[str, Any]:
    scenario, _, charging = state.state.rpartition("/")
    return {
        "style": TODAY if scenario == TODAY else charging,
        "day": curve_text(state.day_kva),
        "peak": round(max(state.day_kva, default=0.0)),
        "name": state_word(state.state, wording),
        "kva": round(state.s_peak_kva),
        "loading": _rounded(state.loading_percent, _PERCENT),
        "coincidence": _rounded(state.coincidence_factor, _FACTOR),
        "relief": _rounded(state.relief_kva, 0),
    }


def _rounded(value: float | None, decimals: int) -> float | None:
    return None if value is None else round(value, decimals)
