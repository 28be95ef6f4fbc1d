"""Cuts from voltages: what each option lifts a voltage by, to first order."""

from collections.abc import Iterator

import numpy as np

from gridcalc.checks.finding import Finding
from gridcalc.checks.voltage import HIGHEST_AT_PEAK, SOLUTION
from gridcalc.compound.model import lv_board
from gridcalc.powerflow.impedance import series_impedance_ohm
from gridcalc.powerflow.solution import ALPHA, TO_PHASE, TO_SEQUENCE, Complexes
from gridcalc.units import PERCENT, SQRT3, V_PER_KV, VN_LV_KV, VN_MV_KV, W_PER_KW
from gridcalc.upgrade.search.helpers import (
    Cut,
    Weights,
    anything_helps,
    balance_vars,
    cable_at,
    cable_vars,
    cables_behind,
    current_cable,
    current_unit,
    everything_larger,
    is_severe,
    leave_vars,
    more_kvar,
    raises_voltage,
    source_vars,
    split_vars,
    splits_away,
    tap_steps,
    unit_at,
    unit_vars,
)
from gridcalc.upgrade.search.judge import HIGHEST_PU, Broken
from gridcalc.upgrade.search.values import UnitValues
from gridcalc.upgrade.search.view import View

_SECOND_ORDER = 1.5
"""How much of a drop, relative to it, a better voltage takes away again, widened. [-]"""
_WIDER = 1.02
_STEEPEST = 0.4
"""Least of 2 v - 1, by which the voltage of a constant power falls steeper than linear. [pu]"""


def deviation(view: View, broken: Broken) -> Iterator[Cut]:
    """Yield the cut of a voltage that is too low, or too high at low load or at peak."""
    finding = broken.finding
    if finding.quantity.startswith(SOLUTION):
        yield anything_helps(view, broken)
    elif finding.quantity == HIGHEST_AT_PEAK:
        yield _too_high_at_peak(view, broken)
    elif finding.quantity.endswith("max"):
        yield _too_high(view, broken)
    else:
        need = ((finding.limit or 0.0) - (finding.value or 0.0)) / PERCENT
        yield _lifted(view, broken, need)


def unbalance(view: View, broken: Broken) -> Iterator[Cut]:
    """Yield the cut of an unbalance that is too large."""
    finding = broken.finding
    yield _lifted(view, broken, ((finding.value or 0.0) - (finding.limit or 0.0)) / PERCENT)


def _too_high(view: View, broken: Broken) -> Cut:
    """Return the cut of a voltage too high at low load: a higher tap, or less of what lifts it."""
    return _lowering(view, broken.finding.element).cut(1.0, broken)


def _too_high_at_peak(view: View, broken: Broken) -> Cut:
    """Return the cut of a phase that load on the others lifts: as at low load, or any relief."""
    weights = _lowering(view, broken.finding.element)
    weights.add(everything_larger(view))
    return weights.cut(1.0, broken)


def _lowering(view: View, node: str) -> Weights:
    lv, unit, mv = view.path_of(node)
    weights = Weights()
    for cable in (*lv, *mv):
        z_now = abs(current_cable(view, cable).z_ohm)
        weights.add(cable_vars(view, cable, lambda v, z=z_now: abs(v.z_ohm) > z))  # type: ignore[misc]
    weights.add(source_vars(view, mv))
    if unit is not None:
        z_unit = abs(current_unit(view, unit).z_ohm)
        weights.add(unit_vars(view, unit, lambda v: abs(v.z_ohm) > z_unit))
        weights.add(var for var, steps in tap_steps(view, unit) if steps > 0)
        weights.add(leave_vars(view, lv[0]) if lv else ())
    return weights


def _lifted(view: View, broken: Broken, need_pu: float) -> Cut:
    """Return that the gains of what is built reach what a node lacks.

    Gains are linear in the currents of the present plan. A higher voltage lowers the currents,
    and so the drop, once more; gains are widened by what that can bring. Where voltages are too
    low for that, anything stronger may help.
    """
    node = broken.finding.element
    if is_severe(view, view.path_of(node)[1]):
        weights = Weights()
        weights.add((*raises_voltage(view, node), *everything_larger(view)))
        return weights.cut(1.0, broken)
    if view.state.v_none_pu is not None:
        need_pu = _Gains(view, broken.finding, node).lacking_pu(need_pu)
    weights = voltage_weights(view, broken.finding, node, need_pu)
    return weights.cut(need_pu, broken)


