"""A simulation with all loads at the LV boards: as much as a 10 kV line sees of a compound."""

from dataclasses import replace

import numpy as np

from gridcalc.network.arrays import Ints
from gridcalc.simulation.base_load import BaseLoad
from gridcalc.simulation.controlled import placed
from gridcalc.simulation.days import Simulation
from gridcalc.simulation.headroom import ChargingLimits
from gridcalc.simulation.units import PRIVATE, Units
from gridcalc.units import N_PHASES

_LIMITS_ABOVE = 2
"""Of a board and phase: the transformer's phase and its total."""


def at_boards(sim: Simulation) -> Simulation:
    """Return a simulation whose loads stand at the LV boards of their transformers.

    Every charge, phase and power stays what it is, so the load of each transformer does too.
    Only orderly charging does not see the cables any more: it keeps the limits of transformers
    and their phases, which decide for a whole compound.
    """
    boards = sim.network.transformers.lv_node
    transformer = sim.orderly.limits.transformer
    few = _of_transformers(sim.orderly.limits)
    base = _base_at(sim.base, boards)
    units = {kind: _units_at(units, boards, transformer) for kind, units in sim.units.items()}
    return replace(
        sim, base=base, units=units, orderly=placed(sim.orderly, few, base, units[PRIVATE])
    )


def _of_transformers(limits: ChargingLimits) -> ChargingLimits:
    """Return the limits of transformers only; those of a board come first in its chain."""
    kept = np.sort(limits.of_transformer[limits.of_transformer >= 0])
    number = np.full(limits.n + 1, -1, dtype=np.int64)
    number[kept] = np.arange(len(kept))
    return ChargingLimits(
        s_max_kva=limits.s_max_kva[kept],
        chain=np.ascontiguousarray(number[limits.chain[:, :, :_LIMITS_ABOVE]]),
        of_transformer=number[limits.of_transformer],
        transformer=limits.transformer,
    )


def _base_at(base: BaseLoad, boards: Ints) -> BaseLoad:
    """Return the base load with rows that differ in nothing but their node put together."""
    alike = np.column_stack([base.transformer, base.phase, base.curve, base.kind, base.tan_phi])
    rows, first, which = np.unique(alike, axis=0, return_index=True, return_inverse=True)
    p_kw = np.zeros((len(rows), base.p_kw.shape[1]))
    np.add.at(p_kw, which.ravel(), base.p_kw)
    return BaseLoad(
        curves=base.curves,
        node=boards[base.transformer[first]],
        phase=base.phase[first],
        curve=base.curve[first],
        kind=base.kind[first],
        transformer=base.transformer[first],
        p_kw=p_kw,
        tan_phi=base.tan_phi[first],
    )


def _units_at(units: Units, boards: Ints, transformer: Ints) -> Units:
    """Return units with three rows for each transformer."""
    above = transformer[units.row_node[units.row]] if units.n else np.zeros(0, dtype=np.int64)
    return replace(
        units,
        row=N_PHASES * above + units.row % N_PHASES,
        row_node=np.repeat(boards, N_PHASES),
        row_phase=np.tile(np.arange(N_PHASES, dtype=np.int64), len(boards)),
    )
