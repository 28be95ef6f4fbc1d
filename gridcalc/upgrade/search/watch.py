"""Whoever waits for a search: what they are told, and whether they want what was found so far."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How far a search is.

    Attributes
    ----------
    n_judged
        Plans put through the checks so far.
    plan_yuan
        The cheapest plan so far that breaks no limit; ``None`` before there is one. [yuan]
    bound_yuan
        No plan costs less, proven by the cuts so far; ``None`` before anything is proven. [yuan]
    """

    n_judged: int
    plan_yuan: float | None
    bound_yuan: float | None


def _unheard(_: Standing) -> None:
    pass


def never() -> bool:
    """Go on to the end."""
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """Who watches a search.

    Attributes
    ----------
    told
        Is told how far the search is before each of its steps.
    stopped
        Is asked before each step, but only while a plan is at hand; ``True`` ends the search with
        that plan.
    has_plan
        Whether another search has found a plan already, so that this one may be stopped without.
    """

    told: Callable[[Standing], None] = _unheard
    stopped: Callable[[], bool] = never
    has_plan: bool = False


UNWATCHED = Watch()


class SearchStoppedError(Exception):
    """Whoever watches wants what was found so far; no error of the user, and never shown."""
