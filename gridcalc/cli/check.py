"""``gridcalc check``: load, power flow, all checks, verdict."""

import click

from gridcalc.cli.options import (
    Display,
    Rules,
    Runs,
    all_option,
    display_options,
    example,
    files_argument,
    rules_options,
    run_options,
)

LIMITS_BROKEN = 3


@click.command(
    short_help="Do the compounds carry the chargers?",
    epilog=example(
        "gridcalc check riverside.yaml --scenario ev-100 --lang zh",
        "gridcalc check *.yaml --format json --strict > result.json",
    ),
)
@files_argument
@run_options
@click.option(
    "--strict", is_flag=True, help="Exit with code 3 if any limit is broken. [default: no]"
)
@all_option
@rules_options
@display_options
def check(
    *,
    files: tuple[str, ...],
    runs: Runs,
    strict: bool,
    show_all: bool,
    rules: Rules,
    display: Display,
) -> None:
    """Say whether compounds carry the chargers: load, power flow, all checks, verdict.

    FILE is a compound file (YAML); '-' reads standard input.
    """
    from gridcalc.catalogue import load_catalogue
    from gridcalc.cli.output import show
    from gridcalc.cli.reading import read_all
    from gridcalc.cli.studying import any_limit_broken, study_all
    from gridcalc.report.check_report import check_output
    from gridcalc.report.wording import load_wording

    catalogue = load_catalogue(rules.catalogue_dir)
    found = read_all(files, catalogue=catalogue, rules=rules, scenarios=runs.scenarios)
    checked = study_all(found, catalogue=catalogue, runs=runs)
    show(check_output(checked, load_wording(display.lang), show_all=show_all), display.fmt)
    if strict and any_limit_broken(checked):
        click.get_current_context().exit(LIMITS_BROKEN)
