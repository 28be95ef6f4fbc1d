"""``gridcalc template``: standard compounds."""

import click

from gridcalc.cli.options import example
from gridcalc.cli.template_import import template_import
from gridcalc.cli.template_list import template_list
from gridcalc.cli.template_new import template_new
from gridcalc.cli.template_show import template_show


@click.group(epilog=example("gridcalc template new high-rise -o tower.yaml"))
def template() -> None:
    """Standard compounds to start from: list, show, new, import."""


template.add_command(template_list)
template.add_command(template_show)
template.add_command(template_new)
template.add_command(template_import)
