"""The days of a city: what all its compounds share on a day, and what each draws for itself."""

from dataclasses import replace

import numpy as np

from gridcalc.demand.charging.streams import generator
from gridcalc.simulation.days import Simulation
from gridcalc.simulation.draws import Draws, draw_block
from gridcalc.simulation.settings import DAYS_PER_BLOCK

CITY = ""
"""Name of the streams all compounds share; no compound has it, as ids are never empty."""


def in_city_days(sim: Simulation) -> Simulation:
    """Return a simulation whose household days stand in the order of the city's days.

    The days of a compound stay what they are: they change places, from the day on which its
    households draw least to that on which they draw most, so that heavy days of all compounds
    fall together. What single boxes add or leave out moves along and stays independent.
    """
    settings = sim.settings
    purpose = f"household-day-{settings.season}"
    factor = generator(settings.seed, sim.compound_id, purpose, 0).standard_normal(settings.n_days)
    order = np.argsort(factor, kind="stable")
    return replace(sim, base=replace(sim.base, p_kw=sim.base.p_kw[:, order]))


def city_draws(sim: Simulation, first_day: int) -> Draws:
    """Return who plugs in on the days of a block that begins with a day of the city.

    How busy the day is for cars is drawn once for the city; everything else as the compound
    draws it for itself.
    """
    settings = sim.settings
    return draw_block(
        sim.models,
        sim.units,
        seed=settings.seed,
        compound_id=sim.compound_id,
        block=first_day // DAYS_PER_BLOCK,
        n_days=min(DAYS_PER_BLOCK, settings.n_days - first_day),
        days_of=CITY,
    )
