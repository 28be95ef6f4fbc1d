"""What a compound's transformers and cables add to its load, without a power flow for each slot."""

from dataclasses import dataclass

import numpy as np

from gridcalc.checks.case import Case, loads_at
from gridcalc.demand.levels import STATION
from gridcalc.errors import ConvergenceError
from gridcalc.network.arrays import Floats, Ints
from gridcalc.powerflow.engine import solve_state
from gridcalc.powerflow.flows import flows
from gridcalc.units import PERCENT


@dataclass(frozen=True, slots=True, kw_only=True)
class LossModel:
    """Losses as a constant and a part that grows with the square of the load.

    Attributes
    ----------
    p_iron_kw, q_iron_kvar
        Of the transformers at no load. [kW, kvar]
    p_per_kva2, q_per_kva2
        What a load adds, over its square. [kW/kVA², kvar/kVA²]
    """

    p_iron_kw: float
    q_iron_kvar: float
    p_per_kva2: float
    q_per_kva2: float

    def at_10_kv_kva(self, p_kw: Floats, q_kvar: Floats) -> Floats:
        """Return the apparent power at 10 kV of loads at 0.4 kV. [kVA].

        Examples
        --------
        >>> model = LossModel(p_iron_kw=1.0, q_iron_kvar=2.0, p_per_kva2=1e-4, q_per_kva2=4e-4)
        >>> model.at_10_kv_kva(np.array([80.0]), np.array([60.0])).round(6).tolist()  # 82 and 66
        [105.261579]
        """
        square = p_kw**2 + q_kvar**2
        p_mv = p_kw + self.p_iron_kw + self.p_per_kva2 * square
        q_mv = q_kvar + self.q_iron_kvar + self.q_per_kva2 * square
        return np.asarray(np.hypot(p_mv, q_mv))


def loss_model(case: Case, n_units: Ints) -> LossModel:
    """Return the losses of a compound from one power flow at the design load of some units.

    Where that load has no solution, the transformers alone count.

    Parameters
    ----------
    case
        The compound.
    n_units
        Units of each load group, shape (n_groups,).
    """
    trafos = case.site.network.transformers
    p_iron = float(trafos.p0_kw.sum())
    q_iron = float((trafos.i0_percent * trafos.sn_kva).sum() / PERCENT)
    p_add, q_add = _load_losses(case, n_units, p_iron, q_iron)
    return LossModel(p_iron_kw=p_iron, q_iron_kvar=q_iron, p_per_kva2=p_add, q_per_kva2=q_add)


def _load_losses(case: Case, n_units: Ints, p_iron: float, q_iron: float) -> tuple[float, float]:
    network = case.site.network
    loads = loads_at(case, n_units, STATION)
    s_load = complex(loads.p_kw.sum(), loads.q_kvar.sum())
    if not s_load:
        return _of_transformers(case)
    try:
        solution = solve_state(network, loads, network.sources.vm_peak_pu)
    except ConvergenceError:
        return _of_transformers(case)
    lost = complex(flows(network, loads, solution).s_source_kva.sum()) - s_load
    square = abs(s_load) ** 2
    return max(0.0, lost.real - p_iron) / square, max(0.0, lost.imag - q_iron) / square


def _of_transformers(case: Case) -> tuple[float, float]:
    """Return the load losses of transformers that share the load by their sizes."""
    trafos = case.site.network.transformers
    total_kva = float(trafos.sn_kva.sum())
    p_rated = float((trafos.vkr_percent * trafos.sn_kva).sum()) / PERCENT
    vkx_percent = np.sqrt(np.maximum(trafos.vk_percent**2 - trafos.vkr_percent**2, 0.0))
    q_rated = float((vkx_percent * trafos.sn_kva).sum()) / PERCENT
    return p_rated / total_kva**2, q_rated / total_kva**2
