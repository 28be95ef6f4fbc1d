"""Hot spot and ageing of transformers against hand calculations and the guides' own tables.

IEC 60076-7, exponential form, with R = 5: steady states at an ambient of 20 °C, calculated by
hand from 20 + 55 ((1 + 5 K^2) / 6)^0.8 + 23 K^1.6 and 2^((hot spot - 98) / 6).
IEC 60076-12:2008, class F: 20 + 125 K^1.6 and 180 000 h / (9.6e-17 h exp(20475 / T)).
"""

import numpy as np
import pytest

from gridcalc.simulation.ageing import ageing_of_days
from gridcalc.standards.thermal_iec60076_7 import (
    ageing_rate_normal_paper,
    ageing_rate_upgraded_paper,
    oil_model,
)
from gridcalc.standards.thermal_iec60076_12 import ageing_rate_dry, dry_model

AT_20 = np.full(96, 20.0)

OIL_STEADY = [  # load, hot spot, top oil, rate
    (1.0, 98.0, 75.0, 1.0),
    (1.1, 109.4, 82.6, 3.72),
    (1.2, 121.4, 90.6, 14.94),
    (1.3, 134.1, 99.1, 64.74),
    (1.5, 161.4, 117.4, 1508.85),
]
DRY_F_STEADY = [  # load, hot spot, rate
    (1.0, 145.0, 1.0),
    (1.1, 165.6, 9.97),
    (1.2, 187.3, 90.46),
    (1.3, 210.2, 742.1),
    (1.5, 259.1, 36546.12),
]
GUIDE_RATES = [  # hot spot, normal paper, upgraded paper: IEC 60076-7, table of relative rates
    (80, 0.125, 0.036),  # from memory, recomputed by hand
    (86, 0.25, 0.073),
    (92, 0.5, 0.145),
    (98, 1.0, 0.282),
    (104, 2.0, 0.536),
    (110, 4.0, 1.0),
    (116, 8.0, 1.83),
    (122, 16.0, 3.29),
    (128, 32.0, 5.8),
    (134, 64.0, 10.1),
    (140, 128.0, 17.2),
]


def steady(load_pu, model):
    return ageing_of_days(np.full((1, 96), load_pu), model=model, ambient_celsius=AT_20)


@pytest.mark.parametrize(("load_pu", "hot_spot", "top_oil", "rate"), OIL_STEADY)
def test_an_oil_transformer_at_constant_load(load_pu, hot_spot, top_oil, rate):
    days = steady(load_pu, oil_model(loss_ratio=5))

    assert days.hot_spot_max_celsius[0] == pytest.approx(hot_spot, abs=0.05)  # printed digits
    assert days.top_oil_max_celsius[0] == pytest.approx(top_oil, abs=0.05)
    assert days.life_days[0] == pytest.approx(rate, abs=0.005)


@pytest.mark.parametrize(("load_pu", "hot_spot", "rate"), DRY_F_STEADY)
def test_a_dry_transformer_of_class_f_at_constant_load(load_pu, hot_spot, rate):
    days = steady(load_pu, dry_model("F"))

    assert days.hot_spot_max_celsius[0] == pytest.approx(hot_spot, abs=0.05)
    assert days.life_days[0] == pytest.approx(rate, abs=0.005, rel=1e-5)


def test_6_k_below_the_rated_hot_spot_class_f_ages_half_as_fast():
    assert ageing_rate_dry(np.array([139.0]), model=dry_model("F"))[0] == pytest.approx(
        0.49, abs=0.005
    )


@pytest.mark.parametrize(("hot_spot", "normal", "upgraded"), GUIDE_RATES)
def test_relative_rates_of_the_guide(hot_spot, normal, upgraded):
    at = np.array([float(hot_spot)])

    assert ageing_rate_normal_paper(at)[0] == pytest.approx(normal)
    assert ageing_rate_upgraded_paper(at)[0] == pytest.approx(upgraded, rel=0.01)  # three digits


def test_a_night_without_load_and_a_day_at_rated_load_by_hand():
    # Two slots of 12 h = 4 time constants of the oil: q = exp(-4) = 0.018316.
    # No load 55 (1/6)^0.8 = 13.117 K, rated 55 K; rise at the end of the day
    # (55 + 13.117 q) / (1 + q) = 54.247 K, at the end of the night 13.870 K.
    # The winding (8 min) has settled: 23 K by day, 0 by night.
    load = np.array([[0.0, 1.0]])

    days = ageing_of_days(load, model=oil_model(loss_ratio=5), ambient_celsius=np.full(2, 20.0))

    assert days.top_oil_max_celsius[0] == pytest.approx(74.247, abs=1e-3)
    assert days.hot_spot_max_celsius[0] == pytest.approx(97.247, abs=1e-3)
    # 2^((97.247 - 98) / 6) = 0.9167 and 2^((33.870 - 98) / 6) = 0.0006, half a day each
    assert days.life_days[0] == pytest.approx(0.4587, abs=1e-4)
