"""What orderly charging may use: transformers, their phases, and every cable phase on the way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix

from gridcalc.compound.model import Compound
from gridcalc.compound.topology import LvTopology
from gridcalc.demand.charging.room import Free, Rooms, Shaped, fill_rooms
from gridcalc.network.arrays import Floats, Ints, Network
from gridcalc.network.day_loads import DayLoads
from gridcalc.policy import PolicyPack
from gridcalc.standards.third_harmonic import loading_factor
from gridcalc.units import N_PHASES, PERCENT, SQRT3, V_PER_KV, VN_LV_KV, W_PER_KW

_PER_TRANSFORMER = N_PHASES + 1
Below = tuple[tuple[Ints, csr_matrix], ...]
"""By curve: the rows of loads that follow it, and which of them count against which limits."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ChargingLimits:
    """The limits a controller keeps, and which of them a load at a node and phase counts against.

    Only limits that some controlled car can reach are kept.

    Attributes
    ----------
    s_max_kva
        Largest apparent power of each limit. [kVA], shape (n_limits,)
    chain
        Limits above each node and phase, -1 where there is none, shape (n_nodes, 3, depth).
    of_transformer
        Limits of the three phases and of the total of each transformer, -1 where no controlled
        car can reach it, shape (n_transformers, 4).
    transformer
        Transformer above each LV node, -1 at 10 kV, shape (n_nodes,).
    """

    s_max_kva: Floats
    chain: Ints
    of_transformer: Ints
    transformer: Ints

    @property
    def n(self) -> int:
        """Number of limits."""
        return len(self.s_max_kva)

    def within_reach(self, node: Ints, phase: Ints) -> "ChargingLimits":
        """Return the limits that loads at some nodes and phases count against."""
        used = np.unique(self.chain[node, phase])
        used = used[used >= 0]
        number = np.full(self.n + 1, -1, dtype=np.int64)
        number[used] = np.arange(len(used))
        return ChargingLimits(
            s_max_kva=self.s_max_kva[used],
            chain=number[self.chain],
            of_transformer=number[self.of_transformer],
            transformer=self.transformer,
        )


def charging_limits(
    compound: Compound,
    network: Network,
    topology: LvTopology,
    policy: PolicyPack,
    loading_rule: Mapping[str, str],
) -> ChargingLimits:
    """Return the limits of a compound, each reduced by the headroom the policy pack asks for.

    ``loading_rule`` names the rule that limits the loading of each transformer.
    """
    headroom = 1.0 - policy.number("orderly.headroom_percent") / PERCENT
    trafos = network.transformers
    design = [policy.number(loading_rule[name]) / PERCENT for name in trafos.ids]
    phase = policy.number("transformer.max_phase_loading_percent") / PERCENT
    of_phase = np.minimum(phase * trafos.sn_kva / N_PHASES, _device_kva(compound, trafos.ids))
    of_trafo = np.column_stack(
        [np.repeat(of_phase[:, None], N_PHASES, axis=1), np.array(design) * trafos.sn_kva]
    )
    s_cable = _cable_kva(compound, network, policy)
    chain, transformer = _chains(network, topology)
    first = N_PHASES * len(network.cables.ids)
    return ChargingLimits(
        s_max_kva=headroom * np.concatenate([np.repeat(s_cable, N_PHASES), of_trafo.ravel()]),
        chain=chain,
        of_transformer=first + np.arange(of_trafo.size).reshape(-1, _PER_TRANSFORMER),
        transformer=transformer,
    )


def _cable_kva(compound: Compound, network: Network, policy: PolicyPack) -> Floats:
    """Return what one phase of each cable carries at nominal voltage. [kVA]."""
    cables = network.cables
    share = policy.number("cable.third_harmonic_percent")
    limit = policy.number("cable.max_loading_percent") / PERCENT / loading_factor(share)
    return np.minimum(_phase_kva(cables.ampacity_a * limit), _device_kva(compound, cables.ids))


def _device_kva(compound: Compound, elements: Sequence[str]) -> Floats:
    """Return what one phase of the device of each element carries, without one no limit. [kVA]."""
    rated = {device.element: device.in_a for device in compound.protection}
    return _phase_kva(np.array([rated.get(name, np.inf) for name in elements]))


def _phase_kva(current_a: Floats) -> Floats:
    return np.asarray(current_a * VN_LV_KV * V_PER_KV / SQRT3 / W_PER_KW)


