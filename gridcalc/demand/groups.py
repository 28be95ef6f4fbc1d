"""Every unit that draws power: households, chargers, sockets and common loads per LV node."""

import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from gridcalc.compound.model import Compound
from gridcalc.compound.topology import LvTopology
from gridcalc.demand.phases import build_out, first_units, round_robin, rounded_shares
from gridcalc.demand.scenario import Scenario

Kind = Literal["household", "private_charger", "public_charger", "ebike_socket", "public_load"]
KINDS: tuple[Kind, ...] = (
    "household",
    "private_charger",
    "public_charger",
    "ebike_socket",
    "public_load",
)
_FIRST_PHASE = {"household": 0, "private_charger": 1, "public_charger": 2, "ebike_socket": 0}


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadGroup:
    """Equal units of one kind at one node.

    Attributes
    ----------
    kind, node
        What they are and where.
    p_unit_kw
        Installed power of one unit; of the whole load for common loads. [kW]
    power_factor
        Lagging. [-]
    total, today
        Units per phase at full build-out and today; three-phase units stand in ``balanced``.
    start
        Phase that gets the first unit.
    balanced
        Every unit loads all three phases equally.
    demand_factor
        Own factor of a common load. [-]
    """

    kind: Kind
    node: str
    p_unit_kw: float
    power_factor: float
    total: tuple[int, int, int]
    today: int
    start: int
    balanced: bool
    demand_factor: float = 1.0
    grade: int = 3

    @property
    def n_total(self) -> int:
        """Units at full build-out."""
        return sum(self.total)

    def per_phase(self, n: int) -> tuple[float, float, float]:
        """Return how the first ``n`` units load the phases; a balanced unit counts a third each."""
        if self.balanced:
            return n / 3, n / 3, n / 3
        return first_units(self.total, n, self.start)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitRules:
    """What the policy pack says about units.

    ``power_factor`` is by kind; ``max_single_phase_kw`` is the largest single-phase unit;
    ``excluded_kinds`` are common loads that stand by and do not count.
    """

    power_factor: dict[str, float]
    household_kw: dict[float, float]
    max_single_phase_kw: float
    bays_per_public_charger: float
    excluded_kinds: frozenset[str]


def load_groups(
    compound: Compound, topology: LvTopology, rules: UnitRules
) -> tuple[LoadGroup, ...]:
    """Return all load groups, sorted, so that the order of the file does not matter.

    Round-robin starts at another phase from box to box of a feeder, so that the odd units do
    not all meet on phase a; the start does not depend on how many units a box has.
    """
    start = _start_phase(topology)
    rows = [*_households(compound, rules), *_private(compound, rules), *_public(compound, rules)]
    rows += [*_sockets(compound, rules), *_common(compound, rules)]
    rows.sort(key=_row_order)
    taken: dict[tuple[str, str], int] = defaultdict(int)
    groups = []
    for row in rows:
        first = (start[row.node] + _FIRST_PHASE.get(row.kind, 0) + taken[row.node, row.kind]) % 3
        groups.append(_placed(row, first))
        taken[row.node, row.kind] += row.n_total
    return tuple(groups)


def _row_order(row: LoadGroup) -> tuple[str, int, float, tuple[int, ...], int, bool, int]:
    kind = KINDS.index(row.kind)
    return row.node, kind, row.p_unit_kw, row.total, row.today, row.balanced, row.start


def _start_phase(topology: LvTopology) -> dict[str, int]:
    rank: dict[str, int] = defaultdict(int)
    start = {}
    for place in topology.places:
        start[place.id] = rank[place.feeder] % 3
        if not place.has_children:
            rank[place.feeder] += 1
    return start


def _placed(row: LoadGroup, start: int) -> LoadGroup:
    total = row.total
    if not row.balanced and total[1:] == (0, 0) and row.start < 0:
        total = round_robin(total[0], start)
    return replace(row, total=total, start=start)


def _row(
    kind: Kind, node: str, count: int, today: int, p_kw: float, phases: object, rules: UnitRules
) -> LoadGroup:
    """Return a group whose round-robin start is still open (``start`` -1)."""
    explicit = phases if isinstance(phases, tuple) else None
    too_big = explicit is None and p_kw > rules.max_single_phase_kw
    return LoadGroup(
        kind=kind,
        node=node,
        p_unit_kw=p_kw,
        power_factor=rules.power_factor[kind],
        total=explicit or (count, 0, 0),
        today=today,
        start=0 if explicit else -1,
        balanced=phases == "three" or too_big,
    )


