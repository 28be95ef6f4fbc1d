"""The rows of a load calculation by hand: units, factors and demand of every group of units."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from gridcalc.checks.case import scenario_units
from gridcalc.compound.topology import LvNodePlace
from gridcalc.demand.design import BASE_KINDS, design_demand
from gridcalc.demand.diversity import Floats, Ints
from gridcalc.demand.groups import KINDS, Kind, LoadGroup
from gridcalc.demand.levels import BOX, FEEDER, STATION, Level
from gridcalc.demand.scenario import Scenario
from gridcalc.dossier import Dossier

_DEEPEST = 1_000_000
_SEGMENT = "segment-"


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadRow:
    """Equal units of one kind in a group of units that count together.

    Attributes
    ----------
    kind, item
        Kind of load; for common loads also what they are.
    n
        Units in use. [-]
    n_counted
        Units the demand factor is taken for: all of the kind in the group. [-]
    p_unit_kw
        Installed power of one unit. [kW]
    factor
        Demand factor, such that the design demand equals that of the study. [-]
    scale
        Correction to the metered peak; 1 without a meter. [-]
    power_factor
        Lagging. [-]
    """

    kind: Kind
    item: str
    n: int
    n_counted: int
    p_unit_kw: float
    factor: float
    scale: float
    power_factor: float

    @property
    def p_kw(self) -> float:
        """Design demand. [kW]."""
        return self.n * self.p_unit_kw * self.factor * self.scale

    @property
    def q_kvar(self) -> float:
        """Reactive design demand. [kvar]."""
        return self.p_kw * float(np.sqrt(1 - self.power_factor**2)) / self.power_factor


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadSet:
    """Units that count together, in scenarios that connect the same.

    ``element`` is the transformer at station level, else the cable that carries them;
    ``n_scenarios`` counts all that were asked for.
    """

    level: str
    transformer: str
    element: str
    scenarios: tuple[str, ...]
    n_scenarios: int
    rows: tuple[LoadRow, ...]

    @property
    def p_kw(self) -> float:
        """Design demand of all units. [kW]."""
        return sum(row.p_kw for row in self.rows)

    @property
    def q_kvar(self) -> float:
        """Reactive design demand of all units, before compensation. [kvar]."""
        return sum(row.q_kvar for row in self.rows)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Connected:
    """What some scenarios connect, and the demand of each group of units at a level."""

    scenarios: tuple[str, ...]
    n_scenarios: int
    n_units: Ints
    level: Level
    p_kw: Floats


def alike(dossier: Dossier, scenarios: Sequence[Scenario]) -> tuple[tuple[str, ...], ...]:
    """Return the scenarios by what they connect: names of equal ones stand together."""
    found: dict[bytes, list[str]] = {}
    for scenario in scenarios:
        key = scenario_units(dossier.case, scenario).tobytes()
        found.setdefault(key, []).append(scenario.name)
    return tuple(tuple(names) for names in found.values())


def load_sets(
    dossier: Dossier, scenarios: Sequence[Scenario], level_names: Sequence[str]
) -> tuple[LoadSet, ...]:
    """Return the load calculation of every transformer, or of every cable, at its own level.

    Parameters
    ----------
    dossier
        The compound.
    scenarios
        What is connected; equal ones are calculated once.
    level_names
        ``station`` gives a set per transformer, another level one per cable judged there.

    Returns
    -------
    tuple
        By transformer, then element, then scenario.
    """
    model, by_name = dossier.case.model, {row.name: row for row in scenarios}
    sets = []
    for level in (model.level(name) for name in level_names):
        for names in alike(dossier, scenarios):
            n_units = scenario_units(dossier.case, by_name[names[0]])
            p_kw = design_demand(model, n_units, level).p_kw.sum(axis=1)
            connected = _Connected(
                scenarios=names, n_scenarios=len(scenarios), n_units=n_units, level=level, p_kw=p_kw
            )
            sets += list(_of_level(dossier, connected))
    order = {name: i for i, name in enumerate(by_name)}

    def place(row: LoadSet) -> tuple[str, str, int]:
        return row.transformer, row.element, order[row.scenarios[0]]

    return tuple(sorted(_merged(sets), key=place))


def _merged(sets: Sequence[LoadSet]) -> list[LoadSet]:
    """Return the sets, those of one element that hold the same units in one."""
    found: dict[tuple[str, str, tuple[LoadRow, ...]], list[LoadSet]] = {}
    for one in sets:
        key = (one.transformer, one.element, one.rows)
        found.setdefault(key, []).append(one)
    return [
        replace(some[0], scenarios=tuple(name for one in some for name in one.scenarios))
        for some in found.values()
    ]


def _of_level(dossier: Dossier, connected: _Connected) -> Iterator[LoadSet]:
    model, level = dossier.case.model, connected.level
    places = dossier.case.site.topology.by_id()
    members: dict[tuple[str, str], list[int]] = {}
    for i, group in enumerate(model.groups):
        place = places[group.node]
        element = _element(place, level)
        if element:
            members.setdefault((place.transformer, element), []).append(i)
    scale = dict(zip(model.transformers, model.metered_scale.tolist(), strict=True))
    for (transformer, element), rows in members.items():
        yield LoadSet(
            level=level.name,
            transformer=transformer,
            element=element,
            scenarios=connected.scenarios,
            n_scenarios=connected.n_scenarios,
            rows=tuple(_rows(dossier, connected, rows, scale[transformer])),
        )


def _element(place: LvNodePlace, level: Level) -> str:
    """Return the transformer or the cable whose units a node belongs to; empty for none here."""
    if level.name == STATION:
        return place.transformer
    depth = _depth(level.name)
    cable = place.path[depth - 1] if 0 < depth <= place.depth else ""
    if level.name == BOX and place.path:
        cable = place.path[-1]
    return cable if cable in level.cables else ""


def _depth(level_name: str) -> int:
    if level_name == FEEDER:
        return 1
    if level_name.startswith(_SEGMENT):
        return int(level_name.removeprefix(_SEGMENT))
    return _DEEPEST


def _rows(
    dossier: Dossier, connected: _Connected, members: Sequence[int], scale: float
) -> Iterator[LoadRow]:
    """Yield the rows of a set; a kind of load has one factor, that of all its units together."""
    groups = dossier.case.model.groups
    items = _items(dossier)
    for k, kind in enumerate(KINDS):
        mine = [i for i in members if groups[i].kind == kind and connected.n_units[i]]
        if not mine:
            continue
        own = scale if k in BASE_KINDS else 1.0
        parts: dict[tuple[str, float, float, float], int] = {}
        for i in mine:
            row = groups[i]
            own_factor = row.demand_factor if kind == "public_load" else 0.0
            key = (items.get(_key(row), ""), row.p_unit_kw, row.power_factor, own_factor)
            parts[key] = parts.get(key, 0) + int(connected.n_units[i])
        installed = sum(n * kw for (_, kw, _, _), n in parts.items()) * own
        factor = float(connected.p_kw[mine].sum()) / installed if installed else 0.0
        for (item, kw, power_factor, own_factor), n in sorted(parts.items()):
            yield LoadRow(
                kind=kind,
                item=item,
                n=n,
                n_counted=sum(parts.values()),
                p_unit_kw=kw,
                factor=own_factor if kind == "public_load" else factor,
                scale=own,
                power_factor=power_factor,
            )


def _key(group: LoadGroup) -> tuple[str, float, float, float, int]:
    return group.node, group.p_unit_kw, group.power_factor, group.demand_factor, group.grade


def _items(dossier: Dossier) -> Mapping[tuple[str, float, float, float, int], str]:
    """Return what the common loads are."""
    return {
        (row.node, row.kw, row.power_factor or 1.0, _factor(row.demand_factor), row.grade): row.kind
        for row in dossier.resolved.public_loads
    }


def _factor(value: float | None) -> float:
    return 1.0 if value is None else value
