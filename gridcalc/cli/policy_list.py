"""``gridcalc policy list``: the regional rule packs there are."""

import click

from gridcalc.cli.options import Display, example
from gridcalc.cli.saving import listing_options


@click.command("list", epilog=example("gridcalc policy list --lang zh"))
@listing_options
def policy_list(*, display: Display) -> None:
    """List the policy packs with issuer, date and status."""
    from gridcalc.cli.output import show
    from gridcalc.policy import list_policies
    from gridcalc.report.policy_report import policy_list_output
    from gridcalc.report.wording import load_wording

    show(policy_list_output(list_policies(), load_wording(display.lang)), display)
