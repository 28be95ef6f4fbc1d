"""Households and common loads of every simulated day, or the metered curve in their place."""

from dataclasses import dataclass, replace

import numpy as np
from scipy.special import ndtri

from gridcalc.compound.model import Compound
from gridcalc.demand.charging.streams import generator
from gridcalc.demand.design import DemandModel, design_demand, units
from gridcalc.demand.factor import units_per_phase
from gridcalc.demand.groups import KINDS
from gridcalc.demand.levels import STATION
from gridcalc.demand.scenario import TODAY, parse_scenario
from gridcalc.demand.shapes import household_curve
from gridcalc.network.arrays import Floats, Ints, Network
from gridcalc.policy import PolicyPack
from gridcalc.powerflow.days import Reals
from gridcalc.simulation.settings import SimulationSettings
from gridcalc.units import N_PHASES, PERCENT

HOUSEHOLD = KINDS.index("household")
COMMON = KINDS.index("public_load")
PEAK_PERCENTILE = "household.peak_percentile"
BOX_PEAK_PERCENTILE = "household.box_peak_percentile"
_SHAPE = 0
_FLAT = 1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BaseLoad:
    """Load that is there without any charger, as rows that follow a curve.

    Attributes
    ----------
    curves
        [-], shape (n_curves, 96): the household curve, a constant, then one curve for each
        transformer with a metered curve.
    node, phase, curve, kind, transformer
        Of each row; ``kind`` indexes ``KINDS``. Shape (n_rows,)
    p_kw
        Power where the curve is 1. [kW], shape (n_rows, n_days)
    tan_phi
        Reactive over active power, shape (n_rows,). [-]
    """

    curves: Floats
    node: Ints
    phase: Ints
    curve: Ints
    kind: Ints
    transformer: Ints
    p_kw: Floats
    tan_phi: Floats


def base_load(
    compound: Compound,
    network: Network,
    model: DemandModel,
    policy: PolicyPack,
    settings: SimulationSettings,
) -> BaseLoad:
    """Return the load of households and common services on every day.

    The design demand of a transformer's households is the daily peak that the share of days of
    ``household.peak_percentile`` does not exceed. A day factor common to all and one factor for
    each node and phase vary the load from day to day, the second so far that a box alone
    exceeds what the demand factor of its own number of households says only beyond
    ``household.box_peak_percentile``. Common loads draw their design demand all day.
    """
    rows = _rows(network, model)
    curve = household_curve(settings.season, policy.text("season.winter_heating"))
    curves = np.vstack([curve, np.ones_like(curve)])
    factor = _variation(compound, model, rows, policy, settings)
    factor[rows.kind == COMMON] = 1.0
    p_kw = rows.p_kw * factor
    is_home = rows.kind == HOUSEHOLD
    percentile = policy.number(PEAK_PERCENTILE)
    for k in range(len(model.transformers)):
        mine = is_home & (rows.transformer == k)
        peak = quantile_of_days(p_kw[mine].sum(axis=0), percentile)
        if peak > 0:
            p_kw[mine] *= rows.p_kw[mine].sum() / peak
    return replace(rows, curves=curves, p_kw=p_kw)


def quantile_of_days(values: Reals, percentile: float) -> Floats:
    """Return the value of the day that a share of days does not exceed, over the first axis.

    This is an observed day, never an interpolation: the smallest value with at least
    ``percentile`` percent of the days at or below it.

    Examples
    --------
    >>> float(quantile_of_days(np.arange(1.0, 101.0), 95.0))
    95.0
    """
    n = values.shape[0]
    position = min(max(int(np.ceil(percentile / PERCENT * n - 1e-9)) - 1, 0), n - 1)
    return np.asarray(np.partition(values, position, axis=0)[position])


