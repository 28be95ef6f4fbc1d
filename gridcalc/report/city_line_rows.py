"""10 kV lines of a city as the rows of a sheet."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gridcalc.city.lines.records import LineResult, LineState
from gridcalc.report.blocks import Cell
from gridcalc.report.wording import Wording


@dataclass(frozen=True, slots=True, kw_only=True)
class LineColumn:
    """A column of the sheet of lines: heading with unit, width in characters, number format."""

    title: str
    width: int
    form: str


def line_columns(lines: Sequence[LineResult], wording: Wording) -> tuple[LineColumn, ...]:
    """Return the columns of some lines; they all have the states of the first one."""
    columns = [
        (wording("Relief order"), 8, "whole"),
        (wording("Id"), 14, "text"),
        (wording("Name"), 20, "text"),
        (wording("Capacity [kVA]"), 11, "whole"),
        (wording("Metered peak [kVA]"), 11, "whole"),
        (wording("Compounds"), 10, "whole"),
        (wording("Private chargers"), 10, "whole"),
        (wording("Installed [kVA]"), 11, "whole"),
        (wording("Installed at most [kVA]"), 11, "whole"),
        (wording("Loading at most [%]"), 10, "tenth"),
        (wording("Gain of orderly charging [kVA]"), 12, "whole"),
    ]
    for state in lines[0].states if lines else ():
        columns += [
            (f"{state_word(state.state, wording)}\n{title}", 12, form)
            for title, form in _of_state(wording)
        ]
    return tuple(LineColumn(title=title, width=width, form=form) for title, width, form in columns)


def line_rows(lines: Sequence[LineResult]) -> Iterator[tuple[Cell, ...]]:
    """Yield the cells of each line, those that need relief first in their order."""
    for row in sorted(lines, key=lambda line: (line.relief_order is None, line.relief_order or 0)):
        yield (
            row.relief_order,
            row.line.id,
            row.line.name,
            row.line.capacity_kva,
            row.line.peak_kva,
            row.n_compounds,
            row.n_chargers,
            row.installed_kva,
            row.max_installed_kva,
            row.limit_percent,
            row.orderly_gain_kva,
            *(cell for state in row.states for cell in _cells(state)),
        )


def state_word(state: str, wording: Wording) -> str:
    """Return the words for a scenario with its charging mode.

    Examples
    --------
    >>> from gridcalc.report.wording import load_wording
    >>> state_word("ev-100/managed", load_wording("zh"))
    '汽车100%、有序充电'
    """
    scenario, _, charging = state.rpartition("/")
    return wording.words([wording.scenario(scenario), wording.term(f"mode.{charging}")])


def _of_state(wording: Wording) -> tuple[tuple[str, str], ...]:
    return (
        (wording("Peak [kVA]"), "whole"),
        (wording("Loading [%]"), "tenth"),
        (wording("Coincidence"), "pu"),
        (wording("Main transformer [%]"), "tenth"),
        (wording("N-1 by the tie [%]"), "tenth"),
        (wording("Relief needed [kVA]"), "whole"),
    )


def _cells(state: LineState) -> tuple[Cell, ...]:
    return (
        state.s_peak_kva,
        state.loading_percent,
        state.coincidence_factor,
        state.main_transformer_percent,
        state.n_minus_1_percent,
        state.relief_kva,
    )
