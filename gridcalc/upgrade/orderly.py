"""Orderly charging: how many chargers it takes at each transformer."""

from math import ceil

from gridcalc.compound.model import Compound
from gridcalc.compound.topology import lv_topology
from gridcalc.units import PERCENT
from gridcalc.upgrade.measures import OrderlyCharging

_ROUNDING = 1e-9


def check_orderly(measure: OrderlyCharging) -> None:
    """Raise ``ValueError`` unless some chargers, and at most all, come under control."""
    if not 0 < measure.bays_percent <= PERCENT:
        raise ValueError(f"{measure.bays_percent} % of the private bays cannot be controlled")


def controlled_chargers(compound: Compound, measure: OrderlyCharging) -> dict[str, int]:
    """Return the chargers that come under control by transformer, where there are any.

    A part of a charger counts as a whole one. None where charging is orderly today.

    Raises
    ------
    ValueError
        The share of bays is not above 0 and at most 100 %.
    """
    check_orderly(measure)
    if compound.orderly_charging:
        return {}
    places = lv_topology(compound).by_id()
    found = {}
    for unit in compound.transformers:
        n_bays = sum(
            row.count for row in compound.private_bays if places[row.node].transformer == unit.id
        )
        if n_bays:
            found[unit.id] = ceil(n_bays * measure.bays_percent / PERCENT - _ROUNDING)
    return found
