"""Household load by rule set: kilowatts per flat and demand factor of many flats.

JGJ 242-2011 section 3.3 and explanatory note 3.4.1, GB 50096-2011 cl. 8.7.1, GB/T 36040-2018 and
local rules; each row of the tables carries its own mark.
"""

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from gridcalc.provenance import Confidence
from gridcalc.standards.demand_factor import (
    DemandFactorRow,
    FactorCurve,
    bands_of,
    curve_of,
    diversified_array,
    diversified_at,
    sourced_factor,
)
from gridcalc.standards.sourced import SourcedNumber, outside_table
from gridcalc.tables import read_data_table
from gridcalc.units import W_PER_KW

HouseholdPosition = Literal["interpolate", "high", "low"]
ExcessPosition = Literal["high", "low", "mid"]

_FACTORS = "household_demand_factor.csv"
_POWERS = "household_kw.csv"


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseholdKwRow:
    """Load of one flat in a band of floor area; lower bound exclusive, upper inclusive."""

    rule_set: str
    area_min_m2: float
    area_max_m2: float | None
    p_low_kw: float
    p_high_kw: float
    excess_low_w_per_m2: float | None
    excess_high_w_per_m2: float | None
    note: str
    source: str
    confidence: Confidence


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseholdFactorRow(DemandFactorRow):
    """One band of household demand factors.

    ``quantity`` is what the sum of the installed kW of flats times the factor gives: active power
    in kW, or apparent power in kVA.
    """

    quantity: Literal["kW", "kVA"]


def household_kw(
    *,
    rule_set: str,
    area_m2: float,
    excess_position: ExcessPosition,
    table: tuple[HouseholdKwRow, ...] | None = None,
) -> SourcedNumber:
    """Return the load of one flat [kW].

    Parameters
    ----------
    rule_set
        A rule set of the table ``household_kw``.
    area_m2
        Floor area of the flat, above 0. [m2]
    excess_position
        Which end of a printed range is taken, for the load of the band as for the load of the
        area above the lower limit of the last band.
    table
        Rows to use instead of the shipped ones.

    Raises
    ------
    InputError
        No such rule set, or an area it does not cover.

    Examples
    --------
    >>> household_kw(rule_set="jgj242_2011", area_m2=100, excess_position="high").value
    6.0
    """
    rows = table or _household_kw_rows()
    bands = [row for row in rows if row.rule_set == rule_set]
    if not bands:
        known = ", ".join(sorted({row.rule_set for row in rows}))
        message = f"{rule_set!r} is not a rule set of this table; known are {known}"
        raise outside_table(_POWERS, "rule_set", message)
    for row in bands:
        if row.area_min_m2 < area_m2 and (row.area_max_m2 is None or area_m2 <= row.area_max_m2):
            value = _flat_kw(row, area_m2, excess_position)
            mark = row.confidence
            return SourcedNumber(value=value, source=row.source, confidence=mark, note=row.note)
    message = f"{area_m2:g} m2 is not covered by the rule set {rule_set!r}; areas are above 0"
    raise outside_table(_POWERS, "area_m2", message)


def household_demand_factor(
    *,
    rule_set: str,
    n_households: float,
    position: HouseholdPosition,
    table: tuple[HouseholdFactorRow, ...] | None = None,
) -> SourcedNumber:
    """Return the demand factor of some households [-].

    Parameters
    ----------
    rule_set
        A rule set of the table ``household_demand_factor``.
    n_households
        Number of households, 0 or more; fractions are allowed. [-]
    position
        ``high`` or ``low`` end of the band's range, or ``interpolate``: linear from the high
        factor at the smallest count of a band to the low factor at its largest.
    table
        Rows to use instead of the shipped ones.

    Notes
    -----
    The tables do not define counts between bands; the factor is linear there. Below the first
    band the factor is 1.0.

    Examples
    --------
    >>> factor = household_demand_factor(
    ...     rule_set="jgj242_2011_3phase", n_households=255, position="high")
    >>> factor.value, factor.confidence
    (0.45, 'seen')
    """
    bands = _bands(rule_set, table)
    curve = _curve(rule_set, position, table)
    return sourced_factor(bands, curve, n_households, position=position)


