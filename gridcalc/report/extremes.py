"""The worst of a run: its lowest LV voltage and its heaviest cable."""

from gridcalc.outcome import Run
from gridcalc.powerflow.elements import BranchResult, NodeResult
from gridcalc.report.figures import quantity, signed
from gridcalc.report.wording import Wording
from gridcalc.units import PERCENT, VN_MV_KV

_EQUAL = 4
"""Decimals beyond which values count as equal and stand by name."""
_NONE = "-"


def lowest_node(run: Run, *, below_kv: float = VN_MV_KV) -> NodeResult | None:
    """Return the node with the lowest phase voltage among those of a nominal voltage below one."""
    nodes = [row for row in run.nodes if row.vn_kv < below_kv]
    return min(nodes, key=lambda row: (round(row.vm_min_pu, _EQUAL), row.id), default=None)


def heaviest_branch(run: Run) -> BranchResult | None:
    """Return the cable with the highest loading; ``None`` without a solution."""
    return min(
        run.branches, key=lambda row: (-round(row.loading_percent, _EQUAL), row.id), default=None
    )


def deviation_percent(node: NodeResult) -> float:
    """Return how far the lowest phase voltage of a node is from nominal. [%]."""
    return PERCENT * (node.vm_min_pu - 1)


def lowest_voltage_text(run: Run, wording: Wording, *, below_kv: float = VN_MV_KV) -> str:
    """Return the lowest node with its deviation, or a dash without a solution."""
    worst = lowest_node(run, below_kv=below_kv)
    if worst is None:
        return _NONE
    return f"{worst.id} {signed(deviation_percent(worst), 1)} {wording.term('%')}"


def heaviest_branch_text(run: Run, wording: Wording) -> str:
    """Return the heaviest cable with its loading, or a dash without a solution."""
    worst = heaviest_branch(run)
    return f"{worst.id} {quantity(worst.loading_percent, '%', wording)}" if worst else _NONE
