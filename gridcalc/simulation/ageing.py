"""Hot spot and ageing of transformers over simulated days: a second opinion beside loading."""

from dataclasses import dataclass
from typing import Literal, assert_never

import numpy as np

from gridcalc.catalogue import Transformer
from gridcalc.network.arrays import Floats
from gridcalc.policy import PolicyPack
from gridcalc.standards.thermal_iec60076_7 import (
    OilModel,
    ageing_rate_normal_paper,
    ageing_rate_upgraded_paper,
    oil_hot_spot,
    oil_model,
)
from gridcalc.standards.thermal_iec60076_12 import (
    DryModel,
    ageing_rate_dry,
    dry_hot_spot,
    dry_model,
)
from gridcalc.units import H_PER_DAY

ThermalModel = OilModel | DryModel
"""A transformer as the loading guide of its kind sees it; ``max_hot_spot`` is its limit."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AgeingDays:
    """What each day does to the insulation, as if that day repeated for ever.

    Attributes
    ----------
    hot_spot_max_celsius
        Highest hot spot of each day. [°C], shape (n_days,)
    top_oil_max_celsius
        Highest top oil of each day; None for dry transformers. [°C], shape (n_days,)
    life_days
        Life used up in each day; 1 is what the insulation is made for. [days], shape (n_days,)
    """

    hot_spot_max_celsius: Floats
    top_oil_max_celsius: Floats | None
    life_days: Floats


def thermal_model(transformer: Transformer, policy: PolicyPack) -> ThermalModel:
    """Return the thermal model of a transformer of the catalogue.

    Losses come from the catalogue; the insulation, which it does not state, from the rules
    ``ageing.oil_paper`` and ``ageing.dry_class``.

    Examples
    --------
    >>> from gridcalc.catalogue import load_catalogue
    >>> from gridcalc.policy import load_policy
    >>> oil = load_catalogue().transformers["S20-800"]  # 6000 W and 630 W
    >>> round(thermal_model(oil, load_policy("national")).loss_ratio, 3)
    9.524
    """
    if transformer.kind == "oil":
        return oil_model(
            loss_ratio=transformer.pk_w / transformer.p0_w,
            paper="upgraded" if policy.text("ageing.oil_paper") == "upgraded" else "normal",
        )
    return dry_model("H" if policy.text("ageing.dry_class") == "H" else "F")


def ambient_curve(
    policy: PolicyPack, season: Literal["summer", "winter"], *, n_slots: int = 96
) -> Floats:
    """Return the ambient temperature of a day, a sinusoid, in the middle of each slot.

    Parameters
    ----------
    policy
        Gives mean, swing and the hottest hour, rules ``ageing.*``.
    season
        Season of the day.
    n_slots
        Slots of the day; slot 0 begins at midnight.

    Returns
    -------
    Floats
        [°C], shape (n_slots,)

    Examples
    --------
    >>> from gridcalc.policy import load_policy
    >>> day = ambient_curve(load_policy("national"), "summer")
    >>> [round(float(t), 2) for t in (day.min(), day.mean(), day.max())]
    [30.0, 35.0, 40.0]
    """
    mean = policy.number(f"ageing.{season}_mean_celsius")
    swing = policy.number(f"ageing.{season}_swing_celsius")
    hour = (np.arange(n_slots) + 0.5) * H_PER_DAY / n_slots
    angle = 2.0 * np.pi * (hour - policy.number("ageing.hottest_hour")) / H_PER_DAY
    curve: Floats = mean + swing * np.cos(angle)
    return curve


def ageing_of_days(load_pu: Floats, *, model: ThermalModel, ambient_celsius: Floats) -> AgeingDays:
    """Return hot spot, top oil and life used of each day.

    Each day is judged in the state it reaches when it repeats, so days do not depend on their
    order.

    Parameters
    ----------
    load_pu
        Load over rated power, slots of equal length over 24 h. [pu], shape (n_days, n_slots)
    model
        The transformer.
    ambient_celsius
        Air around the transformer. [°C], shape (n_slots,)

    Raises
    ------
    ValueError
        Shapes that do not fit, negative loads, or values that are not finite.

    Examples
    --------
    At its rated hot spot a transformer uses up a day in a day:

    >>> rated = np.ones((1, 96))
    >>> at_20 = np.full(96, 20.0)
    >>> ageing_of_days(rated, model=oil_model(loss_ratio=5), ambient_celsius=at_20).life_days
    array([1.])
    """
    slot_h = H_PER_DAY / max(1, len(ambient_celsius))
    top_oil: Floats | None = None
    match model:
        case OilModel():
            oil = oil_hot_spot(load_pu, ambient_celsius=ambient_celsius, model=model, slot_h=slot_h)
            hot_spot, top_oil = oil.hot_spot_celsius, oil.top_oil_celsius.max(axis=1)
            of_paper = {"normal": ageing_rate_normal_paper, "upgraded": ageing_rate_upgraded_paper}
            rate = of_paper[model.paper](hot_spot)
        case DryModel():
            hot_spot = dry_hot_spot(
                load_pu, ambient_celsius=ambient_celsius, model=model, slot_h=slot_h
            )
            rate = ageing_rate_dry(hot_spot, model=model)
        case _:
            assert_never(model)
    return AgeingDays(
        hot_spot_max_celsius=hot_spot.max(axis=1),
        top_oil_max_celsius=top_oil,
        life_days=rate.mean(axis=1),
    )
