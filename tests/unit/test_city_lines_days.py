"""What compounds share on a day of the city, and what they draw for themselves."""

from dataclasses import replace

import numpy as np
import pytest

from gridcalc.city.lines.curves import line_curves
from gridcalc.city.lines.days import city_draws, in_city_days
from gridcalc.demand.scenario import parse_scenario
from gridcalc.simulation.base_load import HOUSEHOLD
from gridcalc.simulation.days import draws_of
from tests.unit.simulated_cases import simulation

EVERYTHING = parse_scenario("ev-100+ebike-50")
N_DAYS = 400
WINTER_SIGMA, BOX = "household.winter.day_sigma_factor", "household.box_peak_percentile"


def named(file, name):
    return {**file, "id": name}


def homes_kw(sim):
    return sim.base.p_kw[sim.base.kind == HOUSEHOLD].sum(axis=0)


def correlation(one, other):
    return float(np.corrcoef(one, other)[0, 1])


@pytest.fixture
def pair(small, case_of):
    """Return how two compounds that differ in nothing but the id are simulated."""

    def of(*pack, **changed):
        sims = [
            simulation(case_of(named(small, name), *pack), **{"n_days": N_DAYS, **changed})
            for name in ("a", "b")
        ]
        return sims, [in_city_days(sim) for sim in sims]

    return of


def test_days_of_a_compound_change_places_and_nothing_else(pair):
    (own, _), (city, _) = pair()

    columns = {tuple(day) for day in own.base.p_kw.T}
    assert {tuple(day) for day in city.base.p_kw.T} == columns
    assert len(columns) == N_DAYS


def test_households_of_two_compounds_have_their_heavy_days_together(pair, pack_with):
    # without variation of single boxes only the factor of the day is left
    alike = pack_with({"household.box_peak_percentile": 50})

    own, city = pair(alike)

    assert correlation(*map(homes_kw, city)) > 0.99  # two samples of 400 days in the same order
    assert abs(correlation(*map(homes_kw, own))) < 0.15  # 3 / sqrt(400)


def test_single_boxes_stay_independent(pair, pack_with):
    # without a common factor of the day only the boxes vary
    apart = pack_with({"household.day_sigma_factor": 0})

    _, city = pair(apart)

    assert abs(correlation(*map(homes_kw, city))) < 0.15


def test_cars_of_two_compounds_share_how_busy_the_day_is(pair):
    # plug-ins of 30 bays: variance of the common factor against that of a binomial.
    # p = 0.45, sigma 0.14: common (30 * 0.45 * 0.14 * slope)^2 with slope d p / d f / p = 0.93 or
    # so gives 3.1; binomial 30 * 0.45 * 0.55 = 7.4; correlation 3.1 / 10.5 = 0.3
    sims, _ = pair()
    blocks = range(0, N_DAYS, 25)

    def plug_ins(draws_of_block, sim):
        return np.concatenate(
            [np.bincount(draws_of_block(sim, b).private.day, minlength=25) for b in blocks]
        )

    common = correlation(*(plug_ins(city_draws, sim) for sim in sims))
    own = correlation(*(plug_ins(draws_of, sim) for sim in sims))

    assert 0.15 < common < 0.45
    assert abs(own) < 0.15


def test_each_car_of_a_compound_is_drawn_apart_from_those_of_others(pair):
    sims, _ = pair()

    a, b = (city_draws(sim, 0).private for sim in sims)

    assert not np.isin(a.arrival_h, b.arrival_h).any()


def test_draws_of_a_compound_are_its_own_but_for_the_factors_of_the_day(pair):
    # without a common factor the day of the city is the day of the compound
    sim = pair()[0][0]
    ev = replace(sim.models.ev, day_sigma_plug_in=0.0, day_sigma_energy=0.0)
    sim = replace(sim, models=replace(sim.models, ev=ev))

    own, city = draws_of(sim, 25), city_draws(sim, 25)

    for kind in ("private", "timed", "public"):
        for quantity in ("unit", "day", "start_h", "energy_kwh", "takes_part"):
            one, other = (getattr(getattr(draws, kind), quantity) for draws in (own, city))
            assert one.tobytes() == other.tobytes(), (kind, quantity)
    assert own.sockets.start_h.tobytes() == city.sockets.start_h.tobytes()


@pytest.mark.parametrize("season", ["summer", "winter"])
def test_more_days_only_add_days_of_cars(pair, season):
    few, many = (pair(n_days=n, season=season)[0][0] for n in (30, 50))

    assert (
        city_draws(few, 0).private.arrival_h.tobytes()
        == city_draws(many, 0).private.arrival_h.tobytes()
    )


def test_the_peak_of_many_compounds_lies_between_independence_and_coincidence(small, case_of):
    # 16 compounds alike but for the id. Were their days the same, the peak of the sum would be
    # the sum of the peaks; were they independent, the excess over the mean daily peak would be
    # that of one over sqrt(16) at most.
    sums, own = 0, []
    for k in range(16):
        sim = simulation(case_of(named(small, f"c{k}")), n_days=200)
        one = line_curves(
            case_of(named(small, f"c{k}")), sim, scenario=EVERYTHING, charging=("uncontrolled",)
        )
        s_kva = one.states["ev-100+ebike-50/uncontrolled"].astype(float)
        sums = sums + s_kva
        own.append(s_kva.max(axis=1))
    together = np.sort(sums.max(axis=1))[189]  # 190 of 200 days are 95 %
    each = sum(np.sort(peaks)[189] for peaks in own)
    mean = sums.mean(axis=0).max()

    factor = together / each
    assert factor < 1.0
    assert mean + (each - mean) / np.sqrt(16) < together * 1.05
    assert factor > mean / each


def test_identical_compounds_have_a_coincidence_of_one(small, case_of):
    # the same id draws the same days: nothing is left to chance
    case = case_of(small)
    one, two = (
        line_curves(case, simulation(case), scenario=EVERYTHING, charging=("managed",))
        for _ in range(2)
    )

    for state, s_kva in one.states.items():
        assert s_kva.tobytes() == two.states[state].tobytes()
