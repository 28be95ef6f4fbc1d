"""Physical plausibility of equipment rows: what a wrong unit or a swapped column breaks first."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from gridcalc.catalogue.records import (
    Cable,
    ConductorMaterial,
    EquipmentBound,
    LvBreaker,
    Rmu,
    Transformer,
)
from gridcalc.tables import read_data_table

Doubt = tuple[str, str]
"""Column and message."""

_AMPACITIES = (
    "max_i_air40_a",
    "max_i_soil25_rho2_a",
    "max_i_soil25_rho2_4core_est_a",
    "max_i_soil25_rho1p2_a",
    "max_i_duct_est_a",
    "max_i_duct20_iec_d1_a",
    "max_i_direct20_iec_d2_a",
    "max_i_air30_iec_e_a",
    "max_i_soil20_iec_old_d_a",
)
_BOUNDED = ("sn_kva", "vn_hv_kv", "vn_lv_kv", "uk_percent")
"""What ``equipment_bounds.csv`` bounds of a transformer."""


def transformer_doubts(row: Transformer) -> Iterator[Doubt]:
    """Yield what is doubtful about a transformer; vkr below uk and not tiny catches kW for W.

    Rating, voltages and impedance must lie within ``equipment_bounds.csv``.
    """
    positive = ("sn_kva", "vn_hv_kv", "vn_lv_kv", "p0_w", "pk_w", "uk_percent")
    doubts = list(_not_above_zero(row, positive))
    doubts += _below_zero(row, ("i0_percent", "n_tap_steps_each_side", "tap_step_percent"))
    yield from doubts
    if doubts:
        return
    outside = list(_out_of_bounds(row))
    yield from outside
    least = _bounds()["vkr_percent"].value_min
    if not outside and row.vkr_percent < least:
        yield (
            "pk_w",
            f"{row.pk_w:g} W at {row.sn_kva:g} kVA is a resistive voltage of "
            f"{row.vkr_percent:.3g} %, below {least:g} %; "
            "check that pk_w is in W and sn_kva in kVA",
        )
    if row.vkr_percent >= row.uk_percent:
        yield (
            "pk_w",
            f"{row.pk_w:g} W at {row.sn_kva:g} kVA is a resistive voltage of "
            f"{row.vkr_percent:.3g} %, not below uk_percent {row.uk_percent:g}; "
            "check that pk_w is in W and sn_kva in kVA",
        )
    if row.p0_w >= row.pk_w:
        yield "p0_w", f"{row.p0_w:g} W is not below pk_w {row.pk_w:g} W; are the columns swapped?"


def cable_doubts(row: Cable, material: ConductorMaterial) -> Iterator[Doubt]:
    """Yield what is doubtful about a cable.

    ``r20 area / rho20`` catches a wrong unit or metal, ``max_i / area**0.6`` a wrong ampacity.
    """
    given = tuple(name for name in _AMPACITIES if getattr(row, name) is not None)
    sizes = ("n_cores", "area_mm2", "vn_kv", "u0_kv", "u_kv", "r20_ohm_per_km", "x_ohm_per_km")
    doubts = list(_not_above_zero(row, (*sizes, *given)))
    if row.c_nf_per_km is not None:
        doubts += _below_zero(row, ("c_nf_per_km",))
    if not given:
        doubts.append((_AMPACITIES[0], "no ampacity is given; fill at least one max_i column"))
    factor = row.r20_ohm_per_km * row.area_mm2 / material.rho20_ohm_mm2_per_km
    if not doubts and not material.min_r20_factor <= factor <= material.max_r20_factor:
        doubts.append(
            (
                "r20_ohm_per_km",
                f"{row.r20_ohm_per_km:g} ohm/km at {row.area_mm2:g} mm2 is {factor:.3g} times the "
                f"resistance of {row.conductor}, not {material.min_r20_factor:g} to "
                f"{material.max_r20_factor:g}; check conductor, area_mm2 and the unit",
            )
        )
    yield from doubts
    if not doubts:
        yield from _implausible_ampacities(row, given)


def rmu_doubts(row: Rmu) -> Iterator[Doubt]:
    """Yield what is doubtful about a ring-main unit."""
    bays = ("n_incoming_bays", "n_outgoing_bays")
    yield from _not_above_zero(row, (*bays, "vn_kv", "max_i_a", "max_i_sc_ka", "short_time_s"))


def breaker_doubts(row: LvBreaker) -> Iterator[Doubt]:
    """Yield what is doubtful about a low-voltage breaker."""
    names = ("rated_i_a", "breaking_i_sc_ka", "pickup_factor", "trip_time_s")
    yield from _not_above_zero(row, names)


def equipment_bound(name: str) -> EquipmentBound:
    """Return a row of ``equipment_bounds.csv``."""
    return _bounds()[name]


def _out_of_bounds(row: Transformer) -> Iterator[Doubt]:
    for name in _BOUNDED:
        value, bound = getattr(row, name), _bounds()[name]
        if not bound.value_min <= value <= bound.value_max:
            yield (
                name,
                f"{value:g} is not within {bound.value_min:g} to {bound.value_max:g} "
                f"{bound.unit}; check the unit and the column",
            )


def _implausible_ampacities(row: Cable, names: tuple[str, ...]) -> Iterator[Doubt]:
    bound = _bounds()[f"ampacity_{row.conductor.lower()}_factor"]
    per_factor = row.area_mm2 ** _bounds()["ampacity_exponent"].value_max
    least, most = bound.value_min * per_factor, bound.value_max * per_factor
    for name in names:
        value = getattr(row, name)
        if not least <= value <= most:
            yield (
                name,
                f"{value:g} A is not within the {least:.0f} to {most:.0f} A of a "
                f"{row.conductor} cable of {row.area_mm2:g} mm2; check conductor, area_mm2 and "
                "the unit",
            )


@cache
def _bounds() -> Mapping[str, EquipmentBound]:
    return {row.name: row for row in read_data_table(EquipmentBound, "equipment_bounds.csv")}


def _not_above_zero(row: Any, names: tuple[str, ...]) -> Iterator[Doubt]:
    for name in names:
        value = getattr(row, name)
        if value <= 0:
            yield name, f"{value:g} is not above 0"


def _below_zero(row: Any, names: tuple[str, ...]) -> Iterator[Doubt]:
    for name in names:
        value = getattr(row, name)
        if value < 0:
            yield name, f"{value:g} is below 0"
