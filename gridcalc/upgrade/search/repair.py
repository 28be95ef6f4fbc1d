"""A plan found step by step: at each broken limit the cheapest option that helps, then less."""

from collections.abc import Callable
from math import inf

from gridcalc.upgrade.search.cuts import cuts_of
from gridcalc.upgrade.search.helpers import Cut
from gridcalc.upgrade.search.judge import Broken
from gridcalc.upgrade.search.links import is_consistent
from gridcalc.upgrade.search.pricing import Costs
from gridcalc.upgrade.search.space import KEEP, Selection, Space, Var, feeder_of

_MAX_STEPS = 400

Judge = Callable[[Selection], tuple[Broken, ...]]


def repaired(
    space: Space,
    costs: Costs,
    start: Selection,
    broken_by: Judge,
    *,
    max_steps: int = _MAX_STEPS,
    below_yuan: float = inf,
) -> Selection | None:
    """Return a plan that breaks no limit, grown from a selection; ``None`` if it gets stuck.

    Every step mends the worst broken limit by the option that gains most for its price; in the
    end what is not needed is taken away again, the dearest first. It is given up after
    ``max_steps`` steps, or once the plan costs ``below_yuan``.
    """
    selection = dict(start)
    for _ in range(max_steps):
        broken = broken_by(selection)
        if not broken:
            return _without_surplus(space, costs, selection, broken_by)
        grown = _step(space, costs, selection, broken)
        if grown is None or costs.plan_yuan(grown) >= below_yuan:
            return None
        selection = grown
    return None


def _step(
    space: Space, costs: Costs, selection: Selection, broken: tuple[Broken, ...]
) -> dict[str, int] | None:
    worst = sorted(broken, key=lambda row: (-row.finding.rank, row.finding.key))
    for row in worst:
        cuts = tuple(cuts_of(space, selection, [row]))
        guides = tuple(cut for cut in cuts if cut.is_guide)
        for var in _ranked(costs, selection, guides or cuts):
            grown = _with(space, selection, var)
            if is_consistent(space, grown):
                return grown
    return None


def _ranked(costs: Costs, selection: Selection, cuts: tuple[Cut, ...]) -> list[Var]:
    """Return the options that help, by what they gain per yuan up to what is needed."""
    found: list[tuple[float, Var]] = []
    for cut in cuts:
        for var, weight in cut.weights.items():
            place, position = var
            now = costs.yuan((place, selection.get(place, KEEP)))
            more_yuan = costs.yuan(var) - now
            if weight <= 0 or position == KEEP or more_yuan <= 0:
                continue
            gain = min(weight, cut.at_least) if cut.at_least > 0 else weight
            found.append((-gain / more_yuan, var))
    return [var for _, var in sorted(found)]


def _with(space: Space, selection: Selection, step: Var) -> dict[str, int]:
    """Return a selection with one more step; a feeder that moves brings its new unit along."""
    place, position = step
    grown = {**selection, place: position}
    feeder = feeder_of(place)
    if feeder:
        unit = space.homes[feeder].targets[position]
        new = space.new_units.get(unit)
        if new is not None and grown.get(new, KEEP) == KEEP:
            grown[new] = space.n_options(new) - 1
    return grown


def _without_surplus(
    space: Space, costs: Costs, selection: Selection, broken_by: Judge
) -> Selection:
    kept = dict(selection)
    for var in sorted(selection.items(), key=lambda var: (-costs.yuan(var), var)):
        if costs.yuan(var) > 0:
            fewer = {place: k for place, k in kept.items() if place != var[0]}
            if is_consistent(space, fewer) and not broken_by(fewer):
                kept = fewer
    return kept
