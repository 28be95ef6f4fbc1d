"""Wilson's interval against published values and another program."""

import pytest
from scipy.stats import binomtest

from gridcalc.hosting.wilson import wilson_interval


@pytest.mark.parametrize(
    ("n_hits", "n", "low", "high"),
    # Newcombe, Statist. Med. 17 (1998) 857-872, table I, method 3: Wilson without correction
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_published_intervals(n_hits, n, low, high):
    assert wilson_interval(n_hits, n) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize(
    ("n_hits", "n"), [(0, 59), (1, 59), (59, 59), (0, 1), (1, 1), (10, 200), (199, 200), (7, 1000)]
)
def test_intervals_of_scipy(n_hits, n):
    found = binomtest(n_hits, n).proportion_ci(0.95, method="wilson")

    assert wilson_interval(n_hits, n) == pytest.approx((found.low, found.high), abs=1e-12)


def test_no_and_all_hits_reach_the_ends():
    assert wilson_interval(0, 200)[0] == 0
    assert wilson_interval(200, 200)[1] == 1
    # docs/method/hosting.md: below 1.9 % with 200 draws
    assert wilson_interval(0, 200)[1] == pytest.approx(0.0188, abs=5e-5)
