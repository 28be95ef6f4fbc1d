"""How a cable lies where nobody has said it: the conditions of the policy pack."""

from gridcalc.policy import PolicyPack
from gridcalc.standards.cable_ampacity import Laying, LayingConditions


def usual_conditions(laying: Laying, policy: PolicyPack) -> LayingConditions:
    """Return the temperatures, soil and grouping that a pack assumes for a laying.

    Examples
    --------
    >>> from gridcalc.policy import load_policy
    >>> usual_conditions("duct", load_policy("national")).soil_celsius
    25.0
    """
    return LayingConditions(
        laying=laying,
        air_celsius=policy.number("cable.air_celsius"),
        soil_celsius=policy.number("cable.soil_celsius"),
        soil_rho_k_m_per_w=policy.number("cable.soil_rho_k_m_per_w"),
        n_grouped=int(policy.number("cable.n_grouped")),
    )
