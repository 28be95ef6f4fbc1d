"""Hosting capacity on simulated days: bisection against brute force, and what stops more cars."""

from dataclasses import fields, replace

import numpy as np
import pytest

from gridcalc.checks.case import grade12_kva, scenario_units
from gridcalc.checks.facts import DayFacts, Facts, Served
from gridcalc.checks.run import LOAD_CHECKS, against_today, check, utilisation_today
from gridcalc.demand.charging.service import Service
from gridcalc.demand.scenario import parse_scenario
from gridcalc.errors import InputError
from gridcalc.hosting.capacity import hosting
from gridcalc.hosting.placement import random_placement
from gridcalc.hosting.probabilistic import hosting_by_days
from gridcalc.hosting.strain import strain
from gridcalc.powerflow.days import DayResults
from gridcalc.simulation.days import drawn_blocks, simulate_days
from gridcalc.simulation.loads import DayCase
from gridcalc.simulation.prepare import case_of as connected_case
from gridcalc.simulation.results import (
    branch_days,
    mv_days,
    node_days,
    statistics,
    transformer_days,
)
from gridcalc.simulation.units import PRIVATE
from tests.unit.simulated_cases import settings, simulation

MODES = ("uncontrolled", "tou", "managed")
JUDGED = {
    "transformer.loading",
    "cable.loading",
    "protection.overload",
    "voltage.deviation",
    "voltage.unbalance",
    "mv.open_capacity",
    "charging.service",
}


@pytest.fixture
def host(read, catalogue, national):
    def of(
        file, *, modes=("uncontrolled",), risk=0.05, scenario="ev-100", pack=national, **changed
    ):
        return hosting(
            read(file),
            catalogue=catalogue,
            policy=pack,
            scenario=scenario,
            settings=[settings(**changed)],
            modes=modes,
            risk=risk,
        )

    return of


@pytest.fixture
def tiny(small):
    """Return twelve bays behind a fuse of 50 A that some cars blow on some days."""
    small["private_bays"] = [{"node": "CB1", "count": 12}]
    small["protection"] = [{"element": "F2", "kind": "fuse", "in_a": 50}]
    return small


@pytest.fixture
def far(small):
    """Return bays, three-phase ones too, at the end of a long thin cable with flats."""
    small["build"] = {"kind": "existing", "year": 2010}
    small["private_bays"] = [
        {"node": "MB1", "count": 7, "equipped_share": 0.3},
        {"node": "MB2", "count": 4, "charger_kw": 21, "phases": "three"},
    ]
    small["lv_cables"][1].update(length_m=150, type="YJV22-0.6/1-4x35")
    small["lv_cables"][2].update(length_m=150, type="YJV22-0.6/1-4x35")
    return small


@pytest.fixture
def narrow(small):
    """Return an existing compound whose source has room for little more than today."""
    small["build"] = {"kind": "existing", "year": 2010}
    small["sources"][0]["open_capacity_kva"] = 20
    small["private_bays"] = [{"node": "CB1", "count": 12, "equipped_share": 0.25}]
    return small


# ------------------------------------------------------------------ brute force


def placement_of(case, sim, scenario):
    groups = case.site.groups
    return random_placement(
        sim.units,
        today=scenario_units(case, parse_scenario("today")),
        scenario=scenario_units(case, scenario),
        total=np.array([group.n_total for group in groups]),
        seed=sim.settings.seed,
        compound_id=sim.compound_id,
        n_draws=sim.settings.n_days,
    )


