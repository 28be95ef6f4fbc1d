"""From the squares of the compiled sweeps to the results of a day."""

import numpy as np

from gridcalc.network.arrays import Bools, Floats, Network
from gridcalc.powerflow.days import DayResults
from gridcalc.powerflow.days_extremes import Extremes
from gridcalc.powerflow.days_rows import Floats32
from gridcalc.units import PERCENT, SQRT3, V_PER_KV, W_PER_KW

_LINE_OVER_PHASE_SQUARE = np.float32(SQRT3 * SQRT3)


def day_results(
    engine: str, network: Network, flat_square: Floats32, found: Extremes
) -> DayResults:
    """Return the results of every day in single precision; a day without a solution has zeros.

    Parameters
    ----------
    engine, network
        Name of the solver, and what was solved.
    flat_square
        Square of the phase voltage of each node without load. [pu], shape (n_nodes,)
    found
        What the sweeps left.
    """
    any_solved: Bools = np.any(found.solved, axis=1)
    phase = np.sqrt(found.node[:, :, 0:3] + flat_square[:, None])
    line = np.sqrt(found.node[:, :, 3] / _LINE_OVER_PHASE_SQUARE + flat_square)
    current = np.sqrt(found.cable) * _a_per_unit(network).astype(np.float32)[:, None]
    trafo, total = found.trafo, found.total
    if not any_solved.all():
        phase, line = _where(any_solved, phase), _where(any_solved, line)
        trafo, total = _where(any_solved, trafo), _where(any_solved, total)
    return DayResults(
        engine=engine,
        solved=found.solved,
        vm_min_pu=phase,
        vm_line_min_pu=line,
        unbalance_max_percent=np.sqrt(found.node[:, :, 4]) * np.float32(PERCENT),
        i_max_a=current[:, :, 0:3],
        i_neutral_max_a=current[:, :, 3],
        p_load_kw=found.p_load_kw,
        s_trafo_kva=found.s_trafo_kva,
        s_trafo_phase_max_kva=np.sqrt(trafo[:, :, 0:3]),
        p_trafo_max_kw=trafo[:, :, 3],
        s_source_max_kva=np.sqrt(found.source),
        s_total_max_kva=np.sqrt(total[:, 0]),
        p_total_max_kw=total[:, 1],
        p_loss_max_kw=total[:, 2],
    )


def _a_per_unit(network: Network) -> Floats:
    cables = network.cables
    return np.asarray(W_PER_KW * SQRT3 / (network.vn_kv[cables.from_node] * V_PER_KV))


def _where(any_solved: Bools, values: Floats32) -> Floats32:
    """Return values with those of days without a solution replaced by zeros."""
    shape = (-1,) + (1,) * (values.ndim - 1)
    return np.where(any_solved.reshape(shape), values, np.float32(0.0))
