"""The lines of one main transformer: its load, theirs, and which compounds fit on them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gridcalc.city.lines.connecting import (
    LINE,
    MAIN_TRANSFORMER,
    TOLERANCE,
    Connected,
    Place,
    connect,
    n_fit_smallest_first,
    place_of,
)
from gridcalc.city.lines.curves import TODAY_STATE
from gridcalc.city.lines.limits import Limits
from gridcalc.city.lines.records import LineCompound, LineState, ModeFits
from gridcalc.city.lines.sums import Metered, calibrate, peak_kva, reported_day
from gridcalc.city.lines.totals import CurveSource, LoadedLine, lines_together, with_metered
from gridcalc.network.day_loads import Floats32
from gridcalc.units import PERCENT


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Station:
    """A main transformer and its lines; where no main transformer is named, a line alone.

    ``sn_kva`` is None where it is not known. ``loads`` is its load by state where it is, and empty
    otherwise. [kVA], shape (n_days, n_slots). ``scale_factor`` is that of its lines' load of today,
    so that it does not pass what was metered. [-]
    """

    sn_kva: float | None
    lines: tuple[LoadedLine, ...]
    loads: Mapping[str, Floats32]
    scale_factor: float = 1.0


def station(lines: Sequence[LoadedLine], names: Sequence[str], percentile: float) -> Station:
    """Return the lines of a main transformer together, in agreement with its metered peak.

    Parameters
    ----------
    lines
        All lines of the table that name it.
    names
        States, today first.
    percentile
        Share of the days that do not exceed a peak. [%]
    """
    rated = [line.line.main_transformer_kva for line in lines]
    peaks = [line.line.main_transformer_peak_kva for line in lines]
    sn_kva = next((kva for kva in rated if kva is not None), None)
    if sn_kva is None:
        return Station(sn_kva=None, lines=tuple(lines), loads={})
    total = lines_together(lines, names)
    metered = Metered(peak_kva=next((peak for peak in peaks if peak is not None), None))
    found = calibrate(total[TODAY_STATE], metered, percentile)
    return Station(
        sn_kva=sn_kva,
        lines=tuple(lines),
        loads=with_metered(total, found),
        scale_factor=found.scale_factor,
    )


def line_state(
    loaded: LoadedLine, of: Station, tie: LoadedLine | None, state: str, limits: Limits
) -> LineState:
    """Return a line in one state of all compounds.

    Parameters
    ----------
    loaded, of, tie
        The line, its main transformer, and the line it is tied to.
    state
        Such as ``ev-100/managed``.
    limits
        How it is judged.
    """
    share = limits.percentile
    load_kva = loaded.load_kva(state)
    s_kva, limit_kva = peak_kva(load_kva, share), line_limit_kva(loaded, limits)
    known = state if state in loaded.s_compounds_kva else TODAY_STATE
    day = reported_day(load_kva, share)
    return LineState(
        state=state,
        s_peak_kva=s_kva,
        s_peak_low_kva=day.low_kva,
        s_peak_high_kva=day.high_kva,
        loading_percent=_percent(s_kva, loaded.line.capacity_kva),
        s_compounds_kva=loaded.s_compounds_kva[known],
        coincidence_factor=loaded.coincidence_factor[known],
        main_transformer_percent=_main_transformer_percent(of, state, share),
        n_minus_1_percent=_n_minus_1(load_kva, tie, state, share),
        relief_kva=None if limit_kva is None else _beyond_kva(s_kva, limit_kva),
        peak_time=day.peak_time,
        day_kva=day.s_kva,
    )


def line_limit_kva(loaded: LoadedLine, limits: Limits) -> float | None:
    """Return the load at which a line takes no more. [kVA]."""
    capacity_kva = loaded.line.capacity_kva
    return None if capacity_kva is None else capacity_kva * limits.line_percent / PERCENT


def station_fits(
    of: Station,
    order: Sequence[LineCompound],
    curves: CurveSource,
    *,
    names: Sequence[str],
    limits: Mapping[str, Limits],
) -> dict[str, tuple[ModeFits, ...]]:
    """Return which compounds of a main transformer fit on their lines, by line.

    Parameters
    ----------
    of
        The main transformer and its lines.
    order
        Its compounds with curves, in the order in which they are connected.
    curves
        Gives their curves.
    names
        States in which they are connected.
    limits
        How each line is judged, by its id; alike in all that concerns the main transformer.
    """
    of_main = limits[of.lines[0].line.id]
    share = of_main.percentile
    lines = {
        loaded.line.id: place_of(
            LINE,
            line_limit_kva(loaded, limits[loaded.line.id]),
            loaded.load_kva(TODAY_STATE),
            percentile=share,
        )
        for loaded in of.lines
    }
    done = connect(
        order,
        curves([compound.id for compound in order]),
        lines=lines,
        main=_main_transformer(of, of_main),
        states=names,
        percentile=share,
    )
    return {
        line: _of_line(
            by_state,
            [compound for compound in order if compound.line == line],
            lines[line],
            curves,
            share,
        )
        for line, by_state in done.items()
    }


def _main_transformer(of: Station, limits: Limits) -> Place | None:
    if of.sn_kva is None:
        return None
    limit_kva = of.sn_kva * limits.main_transformer_percent / PERCENT
    today_kva = of.loads[TODAY_STATE]
    return place_of(MAIN_TRANSFORMER, limit_kva, today_kva, percentile=limits.percentile)


def _of_line(
    by_state: Mapping[str, Connected],
    mine: Sequence[LineCompound],
    line: Place,
    curves: CurveSource,
    percentile: float,
) -> tuple[ModeFits, ...]:
    if line.limit_kva is None and mine:
        return tuple(_mode_fits(state, done, mine, None) for state, done in by_state.items())
    full = [state for state, done in by_state.items() if any(not fit.fits for fit in done.fits)]
    own = curves([compound.id for compound in mine]) if full else ()
    n_smallest = n_fit_smallest_first(line, own, states=full, percentile=percentile)
    return tuple(
        _mode_fits(state, done, mine, n_smallest.get(state, len(mine)))
        for state, done in by_state.items()
    )


def _mode_fits(
    state: str, done: Connected, mine: Sequence[LineCompound], n_smallest: int | None
) -> ModeFits:
    fitting = {fit.id for fit in done.fits if fit.fits}
    is_known = all(fit.fits is not None for fit in done.fits)
    over = next((one for one in mine if one.id == done.first_over_id), None)
    return ModeFits(
        charging=state.rpartition("/")[2],
        fits=done.fits,
        n_fit=len(fitting) if is_known else None,
        n_chargers_fit=(
            sum(one.n_chargers for one in mine if one.id in fitting) if is_known else None
        ),
        n_fit_smallest_first=n_smallest,
        first_over_id=done.first_over_id,
        first_over_year=over.year if over else None,
    )


def no_fits(state: str) -> ModeFits:
    """Return the answer for a line without compounds."""
    return _mode_fits(state, Connected(fits=(), first_over_id=""), (), 0)


def _main_transformer_percent(of: Station, state: str, percentile: float) -> float | None:
    if of.sn_kva is None:
        return None
    load_kva = of.loads.get(state, of.loads[TODAY_STATE])
    return _percent(peak_kva(load_kva, percentile), of.sn_kva)


def _n_minus_1(
    load_kva: Floats32, tie: LoadedLine | None, state: str, percentile: float
) -> float | None:
    if tie is None:
        return None
    return _percent(peak_kva(load_kva + tie.load_kva(state), percentile), tie.line.capacity_kva)


def _beyond_kva(s_kva: float, limit_kva: float) -> float:
    return s_kva - limit_kva if s_kva > limit_kva * (1.0 + TOLERANCE) else 0.0


def _percent(s_kva: float, of_kva: float | None) -> float | None:
    return None if of_kva is None else PERCENT * s_kva / of_kva
