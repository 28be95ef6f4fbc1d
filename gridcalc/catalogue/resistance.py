"""Conductor resistance at another temperature than 20 °C."""

from functools import cache

from gridcalc.catalogue.records import Cable, ConductorMaterial
from gridcalc.tables import read_data_table


def resistance_ohm_per_km(cable: Cable, celsius: float) -> float:
    """Return the resistance of one conductor at a temperature. [ohm/km].

    Notes
    -----
    ``r = r20 (1 + alpha20 (t - 20 °C))`` with the coefficient of the conductor's metal.

    Examples
    --------
    >>> from gridcalc.catalogue import load_catalogue
    >>> cable = load_catalogue().cables["YJV22-0.6/1-4x240"]
    >>> round(resistance_ohm_per_km(cable, 90), 4)
    0.0961
    """
    alpha = _alpha20_per_k()[cable.conductor]
    return cable.r20_ohm_per_km * (1 + alpha * (celsius - 20))


@cache
def _alpha20_per_k() -> dict[str, float]:
    rows = read_data_table(ConductorMaterial, "conductor_materials.csv")
    return {row.conductor: row.alpha20_per_k for row in rows}
