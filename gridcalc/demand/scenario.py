"""Scenarios: how many chargers and e-bike sockets are in use."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from gridcalc.errors import InputError, Problem
from gridcalc.units import PERCENT

_SHARE = "0|[1-9][0-9]{0,2}"
_PATTERN = re.compile(
    rf"today|(?:ev-(?P<ev>{_SHARE}))?\+?(?:ebike-(?P<ebike>{_SHARE}))?",
)

TODAY = "today"
STANDARD_SCENARIOS = (TODAY, "ebike-50", "ev-100", "ev-100+ebike-50")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A stage of the build-out.

    ``ev_share`` is the share of private bays with a charger (public bays follow two to one);
    ``ebike_share`` is sockets per e-bike; ``None`` means as today.
    """

    name: str
    ev_share: float | None
    ebike_share: float | None


def scenarios_in_order(names: Iterable[str]) -> tuple[Scenario, ...]:
    """Return scenarios without repeats, from the least to the most that is connected.

    Raises
    ------
    InputError
        There is none, or a name is wrong.
    """
    scenarios = [parse_scenario(name) for name in dict.fromkeys(names)]
    if not scenarios:
        message = "no scenario is asked for; name at least one, such as ev-100"
        raise InputError([Problem("--scenario", 0, "", message)])
    order = sorted(scenarios, key=lambda s: (s.ev_share or 0.0, s.ebike_share or 0.0, s.name))
    return tuple(order)


def parse_scenario(name: str) -> Scenario:
    """Return the scenario of a name such as ``today``, ``ev-30`` or ``ev-100+ebike-50``.

    Raises
    ------
    InputError
        The name has another form or a share above 100 %. A share has one way to be written, so
        that no stage stands twice in a result: no leading zeros, no full-width digits.

    Examples
    --------
    >>> parse_scenario("ev-30+ebike-50").ev_share
    0.3
    """
    match = _PATTERN.fullmatch(name)
    if not name or match is None or (name != TODAY and not (match["ev"] or match["ebike"])):
        raise InputError([_problem(name)])
    if bool(match["ev"] and match["ebike"]) != ("+" in name):
        raise InputError([_problem(name)])
    shares = [None if text is None else int(text) / PERCENT for text in match.group("ev", "ebike")]
    if any(share is not None and share > 1 for share in shares):
        raise InputError([_problem(name)])
    return Scenario(name=name, ev_share=shares[0], ebike_share=shares[1])


def _problem(name: str) -> Problem:
    message = (
        f"{name!r} is not a scenario; write today, ev-<0…100>, ebike-<0…100>"
        " or both such as ev-100+ebike-50"
    )
    return Problem("--scenario", 0, "", message)
