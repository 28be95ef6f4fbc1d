"""Households of simulated days: as high as the design demand, and as variable as their number."""

import numpy as np
import pytest
from scipy.stats import norm

from gridcalc.demand.shapes import household_curve
from gridcalc.simulation.base_load import COMMON, HOUSEHOLD, base_load, quantile_of_days
from tests.unit.simulated_cases import days_of, first_block, nth_smallest, settings, simulation


@pytest.fixture
def base_of(case_of):
    """Return how a file becomes a base load, without chargers and power flow."""

    def of(file, *pack, **changed):
        case = case_of(file, *pack)
        site = case.site
        return base_load(site.compound, site.network, case.model, site.policy, settings(**changed))

    return of


@pytest.fixture
def homes(small):
    """Return 24, 12 and 36 flats of 8 kW, so that factors stand in JGJ 242 themselves.

    K(72) = 0.45 for all of them, K(24) = 0.65 and K(12) = 0.90 for three times the flats on one
    phase of MB1 and MB2. Rows stand in the order of the names: CB1, MB1, MB2.
    """
    small["households"] = [
        {"node": "MB1", "count": 24, "kw_each": 8},
        {"node": "MB2", "count": 12, "kw_each": 8},
        {"node": "CB1", "count": 36, "kw_each": 8},
    ]
    return small


def test_the_percentile_of_days_is_an_observed_day():
    # by counting: 5 of 7 days are 71 %, 6 are 86 %
    values = np.array([4.0, 7.0, 1.0, 3.0, 2.0, 6.0, 5.0])

    assert quantile_of_days(values, 71) == 5
    assert quantile_of_days(values, 72) == 6
    assert quantile_of_days(values, 0) == 1
    assert quantile_of_days(values, 100) == 7
    assert quantile_of_days(values[:1], 50) == 4


@pytest.mark.parametrize("n_days", [1, 25, 137])
def test_the_peak_of_the_households_is_the_design_demand_on_the_day_of_the_percentile(
    homes, base_of, n_days
):
    base = base_of(homes, n_days=n_days)

    peaks = base.p_kw[base.kind == HOUSEHOLD].sum(axis=0)
    # hand calculation: 72 flats x 8 kW x 0.45
    assert nth_smallest(peaks, 0.95) == pytest.approx(259.2, rel=1e-9)


def test_every_transformer_has_its_own_design_demand(homes, base_of):
    homes["substations"][0]["transformers"].append({"id": "T2", "type": "S20-400"})
    homes["lv_nodes"].append({"id": "MB3", "kind": "meter_box"})
    homes["lv_cables"].append(
        {"id": "F4", "from": "T2.LV", "to": "MB3", "type": "YJV22-0.6/1-4x70", "length_m": 20}
    )
    homes["households"].append({"node": "MB3", "count": 24, "kw_each": 4})

    base = base_of(homes, n_days=60)

    for k, expected_kw in enumerate((72 * 8 * 0.45, 24 * 4 * 0.65)):
        mine = (base.transformer == k) & (base.kind == HOUSEHOLD)
        assert nth_smallest(base.p_kw[mine].sum(axis=0), 0.95) == pytest.approx(expected_kw)


def test_the_share_of_a_box_is_that_of_its_flats(homes, base_of, pack_with):
    base = base_of(homes, pack_with({"household.box_peak_percentile": 50}), n_days=30)

    # without variation between boxes: 24 of 72 flats, a third on each phase
    rows = base.p_kw[base.kind == HOUSEHOLD]
    assert rows[3:6].sum(axis=0) / rows.sum(axis=0) == pytest.approx(np.full(30, 24 / 72))
    assert rows[3] == pytest.approx(rows[5])


@pytest.mark.parametrize(("box", "factor_of_box"), [(1, 0.65), (2, 0.90)])
def test_a_phase_of_a_box_reaches_its_own_factor_at_the_percentile_of_boxes(
    homes, base_of, pack_with, box, factor_of_box
):
    pack = pack_with({"household.day_sigma_factor": 0, "household.box_peak_percentile": 99})
    base = base_of(homes, pack, n_days=20_000)

    row = base.p_kw[base.kind == HOUSEHOLD][3 * box]
    # K(3n)/K(N) with K(72) = 0.45; of 20 000 days the quantile is known to about 1 % (one sigma)
    ratio = np.quantile(row, 0.99) / row.mean()
    assert ratio == pytest.approx(factor_of_box / 0.45, rel=0.03)


def test_variation_leaves_the_mean_of_a_flat_the_same_in_every_box(homes, base_of, pack_with):
    base = base_of(homes, pack_with({"household.box_peak_percentile": 99}), n_days=20_000)

    mean_kw = base.p_kw[base.kind == HOUSEHOLD].reshape(3, 3, -1).sum(axis=1).mean(axis=1)
    per_flat = mean_kw / np.array([36, 24, 12])
    # sigma up to 0.33 for four flats on a phase: the mean of three rows is known to 0.15 %
    assert per_flat == pytest.approx(np.full(3, per_flat.mean()), rel=0.008)


def test_boxes_and_phases_vary_on_their_own(homes, base_of, pack_with):
    base = base_of(homes, pack_with({"household.day_sigma_factor": 0}), n_days=5_000)

    r = np.corrcoef(base.p_kw[base.kind == HOUSEHOLD])
    # 36 pairs of independent rows: five standard errors of 1/sqrt(5000)
    assert np.abs(r[~np.eye(9, dtype=bool)]).max() < 0.07


