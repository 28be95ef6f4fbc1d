"""Cuts from main breakers that are rated below their transformer and carry too much."""

from collections.abc import Iterator
from dataclasses import replace

from gridcalc.units import PERCENT
from gridcalc.upgrade.measures import ReplaceBreaker
from gridcalc.upgrade.search.helpers import (
    Cut,
    Weights,
    anything_helps,
    current_unit,
    more_kvar,
    relieves_unit,
    split_vars,
    unit_vars,
)
from gridcalc.upgrade.search.judge import Broken
from gridcalc.upgrade.search.space import Var, breaker_place, taken
from gridcalc.upgrade.search.view import View

_MARGIN = 0.15
"""By how much the current of a transformer may fall when nothing is taken off it: losses, voltage
and taps. [-]"""


def overload(view: View, broken: Broken) -> Iterator[Cut]:
    """Yield the cuts of a main breaker that does not carry the load.

    It becomes larger, alone or with its transformer, or the load becomes less. What other works
    take off by the way is within a margin; a guide asks for a breaker that is large enough now.
    """
    unit = broken.finding.element
    device = view.case.site.protection().get(unit)
    if unit not in view.case.site.network.transformers.ids or device is None:
        yield Cut(weights={}, at_least=1.0, reason=broken)
        return
    needed_a = device.in_a * (broken.finding.value or 0.0) / PERCENT
    least_a = needed_a * (1 - _MARGIN)
    yield _cut(view, broken, least_a, may_be_little=least_a <= device.in_a)
    yield replace(_cut(view, broken, needed_a, may_be_little=False), is_guide=True)


def _cut(view: View, broken: Broken, in_a: float, *, may_be_little: bool) -> Cut:
    unit = broken.finding.element
    weights = Weights()
    if may_be_little:
        weights.add(anything_helps(view, broken).weights)
    now = current_unit(view, unit).sn_kva
    weights.add(_breaker_vars(view, unit, in_a))
    weights.add(unit_vars(view, unit, lambda v: v.sn_kva > now))
    weights.add(relieves_unit(view, unit))
    weights.add(var for var, _ in split_vars(view, view.cables_of_unit(unit)))
    weights.add(var for var, _ in more_kvar(view, unit))
    return weights.cut(1.0, broken)


def _breaker_vars(view: View, unit: str, in_a: float) -> Iterator[Var]:
    """Yield the other main breakers of a unit with at least some rated current [A]."""
    place = breaker_place(unit)
    if place not in view.space.places:
        return
    now, rows = taken(view.selection, place), view.space.catalogue.breakers
    for position, option in enumerate(view.space.places[place].options):
        if position == now or not isinstance(option, ReplaceBreaker):
            continue
        if rows[option.breaker].rated_i_a >= in_a:
            yield place, position
