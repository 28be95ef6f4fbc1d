"""Which engine solves a network: the sweep where it can, else power-grid-model."""

from gridcalc.network.arrays import Floats, Network, PhaseLoads
from gridcalc.powerflow.days import DaySolver
from gridcalc.powerflow.solution import Solution, Solver
from gridcalc.powerflow.tree import is_radial


def day_solver(
    network: Network, *, source_vm_pu: Floats, target_power_factor: float
) -> tuple[str, DaySolver]:
    """Return the name of the batch engine for a network, and the engine made ready.

    Parameters
    ----------
    network
        Radial networks go to the sweep, all others to power-grid-model.
    source_vm_pu
        Positive sequence voltage at each source. [pu], shape (n_sources,)
    target_power_factor
        Of the automatic compensation. [-]
    """
    if is_radial(network):
        from gridcalc.powerflow.radial import ENGINE, radial_days  # noqa: PLC0415  numba loads

        return ENGINE, radial_days(
            network, source_vm_pu=source_vm_pu, target_power_factor=target_power_factor
        )
    from gridcalc.powerflow.power_grid_model_engine import (  # noqa: PLC0415  loads a library
        ENGINE as GENERAL,
    )
    from gridcalc.powerflow.power_grid_model_engine import power_grid_model_days  # noqa: PLC0415

    return GENERAL, power_grid_model_days(
        network, source_vm_pu=source_vm_pu, target_power_factor=target_power_factor
    )


def state_solver(network: Network) -> Solver:
    """Return the fast engine for single load states of a network.

    Radial networks go to the sweep, all others to power-grid-model; the engine is named in what
    it returns.
    """
    if is_radial(network):
        from gridcalc.powerflow.radial import solve_radial  # noqa: PLC0415  numba loads

        return solve_radial
    from gridcalc.powerflow.power_grid_model_engine import (  # noqa: PLC0415  loads a library
        solve_power_grid_model,
    )

    return solve_power_grid_model


def solve_state(network: Network, loads: PhaseLoads, source_vm_pu: Floats) -> Solution:
    """Return the voltages of one load block by the fast engine for its network.

    For those who have no network yet to choose the engine for; see ``state_solver``.

    Raises
    ------
    ConvergenceError
        The engine found no solution.
    """
    return state_solver(network)(network, loads, source_vm_pu)
