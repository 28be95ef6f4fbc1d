"""Words about 10 kV lines: modes, when a limit is passed, who has room, what stops others."""

from collections import Counter
from collections.abc import Iterable, Iterator

from gridcalc.city.lines.records import LineResult
from gridcalc.city.lines.relief import Passing
from gridcalc.city.summary.line_checks import is_installed_over, worst_n_minus_1
from gridcalc.city.summary.line_room import MAIN_TRANSFORMER, LineRoom, RoomKind
from gridcalc.report.figures import number
from gridcalc.report.wording import Wording

_NONE = "-"
_TODAY = "today"


def mode_word(mode: str, wording: Wording) -> str:
    """Return the words for a charging mode, or for today.

    Examples
    --------
    >>> from gridcalc.report.wording import load_wording
    >>> mode_word("tou", load_wording("zh")), mode_word("today", load_wording("zh"))
    ('分时电价', '现状')
    """
    return wording.term(mode if mode == _TODAY else f"mode.{mode}")


def mode_percent(mode: str, wording: Wording) -> str:
    """Return the heading over loadings in a charging mode.

    Examples
    --------
    >>> from gridcalc.report.wording import load_wording
    >>> mode_percent("tou", load_wording("en"))
    'tou [%]'
    """
    return wording("{mode} [%]", mode=mode_word(mode, wording))


def passing_word(when: Passing | None, wording: Wording) -> str:
    """Return whether something keeps its limit; a dash where that is not known."""
    if when is None:
        return _NONE
    return {
        "never": wording("yes"),
        "unless_managed": wording("if managed"),
        "even_managed": wording("no"),
        _TODAY: wording("not even today"),
    }[when]


def room_word(room: LineRoom | None, wording: Wording) -> str:
    """Return whether a compound fits where it is fed from, and what stops it; nothing if unknown.

    Examples
    --------
    >>> from gridcalc.report.wording import load_wording
    >>> room = LineRoom(kind="no", limited_by="line", line_id="L1", main_transformer="T1")
    >>> room_word(room, load_wording("en")), room_word(None, load_wording("en"))
    ('no (10 kV line)', '')
    """
    if room is None:
        return ""
    kinds: dict[RoomKind, str] = {
        "yes": wording("yes"),
        "managed": wording("if managed"),
        "no": wording("no"),
    }
    said = kinds[room.kind]
    if not room.limited_by:
        return said
    return wording("{check} ({quantity})", check=said, quantity=_stop_word(room, wording))


def stops_text(rooms: Iterable[LineRoom], wording: Wording) -> str:
    """Return what stops how many compounds, that which stops most first."""
    counts = Counter(_stop_word(room, wording) for room in rooms if room.limited_by)
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return wording.words(wording("{what} ×{n}", what=what, n=n) for what, n in ordered) or _NONE


def remarks(line: LineResult, tie: str, wording: Wording) -> Iterator[str]:
    """Yield what is to be known about a line beside its loading.

    Parameters
    ----------
    line
        The line.
    tie
        Name of its tie.
    wording
        Language.
    """
    worst = worst_n_minus_1(line)
    limit = line.max_n_minus_1_percent
    if worst and worst.n_minus_1_percent and limit and worst.n_minus_1_percent > limit:
        today = line.states[0].n_minus_1_percent or 0.0
        yield wording(
            "N-1: {tie} at {today} % today, at most {worst} % converted, limit {limit} %",
            tie=tie,
            today=number(today, 0),
            worst=number(worst.n_minus_1_percent, 0),
            limit=number(limit, 0),
        )
    if is_installed_over(line):
        yield wording(
            "installed {kva} kVA, limit {limit} kVA",
            kva=f"{line.installed_kva:,.0f}",
            limit=f"{line.max_installed_kva:,.0f}",
        )
    if line.n_not_counted:
        yield wording("compounds not counted: {n}", n=line.n_not_counted)
    yield from (wording.note(doubt) for doubt in line.doubts)


def _stop_word(room: LineRoom, wording: Wording) -> str:
    if room.limited_by == MAIN_TRANSFORMER:
        return room.main_transformer or wording("main transformer")
    return wording("10 kV line")
