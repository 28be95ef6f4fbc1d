"""How complete the data of a compound are, and how far what is missing may move its load."""

from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np

from gridcalc.city.records import CityRow, DataGrade
from gridcalc.demand.groups import KINDS
from gridcalc.network.arrays import Floats
from gridcalc.provenance import Confidence
from gridcalc.tables import read_data_table
from gridcalc.units import PERCENT

_TABLE = "city_data_weights.csv"
_GRADES = (("A", 90.0), ("B", 70.0), ("C", 40.0))
_LOWEST = "D"
_AFFECTED = {
    "": (),
    "all": KINDS,
    "base": ("household", "public_load"),
    "chargers": ("private_charger", "public_charger"),
    "ebikes": ("ebike_socket",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DatumWeight:
    """What a datum weighs, and between which factors loads may lie where it is missing.

    ``affects`` names the loads: ``all``, ``base``, ``chargers``, ``ebikes`` or nothing.
    """

    datum: str
    weight_percent: float
    affects: Literal["", "all", "base", "chargers", "ebikes"]
    low_factor: float
    high_factor: float
    note: str
    source: str
    confidence: Confidence


@cache
def datum_weights() -> tuple[DatumWeight, ...]:
    """Return the weights of the data of a row."""
    return read_data_table(DatumWeight, _TABLE)


def missing_data(row: CityRow) -> tuple[DatumWeight, ...]:
    """Return what a row does not give; a compound file gives everything but the metered load.

    Examples
    --------
    >>> row = CityRow(row=2, id="a", name="a", file="a.yaml", line="L1", year=2004)
    >>> [datum.datum for datum in missing_data(row)]
    ['metered_peak_kw']
    """
    in_file = {"n_households", "n_private_bays", "n_public_bays", "n_ebikes", "transformers"}
    return tuple(
        datum
        for datum in datum_weights()
        if not (row.file and datum.datum in in_file) and getattr(row, datum.datum) in {None, "", ()}
    )


def data_grade(row: CityRow, *, could_flip: bool | None) -> DataGrade:
    """Return the grade of a row's data.

    Parameters
    ----------
    row
        Of the city table.
    could_flip
        Whether the verdict changes within the range of what is missing; ``None``: not computed.
    """
    missing = missing_data(row)
    total = sum(datum.weight_percent for datum in datum_weights())
    given = PERCENT * (1 - sum(datum.weight_percent for datum in missing) / total)
    grade = next((name for name, least in _GRADES if given >= least), _LOWEST)
    return DataGrade(
        grade=grade,
        given_percent=round(given, 6),
        missing=tuple(datum.datum for datum in missing),
        could_flip=could_flip,
    )


def load_factors(row: CityRow, *, heavy: bool) -> Floats:
    """Return the factor on each kind of load at the heavy or light end of what is missing.

    Returns
    -------
    array
        By ``demand.groups.KINDS``. [-], shape (n_kinds,)
    """
    factors = np.ones(len(KINDS))
    for datum in missing_data(row):
        factor = datum.high_factor if heavy else datum.low_factor
        for kind in _AFFECTED[datum.affects]:
            factors[KINDS.index(kind)] *= factor
    return factors
