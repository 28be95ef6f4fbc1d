"""``gridcalc city summary`` and ``gridcalc city report``: the result of a city run, read."""

import functools
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Literal, ParamSpec, TypeVar

import click

from gridcalc.cli.choices import Finite
from gridcalc.cli.language import language_option
from gridcalc.cli.options import Display, Lang, example, force_option
from gridcalc.cli.saving import listing_options

P = ParamSpec("P")
R = TypeVar("R")
PAYERS = ("utility", "government", "developer", "owners", "operator")
DEFAULT_YEARS = 5
_MOST_YUAN = 1e15


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """What may be spent each year; ``None`` where it is not given."""

    yuan_per_year: float | None
    n_years: int | None
    start_year: int | None
    carries_over: bool
    payer: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kinds:
    """Which files are written; none chosen means all."""

    page: bool
    workbook: bool
    layers: bool


def _money_options(command: Callable[P, R]) -> Callable[P, R]:
    """Add the budget; the command gets it as ``money``."""

    @click.option(
        "--budget",
        "yuan_per_year",
        type=Finite(0, _MOST_YUAN, min_open=True),
        help="Plan the works by year with this money. [yuan per year]  [default: no plan]",
    )
    @click.option(
        "--years",
        "n_years",
        type=click.IntRange(1, 30),
        help=f"Years to plan, with --budget. [years]  [default: {DEFAULT_YEARS}]",
    )
    @click.option(
        "--start",
        "start_year",
        type=click.IntRange(1949, 2200),
        help="First year of the plan, with --budget. [year]  [default: years are numbered]",
    )
    @click.option(
        "--carry-over",
        "carries_over",
        is_flag=True,
        help="What a year leaves may be spent in the next. [default: it is lost]",
    )
    @click.option(
        "--budget-of",
        "payer",
        type=click.Choice(PAYERS),
        help="The budget is that of one payer; only its part of the cost counts."
        "  [default: the whole cost counts]",
    )
    @functools.wraps(command)
    def wrapper(*args: Any, **options: Any) -> R:
        money = Money(**{field.name: options.pop(field.name) for field in fields(Money)})
        if money.yuan_per_year is None and any((money.n_years, money.start_year, money.payer)):
            raise click.UsageError("--years, --start and --budget-of go with --budget")
        if money.yuan_per_year is None and money.carries_over:
            raise click.UsageError("--carry-over goes with --budget")
        return command(*args, money=money, **options)  # type: ignore[arg-type]

    return wrapper


@click.command(
    short_help="What does a run come to, and who goes first?",
    epilog=example(
        "gridcalc city summary result --lang zh",
        "gridcalc city summary result --budget 30000000 --years 5 --start 2026",
        "gridcalc city summary result --by line --format csv",
    ),
)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--by",
    type=click.Choice(["area", "line", "policy", "template"]),
    help="Groups of the second table; csv then lists the groups."
    "  [default: area; csv lists the ranked compounds]",
)
@click.option(
    "--top",
    "n_shown",
    type=click.IntRange(0, 100_000),
    default=10,
    show_default=True,
    help="Ranked compounds that table and md show; json and csv hold all. [compounds]",
)
@_money_options
@listing_options
def summary(
    *,
    folder: Path,
    by: Literal["area", "line", "policy", "template"] | None,
    n_shown: int,
    money: Money,
    display: Display,
) -> None:
    """Sum up the run in DIR: verdicts, what binds, chargers, cost by payer, works, the ranking.

    With --budget the compounds are put into years so that most chargers become possible soonest.
    """
    from gridcalc.cli.city_summing import summed
    from gridcalc.cli.output import show
    from gridcalc.report.city_summary_report import city_summary_output
    from gridcalc.report.wording import load_wording

    found = summed(folder, by=by, n_shown=n_shown, money=money)
    show(city_summary_output(found, load_wording(display.lang)), display)


@click.command(
    short_help="Write map, workbook and map layers of a run.",
    epilog=example(
        "gridcalc city report result --lang zh --force",
        "gridcalc city report result -o handout --html",
    ),
)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    "target",
    metavar="DIR2",
    type=click.Path(path_type=Path),
    help="Folder for the files.  [default: DIR]",
)
@click.option("--html", "page", is_flag=True, help="Write map.html. [default: all files]")
@click.option("--xlsx", "workbook", is_flag=True, help="Write summary.xlsx. [default: all files]")
@click.option("--gpkg", "layers", is_flag=True, help="Write compounds.gpkg. [default: all files]")
@language_option("Language of the files.")
@force_option
def report(
    *,
    folder: Path,
    target: Path | None,
    page: bool,
    workbook: bool,
    layers: bool,
    lang: Lang,
    force: bool,
) -> None:
    """Write map.html, summary.xlsx and compounds.gpkg anew from the results in DIR."""
    from gridcalc.cli.city_reporting import write_reports

    kinds = Kinds(page=page, workbook=workbook, layers=layers)
    write_reports(folder, target or folder, kinds=kinds, lang=lang, force=force)
