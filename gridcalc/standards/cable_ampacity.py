"""Continuous ampacity of cables in soil and air: GB 50217, appendices C and D.

Temperature and soil factors: GB 50217-2007 tables D.0.1 and D.0.2. Grouping and tray factors:
values recalled. Duct and trench: constants of an open calculator. The IEC system (air 30 °C, soil
20 °C, 2.5 K·m/W) has other base columns and other factors and is never mixed with this one.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from math import prod
from typing import Literal, Protocol

from gridcalc.provenance import Confidence, weakest
from gridcalc.standards.derating_table import (
    DERATING_TABLE,
    DeratingFactor,
    DeratingRow,
    at_count,
    derating_rows,
    interpolated,
    single,
)
from gridcalc.standards.sourced import SourcedNumber, outside_table

Laying = Literal["buried", "duct", "trench", "air", "tray", "ladder"]
Medium = Literal["soil", "air"]

_IN_SOIL: frozenset[Laying] = frozenset({"buried", "duct", "trench"})
_TABLE_RHO_K_M_PER_W = 2.0
"""Soil resistivity of tables C.0.3 and C.0.1-4, the base of the soil column [K·m/W]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LayingConditions:
    """How a cable lies.

    Parameters
    ----------
    laying
        ``buried``, ``duct`` and ``trench`` use the soil ampacity, ``air``, ``tray`` and
        ``ladder`` the air ampacity.
    air_celsius, soil_celsius
        Ambient temperatures; only the one of the medium is used. [°C]
    soil_rho_k_m_per_w
        Thermal resistivity of the soil. [K·m/W]
    n_grouped
        Loaded cables side by side, this one included; not used on trays and ladders, whose factor
        holds for full layers. [-]
    spacing_mm, spacing_diameters
        Clear distance in soil [mm]; distance of centres in air, in diameters [-]; None for the
        closest of the table.
    n_layers
        Layers of touching cables on the tray or ladder. [-]
    """

    laying: Laying
    air_celsius: float
    soil_celsius: float
    soil_rho_k_m_per_w: float
    n_grouped: int = 1
    spacing_mm: float | None = None
    spacing_diameters: float | None = None
    n_layers: int = 1


def side_by_side(grouping: int | None, parallel: int = 1) -> int:
    """Return how many loaded cables lie side by side: at least all that are in parallel [-].

    Cables in parallel lie in the same trench, duct bank or tray and warm each other.

    Parameters
    ----------
    grouping
        What a file or a pack says, None where neither does. [-]
    parallel
        Equal cables in parallel. [-]

    Examples
    --------
    >>> side_by_side(1, 2), side_by_side(4, 2)
    (2, 4)
    """
    return max(grouping or 1, parallel)


@dataclass(frozen=True, slots=True, kw_only=True)
class Derating:
    """All factors of one laying condition, and the base ampacity they belong to."""

    medium: Medium
    factors: tuple[DeratingFactor, ...]

    @property
    def factor(self) -> float:
        """Product of all factors."""
        return prod(part.factor for part in self.factors)

    @property
    def confidence(self) -> Confidence:
        """Mark of the weakest factor."""
        return weakest(*(part.confidence for part in self.factors))


class AmpacityColumns(Protocol):
    """What this module needs to know of a cable."""

    @property
    def name(self) -> str:
        """Designation, for messages."""

    @property
    def insulation(self) -> str:
        """``XLPE`` or ``PVC``."""

    @property
    def max_i_air40_a(self) -> float | None:
        """Ampacity in air at 40 °C, three loaded cores, in A."""

    @property
    def max_i_soil25_rho2_a(self) -> float | None:
        """Ampacity in soil at 25 °C and 2.0 K·m/W, three loaded cores, in A."""


def ampacity_a(
    cable: AmpacityColumns,
    conditions: LayingConditions,
    *,
    table: tuple[DeratingRow, ...] | None = None,
) -> float:
    """Return the continuous ampacity of one cable as it lies [A].

    Raises
    ------
    InputError
        The cable has no base value for this laying, or a condition lies outside the tables.
    """
    shares = derating(conditions, insulation=cable.insulation, table=table)
    base = cable.max_i_soil25_rho2_a if shares.medium == "soil" else cable.max_i_air40_a
    if base is None:
        column = "max_i_soil25_rho2_a" if shares.medium == "soil" else "max_i_air40_a"
        message = f"{cable.name!r} has no ampacity in {shares.medium}; choose another type or add "
        raise outside_table("cable tables", column, message + "the value in a table of your own")
    return base * shares.factor


