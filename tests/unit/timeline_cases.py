"""What the tests of the timeline share: a compound with one or two sources, and its timeline."""

from datetime import date

from gridcalc.policy import load_policy
from gridcalc.timeline.connection import connection_timeline
from gridcalc.timeline.records import Application, Timeline


def timeline_of(compound, *, policy="ningxia-2025", start="2026-03-02", **options) -> Timeline:
    pack = load_policy(policy) if isinstance(policy, str) else policy
    application = Application(start=date.fromisoformat(start), **options)
    return connection_timeline(application, compound, policy=pack)


def dates(timeline):
    """Return first and last day of every step by its id, as month-day."""
    return {row.step.id: (f"{row.start:%m-%d}", f"{row.finish:%m-%d}") for row in timeline.steps}


def days(timeline):
    return {row.step.id: row.step.working_days for row in timeline.steps}


def limit(timeline, name):
    (row,) = [row for row in timeline.limits if row.basis.rules[0].name == name]
    return row
