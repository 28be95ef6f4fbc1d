"""The branches of a radial network in the order of a short-circuit calculation by hand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from gridcalc.checks.facts import Site
from gridcalc.powerflow.impedance import source_ohm, transformer_ohm
from gridcalc.powerflow.short_circuit import ShortCircuitRules, corrected_transformer_ohm
from gridcalc.powerflow.tree import is_radial, levels_of
from gridcalc.units import MOHM_PER_OHM, V_PER_KV, VN_MV_KV

BranchKind = Literal["source", "cable", "transformer"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultNode:
    """A node and the branch that feeds it.

    Attributes
    ----------
    index, id, parent
        The node, and the node before it; a source has none.
    vn_v
        Nominal voltage. [V]
    kind, element, position
        The branch: source, cable or transformer, its id, and its place among its like.
    ik3_max_ka, ik_min_ka
        Largest three-phase and smallest fault current of the study: phase to neutral at LV,
        three-phase at 10 kV. [kA]
    """

    index: int
    id: str
    parent: int | None
    vn_v: float
    kind: BranchKind
    element: str
    position: int
    ik3_max_ka: float
    ik_min_ka: float

    @property
    def is_lv(self) -> bool:
        """Whether the node is on the 0.4 kV side."""
        return self.vn_v < VN_MV_KV * V_PER_KV


def fault_nodes(site: Site) -> tuple[FaultNode, ...]:
    """Return every node after the one that feeds it, branch by branch; none of a closed ring.

    Branches of a node stand in the order of the names of their far ends.
    """
    network = site.network
    if not is_radial(network):
        return ()
    feeding: dict[int, tuple[int | None, BranchKind, int]] = {
        int(node): (None, "source", k) for k, node in enumerate(network.sources.node)
    }
    children: dict[int, list[int]] = {}
    for level in levels_of(network):
        for parent, child, cable, trafo in zip(
            level.parent.tolist(),
            level.child.tolist(),
            level.cable.tolist(),
            level.trafo.tolist(),
            strict=True,
        ):
            is_cable = cable >= 0
            feeding[child] = (
                parent,
                "cable" if is_cable else "transformer",
                cable if is_cable else trafo,
            )
            children.setdefault(parent, []).append(child)
    order: list[int] = []
    stack = [int(node) for node in reversed(network.sources.node)]
    while stack:
        node = stack.pop()
        order.append(node)
        below = sorted(children.get(node, []), key=lambda n: network.node_ids[n], reverse=True)
        stack += below
    return tuple(_node(site, node, *feeding[node]) for node in order)


def _node(site: Site, node: int, parent: int | None, kind: BranchKind, position: int) -> FaultNode:
    network, levels = site.network, site.short_circuit
    ids = {
        "source": network.sources.ids,
        "cable": network.cables.ids,
        "transformer": network.transformers.ids,
    }[kind]
    vn_kv = float(network.vn_kv[node])
    smallest = levels.ik1_min_ka if vn_kv < VN_MV_KV else levels.ik3_min_ka
    return FaultNode(
        index=node,
        id=network.node_ids[node],
        parent=parent,
        vn_v=vn_kv * V_PER_KV,
        kind=kind,
        element=ids[position],
        position=position,
        ik3_max_ka=float(levels.ik3_max_ka[node]),
        ik_min_ka=float(smallest[node]),
    )


def loop_mohm_per_m(site: Site, cable: int) -> complex:
    """Return the phase-protective loop of one cable at 20 °C, (2 Z1 + Z0) / 3. [mΩ/m]."""
    cables = site.network.cables
    r1, x1 = float(cables.r20_ohm_per_km[cable]), float(cables.x1_ohm_per_km[cable])
    r0 = float(cables.r0_ohm_per_km[cable] / cables.r1_ohm_per_km[cable]) * r1
    x0 = float(cables.x0_ohm_per_km[cable])
    return complex((2 * r1 + r0) / 3, (2 * x1 + x0) / 3)


def fault_sums(
    site: Site, rules: ShortCircuitRules, nodes: Sequence[FaultNode]
) -> Mapping[int, tuple[complex, complex]]:
    """Return the impedance of the largest and of the smallest current at each node. [mΩ].

    The smallest current at LV flows between phase and neutral: its impedance is the loop
    (2 Z1 + Z0) / 3, in which the network before a Dyn transformer counts for two thirds.
    """
    network = site.network
    sources, trafos = network.sources, network.transformers
    ends = [
        source_ohm(sources, c_factor=c, s_sc_mva=s_sc, vn_kv=network.vn_kv[sources.node])
        * MOHM_PER_OHM
        for c, s_sc in (
            (rules.c_max_mv, sources.s_sc_max_mva),
            (rules.c_min_mv, sources.s_sc_min_mva),
        )
    ]
    units = transformer_ohm(trafos) * MOHM_PER_OHM
    corrected = corrected_transformer_ohm(network, rules) * MOHM_PER_OHM
    turns = trafos.vn_lv_kv / trafos.vn_hv_kv
    found: dict[int, tuple[complex, complex]] = {}
    for node in nodes:
        k = node.position
        before = found[node.parent] if node.parent is not None else (0j, 0j)
        if node.kind == "source":
            found[node.index] = complex(ends[0][k]), complex(ends[1][k])
        elif node.kind == "cable":
            largest, smallest = _cable_mohm(site, node, rules)
            found[node.index] = before[0] + largest, before[1] + smallest
        else:
            square = float(turns[k]) ** 2
            found[node.index] = (
                before[0] * square + complex(corrected[k]),
                before[1] * square * 2 / 3 + complex(units[k]),
            )
    return found


def _cable_mohm(site: Site, node: FaultNode, rules: ShortCircuitRules) -> tuple[complex, complex]:
    """Return the impedance of a cable for the largest and for the smallest current. [mΩ]."""
    cables, k = site.network.cables, node.position
    metres = float(cables.length_m[k]) / int(cables.parallel[k])
    cold = complex(float(cables.r20_ohm_per_km[k]), float(cables.x1_ohm_per_km[k]))
    loop = loop_mohm_per_m(site, k) if node.is_lv else cold
    hot = complex(rules.end_temperature_factor * loop.real, loop.imag)
    return cold * metres, hot * metres
