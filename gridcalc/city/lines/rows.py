"""Lines as flat rows for the store, and back again."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from gridcalc.city.lines.records import (
    CompoundFit,
    Line,
    LineResult,
    LinesResult,
    LineState,
    ModeFits,
)
from gridcalc.city.store.columns import Kind, Value, run_suffix
from gridcalc.notes import Note

RECORD = "record"
"""Column that holds the whole result of a line as JSON, for programs."""
_OF_LINE: Mapping[str, Kind] = {
    "row": "whole",
    "id": "text",
    "name": "text",
    "capacity_kva": "real",
    "peak_kva": "real",
    "includes_compounds": "yes_no",
    "main_transformer": "text",
    "main_transformer_kva": "real",
    "main_transformer_peak_kva": "real",
    "tie": "text",
}
_OF_RESULT: Mapping[str, Kind] = {
    "relief_order": "whole",
    "n_compounds": "whole",
    "n_chargers": "whole",
    "season": "text",
    "policy": "text",
    "limit_percent": "real",
    "scale_factor": "real",
    "other_kva": "real",
    "installed_kva": "real",
    "max_installed_kva": "real",
    "orderly_gain_kva": "real",
}
_TOLD: Mapping[str, Kind] = {
    "n_not_counted": "whole",
    "without_curves": "text",
    "not_read": "text",
    "doubts": "text",
}
_OF_STATE: Mapping[str, Kind] = {
    "s_peak_kva": "real",
    "s_peak_low_kva": "real",
    "s_peak_high_kva": "real",
    "loading_percent": "real",
    "s_compounds_kva": "real",
    "coincidence_factor": "real",
    "main_transformer_percent": "real",
    "n_minus_1_percent": "real",
    "relief_kva": "real",
    "peak_time": "text",
}
_OF_FITS: Mapping[str, Kind] = {
    "n_fit": "whole",
    "n_chargers_fit": "whole",
    "n_fit_smallest_first": "whole",
    "first_over_id": "text",
    "first_over_year": "whole",
}


def feeder_columns(result: LinesResult) -> dict[str, Kind]:
    """Return the columns of the table of lines; those of states end like those of compounds.

    All lines of a run have the same states, so those of the first tell.
    """
    columns: dict[str, Kind] = {**_OF_LINE, **_OF_RESULT, **_TOLD}
    for line in result.lines[:1]:
        for state in line.states:
            columns |= {f"{name}_{_suffix(state.state)}": kind for name, kind in _OF_STATE.items()}
        for fits in line.fits:
            columns |= {f"{name}_{fits.charging}": kind for name, kind in _OF_FITS.items()}
    return {**columns, RECORD: "text"}


def feeder_rows(result: LinesResult) -> tuple[dict[str, Value], ...]:
    """Return one flat row per line, in the order of the table of lines."""
    return tuple(_row(line) for line in result.lines)


def line_results(rows: Iterable[Mapping[str, Any]]) -> tuple[LineResult, ...]:
    """Return the results of lines from their rows, exactly as they were."""
    return tuple(_result(json.loads(row[RECORD])) for row in rows)


def _row(result: LineResult) -> dict[str, Value]:
    row: dict[str, Value] = {name: getattr(result.line, name) for name in _OF_LINE}
    row |= {name: getattr(result, name) for name in _OF_RESULT}
    row |= {
        "n_not_counted": result.n_not_counted,
        "without_curves": " ".join(result.without_curves),
        "not_read": " ".join(result.not_read),
        "doubts": "; ".join(str(doubt) for doubt in result.doubts),
    }
    for state in result.states:
        suffix = _suffix(state.state)
        row |= {f"{name}_{suffix}": getattr(state, name) for name in _OF_STATE}
    for fits in result.fits:
        row |= {f"{name}_{fits.charging}": getattr(fits, name) for name in _OF_FITS}
    row[RECORD] = json.dumps(asdict(result), ensure_ascii=False, separators=(",", ":"))
    return row


def _suffix(state: str) -> str:
    scenario, _, charging = state.rpartition("/")
    return run_suffix(scenario, charging)


def _result(value: dict[str, Any]) -> LineResult:
    line = value["line"]
    line |= {name: tuple(line.get(name, ())) for name in ("curve_kva", "namesakes")}
    fits = tuple(
        ModeFits(**(mode | {"fits": tuple(CompoundFit(**fit) for fit in mode["fits"])}))
        for mode in value["fits"]
    )
    changed = {
        "line": Line(**line),
        "without_curves": tuple(value["without_curves"]),
        "not_read": tuple(value.get("not_read", ())),
        "doubts": tuple(_note(doubt) for doubt in value.get("doubts", ())),
        "states": tuple(
            LineState(**(state | {"day_kva": tuple(state["day_kva"])})) for state in value["states"]
        ),
        "fits": fits,
    }
    return LineResult(**(value | changed))


def _note(value: Mapping[str, Any]) -> Note:
    return Note(value["template"], tuple((name, of) for name, of in value["values"]))
