"""Findings about a foreign network: loading of transformers and lines, voltages, unbalance."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from math import hypot

from gridcalc.checks.cable import LOADING as LINE
from gridcalc.checks.finding import Finding, Subject, at_most, deviation, meets, not_checked
from gridcalc.checks.transformer import LOADING as TRANSFORMER
from gridcalc.checks.voltage import DEVIATION, UNBALANCE
from gridcalc.foreign.records import LV_BELOW_KV
from gridcalc.notes import NO_NOTE, note
from gridcalc.policy import PolicyPack
from gridcalc.powerflow.elements import BranchResult, MvResult, NodeResult, TransformerResult
from gridcalc.standards.third_harmonic import (
    loading_factor,
    neutral_current_a,
    neutral_harmonic_derating,
)
from gridcalc.units import PERCENT

_JUDGED_UP_TO_KV = 20.0
"""The clause on 10 kV holds up to here."""
_MODEL_VALID_ABOVE_PU = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class Solved:
    """Results of one scenario; everything is empty where the power flow found no solution.

    ``unrated`` are lines without a rating, ``three_phase`` the buses of three-phase users,
    ``failed`` the levels without a solution.
    """

    transformers: tuple[TransformerResult, ...]
    branches: tuple[BranchResult, ...]
    nodes: tuple[NodeResult, ...]
    source: MvResult | None
    unrated: tuple[str, ...]
    three_phase: Collection[str]
    failed: tuple[str, ...]


def judged(solved: Solved, policy: PolicyPack) -> tuple[Finding, ...]:
    """Return all findings of a scenario, sorted by check, worst first."""
    found = [
        *_not_solved(solved, policy),
        *_transformers(solved, policy),
        *_lines(solved, policy),
        *_voltages(solved, policy),
        *_unbalance(solved, policy),
    ]
    return tuple(sorted(found, key=lambda f: (f.check, -f.rank, f.element, f.quantity)))


def _not_solved(solved: Solved, policy: PolicyPack) -> Iterator[Finding]:
    rule = policy.rule("voltage.max_drop_single_phase_percent")
    limit = -policy.number(rule.name)
    for level in solved.failed:
        subject = Subject(
            check=DEVIATION,
            element="compound",
            quantity=f"solution_{level}",
            level=level,
            note=note(
                "the power flow found no solution: the load is near or beyond what the network"
                " can carry"
            ),
        )
        row = meets(subject, rule, holds=False, value=limit, limit=limit, unit="%")
        yield replace(row, value=None)


def _transformers(solved: Solved, policy: PolicyPack) -> Iterator[Finding]:
    rule = policy.rule("transformer.max_loading_percent")
    phase_rule = policy.rule("transformer.max_phase_loading_percent")
    for row in solved.transformers:
        subject = Subject(check=TRANSFORMER, element=row.id, level=row.level)
        limit = policy.number(rule.name)
        yield at_most(subject, row.loading_percent, rule, limit=limit, unit="%")
        phase, worst = row.worst_phase
        subject = Subject(
            check=TRANSFORMER,
            element=row.id,
            quantity="phase",
            level=row.level,
            note=note("phase {phase}, against a third of the rated power", phase=phase),
        )
        yield at_most(subject, worst, phase_rule, limit=policy.number(phase_rule.name), unit="%")


def _lines(solved: Solved, policy: PolicyPack) -> Iterator[Finding]:
    rule = policy.rule("cable.max_loading_percent")
    limit = policy.number(rule.name)
    for row in solved.branches:
        subject = Subject(check=LINE, element=row.id, level=row.level)
        is_lv = row.vn_kv < LV_BELOW_KV
        fuller = loading_factor(policy.number("cable.third_harmonic_percent")) if is_lv else 1.0
        yield at_most(subject, row.loading_percent * fuller, rule, limit=limit, unit="%")
        if is_lv:
            yield _neutral(row, policy)
    text = note("the file gives no rating of this line; give max_i_ka")
    for name in solved.unrated:
        yield not_checked(Subject(check=LINE, element=name, note=text), rule, unit="%")


def _neutral(row: BranchResult, policy: PolicyPack) -> Finding:
    rule = policy.rule("cable.third_harmonic_percent")
    mean_a = sum(row.i_phase_a) / len(row.i_phase_a)
    share = policy.number(rule.name)
    harmonic_a = neutral_current_a(mean_a, h3_share_percent=share)
    subject = Subject(
        check=LINE,
        element=row.id,
        quantity="neutral",
        level=row.level,
        note=note(
            "{i_neutral_a:.0f} A at 50 Hz and {harmonic_a:.0f} A of third harmonic",
            i_neutral_a=row.i_neutral_a,
            harmonic_a=harmonic_a,
        ),
    )
    allowed_a = row.ampacity_a * neutral_harmonic_derating(share).factor
    value = PERCENT * hypot(row.i_neutral_a, harmonic_a) / allowed_a
    limit = policy.number("cable.max_loading_percent")
    return at_most(subject, value, rule, limit=limit, unit="%")


def _voltages(solved: Solved, policy: PolicyPack) -> Iterator[Finding]:
    for row in solved.nodes:
        if row.vn_kv > _JUDGED_UP_TO_KV:
            yield _above_the_clause(row, policy)
        elif row.vn_kv >= LV_BELOW_KV:
            lowest, highest = row.vm_line_min_pu, max(row.vm_phase_pu)
            yield _deviation(row, lowest, "mv_min", "max_deviation_mv_percent", policy)
            yield _deviation(row, highest, "mv_max", "max_deviation_mv_percent", policy)
        else:
            lowest, highest = row.vm_min_pu, max(row.vm_phase_pu)
            yield _deviation(row, lowest, "phase_min", "max_drop_single_phase_percent", policy)
            yield _deviation(row, highest, "phase_max", "max_rise_single_phase_percent", policy)
            if row.id in solved.three_phase:
                line = row.vm_line_min_pu
                yield _deviation(row, line, "line_min", "max_deviation_three_phase_percent", policy)


def _deviation(
    row: NodeResult, vm_pu: float, quantity: str, name: str, policy: PolicyPack
) -> Finding:
    text = NO_NOTE
    if vm_pu < _MODEL_VALID_ABOVE_PU:
        text = note("below 0.8 pu loads no longer draw what the model says")
    rule = policy.rule(f"voltage.{name}")
    limit = policy.number(rule.name)
    subject = Subject(
        check=DEVIATION, element=row.id, quantity=quantity, level=row.level, note=text
    )
    signed = limit if quantity.endswith("max") else -limit
    return deviation(subject, PERCENT * (vm_pu - 1), rule, limit=signed)


def _above_the_clause(row: NodeResult, policy: PolicyPack) -> Finding:
    text = note(
        "above {vn_kv:g} kV other limits hold, which are not checked", vn_kv=_JUDGED_UP_TO_KV
    )
    subject = Subject(check=DEVIATION, element=row.id, quantity="mv_min", note=text)
    rule = policy.rule("voltage.max_deviation_mv_percent")
    return not_checked(subject, rule, value=PERCENT * (row.vm_min_pu - 1), unit="%")


def _unbalance(solved: Solved, policy: PolicyPack) -> Iterator[Finding]:
    rule = policy.rule("voltage.max_unbalance_percent")
    limit = policy.number(rule.name)
    for row in solved.nodes:
        subject = Subject(check=UNBALANCE, element=row.id, level=row.level)
        yield at_most(subject, row.unbalance_percent, rule, limit=limit, unit="%")
