"""Cuts from transformers: loading in all and per phase, and one unit out."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from gridcalc.units import N_PHASES, PERCENT, SQRT3, V_PER_KV, VN_MV_KV, W_PER_KW
from gridcalc.upgrade.search.helpers import (
    Cut,
    Weights,
    anything_helps,
    balance_vars,
    cable_at,
    cable_vars,
    current_cable,
    current_unit,
    is_severe,
    leave_vars,
    more_kvar,
    relieves_unit,
    source_vars,
    split_vars,
    splits_away,
    tap_steps,
    unit_at,
    unit_vars,
)
from gridcalc.upgrade.search.judge import HIGHEST_PU, Broken
from gridcalc.upgrade.search.patterns import limit_rule, ratings_of
from gridcalc.upgrade.search.space import Var, feeder_place, unit_place
from gridcalc.upgrade.search.station import (
    StationLoads,
    dominates,
    signatures_of,
    station_loads,
)
from gridcalc.upgrade.search.view import View

_DAYS_MARGIN = 0.05
"""By how much a peak of simulated days can fall when something else is built. [-]"""
_LOSS_MARGIN = 1.2
"""What less loss brings, widened for the better voltage. [-]"""
_PER_LIFT = 2.5
"""Share of losses that a higher voltage takes away, by the lift: currents squared. [-]"""
_PHASE = "phase"


def loading(view: View, broken: Broken) -> Iterator[Cut]:
    """Yield the cuts of a transformer that carries too much.

    What its feeders demand for sure gives covers: so many feeders as heavy as these never fit on
    a unit of this size. Where only losses break the limit, less of them counts too.
    """
    unit = broken.finding.element
    if view.state.facts.days is not None:
        yield from _of_days(view, broken)
        return
    loads = station_loads(view, unit)
    feeders = [name for name in loads.rows if name]
    phase = broken.finding.quantity == _PHASE
    now = current_unit(view, unit)
    sure_kva = loads.s_kva(feeders, kvar=_kvar(view, unit), phase=phase)
    if sure_kva > _capacity(view, unit, now.sn_kva, phase=phase):
        yield from _covers(view, broken, loads, feeders)
    elif is_severe(view, unit):
        yield anything_helps(view, broken)
    else:
        yield _of_losses(view, broken)


def _kvar(view: View, unit: str) -> float:
    rows = view.case.site.compound.transformers
    return next(row.compensation_kvar or 0.0 for row in rows if row.id == unit)


def _capacity(view: View, unit: str, sn_kva: float, *, phase: bool) -> float:
    """Return what a unit of some rating may carry in the place of another one [kVA]."""
    policy = view.space.policy
    if phase:
        return sn_kva * policy.number("transformer.max_phase_loading_percent") / PERCENT
    return sn_kva * policy.number(limit_rule(view.space, unit)) / PERCENT


def _covers(
    view: View, broken: Broken, loads: StationLoads, feeders: Sequence[str]
) -> Iterator[Cut]:
    """Yield the covers of a unit: of every rating it may have where no feeder can move away."""
    phase = broken.finding.quantity == _PHASE
    unit = loads.unit
    kvar = _kvar(view, unit)
    compensated = loads.s_kva(feeders, kvar=None, phase=phase)
    everything = loads.s_kva(feeders, kvar=kvar, phase=phase)
    now = current_unit(view, unit).sn_kva
    moves = any(_targets(view, name) for name in feeders)
    ratings = {now} if moves else {now, *(rating for rating, _ in ratings_of(view.space, unit))}
    for level in sorted(_capacity(view, unit, sn_kva, phase=phase) for sn_kva in ratings):
        if everything > level:
            hopeless = compensated > level
            wanted = None if hopeless else kvar
            cover = _smallest_cover(loads, feeders, level, kvar=wanted, phase=phase)
            kvar_helps = () if hopeless else more_kvar(view, unit)
            yield _cover_cut(view, broken, unit, cover, level, kvar_helps)


def _smallest_cover(
    loads: StationLoads, feeders: Sequence[str], level: float, *, kvar: float | None, phase: bool
) -> list[str]:
    """Return feeders that together exceed a capacity, none of them superfluous."""
    alone = {name: loads.s_kva([name], kvar=kvar, phase=phase) for name in feeders}
    cover = sorted(feeders, key=lambda name: (alone[name], name))
    for name in tuple(cover):
        rest = [other for other in cover if other != name]
        if loads.s_kva(rest, kvar=kvar, phase=phase) > level:
            cover = rest
    return cover


def _cover_cut(
    view: View,
    broken: Broken,
    unit: str,
    cover: Sequence[str],
    level: float,
    kvar_helps: Iterable[tuple[Var, float]],
) -> Cut:
    """Return that a unit of this capacity has one feeder less than a cover, or as heavy ones."""
    phase = broken.finding.quantity == _PHASE
    homes = view.space.homes
    wide = _as_heavy(view, cover, phase=phase)
    movable = [name for name in wide if name in homes and unit in homes[name].targets]
    n_fixed = sum(1 for name in cover if name not in homes)
    weights = Weights()
    more = float(max(1, len(movable) + n_fixed - len(cover) + 1))
    larger = unit_vars(view, unit, lambda v: _capacity(view, unit, v.sn_kva, phase=phase) > level)
    weights.add([*larger, *_current_if_larger(view, unit, level, phase=phase)], more)
    behind = {cable for name in wide for cable in _cables_of(view, name)}
    splits = split_vars(view, sorted(behind))
    weights.add((var for var, option in splits if option.transformer != unit), more)
    weights.add((var for var, _ in kvar_helps), more)
    if phase:
        weights.add(balance_vars(view, view.places), more)
    for name in movable:
        weights.of[_var(view, name, unit)] = -1.0
    return weights.cut(float(n_fixed - len(cover) + 1), broken)


def _current_if_larger(view: View, unit: str, level: float, *, phase: bool) -> Iterator[Var]:
    """Yield the present option of a unit where that has more than a capacity."""
    place = unit_place(unit)
    if place in view.space.places:
        var = (place, view.selection.get(place, 0))
        if _capacity(view, unit, unit_at(view, var).sn_kva, phase=phase) > level:
            yield var


def _cables_of(view: View, feeder: str) -> list[str]:
    nodes = view.nodes_behind.get(feeder, ())
    return [view.places[node].path[-1] for node in nodes]


def _var(view: View, feeder: str, unit: str) -> Var:
    return feeder_place(feeder), view.space.homes[feeder].targets.index(unit)


def _of_days(view: View, broken: Broken) -> Iterator[Cut]:
    """Yield the cut of a peak of simulated days: a larger unit, or less on it.

    Where losses may be what breaks the limit, anything that lowers them is enough, because
    results tell the day of no single loss. A guide says how much each thicker cable or tap
    takes away at the currents reported.
    """
    unit, finding = broken.finding.element, broken.finding
    now = current_unit(view, unit)
    needed = now.sn_kva * (finding.value or 0.0) / (finding.limit or PERCENT)
    least = max(needed * (1 - _DAYS_MARGIN), now.sn_kva * (1 + 1e-9))
    weights = Weights()
    weights.add(unit_vars(view, unit, lambda v: v.sn_kva >= least))
    weights.add(relieves_unit(view, unit))
    weights.add(var for var, _ in more_kvar(view, unit))
    if needed * (1 - _DAYS_MARGIN) > now.sn_kva:
        yield weights.cut(1.0, broken)
        return
    share = float(N_PHASES) if finding.quantity == _PHASE else 1.0
    excess = ((finding.value or 0.0) - (finding.limit or 0.0)) / PERCENT * now.sn_kva / share
    less = _less_on_days(view, unit, excess)
    guiding = Weights(of={**less, **weights.of})
    weights.add([*less, *(var for var, _ in split_vars(view, view.cables_of_unit(unit)))])
    yield weights.cut(1.0, broken)
    yield replace(guiding.cut(1.0, broken), is_guide=True)


def _less_on_days(view: View, unit: str, excess_kva: float) -> dict[Var, float]:
    """Return what takes losses off a transformer on simulated days, as a share of an excess.

    A cable that holds cars back counts in full: with a thicker one they charge at other times.
    """
    weights = Weights()
    binding = _holding_back(view)
    lost_kva = 0.0
    for feeder in view.feeders_of_unit(unit):
        lost_kva += _losses_kva(view, feeder)
        for var, less_kva in _less_losses(view, feeder):
            binds = var[0].partition(":")[2] in binding
            weights.add([var], 1.0 if binds else min(less_kva / excess_kva, 1.0))
    for var, lift_pu in _lifts(view, unit):
        weights.add([var], min(_PER_LIFT * lift_pu * lost_kva / excess_kva, 1.0))
    return weights.of


def _holding_back(view: View) -> set[str]:
    """Return the cables so full that they may hold controlled cars back."""
    if view.state.facts.charging == "uncontrolled":
        return set()
    kept = 1.0 - view.space.policy.number("orderly.headroom_percent") / PERCENT - _DAYS_MARGIN
    full = {row.id for row in view.state.facts.branches if row.loading_percent >= PERCENT * kept}
    devices = {row.element: row.in_a for row in view.case.site.compound.protection}
    for row in view.state.facts.branches:
        if row.i_max_a >= kept * devices.get(row.id, float("inf")):
            full.add(row.id)
    return full


def _of_losses(view: View, broken: Broken) -> Cut:
    """Return the cut of a unit that only losses overload.

    With these feeders, or others that demand as much, either losses fall by the excess, or the
    unit is larger. The losses of feeders count up to what keeps the cut valid for one feeder
    less.
    """
    unit, finding = broken.finding.element, broken.finding
    phase = finding.quantity == _PHASE
    share = float(N_PHASES) if phase else 1.0
    sn_kva = current_unit(view, unit).sn_kva
    excess = ((finding.value or 0.0) - (finding.limit or 0.0)) / PERCENT * sn_kva
    per_kva = share / (_LOSS_MARGIN * excess)
    feeders = view.feeders_of_unit(unit)
    heavy = [
        name
        for name in _as_heavy(view, feeders, phase=phase)
        if name in feeders or unit in _targets(view, name)
    ]
    lost = {name: _losses_kva(view, name) for name in heavy}
    together = sum(lost[name] for name in feeders)
    most = together / max(len(feeders) - 1, 1)
    weight = {name: 1.0 + per_kva * min(lost[name], most) for name in heavy}
    fixed = [name for name in feeders if unit not in _targets(view, name)]
    weights = Weights()
    own = sum(1.0 + per_kva * min(lost[name], most) for name in feeders)
    total = sum(weight[name] for name in heavy) + 1.0
    larger = unit_vars(view, unit, lambda v: v.sn_kva > sn_kva)
    weights.add(larger, total)
    weights.add(splits_away(view, unit), total)
    if phase:
        weights.add(balance_vars(view, view.nodes_of_unit(unit)), total)
    for var, kvar in more_kvar(view, unit):
        weights.add([var], min(kvar / excess, 1.0))
    for name in heavy:
        for var, less_kva in _less_losses(view, name):
            weights.add([var], min(share * less_kva / excess, 1.0))
    for var, lift_pu in _lifts(view, unit):
        weights.add([var], min(share * _PER_LIFT * lift_pu * sum(lost.values()) / excess, 1.0))
    for name in heavy:
        if unit in _targets(view, name):
            weights.of[_var(view, name, unit)] = -weight[name]
    at_least = 1.0 - own + sum(weight[name] for name in fixed)
    return weights.cut(at_least, broken)


def _lifts(view: View, unit: str) -> Iterator[tuple[Var, float]]:
    """Yield what lifts the voltage of an LV board from above, and by how much at most [pu]."""
    step = view.case.site.network.transformers.tap_step_percent[
        view.case.site.network.transformers.ids.index(unit)
    ]
    for var, steps in tap_steps(view, unit):
        if steps < 0:
            yield var, -_LOSS_MARGIN * steps * float(step) / PERCENT
    path = view.mv_path_of_unit(unit)
    rows = {row.id: row.i_max_a for row in view.state.facts.branches}
    for cable in path:
        now = current_cable(view, cable).z_ohm
        for var in cable_vars(view, cable, lambda v, z=now: abs(v.z_ohm) < abs(z)):  # type: ignore[misc]
            less_v = abs(now - cable_at(view, var).z_ohm) * rows[cable] * SQRT3
            yield var, less_v / (VN_MV_KV * V_PER_KV)
    yield from ((var, HIGHEST_PU - 1.0) for var in source_vars(view, path))


def _targets(view: View, feeder: str) -> tuple[str, ...]:
    home = view.space.homes.get(feeder)
    return () if home is None else home.targets


def _as_heavy(view: View, feeders: Sequence[str], *, phase: bool) -> list[str]:
    """Return some feeders, and all others that demand at least as much as each of them."""
    known = signatures_of(view.state)
    others = {
        name
        for name, signature in known.items()
        if name and all(dominates(signature, known[own], phase=phase) for own in feeders)
    }
    return sorted({*feeders, *others})


def _losses_kva(view: View, feeder: str) -> float:
    return sum(
        _squares(view, cable) * abs(current_cable(view, cable).z_ohm) / W_PER_KW
        for cable in _cables_of(view, feeder)
    )


def _squares(view: View, cable: str) -> float:
    """Return the sum of the squares of a cable's currents, neutral included [A2]."""
    row = next((row for row in view.state.facts.branches if row.id == cable), None)
    return 0.0 if row is None else sum(i**2 for i in row.i_phase_a) + row.i_neutral_a**2


