"""What else a 10 kV line is judged by: loss of a line, transformers on it, compounds left out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gridcalc.city.lines.placing import line_ids
from gridcalc.city.lines.records import LineResult, LineState
from gridcalc.city.lines.relief import Passing, mode_of, passing_of_percents


@dataclass(frozen=True, slots=True, kw_only=True)
class LineCounts:
    """How many lines keep what they are judged by.

    Attributes
    ----------
    n_tied, n_tied_over_today, n_tied_over
        Lines whose loss was judged, and those whose tie is beyond its limit with both lines on
        it: today, and with all compounds converted in any mode or today.
    n_installed_over
        Lines with more transformers than the pack allows.
    max_installed_kva, max_n_minus_1_percent
        The limits of the lines, each once, the smallest first; packs may differ from line to
        line, and results of earlier versions have none for ties. [kVA, %]
    not_counted
        Names of lines with the number of compounds that name them but are not in their load.
    """

    n_tied: int
    n_tied_over_today: int
    n_tied_over: int
    n_installed_over: int
    max_installed_kva: tuple[float, ...]
    max_n_minus_1_percent: tuple[float, ...]
    not_counted: tuple[tuple[str, int], ...]


def line_counts(lines: Sequence[LineResult]) -> LineCounts:
    """Return how many of some lines keep what they are judged by."""
    found = [n_minus_1_passing(line) for line in lines]
    ties = {line.max_n_minus_1_percent for line in lines}
    return LineCounts(
        n_tied=sum(when is not None for when in found),
        n_tied_over_today=found.count("today"),
        n_tied_over=sum(when not in (None, "never") for when in found),
        n_installed_over=sum(is_installed_over(line) for line in lines),
        max_installed_kva=tuple(sorted({line.max_installed_kva for line in lines})),
        max_n_minus_1_percent=tuple(sorted(percent for percent in ties if percent is not None)),
        not_counted=tuple(
            (line.line.name or line.line.id, line.n_not_counted)
            for line in lines
            if line.n_not_counted
        ),
    )


def n_minus_1_passing(line: LineResult) -> Passing | None:
    """Return when the tie passes its limit with both lines on it.

    ``None`` where it was not judged: no tie, one that is not in the table or has no capacity.
    """
    percents = {mode_of(state): state.n_minus_1_percent for state in line.states}
    return passing_of_percents(percents, line.max_n_minus_1_percent)


def worst_n_minus_1(line: LineResult) -> LineState | None:
    """Return the state with the highest loading of the tie; ``None`` where there is none."""
    known = [state for state in line.states if state.n_minus_1_percent is not None]
    return max(known, key=lambda state: state.n_minus_1_percent or 0.0, default=None)


def main_transformer_passing(line: LineResult) -> Passing | None:
    """Return when the main transformer of a line passes its limit; ``None`` where not judged."""
    percents = {mode_of(state): state.main_transformer_percent for state in line.states}
    return passing_of_percents(percents, line.max_main_transformer_percent)


def is_installed_over(line: LineResult) -> bool:
    """Return whether a line has more transformers than the pack allows."""
    return line.installed_kva > line.max_installed_kva


def tie_names(lines: Iterable[LineResult]) -> dict[str, str]:
    """Return the name of the tie of each line by its id; the table's own word where it has none."""
    known = tuple(lines)
    ids = line_ids(row.line for row in known)
    names = {row.line.id: row.line.name or row.line.id for row in known}
    return {row.line.id: names.get(ids.get(row.line.tie, ""), row.line.tie) for row in known}