def facts_of_draw(case, scenario, n_units, done, draw, s_today_kva):
    """Return one draw as the facts of a scenario, so that the checks of a study judge it."""

    def only(record):
        values = {
            f.name: getattr(record, f.name)[draw : draw + 1]
            for f in fields(record)
            if f.name != "engine"
        }
        return replace(record, **values)

    results: DayResults = only(done.results)
    service: Service | None = only(done.service) if done.service else None
    network, days = case.site.network, statistics(results, 100.0)
    served = service and Served(
        participation_percent=80,
        energy_delivered_percent=100 * float(service.energy_share[0]),
        energy_delivered_mean_percent=0,
        sessions_served_percent=100 * float(service.full_share[0]),
        sessions_served_mean_percent=0,
    )
    return Facts(
        site=case.site,
        scenario=scenario,
        charging=done.case.charging,
        units=tuple(int(n) for n in n_units),
        method="stochastic",
        days=DayFacts(
            engine="",
            percentile=100,
            n_days=1,
            n_unsolved=days.n_failed,
            served=served,
            hot_spots=(),
            bands=(),
        ),
        transformers=transformer_days(network, results, days, 80) if days.has_values else (),
        branches=branch_days(network, results, days) if days.has_values else (),
        nodes=node_days(network, results, days) if days.has_values else (),
        mv=mv_days(network, results, days) if days.has_values else None,
        grade12_kva=grade12_kva(case),
        s_today_kva=s_today_kva,
        failed_levels=() if days.has_values else ("days",),
    )


def broken_by_number(case, sim, scenario, mode):
    """Return whether each draw breaks a limit, number by number; shape (n_bays + 1, n_draws).

    Every number of chargers is simulated, every draw is judged by the checks of a study.
    """
    blocks, placement = drawn_blocks(sim), placement_of(case, sim, scenario)
    n_today = scenario_units(case, parse_scenario("today"))
    (today,) = simulate_days(sim, [connected_case(sim, n_today, "uncontrolled")], blocks)
    ids = sim.network.sources.ids
    s_today = [
        {name: float(today.results.s_source_max_kva[d, k]) for k, name in enumerate(ids)}
        for d in range(sim.settings.n_days)
    ]
    before = [
        utilisation_today(
            check(facts_of_draw(case, scenario, n_today, today, d, s_today[d]), LOAD_CHECKS)
        )
        for d in range(sim.settings.n_days)
    ]
    broken = np.zeros((placement.n_bays + 1, sim.settings.n_days), dtype=bool)
    for n in range(placement.n_today, placement.n_bays + 1):
        connected = placement.connected(np.full(sim.settings.n_days, n))
        what = DayCase(charging=mode, connected=connected)
        (done,) = simulate_days(sim, [what], blocks)
        for d in range(sim.settings.n_days):
            units = scenario_units(case, scenario)
            for g, group in enumerate(case.site.groups):
                if group.kind == PRIVATE:
                    mine = sim.units[PRIVATE].group == g
                    units[g] = int(connected[PRIVATE][mine, d].sum())
            facts = facts_of_draw(case, scenario, units, done, d, s_today[d])
            findings = against_today(check(facts, LOAD_CHECKS), before[d])
            broken[n, d] = any(f.is_added and f.check in JUDGED for f in findings)
    return broken


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("which", ["tiny", "far", "narrow"])
def test_bisection_finds_what_trying_every_number_finds(request, case_of, which, mode):
    case = case_of(request.getfixturevalue(which))
    sim, scenario = simulation(case, n_days=12), parse_scenario("ev-100")

    (result,) = hosting_by_days(case, scenario, sim, [mode], risk=0.2)

    broken = broken_by_number(case, sim, scenario, mode)
    # a draw holds up to the number before the first that breaks a limit
    n_bays, n_today = len(broken) - 1, result_today(sim, case)
    ever = np.logical_or.accumulate(broken, axis=0)
    for point in result.curve:
        if point.n >= n_today:
            assert point.violation_probability == pytest.approx(ever[point.n].mean()), point.n
    fits = [n for n in range(n_today, n_bays + 1) if ever[n].mean() <= 0.2]
    assert result.n_max == (max(fits) if fits else None)
    some, every = ever.any(axis=1), ever.all(axis=1)
    assert result.n_first == (int(some.argmax()) if some.any() else None)
    assert result.n_all == (int(every.argmax()) if every.any() else None)


