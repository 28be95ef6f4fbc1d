"""The networks every crosscheck runs over, and each engine's cached answer for them.

A case is the name of a written network or the seed of a random one; a variant says what the
transformers and sources are reduced to, so that the other program can represent them exactly.
"""

from functools import cache
from typing import Literal

from gridcalc.powerflow.flows import Flows, flows
from gridcalc.powerflow.pandapower_engine import solve_pandapower
from gridcalc.powerflow.radial import solve_radial
from gridcalc.powerflow.solution import Solution
from tests.crosscheck.opendss_circuit import Iron, OpenDssResult, solve_opendss
from tests.crosscheck.random_networks import STIFF_MVA, Drawn, random_network
from tests.crosscheck.written_networks import WRITTEN, written_network

Engine = Literal["pandapower", "radial"]
Variant = Literal["no iron", "iron", "weak source"]

SEEDS = (0, 1, 2, 5, 11)
CASES: tuple[str | int, ...] = (*WRITTEN, *SEEDS)
ENGINES: tuple[Engine, ...] = ("pandapower", "radial")
_WEAK_MVA = 120.0


@cache
def case(name: str | int, variant: Variant) -> Drawn:
    """Return a network, its loads and source voltages.

    ``no iron`` has stiff sources and no no-load losses, ``iron`` has both losses and stiff
    sources, ``weak source`` has losses and the short-circuit power of real sources.
    """
    iron, stiff = variant != "no iron", variant != "weak source"
    if isinstance(name, str):
        return written_network(name, iron=iron, stiff=stiff)
    s_sc_mva = STIFF_MVA if stiff else _WEAK_MVA
    return random_network(name, iron=iron, s_sc_mva=s_sc_mva, n_sources=1 + name % 2)


@cache
def solution(name: str | int, variant: Variant, engine: Engine) -> Solution:
    """Return what an engine of gridcalc finds."""
    drawn = case(name, variant)
    solve = solve_pandapower if engine == "pandapower" else solve_radial
    return solve(drawn.network, drawn.loads, drawn.source_vm_pu)


@cache
def solved_flows(name: str | int, variant: Variant, engine: Engine) -> Flows:
    """Return the flows that belong to ``solution``."""
    drawn = case(name, variant)
    return flows(drawn.network, drawn.loads, solution(name, variant, engine))


@cache
def opendss(name: str | int, variant: Variant, iron: Iron) -> OpenDssResult:
    """Return what OpenDSS finds."""
    drawn = case(name, variant)
    return solve_opendss(drawn.network, drawn.loads, drawn.source_vm_pu, iron=iron)
