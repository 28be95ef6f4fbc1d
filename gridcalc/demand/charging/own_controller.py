"""A controller of one's own: a plain function decides, the simulation keeps the books."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from gridcalc.demand.charging.control import Charged
from gridcalc.demand.charging.fleet import Fleet, fleet, steps_per_slot
from gridcalc.demand.charging.limits import Headroom
from gridcalc.demand.charging.sessions import Sessions
from gridcalc.demand.diversity import Bools, Floats, Ints
from gridcalc.units import H_PER_DAY

_NEGLIGIBLE = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ControlState:
    """What a controller sees at one moment: the cars that are plugged in and not full.

    Attributes
    ----------
    day
        Index of the day.
    clock_h
        Time of day. [h]
    step_h
        Time until the next decision. [h]
    unit, row, three_phase
        Charger of each car, its row and whether it takes thirds; see ``Headroom``. Shape (n,)
    p_max_kw
        Power of the charger. [kW], shape (n,)
    available
        Share of the step that the car is there; 1 except on arrival and departure. Shape (n,)
    remaining_kwh
        Energy still wanted. [kWh], shape (n,)
    hours_to_departure, hours_since_arrival
        From now, or from arrival where that lies within the step. [h], shape (n,)
    limit, weight
        Limits each car counts against, -1 padded, and with which share of its power.
        Shape (n, width)
    headroom_kw
        What each limit has left, never negative; chargers with several users come last as
        limits of their own. [kW], shape (n_limits,)
    """

    day: int
    clock_h: float
    step_h: float
    unit: Ints
    row: Ints
    three_phase: Bools
    p_max_kw: Floats
    available: Floats
    remaining_kwh: Floats
    hours_to_departure: Floats
    hours_since_arrival: Floats
    limit: Ints
    weight: Floats
    headroom_kw: Floats

    @property
    def want_kw(self) -> Floats:
        """Most that each car can take in this step, as a mean. [kW], shape (n,)."""
        return np.minimum(self.p_max_kw * self.available, self.remaining_kwh / self.step_h)

    def used_kw(self, p_kw: Floats) -> Floats:
        """Return what some powers of the cars put on each limit. [kW], shape (n_limits,)."""
        counts = self.limit >= 0
        load = (p_kw[:, None] * self.weight)[counts]
        used = np.bincount(self.limit[counts], load, minlength=len(self.headroom_kw))
        return used.astype(np.float64)


Decide = Callable[[ControlState], Floats]
"""Returns the mean power of each car until the next decision. [kW], shape (n,)"""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Overruns:
    """Steps in which decisions passed a limit, each of shape (n,).

    Attributes
    ----------
    limit, day, slot
        Which limit, when; slot 0 begins at midnight.
    over_kw
        Load beyond what the limit had left. [kW]
    """

    limit: Ints
    day: Ints
    slot: Ints
    over_kw: Floats


def proportional(state: ControlState) -> Floats:
    """Return each car's want, cut alike for all cars behind the tightest limit of their way.

    An example of a controller: it keeps every limit, and needs no order and no forecast.
    """
    wanted = state.want_kw
    used = state.used_kw(wanted)
    share = np.ones(len(used) + 1)  # the last one stands for "no limit", -1
    over = np.flatnonzero(used > state.headroom_kw)
    share[over] = state.headroom_kw[over] / used[over]
    return np.asarray(wanted * share[state.limit].min(axis=1, initial=1.0))


def simulate_controller(
    sessions: Sessions, headroom: Headroom, decide: Decide, *, step_min: int
) -> tuple[Charged, Overruns]:
    """Return what cars draw and get under a user's own rule, and where it passes a limit.

    Time runs as in ``control``. A car never draws more than its charger gives and never more
    than it needs; limits are not enforced but checked, and every overrun is reported.

    Parameters
    ----------
    sessions, headroom
        As in ``control``.
    decide
        The rule; it is called once per step with at least one car plugged in.
    step_min
        Time between decisions; divides the slot of the headroom. [min]

    Raises
    ------
    ValueError
        The rule does not return one finite power for each car, or the records do not agree.

    Examples
    --------
    >>> ones = np.ones(2)
    >>> cars = Sessions(n_units=2, n_days=1, unit=np.arange(2), day=np.zeros(2, dtype=np.int64),
    ...     arrival_h=6 * ones, departure_h=8 * ones, start_h=6 * ones, energy_kwh=7 * ones,
    ...     p_kw=7 * ones, takes_part=0 * ones)
    >>> limit = Headroom(row=np.arange(2), thirds=np.zeros(2, dtype=bool),
    ...     limits_of_row=np.zeros((2, 1), dtype=np.int64), headroom_kw=np.full((1, 1, 96), 7.0))
    >>> done, overruns = simulate_controller(cars, limit, proportional, step_min=15)
    >>> done.p_kw[0, 0, 72:80].tolist(), len(overruns.limit)
    ([3.5, 3.5, 3.5, 3.5, 3.5, 3.5, 3.5, 3.5], 0)
    >>> _, overruns = simulate_controller(cars, limit, lambda state: state.want_kw, step_min=15)
    >>> overruns.over_kw.tolist()
    [7.0, 7.0, 7.0, 7.0]
    """
    cars = fleet(sessions, headroom)
    n_slots = headroom.headroom_kw.shape[2]
    shape = (len(headroom.limits_of_row), sessions.n_days, n_slots)
    book = _Book(
        unit=sessions.unit[cars.entry],
        room_kw=np.maximum(headroom.headroom_kw, 0.0),
        n_steps=steps_per_slot(step_min, n_slots),
        power_kw=np.zeros(shape),
        delivered_kwh=np.zeros(len(sessions.unit)),
        overruns=[],
    )
    for day in range(sessions.n_days):
        _day(cars, book, decide, day)
    limit, at_day, slot, over_kw = zip(*book.overruns, strict=True) if book.overruns else [()] * 4
    return (
        Charged(p_kw=book.power_kw.astype(np.float32), delivered_kwh=book.delivered_kwh),
        Overruns(
            limit=np.array(limit, dtype=np.int64),
            day=np.array(at_day, dtype=np.int64),
            slot=np.array(slot, dtype=np.int64),
            over_kw=np.array(over_kw, dtype=float),
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Book:
    """What a simulation reads and writes."""

    unit: Ints
    room_kw: Floats
    n_steps: int
    power_kw: Floats
    delivered_kwh: Floats
    overruns: list[tuple[int, int, int, float]]


@dataclass(slots=True, kw_only=True, eq=False)
class _Copies:
    """Yesterday's and today's copy of each car of a day, in turn."""

    car: Ints
    arrival_h: Floats
    departure_h: Floats
    remaining_kwh: Floats


def _day(cars: Fleet, book: _Book, decide: Decide, day: int) -> None:
    """Run a day after its own copy; only the second pass counts."""
    today = np.arange(cars.first[day], cars.first[day + 1])
    car = np.repeat(today[np.argsort(cars.entry[today])], 2)
    shift_h = np.tile([H_PER_DAY, 0.0], len(today))
    copies = _Copies(
        car=car,
        arrival_h=cars.arrival_h[car] - shift_h,
        departure_h=cars.departure_h[car] - shift_h,
        remaining_kwh=np.where(shift_h > 0, 0.0, cars.energy_kwh[car]),
    )
    for _ in range(2):
        book.power_kw[:, day] = 0.0
        book.delivered_kwh[cars.entry[today]] = 0.0
        book.overruns[:] = [overrun for overrun in book.overruns if overrun[1] != day]
        _noon_to_noon(cars, book, decide, copies, day)
        copies.remaining_kwh[::2] = copies.remaining_kwh[1::2]
        copies.remaining_kwh[1::2] = cars.energy_kwh[car[1::2]]


def _noon_to_noon(cars: Fleet, book: _Book, decide: Decide, copies: _Copies, day: int) -> None:
    n_slots = book.power_kw.shape[2]
    step_h = H_PER_DAY / (n_slots * book.n_steps)
    for step in range(n_slots * book.n_steps):
        t_h = step * step_h
        is_here = (copies.arrival_h < t_h + step_h) & (copies.departure_h > t_h)
        active = np.flatnonzero(is_here & (copies.remaining_kwh > _NEGLIGIBLE))
        if not len(active):
            continue
        slot = (step // book.n_steps + n_slots // 2) % n_slots
        state = _state(cars, book, copies, active, (day, slot, t_h, step_h))
        wanted = _checked(decide(state), len(active))
        car = copies.car[active]
        p_kw = np.clip(wanted, 0.0, np.minimum(state.want_kw, _left_kwh(cars, book, car) / step_h))
        copies.remaining_kwh[active] -= p_kw * step_h
        np.add.at(book.delivered_kwh, cars.entry[car], p_kw * step_h)
        _draw(book.power_kw[:, day, slot], state, p_kw / book.n_steps)
        over_kw = state.used_kw(p_kw) - state.headroom_kw
        for limit in np.flatnonzero(over_kw > _NEGLIGIBLE):
            book.overruns.append((int(limit), day, slot, float(over_kw[limit])))


def _state(
    cars: Fleet, book: _Book, copies: _Copies, active: Ints, now: tuple[int, int, float, float]
) -> ControlState:
    day, slot, t_h, step_h = now
    car = copies.car[active]
    from_h = np.maximum(copies.arrival_h[active], t_h)
    until_h = np.minimum(copies.departure_h[active], t_h + step_h)
    return ControlState(
        day=day,
        clock_h=(t_h + H_PER_DAY / 2) % H_PER_DAY,
        step_h=step_h,
        unit=book.unit[car],
        row=cars.row[car],
        three_phase=cars.thirds[car],
        p_max_kw=cars.p_kw[car],
        available=(until_h - from_h) / step_h,
        remaining_kwh=copies.remaining_kwh[active],
        hours_to_departure=copies.departure_h[active] - from_h,
        hours_since_arrival=from_h - copies.arrival_h[active],
        limit=cars.limit[car],
        weight=cars.weight[car],
        headroom_kw=np.concatenate([book.room_kw[:, day, slot], cars.charger_kw]),
    )


def _left_kwh(cars: Fleet, book: _Book, car: Ints) -> Floats:
    """Return what a car may still get on the reported day."""
    return np.maximum(cars.energy_kwh[car] - book.delivered_kwh[cars.entry[car]], 0.0)


def _checked(wanted: Floats, n: int) -> Floats:
    powers = np.asarray(wanted, dtype=float)
    if powers.shape != (n,) or not np.isfinite(powers).all():
        raise ValueError(f"a controller returns {n} finite powers, not {wanted!r}")
    return powers


def _draw(row_kw: Floats, state: ControlState, p_kw: Floats) -> None:
    one, three = ~state.three_phase, state.three_phase
    np.add.at(row_kw, state.row[one], p_kw[one])
    for x in range(3):
        np.add.at(row_kw, state.row[three] + x, p_kw[three] / 3)
