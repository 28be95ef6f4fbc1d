"""``gridcalc validate``: all problems of a file, or what it holds."""

import click

from gridcalc.cli.options import (
    Display,
    Rules,
    all_option,
    example,
    files_argument,
    rules_options,
)
from gridcalc.cli.saving import listing_options


@click.command(
    short_help="Problems of files, or what they hold.",
    epilog=example(
        "gridcalc validate riverside.yaml lakeside.yaml",
        "gridcalc validate riverside.yaml --all --lang zh",
    ),
)
@files_argument
@all_option
@rules_options
@listing_options
def validate(*, files: tuple[str, ...], show_all: bool, rules: Rules, display: Display) -> None:
    """List all problems of compound files, or what they hold and what is assumed.

    FILE is a compound file (YAML, or a fill-in workbook); '-' reads standard input. Problems are
    named by file, line and key path, or by sheet and cell; the exit code is then 1.
    """
    from gridcalc.catalogue import load_catalogue
    from gridcalc.cli.output import show
    from gridcalc.cli.reading import read_all
    from gridcalc.report.validate_report import validate_output
    from gridcalc.report.wording import load_wording

    found = read_all(files, catalogue=load_catalogue(rules.catalogue_dir), rules=rules)
    show(validate_output(found, load_wording(display.lang), show_all=show_all), display)
