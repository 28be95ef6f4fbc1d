"""Short-circuit currents by hand: GB/T 15544.1-2013 = IEC 60909-0, as in the design handbook.

All impedances are those of one phase, referred to the low-voltage side.
"""

from dataclasses import dataclass
from math import exp, hypot, sqrt
from typing import Final, Literal

from gridcalc.standards.rules import value_rule
from gridcalc.standards.sourced import SourcedNumber
from gridcalc.units import KW_PER_MW, M_PER_KM, MOHM_PER_OHM, PERCENT, SQRT3, V_PER_KV, W_PER_KW

_SYSTEM_R_OVER_X: Final = 0.1
_SYSTEM_X_OVER_Z: Final = 0.995
_LV_LIMIT_KV: Final = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Impedance:
    """A resistance and a reactance in series [mohm]."""

    r_mohm: float
    x_mohm: float

    @property
    def z_mohm(self) -> float:
        """Magnitude, in mohm."""
        return hypot(self.r_mohm, self.x_mohm)

    def __add__(self, other: "Impedance") -> "Impedance":
        """Return both in series."""
        return Impedance(r_mohm=self.r_mohm + other.r_mohm, x_mohm=self.x_mohm + other.x_mohm)

    def times(self, factor: float) -> "Impedance":
        """Return the impedance multiplied by a factor."""
        return Impedance(r_mohm=factor * self.r_mohm, x_mohm=factor * self.x_mohm)


def voltage_factor(*, vn_kv: float, extreme: Literal["max", "min"]) -> SourcedNumber:
    """Return the voltage factor c for the largest or the smallest short-circuit current [-].

    Notes
    -----
    Handbook table 4.1-1: c_max 1.10 at 10 kV and 1.05 at 0.4 kV.

    Examples
    --------
    >>> voltage_factor(vn_kv=0.4, extreme="max").value
    1.05
    """
    level = "lv" if vn_kv <= _LV_LIMIT_KV else "mv"
    rule = value_rule("short_circuit_defaults", f"c_{extreme}_{level}_factor")
    return SourcedNumber(
        value=rule.number, source=rule.source, confidence=rule.confidence, note=rule.note
    )


def system_impedance(
    *, i_sc_hv_ka: float, vn_hv_kv: float, vn_lv_kv: float, c_factor: float
) -> Impedance:
    """Return the impedance of the network behind a transformer, seen from its LV side.

    Parameters
    ----------
    i_sc_hv_ka
        Initial three-phase short-circuit current at the HV terminals. [kA]
    vn_hv_kv, vn_lv_kv
        Rated voltages of the transformer, line to line. [kV]
    c_factor
        Voltage factor of the HV network. [-]

    Notes
    -----
    Design handbook: R = 0.1 X, X = 0.995 Z.

    Examples
    --------
    >>> round(system_impedance(i_sc_hv_ka=10, vn_hv_kv=10, vn_lv_kv=0.4, c_factor=1.1).z_mohm, 3)
    1.016
    """
    z_hv_ohm = c_factor * vn_hv_kv / (SQRT3 * i_sc_hv_ka)
    z_mohm = z_hv_ohm * MOHM_PER_OHM * (vn_lv_kv / vn_hv_kv) ** 2
    x_mohm = _SYSTEM_X_OVER_Z * z_mohm
    return Impedance(r_mohm=_SYSTEM_R_OVER_X * x_mohm, x_mohm=x_mohm)


def transformer_impedance(
    *, sn_kva: float, uk_percent: float, pk_w: float, vn_lv_kv: float
) -> Impedance:
    """Return the short-circuit impedance of a transformer, seen from its LV side, uncorrected.

    Examples
    --------
    >>> t = transformer_impedance(sn_kva=630, uk_percent=4, pk_w=6200, vn_lv_kv=0.4)
    >>> round(t.r_mohm, 3), round(t.x_mohm, 3)
    (2.499, 9.846)
    """
    base_mohm = vn_lv_kv**2 / (sn_kva / KW_PER_MW) * MOHM_PER_OHM
    r_mohm = pk_w / W_PER_KW / sn_kva * base_mohm
    z_mohm = uk_percent / PERCENT * base_mohm
    return Impedance(r_mohm=r_mohm, x_mohm=sqrt(z_mohm**2 - r_mohm**2))


