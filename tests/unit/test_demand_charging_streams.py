"""Named streams of random numbers."""

import itertools

import numpy as np
import pytest

from gridcalc.demand.charging.streams import generator

NAMES = (7, "riverside", "private", 3)


def test_the_same_names_give_the_same_numbers():
    np.random.default_rng(0).random(5)  # what else is drawn does not matter

    assert generator(*NAMES).random(4).tolist() == generator(*NAMES).random(4).tolist()


@pytest.mark.parametrize(
    "other",
    [
        (8, "riverside", "private", 3),
        (7, "riverside2", "private", 3),
        (7, "riverside", "timer", 3),
        (7, "riverside", "private", 4),
        (7, "riversidep", "rivate", 3),
    ],
)
def test_every_name_counts(other):
    assert generator(*NAMES).random() != generator(*other).random()


def test_streams_of_neighbouring_blocks_are_not_correlated():
    blocks = np.array([generator(1, "c", "p", block).standard_normal(4000) for block in range(6)])

    for a, b in itertools.combinations(blocks, 2):
        # four standard errors of the correlation of 4000 independent pairs, 1 / sqrt(4000)
        assert abs(np.corrcoef(a, b)[0, 1]) < 4 / 4000**0.5
