"""Cables: phase and neutral current, protective device, short-circuit withstand."""

from collections.abc import Iterator
from dataclasses import replace
from math import hypot

from gridcalc.catalogue import Cable
from gridcalc.checks.facts import Facts, Site
from gridcalc.checks.finding import Finding, Subject, at_most
from gridcalc.compound.model import Protection
from gridcalc.notes import NO_NOTE, Note, note
from gridcalc.policy import PolicyPack, Rule
from gridcalc.powerflow.elements import BranchResult
from gridcalc.provenance import weakest
from gridcalc.standards.sourced import BEYOND_TABLE, SourcedNumber
from gridcalc.standards.thermal_withstand import min_area_mm2, thermal_k
from gridcalc.standards.third_harmonic import (
    HarmonicDerating,
    loading_factor,
    neutral_current_a,
    neutral_harmonic_derating,
)
from gridcalc.units import PERCENT, VN_MV_KV

LOADING = "cable.loading"
SHORT_CIRCUIT = "cable.short_circuit"
SHORTEST_FAULT_S = 0.1
_AT_10_KV = {
    "cable.max_loading_percent": "cable.mv_loading",
    "cable.thermal_withstand": "cable.mv_thermal_withstand",
    "protection.overload_coordination": "cable.mv_overload_coordination",
}
"""Rules that say on what paper the limit of a 10 kV cable stands. [-]"""


def cable_loading(facts: Facts) -> Iterator[Finding]:
    """Yield the current of each cable against its derated ampacity and its protective device."""
    policy, devices = facts.site.policy, facts.site.protection()
    for row in facts.branches:
        yield _phases(policy, row)
        if row.vn_kv < VN_MV_KV:
            yield _neutral(policy, row)
        device = devices.get(row.id)
        if device is not None:
            yield from _device(policy, row, device)


def rule_at_level(policy: PolicyPack, name: str, vn_kv: float) -> Rule:
    """Return the rule whose document a finding of a cable names.

    Limits are the same at both levels, but the code of low voltage says nothing of 10 kV. A pack
    that states the rule of low voltage itself, and not the other, is named at both.

    Parameters
    ----------
    policy
        The pack.
    name
        The rule of low voltage, which holds the limit.
    vn_kv
        Nominal voltage of the cable. [kV]
    """
    rule = policy.rule(name)
    if vn_kv < VN_MV_KV:
        return rule
    of_mv = policy.rule(_AT_10_KV[name])
    stated_by = {rule.pack_id, of_mv.pack_id}
    nearest = next(pack.id for pack in policy.lineage() if pack.id in stated_by)
    return of_mv if of_mv.pack_id == nearest else rule


def _phases(policy: PolicyPack, row: BranchResult) -> Finding:
    """Return the worst phase against the ampacity; at low voltage third harmonics count."""
    value, said = row.loading_percent, NO_NOTE
    share = policy.number("cable.third_harmonic_percent")
    fuller = loading_factor(share)
    if row.vn_kv < VN_MV_KV and fuller != 1:
        value *= fuller
        said = _harmonic_note(neutral_harmonic_derating(share), share)
    subject = Subject(check=LOADING, element=row.id, level=row.level, note=said)
    rule = rule_at_level(policy, "cable.max_loading_percent", row.vn_kv)
    limit = policy.number("cable.max_loading_percent")
    return at_most(subject, value, rule, limit=limit, unit="%")


def _harmonic_note(derated: HarmonicDerating, share: float) -> Note:
    """Return which current decides; ``share`` is the third harmonic. [%]."""
    if derated.sized_on == "neutral":
        return note(
            "neutral current of {share:g} % of third harmonic, ampacity times {factor:g}",
            share=share,
            factor=derated.factor,
        )
    return note(
        "phase current with {share:g} % of third harmonic, ampacity times {factor:g}",
        share=share,
        factor=derated.factor,
    )


