"""Which steps a connection takes, and which of them wait for which."""

from collections.abc import Iterable, Iterator
from typing import cast

from gridcalc.policy import PolicyPack
from gridcalc.timeline.deadlines import (
    WORKS_BY,
    WORKS_COUNTED_FROM,
    Days,
    permit_days,
    utility_days,
    works_limit,
)
from gridcalc.timeline.records import Basis, Responsible, Settled, Step

WORKS = "external_works"
_BEFORE_WORKS = ("acceptance", "site_survey", "supply_scheme")
_BESIDE_WORKS = ("design_review", "intermediate_inspection")


def connection_steps(settled: Settled, policy: PolicyPack) -> tuple[Step, ...]:
    """Return the steps of a connection, predecessors first.

    The supply scheme comes first. Then permit and external works go on beside the customer's own
    design and what the utility inspects of it. Inspection and connection wait for all of these.

    Raises
    ------
    InputError
        The pack lists no usable steps, or leaves them no day.
    """
    days = utility_days(settled, policy)
    before = tuple(_chain((row for row in days if row.id in _BEFORE_WORKS), ()))
    scheme = _last(before)
    beside = tuple(_chain(_customer_side(days, settled), scheme))
    outside = tuple(_outside(settled, policy, scheme))
    sides = _last(beside) + _ends(outside)
    known = (*_BEFORE_WORKS, *_BESIDE_WORKS)
    after = _chain((row for row in days if row.id not in known), sides or scheme)
    return (*before, *beside, *outside, *after)


def scheme_end(steps: Iterable[Step]) -> str | None:
    """Return the step whose end settles the supply scheme: the last one before the works."""
    ids = [step.id for step in steps if step.id in _BEFORE_WORKS]
    return ids[-1] if ids else None


def counts_from_scheme(settled: Settled, policy: PolicyPack) -> bool:
    """Return whether the days of the 10 kV works run from the supply scheme, permit included."""
    return settled.is_hv and policy.text(WORKS_COUNTED_FROM) == "supply_scheme"


def _customer_side(days: Iterable[Days], settled: Settled) -> Iterator[Days]:
    if settled.design_days is not None:
        yield Days(id="design", working_days=settled.design_days, basis=Basis(rules=()))
    yield from (row for row in days if row.id in _BESIDE_WORKS)


def _outside(settled: Settled, policy: PolicyPack, scheme: tuple[str, ...]) -> Iterator[Step]:
    if not settled.external_works:
        return
    is_window = settled.works_days is None and counts_from_scheme(settled, policy)
    after = scheme
    if settled.permit is not None:
        permit = permit_days(settled.permit, policy)
        yield _step(permit, after=scheme, responsible="authority")
        after = scheme if is_window else (permit.id,)
    limit = works_limit(settled, policy)
    responsible = cast("Responsible", policy.text(WORKS_BY))
    if settled.works_days is None:
        yield _step(limit, after=after, responsible=responsible)
        return
    given = Days(id=WORKS, working_days=settled.works_days, basis=Basis(rules=()))
    yield _step(given, after=after, responsible=responsible)


def _chain(days: Iterable[Days], after: tuple[str, ...]) -> Iterator[Step]:
    for row in days:
        responsible: Responsible = "customer" if row.id == "design" else "utility"
        yield _step(row, after=after, responsible=responsible)
        after = (row.id,)


def _step(days: Days, *, after: tuple[str, ...], responsible: Responsible) -> Step:
    return Step(
        id=days.id,
        after=after,
        working_days=days.working_days,
        responsible=responsible,
        basis=days.basis,
        is_share=days.is_share,
    )


def _last(steps: tuple[Step, ...]) -> tuple[str, ...]:
    return (steps[-1].id,) if steps else ()


def _ends(steps: tuple[Step, ...]) -> tuple[str, ...]:
    """Return the steps for which no other of them waits."""
    waited_for = {name for step in steps for name in step.after}
    return tuple(step.id for step in steps if step.id not in waited_for)
