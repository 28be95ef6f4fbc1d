"""Voltage drop of a balanced load: hand formula of the Power Supply Design Handbook."""

from math import sqrt

from gridcalc.units import KW_PER_MW, M_PER_KM, PERCENT


def voltage_drop_percent(
    *,
    p_kw: float,
    power_factor: float,
    length_m: float,
    r_ohm_per_km: float,
    x_ohm_per_km: float,
    vn_kv: float,
) -> float:
    """Return the voltage drop along a three-phase line, as a share of the nominal voltage [%].

    Parameters
    ----------
    p_kw
        Active power at the end, three-phase total. [kW]
    power_factor
        Cosine of the load angle, lagging; 0 < power_factor <= 1. [-]
    length_m
        Length of the line. [m]
    r_ohm_per_km, x_ohm_per_km
        Resistance and reactance of one conductor. [ohm/km]
    vn_kv
        Nominal voltage, line to line. [kV]

    Notes
    -----
    Power Supply Design Handbook, 4th edition, table 9.4-19 and worked examples; the quadrature
    drop is neglected; drops of loads along one line add up::

        du = 100 P L (r + x tan(phi)) / U^2

    Examples
    --------
    >>> round(voltage_drop_percent(p_kw=10000, power_factor=0.95, length_m=2000,
    ...     r_ohm_per_km=0.118, x_ohm_per_km=0.090, vn_kv=10), 4)
    2.9516
    """
    if not 0 < power_factor <= 1:
        raise ValueError(f"a power factor of {power_factor} is not above 0 and up to 1")
    tan_phi = sqrt(1 / power_factor**2 - 1)
    z_ohm = (r_ohm_per_km + x_ohm_per_km * tan_phi) * length_m / M_PER_KM
    return PERCENT * p_kw / KW_PER_MW * z_ohm / vn_kv**2
