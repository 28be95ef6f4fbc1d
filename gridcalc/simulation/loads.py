"""The loads of one block of days in one case: base, uncontrolled and controlled charging."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from gridcalc.demand.charging.participation import fallback, split
from gridcalc.demand.charging.pieces import (
    SLOTS_PER_DAY,
    Pieces,
    fill_slot_means_kw,
    pieces_of,
    slot_means_kw,
)
from gridcalc.demand.charging.service import Service, service
from gridcalc.demand.charging.sessions import Sessions, select
from gridcalc.demand.groups import Kind
from gridcalc.network.arrays import Bools, Ints, Network
from gridcalc.network.day_loads import DayLoads, Floats32
from gridcalc.simulation.base_load import BaseLoad
from gridcalc.simulation.controlled import OrderlyControl, charge_under_control
from gridcalc.simulation.draws import Draws
from gridcalc.simulation.settings import Charging
from gridcalc.simulation.units import FREE_KINDS, PRIVATE, PUBLIC, SOCKET, Units
from gridcalc.units import N_PHASES


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DayCase:
    """What is connected, and who decides when private cars charge.

    ``connected`` has an array for each kind, shape (n_units, 1) for all days alike or
    (n_units, n_days).
    """

    charging: Charging
    connected: Mapping[Kind, Bools]


Known = dict[tuple[Kind, bytes], Floats32]
"""Series of one block that were found before, by what is connected."""


def block_loads(  # noqa: PLR0913  what is known already is for callers with many cases
    base: BaseLoad,
    units: Mapping[Kind, Units],
    draws: Draws,
    case: DayCase,
    *,
    first_day: int,
    network: Network,
    orderly: OrderlyControl,
    known: Known | None = None,
) -> tuple[DayLoads, Service | None]:
    """Return the loads of a block of days, and how cars were served where they are controlled.

    Free rows stand in the order of ``FREE_KINDS``, three for each node of a kind. ``known`` gets
    the series that are the same in all charging modes, and gives them back.
    """
    known = {} if known is None else known
    n_days = draws.private.n_days
    days = slice(first_day, first_day + n_days)
    on = {kind: _on(case.connected[kind], days) for kind in FREE_KINDS}
    timed = case.charging == "tou"
    private = _connected(draws.timed if timed else draws.private, on[PRIVATE])
    public, sockets = (PUBLIC, on[PUBLIC].tobytes()), (SOCKET, on[SOCKET].tobytes())
    if public not in known:
        drawn = pieces_of(_connected(draws.public, on[PUBLIC]))
        known[public] = _series(drawn, units[PUBLIC])
    if sockets not in known:
        drawn = _connected_pieces(draws.sockets, on[SOCKET])
        known[sockets] = _series(drawn, units[SOCKET])
    free_p_kw = _together(units, known[public], known[sockets], n_days)
    own_p_kw = free_p_kw[: len(units[PRIVATE].row_node)]
    loads = _day_loads(base, units, free_p_kw, days)
    if case.charging != "managed":
        _fill(own_p_kw, pieces_of(private), units[PRIVATE])
        return loads, None
    controlled, alone, lost = split(
        private,
        participation_share=orderly.participation_share,
        lost_communication_share=orderly.lost_communication_share,
    )
    _fill(own_p_kw, pieces_of(alone), units[PRIVATE])
    n_phases = np.where(units[PRIVATE].thirds[lost.unit], N_PHASES, 1)
    limped = fallback(lost, orderly.fallback_kw * n_phases)
    own_p_kw += _series(limped, units[PRIVATE])
    charged = charge_under_control(controlled, loads, units[PRIVATE], network, orderly)
    own_p_kw += charged.p_kw
    return loads, service(controlled, charged.delivered_kwh)


def _together(
    units: Mapping[Kind, Units], public: Floats32, sockets: Floats32, n_days: int
) -> Floats32:
    """Return the rows of all kinds, those of private chargers still to be filled."""
    n_own = len(units[PRIVATE].row_node)
    n_rows = n_own + len(public) + len(sockets)
    found = np.empty((n_rows, n_days, SLOTS_PER_DAY), dtype=np.float32)
    found[n_own : n_own + len(public)] = public
    found[n_own + len(public) :] = sockets
    return found


def _fill(p_kw: Floats32, pieces: Pieces, units: Units) -> None:
    fill_slot_means_kw(p_kw, pieces, row=units.row, thirds=units.thirds)


def _on(connected: Bools, days: slice) -> Bools:
    return connected if connected.shape[1] == 1 else connected[:, days]


def _mask(connected: Bools, unit: Ints, day: Ints) -> Bools:
    return np.asarray(connected[unit, 0] if connected.shape[1] == 1 else connected[unit, day])


def _connected(sessions: Sessions, connected: Bools) -> Sessions:
    return select(sessions, _mask(connected, sessions.unit, sessions.day))


def _connected_pieces(pieces: Pieces, connected: Bools) -> Pieces:
    keep = _mask(connected, pieces.unit, pieces.day)
    return replace(
        pieces,
        unit=pieces.unit[keep],
        day=pieces.day[keep],
        start_h=pieces.start_h[keep],
        end_h=pieces.end_h[keep],
        p_kw=pieces.p_kw[keep],
    )


def _series(pieces: Pieces, units: Units) -> Floats32:
    return slot_means_kw(pieces, row=units.row, thirds=units.thirds, n_rows=len(units.row_node))


def _day_loads(
    base: BaseLoad, units: Mapping[Kind, Units], free_p_kw: Floats32, days: slice
) -> DayLoads:
    kinds = [units[kind] for kind in FREE_KINDS]
    return DayLoads(
        curves=base.curves,
        shaped_node=base.node,
        shaped_phase=base.phase,
        shaped_curve=base.curve,
        shaped_p_kw=np.ascontiguousarray(base.p_kw[:, days]),
        shaped_tan_phi=base.tan_phi,
        free_node=np.concatenate([kind.row_node for kind in kinds]),
        free_phase=np.concatenate([kind.row_phase for kind in kinds]),
        free_tan_phi=np.concatenate([np.full(len(k.row_node), k.tan_phi) for k in kinds]),
        free_p_kw=free_p_kw,
    )
