"""The compounds of a line all together, and the line with its other customers."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from gridcalc.city.lines.curves import TODAY_STATE
from gridcalc.city.lines.records import Line
from gridcalc.city.lines.sums import Calibration, Metered, calibrate, coincidence_factor, peak_kva
from gridcalc.city.records import LineCurves
from gridcalc.demand.charging.pieces import SLOTS_PER_DAY
from gridcalc.errors import InputError, Problem
from gridcalc.network.day_loads import Floats32

CurveSource = Callable[[Sequence[str]], Iterable[LineCurves]]
"""Gives the curves of some compounds in their order, and leaves out those without a result."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Together:
    """Compounds all together.

    Attributes
    ----------
    ids
        Of the compounds.
    seasons
        Of their days; more than one where packs differ.
    states
        Sum of the curves by state. [kVA], shape (n_days, n_slots)
    own_peaks_kva
        Sum of the compounds' own peaks by state. [kVA]
    """

    ids: tuple[str, ...] = ()
    seasons: tuple[str, ...] = ()
    states: Mapping[str, Floats32] = field(default_factory=dict)
    own_peaks_kva: Mapping[str, float] = field(default_factory=dict)


def together(curves: Iterable[LineCurves], percentile: float) -> Together:
    """Return the sums over some compounds; only one of them is held at a time.

    Raises
    ------
    InputError
        Compounds were simulated on different numbers of days.
    ValueError
        Curves do not have the same states.
    """
    ids: list[str] = []
    seasons: dict[str, None] = {}
    states: dict[str, Floats32] = {}
    own_kva: dict[str, float] = {}
    for one in curves:
        if ids and one.states.keys() != states.keys():
            raise ValueError(f"{one.id} has other states than {ids[0]}")
        ids.append(one.id)
        seasons[one.season] = None
        for name, s_kva in one.states.items():
            if name in states and len(states[name]) != len(s_kva):
                raise other_days(one.id, len(s_kva), ids[0], len(states[name]))
            states[name] = s_kva + states[name] if name in states else s_kva
            own_kva[name] = own_kva.get(name, 0.0) + peak_kva(s_kva, percentile)
    return Together(ids=tuple(ids), seasons=tuple(seasons), states=states, own_peaks_kva=own_kva)


def other_days(one: str, n_days: int, other: str, n_others: int) -> InputError:
    """Return the error of two compounds whose days cannot be added."""
    message = f"{one} has {n_days} days and {other} has {n_others}; say how many for all"
    return InputError([Problem("--days", 0, "", message)])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LoadedLine:
    """A line with its compounds and its other customers.

    Attributes
    ----------
    line
        As the table tells it.
    ids, seasons
        As in ``Together``.
    calibration
        How it agrees with what was metered.
    loads
        Of the whole line by state; without compounds today only, as one day.
        [kVA], shape (n_days, n_slots)
    s_compounds_kva, coincidence_factor
        Peak of the compounds alone, and that over the sum of their own peaks, by state.
    """

    line: Line
    ids: tuple[str, ...]
    seasons: tuple[str, ...]
    calibration: Calibration
    loads: Mapping[str, Floats32]
    s_compounds_kva: Mapping[str, float]
    coincidence_factor: Mapping[str, float | None]

    def load_kva(self, state: str) -> Floats32:
        """Return the load of the line in a state; as today where it has no compounds."""
        return self.loads.get(state, self.loads[TODAY_STATE])


def loaded_line(line: Line, compounds: Together, percentile: float) -> LoadedLine:
    """Return a line in every state of its compounds.

    Parameters
    ----------
    line, compounds
        The line, and its compounds together.
    percentile
        Share of the days that do not exceed a peak. [%]
    """
    metered = Metered(
        peak_kva=line.peak_kva,
        includes_simulated=line.includes_compounds,
        curve_kva=line.curve_kva,
    )
    nothing = np.zeros((1, SLOTS_PER_DAY), dtype=np.float32)
    states = compounds.states or {TODAY_STATE: nothing}
    found = calibrate(states[TODAY_STATE], metered, percentile)
    peaks = {name: peak_kva(s_kva, percentile) for name, s_kva in states.items()}
    own_kva = compounds.own_peaks_kva
    return LoadedLine(
        line=line,
        ids=compounds.ids,
        seasons=compounds.seasons,
        calibration=found,
        loads=with_metered(states, found),
        s_compounds_kva=peaks,
        coincidence_factor={
            name: coincidence_factor(s_kva, (own_kva.get(name, 0.0),))
            for name, s_kva in peaks.items()
        },
    )


def with_metered(states: Mapping[str, Floats32], found: Calibration) -> dict[str, Floats32]:
    """Return the load in every state, so that the load of today agrees with what was metered.

    What was found too much today comes off in all states; what chargers add stays.
    """
    surplus = np.float32(1.0 - found.scale_factor) * states[TODAY_STATE]
    others = found.other_kva.astype(np.float32)
    return {name: s_kva - surplus + others for name, s_kva in states.items()}


def lines_together(lines: Iterable[LoadedLine], names: Sequence[str]) -> dict[str, Floats32]:
    """Return the sum of some lines by state."""
    total: dict[str, Floats32] = {}
    for line in lines:
        for name in names:
            load_kva = line.load_kva(name)
            total[name] = total[name] + load_kva if name in total else load_kva
    return total


def state_names(lines: Iterable[LoadedLine]) -> tuple[str, ...]:
    """Return all states of some lines, today first."""
    names = dict.fromkeys(name for line in lines for name in line.loads)
    return (TODAY_STATE, *(name for name in names if name != TODAY_STATE))


def need_same_days(lines: Iterable[LoadedLine]) -> None:
    """Raise an ``InputError`` if compounds of some lines were simulated on different days."""
    days = [(line.ids[0], len(line.load_kva(TODAY_STATE))) for line in lines if line.ids]
    for one, n_days in days[1:]:
        if n_days != days[0][1]:
            raise other_days(one, n_days, *days[0])


def remembering(curves: CurveSource, *, max_bytes: int) -> CurveSource:
    """Return a source that keeps curves up to a size; the others are asked for again.

    Parameters
    ----------
    curves
        Where curves come from.
    max_bytes
        Most that is kept, all compounds having curves of one size.
    """
    held: dict[str, LineCurves] = {}

    def give(ids: Sequence[str]) -> Iterator[LineCurves]:
        for name in ids:
            if name in held:
                yield held[name]
                continue
            for one in curves([name]):
                size = sum(s_kva.nbytes for s_kva in one.states.values())
                if (len(held) + 1) * size <= max_bytes:
                    held[name] = one
                yield one

    return give
