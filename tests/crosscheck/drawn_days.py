"""Days of loads for any network, and the loads of one of their slots added up one by one."""

import numpy as np

from gridcalc.network.arrays import Network, PhaseLoads
from gridcalc.network.day_loads import DayLoads


def drawn_days(
    loads: PhaseLoads, *, n_days: int, n_slots: int, seed: int, share: float = 1.0
) -> DayLoads:
    """Return days around a load state: two curves, and rows without any shape.

    No slot draws more than ``share`` of the state at any node and phase. What a node feeds back
    as reactive power without drawing active power (capacitors) is left out.
    """
    rng = np.random.default_rng(seed)
    node, phase = np.nonzero(loads.p_kw)
    p_kw, q_kvar = loads.p_kw[node, phase], loads.q_kvar[node, phase]
    free = rng.uniform(0.0, 0.4 * share, (len(node), n_days, n_slots)) * p_kw[:, None, None]
    return DayLoads(
        curves=rng.uniform(0.2, 1.0, (2, n_slots)),
        shaped_node=node,
        shaped_phase=phase,
        shaped_curve=np.arange(len(node)) % 2,
        shaped_p_kw=0.6 * share * p_kw[:, None] * rng.uniform(0.5, 1.0, (len(node), n_days)),
        shaped_tan_phi=q_kvar / p_kw,
        free_node=node,
        free_phase=phase,
        free_tan_phi=q_kvar / p_kw,
        free_p_kw=free.astype(np.float32),
    )


def loads_of_slot(network: Network, days: DayLoads, day: int, slot: int) -> PhaseLoads:
    """Return what the rows draw in one slot, without compensation."""
    p_kw, q_kvar = np.zeros((network.n_nodes, 3)), np.zeros((network.n_nodes, 3))
    for row, node in enumerate(days.shaped_node):
        p = days.shaped_p_kw[row, day] * days.curves[days.shaped_curve[row], slot]
        p_kw[node, days.shaped_phase[row]] += p
        q_kvar[node, days.shaped_phase[row]] += p * days.shaped_tan_phi[row]
    for row, node in enumerate(days.free_node):
        p = float(days.free_p_kw[row, day, slot])
        p_kw[node, days.free_phase[row]] += p
        q_kvar[node, days.free_phase[row]] += p * days.free_tan_phi[row]
    return PhaseLoads(p_kw=p_kw, q_kvar=q_kvar)