def _rows(network: Network, model: DemandModel) -> BaseLoad:
    """Return the design demand of households and common loads by node and phase, one column.

    What is metered does not count here: ``with_metered`` puts it in place of the estimate.
    """
    station = model.level(STATION)
    n_today = units(model, parse_scenario(TODAY))
    estimated = replace(model, metered_scale=np.ones_like(model.metered_scale))
    demand = design_demand(estimated, n_today, station).p_kw.sum(axis=1)
    per_phase = units_per_phase(model.groups, n_today)
    share = per_phase / np.maximum(per_phase.sum(axis=1, keepdims=True), 1e-12)
    is_base = np.isin(model.table.kind, (HOUSEHOLD, COMMON))
    group, phase = np.nonzero(is_base[:, None] & (share > 0))
    index = network.node_index()
    node = np.array([index[model.groups[g].node] for g in group], dtype=np.int64)
    kind = model.table.kind[group]
    return BaseLoad(
        curves=np.zeros((0, 0)),
        node=node,
        phase=phase.astype(np.int64),
        curve=np.where(kind == HOUSEHOLD, _SHAPE, _FLAT).astype(np.int64),
        kind=kind,
        transformer=station.set_transformer[station.member][group],
        p_kw=(demand[group] * share[group, phase])[:, None],
        tan_phi=model.table.tan_phi[group],
    )


def _variation(
    compound: Compound,
    model: DemandModel,
    rows: BaseLoad,
    policy: PolicyPack,
    settings: SimulationSettings,
) -> Floats:
    """Return the factor of each row on each day; households at one node and phase share it."""
    day_sigma = policy.number(
        "household.winter.day_sigma_factor"
        if settings.season == "winter"
        else "household.day_sigma_factor"
    )
    days = generator(settings.seed, compound.id, f"household-day-{settings.season}", 0)
    day = np.exp(day_sigma * days.standard_normal(settings.n_days) - day_sigma**2 / 2)
    place, which = np.unique(rows.node * N_PHASES + rows.phase, return_inverse=True)
    z_peak = float(ndtri(policy.number(BOX_PEAK_PERCENTILE) / PERCENT))
    sigma = _sigma_of_place(model, rows, which, len(place), z_peak)
    boxes = generator(settings.seed, compound.id, f"household-box-{settings.season}", 0)
    z = boxes.standard_normal((settings.n_days, len(place))).T  # more days only add
    own = np.exp(sigma[:, None] * z - sigma[:, None] ** 2 / 2)
    return np.asarray(own[which] * day)


def _sigma_of_place(
    model: DemandModel, rows: BaseLoad, which: Ints, n_places: int, z_peak: float
) -> Floats:
    """Return the lognormal sigma of each node and phase from the demand factors. [-].

    With n households the factor on the peak day, ``z_peak`` standard deviations above the
    median, is K(3n) / K(N), N being all households of the transformer.
    """
    homes, of_place, transformer_of_place = _homes(model, rows, which, n_places)
    per_home = model.rules.station.total["household"]
    one_phase = model.rules.cables.phase["household"]
    whole = np.rint(homes).astype(np.int64)
    n_place = np.clip(np.rint(of_place).astype(np.int64), 1, len(one_phase) - 1)
    n_station = np.maximum(whole[transformer_of_place], 1)
    ratio = (one_phase[n_place] / n_place) / (per_home[n_station] / n_station)
    log_ratio = np.log(np.clip(ratio, 1.0, np.exp(z_peak**2 / 2)))
    return np.asarray(z_peak - np.sqrt(np.maximum(z_peak**2 - 2 * log_ratio, 0.0)))


def _homes(
    model: DemandModel, rows: BaseLoad, which: Ints, n_places: int
) -> tuple[Floats, Floats, Ints]:
    """Return households per transformer, per node and phase, and the transformer of each."""
    station = model.level(STATION)
    per_phase = units_per_phase(model.groups, units(model, parse_scenario(TODAY)))
    per_phase[model.table.kind != HOUSEHOLD] = 0.0
    transformer = station.set_transformer[station.member]
    homes = np.zeros(len(model.transformers))
    np.add.at(homes, transformer, per_phase.sum(axis=1))
    group, phase = np.nonzero(per_phase > 0)
    of_place = np.zeros(n_places)
    of_row = np.zeros(len(rows.node))
    is_home = np.flatnonzero(rows.kind == HOUSEHOLD)
    of_row[is_home] = per_phase[group, phase]
    np.add.at(of_place, which, of_row)
    transformer_of_place = np.zeros(n_places, dtype=np.int64)
    transformer_of_place[which] = rows.transformer
    return homes, of_place, transformer_of_place