def derating(
    conditions: LayingConditions,
    *,
    insulation: str = "XLPE",
    table: tuple[DeratingRow, ...] | None = None,
) -> Derating:
    """Return the factors between the base ampacity and the ampacity as laid.

    Notes
    -----
    GB 50217-2007 tables D.0.1 (ambient temperature) and D.0.2 (soil resistivity, applied as
    K(actual) / K(2.0)); both are linear between rows, and no value is invented outside them.

    Raises
    ------
    InputError
        A temperature or resistivity outside the tables, a count below 1, an unknown insulation.

    Examples
    --------
    >>> wet = LayingConditions(
    ...     laying="buried", air_celsius=40, soil_celsius=30, soil_rho_k_m_per_w=1.5)
    >>> [(part.name, round(part.factor, 4)) for part in derating(wet).factors]
    [('ambient_temperature', 0.96), ('soil_resistivity', 1.069), ('grouping', 1.0)]
    """
    return _derating(conditions, insulation, table)


@lru_cache(maxsize=4096)
def _derating(
    conditions: LayingConditions, insulation: str, table: tuple[DeratingRow, ...] | None
) -> Derating:
    rows = table or derating_rows()
    laying = conditions.laying
    if laying in _IN_SOIL:
        factors = [
            _temperature(rows, "soil", insulation, conditions.soil_celsius),
            _resistivity(rows, conditions.soil_rho_k_m_per_w),
            _grouping_in_soil(rows, conditions),
        ]
        if laying != "buried":
            factors.append(single(rows, "installation", laying))
        return Derating(medium="soil", factors=tuple(factors))
    ambient = _temperature(rows, "air", insulation, conditions.air_celsius)
    if laying == "air":
        return Derating(medium="air", factors=(ambient, _grouping_in_air(rows, conditions)))
    return Derating(medium="air", factors=(ambient, _layers(rows, laying, conditions.n_layers)))


def copper_over_aluminium(table: tuple[DeratingRow, ...] | None = None) -> SourcedNumber:
    """Return the ampacity of copper over that of aluminium of the same section [-].

    Examples
    --------
    >>> copper_over_aluminium().value
    1.29
    """
    part = single(table or derating_rows(), "material", "cu_over_al")
    return SourcedNumber(
        value=part.factor, source=part.source, confidence=part.confidence, note=part.note
    )


def _temperature(
    rows: Iterable[DeratingRow], medium: Medium, insulation: str, celsius: float
) -> DeratingFactor:
    wanted = [
        row
        for row in rows
        if row.factor_name == "ambient_temperature"
        and (row.medium, row.insulation) == (medium, insulation)
    ]
    if not wanted:
        raise outside_table(DERATING_TABLE, "insulation", f"{insulation!r} is not in the table")
    return interpolated(wanted, celsius, of=lambda row: row.ambient_celsius, what=f"{medium} in °C")


def _resistivity(rows: Iterable[DeratingRow], rho_k_m_per_w: float) -> DeratingFactor:
    wanted = [row for row in rows if row.factor_name == "soil_resistivity"]

    def at(rho: float) -> DeratingFactor:
        return interpolated(
            wanted, rho, of=lambda row: row.soil_rho_k_m_per_w, what="soil in K·m/W"
        )

    actual, base = at(rho_k_m_per_w), at(_TABLE_RHO_K_M_PER_W)
    return DeratingFactor(
        name=actual.name,
        factor=actual.factor / base.factor,
        source=actual.source,
        confidence=weakest(actual.confidence, base.confidence),
        note=f"K({rho_k_m_per_w:g}) / K({_TABLE_RHO_K_M_PER_W:g})",
    )


def _grouping_in_soil(rows: Iterable[DeratingRow], conditions: LayingConditions) -> DeratingFactor:
    wanted = [row for row in rows if (row.factor_name, row.medium) == ("grouping", "soil")]
    return _grouping(wanted, conditions, of=lambda row: row.spacing_mm, wish=conditions.spacing_mm)


def _grouping_in_air(rows: Iterable[DeratingRow], conditions: LayingConditions) -> DeratingFactor:
    wanted = [row for row in rows if (row.factor_name, row.medium) == ("grouping", "air")]
    wish = conditions.spacing_diameters
    return _grouping(wanted, conditions, of=lambda row: row.spacing_diameters, wish=wish)


def _grouping(
    rows: list[DeratingRow],
    conditions: LayingConditions,
    *,
    of: Callable[[DeratingRow], float | None],
    wish: float | None,
) -> DeratingFactor:
    """Return the factor of the widest spacing of the table that is not wider than laid."""
    spacings = sorted({spacing for row in rows if (spacing := of(row)) is not None})
    fitting = [spacing for spacing in spacings if wish is not None and spacing <= wish]
    spacing = fitting[-1] if fitting else spacings[0]
    note = ""
    if wish is not None and not fitting:
        note = f"closer than the table; factor of spacing {spacing:g} used"
    counts = [row for row in rows if of(row) == spacing]
    return at_count(counts, conditions.n_grouped, of=lambda row: row.n_cables, note=note)


def _layers(rows: Iterable[DeratingRow], laying: Laying, n_layers: int) -> DeratingFactor:
    wanted = [row for row in rows if (row.factor_name, row.medium) == ("tray_layers", laying)]
    return at_count(wanted, n_layers, of=lambda row: row.n_layers, note="")
