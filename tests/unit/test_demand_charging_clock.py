"""Hours by the clock and hours after noon."""

import numpy as np
import pytest

from gridcalc.demand.charging.clock import clock_text_h, hours_after_noon


@pytest.mark.parametrize(
    ("clock_h", "after_noon_h"),
    [(12.0, 0.0), (18.5, 6.5), (0.0, 12.0), (24.0, 12.0), (11.75, 23.75), (-1.0, 11.0)],
)
def test_an_evening_and_its_night_belong_to_one_day(clock_h, after_noon_h):
    assert hours_after_noon(np.array([clock_h])).tolist() == [after_noon_h]


def test_a_moment_before_noon_is_not_a_whole_day_after_noon():
    # minus 1.8e-15 h modulo 24 h rounds up to 24, because numbers near 24 are 3.6e-15 apart
    just_before = np.array([np.nextafter(12.0, 0.0)])

    (hours,) = hours_after_noon(just_before)

    assert 0.0 <= hours < 24.0


@pytest.mark.parametrize(("text", "hours"), [("23:00", 23.0), ("00:15", 0.25), ("09:06", 9.1)])
def test_a_time_of_day_is_read_as_hours(text, hours):
    assert clock_text_h(text) == pytest.approx(hours)
