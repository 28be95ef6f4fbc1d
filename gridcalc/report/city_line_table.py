"""10 kV lines of a city as a table: what all chargers make of them, which to relieve first."""

from collections.abc import Iterator, Mapping, Sequence

from gridcalc.city.lines.records import LineResult, LineState
from gridcalc.city.lines.relief import counting_state, mode_of, passing, relief_first
from gridcalc.city.summary.line_room import LineRoom, rooms_by_line
from gridcalc.report.blocks import Column, Table, Text, Tone
from gridcalc.report.city_line_words import mode_percent, mode_word, passing_word, stops_text
from gridcalc.report.figures import number
from gridcalc.report.wording import Wording

_NONE, _TOU = "-", "tou"
_TONES: Mapping[str, Tone] = {"never": "good", "unless_managed": "warn"}


def line_table(
    lines: Sequence[LineResult], rooms: Mapping[str, LineRoom], n_shown: int, wording: Wording
) -> Table:
    """Return the lines, those that need relief first in their order.

    Parameters
    ----------
    lines
        At least one; they all have the states of the first.
    rooms
        Of the compounds.
    n_shown
        How many at most.
    wording
        Language.
    """
    rows = relief_first(lines)[:n_shown]
    of_line = rooms_by_line(rooms)
    n_more = len(lines) - len(rows)
    return Table(
        caption=_caption(lines, wording),
        columns=tuple(_columns(lines[0], wording)),
        rows=tuple(tuple(_cells(line, of_line.get(line.line.id, ()), wording)) for line in rows),
        note=wording("{n} more; json holds all", n=n_more) if n_more else "",
    )


def _caption(lines: Sequence[LineResult], wording: Wording) -> str:
    said = wording(
        "10 kV lines with all compounds converted: {n} of {total} need relief",
        n=sum(line.relief_order is not None for line in lines),
        total=len(lines),
    )
    n_managed = sum(passing(line) == "unless_managed" for line in lines)
    n_tou = sum(_beyond(line) == {_TOU} for line in lines)
    tou = mode_word(_TOU, wording)
    return wording.clauses(
        [
            said,
            wording("not if managed: {n}", n=n_managed) if n_managed else "",
            wording("only under {mode}: {n}", mode=tou, n=n_tou) if n_tou else "",
        ]
    )


def _beyond(line: LineResult) -> set[str]:
    """Return the modes in which a line passes its limit."""
    return {mode_of(state) for state in line.states if state.relief_kva}


def _columns(line: LineResult, wording: Wording) -> Iterator[Column]:
    yield Column(title="#", align="right")
    yield Column(title=wording("10 kV line"))
    for state in line.states:
        yield Column(title=mode_percent(mode_of(state), wording), align="right")
    yield Column(title=wording("Within limit"))
    yield Column(title=wording("Too much [kVA]"), align="right")
    yield Column(title=wording("Compounds with room"), align="right")
    yield Column(title=wording("Others stopped by"), wraps=True)


def _cells(line: LineResult, rooms: Sequence[LineRoom], wording: Wording) -> Iterator[Text]:
    when = passing(line)
    needs = when != "never"
    yield Text(_NONE if line.relief_order is None else f"{line.relief_order}")
    yield Text(line.line.name or line.line.id, "strong" if needs else "plain")
    for state in line.states:
        yield Text(_percent(state), "bad" if state.relief_kva else "plain")
    is_judged = line.line.capacity_kva is not None
    yield Text(passing_word(when if is_judged else None, wording), _TONES.get(when, "bad"))
    yield Text(_too_much(line, wording))
    n_room = sum(room.kind == "yes" for room in rooms)
    yield Text(f"{n_room} / {len(rooms)}" if rooms else _NONE)
    yield Text(stops_text(rooms, wording))


def _too_much(line: LineResult, wording: Wording) -> str:
    """Return by how much the peak that counts passes the limit, and in which mode that is."""
    worst = counting_state(line)
    if worst is None or not worst.relief_kva:
        return _NONE
    kva, mode = number(worst.relief_kva, 0), mode_word(mode_of(worst), wording)
    return wording("{kva}, {mode}", kva=kva, mode=mode)


def _percent(state: LineState) -> str:
    return _NONE if state.loading_percent is None else number(state.loading_percent, 0)
