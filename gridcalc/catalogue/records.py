"""The records of the equipment tables; one field per column, in the order of the table."""

from dataclasses import dataclass
from math import sqrt
from typing import Literal, cast

from gridcalc.provenance import CONFIDENCES, Confidence
from gridcalc.units import PERCENT, W_PER_KW


@dataclass(frozen=True, slots=True, kw_only=True)
class Transformer:
    """A two-winding distribution transformer, 10/0.4 kV.

    Parameters
    ----------
    name
        Unique designation, such as ``S20-800``.
    kind
        ``oil`` or ``dry``.
    series
        Series of the losses, such as ``SCB14``.
    gb20052_grade
        Efficiency grade, 1 (best) to 3; empty where the series has none.
    sn_kva
        Rated power. [kVA]
    vn_hv_kv, vn_lv_kv
        Rated no-load voltages, line to line. [kV]
    p0_w, pk_w
        No-load loss; load loss at rated current and ``pk_ref_celsius``. [W]
    uk_percent
        Short-circuit impedance. [%]
    i0_percent
        No-load current. [%]
    n_tap_steps_each_side, tap_step_percent
        Off-circuit taps of the HV winding: steps on each side [-] and their size [%].
    """

    name: str
    kind: Literal["oil", "dry"]
    series: str
    gb20052_grade: int | None
    sn_kva: float
    vn_hv_kv: float
    vn_lv_kv: float
    p0_w: float
    pk_w: float
    pk_ref_celsius: float
    uk_percent: float
    i0_percent: float
    vector_group: str
    n_tap_steps_each_side: int
    tap_step_percent: float
    note: str
    source: str
    confidence: Confidence

    @property
    def vk_percent(self) -> float:
        """Short-circuit voltage in percent; another name of ``uk_percent``."""
        return self.uk_percent

    @property
    def vkr_percent(self) -> float:
        """Resistive part of the short-circuit voltage, in percent."""
        return PERCENT * self.pk_w / W_PER_KW / self.sn_kva

    @property
    def vkx_percent(self) -> float:
        """Reactive part of the short-circuit voltage, in percent."""
        return sqrt(self.uk_percent**2 - self.vkr_percent**2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cable:
    """A three-core 10 kV cable or a four-core 0.4 kV cable.

    ``max_i_air40_a`` and ``max_i_soil25_rho2_a`` are the base of all derating and stand for three
    loaded cores; columns with ``iec`` belong to another reference system (air 30 °C, soil 20 °C,
    2.5 K·m/W) and are never mixed with them; columns with ``est`` are estimates for comparison.

    Parameters
    ----------
    name
        Unique designation, such as ``YJV22-8.7/15-3x240``.
    vn_kv
        Nominal voltage of the network it serves, line to line. [kV]
    u0_kv, u_kv
        Rated voltages to earth and between conductors. [kV]
    r20_ohm_per_km, r80_ohm_per_km, r90_ohm_per_km
        Resistance of one conductor at 20, 80 and 90 °C. [ohm/km]
    x_ohm_per_km
        Reactance of one conductor. [ohm/km]
    c_nf_per_km
        Operating capacitance of one conductor; empty where it does not matter. [nF/km]
    max_i_air40_a
        Ampacity in air at 40 °C, three loaded cores. [A]
    max_i_soil25_rho2_a
        Ampacity in soil at 25 °C and 2.0 K·m/W, three loaded cores. [A]
    max_i_soil25_rho2_4core_est_a
        The same for four loaded cores, estimated. [A]
    column_confidence
        Marks of single columns, ``column:mark`` joined by semicolons.
    """

    name: str
    conductor: Literal["Cu", "Al"]
    insulation: Literal["XLPE", "PVC"]
    n_cores: int
    area_mm2: float
    vn_kv: float
    u0_kv: float
    u_kv: float
    r20_ohm_per_km: float
    r80_ohm_per_km: float | None
    r90_ohm_per_km: float | None
    x_ohm_per_km: float
    c_nf_per_km: float | None
    max_i_air40_a: float | None
    max_i_soil25_rho2_a: float | None
    max_i_soil25_rho2_4core_est_a: float | None
    max_i_soil25_rho1p2_a: float | None
    max_i_duct_est_a: float | None
    max_i_duct20_iec_d1_a: float | None
    max_i_direct20_iec_d2_a: float | None
    max_i_air30_iec_e_a: float | None
    max_i_soil20_iec_old_d_a: float | None
    column_confidence: str
    note: str
    source: str
    confidence: Confidence

    def mark(self, column: str) -> Confidence:
        """Return the confidence mark of one column, or of the row where none is given.

        Examples
        --------
        >>> from gridcalc.catalogue import load_catalogue
        >>> cable = load_catalogue().cables["YJLV22-8.7/15-3x150"]
        >>> cable.mark("max_i_soil25_rho2_a"), cable.mark("area_mm2")
        ('seen', 'recalled')
        """
        for part in self.column_confidence.split(";"):
            name, _, mark = part.partition(":")
            if name.strip() == column and mark.strip() in CONFIDENCES:
                return cast("Confidence", mark.strip())
        return self.confidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Rmu:
    """A 10 kV ring-main unit.

    Parameters
    ----------
    n_incoming_bays, n_outgoing_bays
        Ring bays and feeder bays. [-]
    max_i_a
        Rated current of bus bar and ring bays. [A]
    max_i_sc_ka, short_time_s
        Short-time withstand current [kA] and its duration [s].
    """

    name: str
    n_incoming_bays: int
    n_outgoing_bays: int
    vn_kv: float
    max_i_a: float
    max_i_sc_ka: float
    short_time_s: float
    note: str
    source: str
    confidence: Confidence

    @property
    def n_bays(self) -> int:
        """Number of all bays."""
        return self.n_incoming_bays + self.n_outgoing_bays


@dataclass(frozen=True, slots=True, kw_only=True)
class LvBreaker:
    """A low-voltage breaker, moulded case or air.

    Parameters
    ----------
    rated_i_a
        Rated current. [A]
    breaking_i_sc_ka
        Breaking capacity at 380 V. [kA]
    pickup_factor
        Instantaneous (moulded case) or short-delay (air) setting over rated current. [-]
    trip_time_s
        Time to be assumed for clearing a fault above that setting. [s]
    """

    name: str
    kind: Literal["moulded_case", "air"]
    rated_i_a: float
    breaking_i_sc_ka: float
    pickup_factor: float
    trip_time_s: float
    note: str
    source: str
    confidence: Confidence

    @property
    def pickup_i_a(self) -> float:
        """Current in A that trips the breaker without long delay."""
        return self.pickup_factor * self.rated_i_a


@dataclass(frozen=True, slots=True, kw_only=True)
class ConductorMaterial:
    """Copper or aluminium as a conductor.

    Parameters
    ----------
    rho20_ohm_mm2_per_km
        Resistivity at 20 °C. [ohm·mm2/km]
    alpha20_per_k
        Temperature coefficient of resistance at 20 °C. [1/K]
    min_r20_factor, max_r20_factor
        Range of ``r20 area / rho20`` of a plausible cable. [-]
    """

    conductor: Literal["Cu", "Al"]
    rho20_ohm_mm2_per_km: float
    alpha20_per_k: float
    min_r20_factor: float
    max_r20_factor: float
    note: str
    source: str
    confidence: Confidence


@dataclass(frozen=True, slots=True, kw_only=True)
class EquipmentBound:
    """The lowest and highest plausible value of a quantity of a user's equipment, in ``unit``."""

    name: str
    value_min: float
    value_max: float
    unit: str
    applies_to: str
    note: str
    source: str
    confidence: Confidence
