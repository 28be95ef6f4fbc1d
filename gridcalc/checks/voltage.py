"""Voltages: deviation per phase at every node, and unbalance."""

from collections.abc import Iterator
from dataclasses import replace

from gridcalc.checks.facts import Facts
from gridcalc.checks.finding import Finding, Subject, at_most, deviation, info, meets
from gridcalc.notes import NO_NOTE, note
from gridcalc.powerflow.elements import NodeResult
from gridcalc.units import PERCENT, VN_MV_KV

DEVIATION = "voltage.deviation"
UNBALANCE = "voltage.unbalance"
HIGHEST_AT_PEAK = "phase_max_peak"
SOLUTION = "solution_"
"""How the quantity of a state without a solution begins; the level follows."""
_MODEL_VALID_ABOVE_PU = 0.8


def voltage_deviation(facts: Facts) -> Iterator[Finding]:
    """Yield the lowest voltage at peak and the highest at low load, for each node.

    LV nodes also tell the highest at peak: load on one phase shifts the neutral and lifts the
    others. Simulated days know only the lowest voltages of their peaks.
    """
    yield from _not_converged(facts)
    three_phase = {
        group.node
        for group, n in zip(facts.site.groups, facts.units, strict=True)
        if group.balanced and n
    }
    for row in facts.nodes:
        if row.vn_kv >= VN_MV_KV:
            yield from _medium_voltage(facts, row)
            continue
        yield _low(facts, row, row.vm_min_pu, "phase_min", "max_drop_single_phase_percent")
        if row.id in three_phase:
            yield _low(
                facts, row, row.vm_line_min_pu, "line_min", "max_deviation_three_phase_percent"
            )
        yield _high(facts, row, "phase_max", "max_rise_single_phase_percent")
        if facts.days is None:
            yield _high_at_peak(facts, row)


def _low(facts: Facts, row: NodeResult, vm_pu: float, quantity: str, rule_name: str) -> Finding:
    policy = facts.site.policy
    text = NO_NOTE
    if vm_pu < _MODEL_VALID_ABOVE_PU:
        text = note("below 0.8 pu loads no longer draw what the model says")
    subject = Subject(
        check=DEVIATION, element=row.id, quantity=quantity, level=row.level, note=text
    )
    rule = policy.rule(f"voltage.{rule_name}")
    return deviation(subject, PERCENT * (vm_pu - 1), rule, limit=-policy.number(rule.name))


def _high(facts: Facts, row: NodeResult, quantity: str, rule_name: str) -> Finding:
    policy = facts.site.policy
    vm_pu = facts.site.vm_max_low_load_pu[row.id]
    subject = Subject(
        check=DEVIATION,
        element=row.id,
        quantity=quantity,
        note=note("at low load and highest source voltage"),
    )
    rule = policy.rule(f"voltage.{rule_name}")
    return deviation(subject, PERCENT * (vm_pu - 1), rule, limit=policy.number(rule.name))


def _high_at_peak(facts: Facts, row: NodeResult) -> Finding:
    policy = facts.site.policy
    subject = Subject(
        check=DEVIATION,
        element=row.id,
        quantity=HIGHEST_AT_PEAK,
        level=row.level,
        note=note("at peak; load on one phase lifts the voltage of the others"),
    )
    rule = policy.rule("voltage.max_rise_single_phase_percent")
    value = PERCENT * (max(row.vm_phase_pu) - 1)
    return deviation(subject, value, rule, limit=policy.number(rule.name))


def _medium_voltage(facts: Facts, row: NodeResult) -> Iterator[Finding]:
    name = "max_deviation_mv_percent"
    yield _low(facts, row, row.vm_line_min_pu, "mv_min", name)
    yield _high(facts, row, "mv_max", name)


def _not_converged(facts: Facts) -> Iterator[Finding]:
    policy = facts.site.policy
    rule = policy.rule("voltage.max_drop_single_phase_percent")
    for level in facts.failed_levels:
        subject = Subject(
            check=DEVIATION,
            element="compound",
            quantity=f"{SOLUTION}{level}",
            level=level,
            note=note(
                "the power flow found no solution: the load is near or beyond what the network"
                " can carry"
            ),
        )
        limit = -policy.number(rule.name)
        row = meets(subject, rule, holds=False, value=limit, limit=limit, unit="%")
        yield replace(row, value=None)
    if facts.days and facts.days.n_unsolved and not facts.failed_levels:
        text = note(
            "{failed} of {days} days have a time without a solution; they count as the worst",
            failed=facts.days.n_unsolved,
            days=facts.days.n_days,
        )
        subject = Subject(
            check=DEVIATION, element="compound", quantity=f"{SOLUTION}days", note=text
        )
        yield info(subject, rule, value=float(facts.days.n_unsolved), limit=None, unit="days")


def voltage_unbalance(facts: Facts) -> Iterator[Finding]:
    """Yield negative over positive sequence voltage of each node."""
    policy = facts.site.policy
    rule = policy.rule("voltage.max_unbalance_percent")
    limit = policy.number(rule.name)
    for row in facts.nodes:
        subject = Subject(check=UNBALANCE, element=row.id, level=row.level)
        yield at_most(subject, row.unbalance_percent, rule, limit=limit, unit="%")
