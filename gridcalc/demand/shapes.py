"""Daily curves of households: default shapes for compounds without a metered curve."""

from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np

from gridcalc.demand.diversity import Floats
from gridcalc.provenance import Confidence
from gridcalc.tables import read_data_table

Season = Literal["summer", "winter", "spring_autumn"]

_TABLE = "household_shapes.csv"


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseholdShapeRow:
    """Mean power of the quarter hour that starts at ``name``, over the peak of the day."""

    name: str
    summer_pu: float
    winter_pu: float
    winter_electric_heating_pu: float
    spring_autumn_pu: float
    note: str
    source: str
    confidence: Confidence


def household_curve(season: Season, heating: str) -> Floats:
    """Return the daily curve of many households, 1 at its peak. [-], shape (96,).

    Parameters
    ----------
    season
        Air conditioning in ``summer``.
    heating
        ``electric`` or ``none``; it matters in ``winter``.

    Notes
    -----
    Slot 0 is 0:00 to 0:15. The curve holds for a large group; a small one varies more.

    Examples
    --------
    >>> household_curve("summer", "none").shape
    (96,)
    """
    column = f"{season}_pu"
    if season == "winter" and heating == "electric":
        column = "winter_electric_heating_pu"
    return np.array([getattr(row, column) for row in _rows()])


@cache
def _rows() -> tuple[HouseholdShapeRow, ...]:
    return read_data_table(HouseholdShapeRow, _TABLE)
