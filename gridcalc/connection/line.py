"""The cable of a new line: the smallest section that does, and its checks along a route."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gridcalc.catalogue import Cable, Catalogue
from gridcalc.checks.cable import rule_at_level, thermal_k_of, withstand_rule
from gridcalc.checks.finding import Finding, Subject, at_most
from gridcalc.compound.laying import usual_conditions
from gridcalc.errors import InputError, Problem
from gridcalc.notes import note
from gridcalc.policy import PolicyPack
from gridcalc.routing.records import SourcePoint
from gridcalc.standards.cable_ampacity import Laying, ampacity_a
from gridcalc.standards.sourced import BEYOND_TABLE
from gridcalc.standards.thermal_withstand import min_area_mm2
from gridcalc.standards.voltage_drop import voltage_drop_percent
from gridcalc.units import PERCENT, SQRT3, VN_MV_KV, line_current_a

LOADING = "cable.loading"
SHORT_CIRCUIT = "cable.short_circuit"
VOLTAGE = "voltage.deviation"
_CHANNELS: tuple[Laying, ...] = ("duct", "buried")


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """What the new line must do.

    Parameters
    ----------
    demand_kva
        Capacity asked for. [kVA]
    i_sc_ka
        Largest fault current at the sources it may start from. [kA]
    longest_m
        Longest cable that is likely. [m]
    """

    demand_kva: float
    i_sc_ka: float
    longest_m: float


def choose_cable(
    given: str | None, *, duty: Duty, catalogue: Catalogue, policy: PolicyPack, file: str
) -> Cable:
    """Return the cable that the file names, else the smallest of the pack's family that fits.

    Where none fits, the largest of the family is returned; its checks then fail.

    Raises
    ------
    InputError
        The type is not a 10 kV cable of the catalogue, or the family has none.
    """
    known = {row.name: row for row in catalogue.cables.values() if row.vn_kv >= VN_MV_KV}
    if given is not None:
        if given in known:
            return known[given]
        message = (
            f"{given!r} is no 10 kV cable of the catalogue; 'gridcalc catalogue list mv_cable'"
        )
        raise InputError([Problem(file, 0, "cable", message)])
    family = policy.text("route.cable_family")
    rows = sorted(
        (row for row in known.values() if row.name.startswith(family)),
        key=lambda row: (row.area_mm2, row.name),
    )
    if not rows:
        message = f"the catalogue has no 10 kV cable whose name starts with {family!r}"
        raise InputError([Problem(file, 0, "route.cable_family", message)])
    return next((row for row in rows if _fits(row, duty, policy)), rows[-1])


def _fits(cable: Cable, duty: Duty, policy: PolicyPack) -> bool:
    found = (
        *_fixed(cable, duty, policy, layings=_CHANNELS),
        _drop(cable, duty.demand_kva, duty.longest_m, policy),
    )
    return all(row.status == "pass" for row in found)


def line_checks(
    cable: Cable,
    source: SourcePoint,
    *,
    demand_kva: float,
    cable_m: float,
    layings: Iterable[Laying],
    policy: PolicyPack,
) -> tuple[Finding, ...]:
    """Return ampacity, short-circuit withstand and voltage drop of the line along a route.

    Parameters
    ----------
    cable, source
        The cable and where it starts.
    demand_kva
        Capacity asked for. [kVA]
    cable_m
        Length of the cable. [m]
    layings
        How it lies on its way; the hottest laying counts.
    policy
        The limits.
    """
    hottest = tuple(sorted(set(layings))) or _CHANNELS
    duty = Duty(demand_kva=demand_kva, i_sc_ka=fault_ka(source, policy), longest_m=cable_m)
    return (
        *_fixed(cable, duty, policy, layings=hottest),
        _drop(cable, demand_kva, cable_m, policy),
    )


def fault_ka(source: SourcePoint, policy: PolicyPack) -> float:
    """Return the largest fault current at a source [kA]; the pack's where none is given."""
    if source.i_sc_max_ka is not None:
        return source.i_sc_max_ka
    return policy.number("mv.sc_max_mva") / (SQRT3 * VN_MV_KV)


def _fixed(
    cable: Cable, duty: Duty, policy: PolicyPack, *, layings: Iterable[Laying]
) -> Iterator[Finding]:
    """Yield the checks that do not depend on the length."""
    carried_a = min(ampacity_a(cable, usual_conditions(laying, policy)) for laying in layings)
    i_a = line_current_a(duty.demand_kva, VN_MV_KV)
    said = note("{i_a:.0f} A against {carried_a:.0f} A", i_a=i_a, carried_a=carried_a)
    rule = rule_at_level(policy, "cable.max_loading_percent", cable.vn_kv)
    limit = policy.number("cable.max_loading_percent")
    subject = Subject(check=LOADING, element=cable.name, note=said)
    yield at_most(subject, PERCENT * i_a / carried_a, rule, limit=limit, unit="%")
    yield _withstand(cable, duty, policy)


def _withstand(cable: Cable, duty: Duty, policy: PolicyPack) -> Finding:
    """Return the section that the largest fault needs against that of the cable."""
    t_s, thermal = policy.number("mv.fault_clearing_s"), thermal_k_of(cable)
    needed = min_area_mm2(i_sc_ka=duty.i_sc_ka, t_s=t_s, k_a_sqrt_s_per_mm2=thermal.value)
    said = note(
        "{i_sc_ka:.1f} kA for {t_s:g} s, k {value:g}",
        i_sc_ka=duty.i_sc_ka,
        t_s=t_s,
        value=thermal.value,
    )
    if thermal.source == BEYOND_TABLE:
        said = note(
            "{i_sc_ka:.1f} kA for {t_s:g} s, k {value:g} from a table of smaller sections",
            i_sc_ka=duty.i_sc_ka,
            t_s=t_s,
            value=thermal.value,
        )
    subject = Subject(check=SHORT_CIRCUIT, element=cable.name, note=said)
    rule = withstand_rule(policy, cable.vn_kv, thermal)
    return at_most(subject, needed, rule, limit=cable.area_mm2, unit="mm2")


def _drop(cable: Cable, demand_kva: float, cable_m: float, policy: PolicyPack) -> Finding:
    """Return the voltage drop against what the deviation limit leaves below the source."""
    power_factor = policy.number("route.power_factor")
    value = voltage_drop_percent(
        p_kw=demand_kva * power_factor,
        power_factor=power_factor,
        length_m=cable_m,
        r_ohm_per_km=cable.r90_ohm_per_km or cable.r20_ohm_per_km,
        x_ohm_per_km=cable.x_ohm_per_km,
        vn_kv=VN_MV_KV,
    )
    rule = policy.rule("voltage.max_deviation_mv_percent")
    below = PERCENT * (1 - policy.number("mv.source_vm_peak_pu"))
    said = note(
        "source voltage {vm_pu:g} pu",
        vm_pu=policy.number("mv.source_vm_peak_pu"),
    )
    subject = Subject(check=VOLTAGE, element=cable.name, quantity="voltage_drop", note=said)
    limit = max(policy.number(rule.name) - below, 0.0)
    return at_most(subject, value, rule, limit=limit, unit="%")
