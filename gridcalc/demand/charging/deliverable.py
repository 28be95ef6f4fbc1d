"""The most energy any controller could deliver, however far it looks ahead: a maximum flow."""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import maximum_flow

from gridcalc.demand.charging.fleet import Fleet, fleet
from gridcalc.demand.charging.limits import Headroom
from gridcalc.demand.charging.sessions import Sessions
from gridcalc.demand.charging.windows import availability
from gridcalc.demand.diversity import Bools, Floats, Ints
from gridcalc.units import H_PER_DAY, N_PHASES

_MOST_UNITS = 2**30
"""The flow of a day is counted in whole units, as many as 32-bit integers hold twice over."""


def deliverable_kwh(sessions: Sessions, cap_kw: Floats) -> Floats:
    """Return the most energy that cars can get on each day under one cap.

    Parameters
    ----------
    sessions
        Charges of some days.
    cap_kw
        What all cars together may draw; less than zero counts as zero. Slot 0 begins at
        midnight. [kW], shape (n_days, n_slots)

    Returns
    -------
    [kWh], shape (n_days,)

    Examples
    --------
    >>> ones = np.ones(2)
    >>> cars = Sessions(n_units=2, n_days=1, unit=np.arange(2), day=np.zeros(2, dtype=np.int64),
    ...     arrival_h=6 * ones, departure_h=7 * ones, start_h=6 * ones, energy_kwh=7 * ones,
    ...     p_kw=7 * ones, takes_part=0 * ones)
    >>> deliverable_kwh(cars, np.full((1, 96), 10.0)).round(6).tolist()  # one hour at 10 kW
    [10.0]
    """
    one = Headroom(
        row=np.zeros(sessions.n_units, dtype=np.int64),
        thirds=np.zeros(sessions.n_units, dtype=bool),
        limits_of_row=np.zeros((1, 1), dtype=np.int64),
        headroom_kw=np.asarray(cap_kw, dtype=float)[None],
    )
    return deliverable_under_limits_kwh(sessions, one)


def deliverable_under_limits_kwh(sessions: Sessions, headroom: Headroom) -> Floats:
    """Return the most energy that cars can get on each day under nested limits.

    A flow runs from each car through the slots in which it is plugged in, then up from limit to
    limit. The day repeats, as in ``control``. Two things are let loose, so that the result stays
    an upper bound: a three-phase car need not load its phases alike, and there is no smallest
    power. Quantities are rounded up to whole units of the flow, about a billionth of the day.

    Raises
    ------
    ValueError
        Limits do not form a tree: one of them has different limits above it on different rows.

    Returns
    -------
    [kWh], shape (n_days,)
    """
    cars = fleet(sessions, headroom)
    n_slots = headroom.headroom_kw.shape[2]
    share = availability(cars.arrival_h, cars.departure_h, n_slots)
    net = _Net(
        entry_limit=_entry_limits(headroom),
        above=_parents(headroom),
        n_chargers=len(cars.charger_kw),
        n_slots=n_slots,
    )
    most = np.zeros(sessions.n_days)
    for day in range(sessions.n_days):
        today = np.arange(cars.first[day], cars.first[day + 1])
        if len(today):
            edges = _car_edges(cars, net, today, share[today])
            edges += _charger_edges(cars, net, today)
            edges += _limit_edges(net, np.maximum(headroom.headroom_kw[:, day], 0.0))
            wanted_kw = cars.energy_kwh[today] * n_slots / H_PER_DAY
            most[day] = _flow_kw(edges, wanted_kw, net.first_car) * H_PER_DAY / n_slots
    return most


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Net:
    """How nodes hang together: node 0 is the source, 1 the sink; then limits by slot, then cars.

    ``entry_limit`` is the lowest limit of each row and ``above`` the limit above each limit;
    -1 is the sink. Each phase of a charger with several users is a limit after those of the
    network.
    """

    entry_limit: Ints
    above: Ints
    n_chargers: int
    n_slots: int

    @property
    def first_car(self) -> int:
        """Node of the first car."""
        return 2 + (len(self.above) + N_PHASES * self.n_chargers) * self.n_slots

    def charger_limit(self, charger: Ints, phase: int) -> Ints:
        """Return the limit that stands for a phase of a charger."""
        return len(self.above) + N_PHASES * charger + phase

    def node(self, limit: Ints, slot: Ints) -> Ints:
        """Return the node of a limit in a slot."""
        return np.where(limit >= 0, 2 + limit * self.n_slots + slot, 1)


_Edges = list[tuple[Ints, Ints, Floats]]
"""Nodes from and to, and most power in between."""


