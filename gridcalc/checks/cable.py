"""Cables: phase and neutral current, protective device, short-circuit withstand."""

from collections.abc import Iterator
from math import hypot

from gridcalc.catalogue import Cable
from gridcalc.checks.facts import Facts, Site
from gridcalc.checks.finding import Finding, Subject, at_most
from gridcalc.compound.model import Protection
from gridcalc.notes import note
from gridcalc.powerflow.elements import BranchResult
from gridcalc.standards.thermal_withstand import min_area_mm2, thermal_k
from gridcalc.standards.third_harmonic import neutral_current_a
from gridcalc.units import PERCENT, VN_MV_KV

LOADING = "cable.loading"
SHORT_CIRCUIT = "cable.short_circuit"
SHORTEST_FAULT_S = 0.1


def cable_loading(facts: Facts) -> Iterator[Finding]:
    """Yield the current of each cable against its derated ampacity and its protective device."""
    policy = facts.site.policy
    rule = policy.rule("cable.max_loading_percent")
    device_rule = policy.rule("protection.overload_coordination")
    limit = policy.number(rule.name)
    devices = facts.site.protection()
    for row in facts.branches:
        subject = Subject(check=LOADING, element=row.id, level=row.level)
        yield at_most(subject, row.loading_percent, rule, limit=limit, unit="%")
        if row.vn_kv < VN_MV_KV:
            yield _neutral(facts, row)
        device = devices.get(row.id)
        if device is not None:
            subject = Subject(
                check=LOADING,
                element=row.id,
                quantity="protective_device",
                level=row.level,
                note=note(
                    "{i_max_a:.0f} A against the device's {in_a:.0f} A",
                    i_max_a=row.i_max_a,
                    in_a=device.in_a,
                ),
            )
            value = PERCENT * row.i_max_a / device.in_a
            yield at_most(subject, value, device_rule, limit=PERCENT, unit="%")
            subject = Subject(
                check=LOADING,
                element=row.id,
                quantity="device_setting",
                note=note(
                    "the device's {in_a:.0f} A against the ampacity of {ampacity_a:.0f} A",
                    in_a=device.in_a,
                    ampacity_a=row.ampacity_a,
                ),
            )
            value = PERCENT * device.in_a / row.ampacity_a
            yield at_most(subject, value, device_rule, limit=PERCENT, unit="%")


def _neutral(facts: Facts, row: BranchResult) -> Finding:
    policy = facts.site.policy
    share = policy.number("cable.third_harmonic_percent")
    mean_a = sum(row.i_phase_a) / len(row.i_phase_a)
    harmonic_a = neutral_current_a(mean_a, h3_share_percent=share)
    value = PERCENT * hypot(row.i_neutral_a, harmonic_a) / row.ampacity_a
    subject = Subject(
        check=LOADING,
        element=row.id,
        quantity="neutral",
        level=row.level,
        note=note(
            "{i_neutral_a:.0f} A at 50 Hz and {harmonic_a:.0f} A of third harmonic",
            i_neutral_a=row.i_neutral_a,
            harmonic_a=harmonic_a,
        ),
    )
    rule = policy.rule("cable.third_harmonic_percent")
    limit = policy.number("cable.max_loading_percent")
    return at_most(subject, value, rule, limit=limit, unit="%")


def cable_short_circuit(facts: Facts) -> Iterator[Finding]:
    """Yield the section that the largest fault needs against the section that is there.

    A fault at the start of one of several cables in parallel is fed through that one alone, so
    each has to stand all of the current. It lasts until the cable's device clears it, or the next
    one towards the transformer where it has none, which is not counted on to be quicker than the
    pack says.
    """
    site = facts.site
    index = site.network.node_index()
    cables, guards = site.network.cables, site.guards()
    for k, name in enumerate(cables.ids):
        cable = site.catalogue.cables[cables.types[k]]
        start = site.network.node_ids[cables.from_node[k]]
        ends = (start, site.network.node_ids[cables.to_node[k]])
        worst = max(ends, key=lambda node: site.short_circuit.ik3_max_ka[index[node]])
        i_sc_ka = float(site.short_circuit.ik3_max_ka[index[worst]])
        t_s = clearing_s(name, guards.get(name), _default_s(site, cable))
        thermal = thermal_k(conductor=cable.conductor, insulation=cable.insulation)
        value = min_area_mm2(i_sc_ka=i_sc_ka, t_s=t_s, k_a_sqrt_s_per_mm2=thermal.value)
        subject = Subject(
            check=SHORT_CIRCUIT,
            element=name,
            note=note(
                "{i_sc_ka:.1f} kA for {t_s:g} s at {worst}, k {value:g}",
                i_sc_ka=i_sc_ka,
                t_s=t_s,
                worst=worst,
                value=thermal.value,
            ),
        )
        rule = site.policy.rule("cable.thermal_withstand")
        yield at_most(subject, value, rule, limit=cable.area_mm2, unit="mm2")


def _default_s(site: Site, cable: Cable) -> float:
    is_mv = cable.vn_kv >= VN_MV_KV
    return site.policy.number("mv.fault_clearing_s" if is_mv else "lv.fault_clearing_s")


def clearing_s(cable_id: str, device: Protection | None, default_s: float) -> float:
    """Return how long a fault on a cable is counted to last [s].

    Parameters
    ----------
    cable_id
        The cable.
    device
        What clears its faults; of another cable's device the time is never less than the default.
    default_s
        What the pack says. [s]
    """
    given_s = device.clearing_s if device is not None else None
    if device is None or given_s is None:
        found_s = default_s
    else:
        found_s = given_s if device.element == cable_id else max(given_s, default_s)
    return max(found_s, SHORTEST_FAULT_S)
