"""``gridcalc policy compare``: where two packs differ."""

import click

from gridcalc.cli.options import Display, example
from gridcalc.cli.saving import listing_options


@click.command("compare", epilog=example("gridcalc policy compare ningxia-2025 jiangxi-2025"))
@click.argument("first", metavar="ID|FILE")
@click.argument("second", metavar="ID|FILE")
@listing_options
def policy_compare(*, first: str, second: str, display: Display) -> None:
    """Show the rules whose values differ between two policy packs, with both clauses."""
    from gridcalc.cli.output import show
    from gridcalc.policy import load_policy
    from gridcalc.report.policy_report import compare_output
    from gridcalc.report.wording import load_wording

    a, b = load_policy(first), load_policy(second)
    show(compare_output(a, b, load_wording(display.lang)), display)
