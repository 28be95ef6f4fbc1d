"""How long works take on site."""

from math import ceil

from gridcalc.policy import PolicyPack
from gridcalc.upgrade.measures import Measure


def works_days(measure: Measure, policy: PolicyPack) -> int:
    """Return the working days a measure takes on site; a part of a day counts as a whole one.

    Parameters
    ----------
    measure
        The works.
    policy
        Says how long each kind of works takes.

    Examples
    --------
    >>> from gridcalc.policy import load_policy
    >>> from gridcalc.upgrade.measures import SetTap
    >>> works_days(SetTap(transformer="T1", tap=-1), load_policy("national"))
    1
    """
    return ceil(policy.number(f"works.{measure.kind}_working_days"))
