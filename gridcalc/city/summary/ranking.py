"""In which order the compounds of a city are best connected."""

from collections.abc import Iterable

from gridcalc.city.summary.records import CityEntry

_READY, _PRICED, _MANAGED, _UNPRICED, _NO_SOLUTION, _NO_RESULT = range(6)


def ranked(entries: Iterable[CityEntry]) -> tuple[CityEntry, ...]:
    """Return the compounds in the order in which they are best connected."""
    return tuple(sorted(entries, key=rank_key))


def rank_key(entry: CityEntry) -> tuple[int, float, float, float, int, str, int]:
    """Return what a compound is ranked by, best first.

    First what is ready; then what a plan makes ready, by the cost of one more charger; then what
    orderly charging makes ready, and what needs works, where no plan was priced; then what has no
    solution; last what could not be computed. Among equals the lower cost goes first, then the
    smaller share of bays without a charger that fits, then more bays, then the id. A plan that
    enables no charger comes after those that do.
    """
    per_charger = entry.yuan_per_charger
    return (
        _class_of(entry),
        float("inf") if per_charger is None else per_charger,
        float("inf") if entry.cost_yuan is None else entry.cost_yuan,
        _missing_share(entry),
        -entry.n_private_bays,
        entry.id,
        entry.row,
    )


def _missing_share(entry: CityEntry) -> float:
    if not entry.n_private_bays:
        return 0.0
    return 1 - (entry.n_fit_uncontrolled or 0) / entry.n_private_bays


def _class_of(entry: CityEntry) -> int:
    if entry.status != "ok" or not entry.verdict:
        return _NO_RESULT
    if entry.verdict == "ready":
        return _READY
    if entry.verdict == "no_solution":
        return _NO_SOLUTION
    if entry.cost_fen is not None:
        return _PRICED
    return _MANAGED if entry.verdict == "ready_managed" else _UNPRICED
