"""``gridcalc timeline``: when a compound can be connected."""

import functools
from collections.abc import Callable
from dataclasses import fields
from typing import Any, ParamSpec, TypeVar

import click

from gridcalc.cli.options import (
    Display,
    Rules,
    example,
    file_argument,
    force_option,
    rules_options,
)
from gridcalc.cli.saving import result_options
from gridcalc.cli.timing import Asked, Day, GanttFile

LIMITS_BROKEN = 3

P = ParamSpec("P")
R = TypeVar("R")


_start = click.option(
    "--start",
    type=Day(),
    required=True,
    metavar="DATE",
    help="Day of the application, YYYY-MM-DD; a rest day counts as the next working day.",
)
_customer = click.option(
    "--customer",
    type=click.Choice(["lv_residential", "lv_other", "charging", "hv_single", "hv_double"]),
    help="Kind of customer.  [default: hv_single with one 10 kV source in FILE, else hv_double]",
)
_permit = click.option(
    "--permit",
    type=click.Choice(["filing", "approval"]),
    help="Permit of the external works.  [default: timeline.permit_hv or timeline.permit_lv"
    " of the policy pack]",
)
_important = click.option(
    "--important-user",
    is_flag=True,
    help="An important user, high voltage only: more days and inspections where the pack asks"
    " for them. [default: no]",
)
_works = click.option(
    "--external-works/--no-external-works",
    "external_works",
    default=None,
    help="Whether a line is built first.  [default: timeline.external_works_* of the policy"
    " pack: yes at 10 kV, no at low voltage]",
)
_works_days = click.option(
    "--works-days",
    type=click.IntRange(0, 2000),
    metavar="N",
    help="External works take N days. [working days]  [default: the deadline of the pack]",
)
_design_days = click.option(
    "--design-days",
    type=click.IntRange(0, 2000),
    metavar="N",
    help="The customer's own design takes N days. [working days]  [default: not counted]",
)


def _application_options(command: Callable[P, R]) -> Callable[P, R]:
    """Add what is applied for; the command gets it as ``asked``."""

    @_start
    @_customer
    @_permit
    @_important
    @_works
    @_works_days
    @_design_days
    @functools.wraps(command)
    def wrapper(*args: Any, **options: Any) -> R:
        names = [field.name for field in fields(Asked)]
        asked = Asked(**{name: options.pop(name) for name in names})
        return command(*args, asked=asked, **options)  # type: ignore[arg-type]

    return wrapper


@click.command(
    short_help="When is a compound connected?",
    epilog=example(
        "gridcalc timeline riverside.yaml --start 2026-09-28 --permit filing --lang zh",
        "gridcalc timeline riverside.yaml --start 2026-09-28 --customer charging --format json",
        "gridcalc timeline riverside.yaml --start 2026-09-28 --plot timeline.svg",
    ),
)
@file_argument
@_application_options
@click.option(
    "--strict",
    is_flag=True,
    help="Exit with code 3 if a limit on several steps together is broken. [default: no]",
)
@click.option(
    "--plot",
    metavar="FILE",
    help="Draw the steps on the calendar, as .svg or .png. [default: no picture]",
)
@force_option
@rules_options
@result_options
def timeline(
    *,
    file: str,
    asked: Asked,
    strict: bool,
    plot: str | None,
    force: bool,
    rules: Rules,
    display: Display,
) -> None:
    """Say when a compound can be connected, step by step, in Chinese working days.

    FILE is a compound file (YAML, or a fill-in workbook); '-' reads standard input. Every step
    takes as long as the policy pack allows; holidays and make-up working days are those of the
    State Council.
    """
    from gridcalc.cli.output import show
    from gridcalc.cli.timing import check_gantt, timed, write_gantt
    from gridcalc.report.timeline_report import timeline_output
    from gridcalc.report.wording import load_wording

    picture = GanttFile(target=plot, force=force)
    check_gantt(picture)
    found = timed(file, asked, rules)
    wording = load_wording(display.lang)
    write_gantt(picture, found, wording)
    show(timeline_output(found, wording), display)
    if strict and not found.timeline.is_kept:
        click.get_current_context().exit(LIMITS_BROKEN)
