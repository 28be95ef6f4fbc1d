"""``gridcalc policy show``: the rules of a pack with their clauses."""

import click

from gridcalc.cli.options import Display, example
from gridcalc.cli.saving import listing_options


@click.command("show", epilog=example("gridcalc policy show ningxia-2025 --lang zh"))
@click.argument("ref", metavar="ID|FILE")
@listing_options
def policy_show(*, ref: str, display: Display) -> None:
    """Show every rule of a policy pack with its value, unit, clause and mark.

    ID is an id of 'gridcalc policy list', FILE the path of a pack of your own.
    """
    from gridcalc.cli.output import show
    from gridcalc.policy import load_policy
    from gridcalc.report.policy_report import policy_output
    from gridcalc.report.wording import load_wording

    show(policy_output(load_policy(ref), load_wording(display.lang)), display)