def kw_per_unit(
    *,
    rule_set: str,
    power_factor: float,
    table: tuple[HouseholdFactorRow, ...] | None = None,
) -> float:
    """Return the active power that one unit of what a rule set gives stands for [-].

    1 where the factors give kW, the power factor of flats where they give kVA.

    Examples
    --------
    >>> kw_per_unit(rule_set="jiangsu_style_transformer_kp", power_factor=0.9)
    0.9
    """
    gives_kva = _bands(rule_set, table)[0].quantity == "kVA"
    return power_factor if gives_kva else 1.0


def diversified_count(
    *,
    rule_set: str,
    n: float,
    position: HouseholdPosition,
    power_factor: float,
    table: tuple[HouseholdFactorRow, ...] | None = None,
) -> float:
    """Return how many households at full load equal ``n`` households: max over m <= n [-].

    Parameters
    ----------
    rule_set, n, position, table
        As in ``household_demand_factor``.
    power_factor
        Of flats; turns a rule set that gives kVA into kW. [-]

    Notes
    -----
    Our own monotone envelope, see the module on demand factors: one more flat never lowers it.

    Examples
    --------
    >>> round(diversified_count(
    ...     rule_set="jgj242_2011_3phase", n=255, position="high", power_factor=0.9), 2)
    114.75

    300 flats of 8 kW and a factor of 0.5 that gives kVA are 1200 kVA, 1080 kW at 0.9:

    >>> 8 * diversified_count(
    ...     rule_set="jiangsu_style_transformer_kp", n=300, position="high", power_factor=0.9)
    1080.0
    """
    kw = kw_per_unit(rule_set=rule_set, power_factor=power_factor, table=table)
    return kw * diversified_at(_curve(rule_set, position, table), n)


def diversified_counts(
    *,
    rule_set: str,
    n_max: int,
    position: HouseholdPosition,
    power_factor: float,
    table: tuple[HouseholdFactorRow, ...] | None = None,
) -> NDArray[np.float64]:
    """Return the diversified counts of 0 … ``n_max`` households, read-only.

    See ``diversified_count``.

    Returns
    -------
    array
        [-], shape (n_max + 1,)
    """
    kw = kw_per_unit(rule_set=rule_set, power_factor=power_factor, table=table)
    counts = kw * diversified_array(_curve(rule_set, position, table), n_max)
    counts.setflags(write=False)
    return counts


def _flat_kw(row: HouseholdKwRow, area_m2: float, position: ExcessPosition) -> float:
    p_kw = _between(row.p_low_kw, row.p_high_kw, position)
    if row.excess_low_w_per_m2 is None or row.excess_high_w_per_m2 is None:
        return p_kw
    excess = _between(row.excess_low_w_per_m2, row.excess_high_w_per_m2, position)
    return p_kw + excess * (area_m2 - row.area_min_m2) / W_PER_KW


def _between(low: float, high: float, position: ExcessPosition) -> float:
    return {"low": low, "mid": (low + high) / 2, "high": high}[position]


@cache
def _household_kw_rows() -> tuple[HouseholdKwRow, ...]:
    return read_data_table(HouseholdKwRow, _POWERS)


@cache
def _factor_rows() -> tuple[HouseholdFactorRow, ...]:
    return read_data_table(HouseholdFactorRow, _FACTORS)


@lru_cache(maxsize=64)
def _bands(
    rule_set: str, table: tuple[HouseholdFactorRow, ...] | None
) -> tuple[HouseholdFactorRow, ...]:
    return bands_of(table or _factor_rows(), rule_set, table=_FACTORS)


@lru_cache(maxsize=64)
def _curve(
    rule_set: str, position: HouseholdPosition, table: tuple[HouseholdFactorRow, ...] | None
) -> FactorCurve:
    return curve_of(_bands(rule_set, table), position)
