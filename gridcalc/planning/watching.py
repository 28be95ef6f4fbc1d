"""Who waits for plans: what they are told, and whether they want what was found so far."""

from collections.abc import Callable
from dataclasses import dataclass

from gridcalc.planning.records import PriceEnd, Strategy
from gridcalc.upgrade.search.watch import Standing, never

Progress = Callable[[str], None]
NAMES: dict[Strategy, str] = {
    "no_control": "no control of charging",
    "orderly": "orderly charging",
}
END_NAMES: dict[PriceEnd, str] = {"low": "all prices low", "high": "all prices high"}
_SOME_YUAN = 0.5


def _silent(_: str) -> None:
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Watcher:
    """Who waits for plans.

    Attributes
    ----------
    progress
        Is told what goes on.
    stopped
        Is asked before each step of a search, but only while a plan is at hand; ``True`` ends the
        search with it. What was not searched then is told in the result.
    """

    progress: Progress = _silent
    stopped: Callable[[], bool] = never


NOBODY = Watcher()


def standing_text(what: str, standing: Standing, more_yuan: float = 0.0) -> str:
    """Return how far a search is, in one line.

    Parameters
    ----------
    what
        What is searched.
    standing
        How far it is.
    more_yuan
        What every plan costs beside the options that are searched. [yuan]

    Examples
    --------
    >>> standing_text("orderly charging", Standing(n_judged=3, plan_yuan=None, bound_yuan=0.0))
    'orderly charging: 3 plans judged; none holds yet'
    >>> standing_text("low", Standing(n_judged=3, plan_yuan=1200.0, bound_yuan=900.0), 100.0)
    'low: 3 plans judged; the cheapest costs 1,300 yuan; none below 1,000 yuan'
    """
    said = [f"{what}: {standing.n_judged} plans judged"]
    if standing.plan_yuan is None:
        said.append("none holds yet")
    else:
        said.append(f"the cheapest costs {standing.plan_yuan + more_yuan:,.0f} yuan")
    bound_yuan = (standing.bound_yuan or 0.0) + more_yuan
    if standing.bound_yuan is not None and bound_yuan > _SOME_YUAN:
        said.append(f"none below {bound_yuan:,.0f} yuan")
    return "; ".join(said)
