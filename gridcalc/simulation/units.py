"""Single bays, chargers and sockets: where each one stands, and which are connected."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from gridcalc.demand.groups import Kind, LoadGroup
from gridcalc.network.arrays import Bools, Floats, Ints
from gridcalc.units import N_PHASES

PRIVATE: Kind = "private_charger"
PUBLIC: Kind = "public_charger"
SOCKET: Kind = "ebike_socket"
FREE_KINDS: tuple[Kind, ...] = (PRIVATE, PUBLIC, SOCKET)
"""Kinds whose load is simulated unit by unit, in the order of their rows."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Units:
    """All units of one kind at full build-out, in the order of the load groups.

    A unit keeps its place, phase and random draws whatever else is connected.

    Attributes
    ----------
    kind
        What they are.
    group, rank
        Load group of each unit, and its position in the order of build-out of that group,
        shape (n,).
    p_kw
        Installed power. [kW], shape (n,)
    row
        Row of its load: three rows for each node of the kind, one a phase. Shape (n,)
    thirds
        The unit loads three phases equally: a third goes to each of ``row``, ``row + 1`` and
        ``row + 2``. Shape (n,)
    row_node, row_phase
        Node index and phase of each row, shape (n_rows,).
    tan_phi
        Reactive over active power. [-]
    """

    kind: Kind
    group: Ints
    rank: Ints
    p_kw: Floats
    row: Ints
    thirds: Bools
    row_node: Ints
    row_phase: Ints
    tan_phi: float

    @property
    def n(self) -> int:
        """Number of units."""
        return len(self.group)

    def first(self, n_units: Ints) -> Bools:
        """Return which units are connected when each group has its first ``n_units``.

        ``n_units`` has one entry for each load group of the compound; the result has shape
        (n, 1), one column that stands for every day.
        """
        return np.asarray(self.rank < n_units[self.group])[:, None]

    def none(self) -> "Units":
        """Return the kind without any unit or row."""
        return replace(
            self,
            group=self.group[:0],
            rank=self.rank[:0],
            p_kw=self.p_kw[:0],
            row=self.row[:0],
            thirds=self.thirds[:0],
            row_node=self.row_node[:0],
            row_phase=self.row_phase[:0],
        )


def units_by_kind(
    groups: tuple[LoadGroup, ...], node_index: Mapping[str, int]
) -> dict[Kind, Units]:
    """Return the units of every kind that is simulated unit by unit."""
    return {kind: _units(groups, node_index, kind) for kind in FREE_KINDS}


def _units(groups: tuple[LoadGroup, ...], node_index: Mapping[str, int], kind: Kind) -> Units:
    mine = [(g, group) for g, group in enumerate(groups) if group.kind == kind]
    nodes = sorted({node_index[group.node] for _, group in mine})
    first_row = {node: N_PHASES * k for k, node in enumerate(nodes)}
    count = [group.n_total for _, group in mine]
    phases = [phase for _, group in mine for phase in phase_order(group)]
    base = np.repeat([first_row[node_index[group.node]] for _, group in mine], count)
    thirds = np.repeat([group.balanced for _, group in mine], count).astype(bool)
    power_factor = mine[0][1].power_factor if mine else 1.0
    return Units(
        kind=kind,
        group=np.repeat([g for g, _ in mine], count).astype(np.int64),
        rank=np.array([rank for n in count for rank in range(n)], dtype=np.int64),
        p_kw=np.repeat([group.p_unit_kw for _, group in mine], count).astype(float),
        row=(base + np.where(thirds, 0, np.array(phases, dtype=np.int64))).astype(np.int64),
        thirds=thirds,
        row_node=np.repeat(np.array(nodes, dtype=np.int64), N_PHASES),
        row_phase=np.tile(np.arange(N_PHASES, dtype=np.int64), len(nodes)),
        tan_phi=float(np.tan(np.arccos(power_factor))),
    )


def phase_order(group: LoadGroup) -> list[int]:
    """Return the phase of each unit of a group in the order of build-out.

    Units that load three phases count as phase 0.
    """
    if group.balanced:
        return [0] * group.n_total
    taken = [group.per_phase(n) for n in range(group.n_total + 1)]
    return [
        next(x for x in range(N_PHASES) if after[x] > before[x])
        for before, after in pairwise(taken)
    ]
