"""Lines judged in several seasons: each counts in the one in which it carries most."""

from collections.abc import Mapping, Sequence

from gridcalc.city.lines.records import LineResult, LinesResult
from gridcalc.city.lines.relief import in_relief_order


def in_governing_seasons(
    found: Mapping[str, LinesResult], season_of: Mapping[str, str]
) -> LinesResult:
    """Return lines in the season in which they carry most, of those by which their packs judge.

    The lines of a main transformer share its season, since its peak is that of all of them: it
    is the one in which their highest peaks, added up, are largest; of equal ones the first.

    Parameters
    ----------
    found
        All lines by season, in the order of the table; at least one season.
    season_of
        Season by the id of a pack. Packs that it lacks judge by all seasons.
    """
    first, *others = found.values()
    if not others:
        return first
    groups: dict[tuple[str, str], list[int]] = {}
    for place, line in enumerate(first.lines):
        alone = "" if line.line.main_transformer else line.line.id
        groups.setdefault((line.line.main_transformer, alone), []).append(place)
    chosen: dict[int, LineResult] = {}
    for places in groups.values():
        by_season = {name: [result.lines[k] for k in places] for name, result in found.items()}
        packs = {name for line in by_season[next(iter(found))] for name in line.policy.split()}
        wanted = {season_of.get(name) for name in packs}
        allowed = [name for name in found if None in wanted or name in wanted] or list(found)
        season = max(allowed, key=lambda name: _highest_kva(by_season[name]))
        chosen |= dict(zip(places, by_season[season], strict=True))
    return LinesResult(
        lines=in_relief_order([chosen[place] for place in range(len(first.lines))]),
        unknown_lines=first.unknown_lines,
        without_line=first.without_line,
        shared_names=first.shared_names,
    )


def _highest_kva(lines: Sequence[LineResult]) -> float:
    return sum(max(state.s_peak_kva for state in line.states) for line in lines)
