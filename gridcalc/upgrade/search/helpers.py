"""Which options could help against a broken limit, as weights of a cut."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace

from gridcalc.upgrade import lookup
from gridcalc.upgrade.measures import (
    AddCapacitor,
    NewSubstation,
    ReplaceCable,
    ReplaceTransformer,
    SecondTransformer,
    SetTap,
    SplitFeeder,
)
from gridcalc.upgrade.search.judge import SEVERE_PU, Broken
from gridcalc.upgrade.search.space import (
    KEEP,
    Var,
    balance_place,
    cable_place,
    capacitor_place,
    feeder_place,
    source_place,
    split_place,
    taken,
    tap_place,
    unit_place,
)
from gridcalc.upgrade.search.values import (
    CableValues,
    UnitValues,
    cable_values,
    new_cable_values,
    unit_values,
)
from gridcalc.upgrade.search.view import View

_SOME = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cut:
    """What every plan without a broken limit obeys: the weighted sum is at least ``at_least``.

    ``weights`` hold the options by place and position; ``reason`` is the limit it comes from.
    A guide is what nearly every plan without it obeys: it leads to a plan and never counts for
    the lower bound.
    """

    weights: dict[Var, float]
    at_least: float
    reason: Broken
    is_guide: bool = False

    @property
    def can_be_met(self) -> bool:
        """Whether some selection can obey it, other cuts left aside."""
        best: dict[str, float] = {}
        for (place, _), weight in self.weights.items():
            best[place] = max(weight, best.get(place, 0.0))
        return sum(best.values()) >= self.at_least

    def or_any_of(self, options: Iterable[Var]) -> "Cut":
        """Return the cut that any of some options meets too."""
        weights = Weights(of=dict(self.weights))
        weights.suffice(options)
        return replace(weights.cut(self.at_least, self.reason), is_guide=self.is_guide)


@dataclass(slots=True)
class Weights:
    """Weights of a cut while it is made; of two for the same option the larger counts.

    ``enough`` are the options any of which meets the cut, whatever else is taken.
    """

    of: dict[Var, float] = field(default_factory=dict)
    enough: set[Var] = field(default_factory=set)

    def add(self, rows: Iterable[Var], weight: float = 1.0) -> None:
        """Give some options a weight."""
        for var in rows:
            self.of[var] = max(weight, self.of.get(var, weight))

    def suffice(self, rows: Iterable[Var]) -> None:
        """Let any of some options meet the cut."""
        self.enough.update(rows)

    def cut(self, at_least: float, reason: Broken) -> Cut:
        """Return the cut; what is enough outweighs all that counts against."""
        lowest: dict[str, float] = {}
        for (place, _), weight in self.of.items():
            lowest[place] = min(weight, lowest.get(place, 0.0))
        most = max(at_least, _SOME) - sum(lowest.values())
        weights = {**self.of, **dict.fromkeys(self.enough, most)}
        return Cut(weights=weights, at_least=at_least, reason=reason)


def current_cable(view: View, cable: str) -> CableValues:
    """Return the values of a cable as the plan has it."""
    if cable in view.new_cables:
        return new_cable_values(view.space, view.new_cables[cable])
    return cable_values(view.space, cable, _cable_option(view, cable, None))


def _cable_option(view: View, cable: str, position: int | None) -> ReplaceCable | None:
    place = cable_place(cable)
    if place not in view.space.places:
        return None
    option = view.space.option(
        place, taken(view.selection, place) if position is None else position
    )
    return option if isinstance(option, ReplaceCable) else None


def cable_vars(view: View, cable: str, helps: Callable[[CableValues], bool]) -> Iterator[Var]:
    """Yield the other options of a cable whose values would help."""
    place = cable_place(cable)
    if place not in view.space.places:
        return
    for position in range(view.space.n_options(place)):
        if position == taken(view.selection, place):
            continue
        if helps(cable_values(view.space, cable, _cable_option(view, cable, position))):
            yield place, position


def cable_at(view: View, var: Var) -> CableValues:
    """Return the values of a cable with one option."""
    cable = var[0].partition(":")[2]
    return cable_values(view.space, cable, _cable_option(view, cable, var[1]))


def current_unit(view: View, unit: str) -> UnitValues:
    """Return the values of a transformer as the plan has it."""
    place = unit_place(unit)
    position = taken(view.selection, place) if place in view.space.places else KEEP
    return unit_at(view, (place, position))


def unit_at(view: View, var: Var) -> UnitValues:
    """Return the values of a transformer with one option."""
    place, position = var
    option = view.space.option(place, position) if place in view.space.places else None
    known = isinstance(option, ReplaceTransformer | SecondTransformer | NewSubstation)
    return unit_values(view.space, place.partition(":")[2], option if known else None)


def unit_vars(view: View, unit: str, helps: Callable[[UnitValues], bool]) -> Iterator[Var]:
    """Yield the other options of a transformer whose values would help."""
    place = unit_place(unit)
    if place not in view.space.places:
        return
    for position in range(view.space.n_options(place)):
        if position != taken(view.selection, place) and helps(unit_at(view, (place, position))):
            yield place, position


def tap_steps(view: View, unit: str) -> Iterator[tuple[Var, int]]:
    """Yield the other taps of a transformer, and how many steps each differs from the present."""
    place = tap_place(unit)
    if place not in view.space.places:
        return
    steps = [
        option.tap if isinstance(option, SetTap) else _tap_today(view, unit)
        for option in view.space.places[place].options
    ]
    now = steps[taken(view.selection, place)]
    for position, step in enumerate(steps):
        if step != now:
            yield (place, position), step - now


def _tap_today(view: View, unit: str) -> int:
    return next(row.tap for row in view.space.compound.transformers if row.id == unit)


def more_kvar(view: View, unit: str) -> Iterator[tuple[Var, float]]:
    """Yield the larger compensations of a transformer, and how much more each has [kvar]."""
    place = capacitor_place(unit)
    if place not in view.space.places:
        return
    options = view.space.places[place].options
    kvar = [option.kvar if isinstance(option, AddCapacitor) else 0.0 for option in options]
    now = kvar[taken(view.selection, place)]
    for position, value in enumerate(kvar):
        if value > now:
            yield (place, position), value - now


def leave_vars(view: View, feeder: str) -> Iterator[Var]:
    """Yield the options that give a feeder to another transformer."""
    place = feeder_place(feeder)
    if feeder in view.space.homes:
        for position in range(view.space.n_options(place)):
            if position != taken(view.selection, place):
                yield place, position


def split_vars(view: View, cables: Iterable[str]) -> Iterator[tuple[Var, SplitFeeder]]:
    """Yield the options that give boxes a feeder of their own, where they have none yet."""
    for cable in cables:
        place = split_place(cable)
        if place in view.space.places and taken(view.selection, place) == KEEP:
            for position, option in enumerate(view.space.places[place].options):
                if isinstance(option, SplitFeeder):
                    yield (place, position), option


def cables_behind(view: View, cable: str) -> list[str]:
    """Return the LV cables behind a cable, without itself."""
    nodes = view.nodes_behind.get(cable, ())
    found = {view.places[node].path[-1] for node in nodes} - {cable}
    return sorted(found)


def other_ways(view: View, cable: str) -> Iterator[Var]:
    """Yield the options that feed a cable from another board, or do without it."""
    yield from (var for var, _ in split_vars(view, [cable]))
    place = view.places.get(cable_end(view, cable))
    if place is not None and place.path:
        yield from leave_vars(view, place.path[0])


def cable_end(view: View, cable: str) -> str:
    """Return the LV node at the far end of a cable; empty for a 10 kV cable."""
    nodes = view.nodes_behind.get(cable, ())
    return min(nodes, key=lambda node: len(view.places[node].path), default="")


def balance_vars(view: View, nodes: Iterable[str]) -> Iterator[Var]:
    """Yield the options that deal out the units of boxes again, where that is not done yet."""
    for node in nodes:
        place = balance_place(node)
        if place in view.space.places and taken(view.selection, place) == KEEP:
            yield place, KEEP + 1


def source_vars(view: View, cables: Iterable[str]) -> Iterator[Var]:
    """Yield the options that give 10 kV cables another source."""
    for cable in cables:
        place = source_place(cable)
        if place in view.space.places:
            for position in range(view.space.n_options(place)):
                if position != taken(view.selection, place):
                    yield place, position


def raises_voltage(view: View, node: str) -> Iterator[Var]:
    """Yield everything that lifts the voltage of a node at peak, by however little."""
    lv, unit, mv = view.path_of(node)
    for cable in (*lv, *mv):
        now = abs(current_cable(view, cable).z_ohm)
        yield from cable_vars(view, cable, lambda v, z=now: abs(v.z_ohm) < z)  # type: ignore[misc]
    yield from source_vars(view, mv)
    if unit is None:
        return
    z_now = abs(current_unit(view, unit).z_ohm)
    yield from unit_vars(view, unit, lambda v: abs(v.z_ohm) < z_now)
    yield from (var for var, steps in tap_steps(view, unit) if steps < 0)
    yield from (var for var, _ in more_kvar(view, unit))
    yield from relieves_unit(view, unit)
    if lv:
        yield from (var for var, _ in split_vars(view, cables_behind(view, lv[0])))


def relieves_unit(view: View, unit: str) -> Iterator[Var]:
    """Yield everything that takes load off a transformer or spreads it over its phases."""
    for feeder in view.feeders_of_unit(unit):
        yield from leave_vars(view, feeder)
    yield from splits_away(view, unit)
    yield from balance_vars(view, view.nodes_of_unit(unit))


def splits_away(view: View, unit: str) -> Iterator[Var]:
    """Yield the options that take a box of a transformer to another one."""
    for var, option in split_vars(view, view.cables_of_unit(unit)):
        if option.transformer != unit:
            yield var


def lowest_pu(view: View, nodes: Iterable[str]) -> float:
    """Return the lowest phase voltage of some LV nodes; zero where a level has no solution [pu]."""
    if view.state.facts.failed_levels:
        return 0.0
    wanted = set(nodes)
    rows = [row.vm_min_pu for row in view.state.facts.nodes if row.id in wanted]
    return min(rows, default=1.0)


def is_severe(view: View, unit: str | None) -> bool:
    """Return whether voltages below a transformer are so low that nothing is linear there."""
    if view.state.v_none_pu is not None:
        return False
    nodes = view.places if unit is None else view.nodes_of_unit(unit)
    return lowest_pu(view, nodes) < SEVERE_PU


def everything_larger(view: View) -> Iterator[Var]:
    """Yield every option that makes something in the compound stronger."""
    compound = view.case.site.compound
    for unit in compound.transformers:
        now = current_unit(view, unit.id).sn_kva
        yield from unit_vars(view, unit.id, lambda v, s=now: v.sn_kva > s)  # type: ignore[misc]
        yield from (var for var, steps in tap_steps(view, unit.id) if steps < 0)
        yield from (var for var, _ in more_kvar(view, unit.id))
        yield from relieves_unit(view, unit.id)
        yield from (var for var, _ in split_vars(view, view.cables_of_unit(unit.id)))
    for row in lookup.cables(compound):
        z_now = abs(current_cable(view, row.id).z_ohm)
        yield from cable_vars(view, row.id, lambda v, z=z_now: abs(v.z_ohm) < z)  # type: ignore[misc]
        yield from source_vars(view, [row.id])


def anything_helps(view: View, broken: Broken) -> Cut:
    """Return the cut of a limit against which anything stronger may help."""
    weights = Weights()
    weights.add(everything_larger(view))
    return weights.cut(1.0, broken)


def other_new_units(view: View, element: str) -> Iterator[Var]:
    """Yield the other options of the new unit that an element came with."""
    for unit, place in view.space.new_units.items():
        position = taken(view.selection, place)
        option = view.space.option(place, position)
        if isinstance(option, SecondTransformer | NewSubstation):
            names = {unit, option.element}
            if any(element == name or element.startswith(f"{name}-") for name in names):
                yield from ((place, k) for k in range(view.space.n_options(place)) if k != position)
                for feeder in view.feeders_of_unit(unit):
                    yield from leave_vars(view, feeder)


def other_splits(view: View, element: str) -> Iterator[Var]:
    """Yield the other options of boxes that the plan gives a feeder of their own, on the way."""
    place_of = view.places.get(element)
    path = place_of.path if place_of else _way_of(view, element)
    for cable in path:
        place = split_place(cable)
        if place in view.space.places and taken(view.selection, place) != KEEP:
            now = taken(view.selection, place)
            yield from ((place, k) for k in range(view.space.n_options(place)) if k != now)


def _way_of(view: View, cable: str) -> tuple[str, ...]:
    nodes = view.nodes_behind.get(cable, ())
    return min((view.places[node].path for node in nodes), key=len, default=())