@pytest.mark.parametrize("n_chargers", [2, 11])
@pytest.mark.parametrize("mode", ["uncontrolled", "managed"])
def test_the_use_of_every_limit_is_that_of_the_checks(case_of, far, mode, n_chargers):
    far["protection"] = [{"element": "C1", "kind": "fuse", "in_a": 80}]
    far["protection"].append({"element": "T1", "in_a": 100})  # 630 kVA need 957 A at 380 V
    case = case_of(far)
    sim, scenario = simulation(case, n_days=6), parse_scenario("ev-100")
    placement = placement_of(case, sim, scenario)
    connected = placement.connected(np.full(6, n_chargers))
    (done,) = simulate_days(sim, [DayCase(charging=mode, connected=connected)])

    used = strain(case, sim.units, done, s_today_kva=np.full((6, 1), 10.0))

    assert ("protection.overload", "T1") in {(row.check, row.element) for row in used.limits}
    for d in range(6):
        units = scenario_units(case, scenario)
        for g, group in enumerate(case.site.groups):
            if group.kind == PRIVATE:
                mine = sim.units[PRIVATE].group == g
                units[g] = int(connected[PRIVATE][mine, d].sum())
        facts = facts_of_draw(case, scenario, units, done, d, {"SRC1": 10.0})
        expected = {f.key: f.utilisation for f in check(facts, LOAD_CHECKS) if f.check in JUDGED}
        for limit, use in zip(used.limits, used.use[d], strict=True):
            key = (limit.check, limit.element, limit.quantity)
            known = max(expected.pop(key, 0.0), 0.0)  # voltages above nominal use nothing
            assert max(use, 0.0) == pytest.approx(known, rel=1e-5, abs=1e-5), key
        # what is left does not depend on the load
        assert {quantity for _, _, quantity in expected} <= {
            "phase_max",
            "mv_max",
            "device_setting",
            "heavy_duration",
        }


def test_cars_that_are_not_served_stop_managed_charging(tiny, host):
    # nobody but controlled cars: the fuse holds, and the cars stay empty
    tiny["public_bays"] = []
    tiny["protection"][0]["in_a"] = 8

    row = host(tiny, modes=("managed",), participation_share=1.0, risk=0.1).results[1]

    assert (row.binding.check, row.binding.element) == ("charging.service", "compound")
    assert row.n_max < 12
    assert row.energy_delivered_percent >= 99
    assert row.sessions_served_percent >= 95


def result_today(sim, case):
    n_today = scenario_units(case, parse_scenario("today"))
    return int(n_today[[g.kind == PRIVATE for g in case.site.groups]].sum())


def test_the_brute_force_cases_break_limits_of_different_kinds(host, tiny, far, narrow):
    # or the comparison above would compare nothing
    stops = [host(file, n_days=12, risk=0.2).results[1].binding for file in (tiny, far, narrow)]

    assert [stop.check for stop in stops if stop] != []


# ------------------------------------------------------------------ placement


def test_placements_are_nested_and_put_chargers_of_today_first(case_of, far):
    case = case_of(far)
    sim = simulation(case)
    placement = placement_of(case, sim, parse_scenario("ev-100"))

    # 30 % of 7 bays, rounded to whole chargers
    assert placement.n_today == 2
    before = placement.connected(np.full(25, 0))[PRIVATE]
    for n in range(1, 12):
        now = placement.connected(np.full(25, n))[PRIVATE]
        assert (now.sum(axis=0) == n).all()
        assert (before <= now).all()
        before = now
    today = scenario_units(case, parse_scenario("today"))
    there = sim.units[PRIVATE].first(today)
    assert (placement.connected(np.full(25, 2))[PRIVATE] == there).all()
    assert len({tuple(column) for column in placement.rank.T}) > 10