def _households(compound: Compound, rules: UnitRules) -> Iterator[LoadGroup]:
    for row in compound.households:
        kw = row.kw_each if row.kw_each is not None else rules.household_kw[row.area_m2 or 0.0]
        yield _row("household", row.node, row.count, row.count, kw, row.phases, rules)


def _private(compound: Compound, rules: UnitRules) -> list[LoadGroup]:
    """Return the private bays; shares of today make whole chargers on the compound's total."""
    rows = sorted(_private_rows(compound, rules), key=lambda row: (*_row_order(row[0]), row[1]))
    wanted = np.array([share * row.n_total for row, share in rows])
    today = rounded_shares(wanted)
    return [replace(row, today=int(n)) for (row, _), n in zip(rows, today, strict=True)]


def _private_rows(compound: Compound, rules: UnitRules) -> Iterator[tuple[LoadGroup, float]]:
    for row in compound.private_bays:
        kw = row.charger_kw or 0.0
        share = row.equipped_share or 0.0
        yield _row("private_charger", row.node, row.count, 0, kw, row.phases, rules), share


def _public(compound: Compound, rules: UnitRules) -> Iterator[LoadGroup]:
    for row in compound.public_bays:
        chargers = public_chargers(row.count, 1.0, rules.bays_per_public_charger)
        today = public_chargers(row.count, row.equipped_share or 0.0, rules.bays_per_public_charger)
        phases = row.phases
        if isinstance(phases, tuple):
            phases = _shared_chargers(phases, chargers, rules.bays_per_public_charger)
        kw = row.charger_kw or 0.0
        yield _row("public_charger", row.node, chargers, today, kw, phases, rules)


def _shared_chargers(
    bays: tuple[int, int, int], chargers: int, bays_per_charger: float
) -> tuple[int, int, int]:
    """Return the chargers per phase for bays per phase; the fullest rest gets the odd one."""
    dealt = [int(count / bays_per_charger) for count in bays]
    rests = sorted(range(3), key=lambda x: (dealt[x] - bays[x] / bays_per_charger, x))
    for i in range(chargers - sum(dealt)):
        dealt[rests[i % 3]] += 1
    return dealt[0], dealt[1], dealt[2]


def _sockets(compound: Compound, rules: UnitRules) -> Iterator[LoadGroup]:
    for row in compound.ebikes:
        today = row.sockets or 0
        full = max(today, row.bikes)
        if full:
            kw = row.kw_per_socket or 0.0
            yield _row("ebike_socket", row.node, full, today, kw, row.phases, rules)


def _common(compound: Compound, rules: UnitRules) -> Iterator[LoadGroup]:
    for row in compound.public_loads:
        if row.kind in rules.excluded_kinds:
            continue
        yield LoadGroup(
            kind="public_load",
            node=row.node,
            p_unit_kw=row.kw,
            power_factor=row.power_factor or 1.0,
            total=(1, 0, 0),
            today=1,
            start=0,
            balanced=True,
            demand_factor=row.demand_factor if row.demand_factor is not None else 1.0,
            grade=row.grade,
        )


def public_chargers(n_bays: int, share: float, bays_per_charger: float) -> int:
    """Return the chargers that serve a share of public bays, rounded up.

    Examples
    --------
    >>> public_chargers(9, 1.0, 2.0)
    5
    """
    return math.ceil(n_bays * share / bays_per_charger - 1e-9)


def units_in_scenario(groups: tuple[LoadGroup, ...], scenario: Scenario) -> NDArray[np.int64]:
    """Return the number of units of each group in a scenario, shape (n_groups,)."""
    n = np.array([group.today for group in groups], dtype=np.int64)
    kinds = np.array([group.kind for group in groups])
    total = np.array([group.n_total for group in groups], dtype=np.int64)
    shares = {
        "private_charger": scenario.ev_share,
        "public_charger": scenario.ev_share,
        "ebike_socket": scenario.ebike_share,
    }
    for kind, share in shares.items():
        mask = kinds == kind
        if share is not None and mask.any():
            wanted = math.ceil(share * int(total[mask].sum()) - 1e-9)
            n[mask] = build_out(n[mask], total[mask], wanted)
    return n
