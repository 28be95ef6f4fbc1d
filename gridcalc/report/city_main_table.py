"""Main transformers of a city's 10 kV lines as a table, and what else the lines are judged by."""

from collections.abc import Iterator, Mapping, Sequence

from gridcalc.city.lines.records import LineResult
from gridcalc.city.summary.line_checks import LineCounts, line_counts
from gridcalc.city.summary.line_room import ROOM_KINDS, LineRoom
from gridcalc.city.summary.main_transformers import MainTransformer
from gridcalc.report.blocks import Column, Table, Text
from gridcalc.report.city_line_rows import modes_of
from gridcalc.report.city_line_words import mode_percent, passing_word
from gridcalc.report.figures import number
from gridcalc.report.wording import Wording

_NONE, _N_NAMES = "-", 8


def main_transformer_table(
    found: Sequence[MainTransformer], n_shown: int, wording: Wording
) -> Table:
    """Return the main transformers, the one with the highest loading first.

    Parameters
    ----------
    found
        At least one, in this order.
    n_shown
        How many at most.
    wording
        Language.
    """
    modes = modes_of(found)
    limit = next((one.limit_percent for one in found if one.limit_percent is not None), None)
    columns = (
        Column(title=wording("Main transformer")),
        Column(title=wording("Rated [kVA]"), align="right"),
        Column(title=wording("Lines"), align="right"),
        *(Column(title=mode_percent(mode, wording), align="right") for mode in modes),
        Column(title=wording("At most [%]"), align="right"),
        Column(title=wording("Within limit")),
        Column(title=wording("Compounds stopped"), align="right"),
    )
    shown = found[:n_shown]
    n_more = len(found) - len(shown)
    n_over = sum(one.passing not in (None, "never") for one in found)
    n_today = sum(one.passing == "today" for one in found)
    caption = wording(
        "Main transformers: {n} of {total} beyond their limit with all converted, {today} today",
        n=n_over,
        total=len(found),
        today=n_today,
    )
    return Table(
        caption=wording("Main transformers") if limit is None else caption,
        columns=columns,
        rows=tuple(tuple(_cells(one, modes, wording)) for one in shown),
        note=wording("{n} more; json holds all", n=n_more) if n_more else "",
    )


def line_facts(
    lines: Sequence[LineResult], rooms: Mapping[str, LineRoom], wording: Wording
) -> Iterator[tuple[str, Text]]:
    """Yield what is to be known about some lines beside their loading."""
    counts = line_counts(lines)
    if rooms:
        yield wording("Room for chargers"), _rooms(rooms, wording)
    if counts.n_tied:
        yield wording("Loss of a line"), _ties(counts, wording)
    said = wording(
        "{n} of {total} lines have more than {kva} kVA of transformers",
        n=counts.n_installed_over,
        total=len(lines),
        kva=_limits(counts.max_installed_kva, wording),
    )
    yield wording("Installed"), Text(said, "warn" if counts.n_installed_over else "plain")
    if counts.not_counted:
        yield wording("Not counted"), Text(_not_counted(counts, wording), "bad")


def _rooms(rooms: Mapping[str, LineRoom], wording: Wording) -> Text:
    kinds = [room.kind for room in rooms.values()]
    yes, managed, no = (kinds.count(kind) for kind in ROOM_KINDS)
    said = wording(
        "{n} of {total} compounds fit on line and main transformer, {managed} more only if"
        " managed, {no} do not",
        n=yes,
        total=len(kinds),
        managed=managed,
        no=no,
    )
    return Text(said, "warn" if yes < len(kinds) else "good")


def _ties(counts: LineCounts, wording: Wording) -> Text:
    said = wording(
        "{n} of {total} ties pass {limit} % today when they carry both lines, {later} with all"
        " converted",
        n=counts.n_tied_over_today,
        total=counts.n_tied,
        limit=_limits(counts.max_n_minus_1_percent, wording),
        later=counts.n_tied_over,
    )
    return Text(said, "bad" if counts.n_tied_over else "good")


def _not_counted(counts: LineCounts, wording: Wording) -> str:
    names = [wording("{what} ×{n}", what=what, n=n) for what, n in counts.not_counted]
    left = len(names) - _N_NAMES
    more = wording("and {n} more", n=left) if left > 0 else ""
    return wording(
        "compounds: {n}, whose load is missing on {lines}",
        n=sum(n for _, n in counts.not_counted),
        lines=wording.words([*names[:_N_NAMES], *([more] if more else [])]),
    )


def _limits(limits: Sequence[float], wording: Wording) -> str:
    return wording.words(number(limit, 0) for limit in limits)


def _cells(one: MainTransformer, modes: Sequence[str], wording: Wording) -> Iterator[Text]:
    limit = one.limit_percent
    yield Text(one.name, "strong" if one.passing not in (None, "never") else "plain")
    yield Text(_NONE if one.sn_kva is None else number(one.sn_kva, 0))
    yield Text(f"{len(one.line_ids)}")
    for mode in modes:
        percent = one.loading_percent.get(mode)
        is_over = percent is not None and limit is not None and percent > limit
        yield Text(_NONE if percent is None else number(percent, 1), "bad" if is_over else "plain")
    yield Text(_NONE if limit is None else number(limit, 0))
    yield Text(passing_word(one.passing, wording))
    yield Text(f"{one.n_stopped}" if one.n_stopped else _NONE)