def _car_edges(cars: Fleet, net: _Net, today: Ints, share: Floats) -> _Edges:
    """Return the edges from each car to its charger or rows, slot by slot and phase by phase."""
    k, slot = np.nonzero(share > 0)
    car = today[k]
    charger = _charger_of(cars, net, car)
    edges = []
    for x, on_phase in enumerate(_phases(cars, car)):
        lowest = net.entry_limit[cars.row[car] + x * on_phase]
        limit = np.where(charger >= 0, net.charger_limit(charger, x), lowest)
        p_kw = cars.p_kw[car] * share[k, slot] / np.where(cars.thirds[car], N_PHASES, 1)
        ends = (net.first_car + k, net.node(limit, slot), p_kw)
        edges.append((ends[0][on_phase], ends[1][on_phase], ends[2][on_phase]))
    return edges


def _charger_edges(cars: Fleet, net: _Net, today: Ints) -> _Edges:
    """Return the edges from chargers with several users to their rows, phase by phase."""
    charger = _charger_of(cars, net, today)
    used, where = np.unique(charger[charger >= 0], return_index=True)
    car = np.repeat(today[charger >= 0][where], net.n_slots)
    charger = np.repeat(used, net.n_slots)
    slot = np.tile(np.arange(net.n_slots), len(used))
    edges = []
    for x, on_phase in enumerate(_phases(cars, car)):
        tail = net.node(net.charger_limit(charger, x), slot)[on_phase]
        head = net.node(net.entry_limit[cars.row[car] + x * on_phase], slot)[on_phase]
        p_kw = cars.charger_kw[charger] / np.where(cars.thirds[car], N_PHASES, 1)
        edges.append((tail, head, p_kw[on_phase]))
    return edges


def _phases(cars: Fleet, car: Ints) -> tuple[Bools, Bools, Bools]:
    """Return which cars draw on the first, second and third row from their own."""
    return np.ones(len(car), dtype=bool), cars.thirds[car], cars.thirds[car]


def _limit_edges(net: _Net, room_kw: Floats) -> _Edges:
    """Return the edges from each limit to the one above it or the sink."""
    n = len(net.above)
    limit, slot = np.divmod(np.arange(n * net.n_slots), net.n_slots)
    return [(net.node(limit, slot), net.node(net.above[limit], slot), room_kw.ravel())]


def _flow_kw(edges: _Edges, wanted_kw: Floats, first_car: int) -> float:
    """Return the maximum flow from the source over the cars, which are the last nodes."""
    tail, head, p_kw = (np.concatenate(part) for part in zip(*edges, strict=True))
    n_nodes = first_car + len(wanted_kw)
    cars = np.arange(first_car, n_nodes)
    total_kw = float(wanted_kw.sum())
    units_per_kw = _MOST_UNITS / total_kw
    capacity = np.ceil(np.minimum(np.r_[wanted_kw, p_kw], total_kw) * units_per_kw)
    ends = (np.r_[np.zeros(len(cars), dtype=np.int64), tail], np.r_[cars, head])
    graph = csr_matrix((capacity.astype(np.int64), ends), shape=(n_nodes, n_nodes))
    graph.data = np.minimum(graph.data, _MOST_UNITS)
    flow = maximum_flow(graph.astype(np.int32), 0, 1).flow_value
    return min(float(flow) / units_per_kw, total_kw)


def _charger_of(cars: Fleet, net: _Net, car: Ints) -> Ints:
    """Return the charger of each car among those with several users, -1 for any other."""
    if not len(cars.charger_kw):
        return np.full(len(car), -1, dtype=np.int64)
    return np.asarray(np.maximum(cars.limit[car, 0] - len(net.above), -1))


def _entry_limits(headroom: Headroom) -> Ints:
    """Return the lowest limit of each row, -1 where there is none."""
    chain = headroom.limits_of_row
    if not chain.shape[1]:
        return np.full(len(chain), -1, dtype=np.int64)
    lowest = np.argmax(chain >= 0, axis=1)
    return np.take_along_axis(chain, lowest[:, None], axis=1)[:, 0]


def _parents(headroom: Headroom) -> Ints:
    """Return the limit above each limit, -1 for none."""
    above = np.full(len(headroom.headroom_kw), -2, dtype=np.int64)
    for row in np.unique(headroom.limits_of_row, axis=0):
        chain = row[row >= 0]
        for limit, parent in zip(chain, np.append(chain[1:], -1), strict=False):
            if above[limit] not in {-2, parent}:
                raise ValueError(
                    f"limits do not form a tree: above limit {limit} stand "
                    f"{above[limit]} and {parent} (-1: nothing)"
                )
            above[limit] = parent
    return above
