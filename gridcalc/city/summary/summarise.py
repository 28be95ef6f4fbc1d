"""The totals of a city run in one pass over its results."""

from collections.abc import Iterable

from gridcalc.city.records import CityResult
from gridcalc.city.summary.counts import (
    binding_counts,
    grade_counts,
    missing_counts,
    payer_totals,
    works_totals,
)
from gridcalc.city.summary.entries import entry_of
from gridcalc.city.summary.ranking import ranked
from gridcalc.city.summary.records import CitySummary
from gridcalc.city.summary.totals import totals_by, totals_by_outcome, totals_of


def summarise(results: Iterable[CityResult]) -> CitySummary:
    """Return what the results of a city run come to.

    Parameters
    ----------
    results
        In the order of the table; read once, and only what the totals need is kept.

    Returns
    -------
    CitySummary
        Amounts are rounded to fen compound by compound, so that the groups add up to the total.

    Examples
    --------
    >>> summarise([]).total.n_compounds
    0
    """
    entries = [entry_of(result) for result in results]
    return CitySummary(
        total=totals_of(entries),
        outcomes=totals_by_outcome(entries),
        areas=totals_by(entries, "area"),
        lines=totals_by(entries, "line"),
        policies=totals_by(entries, "policy"),
        templates=totals_by(entries, "template"),
        bindings=binding_counts(entries),
        payers=payer_totals(entries),
        works=works_totals(entries),
        grades=grade_counts(entries),
        missing=missing_counts(entries),
        ranking=ranked(entries),
    )
