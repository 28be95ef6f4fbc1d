"""``gridcalc catalogue``: what can be bought, and the tables behind the rules."""

import click

from gridcalc.cli.catalogue_list import catalogue_list
from gridcalc.cli.options import example


@click.group(epilog=example("gridcalc catalogue list cables_lv --lang zh"))
def catalogue() -> None:
    """Equipment and rule tables with source and confidence."""


catalogue.add_command(catalogue_list)
