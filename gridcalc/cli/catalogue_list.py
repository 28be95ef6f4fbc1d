"""``gridcalc catalogue list``: equipment tables."""

from pathlib import Path

import click

from gridcalc.cli.options import Display, catalogue_option, example
from gridcalc.cli.saving import listing_options


@click.command(
    "list",
    epilog=example(
        "gridcalc catalogue list", "gridcalc catalogue list transformers --save transformers.csv"
    ),
)
@click.argument("kind", required=False)
@catalogue_option
@listing_options
def catalogue_list(*, kind: str | None, catalogue_dir: Path | None, display: Display) -> None:
    """List a table with source and mark of every row; units stand in the column names.

    KIND is the name of a table, such as transformers or cables_lv; without it the tables are
    listed.
    """
    from gridcalc.catalogue import load_catalogue
    from gridcalc.cli.output import show
    from gridcalc.report.catalogue_report import catalogue_output, kinds_output
    from gridcalc.report.wording import load_wording

    wording = load_wording(display.lang)
    if kind is None:
        show(kinds_output(wording), display)
    else:
        show(catalogue_output(kind, load_catalogue(catalogue_dir), wording), display)
