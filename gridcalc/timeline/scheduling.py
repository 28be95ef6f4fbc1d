"""Steps one after another: when each can begin and end, and which ones decide the finish."""

from collections.abc import Mapping, Sequence

from gridcalc.timeline.records import Slot, Step


def schedule(steps: Sequence[Step]) -> Mapping[str, Slot]:
    """Return where each step lies, every step as early as its predecessors allow.

    Parameters
    ----------
    steps
        Predecessors stand before their successors.

    Notes
    -----
    Critical path method: slack is the latest end of the backward pass less the earliest one.

    Examples
    --------
    >>> from gridcalc.timeline.records import Basis
    >>> def step(name, days, *after):
    ...     return Step(id=name, after=after, working_days=days, responsible="utility",
    ...                 basis=Basis(rules=()))
    >>> slots = schedule([step("a", 3), step("b", 5, "a"), step("c", 2, "a")])
    >>> slots["b"].end_day, slots["c"].slack_days
    (8, 3)
    """
    begins: dict[str, int] = {}
    ends: dict[str, int] = {}
    for step in steps:
        begins[step.id] = max((ends[name] for name in step.after), default=0)
        ends[step.id] = begins[step.id] + step.working_days
    finish = max(ends.values(), default=0)
    latest = {step.id: finish for step in steps}
    for step in reversed(steps):
        for name in step.after:
            latest[name] = min(latest[name], latest[step.id] - step.working_days)
    return {
        step.id: Slot(
            begin_day=begins[step.id],
            end_day=ends[step.id],
            slack_days=latest[step.id] - ends[step.id],
        )
        for step in steps
    }
