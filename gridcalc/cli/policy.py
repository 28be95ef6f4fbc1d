"""``gridcalc policy``: regional rule packs."""

import click

from gridcalc.cli.options import example
from gridcalc.cli.policy_compare import policy_compare
from gridcalc.cli.policy_list import policy_list
from gridcalc.cli.policy_show import policy_show


@click.group(epilog=example("gridcalc policy show national"))
def policy() -> None:
    """Regional rules with their clauses: list, show, compare."""


policy.add_command(policy_list)
policy.add_command(policy_show)
policy.add_command(policy_compare)
