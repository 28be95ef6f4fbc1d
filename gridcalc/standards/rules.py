"""Rule tables that are looked up by name: loading, network, quality, supply and protection rules.

The tables mix documents; the source and the mark stand in each row.
"""

from dataclasses import dataclass
from functools import cache
from typing import Literal

from gridcalc.provenance import Confidence
from gridcalc.standards.sourced import outside_table
from gridcalc.tables import read_data_table

RangeTable = Literal[
    "transformer_loading_rules", "network_rules", "ebike_parameters", "ev_parameters"
]
ValueTable = Literal[
    "load_grade_rules", "short_circuit_defaults", "lv_protection_rules", "thermal_parameters"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class RangeRule:
    """A rule with a lowest and a highest value, in ``unit``; a name may occur more than once."""

    name: str
    value_min: float | None
    value_max: float | None
    unit: str
    applies_to: str
    configurable: bool
    note: str
    source: str
    confidence: Confidence


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueRule:
    """A rule with one value, a number or a formula in words, in ``unit``."""

    name: str
    value: str
    unit: str
    applies_to: str
    note: str
    source: str
    confidence: Confidence

    @property
    def number(self) -> float:
        """The value as a number; ValueError where the rule is a formula or a word."""
        return float(self.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerQualityLimit:
    """A limit of voltage, harmonics, power factor or frequency, in ``unit``."""

    name: str
    applies_to: str
    limit_min: float | None
    limit_max: float | None
    unit: str
    note: str
    source: str
    confidence: Confidence


@dataclass(frozen=True, slots=True, kw_only=True)
class HarmonicCurrentLimit:
    """Harmonic current allowed at a point of common coupling of ``base_s_sc_mva`` [A]."""

    vn_kv: float
    base_s_sc_mva: float
    harmonic_order: int
    max_i_a: float
    note: str
    source: str
    confidence: Confidence


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplyThreshold:
    """The supply that a load up to a power, or a transformer between two powers, gets."""

    name: str
    max_p_kw: float | None
    min_s_kva: float | None
    max_s_kva: float | None
    supply: str
    note: str
    source: str
    confidence: Confidence


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicLoad:
    """A public or commercial load: size in ``unit``, demand factor, power factor, load grade."""

    name: str
    value_min: float | None
    value_max: float | None
    unit: str
    demand_factor_min: float | None
    demand_factor_max: float | None
    power_factor_min: float | None
    power_factor_max: float | None
    load_grade: str
    note: str
    source: str
    confidence: Confidence


@cache
def range_rules(table: RangeTable) -> tuple[RangeRule, ...]:
    """Return all rows of a table of ranges, in file order."""
    return read_data_table(RangeRule, f"{table}.csv")


@cache
def value_rules(table: ValueTable) -> tuple[ValueRule, ...]:
    """Return all rows of a table of single values, in file order."""
    return read_data_table(ValueRule, f"{table}.csv")


@cache
def power_quality_limits() -> tuple[PowerQualityLimit, ...]:
    """Return all limits of power quality, in file order."""
    return read_data_table(PowerQualityLimit, "power_quality_limits.csv")


@cache
def harmonic_current_limits() -> tuple[HarmonicCurrentLimit, ...]:
    """Return all harmonic current limits, in file order."""
    return read_data_table(HarmonicCurrentLimit, "harmonic_current_limits.csv")


@cache
def supply_thresholds() -> tuple[SupplyThreshold, ...]:
    """Return all thresholds of the supply mode, in file order."""
    return read_data_table(SupplyThreshold, "supply_thresholds.csv")


@cache
def public_loads() -> tuple[PublicLoad, ...]:
    """Return all public and commercial loads, in file order."""
    return read_data_table(PublicLoad, "public_loads.csv")


def range_rule(table: RangeTable, name: str, *, applies_to: str | None = None) -> RangeRule:
    """Return the first rule of that name, and of that scope where one is given.

    Raises
    ------
    InputError
        There is no such rule.

    Examples
    --------
    >>> range_rule("transformer_loading_rules", "pair_loading_percent").value_max
    65.0
    """
    for row in range_rules(table):
        if row.name == name and applies_to in (None, row.applies_to):
            return row
    raise outside_table(f"{table}.csv", "name", f"{name!r} is not a rule of this table")


def value_rule(table: ValueTable, name: str) -> ValueRule:
    """Return the rule of that name.

    Raises
    ------
    InputError
        There is no such rule.

    Examples
    --------
    >>> value_rule("lv_protection_rules", "sensitivity_factor").number
    1.3
    """
    for row in value_rules(table):
        if row.name == name:
            return row
    raise outside_table(f"{table}.csv", "name", f"{name!r} is not a rule of this table")
