"""Design demand of a scenario at a level: per load group and phase, metered load included."""

from dataclasses import dataclass, replace

import numpy as np

from gridcalc.compound.model import Compound
from gridcalc.compound.topology import LvTopology
from gridcalc.demand.diversity import Diversity, Floats, GroupTable, Ints, group_table
from gridcalc.demand.factor import demand_kw, units_per_phase
from gridcalc.demand.groups import KINDS, LoadGroup, load_groups, units_in_scenario
from gridcalc.demand.levels import STATION, Level, levels
from gridcalc.demand.rules import DemandRules, demand_rules, unit_rules
from gridcalc.demand.scenario import TODAY, Scenario, parse_scenario
from gridcalc.policy import PolicyPack
from gridcalc.units import N_PHASES

BASE_KINDS = (KINDS.index("household"), KINDS.index("public_load"))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DesignDemand:
    """Demand per load group and phase. [kW, kvar], shape (n_groups, 3)."""

    p_kw: Floats
    q_kvar: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DemandModel:
    """Everything the factor method needs of one compound.

    Attributes
    ----------
    groups
        Load groups, sorted.
    table
        The same as arrays.
    levels
        Evaluation levels, the station first.
    transformers
        Transformer ids, sorted; ``metered_scale`` follows them.
    metered_scale
        What households and common loads are multiplied with so that today's station demand
        equals the metered peak; 1 where nothing is metered. [-]
    """

    groups: tuple[LoadGroup, ...]
    table: GroupTable
    levels: tuple[Level, ...]
    transformers: tuple[str, ...]
    rules: DemandRules
    metered_scale: Floats

    def level(self, name: str) -> Level:
        """Return a level by name."""
        return next(level for level in self.levels if level.name == name)

    @property
    def level_names(self) -> tuple[str, ...]:
        """Names of all levels."""
        return tuple(level.name for level in self.levels)


def demand_model(compound: Compound, topology: LvTopology, policy: PolicyPack) -> DemandModel:
    """Return the demand model of a compound whose gaps are filled."""
    groups = load_groups(compound, topology, unit_rules(compound, policy))
    n_max = max(1, sum(group.n_total for group in groups))
    rules = demand_rules(compound, policy, n_max=n_max)
    transformers = tuple(sorted(unit.id for unit in compound.transformers))
    model = DemandModel(
        groups=groups,
        table=group_table(groups),
        levels=levels(topology, groups),
        transformers=transformers,
        rules=rules,
        metered_scale=np.ones(len(transformers)),
    )
    return _calibrated(model, metered_peaks_kw(compound)) if compound.metered else model


def metered_peaks_kw(compound: Compound) -> dict[str, float]:
    """Return the metered peak of each metered transformer. [kW]."""
    return {
        row.transformer: row.peak_kw if row.peak_kw is not None else max(row.curve_96_kw or (0.0,))
        for row in compound.metered
    }


def _calibrated(model: DemandModel, peaks_kw: dict[str, float]) -> DemandModel:
    scale = np.ones(len(model.transformers))
    for name, (base_kw, rest_kw) in demand_today_kw(model).items():
        if name in peaks_kw and base_kw > 0:
            scale[model.transformers.index(name)] = max(peaks_kw[name] - rest_kw, 0.0) / base_kw
    return replace(model, metered_scale=scale)


def demand_today_kw(model: DemandModel) -> dict[str, tuple[float, float]]:
    """Return the design demand of today by transformer, whatever is metered. [kW].

    That of households and common loads, and that of chargers and sockets.
    """
    station = model.level(STATION)
    plain = replace(model, metered_scale=np.ones(len(model.transformers)))
    today = design_demand(plain, units(plain, parse_scenario(TODAY)), station)
    transformer = station.set_transformer[station.member]
    is_base = np.isin(model.table.kind, BASE_KINDS)
    found = {}
    for i, name in enumerate(model.transformers):
        mine = transformer == i
        rows = (today.p_kw[mine & is_base], today.p_kw[mine & ~is_base])
        found[name] = (float(rows[0].sum()), float(rows[1].sum()))
    return found


def units(model: DemandModel, scenario: Scenario) -> Ints:
    """Return the units of each load group in a scenario, shape (n_groups,)."""
    return units_in_scenario(model.groups, scenario)


def design_demand(model: DemandModel, n_units: Ints, level: Level) -> DesignDemand:
    """Return the demand of every load group at a level.

    Parameters
    ----------
    model
        Of the compound.
    n_units
        Units of each load group, shape (n_groups,).
    level
        Which units count together.
    """
    diversity = model.rules.station if level.name == STATION else model.rules.cables
    per_phase = units_per_phase(model.groups, n_units)
    tie = _tie_breakers(model, per_phase, level)
    p_kw, _ = demand_kw(model.table, per_phase, level.member, diversity, tie)
    scale = model.metered_scale[level.set_transformer[level.member]]
    p_kw = np.where(np.isin(model.table.kind, BASE_KINDS)[:, None], p_kw * scale[:, None], p_kw)
    return DesignDemand(p_kw=p_kw, q_kvar=p_kw * model.table.tan_phi[:, None])


def _tie_breakers(model: DemandModel, per_phase: Floats, level: Level) -> Ints:
    """Return which phase decides where the phases of a station, or of a smaller set, are equal.

    Equal sets under one transformer take turns, starting from the phase that decides for the
    transformer, because the worst phases of different feeders do not all meet.
    """
    diversity: Diversity = model.rules.station
    everything = np.zeros(len(model.groups), dtype=np.int64)
    _, top = demand_kw(model.table, per_phase, everything, diversity, np.zeros(1, dtype=np.int64))
    station = model.level(STATION)
    by_station: Ints = (top[0] + np.arange(len(station.set_transformer))) % N_PHASES
    if level.name == STATION:
        return by_station
    _, critical = demand_kw(model.table, per_phase, station.member, diversity, by_station)
    by_transformer = np.zeros(len(model.transformers), dtype=np.int64)
    by_transformer[station.set_transformer] = critical
    turned = by_transformer[level.set_transformer] + _turn(level.set_transformer)
    return np.asarray(turned % N_PHASES, dtype=np.int64)


def _turn(set_transformer: Ints) -> Ints:
    """Return the position of each set among those of its transformer."""
    turn = np.zeros(len(set_transformer), dtype=np.int64)
    for transformer in np.unique(set_transformer):
        mine = set_transformer == transformer
        turn[mine] = np.arange(int(mine.sum()))
    return turn
