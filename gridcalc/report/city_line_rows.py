"""10 kV lines and main transformers of a city as the rows of sheets."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from gridcalc.city.lines.records import LineResult, LineState
from gridcalc.city.lines.relief import Passing, counting_state, mode_of, passing, relief_first
from gridcalc.city.summary.line_checks import (
    is_installed_over,
    main_transformer_passing,
    n_minus_1_passing,
    tie_names,
)
from gridcalc.city.summary.line_room import LineRoom, rooms_by_line
from gridcalc.city.summary.main_transformers import MainTransformer
from gridcalc.report.blocks import Cell
from gridcalc.report.city_line_words import mode_percent, mode_word, passing_word, stops_text
from gridcalc.report.wording import Wording


@dataclass(frozen=True, slots=True, kw_only=True)
class LineColumn:
    """A column of the sheet of lines: heading with unit, width in characters, number format."""

    title: str
    width: int
    form: str


def line_columns(lines: Sequence[LineResult], wording: Wording) -> tuple[LineColumn, ...]:
    """Return the columns of some lines; they all have the states of the first one."""
    columns = [*_of_line(wording), *_of_verdict(wording)]
    for state in lines[0].states if lines else ():
        columns += [
            (f"{state_word(state.state, wording)}\n{title}", 12, form)
            for title, form in _of_state(wording)
        ]
    return _columns(columns)


def line_rows(
    lines: Sequence[LineResult], rooms: Mapping[str, LineRoom], wording: Wording
) -> Iterator[tuple[Cell, ...]]:
    """Yield the cells of each line, those that need relief first in their order."""
    of_line, ties = rooms_by_line(rooms), tie_names(lines)
    for row in relief_first(lines):
        yield (
            row.relief_order,
            row.line.id,
            row.line.name,
            row.line.capacity_kva,
            row.line.peak_kva,
            row.n_compounds,
            row.n_not_counted or None,
            row.n_chargers,
            row.limit_percent,
            *_verdict(row, of_line.get(row.line.id, ()), wording),
            row.line.main_transformer,
            row.max_main_transformer_percent,
            _said(main_transformer_passing(row), wording),
            ties[row.line.id],
            row.max_n_minus_1_percent,
            _said(n_minus_1_passing(row), wording),
            row.installed_kva,
            row.max_installed_kva,
            wording("no") if is_installed_over(row) else wording("yes"),
            row.orderly_gain_kva,
            *(cell for state in row.states for cell in _cells(state)),
        )


def main_columns(found: Sequence[MainTransformer], wording: Wording) -> tuple[LineColumn, ...]:
    """Return the columns of some main transformers."""
    return _columns(
        [
            (wording("Main transformer"), 20, "text"),
            (wording("Rated [kVA]"), 11, "whole"),
            (wording("Lines"), 8, "whole"),
            *((mode_percent(mode, wording), 12, "tenth") for mode in modes_of(found)),
            (wording("At most [%]"), 10, "tenth"),
            (wording("Within limit"), 14, "text"),
            (wording("Compounds it stops"), 12, "whole"),
        ]
    )


def main_rows(found: Sequence[MainTransformer], wording: Wording) -> Iterator[tuple[Cell, ...]]:
    """Yield the cells of each main transformer."""
    modes = modes_of(found)
    for one in found:
        yield (
            one.name,
            one.sn_kva,
            len(one.line_ids),
            *(one.loading_percent.get(mode) for mode in modes),
            one.limit_percent,
            _said(one.passing, wording),
            one.n_stopped,
        )


def modes_of(found: Sequence[MainTransformer]) -> tuple[str, ...]:
    """Return all modes in which some main transformers have a loading, ``today`` first."""
    return tuple(dict.fromkeys(mode for one in found for mode in one.loading_percent))


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


def _columns(columns: Sequence[tuple[str, int, str]]) -> tuple[LineColumn, ...]:
    return tuple(LineColumn(title=title, width=width, form=form) for title, width, form in columns)


def _of_line(wording: Wording) -> Iterator[tuple[str, int, str]]:
    yield wording("Relief order"), 8, "whole"
    yield wording("Id"), 14, "text"
    yield wording("Name"), 20, "text"
    yield wording("Capacity [kVA]"), 11, "whole"
    yield wording("Metered peak [kVA]"), 11, "whole"
    yield wording("Compounds"), 10, "whole"
    yield wording("Compounds not counted"), 10, "whole"
    yield wording("Private chargers"), 10, "whole"
    yield wording("Loading at most [%]"), 10, "tenth"


def _of_verdict(wording: Wording) -> Iterator[tuple[str, int, str]]:
    yield wording("Line within its limit"), 14, "text"
    yield wording("Highest in mode"), 12, "text"
    yield wording("Loading there [%]"), 10, "tenth"
    yield wording("Too much there [kVA]"), 11, "whole"
    yield wording("Compounds that fit"), 10, "whole"
    yield wording("Further ones if managed"), 10, "whole"
    yield wording("Others stopped by"), 26, "text"
    yield wording("Main transformer"), 16, "text"
    yield wording("Main transformer at most [%]"), 10, "tenth"
    yield wording("Main transformer within its limit"), 14, "text"
    yield wording("Tie"), 16, "text"
    yield wording("N-1 at most [%]"), 10, "tenth"
    yield wording("N-1 within its limit"), 14, "text"
    yield wording("Installed [kVA]"), 11, "whole"
    yield wording("Installed at most [kVA]"), 11, "whole"
    yield wording("Installed within its limit"), 12, "text"
    yield wording("Gain of orderly charging [kVA]"), 12, "whole"


def _verdict(line: LineResult, rooms: Sequence[LineRoom], wording: Wording) -> Iterator[Cell]:
    worst, kinds = counting_state(line), [room.kind for room in rooms]
    is_judged = line.line.capacity_kva is not None
    yield passing_word(passing(line), wording) if is_judged else None
    yield mode_word(mode_of(worst), wording) if worst else None
    yield worst.loading_percent if worst else None
    yield worst.relief_kva if worst else None
    yield kinds.count("yes") if kinds else None
    yield kinds.count("managed") if kinds else None
    yield stops_text(rooms, wording) if any(room.limited_by for room in rooms) else None


def _said(when: Passing | None, wording: Wording) -> Cell:
    return None if when is None else passing_word(when, wording)


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
