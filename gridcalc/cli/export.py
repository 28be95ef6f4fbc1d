"""``gridcalc export``: compounds and schemas for other programs."""

import click

from gridcalc.cli.options import (
    Available,
    Rules,
    example,
    force_option,
    rules_options,
)

_MANY_STATES = "has a load state for every quarter hour of many days, which one net cannot hold"


@click.command(
    epilog=example(
        "gridcalc export riverside.yaml --to pandapower -o riverside.json --scenario ev-100",
        "gridcalc export --to schema -o compound.schema.json",
    )
)
@click.argument("file", metavar="[FILE]", required=False)
@click.option(
    "--to",
    "form",
    type=Available(
        ("pandapower", "schema"), later=("opendss", "geojson"), reason="is not in this version"
    ),
    required=True,
    help="Form: the pandapower net of one run, or the JSON Schema of compound files (no FILE).",
)
@click.option(
    "-o",
    "--output",
    "target",
    metavar="OUT",
    required=True,
    help="JSON file to write; '-' writes to standard output.",
)
@click.option(
    "--scenario",
    default="ev-100",
    show_default=True,
    metavar="NAME",
    help="What is connected: today, ev-N, ebike-N or ev-N+ebike-N, N in %.",
)
@click.option(
    "--level",
    default="feeder",
    show_default=True,
    metavar="LEVEL",
    help="Whose units share a demand factor: station, feeder or box.",
)
@click.option(
    "--season",
    type=click.Choice(["design"]),
    default="design",
    show_default=True,
    expose_value=False,
    help="Season; the factor method has none but the design case.",
)
@click.option(
    "--charging",
    type=Available(("uncontrolled",), later=("tou", "managed"), reason=_MANY_STATES),
    default="uncontrolled",
    show_default=True,
    expose_value=False,
    help="Charging mode; the design codes know uncontrolled charging only.",
)
@click.option(
    "--method",
    type=Available(("factor",), later=("stochastic", "both"), reason=_MANY_STATES),
    default="factor",
    show_default=True,
    expose_value=False,
    help="Demand method of the load state that is written.",
)
@rules_options
@force_option
def export(
    *,
    file: str | None,
    form: str,
    target: str,
    scenario: str,
    level: str,
    rules: Rules,
    force: bool,
) -> None:
    """Write a compound for another program.

    FILE is a compound file (YAML); '-' reads standard input. Bus names of the pandapower net are
    node ids; runpp_3ph gives the voltages that 'gridcalc check' reports.
    """
    from gridcalc.cli.exporting import pandapower_text, schema_text
    from gridcalc.cli.output import check_writable, write

    check_writable(target, force=force)
    if form == "schema":
        write(schema_text(), target)
    elif file is None:
        raise click.UsageError("--to pandapower needs FILE, a compound file")
    else:
        write(pandapower_text(file, rules, scenario=scenario, level=level), target)
