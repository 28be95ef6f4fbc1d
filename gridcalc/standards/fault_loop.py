"""Earth-fault loops of TN networks: GB 50054-2011 cl. 5.2.8 and 6.2.4, design handbook.

Phase-protective (php) quantities are those of phase and protective conductor together.
"""

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final, Literal

from gridcalc.provenance import Confidence
from gridcalc.standards.short_circuit_iec60909 import Impedance
from gridcalc.standards.sourced import SourcedNumber, outside_table
from gridcalc.tables import read_data_table
from gridcalc.units import M_PER_KM, MOHM_PER_OHM

_TABLE = "lv_cable_php_reactance.csv"
_HEATING_FACTOR: Final = 1.5


@dataclass(frozen=True, slots=True, kw_only=True)
class PhpReactanceRow:
    """Phase-protective reactance of a plastic cable with an equal or a half PEN conductor."""

    area_mm2: float
    x_php_equal_pen_mohm_per_m: float
    x_php_half_pen_mohm_per_m: float
    note: str
    source: str
    confidence: Confidence


def r_php_ohm_per_km(*, r20_phase_ohm_per_km: float, r20_pe_ohm_per_km: float) -> float:
    """Return the phase-protective resistance for the smallest fault current [ohm/km].

    Notes
    -----
    Design handbook, 3rd edition, table 4-25 note: 1.5 (R20,phase + R20,PE); 1.5 stands for
    heating.

    Examples
    --------
    >>> r_php_ohm_per_km(r20_phase_ohm_per_km=0.2, r20_pe_ohm_per_km=0.4)
    0.9000000000000001
    """
    return _HEATING_FACTOR * (r20_phase_ohm_per_km + r20_pe_ohm_per_km)


def x_php_ohm_per_km(
    *,
    area_mm2: float,
    pen: Literal["equal", "half"],
    table: tuple[PhpReactanceRow, ...] | None = None,
) -> SourcedNumber:
    """Return the phase-protective reactance of a cable [ohm/km], which is mohm/m.

    Parameters
    ----------
    area_mm2
        Section of the phase conductor; between and above the rows of the table the next smaller
        section is used, and the value marked as assumed. [mm2]
    pen
        PEN conductor of the same or of half the section.
    table
        Rows to use instead of the shipped ones.

    Examples
    --------
    >>> x_php_ohm_per_km(area_mm2=150, pen="equal").value
    0.152
    """
    return _x_php(area_mm2, pen, table or _rows())


@lru_cache(maxsize=256)
def _x_php(
    area_mm2: float, pen: Literal["equal", "half"], table: tuple[PhpReactanceRow, ...]
) -> SourcedNumber:
    smaller = [row for row in table if row.area_mm2 <= area_mm2]
    if not smaller:
        raise outside_table(_TABLE, "area_mm2", f"{area_mm2:g} mm2 is below the table")
    row = max(smaller, key=lambda row: row.area_mm2)
    x = row.x_php_equal_pen_mohm_per_m if pen == "equal" else row.x_php_half_pen_mohm_per_m
    if row.area_mm2 != area_mm2:
        note = f"not in the table; value of {row.area_mm2:g} mm2 used"
        return SourcedNumber(value=x, source="beyond-table", confidence="assumed", note=note)
    return SourcedNumber(value=x, source=row.source, confidence=row.confidence, note=row.note)


def earth_fault_a(*, u0_v: float, loop: Impedance, c_factor: float = 1.0) -> float:
    """Return the earth-fault current of a loop [A].

    Parameters
    ----------
    u0_v
        Nominal voltage to earth. [V]
    loop
        Phase-protective impedance of the whole loop: system, transformer and lines.
    c_factor
        Voltage factor; 1.0 in the practical method of the handbook. [-]

    Examples
    --------
    >>> earth_fault_a(u0_v=220, loop=Impedance(r_mohm=220.0, x_mohm=0.0))
    1000.0
    """
    return c_factor * u0_v * MOHM_PER_OHM / loop.z_mohm


def max_loop_length_m(
    *, trip_i_a: float, loop_ohm_per_km: float, u0_v: float, sensitivity_factor: float
) -> float:
    """Return the longest line whose earth fault still trips the breaker [m].

    Parameters
    ----------
    trip_i_a
        Instantaneous or short-delay setting. [A]
    loop_ohm_per_km
        Magnitude of the phase-protective impedance of the line. [ohm/km]
    u0_v
        Nominal voltage to earth. [V]
    sensitivity_factor
        Smallest fault current over the setting, 1.3 by GB 50054-2011 cl. 6.2.4. [-]

    Examples
    --------
    >>> round(max_loop_length_m(
    ...     trip_i_a=160, loop_ohm_per_km=8.6, u0_v=220, sensitivity_factor=1.3), 1)
    123.0
    """
    return u0_v / (sensitivity_factor * trip_i_a) / loop_ohm_per_km * M_PER_KM


@cache
def _rows() -> tuple[PhpReactanceRow, ...]:
    return read_data_table(PhpReactanceRow, _TABLE)
