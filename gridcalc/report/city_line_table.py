"""10 kV lines of a city as a table: what all chargers make of them, which to relieve first."""

from collections.abc import Iterator, Sequence

from gridcalc.city.lines.records import LineResult, LineState, ModeFits
from gridcalc.report.blocks import Column, Table, Text
from gridcalc.report.figures import number
from gridcalc.report.wording import Wording

_NONE = "-"


def line_table(lines: Sequence[LineResult], n_shown: int, wording: Wording) -> Table:
    """Return the lines, those that need relief first in their order.

    Parameters
    ----------
    lines
        At least one.
    n_shown
        How many at most.
    wording
        Language.
    """
    rows = sorted(lines, key=lambda line: (line.relief_order is None, line.relief_order or 0))
    n_relief = sum(line.relief_order is not None for line in lines)
    columns = (
        Column(title=wording("Relief order"), align="right"),
        Column(title=wording("10 kV line")),
        *(
            Column(title=title, align="right")
            for title in (
                wording("Compounds"),
                wording("Today [%]"),
                wording("All chargers [%]"),
                wording("Under control [%]"),
                wording("Too much [kVA]"),
                wording("Compounds that fit"),
            )
        ),
    )
    return Table(
        caption=wording(
            "10 kV lines with all compounds converted: {n} of {total} need relief",
            n=n_relief,
            total=len(lines),
        ),
        columns=columns,
        rows=tuple(tuple(_cells(line)) for line in rows[:n_shown]),
    )


def _cells(line: LineResult) -> Iterator[Text]:
    needs = line.relief_order is not None
    today, free, managed = (_state(line, mode) for mode in ("today", "uncontrolled", "managed"))
    fits = next((row for row in line.fits if row.charging == "uncontrolled"), None)
    yield Text(f"{line.relief_order}" if needs else _NONE)
    yield Text(line.line.name or line.line.id, "strong" if needs else "plain")
    yield Text(f"{line.n_compounds}")
    yield Text(_percent(today))
    yield Text(_percent(free), "bad" if _is_over(line, free) else "plain")
    yield Text(_percent(managed), "bad" if _is_over(line, managed) else "plain")
    yield Text(number(free.relief_kva, 0) if free and free.relief_kva else _NONE)
    yield Text(_fitting(line, fits))


def _state(line: LineResult, mode: str) -> LineState | None:
    """Return the state today, or that with all compounds converted in a charging mode."""
    first, *others = line.states or (None,)
    if mode == "today" or first is None:
        return first
    return next((row for row in others if row and row.state.rpartition("/")[2] == mode), None)


def _percent(state: LineState | None) -> str:
    if state is None or state.loading_percent is None:
        return _NONE
    return number(state.loading_percent, 0)


def _is_over(line: LineResult, state: LineState | None) -> bool:
    return bool(state and state.loading_percent and state.loading_percent > line.limit_percent)


def _fitting(line: LineResult, fits: ModeFits | None) -> str:
    return _NONE if fits is None else f"{fits.n_fit} / {line.n_compounds}"
