"""The days of a city: what all its compounds share on a day, and what each draws for itself."""

from dataclasses import replace

import numpy as np

from gridcalc.demand.charging.ebike import draw_sockets
from gridcalc.demand.charging.private import draw_day_factors, draw_private
from gridcalc.demand.charging.shared import draw_shared
from gridcalc.demand.charging.streams import generator
from gridcalc.demand.charging.timer import with_timer
from gridcalc.simulation.days import Simulation
from gridcalc.simulation.draws import Draws
from gridcalc.simulation.settings import DAYS_PER_BLOCK
from gridcalc.simulation.units import PRIVATE, PUBLIC, SOCKET

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
    settings, models, units = sim.settings, sim.models, sim.units
    block = first_day // DAYS_PER_BLOCK
    n_days = min(DAYS_PER_BLOCK, settings.n_days - first_day)

    def stream(purpose: str, name: str = sim.compound_id) -> np.random.Generator:
        return generator(settings.seed, name, purpose, block)

    factors = draw_day_factors(stream("ev-day", CITY), models.ev, n_days)
    private = draw_private(
        stream("private"), models.ev, p_kw=units[PRIVATE].p_kw, n_days=n_days, factors=factors
    )
    public = draw_shared(
        stream("public"),
        models.ev,
        p_kw=units[PUBLIC].p_kw,
        bays_per_charger=models.bays_per_public_charger,
        n_days=n_days,
        factors=factors,
    )
    sockets = draw_sockets(stream("ebike"), models.ebike, p_kw=units[SOCKET].p_kw, n_days=n_days)
    return Draws(
        private=private,
        timed=with_timer(private, models.timer, stream("timer")),
        public=public,
        sockets=sockets,
    )
