"""``gridcalc template show``: what a standard compound is, and what can be set."""

import click

from gridcalc.cli.options import Display, example, template_folder
from gridcalc.cli.saving import listing_options


@click.command("show", epilog=example("gridcalc template show high-rise --lang zh"))
@click.argument("name")
@listing_options
def template_show(*, name: str, display: Display) -> None:
    """Show description and parameters of a standard compound, with units and ranges.

    NAME is a name of 'gridcalc template list' or the path of a template file.
    """
    from gridcalc.cli.output import show
    from gridcalc.compound.templates import load_template
    from gridcalc.report.template_report import template_output
    from gridcalc.report.wording import load_wording

    template = load_template(name, template_folder())
    show(template_output(template, load_wording(display.lang)), display)
