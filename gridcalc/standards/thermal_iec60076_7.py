"""Hot spot and ageing of oil transformers: IEC 60076-7, exponential form of the loading guide.

Rated rises from memory, exponents and time constants as the library transformer-thermal-model
has them for distribution transformers (ONAN); the text of the standard was not read.
"""

from dataclasses import dataclass
from math import exp
from typing import Final, Literal

import numpy as np

from gridcalc.standards.rules import value_rule
from gridcalc.standards.sourced import SourcedNumber
from gridcalc.standards.thermal_relaxation import Floats, periodic_response, require_days
from gridcalc.units import MIN_PER_H

Paper = Literal["normal", "upgraded"]

_NORMAL_REFERENCE_CELSIUS: Final = 98.0
_NORMAL_DOUBLING_K: Final = 6.0
_UPGRADED_REFERENCE_CELSIUS: Final = 110.0
_UPGRADED_B_K: Final = 15000.0
_ICE_POINT_K: Final = 273.0
"""The guide adds 273, not 273.15."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OilModel:
    """An oil transformer in the thermal model of the loading guide.

    Parameters
    ----------
    loss_ratio
        Load loss at rated current over no-load loss, R. [-]
    top_oil_rise_k
        Top oil over ambient at rated current. [K]
    hot_spot_gradient_k
        Hot spot over top oil at rated current, H times g. [K]
    exponent_x, exponent_y
        Of the total losses, for the oil; of the current, for the winding. [-]
    tau_oil_min, tau_winding_min
        Time constants. [min]
    k11, k21, k22
        Constants of the exponential form. [-]
    paper
        Insulation of the winding: normal or thermally upgraded paper.
    max_hot_spot, max_top_oil
        Limits of normal cyclic loading. [°C]
    """

    loss_ratio: float
    top_oil_rise_k: float
    hot_spot_gradient_k: float
    exponent_x: float
    exponent_y: float
    tau_oil_min: float
    tau_winding_min: float
    k11: float
    k21: float
    k22: float
    paper: Paper
    max_hot_spot: SourcedNumber
    max_top_oil: SourcedNumber


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OilTemperatures:
    """Temperatures at the end of each slot. [°C], shape (n_days, n_slots)."""

    hot_spot_celsius: Floats
    top_oil_celsius: Floats


def oil_model(*, loss_ratio: float, paper: Paper = "normal") -> OilModel:
    """Return the model of an oil distribution transformer, with the shipped parameters.

    Parameters
    ----------
    loss_ratio
        Load loss at rated current over no-load loss, above 0. [-]
    paper
        Insulation of the winding.

    Raises
    ------
    ValueError
        The ratio is not above 0.

    Examples
    --------
    >>> model = oil_model(loss_ratio=5)
    >>> model.top_oil_rise_k, model.max_hot_spot.value
    (55.0, 120.0)
    """
    if loss_ratio <= 0:
        raise ValueError(f"a ratio of load to no-load loss of {loss_ratio} is not above 0")
    return OilModel(
        loss_ratio=loss_ratio,
        top_oil_rise_k=_parameter("top_oil_rise_k"),
        hot_spot_gradient_k=_parameter("hot_spot_gradient_k"),
        exponent_x=_parameter("exponent_x"),
        exponent_y=_parameter("exponent_y"),
        tau_oil_min=_parameter("tau_oil_min"),
        tau_winding_min=_parameter("tau_winding_min"),
        k11=_parameter("k11"),
        k21=_parameter("k21"),
        k22=_parameter("k22"),
        paper=paper,
        max_hot_spot=_limit("max_hot_spot_celsius"),
        max_top_oil=_limit("max_top_oil_celsius"),
    )


def oil_hot_spot(
    load_pu: Floats, *, ambient_celsius: Floats, model: OilModel, slot_h: float
) -> OilTemperatures:
    """Return hot spot and top oil of days that repeat.

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

    Raises
    ------
    ValueError
        Shapes that do not fit, negative loads, or values that are not finite.

    Notes
    -----
    IEC 60076-7, exponential form; each part relaxes towards its steady value::

        top oil   ambient + rise_or * ((1 + R K^2) / (1 + R))^x    tau = k11 tau_o
        h1        k21 g K^y                                        tau = k22 tau_w
        h2        (k21 - 1) g K^y                                  tau = tau_o / k22
        hot spot  top oil + h1 - h2

    Examples
    --------
    >>> day = oil_hot_spot(
    ...     np.ones((1, 96)),
    ...     ambient_celsius=np.full(96, 20.0),
    ...     model=oil_model(loss_ratio=5),
    ...     slot_h=0.25,
    ... )
    >>> round(float(day.hot_spot_celsius[0, 0]), 6), round(float(day.top_oil_celsius[0, 0]), 6)
    (98.0, 75.0)
    """
    require_days(load_pu, ambient_celsius)
    slot_min = slot_h * MIN_PER_H
    r = model.loss_ratio
    rise_k = model.top_oil_rise_k * ((1.0 + r * load_pu**2) / (1.0 + r)) ** model.exponent_x
    gradient_k = model.hot_spot_gradient_k * load_pu**model.exponent_y
    top_oil = periodic_response(
        ambient_celsius + rise_k, decay=exp(-slot_min / (model.k11 * model.tau_oil_min))
    )
    h1 = periodic_response(
        model.k21 * gradient_k, decay=exp(-slot_min / (model.k22 * model.tau_winding_min))
    )
    h2 = periodic_response(
        (model.k21 - 1.0) * gradient_k, decay=exp(-slot_min * model.k22 / model.tau_oil_min)
    )
    return OilTemperatures(hot_spot_celsius=top_oil + h1 - h2, top_oil_celsius=top_oil)


def ageing_rate_normal_paper(hot_spot_celsius: Floats) -> Floats:
    """Return the rate of ageing of normal paper: days of life used in a day [-], any shape.

    Notes
    -----
    IEC 60076-7, relative ageing rate; it doubles every 6 K::

        V = 2^((hot spot - 98) / 6)

    Examples
    --------
    >>> ageing_rate_normal_paper(np.array([98.0, 104.0])).tolist()
    [1.0, 2.0]
    """
    rate: Floats = np.exp2((hot_spot_celsius - _NORMAL_REFERENCE_CELSIUS) / _NORMAL_DOUBLING_K)
    return rate


def ageing_rate_upgraded_paper(hot_spot_celsius: Floats) -> Floats:
    """Return the rate of ageing of thermally upgraded paper: days in a day [-], any shape.

    Notes
    -----
    IEC 60076-7, relative ageing rate::

        V = exp(15000 / (110 + 273) - 15000 / (hot spot + 273))

    Examples
    --------
    >>> ageing_rate_upgraded_paper(np.array([110.0])).tolist()
    [1.0]
    """
    reference_k = _UPGRADED_REFERENCE_CELSIUS + _ICE_POINT_K
    exponent = _UPGRADED_B_K / reference_k - _UPGRADED_B_K / (hot_spot_celsius + _ICE_POINT_K)
    rate: Floats = np.exp(exponent)
    return rate


def _parameter(name: str) -> float:
    return value_rule("thermal_parameters", f"oil_{name}").number


def _limit(name: str) -> SourcedNumber:
    rule = value_rule("thermal_parameters", f"oil_{name}")
    return SourcedNumber(
        value=rule.number, source=rule.source, confidence=rule.confidence, note=rule.note
    )
