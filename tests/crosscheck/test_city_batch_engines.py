"""The sweep over many networks at once against programs that share nothing with it.

OpenDSS and power-grid-model get nameplate data only and do their own conversions; runpp_3ph is
the engine of record of a study. The random networks have taps, parallel cables, open ring
cables, one or two sources and loads on one phase; the compounds come from templates.
"""

from functools import cache

import numpy as np
import pytest

from gridcalc.checks.case import loads_at, prepare, scenario_units
from gridcalc.city.compounds import catalogue_of, describe
from gridcalc.city.records import CityRow
from gridcalc.city.work import compute_chunk
from gridcalc.compound.defaults import resolve_defaults
from gridcalc.demand.scenario import parse_scenario
from gridcalc.network.arrays import Network, PhaseLoads
from gridcalc.network.joining import first_nodes, joined
from gridcalc.powerflow.engine import solve_state
from gridcalc.powerflow.flows import flows
from gridcalc.powerflow.pandapower_engine import solve_pandapower
from gridcalc.powerflow.radial_states import States, forest_of, solve_states
from gridcalc.question import Question
from gridcalc.study import study
from tests.crosscheck.opendss_circuit import solve_opendss
from tests.crosscheck.pgm_model import solve_pgm
from tests.crosscheck.random_networks import Drawn, random_network
from tests.unit.test_city_batch import ASKED, TEMPLATES

OPENDSS_ATOL = 1e-8  # the sweep stops at 1e-10 pu, OpenDSS at 1e-11
POWER_RTOL = 1e-6
PGM_ATOL = 1e-8  # without no-load losses both circuits are the same; it stops at 1e-12
PANDAPOWER_ATOL = 1e-6  # stops at 3e-8 MVA of positive sequence mismatch
WEAK_MVA = 120.0
N = 8
SHARES = (1.0, 0.4, 0.75)


class Solved:
    """Networks solved side by side in a few states."""

    def __init__(self, drawn: list[Drawn], shares: tuple[float, ...] = SHARES) -> None:
        networks = [row.network for row in drawn]
        self.first = first_nodes(networks)
        self.forest = forest_of(joined(networks), self.first)
        p_kw, q_kvar = (
            np.concatenate([getattr(row.loads, name) for row in drawn])[:, :, None] * shares
            for name in ("p_kw", "q_kvar")
        )
        vm = np.concatenate([row.source_vm_pu for row in drawn])
        self.states: States = solve_states(self.forest, p_kw, q_kvar, vm)
        assert self.states.solved.all()

    def of(self, k: int, state: int) -> tuple[np.ndarray, np.ndarray]:
        """Return voltages [pu] and powers into the nodes [kVA] of a network."""
        rows = self.forest.row_of_node[self.first[k] : self.first[k + 1]]
        volts, amps = self.states.volts[rows, :, state], self.states.amps[rows, :, state]
        return volts, volts * amps.conj()


def scaled(loads: PhaseLoads, share: float) -> PhaseLoads:
    return PhaseLoads(p_kw=loads.p_kw * share, q_kvar=loads.q_kvar * share)


@cache
def random_ones(*, iron: bool) -> tuple[tuple[Drawn, ...], Solved]:
    """Return random networks; without iron their sources are stiff."""
    settings = {"s_sc_mva": WEAK_MVA} if iron else {}
    drawn = tuple(random_network(s, n_sources=1 + s % 2, iron=iron, **settings) for s in range(N))
    return drawn, Solved(list(drawn))


@pytest.mark.parametrize("k", range(N))
def test_voltages_and_powers_side_by_side_equal_those_of_opendss(k):
    drawn, solved = random_ones(iron=True)
    one = drawn[k]

    for state, share in enumerate(SHARES):
        expected = solve_opendss(
            one.network, scaled(one.loads, share), one.source_vm_pu, iron="t_model"
        )
        v_pu, s_kva = solved.of(k, state)
        assert np.max(np.abs(v_pu - expected.v_pu)) < OPENDSS_ATOL
        at_boards = s_kva[one.network.transformers.lv_node]
        assert at_boards == pytest.approx(expected.s_lv_phase_kva, rel=POWER_RTOL, abs=1e-3)


