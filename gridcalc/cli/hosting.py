"""``gridcalc hosting``: how many chargers fit, and what binds."""

import click

from gridcalc.cli.foreign import ForeignOptions, foreign_options
from gridcalc.cli.options import (
    Display,
    Draws,
    Rules,
    draw_options,
    example,
    file_argument,
    rules_options,
)
from gridcalc.cli.saving import listing_options


@click.command(
    short_help="How many private chargers fit, and what binds?",
    epilog=example(
        "gridcalc hosting riverside.yaml --charging managed --risk 0.01",
        "gridcalc hosting riverside.yaml --draws 500 --format json > hosting.json",
    ),
)
@file_argument
@click.option(
    "--scenario",
    default="ev-100+ebike-50",
    show_default=True,
    metavar="NAME",
    help="Whose e-bike sockets are connected, as in 'check'; the number of chargers is searched.",
)
@draw_options
@foreign_options
@rules_options
@listing_options
def hosting(
    *,
    file: str,
    scenario: str,
    draws: Draws,
    foreign: ForeignOptions,
    rules: Rules,
    display: Display,
) -> None:
    """Say how many private chargers a compound carries, and which limit comes first.

    FILE is a compound file (YAML or fill-in workbook) or a pandapower network (.json or .xlsx);
    '-' reads a compound from standard input. The factor method gives one number;
    simulated days give the largest number whose risk to break a limit is accepted.
    """
    from gridcalc.catalogue import load_catalogue
    from gridcalc.cli.foreign import host_foreign, parted
    from gridcalc.cli.output import show
    from gridcalc.cli.reading import read_all
    from gridcalc.cli.searching import hosted
    from gridcalc.report.foreign_hosting import foreign_hosting_output
    from gridcalc.report.hosting_report import hosting_output
    from gridcalc.report.wording import load_wording

    wording = load_wording(display.lang)
    if parted([file], foreign)[1]:
        network = host_foreign(file, scenario=scenario, draws=draws, rules=rules, options=foreign)
        show(foreign_hosting_output(network, wording), display)
        return
    catalogue = load_catalogue(rules.catalogue_dir)
    (row,) = read_all([file], catalogue=catalogue, rules=rules, scenarios=[scenario])
    found = hosted(row, catalogue=catalogue, scenario=scenario, draws=draws)
    show(hosting_output(found, wording), display)
