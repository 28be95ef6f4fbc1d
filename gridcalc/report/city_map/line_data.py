"""10 kV lines and main transformers as short rows of plain values for the page."""

from collections.abc import Iterable, Sequence
from typing import Any

from gridcalc.city.lines.records import LineResult, LineState
from gridcalc.city.lines.relief import counting_state, mode_of
from gridcalc.city.summary.line_checks import tie_names
from gridcalc.city.summary.main_transformers import MainTransformer
from gridcalc.report.city_line_rows import state_word
from gridcalc.report.city_line_words import mode_word, remarks
from gridcalc.report.city_map.curves import TODAY, curve_text
from gridcalc.report.wording import Wording

_PERCENT, _FACTOR = 1, 3


def lines_of(lines: Sequence[LineResult], wording: Wording) -> list[dict[str, Any]]:
    """Return what the page shows of each line; a state is told in the words of its language.

    ``worst`` is the place of the state by which a line is judged.
    """
    ties = tie_names(lines)
    return [
        {
            "id": row.line.id,
            "name": row.line.name,
            "capacity": row.line.capacity_kva,
            "limit": row.limit_percent,
            "relief": row.relief_order,
            "main": row.line.main_transformer,
            "worst": _worst(row),
            "remarks": list(remarks(row, ties[row.line.id], wording)),
            "states": [_state(state, wording) for state in row.states],
        }
        for row in lines
    ]


def mains_of(found: Iterable[MainTransformer], wording: Wording) -> list[dict[str, Any]]:
    """Return what the page shows of each main transformer."""
    return [
        {
            "name": one.name,
            "limit": one.limit_percent,
            "isOver": one.passing not in (None, "never"),
            "loading": _rounded(one.worst_percent, _PERCENT),
            "mode": mode_word(one.worst_mode, wording),
            "today": _rounded(one.loading_percent.get(TODAY), _PERCENT),
            "stopped": one.n_stopped,
        }
        for one in found
    ]


def _worst(line: LineResult) -> int:
    worst = counting_state(line)
    return line.states.index(worst) if worst else 0


def _state(state: LineState, wording: Wording) -> dict[str, Any]:
    scenario, _, charging = state.state.rpartition("/")
    return {
        "style": TODAY if scenario == TODAY else charging,
        "day": curve_text(state.day_kva),
        "peak": round(max(state.day_kva, default=0.0)),
        "name": state_word(state.state, wording),
        "mode": mode_word(mode_of(state), wording),
        "kva": round(state.s_peak_kva),
        "loading": _rounded(state.loading_percent, _PERCENT),
        "coincidence": _rounded(state.coincidence_factor, _FACTOR),
        "relief": _rounded(state.relief_kva, 0),
    }


def _rounded(value: float | None, decimals: int) -> float | None:
    return None if value is None else round(value, decimals)