@pytest.mark.parametrize(("season", "sigma"), [("summer", 0.05), ("winter", 0.08)])
def test_all_households_share_the_factor_of_the_day(homes, base_of, pack_with, season, sigma):
    pack = pack_with(
        {
            "household.box_peak_percentile": 50,
            "household.day_sigma_factor": 0.05,
            "household.winter.day_sigma_factor": 0.08,
        }
    )
    base = base_of(homes, pack, n_days=10_000, season=season)

    rows = base.p_kw[base.kind == HOUSEHOLD]
    assert np.ptp(rows / rows[:1], axis=1) == pytest.approx(np.zeros(9), abs=1e-9)
    # the standard deviation of a normal sample of 10 000 is known to 0.7 %
    assert np.log(rows[0]).std() == pytest.approx(sigma, rel=0.03)
    # the median lies 1.645 sigma below the percentile that is the design demand
    ratio = np.quantile(rows[0], 0.95) / np.median(rows[0])
    assert ratio == pytest.approx(np.exp(norm.ppf(0.95) * sigma), rel=0.01)


@pytest.mark.parametrize(
    ("season", "heating"), [("summer", "none"), ("winter", "none"), ("winter", "electric")]
)
def test_households_follow_the_curve_of_season_and_heating(
    homes, base_of, pack_with, season, heating
):
    base = base_of(homes, pack_with({"season.winter_heating": heating}), season=season)

    assert base.curves[0].tolist() == household_curve(season, heating).tolist()
    assert set(base.curve[base.kind == HOUSEHOLD]) == {0}


def test_common_loads_draw_their_design_demand_all_day(small, base_of):
    small["public_loads"][0].update(demand_factor=0.5)

    base = base_of(small)

    common = base.kind == COMMON
    # 22 kW x 0.5, a third on each phase, every day
    assert base.p_kw[common] == pytest.approx(np.full((3, 25), 11 / 3))
    assert base.curves[base.curve[common]].tolist() == [[1.0] * 96] * 3


def test_one_three_phase_household_draws_all_of_its_power(small, base_of):
    small["households"] = [{"node": "MB1", "count": 1, "kw_each": 9, "phases": "three"}]
    small["lv_nodes"] = [n for n in small["lv_nodes"] if n["id"] != "MB2"]
    small["lv_cables"] = [c for c in small["lv_cables"] if c["id"] != "C2"]

    base = base_of(small, n_days=40)

    rows = base.p_kw[base.kind == HOUSEHOLD]
    # K(1) = 1, so there is no room for variation between phases
    assert rows == pytest.approx(np.broadcast_to(rows[0], (3, 40)))
    assert nth_smallest(rows.sum(axis=0), 0.95) == pytest.approx(9)


def test_without_households_only_common_loads_are_left(small, case_of):
    small["households"] = []
    small["private_bays"] += [{"node": "MB1", "count": 1}, {"node": "MB2", "count": 1}]
    case = case_of(small)
    sim = simulation(case)

    assert set(sim.base.kind) == {COMMON}
    loads, _ = first_block(case, sim, "today")
    # a lift of 22 kW with its demand factor of 0.8
    assert loads.shaped_p_kw.sum(axis=0) == pytest.approx(np.full(25, 22 * 0.8))
    assert days_of(case, sim, "ev-100", "managed").results.solved.all()


def test_without_any_base_load_the_chargers_are_alone(small, case_of):
    small["households"], small["public_loads"] = [], []
    small["private_bays"] += [{"node": "MB1", "count": 1}, {"node": "MB2", "count": 1}]
    case = case_of(small)
    sim = simulation(case)

    for charging in ("uncontrolled", "tou", "managed"):
        done = days_of(case, sim, "ev-100", charging)
        assert done.results.solved.all()
        assert (done.results.s_trafo_kva.max(axis=1) > 0).all()
    assert sim.base.p_kw.shape == (0, 25)


def test_more_days_only_add_days_up_to_one_common_scale(homes, base_of):
    few, many = base_of(homes, n_days=25), base_of(homes, n_days=100)

    # the design demand is met on the 95th day of 100, not on the 24th of 25
    scale = many.p_kw[:, :25] / few.p_kw
    common = few.kind == COMMON
    assert scale[common] == pytest.approx(np.ones((3, 25)))
    homes_scale = scale[~common]
    assert homes_scale == pytest.approx(np.full_like(homes_scale, homes_scale[0, 0]))


def test_another_seed_or_season_draws_other_days(homes, base_of, pack_with):
    pack = pack_with({"household.winter.day_sigma_factor": 0.05})
    one = base_of(homes, pack)

    assert np.array_equal(one.p_kw, base_of(homes, pack).p_kw)
    assert not np.allclose(one.p_kw, base_of(homes, pack, seed=2).p_kw)
    assert not np.allclose(one.p_kw, base_of(homes, pack, season="winter").p_kw)


def test_both_methods_agree_on_the_households_of_a_transformer(homes, base_of, facts_of):
    base = base_of(homes)

    design_kw = facts_of(homes).transformers[0].parts_kw["household"]
    peaks = base.p_kw[base.kind == HOUSEHOLD].sum(axis=0)
    assert nth_smallest(peaks, 0.95) == pytest.approx(design_kw)
