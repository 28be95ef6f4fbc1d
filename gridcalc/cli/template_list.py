"""``gridcalc template list``: the standard compounds there are."""

import click

from gridcalc.cli.options import Display, example, template_folder
from gridcalc.cli.saving import listing_options


@click.command(
    "list",
    epilog=example("gridcalc template list --lang zh", "gridcalc template list --format json"),
)
@listing_options
def template_list(*, display: Display) -> None:
    """List the standard compounds, shipped and your own, with their parameters."""
    from gridcalc.cli.output import show
    from gridcalc.compound.templates import list_templates
    from gridcalc.report.template_report import template_list_output
    from gridcalc.report.wording import load_wording

    templates = list_templates(template_folder())
    show(template_list_output(templates, load_wording(display.lang)), display)
