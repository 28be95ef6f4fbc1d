"""Every single bay: where it stands, on which phase, and that it stays the same bay."""

import numpy as np
import pytest

from gridcalc.checks.case import scenario_units
from gridcalc.demand.scenario import parse_scenario
from gridcalc.simulation.units import FREE_KINDS, PRIVATE, SOCKET, phase_order, units_by_kind
from tests.unit.simulated_cases import first_block, simulation


@pytest.fixture
def mixed(small):
    """Return bays of all sorts: dealt out, on given phases, and three-phase."""
    small["private_bays"] = [
        {"node": "CB1", "count": 11},
        {"node": "CB1", "count": 5, "charger_kw": 21, "phases": "three"},
        {"node": "MB1", "count": 7, "phases": [4, 1, 2]},
        {"node": "MB2", "count": 4, "charger_kw": 3.5},
    ]
    return small


def counted(units, mine):
    """Return units per node and phase, a three-phase unit a third on each."""
    found = {}
    for k in np.flatnonzero(mine):
        for row in range(units.row[k], units.row[k] + (3 if units.thirds[k] else 1)):
            key = (int(units.row_node[row]), int(units.row_phase[row]))
            found[key] = found.get(key, 0.0) + (1 / 3 if units.thirds[k] else 1.0)
    return found


@pytest.mark.parametrize("percent", [0, 7, 30, 62, 100])
def test_the_bays_of_a_stage_stand_where_their_groups_say(mixed, case_of, percent):
    case = case_of(mixed)
    index = case.site.network.node_index()
    units = units_by_kind(case.site.groups, index)
    n_units = scenario_units(case, parse_scenario(f"ev-{percent}"))

    for kind in FREE_KINDS:
        mine = units[kind]
        # oracle: units per phase of each group, which the factor method uses too
        expected = {}
        for group, n in zip(case.site.groups, n_units, strict=True):
            if group.kind == kind:
                for phase, count in enumerate(group.per_phase(int(n))):
                    key = (index[group.node], phase)
                    expected[key] = expected.get(key, 0.0) + count
        expected = {key: count for key, count in expected.items() if count}
        assert counted(mine, mine.first(n_units)[:, 0]) == pytest.approx(expected)


def test_three_phase_chargers_begin_at_phase_a_of_their_node(mixed, case_of):
    case = case_of(mixed)
    private = units_by_kind(case.site.groups, case.site.network.node_index())[PRIVATE]

    assert int(private.thirds.sum()) == 5
    assert set(private.row_phase[private.row[private.thirds]]) == {0}
    assert set(private.p_kw[private.thirds]) == {21.0}


def test_an_earlier_stage_is_part_of_a_later_one(mixed, case_of):
    case = case_of(mixed)
    private = units_by_kind(case.site.groups, case.site.network.node_index())[PRIVATE]
    early, late = (
        private.first(scenario_units(case, parse_scenario(name))) for name in ("ev-30", "ev-100")
    )

    assert (early <= late).all()
    # 30 % of 27 bays, rounded up
    assert (int(early.sum()), int(late.sum())) == (9, 27)


def test_a_bay_draws_the_same_in_an_earlier_stage(mixed, case_of):
    # oracle: with all other bays taken out of the late stage by hand, the loads are the early ones
    mixed["private_bays"] = [{"node": "CB1", "count": 27}]
    mixed["public_bays"] = []
    case = case_of(mixed)
    sim = simulation(case)
    private = sim.units[PRIVATE]
    early, _ = first_block(case, sim, "ev-30")
    late, _ = first_block(case, sim, "ev-100")

    assert (early.free_p_kw <= late.free_p_kw + 1e-4).all()
    assert early.free_p_kw[: len(private.row_node)].sum() > 0


def test_kinds_that_do_not_occur_have_no_units_and_no_rows(small, case_of):
    small["private_bays"], small["public_bays"], small["ebikes"] = [], [], []
    small["households"] += [{"node": "CB1", "count": 1}, {"node": "ES1", "count": 1}]
    case = case_of(small)
    sim = simulation(case)

    loads, service = first_block(case, sim)

    assert [sim.units[kind].n for kind in FREE_KINDS] == [0, 0, 0]
    assert loads.free_p_kw.shape == (0, 25, 96)
    assert service is None


def test_units_on_given_phases_are_dealt_out_while_a_phase_has_any_left(small, case_of):
    small["private_bays"] = [{"node": "CB1", "count": 6, "phases": [4, 1, 1]}]
    case = case_of(small)
    group = next(g for g in case.site.groups if g.kind == "private_charger")

    # by hand: in turn from the phase the group starts at (b) until b and c are used up
    assert group.start == 1
    assert phase_order(group) == [1, 2, 0, 0, 0, 0]


def test_the_order_of_the_rows_changes_neither_units_nor_loads(mixed, case_of):
    one = case_of(mixed)
    for section in ("private_bays", "households", "lv_nodes", "lv_cables"):
        mixed[section].reverse()
    other = case_of(mixed)
    sims = simulation(one), simulation(other)

    for kind in FREE_KINDS:
        a, b = (sim.units[kind] for sim in sims)
        assert a.row.tolist() == b.row.tolist()
        assert a.p_kw.tolist() == b.p_kw.tolist()
    loads = [first_block(c, s, "ev-62")[0] for c, s in zip((one, other), sims, strict=True)]
    assert np.array_equal(loads[0].free_p_kw, loads[1].free_p_kw)
    assert loads[0].shaped_p_kw == pytest.approx(loads[1].shaped_p_kw)


def test_sockets_beyond_those_of_today_are_units_too(small, case_of):
    case = case_of(small)
    units = units_by_kind(case.site.groups, case.site.network.node_index())

    # 40 e-bikes: room for a socket each, 20 of them there today
    assert units[SOCKET].n == 40
    assert int(units[SOCKET].first(scenario_units(case, parse_scenario("today"))).sum()) == 20