def voltage_weights(view: View, finding: Finding, node: str, need_pu: float) -> Weights:
    """Return by how much each option lifts the voltage of a node [pu].

    Parameters
    ----------
    view, finding
        The state, and the finding whose measure counts: unbalance, line or phase voltage.
    node
        The node.
    need_pu
        What is lacking; options whose gain is not known count as enough. [pu]
    """
    lv, unit, mv = view.path_of(node)
    weights = Weights()
    weights.add(raises_voltage(view, node), 0.0)
    gains = _Gains(view, finding, node)
    for cable in (*lv, *mv):
        for var in cable_vars(view, cable, lambda _: True):
            dz = current_cable(view, cable).z_ohm - cable_at(view, var).z_ohm
            weights.add([var], gains.widened(gains.of_cable(cable, dz, is_mv=cable in mv)))
    weights.suffice(source_vars(view, mv))
    if unit is not None:
        _of_unit(view, unit, gains, weights, need_pu)
    if lv:
        weights.suffice(leave_vars(view, lv[0]))
        weights.suffice(var for var, _ in split_vars(view, cables_behind(view, lv[0])))
    return weights


def _of_unit(view: View, unit: str, gains: "_Gains", weights: Weights, need_pu: float) -> None:
    now = current_unit(view, unit)
    for var in unit_vars(view, unit, lambda _: True):
        other = unit_at(view, var)
        if other.sn_kva:
            weights.add([var], gains.widened(gains.of_unit(unit, now.z_ohm - other.z_ohm)))
        else:
            weights.suffice([var])
    for var, steps in tap_steps(view, unit):
        weights.add([var], gains.widened(gains.of_tap(unit, steps)))
    for var, kvar in more_kvar(view, unit):
        weights.add([var], gains.widened(kvar * W_PER_KW * now.z_ohm.imag / _base_v(VN_LV_KV) ** 2))
    for feeder in view.feeders_of_unit(unit):
        weights.add(leave_vars(view, feeder), min(need_pu, gains.of_leaving(feeder, now)))
    weights.suffice(splits_away(view, unit))
    weights.suffice(balance_vars(view, view.nodes_of_unit(unit)))


def _base_v(vn_kv: float) -> float:
    """Return the line-to-line voltage that is one pu [V]."""
    return vn_kv * V_PER_KV


