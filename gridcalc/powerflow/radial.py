"""The fast engine for radial networks: an unbalanced sweep over many load states at once."""

import numpy as np

from gridcalc.errors import ConvergenceError
from gridcalc.network.arrays import Floats, Ints, Network, PhaseLoads
from gridcalc.network.day_loads import DayLoads, Floats32
from gridcalc.powerflow import days_loads, days_run
from gridcalc.powerflow.days import DayResults, DaySolver
from gridcalc.powerflow.days_results import day_results
from gridcalc.powerflow.days_tree import days_tree
from gridcalc.powerflow.radial_run import Limits, rows_of, run_slots
from gridcalc.powerflow.radial_tree import NODE, Tree, no_load, tree_of
from gridcalc.powerflow.solution import Complexes, Solution
from gridcalc.powerflow.tree import is_radial
from gridcalc.units import tan_phi

ENGINE = "radial"
MAX_SWEEPS = 200
TOLERANCE_PU = 1e-10
"""Of one load state: as exact as the crosschecks with other programs can see."""
DAYS_TOLERANCE_PU = 1e-7
"""Of many: a fifth of what the engines may differ by."""


def radial_days(network: Network, *, source_vm_pu: Floats, target_power_factor: float) -> DaySolver:
    """Return a solver of blocks of days for one radial network.

    The days of a block are one sequence: the same block gives the same bytes, the same day in
    another block the same numbers within the tolerance.

    Parameters
    ----------
    network
        Radial; open cables are left out.
    source_vm_pu
        Positive sequence voltage at each source. [pu], shape (n_sources,)
    target_power_factor
        Of the automatic compensation. [-]

    Raises
    ------
    ValueError
        The network is not radial.
    """
    prepared = _Prepared(network, source_vm_pu)
    tree = days_tree(prepared.tree, prepared.flat)
    flat_square = _squares(prepared)
    limits = days_run.Limits(
        tolerance_pu=DAYS_TOLERANCE_PU,
        max_rounds=MAX_SWEEPS,
        tan_target=tan_phi(target_power_factor),
    )

    def solve(loads: DayLoads) -> DayResults:
        rows = days_loads.rows_of(tree, loads)
        found = days_run.run_days(tree, rows, network, limits, n_slots=loads.n_slots)
        return day_results(ENGINE, network, flat_square, found)

    return solve


def radial_voltages(
    network: Network, loads: DayLoads, *, source_vm_pu: Floats, target_power_factor: float
) -> Complexes:
    """Return the voltages of every slot; those of unsolved slots are NaN.

    Returns
    -------
    complex array
        [pu], shape (n_days, n_slots, n_nodes, 3)
    """
    prepared = _Prepared(network, source_vm_pu)
    volts, _ = run_slots(
        prepared.tree,
        prepared.flat,
        rows_of(prepared.tree, loads),
        prepared.source_vm_pu,
        _limits(target_power_factor),
    )
    return volts.view(np.complex128)


class _Prepared:
    """What all blocks of one network share; nothing in it changes."""

    def __init__(self, network: Network, source_vm_pu: Floats) -> None:
        if not is_radial(network):
            raise ValueError("the sweep needs a radial network")
        self.tree: Tree = tree_of(network)
        self.source_vm_pu = np.ascontiguousarray(source_vm_pu, dtype=np.float64)
        self.flat = no_load(self.tree, self.source_vm_pu)


def _squares(prepared: _Prepared) -> Floats32:
    """Return the square of the voltage of each node without load, the same in all phases."""
    found = np.empty(len(prepared.flat), dtype=np.float32)
    found[prepared.tree.place[:, NODE]] = (prepared.flat[:, 0:2] ** 2).sum(axis=1)
    return found


def _limits(target_power_factor: float) -> Limits:
    return Limits(
        tolerance_pu=DAYS_TOLERANCE_PU,
        max_sweeps=MAX_SWEEPS,
        tan_target=tan_phi(target_power_factor),
    )


class RadialSolver:
    """The sweep for one network; construct once, solve many load blocks.

    Agrees with ``runpp_3ph`` within 1e-6 pu: same T model, Dyn11 as the real 3×3 matrix.
    """

    def __init__(self, network: Network) -> None:
        self.network = network
        self._tree = tree_of(network)
        capacitors = np.zeros_like(self._tree.compensation_kvar)
        self._tree = self._tree._replace(compensation_kvar=capacitors)

    def solve(self, loads: PhaseLoads, source_vm_pu: Floats) -> Solution:
        """Return the voltages of one load block; see ``pandapower_engine.solve_pandapower``."""
        source_vm = np.ascontiguousarray(source_vm_pu, dtype=np.float64)
        limits = Limits(tolerance_pu=TOLERANCE_PU, max_sweeps=MAX_SWEEPS, tan_target=0.0)
        volts, solved = run_slots(
            self._tree,
            no_load(self._tree, source_vm),
            rows_of(self._tree, _one_slot(loads)),
            source_vm,
            limits,
        )
        if not solved.all():
            raise ConvergenceError(
                f"the sweep found no solution at {loads.p_kw.sum():.0f} kW;"
                " the load is near or beyond what the network can carry"
            )
        return Solution(engine=ENGINE, v_pu=volts.view(np.complex128)[0, 0])


def _one_slot(loads: PhaseLoads) -> DayLoads:
    """Return loads as a day of one slot.

    A row draws reactive power only along with active power: a load of P and Q is a row of Q kW
    and Q kvar, and a row of P - Q kW and no kvar.
    """
    node, phase = np.nonzero((loads.p_kw != 0) | (loads.q_kvar != 0))
    p_kw, q_kvar = loads.p_kw[node, phase], loads.q_kvar[node, phase]
    n = len(node)
    none: Ints = np.zeros(0, dtype=np.int64)
    return DayLoads(
        curves=np.ones((1, 1)),
        shaped_node=np.concatenate([node, node]),
        shaped_phase=np.concatenate([phase, phase]),
        shaped_curve=np.zeros(2 * n, dtype=np.int64),
        shaped_p_kw=np.concatenate([q_kvar, p_kw - q_kvar])[:, None],
        shaped_tan_phi=np.concatenate([np.ones(n), np.zeros(n)]),
        free_node=none,
        free_phase=none,
        free_tan_phi=np.zeros(0),
        free_p_kw=np.zeros((0, 1, 1), dtype=np.float32),
    )


def solve_radial(network: Network, loads: PhaseLoads, source_vm_pu: Floats) -> Solution:
    """Return the voltages of one load block of a radial network.

    Raises
    ------
    ConvergenceError
        The sweep found no solution.
    """
    return RadialSolver(network).solve(loads, source_vm_pu)
