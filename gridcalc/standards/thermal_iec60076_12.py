"""Hot spot and ageing of dry transformers: IEC 60076-12:2008, classes F and H.

Life constants and rated hot spots from table 1 (web copy); exponent and limits from memory.
"""

from dataclasses import dataclass
from math import exp
from typing import Final, Literal

import numpy as np

from gridcalc.standards.rules import value_rule
from gridcalc.standards.sourced import SourcedNumber
from gridcalc.standards.thermal_relaxation import Floats, periodic_response, require_days
from gridcalc.units import MIN_PER_H

DryClass = Literal["F", "H"]

_ICE_POINT_K: Final = 273.0
"""With 273 the life at the rated hot spot is the rated life to 0.04 % in class F."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DryModel:
    """A dry transformer in the thermal model of the loading guide.

    Parameters
    ----------
    dry_class
        Insulation class.
    hot_spot_rise_k
        Hot spot over ambient at rated current. [K]
    exponent_m
        The rise is proportional to K^(2 m). [-]
    tau_winding_min
        Time constant. [min]
    life_a_h, life_b_k
        Life = a exp(b / T), T the hot spot in kelvin. [h], [K]
    rated_life_h
        Life that counts as rate 1. [h]
    max_hot_spot
        Highest hot spot. [°C]
    """

    dry_class: DryClass
    hot_spot_rise_k: float
    exponent_m: float
    tau_winding_min: float
    life_a_h: float
    life_b_k: float
    rated_life_h: float
    max_hot_spot: SourcedNumber


def dry_model(dry_class: DryClass = "F") -> DryModel:
    """Return the model of a dry transformer of an insulation class, with the shipped parameters.

    Examples
    --------
    >>> dry_model("F").hot_spot_rise_k, dry_model("H").hot_spot_rise_k
    (125.0, 150.0)
    """
    of_class = f"dry_{dry_class.lower()}"
    limit = value_rule("thermal_parameters", f"{of_class}_max_hot_spot_celsius")
    rated_celsius = _parameter(f"{of_class}_rated_hot_spot_celsius")
    return DryModel(
        dry_class=dry_class,
        hot_spot_rise_k=rated_celsius - _parameter("dry_reference_ambient_celsius"),
        exponent_m=_parameter("dry_exponent_m"),
        tau_winding_min=_parameter("dry_tau_winding_min"),
        life_a_h=_parameter(f"{of_class}_life_a_h"),
        life_b_k=_parameter(f"{of_class}_life_b_k"),
        rated_life_h=_parameter("dry_rated_life_h"),
        max_hot_spot=SourcedNumber(
            value=limit.number, source=limit.source, confidence=limit.confidence, note=limit.note
        ),
    )


def dry_hot_spot(
    load_pu: Floats, *, ambient_celsius: Floats, model: DryModel, slot_h: float
) -> Floats:
    """Return the hot spot of days that repeat, at the end of each slot [°C].

    Parameters
    ----------
    load_pu
        Load over rated power, constant within a slot; 0 or more. [pu], shape (n_days, n_slots)
    ambient_celsius
        Air around the transformer. [°C], shape (n_slots,)
    model
        The transformer.
    slot_h
        Length of a slot. [h]

    Returns
    -------
    Floats
        Shape (n_days, n_slots).

    Raises
    ------
    ValueError
        Shapes that do not fit, negative loads, or values that are not finite.

    Notes
    -----
    IEC 60076-12:2008; the rise relaxes towards its steady value, the ambient acts at once.
    The time constant is kept at its rated value::

        hot spot = ambient + r,  r -> rise_r * K^(2 m)

    Examples
    --------
    >>> day = dry_hot_spot(
    ...     np.ones((1, 96)), ambient_celsius=np.full(96, 20.0), model=dry_model(), slot_h=0.25
    ... )
    >>> round(float(day[0, 0]), 6)
    145.0
    """
    require_days(load_pu, ambient_celsius)
    rise_k = model.hot_spot_rise_k * load_pu ** (2.0 * model.exponent_m)
    decay = exp(-slot_h * MIN_PER_H / model.tau_winding_min)
    return ambient_celsius + periodic_response(rise_k, decay=decay)


def ageing_rate_dry(hot_spot_celsius: Floats, *, model: DryModel) -> Floats:
    """Return the rate of ageing of a dry transformer: days of life used in a day [-], any shape.

    Notes
    -----
    IEC 60076-12:2008, table 1::

        V = rated life / (a exp(b / (hot spot + 273)))

    Examples
    --------
    >>> ageing_rate_dry(np.array([139.0, 145.0]), model=dry_model("F")).round(2).tolist()
    [0.49, 1.0]
    """
    life_h = model.life_a_h * np.exp(model.life_b_k / (hot_spot_celsius + _ICE_POINT_K))
    rate: Floats = model.rated_life_h / life_h
    return rate


def _parameter(name: str) -> float:
    return value_rule("thermal_parameters", name).number
