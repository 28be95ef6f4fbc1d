"""Many radial networks solved at once, against each by itself and against hand calculations.

``solve_radial`` solves one state of one network; it has its own crosschecks. The random networks
have one or two sources, taps, parallel cables, open ring cables and cables with capacitance.
"""

from dataclasses import replace
from math import sqrt

import numpy as np
import pytest

from gridcalc.errors import ConvergenceError
from gridcalc.network.arrays import Cables, Network, PhaseLoads, Sources, Transformers
from gridcalc.network.joining import first_nodes, joined
from gridcalc.powerflow.flows import flows
from gridcalc.powerflow.radial import solve_radial
from gridcalc.powerflow.radial_states import forest_of, no_load, solve_states
from gridcalc.powerflow.short_circuit import ShortCircuitRules, short_circuit
from gridcalc.powerflow.tree import levels_of
from tests.crosscheck.random_networks import closed, random_network

VOLTS_ATOL = 1e-9  # both sweeps stop at steps of 1e-10 pu
POWER_RTOL = 1e-7
SHARES = (0.0, 0.3, 0.7, 1.0, 1.1)
"""States of a network, as shares of its drawn load; five leave lanes of a block unused."""


class Forested:
    """Random networks side by side, and their states."""

    def __init__(self, seeds, shares=SHARES):
        self.drawn = [random_network(s, n_sources=1 + s % 2, s_sc_mva=150.0) for s in seeds]
        self.networks = [row.network for row in self.drawn]
        self.first = first_nodes(self.networks)
        self.forest = forest_of(joined(self.networks), self.first)
        self.p_kw = self._states("p_kw", shares)
        self.q_kvar = self._states("q_kvar", shares)
        self.vm = np.concatenate([row.source_vm_pu for row in self.drawn])
        self.shares = shares

    def _states(self, name, shares):
        full = np.concatenate([getattr(row.loads, name) for row in self.drawn])
        return full[:, :, None] * np.array(shares)

    def solve(self):
        return solve_states(self.forest, self.p_kw, self.q_kvar, self.vm)

    def rows(self, k):
        return self.forest.row_of_node[self.first[k] : self.first[k + 1]]

    def loads(self, k, state):
        own = slice(self.first[k], self.first[k + 1])
        return PhaseLoads(p_kw=self.p_kw[own, :, state], q_kvar=self.q_kvar[own, :, state])


@pytest.fixture(scope="module")
def twelve():
    forested = Forested(range(12))
    return forested, forested.solve()


def test_every_state_of_every_network_is_what_it_is_alone(twelve):
    forested, found = twelve

    assert found.solved.all()
    for k, drawn in enumerate(forested.drawn):
        for state in range(len(SHARES)):
            alone = solve_radial(drawn.network, forested.loads(k, state), drawn.source_vm_pu)
            v_pu = found.volts[forested.rows(k), :, state]
            assert np.max(np.abs(v_pu - alone.v_pu)) < VOLTS_ATOL


def test_currents_carry_the_power_behind_boards_and_out_of_sources(twelve):
    forested, found = twelve

    for k, drawn in enumerate(forested.drawn):
        network, loads = drawn.network, forested.loads(k, 3)
        expected = flows(network, loads, solve_radial(network, loads, drawn.source_vm_pu))
        s_kva = (found.volts * found.amps.conj())[forested.rows(k), :, 3]
        boards, sources = s_kva[network.transformers.lv_node], s_kva[network.sources.node]
        scale = np.abs(expected.s_source_kva).sum() * POWER_RTOL
        assert np.max(np.abs(boards - expected.s_lv_phase_kva)) < scale
        assert np.max(np.abs(sources.sum(axis=1) - expected.s_source_kva)) < scale


def test_a_network_has_the_same_bits_in_any_company(twelve):
    forested, found = twelve

    for k in (0, 5, 11):
        alone = Forested([k]).solve()
        volts = alone.volts[Forested([k]).rows(0)]
        assert np.array_equal(volts, found.volts[forested.rows(k)])


def test_other_states_change_a_state_by_less_than_its_tolerance(twelve):
    # States share a block of lanes, which is swept until the last of them has converged.
    _, found = twelve

    for state, share in enumerate(SHARES):
        alone = Forested(range(12), shares=(share,)).solve()
        assert np.max(np.abs(alone.volts[:, :, 0] - found.volts[:, :, state])) < VOLTS_ATOL


def test_the_same_states_in_another_order_have_the_same_bits(twelve):
    _, found = twelve

    turned = Forested(range(12), shares=SHARES[::-1]).solve()

    assert np.array_equal(turned.volts[:, :, ::-1], found.volts)