def _less_losses(view: View, feeder: str) -> Iterator[tuple[Var, float]]:
    """Yield the larger cables of a feeder, and by how much each lowers losses at most [kVA]."""
    for cable in _cables_of(view, feeder):
        now = current_cable(view, cable).z_ohm
        squares = _squares(view, cable)
        for var in cable_vars(view, cable, lambda v, z=now: abs(v.z_ohm) < abs(z)):  # type: ignore[misc]
            less_ohm = abs(now - cable_at(view, var).z_ohm)
            yield var, _LOSS_MARGIN * squares * less_ohm / W_PER_KW


def n_minus_1(view: View, broken: Broken) -> Iterator[Cut]:
    """Yield the cut of a substation whose units cannot carry the critical loads with one out."""
    station = broken.finding.element
    rows = view.case.site.compound.substations
    units = next(row.transformers for row in rows if row.id == station)
    weights = Weights()
    for unit in units:
        now = current_unit(view, unit.id).sn_kva
        weights.add(unit_vars(view, unit.id, lambda v, s=now: v.sn_kva > s))  # type: ignore[misc]
        for feeder in view.feeders_of_unit(unit.id):
            weights.add(leave_vars(view, feeder))
    for unit_id, place in view.space.new_units.items():
        if view.selection.get(place, 0) == 0:
            weights.add(unit_vars(view, unit_id, lambda v: v.sn_kva > 0))
    yield weights.cut(1.0, broken)
