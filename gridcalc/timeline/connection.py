"""The timeline of a connection: steps, dates on the Chinese calendar, limits, assumptions."""

from collections.abc import Iterable
from datetime import date, timedelta

from gridcalc.compound.model import Compound
from gridcalc.policy import PolicyPack, Rule
from gridcalc.provenance import Assumption
from gridcalc.timeline.calendar import (
    first_working_day,
    is_schedule_known,
    known_years,
    working_day_after,
)
from gridcalc.timeline.deadlines import START_DAY_COUNTS, setting_rules
from gridcalc.timeline.limits import limits_of
from gridcalc.timeline.records import Application, DatedStep, Settled, Slot, Step, Timeline
from gridcalc.timeline.scheduling import schedule
from gridcalc.timeline.settling import settle
from gridcalc.timeline.steps import connection_steps


def connection_timeline(
    application: Application, compound: Compound, *, policy: PolicyPack
) -> Timeline:
    """Return when a compound can be connected if every step takes as long as it may.

    Parameters
    ----------
    application
        What the user says; gaps are filled and told.
    compound, policy
        Its 10 kV sources say what kind of customer it is; the pack states the working days.

    Raises
    ------
    InputError
        The start has no calendar, options contradict each other, or the pack has no usable steps.
    """
    settled = settle(application, compound, policy=policy)
    steps = connection_steps(settled, policy)
    slots = schedule(steps)
    limits = limits_of(settled, steps, slots, policy)
    accepted = first_working_day(settled.start)
    day_0 = _day_0(accepted, policy)
    dated = tuple(_dated(step, slots[step.id], day_0, accepted) for step in steps)
    finish = max(row.finish for row in dated)
    bases = [*(step.basis for step in steps), *(limit.basis for limit in limits)]
    rules = [*setting_rules(settled, policy), *(rule for basis in bases for rule in basis.rules)]
    return Timeline(
        compound_id=compound.id,
        policy_id=policy.id,
        settled=settled,
        accepted=accepted,
        finish=finish,
        working_days=max(slot.end_day for slot in slots.values()),
        calendar_days=(finish - settled.start).days,
        steps=dated,
        limits=limits,
        assumptions=_assumptions(settled, rules, finish),
        known_until=_known_until(settled.start, finish),
    )


def _day_0(accepted: date, policy: PolicyPack) -> date:
    """Return the day after which days count: that of acceptance, or the one before it."""
    return accepted - timedelta(days=1) if policy.flag(START_DAY_COUNTS) else accepted


def _dated(step: Step, slot: Slot, day_0: date, accepted: date) -> DatedStep:
    finish = max(working_day_after(day_0, slot.end_day), accepted)
    start = finish if slot.begin_day == slot.end_day else None
    return DatedStep(
        step=step,
        start=start or working_day_after(day_0, slot.begin_day + 1),
        finish=finish,
        slack_days=slot.slack_days,
    )


def _assumptions(settled: Settled, rules: Iterable[Rule], finish: date) -> tuple[Assumption, ...]:
    """Return everything the user did not give, sorted by name, each once."""
    found = {row.name: row for row in settled.assumptions}
    found.update({rule.name: rule.assumption() for rule in rules})
    known_until = _known_until(settled.start, finish)
    if known_until is not None:
        found["timeline.calendar"] = Assumption(
            name="timeline.calendar",
            value="statutory_holidays_only",
            unit="-",
            source="project-assumption",
            confidence="assumed",
            note=f"no holiday schedule after {known_until} is known to this version: there,"
            " weekends and statutory holidays rest, and no weekend is worked in exchange",
        )
    return tuple(sorted(found.values(), key=lambda row: row.name))


def _known_until(start: date, finish: date) -> date | None:
    """Return the last day of the known schedules if a date of the timeline lies beyond it."""
    if is_schedule_known(start) and is_schedule_known(finish):
        return None
    _, last = known_years()
    return date(last, 12, 31)
