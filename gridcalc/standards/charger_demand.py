"""Demand factor Kx of many chargers, by rule set.

Atlas 18D705-2 / 18DX009 (recalled) and the design-office formula (secondary). The sources differ
by two to four times; the rule set is an input.
"""

from functools import cache, lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

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

ChargerPosition = Literal["high", "low", "mid"]

_FACTORS = "charger_demand_factor.csv"


def charger_demand_factor(
    *,
    rule_set: str,
    n_chargers: float,
    position: ChargerPosition,
    floor_factor: float = 0.0,
    table: tuple[DemandFactorRow, ...] | None = None,
) -> SourcedNumber:
    """Return the demand factor of some chargers [-].

    Parameters
    ----------
    rule_set
        A rule set of the table ``charger_demand_factor`` that starts at one charger:
        ``atlas_ac_7kw`` (linear between its counts, constant beyond the last) or
        ``design_office_formula`` (bands).
    n_chargers
        Number of chargers, 0 or more; fractions are allowed. [-]
    position
        Which end of the printed range is taken, or its middle.
    floor_factor
        The factor is nowhere below this. [-]
    table
        Rows to use instead of the shipped ones.

    Raises
    ------
    InputError
        No such rule set, or one that is a planning range for large compounds only.

    Examples
    --------
    >>> charger_demand_factor(rule_set="atlas_ac_7kw", n_chargers=20, position="mid").value
    0.51
    """
    bands = _bands(rule_set, table)
    curve = _curve(rule_set, position, floor_factor, table)
    return sourced_factor(bands, curve, n_chargers, position=position)


def diversified_chargers(
    *,
    rule_set: str,
    n: float,
    position: ChargerPosition,
    floor_factor: float = 0.0,
    table: tuple[DemandFactorRow, ...] | None = None,
) -> float:
    """Return how many chargers at full load equal ``n`` chargers: max over m <= n [-].

    Notes
    -----
    Our own monotone envelope, see the module on demand factors: one more charger never lowers it.

    Examples
    --------
    >>> round(diversified_chargers(rule_set="atlas_ac_7kw", n=100, position="high"), 2)
    34.0
    """
    return diversified_at(_curve(rule_set, position, floor_factor, table), n)


def diversified_charger_counts(
    *,
    rule_set: str,
    n_max: int,
    position: ChargerPosition,
    floor_factor: float = 0.0,
    table: tuple[DemandFactorRow, ...] | None = None,
) -> NDArray[np.float64]:
    """Return the diversified counts of 0 … ``n_max`` chargers, read-only.

    Returns
    -------
    array
        [-], shape (n_max + 1,)
    """
    return diversified_array(_curve(rule_set, position, floor_factor, table), n_max)


@cache
def _factor_rows() -> tuple[DemandFactorRow, ...]:
    return read_data_table(DemandFactorRow, _FACTORS)


@lru_cache(maxsize=64)
def _bands(rule_set: str, table: tuple[DemandFactorRow, ...] | None) -> tuple[DemandFactorRow, ...]:
    bands = bands_of(table or _factor_rows(), rule_set, table=_FACTORS)
    if bands[0].n_min > 1:
        message = f"{rule_set!r} is a range from {bands[0].n_min} chargers on, not a curve"
        raise outside_table(_FACTORS, "rule_set", message)
    return bands


@lru_cache(maxsize=64)
def _curve(
    rule_set: str,
    position: ChargerPosition,
    floor_factor: float,
    table: tuple[DemandFactorRow, ...] | None,
) -> FactorCurve:
    return curve_of(_bands(rule_set, table), position, floor_factor=floor_factor)
