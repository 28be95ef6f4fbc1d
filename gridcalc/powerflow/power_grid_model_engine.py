"""The batch engine for any network, closed rings too: power-grid-model, unbalanced.

Its sources have one impedance for positive and negative sequence, whereas gridcalc holds the
positive sequence voltage at the source's node. So the voltage behind the impedance is corrected
until the voltage at the node is the one that was asked for: two or three solves of a batch, the
first of them with what the loads would need without losses.
"""

from typing import Any

import numpy as np
from power_grid_model import CalculationMethod, ComponentType, PowerGridModel
from power_grid_model.errors import PowerGridBatchError

from gridcalc.errors import ConvergenceError
from gridcalc.network.arrays import Bools, Floats, Network, PhaseLoads
from gridcalc.network.day_loads import DayLoads
from gridcalc.powerflow.days import DayResults, DaySolver
from gridcalc.powerflow.days_from_voltages import join_days, results_of_days
from gridcalc.powerflow.impedance import series_impedance_ohm, source_ohm, transformer_ohm
from gridcalc.powerflow.power_grid_model_input import input_tables
from gridcalc.powerflow.slot_loads import SlotLoads, slot_loads
from gridcalc.powerflow.solution import TO_SEQUENCE, Complexes, Solution
from gridcalc.units import HZ, KW_PER_MW, W_PER_KW

ENGINE = "power-grid-model"
TOLERANCE_PU = 1e-9
MAX_ITERATIONS = 100
SOURCE_TOLERANCE_PU = 5e-8
MAX_CORRECTIONS = 12
SLOTS_AT_ONCE = 960
_C_MAX_MV = 1.1
_LOWEST_PU = 0.2
"""Below there is no solution worth having, as in the sweep."""


def power_grid_model_days(
    network: Network, *, source_vm_pu: Floats, target_power_factor: float
) -> DaySolver:
    """Return a solver of blocks of days for one network, radial or not.

    Parameters
    ----------
    network
        Open cables are left out.
    source_vm_pu
        Positive sequence voltage at each source. [pu], shape (n_sources,)
    target_power_factor
        Of the automatic compensation. [-]
    """
    grid = _Grid(network, source_vm_pu)

    def solve(loads: DayLoads) -> DayResults:
        parts = []
        for days in _blocks(loads):
            at_slots = slot_loads(network, loads, days, target_power_factor=target_power_factor)
            v_pu, solved = grid.solve(at_slots)
            parts.append(results_of_days(ENGINE, network, at_slots, v_pu, solved))
        return join_days(parts)

    return solve


def power_grid_model_voltages(
    network: Network, loads: DayLoads, *, source_vm_pu: Floats, target_power_factor: float
) -> Complexes:
    """Return the voltages of every slot; those of unsolved slots are NaN.

    Returns
    -------
    complex array
        [pu], shape (n_days, n_slots, n_nodes, 3)
    """
    grid = _Grid(network, source_vm_pu)
    parts = []
    for days in _blocks(loads):
        at_slots = slot_loads(network, loads, days, target_power_factor=target_power_factor)
        v_pu, solved = grid.solve(at_slots)
        v_pu[~solved] = np.nan
        parts.append(v_pu)
    return np.concatenate(parts)


def solve_power_grid_model(network: Network, loads: PhaseLoads, source_vm_pu: Floats) -> Solution:
    """Return the voltages of one load block of any network.

    Raises
    ------
    ConvergenceError
        power-grid-model found no solution.
    """
    one = SlotLoads(p_kw=loads.p_kw[None, None], q_kvar=loads.q_kvar[None, None])
    v_pu, solved = _Grid(network, source_vm_pu).solve(one)
    if not solved.all():
        raise ConvergenceError(
            f"power-grid-model found no solution at {loads.p_kw.sum():.0f} kW;"
            " the load is near or beyond what the network can carry"
        )
    return Solution(engine=ENGINE, v_pu=v_pu[0, 0])


