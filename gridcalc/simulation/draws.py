"""Who plugs in on the days of a block: the same for every scenario and every charging mode."""

from dataclasses import dataclass

import numpy as np

from gridcalc.demand.charging.ebike import draw_sockets
from gridcalc.demand.charging.parameters import EbikeModel, EvModel, TimerModel
from gridcalc.demand.charging.pieces import Pieces
from gridcalc.demand.charging.private import draw_day_factors, draw_private
from gridcalc.demand.charging.sessions import Sessions
from gridcalc.demand.charging.shared import draw_shared
from gridcalc.demand.charging.streams import generator
from gridcalc.demand.charging.timer import with_timer
from gridcalc.demand.groups import Kind
from gridcalc.simulation.units import PRIVATE, PUBLIC, SOCKET, Units


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ChargingModels:
    """How cars and e-bikes charge in one season."""

    ev: EvModel
    timer: TimerModel
    ebike: EbikeModel
    bays_per_public_charger: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Draws:
    """Charges of all units at full build-out on the days of one block.

    ``timed`` is ``private`` with the timer users waiting for the valley tariff.
    """

    private: Sessions
    timed: Sessions
    public: Sessions
    sockets: Pieces


def draw_block(  # noqa: PLR0913  what is known already is for callers with many seasons
    models: ChargingModels,
    units: dict[Kind, Units],
    *,
    seed: int,
    compound_id: str,
    block: int,
    n_days: int,
    days_of: str | None = None,
    sockets: Pieces | None = None,
) -> Draws:
    """Return the charges of one block; every purpose has its own stream of random numbers.

    ``days_of`` names who draws how busy a day is for cars: the compound itself if missing.
    ``sockets`` are the charges of the sockets where they are known: they are the same in every
    season.
    """

    def stream(purpose: str, name: str = compound_id) -> np.random.Generator:
        return generator(seed, name, purpose, block)

    factors = draw_day_factors(
        stream("ev-day", compound_id if days_of is None else days_of), models.ev, n_days
    )
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
    if sockets is None:
        p_kw = units[SOCKET].p_kw
        sockets = draw_sockets(stream("ebike"), models.ebike, p_kw=p_kw, n_days=n_days)
    return Draws(
        private=private,
        timed=with_timer(private, models.timer, stream("timer")),
        public=public,
        sockets=sockets,
    )
