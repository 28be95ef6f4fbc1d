"""Loads of every slot at every node, compensation included: what the kernel does in its tiles."""

from collections import deque
from dataclasses import dataclass

import numpy as np

from gridcalc.network.arrays import Floats, Ints, Network
from gridcalc.network.day_loads import DayLoads
from gridcalc.units import N_PHASES, tan_phi


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SlotLoads:
    """Loads of some days; consumption is positive, shape (n_days, n_slots, n_nodes, 3)."""

    p_kw: Floats
    q_kvar: Floats


def slot_loads(
    network: Network, loads: DayLoads, days: slice, *, target_power_factor: float
) -> SlotLoads:
    """Return the loads of some days with capacitors switched in at the LV boards.

    Each transformer's capacitors switch in what brings its load to the target power factor, at
    most what is installed, a third on each phase, as in ``network.loads``.
    """
    shaped = loads.shaped_p_kw[:, days, None] * loads.curves[loads.shaped_curve, None, :]
    free = loads.free_p_kw[:, days].astype(np.float64)
    shape = (shaped.shape[1], loads.n_slots, network.n_nodes, N_PHASES)
    p_kw, q_kvar = np.zeros(shape), np.zeros(shape)
    groups = (
        (shaped, loads.shaped_node, loads.shaped_phase, loads.shaped_tan_phi),
        (free, loads.free_node, loads.free_phase, loads.free_tan_phi),
    )
    for rows, nodes, phases, tans in groups:
        for row, node, phase, tan in zip(rows, nodes, phases, tans, strict=True):
            p_kw[:, :, node, phase] += row
            q_kvar[:, :, node, phase] += row * tan
    _compensate(network, p_kw, q_kvar, target_power_factor)
    return SlotLoads(p_kw=p_kw, q_kvar=q_kvar)


def _compensate(network: Network, p_kw: Floats, q_kvar: Floats, target_power_factor: float) -> None:
    tan_target = tan_phi(target_power_factor)
    trafos = network.transformers
    above = transformer_above(network)
    for k in np.flatnonzero(trafos.compensation_kvar > 0):
        p = p_kw[:, :, above == k].sum(axis=(2, 3))
        q = q_kvar[:, :, above == k].sum(axis=(2, 3))
        switched = np.clip(q - p * tan_target, 0.0, trafos.compensation_kvar[k])
        q_kvar[:, :, trafos.lv_node[k]] -= switched[:, :, None] / N_PHASES


def transformer_above(network: Network) -> Ints:
    """Return the transformer that feeds each node, their number where none does.

    Where several feed a node, it is the one with the fewest cables in between.
    """
    cables, trafos = network.cables, network.transformers
    neighbours: list[list[int]] = [[] for _ in range(network.n_nodes)]
    for k in np.flatnonzero(~cables.is_open).tolist():
        a, b = int(cables.from_node[k]), int(cables.to_node[k])
        neighbours[a].append(b)
        neighbours[b].append(a)
    none = len(trafos.ids)
    above = np.full(network.n_nodes, none, dtype=np.int64)
    above[trafos.lv_node] = np.arange(none)
    queue = deque(trafos.lv_node.tolist())
    while queue:
        node = queue.popleft()
        for other in neighbours[node]:
            if above[other] == none:
                above[other] = above[node]
                queue.append(other)
    return above
