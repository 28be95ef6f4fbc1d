"""What an option is worth in the quantities that limits look at: ampacity, impedance, rating."""

from dataclasses import dataclass
from functools import lru_cache
from math import inf

from gridcalc.catalogue.resistance import resistance_ohm_per_km
from gridcalc.compound.model import LvCable, MvCable, Protection
from gridcalc.units import M_PER_KM, PERCENT, V_PER_KV, W_PER_KW
from gridcalc.upgrade import lookup
from gridcalc.upgrade.cabling import single_a
from gridcalc.upgrade.devices import feeder_device, main_breaker
from gridcalc.upgrade.measures import NewSubstation, ReplaceCable, ReplaceTransformer, SplitFeeder
from gridcalc.upgrade.measures import SecondTransformer as Second
from gridcalc.upgrade.search.space import Space

_CACHED = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class CableValues:
    """A cable as it would lie, all in parallel together.

    ``z_ohm`` is its positive-sequence impedance at operating temperature; ``in_a``,
    ``i_trip_a`` and ``breaking_ka`` are its device's, infinite or zero where there is none;
    ``area_mm2`` is the section of each in parallel.
    """

    ampacity_a: float
    z_ohm: complex
    area_mm2: float
    in_a: float
    i_trip_a: float
    breaking_ka: float


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitValues:
    """A transformer: rating [kVA], impedance on the LV side [ohm], its main breaker [kA]."""

    sn_kva: float
    z_ohm: complex
    breaking_ka: float


ABSENT = UnitValues(sn_kva=0.0, z_ohm=complex(inf), breaking_ka=inf)


@lru_cache(maxsize=_CACHED)
def cable_values(space: Space, cable: str, option: ReplaceCable | None) -> CableValues:
    """Return the values of a cable with one of its options."""
    row = lookup.cable(space.compound, cable)
    parallel = row.parallel if isinstance(row, LvCable) else 1
    kind, grouping = row.type, row.grouping
    if option is not None:
        kind, parallel, grouping = option.type, option.parallel, option.grouping or grouping
    laid = row.model_copy(update={"grouping": grouping})
    device = lookup.device(space.compound, cable)
    if option is not None and option.breaker is not None and device is not None:
        device = feeder_device(device, space.catalogue.breakers[option.breaker])
    return _laid(space, laid, kind, parallel, device)


def _laid(
    space: Space, row: LvCable | MvCable, kind: str, parallel: int, device: Protection | None
) -> CableValues:
    cable = space.catalogue.cables[kind]
    celsius = space.policy.number("cable.conductor_celsius")
    per_km = complex(resistance_ohm_per_km(cable, celsius), cable.x_ohm_per_km)
    return CableValues(
        ampacity_a=parallel * single_a(space.compound, row, cable, parallel=parallel),
        z_ohm=per_km * row.length_m / M_PER_KM / parallel,
        area_mm2=cable.area_mm2,
        in_a=inf if device is None else device.in_a,
        i_trip_a=0.0 if device is None else device.i_trip_a or 0.0,
        breaking_ka=inf if device is None or device.breaking_ka is None else device.breaking_ka,
    )


def new_cable_values(space: Space, row: LvCable | MvCable) -> CableValues:
    """Return the values of a cable that came with a new unit."""
    return _laid(space, row, row.type, 1, None)


@lru_cache(maxsize=_CACHED)
def unit_values(
    space: Space, unit: str, option: ReplaceTransformer | Second | NewSubstation | None
) -> UnitValues:
    """Return the values of a transformer with one of its options."""
    if option is None and unit in space.new_units:
        return ABSENT
    kind = lookup.transformer(space.compound, unit).type if option is None else option.type
    row = space.catalogue.transformers[kind]
    r_pu = row.vkr_percent / PERCENT
    x_pu = ((row.vk_percent / PERCENT) ** 2 - r_pu**2) ** 0.5
    base_ohm = (row.vn_lv_kv * V_PER_KV) ** 2 / (row.sn_kva * W_PER_KW)
    device = None if unit in space.new_units else lookup.device(space.compound, unit)
    breaking = inf if device is None or device.breaking_ka is None else device.breaking_ka
    larger = main_breaker(row, space.catalogue)
    if option is not None and (device is None or larger.rated_i_a > device.in_a):
        breaking = larger.breaking_i_sc_ka if device is not None else inf
    return UnitValues(sn_kva=row.sn_kva, z_ohm=complex(r_pu, x_pu) * base_ohm, breaking_ka=breaking)


def split_ampacity_a(space: Space, option: SplitFeeder) -> float:
    """Return the ampacity of a box's own feeder [A]."""
    row = lookup.cable(space.compound, option.cable)
    kind = space.catalogue.cables[option.type]
    n = option.parallel
    return n * single_a(space.compound, row, kind, parallel=n)
