"""The table of derating factors of cables, GB 50217 and GB 50054, and how to look into it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Final

from gridcalc.provenance import Confidence, weakest
from gridcalc.standards.sourced import outside_table
from gridcalc.tables import read_data_table

DERATING_TABLE: Final = "cable_derating.csv"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeratingRow:
    """One factor and the condition it holds for; columns that do not matter are empty."""

    factor_name: str
    medium: str
    insulation: str
    conductor_max_celsius: float | None
    ambient_celsius: float | None
    soil_rho_k_m_per_w: float | None
    n_cables: int | None
    spacing_mm: float | None
    spacing_diameters: float | None
    n_layers: int | None
    h3_share_min_percent: float | None
    h3_share_max_percent: float | None
    sized_on: str
    factor: float
    note: str
    source: str
    confidence: Confidence


@dataclass(frozen=True, slots=True, kw_only=True)
class DeratingFactor:
    """One named factor of a derating [-]."""

    name: str
    factor: float
    source: str
    confidence: Confidence
    note: str = ""


@cache
def derating_rows() -> tuple[DeratingRow, ...]:
    """Return the shipped table of derating factors, in file order."""
    return read_data_table(DeratingRow, DERATING_TABLE)


def at_count(
    rows: list[DeratingRow], n: int, *, of: Callable[[DeratingRow], int | None], note: str
) -> DeratingFactor:
    """Return the factor of a count; beyond the last count its value, marked as assumed."""
    if n < 1:
        raise outside_table(
            DERATING_TABLE, rows[0].factor_name, f"{n} is not a count; 1 is the least"
        )
    by_count = {count: row for row in rows if (count := of(row)) is not None}
    last = max(by_count)
    row = by_count[min(n, last)]
    if n > last:
        note = f"more than the {last} of the table; factor of {last} used" + (note and f"; {note}")
    if note:
        return DeratingFactor(
            name=row.factor_name,
            factor=row.factor,
            source="beyond-table",
            confidence="assumed",
            note=note,
        )
    return as_factor(row)


def interpolated(
    rows: list[DeratingRow], x: float, *, of: Callable[[DeratingRow], float | None], what: str
) -> DeratingFactor:
    """Return the factor at ``x``, linear between two rows; nothing is taken outside them."""
    points = sorted(((at, row) for row in rows if (at := of(row)) is not None), key=lambda p: p[0])
    for (x0, low), (x1, high) in pairwise(points):
        if x0 <= x <= x1:
            share = (x - x0) / (x1 - x0)
            return DeratingFactor(
                name=low.factor_name,
                factor=low.factor + share * (high.factor - low.factor),
                source=low.source,
                confidence=weakest(low.confidence, high.confidence),
                note=low.note if share in (0, 1) else f"linear between {x0:g} and {x1:g}",
            )
    message = f"{x:g} ({what}) is outside the {points[0][0]:g} to {points[-1][0]:g} of the table"
    raise outside_table(DERATING_TABLE, rows[0].factor_name, message)


def single(rows: Iterable[DeratingRow], name: str, medium: str) -> DeratingFactor:
    """Return the factor that stands in one row of its own."""
    for row in rows:
        if (row.factor_name, row.medium) == (name, medium):
            return as_factor(row)
    raise outside_table(DERATING_TABLE, name, f"there is no row for {medium!r}")


def as_factor(row: DeratingRow) -> DeratingFactor:
    """Return the factor of a row."""
    return DeratingFactor(
        name=row.factor_name,
        factor=row.factor,
        source=row.source,
        confidence=row.confidence,
        note=row.note,
    )