def test_every_order_of_placement_is_as_likely(case_of, tiny):
    case = case_of(tiny)
    placement = placement_of(case, simulation(case, n_days=1200), parse_scenario("ev-100"))

    # 1200 draws of 12 bays: each is first 100 times, give or take 4 standard deviations of 9.6
    first = (placement.rank == 0).sum(axis=1)
    assert first.sum() == 1200
    assert np.abs(first - 100).max() < 39


def test_public_chargers_go_in_step_rounded_up(case_of, small):
    small["public_bays"] = [{"node": "CB1", "count": 14, "equipped_share": 0.2}]
    case = case_of(small)
    placement = placement_of(case, simulation(case), parse_scenario("ev-100"))

    # 7 chargers in all, 2 of them there today (14 bays x 0.2 / 2, rounded up)
    for n, expected in ((0, 2), (1, 2), (9, 3), (15, 4), (29, 7), (30, 7)):
        assert (
            placement.connected(np.full(25, n))["public_charger"].sum(axis=0).tolist()
            == [expected] * 25
        )


# ------------------------------------------------------------------ what is reported


def test_where_everything_fits_nothing_binds(small, host):
    result = host(small, modes=MODES)

    for row in result.results:
        assert (row.n_max, row.share_percent) == (30, 100)
        assert row.binding is row.next_binding is row.n_first is row.n_all is None
    assert [row.mode for row in result.results] == [
        "factor",
        "probabilistic",
        "probabilistic",
        "managed",
    ]
    assert (result.n_private_bays, result.n_today) == (30, 0)


def test_where_nothing_fits_there_is_no_number(small, host):
    # the sockets of 3000 e-bikes alone are too much for the cable to their shed
    small["ebikes"][0]["bikes"] = 3000

    (_, row) = host(small, scenario="ev-100+ebike-50").results

    assert (row.n_max, row.share_percent, row.risk) == (None, None, 1.0)
    assert (row.n_first, row.n_all) == (0, 0)
    assert row.binding.element == "F3"


def test_violations_of_today_are_tolerated_while_they_do_not_grow(small, host):
    # the cable to MB1 is overloaded by its flats, and the bays hang on another transformer
    small["households"][0]["count"] = 80
    small["substations"][0]["transformers"].append({"id": "T2", "type": "S20-630"})
    small["lv_cables"][3]["from"] = "T2.LV"

    assert host(small).results[1].n_max == 30
    # on the same transformer they lower its voltage, and the flats draw constant power
    small["lv_cables"][3]["from"] = "T1.LV"
    small["substations"][0]["transformers"].pop()
    row = host(small).results[1]
    assert row.binding.element == "C1"
    assert 0 < row.n_max < 30


def test_a_main_breaker_below_the_rating_stops_more_chargers(small, host):
    free = host(small)
    small["protection"] = [{"element": "T1", "in_a": 250}]

    held = host(small)

    for with_breaker, without in zip(held.results, free.results, strict=True):
        assert with_breaker.n_max < without.n_max
        assert with_breaker.binding.check == "protection.overload"
        assert with_breaker.binding.element == "T1"


def test_a_transformer_binds_first_and_then_a_cable(small, host, pack_with):
    small["substations"][0]["transformers"][0]["type"] = "S20-160"
    small["private_bays"][0]["count"] = 200
    small["households"][0]["count"] = small["households"][1]["count"] = 4
    small["public_loads"] = []

    row = host(small, n_days=40).results[1]

    assert (row.binding.check, row.binding.element) == ("transformer.loading", "T1")
    assert (row.next_binding.check, row.next_binding.element) == ("cable.loading", "F2")
    assert row.n_first <= row.n_max + 1 <= row.n_all
    assert row.n_max < row.n_without_binding < 200
    # oracle: where the policy lets transformers be loaded without end, that many fit
    pack = pack_with(
        {"transformer.max_loading_percent": 1e4, "transformer.max_phase_loading_percent": 1e4}
    )
    lenient = host(small, n_days=40, pack=pack).results[1]
    assert (lenient.n_max, lenient.binding) == (row.n_without_binding, row.next_binding)


