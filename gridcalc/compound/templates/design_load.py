"""Design load of boxes, feeders and transformers by the demand rules of a policy pack.

A quick estimate to choose equipment with; the checks calculate the finished compound on their own.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from math import ceil, hypot
from typing import Any, TypeVar, cast

from gridcalc.compound.common_loads import factor_values
from gridcalc.compound.templates.allotment import Allotment, Box, Carried, PublicItem
from gridcalc.compound.templates.schema import Layout
from gridcalc.policy import PolicyPack
from gridcalc.standards.charger_demand import ChargerPosition, diversified_chargers
from gridcalc.standards.ebike_demand import CoincidencePoint, diversified_sockets
from gridcalc.standards.household_demand import (
    ExcessPosition,
    HouseholdPosition,
    diversified_count,
    household_kw,
)
from gridcalc.units import N_PHASES, VN_LV_KV, W_PER_KW, phase_voltage_v, tan_phi

Found = TypeVar("Found")
Parts = tuple[float, float]
"""Active and reactive power. [kW, kvar]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadRules:
    """What a pack says about the units of a layout.

    Parameters
    ----------
    policy
        The pack.
    household_kw, charger_kw, socket_kw
        Power of one unit. [kW]
    three_phase
        Flats load the phases equally.
    coincidence
        Points of the curve of e-bike sockets.
    memo
        Diversified numbers of units, and what single rules come to, that were found before.
    """

    policy: PolicyPack
    household_kw: float
    charger_kw: float
    socket_kw: float
    three_phase: bool
    coincidence: tuple[CoincidencePoint, ...]
    memo: dict[Any, Any] = field(default_factory=dict, repr=False, compare=False)

    def once(self, key: tuple[object, ...], find: Callable[[], Found]) -> Found:
        """Return what a key stands for, such as a rule and a number of units, found once."""
        found = self.memo.get(key)
        if found is None:
            found = self.memo[key] = find()
        return cast("Found", found)

    def tan_phi(self, rule: str) -> float:
        """Return reactive over active power by a rule that is a power factor."""
        return self.once(("tan", rule), lambda: tan_phi(self.policy.number(rule)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Power:
    """Active and reactive power, lagging positive."""

    p_kw: float
    q_kvar: float

    @property
    def s_kva(self) -> float:
        """Apparent power in kVA."""
        return hypot(self.p_kw, self.q_kvar)

    def compensated(self, *, installed_kvar: float, target_power_factor: float) -> "Power":
        """Return the power after automatic compensation, at most to the target."""
        excess = self.q_kvar - self.p_kw * tan_phi(target_power_factor)
        return Power(p_kw=self.p_kw, q_kvar=self.q_kvar - min(max(excess, 0.0), installed_kvar))


def load_rules(layout: Layout, policy: PolicyPack) -> LoadRules:
    """Return the rules for the units of a layout.

    Raises
    ------
    InputError
        The pack's tables do not cover the floor area of the flats.
    """
    flat = household_kw(
        rule_set=policy.text("household.kw_rule_set"),
        area_m2=layout.buildings.area_m2,
        excess_position=cast("ExcessPosition", policy.text("household.kw_position")),
    )
    points = tuple(
        (cast("float", row["n_sockets"]), cast("float", row["factor"]))
        for row in policy.rows("ebike.coincidence")
    )
    is_large = flat.value > policy.number("supply.max_single_phase_kw")
    return LoadRules(
        policy=policy,
        household_kw=flat.value,
        charger_kw=layout.parking.charger_kw or policy.number("charger.p_kw"),
        socket_kw=policy.number("ebike.p_kw_per_socket"),
        three_phase=layout.buildings.three_phase or is_large,
        coincidence=points,
    )


def station_power(share: Allotment, rules: LoadRules, *, charger_share: float = 0.0) -> Power:
    """Return the design load of a transformer before compensation.

    Parameters
    ----------
    share
        What it supplies.
    rules
        The pack's rules.
    charger_share
        Share of the demand of chargers on all spaces that counts; 0 leaves chargers out. [-]
    """
    return carried_power(share.carried, rules, charger_share=charger_share)


def carried_power(carried: Carried, rules: LoadRules, *, charger_share: float = 0.0) -> Power:
    """Return the design load of what a transformer carries; see ``station_power``."""
    flats = _households(carried.n_households, rules, "household.factor_rule_set")
    sockets_kw = _sockets(carried.n_sockets, rules) * rules.socket_kw
    chargers_kw = charger_share * _chargers(carried, rules) if charger_share else 0.0
    known: dict[int, Parts] = {}
    for item in carried.public:
        if id(item) not in known:
            known[id(item)] = _public(item, rules)
    return _sum(
        [
            _power(flats * rules.household_kw, rules.tan_phi("household.power_factor")),
            _power(sockets_kw, rules.tan_phi("ebike.power_factor")),
            *[known[id(item)] for item in carried.public],
            _power(chargers_kw, rules.tan_phi("charger.power_factor")),
        ]
    )


def _chargers(carried: Carried, rules: LoadRules) -> float:
    """Return the diversified power of chargers on all spaces [kW]."""
    private = _diversified(carried.n_private_bays, rules, "charger.factor_rule_set")
    public = _diversified(carried.n_public_chargers, rules, "public_charger.factor_rule_set")
    return (private + public) * rules.charger_kw


def phase_current_a(boxes: Iterable[Box], rules: LoadRules, *, with_chargers: bool) -> float:
    """Return the current of the most loaded phase of a feeder or box [A].

    Parameters
    ----------
    boxes
        What hangs on it.
    rules
        The pack's rules.
    with_chargers
        Count a charger on every private space and one on every pair of public ones.

    Notes
    -----
    At nominal voltage. The worst phase of n single-phase chargers carries
    ``min(1, f Kx(m)) m P`` with m = n / 3 rounded up and the pack's phase factor f.
    """
    flats, sockets, private, public = 0, 0, 0, 0
    items: list[PublicItem] = []
    for box in boxes:
        flats, sockets = flats + box.n_households, sockets + box.n_sockets
        private, public = private + box.n_private_bays, public + box.n_public_chargers
        items += box.public
    parts = [_flats_on_phase(flats, rules), _sockets_on_phase(sockets, rules)]
    parts += [(p / N_PHASES, q / N_PHASES) for p, q in [_public(item, rules) for item in items]]
    if with_chargers:
        parts.append(_chargers_on_phase(private, public, rules))
    return _sum(parts).s_kva * W_PER_KW / phase_voltage_v(VN_LV_KV)


def _flats_on_phase(n: int, rules: LoadRules) -> Parts:
    def find() -> Parts:
        counted = n if rules.three_phase else N_PHASES * ceil(n / N_PHASES)
        units = _households(counted, rules, "household.cable_factor_rule_set")
        kw = units * (rules.household_kw / N_PHASES)
        return _power(kw, rules.tan_phi("household.power_factor"))

    return rules.once(("flats on phase", n), find)


def _sockets_on_phase(n: int, rules: LoadRules) -> Parts:
    def find() -> Parts:
        kw = _sockets(n, rules) * rules.socket_kw / N_PHASES
        return _power(kw, rules.tan_phi("ebike.power_factor"))

    return rules.once(("sockets on phase", n), find)


def _chargers_on_phase(n_private: int, n_public: int, rules: LoadRules) -> Parts:
    def find() -> Parts:
        kw = _chargers_on_phase_kw(n_private, rules, "charger.factor_rule_set")
        kw += _chargers_on_phase_kw(n_public, rules, "public_charger.factor_rule_set")
        return _power(kw, rules.tan_phi("charger.power_factor"))

    return rules.once(("chargers on phase", n_private, n_public), find)


def _households(n: int, rules: LoadRules, rule_set: str) -> float:
    def find() -> float:
        return diversified_count(
            rule_set=rules.policy.text(rule_set),
            n=n,
            position=cast("HouseholdPosition", rules.policy.text("household.factor_position")),
            power_factor=rules.policy.number("household.power_factor"),
        )

    return rules.once((rule_set, n), find)


def _sockets(n: int, rules: LoadRules) -> float:
    return rules.once(("sockets", n), lambda: diversified_sockets(n, rules.coincidence))


def _chargers_on_phase_kw(n: int, rules: LoadRules, rule_set: str) -> float:
    on_phase = ceil(n / N_PHASES)
    factor = rules.policy.number("charger.phase_factor")
    return min(factor * _diversified(on_phase, rules, rule_set), on_phase) * rules.charger_kw


def _diversified(n: int, rules: LoadRules, rule_set: str) -> float:
    def find() -> float:
        return diversified_chargers(
            rule_set=rules.policy.text(rule_set),
            n=n,
            position=cast("ChargerPosition", rules.policy.text("charger.factor_position")),
            floor_factor=rules.policy.number("charger.factor_floor"),
        )

    return rules.once((rule_set, n), find)


def _public(item: PublicItem, rules: LoadRules) -> Parts:
    kw = item.kw if item.demand_factor is None else 0.0
    key = ("public", item.kind, item.demand_factor, item.power_factor, kw)
    demand, tan = rules.once(key, lambda: _public_rule(item, rules.policy))
    return _power(item.kw * demand, tan)


def _public_rule(item: PublicItem, policy: PolicyPack) -> Parts:
    """Return the share of a common load that is drawn, and reactive over active power."""
    usual_demand, usual_power = factor_values(item.kind, item.kw, policy)
    demand = usual_demand if item.demand_factor is None else item.demand_factor
    if item.kind in policy.names("public.excluded_kinds"):
        demand = 0.0
    return demand, tan_phi(item.power_factor or usual_power)


def _power(p_kw: float, tan: float) -> Parts:
    return p_kw, p_kw * tan


def _sum(parts: list[Parts]) -> Power:
    return Power(p_kw=sum([row[0] for row in parts]), q_kvar=sum([row[1] for row in parts]))