def _chains(network: Network, topology: LvTopology) -> tuple[Ints, Ints]:
    """Return the limits above each node and phase, and the transformer above each node."""
    cable_index = {name: k for k, name in enumerate(network.cables.ids)}
    trafo_index = {name: k for k, name in enumerate(network.transformers.ids)}
    n_cables = len(network.cables.ids)
    index = network.node_index()
    chain = np.full((network.n_nodes, N_PHASES, topology.max_depth + 2), -1, dtype=np.int64)
    transformer = np.full(network.n_nodes, -1, dtype=np.int64)
    for place in topology.places:
        transformer[index[place.id]] = trafo_index[place.transformer]
        above = N_PHASES * n_cables + _PER_TRANSFORMER * trafo_index[place.transformer]
        path = [cable_index[name] for name in reversed(place.path)]
        for x in range(N_PHASES):
            ids = [N_PHASES * cable + x for cable in path]
            ids += [above + x, above + N_PHASES]
            chain[index[place.id], x, : len(ids)] = ids
    return chain, transformer


def headroom_kw(
    limits: ChargingLimits,
    network: Network,
    loads: DayLoads,
    *,
    power_factor: float,
    target_power_factor: float,
    below: Below | None = None,
) -> Floats:
    """Return what is left under every limit for cars of a power factor, slot by slot.

    Apparent powers are added as numbers, which is never less than the truth; the compensation
    counts at the transformer's total.

    Parameters
    ----------
    limits, network
        The limits of a network.
    loads
        What is not controlled.
    power_factor
        Of the controlled chargers. [-]
    target_power_factor
        Of the automatic compensation. [-]
    below
        What ``below_limits`` returns for the loads that follow a curve, where it is known.

    Returns
    -------
    Floats
        [kW], shape (n_limits, n_days, n_slots); negative where the limit is passed already.
    """
    rooms = Rooms(
        s_max_kva=limits.s_max_kva.astype(np.float32),
        of_transformer=limits.of_transformer,
        compensation_kvar=network.transformers.compensation_kvar.astype(np.float32),
        tan_target=np.float32(np.tan(np.arccos(target_power_factor))),
        power_factor=np.float32(power_factor),
    )
    left_kw = np.empty((limits.n, loads.n_days, loads.n_slots))
    if below is None:
        below = below_limits(
            limits, loads.shaped_node, loads.shaped_phase, loads.shaped_curve, len(loads.curves)
        )
    fill_rooms(rooms, _shaped(below, loads), _free(limits, loads), left_kw)
    return left_kw


def below_limits(
    limits: ChargingLimits, node: Ints, phase: Ints, curve: Ints, n_curves: int
) -> Below:
    """Return which of the loads that follow a curve count against which limits, by curve.

    Parameters
    ----------
    limits
        The limits.
    node, phase, curve
        Of each load, shape (n_rows,).
    n_curves
        Number of curves.
    """
    rows = [np.flatnonzero(curve == c) for c in range(n_curves)]
    return tuple((row, _matrix(limits, node[row], phase[row])) for row in rows)


def _shaped(below: Below, loads: DayLoads) -> Shaped:
    """Return what follows each curve below every limit."""
    shape = (len(loads.curves), below[0][1].shape[0], loads.n_days)
    p_kw, q_kvar = np.zeros(shape, dtype=np.float32), np.zeros(shape, dtype=np.float32)
    for c, (rows, above) in enumerate(below):
        p_rows = loads.shaped_p_kw[rows].astype(np.float32)
        p_kw[c] = above @ p_rows
        q_kvar[c] = above @ (p_rows * loads.shaped_tan_phi[rows].astype(np.float32)[:, None])
    return Shaped(loads.curves.astype(np.float32), p_kw, q_kvar)


def _free(limits: ChargingLimits, loads: DayLoads) -> Free:
    """Return the loads without a curve, by power factor."""
    tan_phi, group = np.unique(loads.free_tan_phi, return_inverse=True)
    row = np.argsort(group, kind="stable")
    return Free(
        p_kw=np.ascontiguousarray(loads.free_p_kw),
        row=row,
        first=np.searchsorted(group[row], np.arange(len(tan_phi) + 1)).astype(np.int64),
        tan_phi=tan_phi.astype(np.float32),
        chain=np.ascontiguousarray(limits.chain[loads.free_node, loads.free_phase]),
    )


def _matrix(limits: ChargingLimits, node: Ints, phase: Ints) -> csr_matrix:
    """Return which rows count against which limits, shape (n_limits, n_rows)."""
    chain = limits.chain[node, phase]
    row, depth = np.nonzero(chain >= 0)
    ones = np.ones(len(row), dtype=np.float32)
    return csr_matrix((ones, (chain[row, depth], row)), shape=(limits.n, len(node)))
