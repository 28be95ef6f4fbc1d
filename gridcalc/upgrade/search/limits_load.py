"""Cuts from currents: cables, their devices, and rings that lose a way in."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from gridcalc.compound.model import LvCable
from gridcalc.units import PERCENT
from gridcalc.upgrade import lookup
from gridcalc.upgrade.measures import SplitFeeder
from gridcalc.upgrade.search.helpers import (
    Cut,
    Weights,
    balance_vars,
    cable_vars,
    cables_behind,
    current_cable,
    everything_larger,
    is_severe,
    lowest_pu,
    more_kvar,
    raises_voltage,
    relieves_unit,
    source_vars,
    split_vars,
)
from gridcalc.upgrade.search.judge import HIGHEST_PU, Broken
from gridcalc.upgrade.search.limits_voltage import voltage_weights
from gridcalc.upgrade.search.space import Var, split_place, taken
from gridcalc.upgrade.search.values import CableValues, split_ampacity_a
from gridcalc.upgrade.search.view import View, far_end


def loading(view: View, broken: Broken) -> Iterator[Cut]:
    """Yield the cut of a cable that carries too much, or whose device does."""
    name, quantity = broken.finding.element, broken.finding.quantity
    place = split_place(name)
    if place in view.space.places and taken(view.selection, place):
        yield _own_feeder(view, broken)
        return
    weights = Weights()
    now = current_cable(view, name)
    if quantity == "device_setting":
        weights.add(cable_vars(view, name, lambda v: v.in_a <= v.ampacity_a))
        weights.add(var for var, _ in split_vars(view, [name]))
        yield weights.cut(1.0, broken)
        return
    value, need = _value_of(quantity), _needed_a(broken, now)
    least = max(need * least_share(view, name), value(now) * (1 + 1e-9))
    weights.suffice(cable_vars(view, name, lambda v: value(v) >= least))
    row = lookup.cable(view.case.site.compound, name)
    if isinstance(row, LvCable):
        weights.suffice(var for var, _ in split_vars(view, [name, *cables_behind(view, name)]))
        weights.suffice(balance_vars(view, view.nodes_behind.get(name, ())))
    else:
        _relieve_mv(view, name, weights)
    is_near = value(now) >= need * least_share(view, name)
    lack = need / value(now) - 1
    cut = _by_voltage(view, broken, weights, lack) if is_near else weights.cut(1.0, broken)
    if view.state.facts.days is None:
        yield cut
        return
    yield replace(cut, is_guide=True)
    yield cut.or_any_of(_changing_days(view, name, is_near=is_near))


def _changing_days(view: View, cable: str, *, is_near: bool) -> Iterator[Var]:
    """Yield what may change the current of a cable on simulated days by more than is known.

    Households draw less the more of them a transformer has, so it matters where any feeder is;
    where little is lacking, a controller that shares out what there is may make the difference.
    """
    for unit in view.case.site.compound.transformers:
        yield from relieves_unit(view, unit.id)
    if is_near:
        yield from raises_voltage(view, far_end(view, cable))
        yield from everything_larger(view)


def least_share(view: View, cable: str) -> float:
    """Return what share of a cable's current is left at least once voltages are high [-].

    Loads keep their power, so no current falls further than voltages behind it can rise.
    """
    nodes = view.nodes_behind.get(cable)
    if nodes is None:
        units = view.case.site.compound.transformers
        fed = [unit.id for unit in units if cable in view.mv_path_of_unit(unit.id)]
        nodes = tuple(node for unit in fed for node in view.nodes_of_unit(unit))
    return lowest_pu(view, nodes) / HIGHEST_PU


def _by_voltage(view: View, broken: Broken, weights: Weights, lack: float) -> Cut:
    """Return the cut with what a higher voltage brings too: loads keep their power."""
    node = far_end(view, broken.finding.element)
    if is_severe(view, view.path_of(node)[1]):
        weights.suffice((*raises_voltage(view, node), *everything_larger(view)))
        return weights.cut(1.0, broken)
    lifted = voltage_weights(view, broken.finding, node, lack)
    weights.suffice(lifted.enough)
    weights.of.update({var: weight / lack for var, weight in lifted.of.items()})
    return weights.cut(1.0, broken)


def _value_of(quantity: str) -> Callable[[CableValues], float]:
    if quantity == "protective_device":
        return lambda values: values.in_a
    return lambda values: values.ampacity_a


def _needed_a(broken: Broken, now: CableValues) -> float:
    """Return the ampacity or rated current that a cable needs for the current it carries [A]."""
    finding = broken.finding
    value = finding.value or 0.0
    limit = finding.limit or PERCENT
    base = now.in_a if finding.quantity == "protective_device" else now.ampacity_a
    return base * value / limit


def _own_feeder(view: View, broken: Broken) -> Cut:
    """Return the cut of a box's new feeder: a larger one, or none."""
    place = split_place(broken.finding.element)
    options = view.space.places[place].options
    now = options[taken(view.selection, place)]
    weights = Weights()
    for position, option in enumerate(options):
        larger = (
            isinstance(option, SplitFeeder)
            and isinstance(now, SplitFeeder)
            and split_ampacity_a(view.space, option) > split_ampacity_a(view.space, now)
        )
        if option is None or larger:
            weights.add([(place, position)])
    nodes = view.nodes_behind.get(broken.finding.element, ())
    weights.add(balance_vars(view, nodes))
    return weights.cut(1.0, broken)


def _relieve_mv(view: View, cable: str, weights: Weights) -> None:
    """Weigh what takes transformers, or feeders of theirs, off a 10 kV cable."""
    weights.suffice(source_vars(view, [cable]))
    for unit in view.case.site.compound.transformers:
        path = view.mv_path_of_unit(unit.id)
        if cable in path:
            weights.suffice(source_vars(view, path))
            weights.suffice(relieves_unit(view, unit.id))
            weights.suffice(var for var, _ in more_kvar(view, unit.id))


def ring(view: View, broken: Broken) -> Iterator[Cut]:
    """Yield the cut of a ring's heaviest cable with one way in out of service."""
    name, finding = broken.finding.element, broken.finding
    now = current_cable(view, name).ampacity_a
    need = now * (finding.value or 0.0) / (finding.limit or PERCENT)
    weakest = lowest_pu(view, view.places) / HIGHEST_PU
    least = max(need * weakest, now * (1 + 1e-9))
    weights = Weights()
    weights.add(cable_vars(view, name, lambda v: v.ampacity_a >= least))
    for unit in view.case.site.compound.transformers:
        weights.add(relieves_unit(view, unit.id))
        weights.add(var for var, _ in more_kvar(view, unit.id))
    if need * weakest <= now:
        weights.add(everything_larger(view))
    weights.add(source_vars(view, [row.id for row in view.case.site.compound.mv_cables]))
    yield weights.cut(1.0, broken)
