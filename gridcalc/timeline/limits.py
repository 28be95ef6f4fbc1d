"""What several steps together may take, and whether they do."""

from collections.abc import Iterator, Mapping, Sequence

from gridcalc.policy import PolicyPack
from gridcalc.timeline.deadlines import utility_days, utility_total, whole_days, works_limit
from gridcalc.timeline.records import Basis, Limit, Settled, Slot, Step
from gridcalc.timeline.steps import WORKS, counts_from_scheme, scheme_end

WHOLE_PROCESS = "whole_process"
_OWN_WHOLE_PROCESS = {
    "lv_residential": "deadline.lv_residential_whole_process",
    "lv_other": "deadline.lv_small_business_whole_process",
}
"""Rules that only some packs have, beside the one that asks for external works."""


def limits_of(
    settled: Settled, steps: Sequence[Step], slots: Mapping[str, Slot], policy: PolicyPack
) -> tuple[Limit, ...]:
    """Return every limit on several steps with what the steps take.

    Parameters
    ----------
    settled, steps, slots
        The application, its steps and where they lie.
    policy
        States the limits.
    """
    return (
        _utility_limit(settled, steps, policy),
        *_works_limits(settled, steps, slots, policy),
        *_whole_process_limits(settled, slots, policy),
    )


def _utility_limit(settled: Settled, steps: Sequence[Step], policy: PolicyPack) -> Limit:
    own = {row.id for row in utility_days(settled, policy)}
    total = utility_total(settled, policy)
    return Limit(
        id=total.id,
        working_days=sum(step.working_days for step in steps if step.id in own),
        limit_working_days=total.working_days,
        is_binding=True,
        basis=total.basis,
    )


def _works_limits(
    settled: Settled, steps: Sequence[Step], slots: Mapping[str, Slot], policy: PolicyPack
) -> Iterator[Limit]:
    if not settled.external_works:
        return
    limit = works_limit(settled, policy)
    scheme = scheme_end(steps)
    begin = slots[WORKS].begin_day
    if counts_from_scheme(settled, policy):
        begin = slots[scheme].end_day if scheme else 0
    yield Limit(
        id=limit.id,
        working_days=slots[WORKS].end_day - begin,
        limit_working_days=limit.working_days,
        is_binding=True,
        basis=limit.basis,
    )


def _whole_process_limits(
    settled: Settled, slots: Mapping[str, Slot], policy: PolicyPack
) -> Iterator[Limit]:
    """Yield the limits from application to connection; they are made for LV customers.

    They bind residents; other LV customers only where they are in the zero-investment service,
    which an application does not say.
    """
    if settled.customer not in _OWN_WHOLE_PROCESS:
        return
    with_works = "with" if settled.external_works else "without"
    names = (f"deadline.lv_{with_works}_external_works", _OWN_WHOLE_PROCESS[settled.customer])
    for name in names:
        rule = policy.rules.get(name)
        if rule is not None:
            yield Limit(
                id=WHOLE_PROCESS,
                working_days=max(slot.end_day for slot in slots.values()),
                limit_working_days=whole_days(rule, policy),
                is_binding=settled.customer == "lv_residential",
                basis=Basis(rules=(rule,)),
            )
