"""``gridcalc export``: compounds and schemas for other programs."""

import functools
from collections.abc import Callable
from dataclasses import fields
from typing import Any, Literal, ParamSpec, TypeVar

import click

from gridcalc.cli.file_target import FileTarget, file_target_options
from gridcalc.cli.options import (
    CHARGING,
    NetChoice,
    Rules,
    days_option,
    example,
    participation_option,
    percentile_option,
    rules_options,
    seed_option,
)

P = ParamSpec("P")
R = TypeVar("R")
DESIGN = ("uncontrolled", "design")
"""Charging mode and season of the factor method."""
ENDINGS = {"workbook": (".xlsx",), "yaml": (".yaml", ".yml")}
"""Forms of a compound file, and how their names end."""


def net_options(command: Callable[P, R]) -> Callable[P, R]:
    """Add what says which run is written; the command gets it as ``choice``."""

    @click.option(
        "--scenario",
        default="ev-100",
        show_default=True,
        metavar="NAME",
        help="What is connected: today, ev-N, ebike-N or ev-N+ebike-N, N in %.",
    )
    @click.option(
        "--level",
        metavar="LEVEL",
        help="Whose units share a demand factor: station, feeder or box; simulated days have no"
        " levels.  [default: feeder]",
    )
    @click.option(
        "--method",
        type=click.Choice(["factor", "stochastic"]),
        default="factor",
        show_default=True,
        help="Demand method; of simulated days the quarter hour is written at which the most loaded"
        " transformer has its reported peak.",
    )
    @click.option(
        "--charging",
        type=click.Choice(CHARGING),
        default="uncontrolled",
        show_default=True,
        help="Charging mode of the simulated days.",
    )
    @click.option(
        "--season",
        type=click.Choice(["design", "summer", "winter"]),
        default="design",
        show_default=True,
        help="Season of the simulated days; design is the one the policy pack names, and the only"
        " one of the factor method.",
    )
    @days_option
    @percentile_option
    @participation_option
    @seed_option
    @functools.wraps(command)
    def wrapper(*args: Any, **options: Any) -> R:
        choice = NetChoice(**{field.name: options.pop(field.name) for field in fields(NetChoice)})
        return command(*args, choice=choice, **options)  # type: ignore[arg-type]

    return wrapper


@click.command(
    epilog=example(
        "gridcalc export riverside.yaml --to pandapower -o riverside.json --scenario ev-100",
        "gridcalc export riverside.yaml --to workbook -o riverside.xlsx --lang zh",
        "gridcalc export --to schema --of site -o site.schema.json",
    )
)
@click.argument("file", metavar="[FILE]", required=False)
@click.option(
    "--to",
    "form",
    type=click.Choice(["pandapower", "opendss", "geojson", "workbook", "yaml", "schema"]),
    required=True,
    help="Form: one run as a pandapower net, an OpenDSS script or map features with results; the"
    " compound as a workbook to fill in or as YAML; the JSON Schema of a kind of files (no FILE).",
)
@click.option(
    "-o",
    "--output",
    "target",
    metavar="OUT",
    required=True,
    help="File to write, .xlsx for a workbook; '-' writes to standard output.",
)
@click.option(
    "--of",
    "kind",
    type=click.Choice(["compound", "site", "design"]),
    default="compound",
    show_default=True,
    help="Which files the schema is of: compounds, sites of route, or sites of design.",
)
@click.option(
    "--layout",
    metavar="LAYERS",
    help="For geojson: where cables and boxes lie, as in 'gridcalc report'. [default: not known]",
)
@net_options
@rules_options
@file_target_options
def export(
    *,
    file: str | None,
    form: str,
    target: FileTarget,
    kind: Literal["compound", "site", "design"],
    layout: str | None,
    choice: NetChoice,
    rules: Rules,
) -> None:
    """Write a compound for another program, or in its other form.

    FILE is a compound file (YAML, or a fill-in workbook); '-' reads standard input. Bus names of
    the pandapower net are node ids; runpp_3ph gives what 'gridcalc check' reports: the voltages of
    the factor method, or the load of the most loaded transformer on simulated days. The OpenDSS
    script says which bus is which node.
    """
    from gridcalc.cli.exporting import geojson_of_run, run_text, schema_text, write_form
    from gridcalc.cli.output import check_writable, write

    check_form(form, target.name)
    check_writable(target.name, force=target.force)
    if form == "schema":
        write(schema_text(kind), target.name)
    elif file is None:
        raise click.UsageError(f"--to {form} needs FILE, a compound file")
    elif form in ENDINGS:
        write_form(file, target, rules)
    elif form == "geojson":
        check_run(choice)
        write(geojson_of_run(file, layout, rules, choice), target.name)
    else:
        check_run(choice)
        write(run_text(form, file, rules, choice), target.name)


def check_form(form: str, target: str) -> None:
    """Refuse a target whose name does not end like the form of a compound file.

    Raises
    ------
    click.UsageError
        Another ending, or a workbook on standard output.
    """
    endings = ENDINGS.get(form)
    if endings is None or (target == "-" and form == "yaml"):
        return
    if not target.lower().endswith(endings):
        raise click.UsageError(f"--to {form} needs -o with a name in {' or '.join(endings)}")


def check_run(choice: NetChoice) -> None:
    """Refuse options of a run that its method does not know.

    Raises
    ------
    click.UsageError
        A clock without simulated days, or a level with them.
    """
    if choice.method == "factor" and (choice.charging, choice.season) != DESIGN:
        raise click.UsageError(
            "the factor method has no clock and no season; --charging and --season need"
            " --method stochastic"
        )
    if choice.method != "factor" and choice.level is not None:
        raise click.UsageError("simulated days have no levels; --level needs --method factor")
