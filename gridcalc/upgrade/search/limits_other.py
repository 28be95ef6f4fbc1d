"""Cuts from faults, from the 10 kV side, and from how well cars are served."""

from collections.abc import Iterable, Iterator
from math import inf

from gridcalc.checks.mv import installed_kva_by_source
from gridcalc.upgrade import lookup
from gridcalc.upgrade.search.helpers import (
    Cut,
    Weights,
    anything_helps,
    cable_vars,
    current_cable,
    current_unit,
    everything_larger,
    leave_vars,
    other_ways,
    relieves_unit,
    source_vars,
    unit_at,
    unit_vars,
)
from gridcalc.upgrade.search.judge import Broken
from gridcalc.upgrade.search.space import KEEP, taken
from gridcalc.upgrade.search.station import station_loads
from gridcalc.upgrade.search.view import View, start_of


def short_circuit(view: View, broken: Broken) -> Iterator[Cut]:
    """Yield the cut of a cable too thin for the largest fault at its start."""
    name = broken.finding.element
    now = current_cable(view, name).area_mm2
    share = (broken.finding.value or 0.0) / (broken.finding.limit or 1.0)
    weights = Weights()
    weights.add(cable_vars(view, name, lambda v: v.area_mm2 >= now * share * (1 - 1e-9)))
    _weaken(view, start_of(view, name), weights)
    weights.add(other_ways(view, name))
    yield weights.cut(1.0, broken)


def _weaken(view: View, node: str, weights: Weights) -> None:
    """Weigh what lowers the fault level of a node: less copper and smaller units before it."""
    lv, unit, mv = view.path_of(node)
    for cable in (*lv, *mv):
        z_now = abs(current_cable(view, cable).z_ohm)
        weights.add(cable_vars(view, cable, lambda v, z=z_now: abs(v.z_ohm) > z))  # type: ignore[misc]
    weights.add(source_vars(view, mv))
    if unit is None:
        return
    z_unit = abs(current_unit(view, unit).z_ohm)
    weights.add(unit_vars(view, unit, lambda v: abs(v.z_ohm) > z_unit))
    if lv:
        weights.add(leave_vars(view, lv[0]))


def disconnection(view: View, broken: Broken) -> Iterator[Cut]:
    """Yield the cut of a device that the smallest fault behind it does not trip."""
    guard = broken.finding.element
    weights = Weights()
    node = str(dict(broken.finding.note.values)["node"])
    lv, unit, _ = view.path_of(node)
    for cable in lv:
        now = current_cable(view, cable)
        weights.add(other_ways(view, cable))
        weights.add(
            cable_vars(
                view,
                cable,
                lambda v, n=now: abs(v.z_ohm) < abs(n.z_ohm) or v.i_trip_a < n.i_trip_a,  # type: ignore[misc]
            )
        )
    if unit is not None:
        z_now = abs(current_unit(view, unit).z_ohm)
        weights.add(unit_vars(view, unit, lambda v: abs(v.z_ohm) < z_now))
        weights.add(_smaller_main(view, guard))
        weights.add(leave_vars(view, lv[0]) if lv else ())
    yield weights.cut(1.0, broken)


def _smaller_main(view: View, guard: str) -> Iterator[tuple[str, int]]:
    """Yield the smaller units in place of one, whose main breaker is set lower."""
    if guard in view.case.site.network.transformers.ids:
        now = current_unit(view, guard).sn_kva
        yield from unit_vars(view, guard, lambda v: v.sn_kva < now)


def breaking(view: View, broken: Broken) -> Iterator[Cut]:
    """Yield the cut of a device that cannot break the largest fault where it stands."""
    name = broken.finding.element
    weights = Weights()
    compound = view.case.site.compound
    if name in {unit.id for unit in compound.transformers}:
        now = current_unit(view, name)
        weights.add(
            unit_vars(
                view,
                name,
                lambda v: v.breaking_ka > now.breaking_ka or abs(v.z_ohm) > abs(now.z_ohm),
            )
        )
        _weaken(view, f"{name}.LV", weights)
    elif name in {row.id for row in lookup.cables(compound)}:
        ka = current_cable(view, name).breaking_ka
        weights.add(cable_vars(view, name, lambda v: v.breaking_ka > ka))
        _weaken(view, start_of(view, name), weights)
        weights.add(other_ways(view, name))
    else:
        _weaken(view, name, weights)
    yield weights.cut(1.0, broken)


def open_capacity(view: View, broken: Broken) -> Iterator[Cut]:
    """Yield the cut of a source without the capacity: transformers go to another one."""
    weights = Weights()
    source, finding = broken.finding.element, broken.finding
    weights.add(source_vars(view, _cables_at(view, source)))
    fed = _units_of(view, source)
    for unit in fed:
        weights.add(relieves_unit(view, unit))
    excess_kva = (finding.value or 0.0) - (finding.limit or 0.0)
    if excess_kva <= _avoidable_kva(view, source, fed):
        weights.add(everything_larger(view))
    yield weights.cut(1.0, broken)


def _units_of(view: View, source: str) -> list[str]:
    site = view.case.site
    trafos, ids = site.network.transformers, site.network.node_ids
    return [
        unit
        for k, unit in enumerate(trafos.ids)
        if site.source_of_node[ids[trafos.hv_node[k]]] == source
    ]


def _avoidable_kva(view: View, source: str, units: Iterable[str]) -> float:
    """Return how much losses, reactive power and uneven phases are of a source's load [kVA]."""
    facts = view.state.facts
    if facts.mv is None or facts.days is not None:
        return inf
    loads = [station_loads(view, unit) for unit in units]
    sure = sum(row.s_kva(tuple(row.rows), kvar=None, phase=False) for row in loads)
    return facts.mv.s_source_kva[source] - sure


def _cables_at(view: View, source: str) -> list[str]:
    compound = view.case.site.compound
    return [row.id for row in compound.mv_cables if source in {row.from_id, row.to_id}]


def installed(view: View, broken: Broken) -> Iterator[Cut]:
    """Yield the cut of too much transformer capacity on a line: smaller units, or another one."""
    finding, compound = broken.finding, view.case.site.compound
    members = {row.id for row in compound.sources if finding.element in {row.id, row.line}}
    if not members or (finding.check == "supply.mode" and finding.quantity != "public_line"):
        yield Cut(weights={}, at_least=1.0, reason=broken)
        return
    weights = Weights()
    excess = (finding.value or 0.0) - (finding.limit or 0.0)
    for member in members:
        for unit in _units_of(view, member):
            _smaller(view, unit, weights)
        weights.suffice(source_vars(view, _cables_at(view, member)))
    there_kva = sum(installed_kva_by_source(view.case.site).values())
    yield weights.cut(min(excess, there_kva), broken)


def _smaller(view: View, unit: str, weights: Weights) -> None:
    """Weigh the options of a unit by how much less capacity they are; more counts against."""
    now = current_unit(view, unit).sn_kva
    for var in unit_vars(view, unit, lambda _: True):
        weights.add([var], now - unit_at(view, var).sn_kva)


def spare_bays(view: View, broken: Broken) -> Iterator[Cut]:
    """Yield the cut of a missing bay: one new unit less, or another source."""
    weights = Weights()
    for place in view.space.new_units.values():
        if taken(view.selection, place) != KEEP:
            weights.add([(place, KEEP)])
    weights.add(source_vars(view, [row.id for row in view.space.compound.mv_cables]))
    yield weights.cut(1.0, broken)


def service(view: View, broken: Broken) -> Iterator[Cut]:
    """Yield the cut of cars that get too little energy: anything stronger may help."""
    yield anything_helps(view, broken)
