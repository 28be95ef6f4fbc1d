"""Chargers and e-bike sockets behind the loads of a foreign network, dealt to the phases."""

from collections import defaultdict
from collections.abc import Sequence

from gridcalc.demand.groups import LoadGroup
from gridcalc.demand.phases import round_robin
from gridcalc.foreign.areas import NOWHERE, Areas
from gridcalc.foreign.records import Load
from gridcalc.policy import PolicyPack
from gridcalc.units import N_PHASES

_FIRST_PHASE = {"private_charger": 1, "ebike_socket": 0}


def unit_groups(
    loads: Sequence[Load], areas: Areas, policy: PolicyPack
) -> tuple[tuple[LoadGroup, ...], tuple[int, ...]]:
    """Return the groups of units that scenarios may add, and the row of the bus of each.

    Units are dealt to the phases in turn, as in a compound: the first phase moves on from bus to
    bus of a feeder and goes on at a bus where it stopped. Units of a load on one phase stand on
    that phase. Chargers that are loads already take the place of as many bays of their bus.
    """
    start = _start_phase(loads, areas)
    there: dict[int, int] = defaultdict(int)
    for load in loads:
        there[load.bus] += load.chargers
    taken: dict[tuple[int, str], int] = defaultdict(int)
    groups, buses = [], []
    for load in sorted(loads, key=lambda row: (row.bus, row.table, row.place)):
        if areas.of_bus[load.bus] == NOWHERE:
            continue
        already = min(there[load.bus], load.bays)
        there[load.bus] -= already
        counts = (("private_charger", load.bays - already), ("ebike_socket", load.ebikes))
        for kind, count in counts:
            if count:
                first = (start[load.bus] + _FIRST_PHASE[kind] + taken[load.bus, kind]) % N_PHASES
                groups.append(_group(kind, load, count, first, policy))
                buses.append(load.bus)
                taken[load.bus, kind] += count
    return tuple(groups), tuple(buses)


def _start_phase(loads: Sequence[Load], areas: Areas) -> dict[int, int]:
    rank: dict[tuple[int, int], int] = defaultdict(int)
    start = {}
    for bus in sorted({load.bus for load in loads}):
        feeder = int(areas.of_bus[bus]), int(areas.first_line[bus])
        start[bus] = rank[feeder] % N_PHASES
        rank[feeder] += 1
    return start


def _group(kind: str, load: Load, count: int, first: int, policy: PolicyPack) -> LoadGroup:
    is_charger = kind == "private_charger"
    p_kw = policy.number("charger.p_kw" if is_charger else "ebike.p_kw_per_socket")
    factor = policy.number("charger.power_factor" if is_charger else "ebike.power_factor")
    total = round_robin(count, first)
    if load.phase is not None:
        a, b, c = (count if phase == load.phase else 0 for phase in range(N_PHASES))
        total, first = (a, b, c), load.phase
    return LoadGroup(
        kind="private_charger" if is_charger else "ebike_socket",
        node=load.id,
        p_unit_kw=p_kw,
        power_factor=factor,
        total=total,
        today=0,
        start=first,
        balanced=load.phase is None and p_kw > policy.number("supply.max_single_phase_kw"),
    )
