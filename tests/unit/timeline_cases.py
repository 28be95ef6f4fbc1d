"""What the tests of the timeline share: a compound with one or two sources, and its timeline."""

from dataclasses import replace
from datetime import date

from gridcalc.policy import load_policy
from gridcalc.timeline.connection import connection_timeline
from gridcalc.timeline.records import Application, Timeline


def timeline_of(compound, *, policy="ningxia-2025", start="2026-03-02", **options) -> Timeline:
    pack = load_policy(policy) if isinstance(policy, str) else policy
    application = Application(start=date.fromisoformat(start), **options)
    return connection_timeline(application, compound, policy=pack)


def pack_with(pack_id, **values):
    """Return a pack with other values of some rules, ``__`` for the first dot of a name."""
    pack = load_policy(pack_id)
    rules = {name.replace("__", "."): value for name, value in values.items()}
    changed = {name: replace(pack.rule(name), value=value) for name, value in rules.items()}
    return replace(pack, rules={**pack.rules, **changed})


def dates(timeline):
    """Return first and last day of every step by its id, as month-day."""
    return {row.step.id: (f"{row.start:%m-%d}", f"{row.finish:%m-%d}") for row in timeline.steps}


def days(timeline):
    return {row.step.id: row.step.working_days for row in timeline.steps}


def limit(timeline, name):
    (row,) = [row for row in timeline.limits if row.basis.rules[0].name == name]
    return row


def limit_on(timeline, limit_id):
    (row,) = [row for row in timeline.limits if row.id == limit_id]
    return row