@pytest.mark.parametrize("k", range(N))
def test_voltages_side_by_side_equal_those_of_power_grid_model(k):
    # its no-load branch is a pi circuit, so the networks have no no-load losses here
    drawn, solved = random_ones(iron=False)
    one = drawn[k]

    for state, share in enumerate(SHARES):
        expected = solve_pgm(one.network, scaled(one.loads, share), one.source_vm_pu)
        assert np.max(np.abs(solved.of(k, state)[0] - expected)) < PGM_ATOL


# ------------------------------------------------------------------ compounds


@cache
def template_case(name: str) -> Drawn:
    """Return a small compound of a template with everything connected, at station level."""
    row = CityRow(row=1, id=name, name=name, template=name, n_households=60)
    described = describe(row, ASKED)
    full = resolve_defaults(described.compound, described.policy).compound
    case = prepare(full, catalogue=catalogue_of(ASKED), policy=described.policy, solver=solve_state)
    network: Network = case.site.network
    units = scenario_units(case, parse_scenario("ev-100+ebike-50"))
    loads = loads_at(case, units, "station")
    return Drawn(network=network, loads=loads, source_vm_pu=network.sources.vm_peak_pu)


def test_templates_side_by_side_equal_those_of_opendss():
    drawn = [template_case(name) for name in TEMPLATES]
    solved = Solved(drawn, shares=(1.0, 0.5))

    for k, one in enumerate(drawn):
        expected = solve_opendss(one.network, one.loads, one.source_vm_pu, iron="t_model")
        assert np.max(np.abs(solved.of(k, 0)[0] - expected.v_pu)) < OPENDSS_ATOL


@pytest.mark.parametrize("name", ["walk-up", pytest.param("high-rise", marks=pytest.mark.slow)])
def test_a_compound_side_by_side_has_the_voltages_and_flows_of_runpp_3ph(name):
    drawn = [template_case(other) for other in ("villa", name, "combined-meter")]
    one = drawn[1]
    solution = solve_pandapower(one.network, one.loads, one.source_vm_pu)
    expected = flows(one.network, one.loads, solution)

    v_pu, s_kva = Solved(drawn).of(1, 0)

    assert np.max(np.abs(v_pu - solution.v_pu)) < PANDAPOWER_ATOL
    scale = np.abs(expected.s_source_kva).sum()
    at_boards = s_kva[one.network.transformers.lv_node]
    assert np.max(np.abs(at_boards - expected.s_lv_phase_kva)) < PANDAPOWER_ATOL * 10 * scale


def test_a_result_of_the_chunk_is_the_study_solved_by_runpp_3ph():
    # the whole way: drawing, demand, power flow, all checks; pandapower stops a little earlier,
    # so numbers may differ by 1e-5 of their size
    row = CityRow(row=1, id="w", name="w", template="old-courtyard", n_households=40)
    described = describe(row, ASKED)
    expected = study(
        described.compound,
        catalogue=catalogue_of(ASKED),
        policy=described.policy,
        question=Question(methods=("factor",)),
        solver=solve_pandapower,
    )

    (result,) = compute_chunk([row], ASKED)

    assert expected.engine == "pandapower"
    assert result.verdict == expected.verdict
    finding = expected.binding.finding
    assert (result.binding.check, result.binding.element) == (finding.check, finding.element)
    assert result.binding.utilisation == pytest.approx(finding.utilisation, rel=1e-5)
    for run, other in zip(result.runs, expected.runs, strict=True):
        lv = [node.vm_min_pu for node in other.nodes if node.vn_kv < 10]
        assert run.vm_min_pu == pytest.approx(min(lv), abs=PANDAPOWER_ATOL)
        assert run.s_peak_kva == pytest.approx(other.mv.s_peak_kva, rel=1e-5)
        loading = max(cable.loading_percent for cable in other.branches)
        assert run.cable_loading_percent == pytest.approx(loading, rel=1e-5)
