"""Which model a transformer gets, the air around it, and what days do to its insulation."""

from dataclasses import replace

import numpy as np
import pytest

from gridcalc.catalogue import load_catalogue
from gridcalc.simulation.ageing import ageing_of_days, ambient_curve, thermal_model
from gridcalc.standards.thermal_iec60076_7 import oil_model
from gridcalc.standards.thermal_iec60076_12 import dry_model

TRANSFORMERS = load_catalogue().transformers
AT_20 = np.full(96, 20.0)
RATED_HALF_THE_DAY = np.repeat([[0.0, 1.0]], 48, axis=1)


def test_an_oil_transformer_takes_its_loss_ratio_from_the_catalogue(national):
    # S20-800: 6000 W load loss, 630 W no-load loss
    model = thermal_model(TRANSFORMERS["S20-800"], national)

    assert model == oil_model(loss_ratio=6000 / 630, paper="normal")


def test_a_dry_transformer_is_of_class_f_unless_the_policy_says_h(national, pack_with):
    transformer = TRANSFORMERS["SCB14-800"]

    assert thermal_model(transformer, national) == dry_model("F")
    assert thermal_model(transformer, pack_with({"ageing.dry_class": "H"})) == dry_model("H")


def test_the_policy_says_which_paper_an_oil_transformer_has(pack_with):
    model = thermal_model(TRANSFORMERS["S20-800"], pack_with({"ageing.oil_paper": "upgraded"}))

    assert model.paper == "upgraded"


@pytest.mark.parametrize(("season", "coldest", "hottest"), [("summer", 30, 40), ("winter", -9, -1)])
def test_a_day_swings_about_its_mean(season, coldest, hottest, national):
    # Rules: 35 ± 5 °C and -5 ± 4 °C; the middle of a slot misses the crest by 5 (1 - cos 1.9°).
    curve = ambient_curve(national, season)

    assert curve.shape == (96,)
    assert (curve.min(), curve.max()) == pytest.approx((coldest, hottest), abs=0.003)
    assert curve.mean() == pytest.approx((coldest + hottest) / 2)


def test_the_day_is_hottest_at_the_hour_of_the_rule(national):
    # 15:00 lies between slots 59 and 60, 03:00 between 11 and 12.
    curve = ambient_curve(national, "summer")

    assert set(np.argsort(curve)[-2:]) == {59, 60}
    assert set(np.argsort(curve)[:2]) == {11, 12}
    assert curve[59] == pytest.approx(curve[60])


def test_the_hottest_hour_can_be_moved(pack_with):
    curve = ambient_curve(pack_with({"ageing.hottest_hour": 13.5}), "summer", n_slots=24)

    assert np.argmax(curve) == 13


def test_half_a_day_at_rated_load_uses_half_a_day_of_life():
    # Without lag: 12 h at 145 °C (rate 0.99964 by table 1) and 12 h at 20 °C (rate below 1e-8).
    model = replace(dry_model("F"), tau_winding_min=0.01)

    days = ageing_of_days(RATED_HALF_THE_DAY, model=model, ambient_celsius=AT_20)

    assert days.life_days == pytest.approx([0.49982], abs=1e-5)
    assert days.hot_spot_max_celsius == pytest.approx([145.0])


def test_only_oil_transformers_have_a_top_oil():
    load = np.ones((3, 96))

    oil = ageing_of_days(load, model=oil_model(loss_ratio=5), ambient_celsius=AT_20)
    dry = ageing_of_days(load, model=dry_model("F"), ambient_celsius=AT_20)

    assert oil.top_oil_max_celsius == pytest.approx([75.0] * 3)
    assert dry.top_oil_max_celsius is None


def test_upgraded_paper_lives_longer_on_the_same_day():
    load = np.ones((1, 96))

    used = [
        ageing_of_days(load, model=oil_model(loss_ratio=5, paper=p), ambient_celsius=AT_20)
        for p in ("normal", "upgraded")
    ]

    # At 98 °C: 1 by definition, exp(15000/383 - 15000/371) = 0.2817.
    assert [float(days.life_days[0]) for days in used] == pytest.approx([1, 0.2817], abs=1e-4)


def test_a_peak_in_summer_outweighs_the_same_peak_in_winter(national):
    load = 0.6 + 0.6 * RATED_HALF_THE_DAY
    for model in (oil_model(loss_ratio=5), dry_model("F")):
        summer, winter = (
            ageing_of_days(load, model=model, ambient_celsius=ambient_curve(national, season))
            for season in ("summer", "winter")
        )

        assert summer.life_days[0] > 10 * winter.life_days[0]
        # 40 K less air: about 40 K less hot spot
        difference = summer.hot_spot_max_celsius - winter.hot_spot_max_celsius
        assert difference == pytest.approx([40.0], abs=1.0)


def test_an_hour_of_overload_spares_the_oil_transformer_more_than_the_dry_one():
    # Oil lags by 3 h, the dry winding by half an hour: the steady rise of 1.3 pu is nearly
    # reached in one, not in the other.
    load = np.full((1, 96), 0.5)
    load[0, 76:80] = 1.3

    oil = ageing_of_days(load, model=oil_model(loss_ratio=5), ambient_celsius=AT_20)
    dry = ageing_of_days(load, model=dry_model("F"), ambient_celsius=AT_20)

    assert oil.hot_spot_max_celsius[0] < 134.1 - 20  # steady at 1.3 pu: 134.1 °C
    assert dry.hot_spot_max_celsius[0] > 210.2 - 25  # steady at 1.3 pu: 210.2 °C


def test_days_that_are_not_given_give_nothing():
    days = ageing_of_days(np.zeros((0, 96)), model=oil_model(loss_ratio=5), ambient_celsius=AT_20)

    assert days.life_days.shape == days.hot_spot_max_celsius.shape == (0,)


def test_a_curve_of_the_wrong_length_is_refused():
    with pytest.raises(ValueError, match=r"not \(1, 96\) and \(0,\)"):
        ageing_of_days(np.ones((1, 96)), model=dry_model(), ambient_celsius=np.zeros(0))
