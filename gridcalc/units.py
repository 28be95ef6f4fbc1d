"""Powers of ten, square roots and other unit conversions; they appear here and nowhere else."""

from math import sqrt
from typing import Final

SQRT3: Final = sqrt(3.0)
N_PHASES: Final = 3
PERCENT: Final = 100.0

W_PER_KW: Final = 1000.0
KW_PER_MW: Final = 1000.0
V_PER_KV: Final = 1000.0
A_PER_KA: Final = 1000.0
M_PER_KM: Final = 1000.0
MM_PER_M: Final = 1000.0
MOHM_PER_OHM: Final = 1000.0
NF_PER_F: Final = 1e9
HZ: Final = 50.0
MIN_PER_H: Final = 60.0
H_PER_DAY: Final = 24.0
YUAN_PER_WAN: Final = 10_000
FEN_PER_YUAN: Final = 100
BYTES_PER_MB: Final = 1_000_000

VN_MV_KV: Final = 10.0
"""Nominal line-to-line voltage of the medium-voltage network. [kV]"""
VN_LV_KV: Final = 0.38
"""Nominal line-to-line voltage of the low-voltage network (220 V per phase). [kV]"""
VN_TRAFO_LV_KV: Final = 0.4
"""Rated no-load line-to-line voltage of the transformers' LV winding. [kV]"""


def phase_voltage_v(vn_line_kv: float) -> float:
    """Return the phase-to-neutral voltage [V] of a line-to-line voltage [kV].

    Examples
    --------
    >>> round(phase_voltage_v(0.38), 1)
    219.4
    """
    return vn_line_kv * V_PER_KV / SQRT3


def line_current_a(s_kva: float, vn_line_kv: float) -> float:
    """Return the line current [A] of a balanced three-phase apparent power [kVA].

    Examples
    --------
    >>> round(line_current_a(1000.0, 10.0), 2)
    57.74
    """
    return s_kva / (SQRT3 * vn_line_kv)


def tan_phi(power_factor: float) -> float:
    """Return reactive over active power at a power factor [-].

    Examples
    --------
    >>> round(tan_phi(0.8), 9)
    0.75
    """
    return sqrt(1 - power_factor**2) / power_factor
