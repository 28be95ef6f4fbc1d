"""Simulated days as the facts of a scenario, so that the same checks judge them."""

from collections.abc import Mapping

import numpy as np

from gridcalc.checks.case import Case, grade12_kva
from gridcalc.checks.facts import DayFacts, Facts, HotSpot, Served
from gridcalc.checks.transformer import loading_rules
from gridcalc.demand.charging.service import Service
from gridcalc.demand.scenario import Scenario
from gridcalc.network.arrays import Ints
from gridcalc.simulation.ageing import ageing_of_days, ambient_curve, thermal_model
from gridcalc.simulation.days import SimulatedDays, Simulation
from gridcalc.simulation.explain import day_bands, with_parts
from gridcalc.simulation.prepare import Described, prepare_simulation
from gridcalc.simulation.results import (
    SIMULATED,
    DayStatistics,
    branch_days,
    mv_days,
    node_days,
    statistics,
    transformer_days,
)
from gridcalc.simulation.settings import SimulationSettings
from gridcalc.units import PERCENT

STOCHASTIC = "stochastic"


def simulation_of(case: Case, settings: SimulationSettings) -> Simulation:
    """Return the simulation of a compound that was made ready for the checks."""
    site = case.site
    described = Described(
        compound=site.compound,
        network=site.network,
        topology=site.topology,
        model=case.model,
        policy=site.policy,
        loading_rule=loading_rules(site.compound),
    )
    return prepare_simulation(described, settings)


def evaluate_days(
    case: Case,
    scenario: Scenario,
    n_units: Ints,
    sim: Simulation,
    done: SimulatedDays,
    *,
    s_today_kva: Mapping[str, float] | None,
) -> Facts:
    """Return what the checks of a scenario look at, from its simulated days.

    Parameters
    ----------
    case, scenario, n_units
        The compound and what is connected; shape (n_groups,).
    sim, done
        The simulation, and the days of this scenario.
    s_today_kva
        Peak of each source today; ``None`` when this is today. [kVA]
    """
    network, results = case.site.network, done.results
    days = statistics(results, sim.settings.percentile)
    heavy = case.site.policy.number("transformer.heavy_loading_percent")
    known = days.has_values
    rows = transformer_days(network, results, days, heavy) if known else ()
    mv = mv_days(network, results, days) if known else None
    return Facts(
        site=case.site,
        scenario=scenario,
        charging=done.case.charging,
        units=tuple(int(n) for n in n_units),
        engine=sim.engine,
        method=STOCHASTIC,
        season=sim.settings.season,
        days=_day_facts(case, sim, done, days),
        transformers=with_parts(sim, done, days, rows) if known else (),
        branches=branch_days(network, results, days) if known else (),
        nodes=node_days(network, results, days) if known else (),
        mv=mv,
        grade12_kva=grade12_kva(case),
        s_today_kva=s_today_kva if s_today_kva is not None else (mv.s_source_kva if mv else {}),
        failed_levels=() if known else (SIMULATED,),
    )


def _day_facts(case: Case, sim: Simulation, done: SimulatedDays, days: DayStatistics) -> DayFacts:
    return DayFacts(
        engine=sim.engine,
        percentile=days.percentile,
        n_days=len(days.failed),
        n_unsolved=days.n_failed,
        served=None if done.service is None else served_of(done.service, days.percentile, sim),
        hot_spots=_hot_spots(case, sim, done, days) if days.has_values else (),
        bands=day_bands(sim, done),
    )


def served_of(service: Service, percentile: float, sim: Simulation) -> Served:
    """Return how controlled cars were served at a percentile of the days. [%]."""
    energy = PERCENT * service.energy_share
    sessions = PERCENT * service.full_share
    none_failed = DayStatistics(percentile=percentile, failed=np.zeros(len(energy), bool))
    return Served(
        participation_percent=PERCENT * sim.orderly.participation_share,
        energy_delivered_percent=float(none_failed.lowest(energy)),
        energy_delivered_mean_percent=float(energy.mean()),
        sessions_served_percent=float(none_failed.lowest(sessions)),
        sessions_served_mean_percent=float(sessions.mean()),
    )


def _hot_spots(
    case: Case, sim: Simulation, done: SimulatedDays, days: DayStatistics
) -> tuple[HotSpot, ...]:
    policy = case.site.policy
    trafos = case.site.network.transformers
    s_kva = done.results.s_trafo_kva
    ambient = ambient_curve(policy, sim.settings.season, n_slots=s_kva.shape[1])
    rows = []
    for k, name in enumerate(trafos.ids):
        model = thermal_model(case.site.catalogue.transformers[trafos.types[k]], policy)
        load_pu = s_kva[:, :, k].astype(np.float64) / trafos.sn_kva[k]
        aged = ageing_of_days(load_pu, model=model, ambient_celsius=ambient)
        rows.append(
            HotSpot(
                id=name,
                hot_spot_celsius=float(days.highest(aged.hot_spot_max_celsius)),
                max_celsius=model.max_hot_spot.value,
                source=model.max_hot_spot.source,
                life_days_per_day=float(days.highest(aged.life_days)),
            )
        )
    return tuple(rows)