def _neutral(policy: PolicyPack, row: BranchResult) -> Finding:
    """Return unbalance and third harmonics of the neutral against the ampacity that is left."""
    rule = policy.rule("cable.third_harmonic_percent")
    share = policy.number(rule.name)
    factor = neutral_harmonic_derating(share).factor
    mean_a = sum(row.i_phase_a) / len(row.i_phase_a)
    harmonic_a = neutral_current_a(mean_a, h3_share_percent=share)
    value = PERCENT * hypot(row.i_neutral_a, harmonic_a) / row.ampacity_a / factor
    said = note(
        "{i_neutral_a:.0f} A at 50 Hz and {harmonic_a:.0f} A of third harmonic",
        i_neutral_a=row.i_neutral_a,
        harmonic_a=harmonic_a,
    )
    if factor != 1:
        said = note(
            "{i_neutral_a:.0f} A at 50 Hz and {harmonic_a:.0f} A of third harmonic, ampacity"
            " times {factor:g}",
            i_neutral_a=row.i_neutral_a,
            harmonic_a=harmonic_a,
            factor=factor,
        )
    subject = Subject(check=LOADING, element=row.id, quantity="neutral", level=row.level, note=said)
    limit = policy.number("cable.max_loading_percent")
    return at_most(subject, value, rule, limit=limit, unit="%")


def _device(policy: PolicyPack, row: BranchResult, device: Protection) -> Iterator[Finding]:
    """Yield the current of a cable against its device, and the device against the ampacity."""
    rule = rule_at_level(policy, "protection.overload_coordination", row.vn_kv)
    said = note(
        "{i_max_a:.0f} A against the device's {in_a:.0f} A",
        i_max_a=row.i_max_a,
        in_a=device.in_a,
    )
    subject = Subject(
        check=LOADING, element=row.id, quantity="protective_device", level=row.level, note=said
    )
    value = PERCENT * row.i_max_a / device.in_a
    yield at_most(subject, value, rule, limit=PERCENT, unit="%")
    said = note(
        "the device's {in_a:.0f} A against the ampacity of {ampacity_a:.0f} A",
        in_a=device.in_a,
        ampacity_a=row.ampacity_a,
    )
    subject = Subject(check=LOADING, element=row.id, quantity="device_setting", note=said)
    value = PERCENT * device.in_a / row.ampacity_a
    yield at_most(subject, value, rule, limit=PERCENT, unit="%")


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
        thermal = thermal_k_of(cable)
        value = min_area_mm2(i_sc_ka=i_sc_ka, t_s=t_s, k_a_sqrt_s_per_mm2=thermal.value)
        said = _withstand_note(thermal, i_sc_ka=i_sc_ka, t_s=t_s, worst=worst)
        subject = Subject(check=SHORT_CIRCUIT, element=name, note=said)
        rule = withstand_rule(site.policy, cable.vn_kv, thermal)
        yield at_most(subject, value, rule, limit=cable.area_mm2, unit="mm2")


def _withstand_note(thermal: SourcedNumber, *, i_sc_ka: float, t_s: float, worst: str) -> Note:
    if thermal.source == BEYOND_TABLE:
        return note(
            "{i_sc_ka:.1f} kA for {t_s:g} s at {worst}, k {value:g} from a table of smaller"
            " sections",
            i_sc_ka=i_sc_ka,
            t_s=t_s,
            worst=worst,
            value=thermal.value,
        )
    return note(
        "{i_sc_ka:.1f} kA for {t_s:g} s at {worst}, k {value:g}",
        i_sc_ka=i_sc_ka,
        t_s=t_s,
        worst=worst,
        value=thermal.value,
    )


def thermal_k_of(cable: Cable) -> SourcedNumber:
    """Return the short-time constant k of a cable [A·sqrt(s)/mm2]; see ``thermal_k``."""
    return thermal_k(
        conductor=cable.conductor, insulation=cable.insulation, area_mm2=cable.area_mm2
    )


def withstand_rule(policy: PolicyPack, vn_kv: float, thermal: SourcedNumber) -> Rule:
    """Return the rule of the thermal withstand with the weaker mark of its own and that of k.

    Parameters
    ----------
    policy
        The pack.
    vn_kv
        Nominal voltage of the cable. [kV]
    thermal
        Its constant k. [A·sqrt(s)/mm2]
    """
    rule = rule_at_level(policy, "cable.thermal_withstand", vn_kv)
    return replace(rule, confidence=weakest(rule.confidence, thermal.confidence))


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