def test_a_larger_accepted_risk_never_fits_fewer(tiny, host):
    numbers = [host(tiny, risk=risk, n_days=40).results[1].n_max for risk in (0, 0.02, 0.1, 0.5)]

    known = [-1 if n is None else n for n in numbers]
    assert known == sorted(known)
    assert known[0] < known[-1]


def test_the_risk_found_is_at_most_the_accepted_one(tiny, host):
    for risk in (0.0, 0.1, 0.5):
        row = host(tiny, risk=risk, n_days=40).results[1]
        assert row.risk <= risk or row.n_max is None
        assert row.risk_low <= row.risk <= row.risk_high


def test_the_curve_only_rises(tiny, host):
    row = host(tiny, n_days=40).results[1]

    seen = [point.violation_probability for point in row.curve]
    assert seen == sorted(seen)
    assert (row.curve[0].n, row.curve[-1].n) == (0, 12)
    at_max = [point for point in row.curve if point.n == row.n_max]
    assert {point.violation_probability for point in at_max} == {row.risk}


def test_control_carries_more_cars_than_none_behind_a_fuse(tiny, host):
    plain, managed = host(tiny, modes=("uncontrolled", "managed"), n_days=40).results[1:]

    assert managed.n_max > plain.n_max
    assert plain.energy_delivered_percent is None
    assert managed.energy_delivered_percent >= 99
    assert managed.sessions_served_percent >= 95


def test_all_bays_equipped_today_are_judged_once(small, host):
    small["private_bays"][0]["equipped_share"] = 1

    row = host(small).results[1]

    assert (row.n_max, row.binding) == (30, None)


def test_chargers_of_today_are_the_least_that_is_tried(far, host):
    result = host(far)

    assert result.n_today == 2
    for row in result.results[1:]:
        assert row.n_max is None or row.n_max >= 2


def test_the_open_capacity_of_an_existing_compound_counts_from_today_on(narrow, host):
    row = host(narrow).results[1]

    assert row.binding.check == "mv.open_capacity"
    narrow["sources"][0]["open_capacity_kva"] = 0
    assert host(narrow).results[1].n_max == 3  # those of today
    narrow["sources"][0].pop("open_capacity_kva")
    assert host(narrow).results[1].n_max == 12


def test_the_same_seed_gives_the_same_result_whatever_the_threads(tiny, host):
    one = host(tiny, modes=MODES, n_days=40)

    assert repr(one) == repr(host(tiny, modes=MODES, n_days=40, threads=2))
    assert repr(one) != repr(host(tiny, modes=MODES, n_days=40, seed=2))


def test_without_private_bays_there_is_nothing_to_search(small, host):
    small["private_bays"] = []

    with pytest.raises(InputError, match="no private bays to equip; give private_bays"):
        host(small)


def test_an_unknown_scenario_is_an_input_error(small, host):
    with pytest.raises(InputError, match="'ev-200' is not a scenario"):
        host(small, scenario="ev-200")


def test_a_draw_without_a_solution_never_holds(small, host):
    # many times the flats: low load still has a solution, no evening has one
    small["households"][0]["count"] *= 60

    modes = ("uncontrolled", "tou", "managed")
    results = [row for row in host(small, modes=modes).results if row.mode != "factor"]

    assert {row.charging for row in results} == {"uncontrolled", "tou", "managed"}
    assert [row.n_max for row in results] == [None] * 3
    assert [row.risk for row in results] == [1.0] * 3
    assert {(row.binding.check, row.binding.element) for row in results} == {
        ("voltage.deviation", "compound")
    }


def test_the_curve_begins_at_the_chargers_of_today(far, host):
    found = host(far)

    for row in found.results[1:]:
        assert row.curve[0].n == found.n_today
        assert row.curve[-1].n == found.n_private_bays
