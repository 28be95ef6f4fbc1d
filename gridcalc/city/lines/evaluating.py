"""What the compounds of a city do to its 10 kV lines, and which of them fit."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from gridcalc.city.lines.doubts import line_doubts, main_transformer_doubts
from gridcalc.city.lines.limits import Limits, distinct, group_limits
from gridcalc.city.lines.placing import Placed, line_ids, place_compounds
from gridcalc.city.lines.records import Line, LineCompound, LineResult, LinesResult, ModeFits
from gridcalc.city.lines.relief import in_relief_order, orderly_gain_kva
from gridcalc.city.lines.stations import (
    Station,
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
from gridcalc.notes import Note
from gridcalc.policy import PolicyPack

_MAX_BYTES = 64_000_000
"""Of the curves of one main transformer that are kept between the passes over them."""


def evaluate_lines(
    lines: Sequence[Line],
    compounds: Iterable[LineCompound],
    curves: CurveSource,
    *,
    policy: PolicyPack,
    packs: Mapping[str, PolicyPack] | None = None,
    percentile: float | None = None,
    not_read: Mapping[str, Sequence[str]] | None = None,
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
        Judges lines where there is no pack of a compound.
    packs
        Pack that judges each compound, by its id; they say what lines and main transformers take.
    percentile
        Share of the days that do not exceed a peak; what the packs say if None. [%]
    not_read
        Ids of compounds whose rows cannot be read, by the line they name.

    Raises
    ------
    InputError
        Compounds were simulated on different numbers of days.
    ValueError
        Curves do not have the same states, which a run never writes.
    """
    placed = place_compounds(lines, compounds)
    known = packs or {}
    others = distinct(known.values()) or (policy,)
    groups = []
    for group in _by_main_transformer(lines):
        kept = remembering(curves, max_bytes=_MAX_BYTES)
        limits = group_limits(
            {line.id: _packs_on(placed.of_line[line.id], known) for line in group},
            others=others,
            percentile=percentile,
        )
        groups.append(_evaluated(group, placed, kept, limits))
    loaded = {line.line.id: line for group in groups for line in group.of.lines}
    need_same_days(loaded.values())
    city = _City(
        lines=loaded,
        ids=line_ids(lines),
        placed=placed,
        names=state_names(loaded.values()),
        not_read=_on_lines(not_read or {}, line_ids(lines)),
    )
    found = {
        name: _line_result(city, group, loaded[name]) for group in groups for name in group.fits
    }
    return LinesResult(
        lines=in_relief_order([found[line.id] for line in lines]),
        unknown_lines=placed.unknown_lines,
        without_line=placed.without_line,
        shared_names=placed.shared_names,
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Group:
    """A main transformer with its lines, which compounds fit on each, and how it is judged."""

    of: Station
    fits: Mapping[str, tuple[ModeFits, ...]]
    limits: Mapping[str, Limits]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _City:
    """All lines with their loads.

    ``ids`` has the id of a line by id or name; ``names`` are the states, today first.
    """

    lines: Mapping[str, LoadedLine]
    ids: Mapping[str, str]
    placed: Placed
    names: tuple[str, ...]
    not_read: Mapping[str, tuple[str, ...]]


def _on_lines(
    by_name: Mapping[str, Sequence[str]], ids: Mapping[str, str]
) -> dict[str, tuple[str, ...]]:
    """Return what is given by id or name of a line by its id."""
    found: dict[str, tuple[str, ...]] = {}
    for name, compounds in by_name.items():
        if name in ids:
            found[ids[name]] = (*found.get(ids[name], ()), *compounds)
    return found


def _by_main_transformer(lines: Sequence[Line]) -> list[list[Line]]:
    groups: dict[tuple[str, str], list[Line]] = {}
    for line in lines:
        alone = "" if line.main_transformer else line.id
        groups.setdefault((line.main_transformer, alone), []).append(line)
    return list(groups.values())


def _packs_on(
    compounds: Sequence[LineCompound], packs: Mapping[str, PolicyPack]
) -> tuple[PolicyPack, ...]:
    return distinct(packs[compound.id] for compound in compounds if compound.id in packs)


def _evaluated(
    lines: Sequence[Line], placed: Placed, curves: CurveSource, limits: Mapping[str, Limits]
) -> _Group:
    share = limits[lines[0].id].percentile
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
    of = station(loaded, names, share)
    fits = station_fits(of, order, curves, names=names[1:], limits=limits)
    return _Group(of=of, fits=fits, limits=limits)


def _line_result(city: _City, group: _Group, loaded: LoadedLine) -> LineResult:
    line, limits = loaded.line, group.limits[loaded.line.id]
    mine = city.placed.of_line[line.id]
    tie = city.lines.get(city.ids.get(line.tie, ""))
    states = tuple(line_state(loaded, group.of, tie, name, limits) for name in city.names)
    known = set(loaded.ids)
    compounds_kva = sum(compound.installed_kva for compound in mine)
    return LineResult(
        line=line,
        n_compounds=len(loaded.ids),
        n_chargers=sum(compound.n_chargers for compound in mine if compound.id in known),
        without_curves=tuple(compound.id for compound in mine if compound.id not in known),
        not_read=city.not_read.get(line.id, ()),
        season=" ".join(loaded.seasons),
        policy=limits.policy,
        limit_percent=limits.line_percent,
        scale_factor=loaded.calibration.scale_factor,
        other_kva=float(loaded.calibration.other_kva.max()),
        installed_kva=compounds_kva if line.installed_kva is None else line.installed_kva,
        max_installed_kva=limits.max_installed_kva,
        max_main_transformer_percent=limits.main_transformer_percent,
        max_n_minus_1_percent=limits.max_n_minus_1_percent,
        states=states,
        fits=group.fits[line.id] or tuple(no_fits(name) for name in city.names[1:]),
        orderly_gain_kva=orderly_gain_kva(states),
        doubts=tuple(_doubts(group, loaded, compounds_kva)),
    )


def _doubts(group: _Group, loaded: LoadedLine, compounds_kva: float) -> Iterator[Note]:
    """Yield what is doubtful about a line, and with the first of a main transformer about that."""
    yield from line_doubts(
        loaded.line,
        n_compounds=len(loaded.ids),
        compounds_kva=compounds_kva,
        scale_factor=loaded.calibration.scale_factor,
    )
    if loaded is group.of.lines[0]:
        yield from main_transformer_doubts(loaded.line, scale_factor=group.of.scale_factor)
