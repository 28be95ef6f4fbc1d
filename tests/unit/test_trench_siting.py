"""Sites of substations: against all assignments, and by hand."""

from itertools import product

import numpy as np
import pytest

from gridcalc.errors import NoSolutionError
from gridcalc.routing.trench.clusters import clusters
from gridcalc.routing.trench.siting import LoadPoints, SiteOffer, choose_sites

RTOL = 1e-6  # tolerance of the solver of integer programs


def case_of(seed, n_sites, n_points):
    rng = np.random.default_rng(seed)
    sites, homes = rng.uniform(0, 400, (n_sites, 2)), rng.uniform(0, 400, (n_points, 2))
    distance_m = np.abs(sites[:, None] - homes[None]).sum(axis=2)
    load_kva = rng.uniform(80.0, 300.0, n_points)
    points = LoadPoints(load_kva=load_kva, yuan_per_m=load_kva * 1.5)
    offer = SiteOffer(
        capacity_kva=rng.choice([400.0, 630.0, 1000.0], n_sites) * max(1.0, n_points / 7),
        fixed_yuan=rng.uniform(1e5, 3e5, n_sites),
    )
    return distance_m, points, offer


def least_yuan(distance_m, points, offer, max_distance_m, n_used):
    """Cheapest of all assignments of points to sites."""
    n_sites, n_points = distance_m.shape
    best = np.inf
    for chosen in product(range(n_sites), repeat=n_points):
        used = sorted(set(chosen))
        load = np.bincount(chosen, weights=points.load_kva, minlength=n_sites)
        far_m = max(distance_m[site][j] for j, site in enumerate(chosen))
        if (load > offer.capacity_kva).any() or far_m > max_distance_m:
            continue
        if n_used is None or len(used) == n_used:
            metres = sum(distance_m[s][j] * points.yuan_per_m[j] for j, s in enumerate(chosen))
            best = min(best, metres + sum(offer.fixed_yuan[site] for site in used))
    return best


@pytest.mark.parametrize(("max_distance_m", "n_used"), [(np.inf, None), (500.0, None), (600.0, 2)])
@pytest.mark.parametrize("seed", range(8))
def test_the_best_sites_are_found(seed, max_distance_m, n_used):
    distance_m, points, offer = case_of(seed, 3, 6)
    least = least_yuan(distance_m, points, offer, max_distance_m, n_used)

    if np.isinf(least):
        with pytest.raises(NoSolutionError, match="site"):
            choose_sites(
                distance_m,
                points=points,
                offer=offer,
                max_distance_m=max_distance_m,
                n_sites=n_used,
                gap_percent=0.0,
            )
        return
    plan = choose_sites(
        distance_m,
        points=points,
        offer=offer,
        max_distance_m=max_distance_m,
        n_sites=n_used,
        gap_percent=0.0,
    )

    assert plan.cost_yuan == pytest.approx(least, rel=RTOL)
    assert plan.gap_percent == pytest.approx(0.0, abs=1e-3)


def test_many_points_are_placed_in_groups_and_keep_all_limits():
    distance_m, points, offer = case_of(4, 12, 120)

    plan = choose_sites(
        distance_m, points=points, offer=offer, max_distance_m=450.0, gap_percent=2.0
    )

    site_of = np.array(plan.site_of_point)
    load_kva = np.bincount(site_of, weights=points.load_kva, minlength=12)
    own_m = distance_m[site_of, np.arange(120)]
    assert plan.n_groups == 40
    assert (load_kva <= offer.capacity_kva * (1 + 1e-6)).all()
    assert own_m.max() <= 450.0
    fixed = offer.fixed_yuan[sorted(set(plan.site_of_point))].sum()
    assert plan.cost_yuan == pytest.approx((own_m * points.yuan_per_m).sum() + fixed)
    # The bound is one over single points; what grouping costs stays within a few percent of it.
    assert 0.0 < plan.gap_percent < 8.0


def test_a_distance_and_a_capacity_met_exactly_are_kept():
    plan = choose_sites(
        np.array([[250.0, 250.0], [10.0, 10.0]]),
        points=LoadPoints(load_kva=np.array([300.0, 330.0]), yuan_per_m=np.ones(2)),
        offer=SiteOffer(capacity_kva=np.array([630.0, 500.0]), fixed_yuan=np.full(2, 1e5)),
        max_distance_m=250.0,
    )

    assert plan.sites == (0,)
    assert plan.cost_yuan == 100_500.0


def test_points_that_no_site_can_supply_are_named():
    with pytest.raises(NoSolutionError, match="load points 1, 2 "):
        choose_sites(
            np.array([[10.0, 300.0, 20.0]]),
            points=LoadPoints(load_kva=np.array([1.0, 1.0, 900.0]), yuan_per_m=np.ones(3)),
            offer=SiteOffer(capacity_kva=np.array([630.0]), fixed_yuan=np.zeros(1)),
            max_distance_m=250.0,
        )


def test_too_little_capacity_in_all_is_no_solution():
    with pytest.raises(NoSolutionError, match="1200 kVA, all sites together have 1000 kVA"):
        choose_sites(
            np.ones((2, 3)),
            points=LoadPoints(load_kva=np.full(3, 400.0), yuan_per_m=np.ones(3)),
            offer=SiteOffer(capacity_kva=np.full(2, 500.0), fixed_yuan=np.zeros(2)),
            max_distance_m=10.0,
        )


def test_a_path_that_does_not_exist_is_not_taken():
    plan = choose_sites(
        np.array([[np.inf, 5.0], [7.0, 9.0]]),
        points=LoadPoints(load_kva=np.ones(2), yuan_per_m=np.ones(2)),
        offer=SiteOffer(capacity_kva=np.full(2, 10.0), fixed_yuan=np.zeros(2)),
        max_distance_m=np.inf,
    )

    assert plan.site_of_point == (1, 0)


def test_points_without_a_common_site_are_not_put_together():
    allowed = np.array([[True, False, True], [False, True, True]])

    found = clusters(
        np.array([[1.0, 1.0, 50.0], [1.0, 1.0, 50.0]]),
        np.ones(3),
        allowed,
        max_clusters=1,
        max_load_kva=10.0,
    )

    assert found[0] != found[1]


def test_a_group_does_not_become_larger_than_allowed():
    found = clusters(
        np.zeros((1, 6)),
        np.full(6, 100.0),
        np.ones((1, 6), dtype=bool),
        max_clusters=1,
        max_load_kva=200.0,
    )

    assert sorted(np.bincount(found).tolist()) == [2, 2, 2]
