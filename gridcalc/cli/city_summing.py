"""A result directory in, summed up: its manifest, its compounds, the works by year."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from gridcalc.city.lines.records import LineResult
from gridcalc.city.records import CityResult
from gridcalc.city.store import COMPOUNDS, FEEDERS, read_manifest, results_of
from gridcalc.city.store.parquet import read_columns
from gridcalc.cli.city_reading import DEFAULT_YEARS, Money
from gridcalc.errors import InputError, Problem

if TYPE_CHECKING:
    from gridcalc.city.summary.records import GroupBy
    from gridcalc.city.summary.year_records import Budget
    from gridcalc.report.city_summary_tree import CitySummed


def summed(folder: Path, *, by: "GroupBy | None", n_shown: int, money: Money) -> "CitySummed":
    """Return the run in a result directory summed up.

    Raises
    ------
    InputError
        The directory is none of a city run, or the run is not finished.
    """
    from gridcalc.city.summary.summarise import summarise
    from gridcalc.city.summary.year_plan import plan_years
    from gridcalc.report.city_summary_tree import CitySummed

    manifest = read_manifest(folder)
    summary = summarise(finished_results(folder))
    budget = _budget(money)
    return CitySummed(
        table=manifest.input,
        method=str(manifest.question["method"]),
        policy=manifest.policy,
        scenarios=tuple(manifest.question["scenarios"]),
        n_bad=manifest.n_bad,
        summary=summary,
        by=by,
        n_shown=n_shown,
        year_plan=None if budget is None else plan_years(summary.ranking, budget),
        lines=lines_of(folder),
    )


def finished_results(folder: Path) -> Iterator[CityResult]:
    """Yield the results of a finished run; few are in memory.

    Raises
    ------
    InputError
        ``compounds.parquet`` is missing or damaged.
    """
    with _reading(folder / COMPOUNDS) as path:
        yield from results_of(path)


def used_policies(folder: Path) -> tuple[str, ...]:
    """Return the policy packs of all compounds, each once, in the order of the table.

    Raises
    ------
    InputError
        As ``finished_results``.
    """
    with _reading(folder / COMPOUNDS) as path:
        names = (cells["policy"] for cells in read_columns(path, ("policy",)))
        return tuple(dict.fromkeys(name for name in names if name))


@contextmanager
def _reading(path: Path) -> Iterator[Path]:
    """Say what to do where the table of all compounds is missing or damaged."""
    try:
        yield path
    except FileNotFoundError:
        message = "is not there yet; finish the run with 'gridcalc city run … --resume'"
        raise InputError([Problem(str(path), 0, "", message)]) from None
    except OSError as error:
        message = f"cannot be read: {error}; write it anew with 'gridcalc city run … --resume'"
        raise InputError([Problem(str(path), 0, "", message)]) from None


def lines_of(folder: Path) -> tuple[LineResult, ...]:
    """Return the 10 kV lines of a run; nothing where it was not asked for them.

    Raises
    ------
    InputError
        ``feeders.parquet`` is damaged.
    """
    path = folder / FEEDERS
    if not path.is_file():
        return ()
    from gridcalc.city.lines.rows import RECORD, line_results

    try:
        return line_results(read_columns(path, (RECORD,)))
    except (OSError, ValueError, KeyError, TypeError) as error:
        message = f"cannot be read: {error}; write it anew with 'gridcalc city run … --resume'"
        raise InputError([Problem(str(path), 0, "", message)]) from None


def _budget(money: Money) -> "Budget | None":
    if money.yuan_per_year is None:
        return None
    from gridcalc.city.summary.year_records import Budget

    return Budget(
        yuan_per_year=money.yuan_per_year,
        n_years=money.n_years or DEFAULT_YEARS,
        start_year=money.start_year,
        carries_over=money.carries_over,
        payer=money.payer,
    )