def _blocks(loads: DayLoads) -> list[slice]:
    step = max(1, SLOTS_AT_ONCE // loads.n_slots)
    return [slice(first, first + step) for first in range(0, loads.n_days, step)]


class _Grid:
    """One network ready to be solved; every call makes a model of its own."""

    def __init__(self, network: Network, source_vm_pu: Floats) -> None:
        self._network = network
        self._source_vm_pu = np.asarray(source_vm_pu, dtype=np.float64)
        sources = network.sources
        z = source_ohm(
            sources,
            c_factor=_C_MAX_MV,
            s_sc_mva=sources.s_sc_max_mva,
            vn_kv=network.vn_kv[sources.node],
        )
        self._z_source = z
        self._mva_ohm = network.vn_kv[sources.node] ** 2
        self._y_between = _admittance_between_sources(network)

    def solve(self, loads: SlotLoads) -> tuple[Complexes, Bools]:
        """Return the voltages of every slot [pu] and which of them are solved."""
        n_days, n_slots, n_nodes, _ = loads.p_kw.shape
        p_w = loads.p_kw.reshape(n_days * n_slots, n_nodes, 3) * W_PER_KW
        q_var = loads.q_kvar.reshape(n_days * n_slots, n_nodes, 3) * W_PER_KW
        loaded = np.flatnonzero(np.any((p_w != 0) | (q_var != 0), axis=(0, 2)))
        tables = input_tables(self._network, loaded, self._source_vm_pu, _C_MAX_MV)
        model = PowerGridModel(tables, system_frequency=HZ)
        update = {}
        if len(loaded):
            update[ComponentType.asym_load] = {
                "p_specified": np.ascontiguousarray(p_w[:, loaded]),
                "q_specified": np.ascontiguousarray(q_var[:, loaded]),
            }
        s_mva = (loads.p_kw + 1j * loads.q_kvar).sum(axis=(2, 3)).ravel() / KW_PER_MW
        v_pu, solved = self._with_sources_held(model, update, s_mva)
        shape = (n_days, n_slots)
        return v_pu.reshape(*shape, n_nodes, 3), solved.reshape(shape)

    def _with_sources_held(
        self, model: PowerGridModel, update: dict[ComponentType, Any], s_mva: Complexes
    ) -> tuple[Complexes, Bools]:
        wanted = self._source_vm_pu
        behind = self._behind(s_mva[:, None] / len(wanted) / self._mva_ohm)
        for _ in range(MAX_CORRECTIONS):
            update[ComponentType.source] = {
                "u_ref": np.abs(behind),
                "u_ref_angle": np.angle(behind),
            }
            v_pu, solved = _solve_batch(model, update, self._network.n_nodes)
            found = (v_pu[:, self._network.sources.node] @ TO_SEQUENCE.T)[:, :, 1]
            is_held = np.all(np.abs(found - wanted) <= SOURCE_TOLERANCE_PU, axis=1)
            if np.all(is_held | ~solved):
                break
            corrected = self._behind(self._power(behind, found))
            behind = np.where(solved[:, None], corrected, behind)
        return v_pu, solved & is_held

    def _power(self, behind: Complexes, found: Complexes) -> Complexes:
        """Return what each source feeds beside what flows to other sources. [pu²/ohm]."""
        current = (behind - found) / self._z_source
        return np.asarray(found * (current - found @ self._y_between.T).conj())

    def _behind(self, power: Complexes) -> Complexes:
        """Return the voltages behind the impedances that give the wanted ones, for some power.

        What a source feeds is what flows to other sources plus a load of constant power.
        """
        wanted = self._source_vm_pu
        load = (power / wanted).conj()
        return np.asarray(wanted + self._z_source * (self._y_between @ wanted + load))


def _solve_batch(
    model: PowerGridModel, update: dict[ComponentType, Any], n_nodes: int
) -> tuple[Complexes, Bools]:
    """Return the voltages of a batch, and which of its rows are solutions."""
    result = model.calculate_power_flow(
        symmetric=False,
        error_tolerance=TOLERANCE_PU,
        max_iterations=MAX_ITERATIONS,
        calculation_method=CalculationMethod.iterative_current,
        update_data=update,
        threading=-1,
        output_component_types={ComponentType.node: ["u_pu", "u_angle"]},
        continue_on_batch_error=True,
        decode_error=True,
    )
    nodes = result[ComponentType.node]
    u_pu, angle = nodes["u_pu"][:, :n_nodes], nodes["u_angle"][:, :n_nodes]
    solved = np.ones(len(u_pu), dtype=np.bool_)
    error = model.batch_error
    if isinstance(error, PowerGridBatchError):
        solved[error.failed_scenarios] = False
    with np.errstate(invalid="ignore"):
        solved &= np.all(np.isfinite(u_pu) & (u_pu >= _LOWEST_PU), axis=(1, 2))
    v_pu = np.where(solved[:, None, None], u_pu * np.exp(1j * angle), 1.0)
    return v_pu, solved


def _admittance_between_sources(network: Network) -> Complexes:
    """Return the admittance of the unloaded network seen from its sources, zero without rings.

    Positive sequence, without what flows to earth. [S], shape (n_sources, n_sources)
    """
    cables, trafos = network.cables, network.transformers
    closed = ~cables.is_open
    _, z1 = series_impedance_ohm(cables)
    turns = trafos.vn_lv_kv / (trafos.vn_hv_kv * trafos.ratio_tap)
    rows = [
        (cables.from_node[closed], cables.to_node[closed], 1 / z1[closed], np.ones(closed.sum()))
    ]
    rows.append((trafos.hv_node, trafos.lv_node, 1 / transformer_ohm(trafos), turns))
    y = np.zeros((network.n_nodes, network.n_nodes), dtype=np.complex128)
    for start, end, branch, ratio in rows:
        np.add.at(y, (start, start), branch * ratio**2)
        np.add.at(y, (end, end), branch)
        np.add.at(y, (start, end), -branch * ratio)
        np.add.at(y, (end, start), -branch * ratio)
    kept = network.sources.node
    inner = np.setdiff1d(np.arange(network.n_nodes), kept)
    inside = np.linalg.solve(y[np.ix_(inner, inner)], y[np.ix_(inner, kept)])
    return np.asarray(y[np.ix_(kept, kept)] - y[np.ix_(kept, inner)] @ inside)
