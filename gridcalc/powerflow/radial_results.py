"""From the squares of the compiled sweep to the results of a day."""

import numpy as np

from gridcalc.network.arrays import Bools, Floats, Network
from gridcalc.powerflow.days import DayResults
from gridcalc.powerflow.radial_extremes import Extremes
from gridcalc.units import PERCENT, SQRT3, V_PER_KV, W_PER_KW


def day_results(engine: str, network: Network, found: Extremes) -> DayResults:
    """Return the results of every day; a day without any solved slot has zeros."""
    any_solved: Bools = np.any(found.solved, axis=1)
    node = np.sqrt(_where(any_solved, found.node))
    cables = network.cables
    a_per_unit = W_PER_KW * SQRT3 / (network.vn_kv[cables.from_node] * V_PER_KV)
    current = np.sqrt(found.cable) * a_per_unit[:, None]
    trafo = _where(any_solved, found.trafo)
    total = _where(any_solved, found.total)
    return DayResults(
        engine=engine,
        solved=found.solved,
        vm_min_pu=np.ascontiguousarray(node[:, :, 0:3]),
        vm_max_pu=np.ascontiguousarray(node[:, :, 3:6]),
        vm_line_min_pu=node[:, :, 6] / SQRT3,
        unbalance_max_percent=node[:, :, 7] * PERCENT,
        i_max_a=np.ascontiguousarray(current[:, :, 0:3]),
        i_neutral_max_a=np.ascontiguousarray(current[:, :, 3]),
        s_trafo_kva=found.s_trafo_kva,
        s_trafo_phase_max_kva=np.sqrt(trafo[:, :, 0:3]),
        p_trafo_max_kw=np.ascontiguousarray(trafo[:, :, 3]),
        s_source_max_kva=np.sqrt(found.source),
        s_total_max_kva=np.sqrt(total[:, 0]),
        p_total_max_kw=np.ascontiguousarray(total[:, 1]),
        p_loss_max_kw=np.ascontiguousarray(total[:, 2]),
    )


def _where(any_solved: Bools, values: Floats) -> Floats:
    """Return values with those of days without a solution replaced by zeros."""
    shape = (-1,) + (1,) * (values.ndim - 1)
    return np.where(any_solved.reshape(shape), values, 0.0)
