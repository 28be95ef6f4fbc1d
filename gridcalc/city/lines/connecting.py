"""Which compounds fit on their lines when they are connected one after the other."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from gridcalc.city.lines.curves import TODAY_STATE
from gridcalc.city.lines.records import CompoundFit, LineCompound
from gridcalc.city.lines.sums import peak_kva
from gridcalc.city.records import LineCurves
from gridcalc.network.day_loads import Floats32

LINE = "line"
MAIN_TRANSFORMER = "main_transformer"
TOLERANCE = 1e-6
"""Of a load in single precision, relative."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Place:
    """A line or a main transformer that compounds are connected to.

    Attributes
    ----------
    name
        ``line`` or ``main_transformer``.
    limit_kva
        What it takes; None where its capacity is not known. [kVA]
    load_kva
        Its load. [kVA], shape (n_days, n_slots)
    s_peak_kva
        Peak of that load. [kVA]
    """

    name: str
    limit_kva: float | None
    load_kva: Floats32
    s_peak_kva: float

    @property
    def is_over(self) -> bool:
        """Whether the peak is beyond the limit."""
        limit_kva = self.limit_kva
        return limit_kva is not None and self.s_peak_kva > limit_kva * (1.0 + TOLERANCE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Connected:
    """The compounds of a line after all had their turn in one state.

    Attributes
    ----------
    fits
        Of every compound, in ranked order.
    first_over_id
        Compound with which the line passes its limit if all are connected; empty if none.
    """

    fits: tuple[CompoundFit, ...]
    first_over_id: str


def place_of(name: str, limit_kva: float | None, load_kva: Floats32, *, percentile: float) -> Place:
    """Return a line or main transformer under a load; see ``Place``."""
    s_peak_kva = peak_kva(load_kva, percentile)
    return Place(name=name, limit_kva=limit_kva, load_kva=load_kva, s_peak_kva=s_peak_kva)


def connect(
    order: Sequence[LineCompound],
    curves: Iterable[LineCurves],
    *,
    lines: Mapping[str, Place],
    main: Place | None,
    states: Sequence[str],
    percentile: float,
) -> dict[str, dict[str, Connected]]:
    """Return which compounds fit when each is connected if it fits beside those before it.

    A compound fits where neither its line nor the main transformer passes its limit with it, or
    where it does not raise the peak of what is beyond its limit anyhow. One that does not fit
    stays as it is today, and the next one has its turn. On a line of unknown capacity nobody can
    say whether a compound fits; it is connected unless the main transformer is in its way.

    Parameters
    ----------
    order
        Compounds of one main transformer in ranked order.
    curves
        Their curves in the same order; compounds may be left out.
    lines, main
        The lines by id and the main transformer of all of them, as they are today.
    states
        In which compounds are connected, such as ``ev-100/managed``.
    percentile
        Share of the days that do not exceed a peak. [%]

    Returns
    -------
    dict
        By line, then by state.
    """
    line_of = {compound.id: compound.line for compound in order}
    turns = {
        (line, state): _Turn(now=place, everybody=place)
        for line, place in lines.items()
        for state in states
    }
    above: tuple[Place, ...] = () if main is None else (main,)
    mains = dict.fromkeys(states, above)
    for one in curves:
        line = line_of[one.id]
        for state in states:
            added_kva = one.states[state] - one.states[TODAY_STATE]
            turn = turns[line, state]
            fit, after = offer(one.id, added_kva, (turn.now, *mains[state]), percentile)
            turns[line, state] = _next(turn, fit, after[0], added_kva, percentile)
            mains[state] = after[1:]
    return {
        line: {
            state: Connected(
                fits=tuple(turns[line, state].fits),
                first_over_id=turns[line, state].first_over_id,
            )
            for state in states
        }
        for line in lines
    }


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Turn:
    """A line after some turns: with those that fit, and as if everybody were connected."""

    now: Place
    everybody: Place
    fits: tuple[CompoundFit, ...] = ()
    first_over_id: str = ""


def _next(
    turn: _Turn, fit: CompoundFit, now: Place, added_kva: Floats32, percentile: float
) -> _Turn:
    before = turn.everybody
    everybody = _with(before, added_kva, percentile)
    passes = everybody.is_over and not before.is_over and not turn.first_over_id
    return _Turn(
        now=now,
        everybody=everybody,
        fits=(*turn.fits, fit),
        first_over_id=fit.id if passes else turn.first_over_id,
    )


def offer(
    compound_id: str, added_kva: Floats32, places: tuple[Place, ...], percentile: float
) -> tuple[CompoundFit, tuple[Place, ...]]:
    """Return whether a compound fits on all of some places, and these afterwards.

    Where it is in nobody's way but the limit of a place is not known, that is not known either.

    Parameters
    ----------
    compound_id
        Of the compound.
    added_kva
        What it adds to its load of today. [kVA], shape (n_days, n_slots)
    places
        What it loads.
    percentile
        Share of the days that do not exceed a peak. [%]

    Examples
    --------
    >>> load_kva = np.full((1, 2), 70.0, dtype=np.float32)
    >>> line = place_of("line", 100.0, load_kva, percentile=95.0)
    >>> fit, (after,) = offer("a", np.array([[0.0, 20.0]], np.float32), (line,), 95.0)
    >>> fit.fits, fit.margin_kva, after.load_kva.tolist()
    (True, 10.0, [[70.0, 90.0]])
    """
    after = tuple(_with(place, added_kva, percentile) for place in places)
    margins_kva = [
        np.inf if place.limit_kva is None else place.limit_kva - place.s_peak_kva for place in after
    ]
    limited = [
        (margin_kva, new.name)
        for margin_kva, old, new in zip(margins_kva, places, after, strict=True)
        if new.is_over and new.s_peak_kva > old.s_peak_kva * (1.0 + TOLERANCE)
    ]
    tightest_kva = min(margins_kva)
    is_known = bool(limited) or all(place.limit_kva is not None for place in places)
    fit = CompoundFit(
        id=compound_id,
        fits=not limited if is_known else None,
        limited_by=min(limited)[1] if limited else "",
        margin_kva=None if np.isinf(tightest_kva) else tightest_kva,
    )
    return fit, places if limited else after


def n_fit_smallest_first(
    line: Place, curves: Iterable[LineCurves], *, states: Sequence[str], percentile: float
) -> dict[str, int]:
    """Return how many compounds a line takes in each state when those that add least go first.

    What a compound adds counts by the daily peak of the addition; equal ones keep their order.

    Parameters
    ----------
    line
        As it is today; its capacity is known.
    curves
        Of its compounds.
    states
        In which they are connected.
    percentile
        Share of the days that do not exceed a peak. [%]
    """
    additions: dict[str, list[Floats32]] = {state: [] for state in states}
    for one in curves:
        for state in states:
            additions[state].append(one.states[state] - one.states[TODAY_STATE])
    return {state: _n_fit(line, mine, percentile) for state, mine in additions.items()}


def _n_fit(line: Place, additions: Sequence[Floats32], percentile: float) -> int:
    size_kva = [max(0.0, peak_kva(added_kva, percentile)) for added_kva in additions]
    place, n = line, 0
    for k in np.argsort(size_kva, kind="stable"):
        fit, (place,) = offer("", additions[k], (place,), percentile)
        n += bool(fit.fits)
    return n


def _with(place: Place, added_kva: Floats32, percentile: float) -> Place:
    return place_of(place.name, place.limit_kva, place.load_kva + added_kva, percentile=percentile)
