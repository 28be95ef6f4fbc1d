"""``gridcalc check``: load, power flow, all checks, verdict."""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ParamSpec, TypeVar

import click

from gridcalc.cli.foreign import ForeignOptions, foreign_options
from gridcalc.cli.options import (
    Display,
    Rules,
    Runs,
    all_option,
    example,
    files_argument,
    force_option,
    rules_options,
    run_options,
)
from gridcalc.cli.saving import result_options

LIMITS_BROKEN = 3

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """File of the picture, ``None`` without one, and whether it may be overwritten."""

    target: str | None
    force: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Whether a broken limit ends with a code of its own, and whether everything is listed."""

    strict: bool
    show_all: bool


def _picture_options(command: Callable[P, R]) -> Callable[P, R]:
    """Add ``--plot`` and ``--force``; the command gets them as ``picture``."""

    @click.option(
        "--plot",
        metavar="FILE",
        help="Draw the transformers' simulated day, the most connected scenario, as .svg or .png;"
        " one compound only. [default: no picture]",
    )
    @force_option
    @functools.wraps(command)
    def wrapper(*args: Any, plot: str | None, force: bool, **options: Any) -> R:
        return command(*args, picture=Picture(target=plot, force=force), **options)  # type: ignore[arg-type]

    return wrapper  # type: ignore[return-value]


def _told_options(command: Callable[P, R]) -> Callable[P, R]:
    """Add ``--strict`` and ``--all``; the command gets them as ``told``."""

    @click.option(
        "--strict",
        is_flag=True,
        help="Exit with code 3 if any limit is broken; where a compound has orderly_charging: true,"
        " limits kept under control are kept. [default: no]",
    )
    @all_option
    @functools.wraps(command)
    def wrapper(*args: Any, strict: bool, show_all: bool, **options: Any) -> R:
        return command(*args, told=Told(strict=strict, show_all=show_all), **options)  # type: ignore[arg-type]

    return wrapper  # type: ignore[return-value]


@click.command(
    short_help="Do the compounds carry the chargers?",
    epilog=example(
        "gridcalc check riverside.yaml --scenario ev-100 --lang zh",
        "gridcalc check riverside.yaml --method stochastic --plot riverside.svg",
        "gridcalc check *.yaml --format json --strict > result.json",
        "gridcalc check network.json --loads loads.csv",
    ),
)
@files_argument
@run_options
@_picture_options
@foreign_options
@_told_options
@rules_options
@result_options
def check(
    *,
    files: tuple[str, ...],
    runs: Runs,
    picture: Picture,
    foreign: ForeignOptions,
    told: Told,
    rules: Rules,
    display: Display,
) -> None:
    """Say whether compounds carry the chargers: load, power flow, all checks, verdict.

    FILE is a compound file (YAML or fill-in workbook) or a pandapower network (.json or .xlsx);
    '-' reads a compound from standard input.
    """
    from gridcalc.catalogue import load_catalogue
    from gridcalc.cli.foreign import check_foreign, joined, parted, shown_foreign
    from gridcalc.cli.output import show
    from gridcalc.cli.plotting import check_plot, write_plot
    from gridcalc.cli.reading import read_all
    from gridcalc.cli.studying import any_limit_broken, study_all
    from gridcalc.report.check_report import check_output
    from gridcalc.report.wording import load_wording

    check_plot(picture, files, runs)
    own, others = parted(files, foreign)
    if others and picture.target:
        raise click.UsageError("--plot draws simulated days; a pandapower network has none")
    catalogue = load_catalogue(rules.catalogue_dir)
    found = read_all(own, catalogue=catalogue, rules=rules, scenarios=runs.scenarios)
    networks = check_foreign(others, runs=runs, rules=rules, options=foreign) if others else ()
    checked = study_all(found, catalogue=catalogue, runs=runs)
    wording = load_wording(display.lang)
    write_plot(picture, checked, wording)
    output = check_output(checked, wording, show_all=told.show_all) if own else None
    show(joined(output, shown_foreign(networks, wording, show_all=told.show_all)), display)
    broken = any(not run.passed for row in networks for run in row.study.runs)
    if told.strict and (broken or any_limit_broken(checked)):
        click.get_current_context().exit(LIMITS_BROKEN)
