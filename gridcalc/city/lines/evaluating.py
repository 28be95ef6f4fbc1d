"""What the compounds of a city do to its 10 kV lines, and which of them fit."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from gridcalc.city.lines.placing import Placed, line_ids, place_compounds
from gridcalc.city.lines.records import Line, LineCompound, LineResult, LinesResult, ModeFits
from gridcalc.city.lines.relief import in_relief_order, orderly_gain_kva
from gridcalc.city.lines.stations import (
    Limits,
    Station,
    line_limits,
    line_state,
    no_fits,
    station,
    station_fits,
)
from gridcalc.city.lines.totals import (
    CurveSource,
    LoadedLine,
    loaded_line,
    need_same_days,
    remembering,
    state_names,
    together,
)
from gridcalc.policy import PolicyPack

_MAX_BYTES = 64_000_000
"""Of the curves of one main transformer that are kept between the passes over them."""


def evaluate_lines(
    lines: Sequence[Line],
    compounds: Iterable[LineCompound],
    curves: CurveSource,
    *,
    policy: PolicyPack,
    percentile: float | None = None,
) -> LinesResult:
    """Return what compounds do to their lines, and which of them fit.

    In memory are the sums of all lines, and of the curves those of one main transformer as far
    as they have room.

    Parameters
    ----------
    lines
        Good rows of the table of lines.
    compounds
        All compounds of the city, in the order in which they are connected.
    curves
        Gives the curves of compounds.
    policy
        Says what lines and main transformers take.
    percentile
        Share of the days that do not exceed a peak; what the pack says if None. [%]

    Raises
    ------
    InputError
        Compounds were simulated on different numbers of days.
    ValueError
        Curves do not have the same states, which a run never writes.
    """
    limits = line_limits(policy, percentile)
    placed = place_compounds(lines, compounds)
    groups = []
    for group in _by_main_transformer(lines):
        kept = remembering(curves, max_bytes=_MAX_BYTES)
        groups.append(_evaluated(group, placed, kept, limits))
    loaded = {line.line.id: line for group in groups for line in group.of.lines}
    need_same_days(loaded.values())
    city = _City(
        lines=loaded,
        ids=line_ids(lines),
        placed=placed,
        names=state_names(loaded.values()),
        limits=limits,
    )
    found = {
        name: _line_result(city, group, loaded[name]) for group in groups for name in group.fits
    }
    return LinesResult(
        lines=in_relief_order([found[line.id] for line in lines]),
        unknown_lines=placed.unknown_lines,
        without_line=placed.without_line,
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Group:
    """A main transformer with its lines, and which compounds fit on each of them by line."""

    of: Station
    fits: Mapping[str, tuple[ModeFits, ...]]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _City:
    """All lines with their loads.

    ``ids`` has the id of a line by id or name; ``names`` are the states, today first.
    """

    lines: Mapping[str, LoadedLine]
    ids: Mapping[str, str]
    placed: Placed
    names: tuple[str, ...]
    limits: Limits


def _by_main_transformer(lines: Sequence[Line]) -> list[list[Line]]:
    groups: dict[tuple[str, str], list[Line]] = {}
    for line in lines:
        alone = "" if line.main_transformer else line.id
        groups.setdefault((line.main_transformer, alone), []).append(line)
    return list(groups.values())


def _evaluated(
    lines: Sequence[Line], placed: Placed, curves: CurveSource, limits: Limits
) -> _Group:
    share = limits.percentile
    loaded = []
    for line in lines:
        ids = [compound.id for compound in placed.of_line[line.id]]
        loaded.append(loaded_line(line, together(curves(ids), share), share))
    need_same_days(loaded)
    names = state_names(loaded)
    with_curves = {name for line in loaded for name in line.ids}
    mine = [compound for line in lines for compound in placed.of_line[line.id]]
    order = sorted(
        (compound for compound in mine if compound.id in with_curves),
        key=lambda compound: placed.rank[compound.id],
    )
    of = station(loaded, names, limits)
    fits = station_fits(of, order, curves, names=names[1:], limits=limits)
    return _Group(of=of, fits=fits)


def _line_result(city: _City, group: _Group, loaded: LoadedLine) -> LineResult:
    line, limits = loaded.line, city.limits
    mine = city.placed.of_line[line.id]
    tie = city.lines.get(city.ids.get(line.tie, ""))
    states = tuple(line_state(loaded, group.of, tie, name, limits) for name in city.names)
    known = set(loaded.ids)
    installed_kva = line.installed_kva
    if installed_kva is None:
        installed_kva = sum(compound.installed_kva for compound in mine)
    return LineResult(
        line=line,
        n_compounds=len(loaded.ids),
        n_chargers=sum(compound.n_chargers for compound in mine if compound.id in known),
        without_curves=tuple(compound.id for compound in mine if compound.id not in known),
        season=" ".join(loaded.seasons),
        limit_percent=limits.line_percent,
        scale_factor=loaded.calibration.scale_factor,
        other_kva=float(loaded.calibration.other_kva.max()),
        installed_kva=installed_kva,
        max_installed_kva=limits.max_installed_kva,
        states=states,
        fits=group.fits[line.id] or tuple(no_fits(name) for name in city.names[1:]),
        orderly_gain_kva=orderly_gain_kva(states),
    )
