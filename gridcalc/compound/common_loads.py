"""Demand and power factor of common loads whose file gives none: by kind, else one for all."""

from collections.abc import Mapping
from functools import cache
from math import ceil
from types import MappingProxyType

from gridcalc.policy import PolicyPack
from gridcalc.policy.loading import BASE_PACK
from gridcalc.provenance import Assumption
from gridcalc.standards.rules import PublicLoad, public_loads

DEMAND_FACTOR = "demand_factor"
POWER_FACTOR = "power_factor"
_LIFT = "passenger_lift"
_SIMULTANEITY = "lift_simultaneity"


def common_load_factors(kind: str, p_kw: float, policy: PolicyPack) -> dict[str, Assumption]:
    """Return what is taken for a common load that gives no factors, by the field it fills.

    The table ``public_loads`` counts where it has a row of the kind: the end of its range that
    gives the larger load. How many lifts stand behind a power is not known; the fewest the table
    allows are taken, which draw most. Other kinds take the rules of the pack, as every kind does
    where a pack states a rule of its own.

    Parameters
    ----------
    kind
        Kind of the load.
    p_kw
        Installed power. [kW]
    policy
        The pack whose rules serve kinds that are not in the table.

    Examples
    --------
    >>> from gridcalc.policy import load_policy
    >>> found = common_load_factors("passenger_lift", 88.0, load_policy("national"))
    >>> found["demand_factor"].value, found["power_factor"].value
    (0.8, 0.5)
    """
    rules = {field: policy.rule(f"public.{field}") for field in (DEMAND_FACTOR, POWER_FACTOR)}
    found = {field: rule.assumption() for field, rule in rules.items()}
    row = _rows().get(kind)
    if row is None:
        return found
    of_demand = _simultaneity(row, p_kw) if kind == _LIFT else row
    of_kind = {
        DEMAND_FACTOR: (of_demand, of_demand.demand_factor_max),
        POWER_FACTOR: (row, row.power_factor_min),
    }
    for field, (source, value) in of_kind.items():
        if value is not None and rules[field].pack_id == BASE_PACK:
            found[field] = _taken(kind, field, value, source)
    return found


def factor_values(kind: str, p_kw: float, policy: PolicyPack) -> tuple[float, float]:
    """Return demand and power factor of a common load that gives none [-]."""
    found = common_load_factors(kind, p_kw, policy)
    demand, power = found[DEMAND_FACTOR].value, found[POWER_FACTOR].value
    return float(demand), float(power)  # type: ignore[arg-type]


def _taken(kind: str, field: str, value: float, row: PublicLoad) -> Assumption:
    return Assumption(
        name=f"public.{field}.{kind}",
        value=value,
        unit="-",
        source=row.source,
        confidence=row.confidence,
        note="the end of the range with the larger load",
    )


def _simultaneity(lift: PublicLoad, p_kw: float) -> PublicLoad:
    """Return the row for the fewest lifts that a power can be, at most the last of the table."""
    rows = sorted(
        (row for row in public_loads() if row.name == _SIMULTANEITY),
        key=lambda row: row.value_max or 0.0,
    )
    n_lifts = ceil(p_kw / lift.value_max) if lift.value_max else 1
    return next((row for row in rows if (row.value_max or 0.0) >= n_lifts), rows[-1])


@cache
def _rows() -> Mapping[str, PublicLoad]:
    return MappingProxyType({row.name: row for row in public_loads()})