class _Gains:
    """What a change of an impedance on the way to a node brings there, in pu of its measure."""

    def __init__(self, view: View, finding: Finding, node: str) -> None:
        self.view, self.finding, self.node = view, finding, node
        self.network = view.case.site.network
        self.impedances = series_impedance_ohm(self.network.cables)
        self.currents = {row.id: row for row in view.state.facts.branches}
        rows = {row.id: row for row in view.state.facts.nodes}
        self.row = rows.get(node)
        linear = view.state.v_none_pu is not None
        lowest = HIGHEST_PU if linear or self.row is None else self.row.vm_min_pu
        wide = _WIDER + _SECOND_ORDER * max(HIGHEST_PU - lowest, 0.0)
        self.factor = max(wide, _WIDER * lowest / max(2 * lowest - 1, _STEEPEST))
        self.direction = self._direction()

    def widened(self, gain: float) -> float:
        """Return a gain with what the second order can add; a loss shrinks."""
        return gain * self.factor if gain > 0 else gain / self.factor

    def _direction(self) -> Complexes | None:
        """Return w with which the measure is Re(w · v) to first order; None for simulated days."""
        v = self.view.state.v_pu
        if v is None or self.row is None:
            return None
        index = self.network.node_index()[self.node]
        here = v[index]
        if self.view.state.v_none_pu is not None:
            return self._from_no_load(self.view.state.v_none_pu[index], here)
        if self.finding.check == "voltage.unbalance":
            sequence = TO_SEQUENCE @ here
            unit = np.conj(sequence[2]) / max(abs(sequence[2]), 1e-12)
            return np.asarray(-unit * TO_SEQUENCE[2] / abs(sequence[1]))
        if self.finding.quantity in {"line_min", "mv_min"}:
            lines = here - np.roll(here, -1)
            k = int(np.argmin(np.abs(lines)))
            unit = np.conj(lines[k]) / abs(lines[k]) / SQRT3
            w = np.zeros(3, dtype=np.complex128)
            w[k], w[(k + 1) % 3] = unit, -unit
            return w
        k = int(np.argmin(np.abs(here)))
        w = np.zeros(3, dtype=np.complex128)
        w[k] = np.conj(here[k]) / abs(here[k])
        return w

    def _from_no_load(self, none: Complexes, here: Complexes) -> Complexes:
        """Return the direction of the voltage without load that is lowest with load."""
        lines = self.finding.quantity in {"line_min", "mv_min"}
        before = none - np.roll(none, -1) if lines else none
        after = here - np.roll(here, -1) if lines else here
        units = np.conj(before) / np.abs(before)
        k = int(np.argmin((units * after).real))
        w = np.zeros(3, dtype=np.complex128)
        w[k] = units[k] / SQRT3 if lines else units[k]
        if lines:
            w[(k + 1) % 3] = -w[k]
        return w

    def lacking_pu(self, need_pu: float) -> float:
        """Return what the voltage lacks along its direction without load [pu]."""
        v = self.view.state.v_pu
        if self.direction is None or v is None:
            return need_pu
        here = v[self.network.node_index()[self.node]]
        return need_pu + abs(self._measure(here)) - float((self.direction @ here).real)

    def _measure(self, here: Complexes) -> float:
        """Return the voltage that the finding is about [pu]."""
        if self.finding.quantity in {"line_min", "mv_min"}:
            return float(np.abs(here - np.roll(here, -1)).min() / SQRT3)
        return float(np.abs(here).min())

    def of_cable(self, cable: str, dz_ohm: complex, *, is_mv: bool) -> float:
        """Return the gain of an impedance that shrinks by ``dz_ohm`` (positive sequence)."""
        row = self.currents.get(cable)
        if row is None:
            return 0.0
        base = _base_v(VN_MV_KV if is_mv else VN_LV_KV) / SQRT3
        shrinks = dz_ohm.real > 0 or dz_ohm.imag > 0
        if is_mv or self.direction is None:
            wide = 1.0 if is_mv or self.finding.check == "voltage.unbalance" else 2.0
            return wide * abs(dz_ohm) * row.i_max_a / base if shrinks else 0.0
        k = self.network.cables.ids.index(cable)
        z = np.array([4 * dz_ohm, dz_ohm, dz_ohm])
        drop = TO_PHASE @ (z * (TO_SEQUENCE @ self._current(k)))
        return float((self.direction @ drop).real) / base

    def _current(self, k: int) -> Complexes:
        """Return the phase currents through a cable by its drop [A]."""
        cables, v = self.network.cables, self.view.state.v_pu
        if v is None:
            raise ValueError("simulated days have no single state")
        base = _base_v(VN_LV_KV) / SQRT3
        drop = TO_SEQUENCE @ ((v[cables.from_node[k]] - v[cables.to_node[k]]) * base)
        z0, z1 = self.impedances
        return np.asarray(TO_PHASE @ (drop / np.array([z0[k], z1[k], z1[k]])))

    def of_unit(self, unit: str, dz_ohm: complex) -> float:
        """Return the gain of a transformer impedance that shrinks by ``dz_ohm``."""
        feeders = [self._feeder_current(name) for name in self.view.feeders_of_unit(unit)]
        return self._of_current(sum(feeders, self._board_current(unit)), dz_ohm)

    def _board_current(self, unit: str) -> Complexes:
        """Return what the loads and the compensation of an LV board draw [A]."""
        state = self.view.state
        if state.loads is None or state.v_pu is None:
            return np.zeros(3, dtype=np.complex128)
        node = self.network.node_index()[lv_board(unit)]
        s_va = (state.loads.p_kw[node] + 1j * state.loads.q_kvar[node]) * W_PER_KW
        return np.asarray(np.conj(s_va / (state.v_pu[node] * _base_v(VN_LV_KV) / SQRT3)))

    def of_leaving(self, feeder: str, now: UnitValues) -> float:
        """Return the gain of a feeder's current that leaves a transformer."""
        return self.widened(self._of_current(self._feeder_current(feeder), now.z_ohm))

    def _feeder_current(self, feeder: str) -> Complexes:
        if self.direction is not None:
            return self._current(self.network.cables.ids.index(feeder))
        row = self.currents.get(feeder)
        i_a = row.i_max_a if row else 0.0
        return np.array([i_a, i_a * ALPHA**2, i_a * ALPHA])

    def _of_current(self, current: Complexes, dz_ohm: complex) -> float:
        base = _base_v(VN_LV_KV) / SQRT3
        if self.direction is None:
            return float(np.abs(current).max()) * abs(dz_ohm) / base if abs(dz_ohm) > 0 else 0.0
        return float((self.direction @ current * dz_ohm).real) / base

    def of_tap(self, unit: str, steps: int) -> float:
        """Return the gain of a tap some steps higher; every step has the same width."""
        trafos = self.network.transformers
        k = trafos.ids.index(unit)
        if self.finding.check == "voltage.unbalance":
            return 0.0
        v_pu = self.row.vm_min_pu if self.row and self.view.state.v_none_pu is None else 1.0
        ratio = float(trafos.ratio_tap[k])
        after = ratio + steps * float(trafos.tap_step_percent[k]) / PERCENT
        return v_pu * (ratio / after - 1)
