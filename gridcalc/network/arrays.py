"""The network as arrays: the single source of truth for every engine."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sources:
    """Ideal voltages behind a short-circuit impedance.

    ``vm_peak_pu`` and ``vm_low_load_pu`` are pu of 10 kV; ``s_sc_max_mva`` and ``s_sc_min_mva``
    are initial symmetrical short-circuit powers [MVA]; ``node`` indexes the nodes; all (n,).
    """

    ids: tuple[str, ...]
    node: Ints
    vm_peak_pu: Floats
    vm_low_load_pu: Floats
    s_sc_max_mva: Floats
    s_sc_min_mva: Floats
    r_over_x: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cables:
    """10 kV and 0.4 kV cables; impedances are those of one of ``parallel`` equal cables.

    Attributes
    ----------
    from_node, to_node
        Node indices; LV cables point away from the transformer. Shape (n,).
    length_m
        Length. [m]
    r1_ohm_per_km, x1_ohm_per_km, r0_ohm_per_km, x0_ohm_per_km
        Positive and zero sequence at the conductor temperature of the power flow; the zero
        sequence of LV cables contains the PEN conductor, Z0 = Z1 + 3 Z_PEN. [ohm/km]
    r20_ohm_per_km
        Positive sequence resistance at 20 °C, for short circuits. [ohm/km]
    c_nf_per_km
        Capacitance, zero for LV. [nF/km]
    ampacity_a
        Derated ampacity of all parallel cables together. [A]
    is_open
        Normally open: not part of the power flow.
    """

    ids: tuple[str, ...]
    types: tuple[str, ...]
    from_node: Ints
    to_node: Ints
    length_m: Floats
    parallel: Ints
    r1_ohm_per_km: Floats
    x1_ohm_per_km: Floats
    r0_ohm_per_km: Floats
    x0_ohm_per_km: Floats
    r20_ohm_per_km: Floats
    c_nf_per_km: Floats
    ampacity_a: Floats
    is_open: Bools


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Transformers:
    """Dyn11 transformers 10/0.4 kV with zero sequence equal to positive sequence.

    ``ratio_tap`` multiplies the HV rated voltage: 1.05 at tap +2 of 2.5 %.
    """

    ids: tuple[str, ...]
    types: tuple[str, ...]
    hv_node: Ints
    lv_node: Ints
    sn_kva: Floats
    vn_hv_kv: Floats
    vn_lv_kv: Floats
    vk_percent: Floats
    vkr_percent: Floats
    p0_kw: Floats
    i0_percent: Floats
    tap: Ints
    tap_step_percent: Floats
    compensation_kvar: Floats

    @property
    def ratio_tap(self) -> Floats:
        """Factor of the tap on the HV rated voltage, shape (n,)."""
        return 1.0 + self.tap * self.tap_step_percent / 100.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Network:
    """Nodes and the elements between them; ids are the user's ids."""

    node_ids: tuple[str, ...]
    vn_kv: Floats
    sources: Sources
    cables: Cables
    transformers: Transformers

    @property
    def n_nodes(self) -> int:
        """Number of nodes."""
        return len(self.node_ids)

    def node_index(self) -> dict[str, int]:
        """Return the index of each node id."""
        return {node: i for i, node in enumerate(self.node_ids)}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PhaseLoads:
    """Constant-power loads per node and phase, consumption positive.

    ``p_kw`` and ``q_kvar`` have shape (n_nodes, 3); the columns are phases a, b, c to neutral.
    """

    p_kw: Floats
    q_kvar: Floats
