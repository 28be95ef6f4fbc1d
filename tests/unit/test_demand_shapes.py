"""Default daily curves of households."""

import pytest

from gridcalc.demand.shapes import household_curve


@pytest.mark.parametrize(
    ("season", "heating", "load_factor"),
    [
        # load factors the shapes were drawn to; docs/method/charging.md
        ("summer", "none", 0.54),
        ("summer", "electric", 0.54),
        ("winter", "none", 0.50),
        ("winter", "electric", 0.80),
        ("spring_autumn", "none", 0.52),
    ],
)
def test_a_curve_has_its_peak_at_one_and_its_load_factor(season, heating, load_factor):
    curve = household_curve(season, heating)

    assert curve.shape == (96,)
    assert curve.max() == 1.0
    assert curve.min() > 0.0
    assert curve.mean() == pytest.approx(load_factor, abs=0.006)


def test_the_peak_is_in_the_evening_and_latest_in_summer():
    peaks = {
        season: household_curve(season, "none").argmax() / 4 for season in ("summer", "winter")
    }

    assert 19 <= peaks["winter"] < peaks["summer"] <= 22


def test_slot_0_is_the_first_quarter_of_an_hour():
    # first row of household_shapes.csv, 00:00
    assert household_curve("summer", "none")[0] == 0.7732
