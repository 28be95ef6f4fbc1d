"""The engine of record: pandapower's unbalanced power flow ``runpp_3ph``."""

import sys
import warnings
from importlib import import_module
from types import ModuleType
from typing import Any

import numpy as np

from gridcalc.errors import ConvergenceError
from gridcalc.network.arrays import Floats, Network, PhaseLoads
from gridcalc.network.pandapower_net import to_pandapower
from gridcalc.powerflow.flows import mismatch_kva
from gridcalc.powerflow.solution import Solution

MAX_ITERATION = 50
_ESTIMATION = "pandapower.estimation"
_UNUSED = (
    *("matplotlib", "matplotlib.pyplot"),
    *("openpyxl", "power_grid_model"),
    _ESTIMATION,
)
"""What pandapower loads in case somebody plots, writes workbooks or estimates a state."""
_MISMATCH_SHARE = 1e-3
_LOWEST_PU, _HIGHEST_PU = 0.2, 1.5


def load_pandapower() -> None:
    """Load pandapower, which takes seconds, without what power flows do not need.

    For programs that do nothing but compute. Other packages find everything as before, and so
    does who asks for state estimation later.
    """
    hidden = [name for name in _UNUSED if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]
    if _ESTIMATION in hidden:
        sys.modules[_ESTIMATION] = ModuleType(_ESTIMATION)  # not optional for pandapower
    try:
        import_module("pandapower.pf.runpp_3ph")
    finally:
        for name in hidden:
            del sys.modules[name]


def solve_pandapower(network: Network, loads: PhaseLoads, source_vm_pu: Floats) -> Solution:
    """Return the voltages of a load block.

    Parameters
    ----------
    network
        The network; open cables are out of service.
    loads
        Load per node and phase. [kW, kvar]
    source_vm_pu
        Positive sequence voltage at each source. [pu], shape (n_sources,)

    Raises
    ------
    ConvergenceError
        The power flow found no solution: the load is near or beyond what the network can carry.
    """
    from pandapower.auxiliary import LoadflowNotConverged  # noqa: PLC0415  takes seconds
    from pandapower.pf.runpp_3ph import runpp_3ph  # noqa: PLC0415

    net = to_pandapower(network, loads, source_vm_pu=source_vm_pu)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of a diverging iteration
            runpp_3ph(net, numba=False, max_iteration=MAX_ITERATION)
    except LoadflowNotConverged:
        raise ConvergenceError(_message(loads)) from None
    solution = Solution(engine="pandapower", v_pu=_voltages(net))
    if not _is_a_state(solution.vm_pu) or not _balances(network, loads, solution):
        raise ConvergenceError(_message(loads))
    return solution


def _balances(network: Network, loads: PhaseLoads, solution: Solution) -> bool:
    """Return whether what flows into each node flows out again."""
    allowed_kva = _MISMATCH_SHARE * (1.0 + float(np.abs(loads.p_kw).sum()))
    return mismatch_kva(network, loads, solution) <= allowed_kva


def _is_a_state(vm_pu: Floats) -> bool:
    """Return whether voltages can be those of a network; a diverged iteration may end as well."""
    return bool(np.all((vm_pu > _LOWEST_PU) & (vm_pu < _HIGHEST_PU)))


def _message(loads: PhaseLoads) -> str:
    return (
        f"the power flow found no solution at {loads.p_kw.sum():.0f} kW;"
        " the load is near or beyond what the network can carry"
    )


def _voltages(net: Any) -> Any:
    result = net.res_bus_3ph
    columns = [
        result[f"vm_{phase}_pu"].to_numpy()
        * np.exp(1j * np.deg2rad(result[f"va_{phase}_degree"].to_numpy()))
        for phase in "abc"
    ]
    return np.column_stack(columns)
