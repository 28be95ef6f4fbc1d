"""Cables with third harmonic current: GB 50054-2011 cl. 3.2.9."""

from dataclasses import dataclass
from math import sqrt
from typing import Literal

from gridcalc.provenance import Confidence
from gridcalc.standards.derating_table import DERATING_TABLE, DeratingRow, derating_rows
from gridcalc.standards.sourced import outside_table
from gridcalc.units import N_PHASES, PERCENT


@dataclass(frozen=True, slots=True, kw_only=True)
class HarmonicDerating:
    """Which current sizes the cable, and the factor on its ampacity [-]."""

    sized_on: Literal["phase", "neutral"]
    factor: float
    source: str
    confidence: Confidence
    note: str


def neutral_harmonic_derating(
    h3_share_percent: float, *, table: tuple[DeratingRow, ...] | None = None
) -> HarmonicDerating:
    """Return the derating of a four-core cable for a third harmonic share.

    Parameters
    ----------
    h3_share_percent
        Third harmonic over the fundamental phase current, 0 or more. [%]
    table
        Rows to use instead of the shipped ones.

    Notes
    -----
    GB 50054-2011 cl. 3.2.9: up to 15 % none; up to 33 % 0.86 on the phase current; up to 45 %
    0.86 and above that none, but on the neutral current.

    Examples
    --------
    >>> derated = neutral_harmonic_derating(35)
    >>> derated.sized_on, derated.factor
    ('neutral', 0.86)
    """
    for row in table or derating_rows():
        top = row.h3_share_max_percent
        if row.factor_name == "third_harmonic" and h3_share_percent >= 0:
            low = row.h3_share_min_percent or 0.0
            above = h3_share_percent > low or low == h3_share_percent == 0
            if above and (top is None or h3_share_percent <= top):
                return HarmonicDerating(
                    sized_on="phase" if row.sized_on == "phase" else "neutral",
                    factor=row.factor,
                    source=row.source,
                    confidence=row.confidence,
                    note=row.note,
                )
    message = f"{h3_share_percent:g} % is not a third harmonic share; it is 0 or more"
    raise outside_table(DERATING_TABLE, "third_harmonic", message)


def neutral_current_a(i_phase_a: float, *, h3_share_percent: float) -> float:
    """Return the neutral current [A]: the third harmonics of three equal phases add up.

    Examples
    --------
    >>> round(neutral_current_a(80, h3_share_percent=35), 6)
    84.0
    """
    return N_PHASES * i_phase_a * h3_share_percent / PERCENT


def required_ampacity_a(
    i_phase_a: float, *, h3_share_percent: float, table: tuple[DeratingRow, ...] | None = None
) -> float:
    """Return the ampacity that a cable needs without harmonics to carry this current [A].

    Parameters
    ----------
    i_phase_a
        Fundamental phase current of three equal phases. [A]
    h3_share_percent
        Third harmonic over the fundamental phase current. [%]
    table
        Rows to use instead of the shipped ones.

    Notes
    -----
    GB 50054-2011 cl. 3.2.9; the phase current is ``i_phase_a sqrt(1 + share^2)``.

    Examples
    --------
    >>> round(required_ampacity_a(80, h3_share_percent=35), 2)
    97.67
    """
    derated = neutral_harmonic_derating(h3_share_percent, table=table)
    if derated.sized_on == "neutral":
        return neutral_current_a(i_phase_a, h3_share_percent=h3_share_percent) / derated.factor
    return i_phase_a * sqrt(1 + (h3_share_percent / PERCENT) ** 2) / derated.factor


def loading_factor(
    h3_share_percent: float, *, table: tuple[DeratingRow, ...] | None = None
) -> float:
    """Return by how much a cable is fuller than its current at 50 Hz says [-].

    1 where the clause reduces nothing: the half percent or 1 % at most by which harmonics raise
    the phase current there is left out.

    Examples
    --------
    >>> loading_factor(10), round(loading_factor(20), 3), round(loading_factor(35), 3)
    (1.0, 1.186, 1.221)
    """
    derated = neutral_harmonic_derating(h3_share_percent, table=table)
    if derated.sized_on == "phase" and derated.factor == 1:
        return 1.0
    return required_ampacity_a(1.0, h3_share_percent=h3_share_percent, table=table)
