"""Totals of groups of compounds: verdicts, chargers that fit, cost."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from gridcalc.city.summary.records import (
    NOT_GIVEN,
    STATUSES,
    VERDICTS,
    CityEntry,
    Fit,
    GroupBy,
    Totals,
)
from gridcalc.units import FEN_PER_YUAN


def totals_by(entries: Iterable[CityEntry], by: GroupBy) -> tuple[Totals, ...]:
    """Return the totals of each group in the order in which the groups appear.

    Compounds whose row is silent come last.
    """
    groups: dict[str, list[CityEntry]] = {}
    for entry in entries:
        groups.setdefault(getattr(entry, by), []).append(entry)
    order = sorted(groups, key=lambda name: name == NOT_GIVEN)
    return tuple(totals_of(groups[name], name=name) for name in order)


def totals_by_outcome(entries: Sequence[CityEntry]) -> tuple[Totals, ...]:
    """Return the totals of each verdict, and of each status of those without one."""
    names = (*VERDICTS, *STATUSES)
    groups = {name: [entry for entry in entries if entry.outcome == name] for name in names}
    return tuple(totals_of(rows, name=name) for name, rows in groups.items() if rows)


def totals_of(entries: Sequence[CityEntry], *, name: str = NOT_GIVEN) -> Totals:
    """Return the totals of some compounds."""
    with_works = [entry for entry in entries if entry.has_works]
    cost_yuan = sum(entry.cost_fen or 0 for entry in entries) / FEN_PER_YUAN
    n_households_with_works = sum(entry.n_households for entry in with_works)
    n_enabled = sum(entry.n_enabled or 0 for entry in entries)
    return Totals(
        name=name,
        n_compounds=len(entries),
        statuses=_counts((entry.status for entry in entries), STATUSES),
        verdicts=_counts((entry.verdict for entry in entries if entry.verdict), VERDICTS),
        n_households=sum(entry.n_households for entry in entries),
        n_chargers_wanted=sum(entry.n_private_bays for entry in entries),
        uncontrolled=_fit(entries, "n_fit_uncontrolled"),
        managed=_fit(entries, "n_fit_managed"),
        n_enabled=n_enabled,
        n_with_works=len(with_works),
        n_households_with_works=n_households_with_works,
        n_verified=sum(bool(entry.is_verified) for entry in with_works),
        cost_yuan=cost_yuan,
        yuan_per_household=_over(cost_yuan, n_households_with_works),
        yuan_per_charger=_over(cost_yuan, n_enabled),
    )


def _counts(names: Iterable[str], known: Sequence[str]) -> Mapping[str, int]:
    counts = Counter(names)
    return {name: counts[name] for name in known}


def _fit(
    entries: Iterable[CityEntry], field: Literal["n_fit_uncontrolled", "n_fit_managed"]
) -> Fit:
    known = [(entry.n_private_bays, getattr(entry, field)) for entry in entries]
    known = [(wanted, fit) for wanted, fit in known if fit is not None]
    return Fit(
        n_compounds=len(known),
        n_wanted=sum(wanted for wanted, _ in known),
        n_fit=sum(fit for _, fit in known),
    )


def _over(yuan: float, n: int) -> float | None:
    return yuan / n if yuan and n else None