def test_a_given_start_changes_nothing(twelve):
    forested, found = twelve
    start = no_load(forested.forest, forested.vm)

    other = solve_states(forested.forest, forested.p_kw, forested.q_kvar, forested.vm, start=start)

    assert np.array_equal(other.volts, found.volts)


def test_what_has_no_solution_is_flagged_and_touches_nobody():
    shares = (1.0, 40.0, 0.5)  # 28 times the rated power of the transformers
    forested = Forested(range(6), shares=shares)
    light = Forested(range(6), shares=(1.0, 0.5))

    found, expected = forested.solve(), light.solve()

    assert not found.solved[:, 1].any()
    assert found.solved[:, [0, 2]].all()
    assert np.array_equal(found.volts[:, :, [0, 2]], expected.volts)
    with pytest.raises(ConvergenceError):
        solve_radial(forested.networks[0], forested.loads(0, 1), forested.drawn[0].source_vm_pu)


def test_one_network_without_a_solution_leaves_the_others_theirs(twelve):
    _, expected = twelve
    heavy = Forested(range(12))
    own = slice(heavy.first[4], heavy.first[5])
    heavy.p_kw[own] *= 40.0

    found = heavy.solve()

    assert found.solved[4].tolist() == [True, False, False, False, False]  # the first has no load
    assert np.delete(found.solved, 4, axis=0).all()
    others = np.concatenate([heavy.rows(k) for k in range(12) if k != 4])
    assert np.array_equal(found.volts[others], expected.volts[others])


# ------------------------------------------------------------------ by hand


def one_cable(r_ohm):
    """Return a stiff source at 0.38 kV and a cable of some resistance behind it."""
    one, none = np.ones(1), np.zeros(0)
    no_index = np.zeros(0, dtype=np.int64)
    return Network(
        node_ids=("S", "A"),
        vn_kv=np.array([0.38, 0.38]),
        sources=Sources(
            ids=("S",),
            node=np.array([0]),
            vm_peak_pu=one,
            vm_low_load_pu=one,
            s_sc_max_mva=one * 1e12,
            s_sc_min_mva=one * 1e12,
            r_over_x=one * 0.1,
        ),
        cables=Cables(
            ids=("C",),
            types=("by hand",),
            from_node=np.array([0]),
            to_node=np.array([1]),
            length_m=one * 1000,
            parallel=np.ones(1, dtype=np.int64),
            r1_ohm_per_km=one * r_ohm,
            x1_ohm_per_km=one * 0.0,
            r0_ohm_per_km=one * r_ohm,
            x0_ohm_per_km=one * 0.0,
            r20_ohm_per_km=one * r_ohm,
            c_nf_per_km=one * 0.0,
            ampacity_a=one * 100,
            is_open=np.array([False]),
        ),
        transformers=Transformers(
            ids=(),
            types=(),
            hv_node=no_index,
            lv_node=no_index,
            sn_kva=none,
            vn_hv_kv=none,
            vn_lv_kv=none,
            vk_percent=none,
            vkr_percent=none,
            p0_kw=none,
            i0_percent=none,
            tap=no_index,
            tap_step_percent=none,
            compensation_kvar=none,
        ),
    )


def test_one_resistive_cable_drops_what_the_quadratic_equation_says():
    # U0² = (380/√3)² = 48133 V²; with R = 0.1 ohm and P = 10 kW per phase
    # v² - v + P R / U0² = 0, so v = (1 + √(1 - 4 · 1000/48133.3)) / 2 = 0.97877 pu,
    # and the current is 10 kW over that voltage.
    network = one_cable(0.1)
    forest = forest_of(network, np.array([0, 2]))
    p_kw = np.zeros((2, 3, 2))
    p_kw[1, :, 0] = 10.0
    p_kw[1, 0, 1] = 10.0  # one phase only: with r0 = r1 the others do not notice

    found = solve_states(forest, p_kw, np.zeros_like(p_kw), np.ones(1))

    v_pu = (1 + sqrt(1 - 4 * 0.1 * 10e3 / (380**2 / 3))) / 2
    vm = np.abs(found.volts[forest.row_of_node[1]])
    assert v_pu == pytest.approx(0.97877, abs=1e-5)
    assert vm[:, 0] == pytest.approx([v_pu] * 3, abs=1e-9)
    assert vm[:, 1] == pytest.approx([v_pu, 1.0, 1.0], abs=1e-9)
    assert np.abs(found.amps[forest.row_of_node[1], :, 1]) == pytest.approx([10 / v_pu, 0, 0])


