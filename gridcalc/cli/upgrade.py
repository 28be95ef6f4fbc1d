"""``gridcalc upgrade``: the cheapest works that make a compound fit."""

import functools
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any, Literal, ParamSpec, TypeVar

import click

from gridcalc.cli.check import LIMITS_BROKEN
from gridcalc.cli.choices import Percentage
from gridcalc.cli.options import (
    Display,
    Rules,
    Runs,
    all_option,
    example,
    file_argument,
    force_option,
    question_options,
    rules_options,
)
from gridcalc.cli.saving import result_options

P = ParamSpec("P")
R = TypeVar("R")
CANNOT_WRITE = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """With which prices and how plans are searched; ``None`` leaves it to the limits."""

    prices: str | None
    trigger_loading_percent: float | None
    target_loading_percent: float | None
    max_parallel: int
    max_judged: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which plan is written where; ``None`` where it is not written."""

    strategy: Literal["no_control", "orderly", "least_cost"]
    plan: str | None
    applied: str | None
    force: bool
    strict: bool


def _search_options(command: Callable[P, R]) -> Callable[P, R]:
    """Add prices and bounds of the search; the command gets them as ``search``."""

    @click.option("--prices", metavar="ID|FILE", help="Price book.  [default: national-2025]")
    @click.option(
        "--trigger-loading",
        "trigger_loading_percent",
        type=Percentage(0, 100, min_open=True),
        help="Transformers and cables loaded above it get works, as well as what breaks a limit."
        " [%]  [default: the limits]",
    )
    @click.option(
        "--target-loading",
        "target_loading_percent",
        type=Percentage(0, 100, min_open=True),
        help="What the plan builds may be loaded so far; at most the trigger. [%]"
        "  [default: the trigger]",
    )
    @click.option(
        "--max-parallel",
        type=click.IntRange(1, 8),
        default=2,
        show_default=True,
        help="Most equal LV cables in parallel. [-]",
    )
    @click.option(
        "--max-judged",
        type=click.IntRange(1, 100_000),
        default=200,
        show_default=True,
        help="Most plans of a strategy that are put through the checks; what is found by then is"
        " given with its gap. [-]",
    )
    @functools.wraps(command)
    def wrapper(*args: Any, **options: Any) -> R:
        search = Search(**{field.name: options.pop(field.name) for field in fields(Search)})
        return command(*args, search=search, **options)  # type: ignore[arg-type]

    return wrapper


def _wanted_options(command: Callable[P, R]) -> Callable[P, R]:
    """Add which plan is written where; the command gets them as ``wanted``."""

    @click.option(
        "--strategy",
        type=click.Choice(["no_control", "orderly", "least_cost"]),
        default="least_cost",
        show_default=True,
        help="Which plan -o and --apply write and --strict judges: without control of charging,"
        " with it, or the cheaper of the two.",
    )
    @click.option(
        "-o",
        "--output",
        "plan",
        metavar="PLAN.yaml",
        help="Write the quantities of the plan; 'gridcalc cost' reads them. [default: not written]",
    )
    @click.option(
        "--apply",
        "applied",
        metavar="OUT",
        help="Write the compound with the works, as .yaml or .xlsx; 'gridcalc check' reads it."
        " [default: not written]",
    )
    @force_option
    @click.option(
        "--strict", is_flag=True, help="Exit with code 3 if there is no plan. [default: no]"
    )
    @functools.wraps(command)
    def wrapper(*args: Any, **options: Any) -> R:
        wanted = Wanted(**{field.name: options.pop(field.name) for field in fields(Wanted)})
        return command(*args, wanted=wanted, **options)  # type: ignore[arg-type]

    return wrapper


@click.command(
    short_help="Which works make it fit, at least cost?",
    epilog=example(
        "gridcalc upgrade riverside.yaml -o plan.yaml --apply riverside-after.yaml",
        "gridcalc upgrade riverside.yaml --strategy no_control --prices our-prices.yaml --lang zh",
    ),
)
@file_argument
@_search_options
@_wanted_options
@question_options
@all_option
@rules_options
@result_options
def upgrade(
    *,
    file: str,
    search: Search,
    wanted: Wanted,
    runs: Runs,
    show_all: bool,
    rules: Rules,
    display: Display,
) -> None:
    """Find the cheapest works that make a compound fit, verified by a study, priced, in stages.

    FILE is a compound file (YAML, or a fill-in workbook); '-' reads standard input. Three plans
    stand side by side: without control of charging, with orderly charging, and the cheaper of the
    two.

    Ctrl-C ends the search with the plan found so far; a second one ends the command at once.
    Without a plan yet the first one does, with exit code 130.
    """
    from gridcalc.catalogue import load_catalogue
    from gridcalc.cli.output import show
    from gridcalc.cli.said import announce
    from gridcalc.cli.upgrading import check_wanted, plan_of, read_inputs, upgraded, write_wanted
    from gridcalc.report.upgrade_report import upgrade_output
    from gridcalc.report.wording import load_wording

    check_wanted(file, search, wanted, rules)
    catalogue = load_catalogue(rules.catalogue_dir)
    inputs = read_inputs(file, catalogue=catalogue, rules=rules, runs=runs, search=search)
    found = upgraded(inputs, catalogue=catalogue, runs=runs, search=search)
    unwritten = write_wanted(found, wanted, inputs=inputs, catalogue=catalogue, lang=display.lang)
    show(upgrade_output(found, load_wording(display.lang), show_all=show_all), display)
    if found.stopped is not None:
        announce("the search was stopped by the user; what is open stands in the result")
    if unwritten:
        announce(f"Error: {unwritten}")
    if wanted.strict and plan_of(found, wanted) is None:
        click.get_current_context().exit(LIMITS_BROKEN)
    if unwritten:
        click.get_current_context().exit(CANNOT_WRITE)
