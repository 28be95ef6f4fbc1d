"""What a policy pack and the factor tables say about demand, ready for the factor method."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from gridcalc.compound.model import Compound
from gridcalc.demand.diversity import Diversity, Floats
from gridcalc.demand.groups import UnitRules
from gridcalc.policy import PolicyPack
from gridcalc.standards.charger_demand import diversified_charger_counts
from gridcalc.standards.ebike_demand import diversified_sockets
from gridcalc.standards.household_demand import diversified_counts, household_kw


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DemandRules:
    """Settings of the factor method.

    Attributes
    ----------
    units
        What single units draw.
    station, cables
        Diversified counts for stations, and for feeders, segments and boxes.
    target_power_factor
        To which automatic compensation corrects. [-]
    low_load_factor
        Share of today's station demand that remains at the lowest load. [-]
    """

    units: UnitRules
    station: Diversity
    cables: Diversity
    target_power_factor: float
    low_load_factor: float


def unit_rules(compound: Compound, policy: PolicyPack) -> UnitRules:
    """Return what the pack says about single units; household kW for every area that occurs."""
    areas = {row.area_m2 for row in compound.households if row.area_m2 is not None}
    return UnitRules(
        power_factor={
            "household": policy.number("household.power_factor"),
            "private_charger": policy.number("charger.power_factor"),
            "public_charger": policy.number("charger.power_factor"),
            "ebike_socket": policy.number("ebike.power_factor"),
        },
        household_kw={
            area: household_kw(
                rule_set=policy.text("household.kw_rule_set"),
                area_m2=area,
                excess_position=policy.text("household.kw_position"),  # type: ignore[arg-type]
            ).value
            for area in areas
        },
        max_single_phase_kw=policy.number("supply.max_single_phase_kw"),
        bays_per_public_charger=policy.number("charging.public_bays_per_charger"),
        excluded_kinds=frozenset(policy.names("public.excluded_kinds")),
    )


def demand_rules(compound: Compound, policy: PolicyPack, *, n_max: int) -> DemandRules:
    """Return the settings of the factor method for groups of up to ``n_max`` units."""
    station = policy.text("household.factor_rule_set")
    cables = policy.text("household.cable_factor_rule_set")
    return DemandRules(
        units=unit_rules(compound, policy),
        station=diversity_of(policy, station, n_max),
        cables=diversity_of(policy, cables, n_max),
        target_power_factor=policy.number("compensation.target_power_factor"),
        low_load_factor=policy.number("demand.low_load_factor"),
    )


def diversity_of(policy: PolicyPack, household_rule_set: str, n_max: int) -> Diversity:
    """Return the diversified counts of a pack for up to ``n_max`` units of a kind."""
    households = diversified_counts(
        rule_set=household_rule_set,
        n_max=3 * n_max,
        position=policy.text("household.factor_position"),  # type: ignore[arg-type]
        power_factor=policy.number("household.power_factor"),
    )
    private = _chargers(policy, policy.text("charger.factor_rule_set"), n_max)
    public = _chargers(policy, policy.text("public_charger.factor_rule_set"), n_max)
    sockets = _sockets(policy, 3 * n_max)
    factor = policy.number("charger.phase_factor")
    return Diversity(
        total={
            "household": households,
            "private_charger": private,
            "public_charger": public,
            "ebike_socket": sockets[: n_max + 1],
        },
        phase={
            "household": households[::3] / 3,
            "private_charger": private,
            "public_charger": public,
            "ebike_socket": sockets[::3] / 3,
        },
        phase_factor={
            "household": 1.0,
            "private_charger": factor,
            "public_charger": factor,
            "ebike_socket": 1.0,
        },
    )


def _chargers(policy: PolicyPack, rule_set: str, n_max: int) -> Floats:
    return diversified_charger_counts(
        rule_set=rule_set,
        n_max=n_max,
        position=policy.text("charger.factor_position"),  # type: ignore[arg-type]
        floor_factor=policy.number("charger.factor_floor"),
    )


def _sockets(policy: PolicyPack, n_max: int) -> Floats:
    rows = policy.rows("ebike.coincidence")
    points = tuple((float(row["n_sockets"]), float(row["factor"])) for row in rows)  # type: ignore[arg-type]
    return _socket_counts(points, n_max)


@lru_cache(maxsize=32)
def _socket_counts(points: tuple[tuple[float, float], ...], n_max: int) -> Floats:
    counts = np.array([diversified_sockets(n, points) for n in range(n_max + 1)])
    counts.setflags(write=False)
    return counts