def test_half_the_voltage_is_the_last_one_that_exists():
    # The largest power through R is U0² / (4 R), at half the voltage: 120.3 kW per phase.
    forest = forest_of(one_cable(0.1), np.array([0, 2]))
    limit_kw = (380**2 / 3) / (4 * 0.1) / 1000
    p_kw = np.zeros((2, 3, 2))
    p_kw[1] = limit_kw * np.array([0.99, 1.01])

    found = solve_states(forest, p_kw, np.zeros_like(p_kw), np.ones(1))

    assert found.solved.tolist() == [[True, False]]
    assert np.abs(found.volts[forest.row_of_node[1], :, 0]) == pytest.approx([0.55] * 3, abs=1e-6)


# ------------------------------------------------------------------ what stands where


def test_nodes_know_their_sources_and_cables_their_rows(twelve):
    forested, _ = twelve
    network, forest = forested.forest.network, forested.forest
    expected = np.full(network.n_nodes, -1)
    expected[network.sources.node] = np.arange(len(network.sources.ids))
    for level in levels_of(network):
        expected[level.child] = expected[level.parent]

    assert np.array_equal(forest.source_of_node, expected)
    is_open = network.cables.is_open
    assert np.array_equal(forest.row_of_cable < 0, is_open)
    ends = np.stack([network.cables.from_node, network.cables.to_node])
    rows = forest.row_of_node[ends][:, ~is_open]
    assert np.array_equal(rows.max(axis=0), forest.row_of_cable[~is_open])  # the lower end


def test_fault_levels_are_those_of_each_network(twelve):
    forested, _ = twelve
    forest, first = forested.forest, forested.first
    rules = ShortCircuitRules(
        c_max_mv=1.1, c_min_mv=1.0, c_max_lv=1.05, c_min_lv=0.95, end_temperature_factor=1.5
    )

    found = short_circuit(forest.network, rules, find=forest.fault_impedance)

    for k, network in enumerate(forested.networks):
        alone = short_circuit(network, rules)
        for name in ("ik3_max_ka", "ip_max_ka", "ik3_min_ka", "ik1_min_ka"):
            own = getattr(found, name)[first[k] : first[k + 1]]
            assert np.allclose(own, getattr(alone, name), rtol=1e-12, equal_nan=True), name


# ------------------------------------------------------------------ what is no forest


def test_a_closed_ring_is_no_forest():
    ring = closed(random_network(0, n_trafos=3)).network

    with pytest.raises(ValueError, match="not radial"):
        forest_of(ring, first_nodes([ring]))


def test_a_node_without_a_way_to_a_source_is_no_forest():
    network = random_network(1).network
    cables = network.cables
    cut = cables.is_open.copy()
    cut[-1 if not cut[-1] else -2] = True
    broken = replace(network, cables=replace(cables, is_open=cut))

    with pytest.raises(ValueError, match="not radial"):
        forest_of(broken, first_nodes([broken]))


def test_sources_in_another_order_than_their_networks_are_refused():
    parts = [random_network(seed).network for seed in (0, 1)]
    whole = joined(parts)
    swapped = replace(whole, sources=replace(whole.sources, node=whole.sources.node[::-1].copy()))

    with pytest.raises(ValueError, match="order"):
        forest_of(swapped, first_nodes(parts))


# ------------------------------------------------------------------ few states, and first ones


def test_few_states_are_solved_as_among_many(twelve):
    # three states are swept in the first lanes of a tile, twenty in all of them
    shares = tuple(np.linspace(0.05, 1.0, 20).tolist())
    many = Forested(range(12), shares=shares)

    few, found = Forested(range(12), shares=shares[-3:]).solve(), many.solve()

    assert few.solved.all()
    assert np.max(np.abs(few.volts - found.volts[:, :, -3:])) < VOLTS_ATOL
    scale = np.abs(found.amps).max() * POWER_RTOL
    assert np.max(np.abs(few.amps - found.amps[:, :, -3:])) < scale


@pytest.mark.parametrize("behind", [(1.1,), (40.0, 0.2), (1.05,) * 40])
def test_first_states_have_the_same_bits_whatever_is_behind_them(behind):
    # one behind takes longer, one has no solution, forty need more blocks of lanes
    first = (0.2, 0.6)
    own, whole = Forested(range(6), shares=first), Forested(range(6), shares=(*first, *behind))

    alone = solve_states(own.forest, own.p_kw, own.q_kvar, own.vm, n_first=2)
    found = solve_states(whole.forest, whole.p_kw, whole.q_kvar, whole.vm, n_first=2)

    assert np.array_equal(found.volts[:, :, :2], alone.volts)
    assert np.array_equal(found.amps[:, :, :2], alone.amps)
    assert found.solved[:, :2].all()
    together = whole.solve()
    assert np.array_equal(found.solved, together.solved)
    ok = found.solved.all(axis=0)
    assert np.max(np.abs((found.volts - together.volts)[:, :, ok])) < VOLTS_ATOL
