"""The oil model against the library transformer-thermal-model, which simulates slot by slot.

The library starts cold, so the day is repeated until exp(-5 * 24 h / 3 h) of the start is left.
"""

from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from transformer_thermal_model.aging import aging_rate_profile
from transformer_thermal_model.model import Model
from transformer_thermal_model.schemas import InputProfile, UserTransformerSpecifications
from transformer_thermal_model.transformer import DistributionTransformer, PaperInsulationType

from gridcalc.simulation.ageing import ageing_of_days
from gridcalc.standards.thermal_iec60076_7 import oil_hot_spot, oil_model

ATOL_K = 1e-6
N_REPEATED = 6
RATED_A = 1155.0
PAPERS = {"normal": PaperInsulationType.NORMAL, "upgraded": PaperInsulationType.THERMAL_UPGRADED}

HOURS = np.arange(96) / 4
AMBIENT = 35 + 5 * np.cos(2 * np.pi * (HOURS - 15) / 24)
EVENING = 0.4 + 0.75 * np.exp(-(((HOURS - 20) / 2.5) ** 2))
VALLEY = np.where(HOURS >= 23, 1.3, 0.35)
NOISE = np.random.default_rng(5).uniform(0.0, 1.4, size=96)
PROFILES = {"evening": EVENING, "valley": VALLEY, "noise": NOISE}


def library_day(load_pu, p0_w, pk_w, **specs):
    """Return top oil and hot spot of the last of the repeated days [°C]."""
    user = UserTransformerSpecifications(
        no_load_loss=p0_w,
        load_loss=pk_w,
        nom_load_sec_side=RATED_A,
        top_oil_temp_rise=55,
        winding_oil_gradient=23,
        hot_spot_fac=1,  # 23 K is the gradient with the hot-spot factor in it
        amb_temp_surcharge=0,  # no enclosure
        **specs,
    )
    n = 96 * N_REPEATED
    start = datetime(2025, 7, 1)
    profile = InputProfile.create(
        datetime_index=[start + timedelta(minutes=15 * i) for i in range(n + 1)],
        load_profile=RATED_A * np.append(load_pu[-1], np.tile(load_pu, N_REPEATED)),
        ambient_temperature_profile=np.append(AMBIENT[-1], np.tile(AMBIENT, N_REPEATED)),
    )
    run = Model(profile, DistributionTransformer(user_specs=user)).run()
    return run.top_oil_temp_profile.to_numpy()[-96:], run.hot_spot_temp_profile.iloc[-96:]


@pytest.mark.parametrize("name", PROFILES)
@pytest.mark.parametrize(("p0_w", "pk_w"), [(1000.0, 5000.0), (630.0, 6000.0)])
def test_temperatures_of_a_day_equal_those_of_the_library(name, p0_w, pk_w):
    model = oil_model(loss_ratio=pk_w / p0_w)

    ours = oil_hot_spot(PROFILES[name][None, :], ambient_celsius=AMBIENT, model=model, slot_h=0.25)

    top_oil, hot_spot = library_day(PROFILES[name], p0_w, pk_w)
    assert np.abs(ours.top_oil_celsius[0] - top_oil).max() < ATOL_K
    assert np.abs(ours.hot_spot_celsius[0] - hot_spot.to_numpy()).max() < ATOL_K


def test_an_overshooting_hot_spot_equals_that_of_the_library():
    model = replace(oil_model(loss_ratio=5), k21=2.0, k11=0.5)

    ours = oil_hot_spot(VALLEY[None, :], ambient_celsius=AMBIENT, model=model, slot_h=0.25)

    _, hot_spot = library_day(VALLEY, 1000.0, 5000.0, winding_const_k21=2, oil_const_k11=0.5)
    assert np.abs(ours.hot_spot_celsius[0] - hot_spot.to_numpy()).max() < ATOL_K


@pytest.mark.parametrize("paper", PAPERS)
def test_life_used_in_a_day_equals_that_of_the_library(paper):
    model = oil_model(loss_ratio=5, paper=paper)

    days = ageing_of_days(EVENING[None, :], model=model, ambient_celsius=AMBIENT)

    _, hot_spot = library_day(EVENING, 1000.0, 5000.0)
    rates = aging_rate_profile(pd.Series(hot_spot), PAPERS[paper])
    assert days.life_days[0] == pytest.approx(rates.mean(), rel=1e-7)
