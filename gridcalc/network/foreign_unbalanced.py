"""How pandapower's unbalanced power flow must be given a network to mean what is meant.

``runpp_3ph`` of pandapower 3.5 has no solution where a line ends at a bus out of service, takes a
third of the impedance of switches, mixes up the rows of sources where some are out of service,
gives each of the sources at one bus the power of all, and lets the zero sequence impedance of Yzn
grow with the magnetising one, which zigzag windings do not have.
"""

from dataclasses import replace

from gridcalc.network.foreign_fused import FusedBuses, closed_without_impedance
from gridcalc.network.foreign_tables import ForeignTables, Frame, Scalar
from gridcalc.units import N_PHASES

_ENDS = ("from_bus", "to_bus")
_NO_ROW = -1
_ZIGZAG, _DELTA = "Yzn", "Dyn"


def for_three_phases(tables: ForeignTables) -> ForeignTables:
    """Return the network as ``runpp_3ph`` must be given it to mean what ``runpp`` means.

    Buses and lines keep their places; buses may be added at the end, and only sources in service
    are left.
    """
    return _with_free_ends(_with_switch_impedance(_with_live_sources(_without_zigzag(tables))))


def _without_zigzag(tables: ForeignTables) -> ForeignTables:
    """Return the network with Dyn for Yzn: in both the zero sequence of the LV side ends in Z0."""
    trafo = tables.frame("trafo")
    groups = trafo.texts("vector_group")
    if _ZIGZAG not in groups:
        return tables
    named = trafo.holding(vector_group=tuple(_DELTA if one == _ZIGZAG else one for one in groups))
    return replace(tables, frames={**tables.frames, "trafo": named})


def _with_live_sources(tables: ForeignTables) -> ForeignTables:
    grid, live = tables.frame("ext_grid"), tables.frame("bus").flags("in_service")
    rows = zip(grid.places("bus"), grid.flags("in_service"), strict=True)
    kept = [k for k, (at, on) in enumerate(rows) if on and live[at]]
    left = Frame(
        index=tuple(grid.index[k] for k in kept),
        columns={name: tuple(cells[k] for k in kept) for name, cells in grid.columns.items()},
    )
    return replace(tables, frames={**tables.frames, "ext_grid": left})


def _with_switch_impedance(tables: ForeignTables) -> ForeignTables:
    switch = tables.frame("switch")
    z_ohm = switch.numbers("z_ohm")
    if not any(z_ohm):
        return tables
    scaled = switch.holding(z_ohm=tuple(N_PHASES * value for value in z_ohm))
    return replace(tables, frames={**tables.frames, "switch": scaled})


def _with_free_ends(tables: ForeignTables) -> ForeignTables:
    """Return the network with a bus of its own at each end of a line whose bus is out of service.

    The line stays energised from its other end, as in the balanced power flow.
    """
    bus, line, switch = (tables.frame(name) for name in ("bus", "line", "switch"))
    live = bus.flags("in_service")
    dead: list[int] = []
    ends: dict[str, tuple[Scalar, ...]] = {}
    for name in _ENDS:
        places = list(line.places(name))
        for k, at in enumerate(places):
            if not live[at]:
                places[k] = bus.n + len(dead)
                dead.append(at)
        ends[name] = tuple(places)
    if not dead:
        return tables
    columns = {
        name: (*values, *(values[at] for at in dead)) for name, values in bus.columns.items()
    }
    columns["in_service"] = (*live, *(True for _ in dead))
    frames = {
        **tables.frames,
        "bus": Frame(index=(*bus.index, *(_NO_ROW for _ in dead)), columns=columns),
        "line": line.holding(**ends),
    }
    if switch.n:
        frames["switch"] = switch.holding(closed=_closed_at_dead_buses(switch, live))
    return replace(tables, frames=frames)


def _closed_at_dead_buses(switch: Frame, live: tuple[bool, ...]) -> tuple[Scalar, ...]:
    """Return the switches with those of free ends closed: nothing is left for them to open."""
    rows = zip(switch.texts("et"), switch.places("bus"), switch.flags("closed"), strict=True)
    return tuple(closed or (kind == "l" and not live[at]) for kind, at, closed in rows)


def first_sources(tables: ForeignTables) -> tuple[bool, ...]:
    """Return which sources are the first of those at one bus; switches may make buses one."""
    bus = tables.frame("bus")
    live, fused = bus.flags("in_service"), FusedBuses(bus.n)
    for a, b in closed_without_impedance(tables):
        if live[a] and live[b]:
            fused.join(a, b)
    tops = [fused.top(at) for at in tables.frame("ext_grid").places("bus")]
    return tuple(tops.index(top) == k for k, top in enumerate(tops))
