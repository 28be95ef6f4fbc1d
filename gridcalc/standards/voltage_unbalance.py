"""Voltage unbalance estimated from the negative-sequence current: GB/T 15543-2008 annex A."""

from gridcalc.units import A_PER_KA, PERCENT, SQRT3


def voltage_unbalance_percent(*, i2_a: float, vn_kv: float, s_sc_mva: float) -> float:
    """Return the voltage unbalance at a point of common coupling, V2 over V1 [%].

    Parameters
    ----------
    i2_a
        Negative-sequence current of the customer. [A]
    vn_kv
        Nominal voltage, line to line. [kV]
    s_sc_mva
        Short-circuit power at that point. [MVA]

    Notes
    -----
    GB/T 15543-2008 annex A, three-phase three-wire, approximate; negative and positive sequence
    impedance are equal::

        eps = 100 sqrt(3) I2 UL / Sk

    Examples
    --------
    >>> round(voltage_unbalance_percent(i2_a=46, vn_kv=35, s_sc_mva=400), 4)
    0.6972
    """
    return PERCENT * SQRT3 * i2_a / A_PER_KA * vn_kv / s_sc_mva