def transformer_correction(*, uk_percent: float, vkr_percent: float, c_max_factor: float) -> float:
    """Return the impedance correction factor K_T of a two-winding transformer [-].

    Notes
    -----
    ``K_T = 0.95 c_max / (1 + 0.6 x_T)`` with the relative reactance x_T.

    Examples
    --------
    >>> round(transformer_correction(uk_percent=4, vkr_percent=0.9841, c_max_factor=1.05), 4)
    0.9748
    """
    x_pu = sqrt(uk_percent**2 - vkr_percent**2) / PERCENT
    return 0.95 * c_max_factor / (1 + 0.6 * x_pu)


def dyn_zero_sequence(positive: Impedance) -> Impedance:
    """Return the zero-sequence impedance of a Dyn transformer: R0 = R1, X0 = 0.95 X1.

    Notes
    -----
    Design handbook, 4th edition, worked example; the HV network has no part in it.
    """
    return Impedance(r_mohm=positive.r_mohm, x_mohm=0.95 * positive.x_mohm)


def line_impedance(*, r_ohm_per_km: float, x_ohm_per_km: float, length_m: float) -> Impedance:
    """Return the impedance of a length of line.

    Examples
    --------
    >>> line_impedance(r_ohm_per_km=0.2, x_ohm_per_km=0.08, length_m=500).r_mohm
    100.0
    """
    length_km = length_m / M_PER_KM
    return Impedance(
        r_mohm=r_ohm_per_km * length_km * MOHM_PER_OHM,
        x_mohm=x_ohm_per_km * length_km * MOHM_PER_OHM,
    )


def three_phase_fault_ka(*, impedance: Impedance, c_factor: float, un_kv: float) -> float:
    """Return the initial symmetrical three-phase short-circuit current Ik'' [kA].

    Parameters
    ----------
    impedance
        Positive-sequence impedance up to the fault. [mohm]
    c_factor
        Voltage factor. [-]
    un_kv
        Nominal line-to-line voltage of the convention used: 0.38 by the handbook, 0.4 by network
        solvers; the two differ by 5 %. [kV]

    Examples
    --------
    >>> z = Impedance(r_mohm=3.0, x_mohm=4.0)
    >>> round(three_phase_fault_ka(impedance=z, c_factor=1.0, un_kv=0.38), 3)
    43.879
    """
    return c_factor * un_kv * V_PER_KV / (SQRT3 * impedance.z_mohm)


def single_phase_fault_ka(
    *, positive: Impedance, zero: Impedance, c_factor: float, un_kv: float
) -> float:
    """Return the initial single-phase earth-fault current, with Z2 = Z1 [kA].

    Notes
    -----
    ``Ik1 = sqrt(3) c Un / |2 Z1 + Z0|``
    """
    loop = positive.times(2) + zero
    return SQRT3 * c_factor * un_kv * V_PER_KV / loop.z_mohm


def peak_factor(impedance: Impedance) -> float:
    """Return the peak factor kappa [-].

    Notes
    -----
    ``kappa = 1.02 + 0.98 exp(-3 R / X)``

    Examples
    --------
    >>> peak_factor(Impedance(r_mohm=0.0, x_mohm=1.0))
    2.0
    """
    return 1.02 + 0.98 * exp(-3 * impedance.r_mohm / impedance.x_mohm)


def peak_current_ka(*, i_sc_ka: float, impedance: Impedance) -> float:
    """Return the peak short-circuit current ``kappa sqrt(2) Ik''`` [kA]."""
    return peak_factor(impedance) * sqrt(2) * i_sc_ka
