"""Choose LV cables and breakers: current, voltage drop, short circuit, fault disconnection."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

from gridcalc.catalogue import Cable, Catalogue, LvBreaker, Transformer
from gridcalc.compound.laying import usual_conditions
from gridcalc.compound.model import Source
from gridcalc.compound.templates.schema import Layout
from gridcalc.policy import PolicyPack
from gridcalc.standards.cable_ampacity import ampacity_a
from gridcalc.standards.fault_loop import earth_fault_a, r_php_ohm_per_km, x_php_ohm_per_km
from gridcalc.standards.short_circuit_iec60909 import (
    Impedance,
    line_impedance,
    system_impedance,
    three_phase_fault_ka,
    transformer_impedance,
)
from gridcalc.standards.thermal_withstand import min_area_mm2, thermal_k
from gridcalc.units import (
    M_PER_KM,
    PERCENT,
    SQRT3,
    VN_LV_KV,
    VN_MV_KV,
    VN_TRAFO_LV_KV,
    line_current_a,
    phase_voltage_v,
)

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A place in the LV network as a fault sees it.

    ``strong`` is the impedance of one phase for the largest fault current, ``loop`` that of the
    phase-protective loop for the smallest.
    """

    strong: Impedance
    loop: Impedance


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """What one cable has to do.

    ``i_a`` is the design current with its reserve; ``start`` is where the cable begins.
    """

    i_a: float
    length_m: float
    start: Point
    clearing_s: float
    max_drop_percent: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A cable, its breaker, and the point at its end.

    ``i_a`` is the design current; ``fits`` tells whether the cable does its duty.
    """

    i_a: float
    cable: Cable
    breaker: LvBreaker
    end: Point
    fits: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """Cables and breakers to choose from, and the conditions they work under.

    ``protecting`` is the breaker of each cable by its name; ``memo`` holds numbers of rules and
    cables, and impedances of lengths of them, that were found before.
    """

    ampacity_a: dict[str, float]
    breakers: tuple[LvBreaker, ...]
    protecting: dict[str, LvBreaker]
    policy: PolicyPack
    memo: dict[Any, Any] = field(default_factory=dict, repr=False, compare=False)

    def number(self, rule: str) -> float:
        """Return the value of a rule of the pack."""
        return self.once(("rule", rule), lambda: self.policy.number(rule))

    def once(self, key: tuple[object, ...], find: Callable[[], Found]) -> Found:
        """Return what a cable or rule stands for, found now if it is new."""
        found = self.memo.get(key)
        if found is None:
            found = self.memo[key] = find()
        return cast("Found", found)


def shelf(
    layout: Layout, cables: Iterable[Cable], catalogue: Catalogue, policy: PolicyPack
) -> Shelf:
    """Return the derated ampacities of some cables and all breakers, smallest first.

    Raises
    ------
    InputError
        A cable has no ampacity for this laying.
    """
    conditions = usual_conditions(layout.lv.laying, policy)
    ampacity = {cable.name: ampacity_a(cable, conditions) for cable in cables}
    breakers = sorted(catalogue.breakers.values(), key=lambda row: (row.rated_i_a, row.name))
    return Shelf(
        ampacity_a=ampacity,
        breakers=tuple(breakers),
        protecting={name: _protecting(carried_a, breakers) for name, carried_a in ampacity.items()},
        policy=policy,
    )


def _protecting(carried_a: float, breakers: Sequence[LvBreaker]) -> LvBreaker:
    """Return the largest breaker that protects a cable, the smallest if none does."""
    below = bisect_right(breakers, carried_a, key=lambda row: row.rated_i_a)
    return breakers[max(below - 1, 0)]


def lv_board_point(unit: Transformer, sources: Iterable[Source], policy: PolicyPack) -> Point:
    """Return the LV board of a transformer as a fault sees it, the 10 kV cables left out."""
    rows = tuple(sources)
    ka_per_mva = 1 / (SQRT3 * VN_MV_KV)
    strongest = [row.i_sc_max_ka or policy.number("mv.sc_max_mva") * ka_per_mva for row in rows]
    weakest = [row.i_sc_min_ka or policy.number("mv.sc_min_mva") * ka_per_mva for row in rows]
    own = transformer_impedance(
        sn_kva=unit.sn_kva,
        uk_percent=unit.uk_percent,
        pk_w=unit.pk_w,
        vn_lv_kv=VN_TRAFO_LV_KV,
    )
    return Point(
        strong=_system(max(strongest), policy.number("short_circuit.c_max_mv")) + own,
        loop=_system(min(weakest), policy.number("short_circuit.c_min_mv")) + own,
    )


def _system(i_sc_ka: float, c_factor: float) -> Impedance:
    return system_impedance(
        i_sc_hv_ka=i_sc_ka, vn_hv_kv=VN_MV_KV, vn_lv_kv=VN_TRAFO_LV_KV, c_factor=c_factor
    )


def choose(cables: Iterable[Cable], duty: Duty, shelf: Shelf) -> Choice:
    """Return the first cable that does its duty, else the last one."""
    last = None
    for cable in cables:
        last = cable
        if _fits(cable, shelf.protecting[cable.name], duty, shelf):
            return _choice(cable, duty, shelf, fits=True)
    if last is None:
        raise ValueError("there is no cable to choose from")
    return _choice(last, duty, shelf, fits=False)


def _choice(cable: Cable, duty: Duty, shelf: Shelf, *, fits: bool) -> Choice:
    return Choice(
        i_a=duty.i_a,
        cable=cable,
        breaker=shelf.protecting[cable.name],
        end=_end(cable, duty, shelf),
        fits=fits,
    )


def _fits(cable: Cable, breaker: LvBreaker, duty: Duty, shelf: Shelf) -> bool:
    return (
        duty.i_a <= breaker.rated_i_a <= shelf.ampacity_a[cable.name]
        and _drop_percent(cable, duty) <= duty.max_drop_percent
        and _thermal_mm2(cable, duty, shelf) <= cable.area_mm2
    )


def _drop_percent(cable: Cable, duty: Duty) -> float:
    """Return the voltage drop with the load angle at its worst, a safe estimate."""
    r_ohm = (cable.r90_ohm_per_km or cable.r20_ohm_per_km) * duty.length_m / M_PER_KM
    return PERCENT * duty.i_a * r_ohm / phase_voltage_v(VN_LV_KV)


def _thermal_mm2(cable: Cable, duty: Duty, shelf: Shelf) -> float:
    k = shelf.once(
        ("k", cable.name),
        lambda: thermal_k(conductor=cable.conductor, insulation=cable.insulation).value,
    )
    i_sc_ka = largest_fault_ka(duty.start, shelf.number("short_circuit.c_max_lv"))
    return min_area_mm2(i_sc_ka=i_sc_ka, t_s=duty.clearing_s, k_a_sqrt_s_per_mm2=k)


def _end(cable: Cable, duty: Duty, shelf: Shelf) -> Point:
    own = shelf.once(
        ("line", cable.name, duty.length_m), lambda: _line(cable, duty.length_m, shelf)
    )
    return Point(strong=duty.start.strong + own.strong, loop=duty.start.loop + own.loop)


def _line(cable: Cable, length_m: float, shelf: Shelf) -> Point:
    """Return what a length of cable adds to the impedances."""
    r20, x = cable.r20_ohm_per_km, cable.x_ohm_per_km
    loop = line_impedance(
        r_ohm_per_km=r_php_ohm_per_km(r20_phase_ohm_per_km=r20, r20_pe_ohm_per_km=r20),
        x_ohm_per_km=shelf.once(
            ("x", cable.name),
            lambda: x_php_ohm_per_km(area_mm2=cable.area_mm2, pen="equal").value,
        ),
        length_m=length_m,
    )
    strong = line_impedance(r_ohm_per_km=r20, x_ohm_per_km=x, length_m=length_m)
    return Point(strong=strong, loop=loop)


def largest_fault_ka(point: Point, c_factor: float) -> float:
    """Return the largest three-phase fault current at a point [kA]."""
    return three_phase_fault_ka(impedance=point.strong, c_factor=c_factor, un_kv=VN_TRAFO_LV_KV)


def trip_a(
    breaker: LvBreaker,
    factors: Iterable[float],
    ends: Iterable[Point],
    policy: PolicyPack,
    *,
    margin_factor: float,
) -> float:
    """Return the setting of a breaker that the smallest fault current at some ends still trips [A].

    Parameters
    ----------
    breaker
        The breaker.
    factors
        Settings over the rated current; the first that is sensitive enough is taken, else the
        last. [-]
    ends
        Where the fault may be.
    policy
        The pack, for the sensitivity that is required.
    margin_factor
        More sensitivity than required. [-]
    """
    needed = policy.number("protection.sensitivity_factor") * margin_factor
    return _trip_a(breaker, tuple(factors), _smallest_fault_a(ends, policy.number), needed)


def _trip_a(
    breaker: LvBreaker, factors: Sequence[float], smallest_a: float, needed: float
) -> float:
    settings = [factor * breaker.rated_i_a for factor in factors]
    return next((i_a for i_a in settings if needed * i_a <= smallest_a), settings[-1])


def protection_of(
    choice: Choice,
    factors: Iterable[float],
    ends: Iterable[Point],
    shelf: Shelf,
    *,
    margin_factor: float,
) -> tuple[LvBreaker, float]:
    """Return the breaker of a cable and the setting that the smallest fault current trips [A].

    It is the largest one that protects the cable; where no setting of it is sensitive enough, the
    next smaller one that carries the design current; where none is, the largest at its lowest.

    Parameters
    ----------
    choice
        The cable.
    factors
        Settings over the rated current, the first one tried first. [-]
    ends
        Where the fault may be.
    shelf
        Breakers, and the pack for the sensitivity that is required.
    margin_factor
        More sensitivity than required. [-]
    """
    tried, places = tuple(factors), tuple(ends)
    needed = shelf.number("protection.sensitivity_factor") * margin_factor
    smallest_a = _smallest_fault_a(places, shelf.number)
    largest = choice.breaker
    first = None
    for row in reversed(shelf.breakers):
        if row is largest or choice.i_a <= row.rated_i_a < largest.rated_i_a:
            found = row, _trip_a(row, tried, smallest_a, needed)
            if needed * found[1] <= smallest_a:
                return found
            first = first or found
    if first is None:
        raise ValueError("the breaker of the cable is not on the shelf")
    return first


def _smallest_fault_a(ends: Iterable[Point], number: Callable[[str], float]) -> float:
    """Return the smallest fault current at some ends [A], given the numbers of rules."""
    u0_v, c_factor = number("protection.u0_v"), number("short_circuit.c_min_lv")
    farthest = max(ends, key=lambda end: end.loop.z_mohm)
    return earth_fault_a(u0_v=u0_v, loop=farthest.loop, c_factor=c_factor)


def main_breaker(unit: Transformer, shelf: Shelf) -> LvBreaker:
    """Return the smallest breaker that carries the rated current of a transformer."""
    rated_a = line_current_a(unit.sn_kva, VN_TRAFO_LV_KV)
    fitting = [row for row in shelf.breakers if row.rated_i_a >= rated_a]
    return fitting[0] if fitting else shelf.breakers[-1]
