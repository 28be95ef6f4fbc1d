"""Short-time thermal withstand of cables: GB 50054-2011, S >= I sqrt(t) / k.

k: Power Supply Design Handbook, 4th edition, table 5.6-7.
"""

from dataclasses import dataclass
from functools import cache
from math import sqrt

from gridcalc.provenance import Confidence
from gridcalc.standards.rules import value_rule
from gridcalc.standards.sourced import BEYOND_TABLE, SourcedNumber, outside_table
from gridcalc.tables import read_data_table
from gridcalc.units import A_PER_KA

_TABLE = "cable_thermal_k.csv"


@dataclass(frozen=True, slots=True, kw_only=True)
class ThermalKRow:
    """Short-time constant of a conductor in its insulation, up to ``max_area_mm2``."""

    conductor: str
    insulation: str
    max_area_mm2: float | None
    t_start_celsius: float
    t_end_celsius: float
    k_a_sqrt_s_per_mm2: float
    note: str
    source: str
    confidence: Confidence


def thermal_k(
    *,
    conductor: str,
    insulation: str,
    area_mm2: float | None = None,
    table: tuple[ThermalKRow, ...] | None = None,
) -> SourcedNumber:
    """Return the short-time constant k [A·sqrt(s)/mm2]: the lowest of the tables.

    Parameters
    ----------
    conductor, insulation
        ``Cu`` or ``Al``; ``XLPE`` or ``PVC``.
    area_mm2
        Section; above the range of the row the value is kept and marked as assumed. [mm2]
    table
        Rows to use instead of the shipped ones.

    Examples
    --------
    >>> thermal_k(conductor="Cu", insulation="XLPE").value
    137.0
    """
    rows = table or _rows()
    wanted = [row for row in rows if (row.conductor, row.insulation) == (conductor, insulation)]
    if not wanted:
        message = f"there is no row for {conductor} in {insulation}"
        raise outside_table(_TABLE, "conductor", message)
    row = min(wanted, key=lambda row: row.k_a_sqrt_s_per_mm2)
    k = row.k_a_sqrt_s_per_mm2
    if row.max_area_mm2 is not None and area_mm2 is not None and area_mm2 > row.max_area_mm2:
        note = f"table ends at {row.max_area_mm2:g} mm2; its value is used for {area_mm2:g} mm2"
        return SourcedNumber(value=k, source=BEYOND_TABLE, confidence="assumed", note=note)
    return SourcedNumber(value=k, source=row.source, confidence=row.confidence, note=row.note)


def min_area_mm2(*, i_sc_ka: float, t_s: float, k_a_sqrt_s_per_mm2: float) -> float:
    """Return the least section that withstands a short circuit [mm2].

    Parameters
    ----------
    i_sc_ka
        Short-circuit current, rms. [kA]
    t_s
        Time to clearing; below 0.1 s, where the d.c. component counts, 0.1 s is used. Above 5 s
        the result is on the safe side, because heat is lost. [s]
    k_a_sqrt_s_per_mm2
        Short-time constant. [A·sqrt(s)/mm2]

    Notes
    -----
    GB 50054-2011, as used in worked exam examples::

        S >= I sqrt(t) / k

    Examples
    --------
    >>> round(min_area_mm2(i_sc_ka=5.5, t_s=0.2, k_a_sqrt_s_per_mm2=137), 3)
    17.954
    """
    if t_s < 0:
        raise ValueError(f"a clearing time of {t_s} s is not possible")
    floor_s = value_rule("short_circuit_defaults", "thermal_time_floor_s").number
    return i_sc_ka * A_PER_KA * sqrt(max(t_s, floor_s)) / k_a_sqrt_s_per_mm2


@cache
def _rows() -> tuple[ThermalKRow, ...]:
    return read_data_table(ThermalKRow, _TABLE)
