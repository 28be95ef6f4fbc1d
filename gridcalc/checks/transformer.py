"""Loading of transformers: three-phase, per phase, and with one unit out."""

from collections.abc import Iterator
from dataclasses import replace

from gridcalc.checks.facts import Facts
from gridcalc.checks.finding import Finding, Subject, at_most, info
from gridcalc.compound.model import Compound
from gridcalc.notes import NO_NOTE, Note, note
from gridcalc.policy import PolicyPack
from gridcalc.powerflow.elements import TransformerResult
from gridcalc.units import PERCENT

LOADING = "transformer.loading"
N_MINUS_1 = "transformer.n_minus_1"
HOT_SPOT = "transformer.hot_spot"


def loading_rules(compound: Compound) -> dict[str, str]:
    """Return the name of the rule that limits the three-phase loading of each transformer."""
    return {
        unit.id: "transformer.max_pair_loading_percent"
        if station.lv_tie
        else "transformer.max_loading_percent"
        for station in compound.substations
        for unit in station.transformers
    }


def transformer_loading(facts: Facts) -> Iterator[Finding]:
    """Yield three-phase loading against the design limit and phase loading against the rating."""
    policy = facts.site.policy
    rules = loading_rules(facts.site.compound)
    phase_rule = policy.rule("transformer.max_phase_loading_percent")
    for row in facts.transformers:
        rule = policy.rule(rules[row.id])
        subject = Subject(
            check=LOADING, element=row.id, level=row.level, note=_severity(row, policy)
        )
        limit = policy.number(rule.name)
        yield at_most(subject, row.loading_percent, rule, limit=limit, unit="%")
        if row.above_80_percent_h is not None:
            yield _heavy(row.id, row.above_80_percent_h, policy)
        phase, worst = row.worst_phase
        subject = Subject(
            check=LOADING,
            element=row.id,
            quantity="phase",
            level=row.level,
            note=note("phase {phase}, against a third of the rated power", phase=phase),
        )
        limit = policy.number(phase_rule.name)
        yield at_most(subject, worst, phase_rule, limit=limit, unit="%")


def _heavy(transformer: str, hours: float, policy: PolicyPack) -> Finding:
    """Return how long the load is heavy: a statistic of the utility, told and not judged."""
    rule = policy.rule("transformer.heavy_duration_h")
    limit = policy.number(rule.name)
    subject = Subject(
        check=LOADING,
        element=transformer,
        quantity="heavy_duration",
        level="days",
        note=note(
            "hours of the day above {heavy:g} %",
            heavy=policy.number("transformer.heavy_loading_percent"),
        ),
    )
    finding = info(subject, rule, value=hours, limit=limit, unit="h")
    return replace(finding, utilisation=hours / limit if limit else 0.0)


def _severity(row: TransformerResult, policy: PolicyPack) -> Note:
    heavy = policy.number("transformer.heavy_loading_percent")
    if row.above_80_percent_h:
        return note(
            "above {heavy:g} % for {hours:.1f} h of the day",
            heavy=heavy,
            hours=row.above_80_percent_h,
        )
    if row.loading_percent > policy.number("transformer.overload_percent"):
        return note("overload")
    if row.loading_percent > heavy:
        return note("heavy load if it lasts")
    return NO_NOTE


def transformer_hot_spot(facts: Facts) -> Iterator[Finding]:
    """Yield hot spot and ageing over the simulated days: a second opinion that never judges."""
    policy = facts.site.policy
    rule = policy.rule("ageing.second_opinion")
    for row in facts.days.hot_spots if facts.days and policy.flag(rule.name) else ():
        subject = Subject(
            check=HOT_SPOT,
            element=row.id,
            level="days",
            note=note(
                "{life:.2f} days of life used in a day; limit of {source}",
                life=row.life_days_per_day,
                source=row.source,
            ),
        )
        finding = info(subject, rule, value=row.hot_spot_celsius, limit=row.max_celsius, unit="°C")
        yield replace(finding, utilisation=row.hot_spot_celsius / row.max_celsius)


def transformer_n_minus_1(facts: Facts) -> Iterator[Finding]:
    """Yield whether the units that remain carry all grade 1 and 2 loads of a tied substation."""
    policy = facts.site.policy
    rule = policy.rule("transformer.n_minus_1_max_loading_percent")
    sn_kva = {row.id: row.sn_kva for row in facts.transformers}
    for station in facts.site.compound.substations:
        ids = [unit.id for unit in station.transformers]
        if not station.lv_tie or not set(ids) <= set(sn_kva):
            continue
        critical = sum(facts.grade12_kva.get(unit, 0.0) for unit in ids)
        rest = min(sum(sn_kva[other] for other in ids if other != out) for out in ids)
        subject = Subject(
            check=N_MINUS_1,
            element=station.id,
            level="station",
            note=note(
                "{critical:.0f} kVA of grade 1 and 2 on the units that remain", critical=critical
            ),
        )
        limit = policy.number(rule.name)
        yield at_most(subject, PERCENT * critical / rest, rule, limit=limit, unit="%")
