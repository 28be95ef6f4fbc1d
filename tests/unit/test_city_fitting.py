"""Numbers of chargers that are judged without solving again: the same as solved."""

import numpy as np
import pytest

from gridcalc.city.batch.field import field_under
from gridcalc.city.batch.fitting import Trial, fitting_of
from gridcalc.city.batch.limits_load import load_families, source_kva
from gridcalc.city.batch.results import ready
from gridcalc.city.batch.run import scenario_units, today_first
from gridcalc.city.batch.solving import solve
from gridcalc.city.records import CityRow, Units
from gridcalc.demand.scenario import STANDARD_SCENARIOS, scenarios_in_order
from tests.unit.test_city_batch import ASKED, random_rows

ATOL = 1e-6  # of a utilisation; states in other company stop a sweep earlier or later


def trials(seed):
    """Return a trial that knows the solved scenarios, and one that knows nothing."""
    equipped = CityRow(
        row=90,
        id="equipped",
        name="equipped",
        template="walk-up",
        n_households=400,
        n_private_bays=1,
        n_public_bays=300,
        settings={"equipped_share": "0.5"},
        transformers=(Units(n=1, sn_kva=400),),
    )
    members = [ready(row, ASKED) for row in (*random_rows(seed, 24, most=400), equipped)]
    field = field_under([m.part for m in members], [m.policy for m in members])
    wanted, asked = today_first(scenarios_in_order(STANDARD_SCENARIOS))
    states = [scenario_units(field, scenario) for scenario in wanted]
    solved = solve(field, states)
    s_today_kva = source_kva(field, solved)[:, 0]
    today = tuple(load_families(field, solved, states, s_today_kva)), s_today_kva
    base = states[int(asked[-1])]
    return Trial(field, base, today, states), Trial(field, base, today)


@pytest.fixture(scope="module", params=[1, 2])
def pair(request):
    return trials(request.param)


def test_ends_that_were_solved_before_are_judged_alike(pair):
    knowing, fresh = pair
    low, high = fresh.private.n_today, fresh.private.n_total
    has_bays = high > 0

    found, expected = knowing.ends(high, low), fresh.judge([high, low])

    for one, other in zip(found, expected, strict=True):
        assert one.fits[has_bays].tolist() == other.fits[has_bays].tolist()
        near = np.abs(one.margin - other.margin)[has_bays]
        assert near.max() < ATOL
        for a, b, asked in zip(one.worst, other.worst, has_bays, strict=True):
            if asked and b is not None:
                assert a[1:] == b[1:]


def test_some_ends_are_known_and_some_are_not(pair):
    # spaces that are all equipped today keep the public chargers of today, which is no scenario
    knowing, _ = pair
    high, low = knowing.private.n_total, knowing.private.n_today

    differs = [
        min(
            (knowing._differing(knowing.units(n), state) for state in knowing.known),
            key=np.sum,
        )
        for n in (high, low)
    ]

    assert differs[0][-1]
    assert all(row.sum() < knowing.field.n_compounds for row in differs)


def test_as_many_fit_whether_ends_are_known_or_not(pair):
    knowing, fresh = pair

    assert fitting_of(knowing) == fitting_of(fresh)
