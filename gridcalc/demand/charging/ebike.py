"""Charges of e-bike sockets: full power first, then the slow end of the charge."""

import numpy as np

from gridcalc.demand.charging.parameters import EbikeModel
from gridcalc.demand.charging.pieces import Pieces
from gridcalc.demand.charging.private import clock_draws, common_factor
from gridcalc.demand.diversity import Floats, Ints


def draw_sockets(
    rng: np.random.Generator, model: EbikeModel, *, p_kw: Floats, n_days: int
) -> Pieces:
    """Draw the charges of e-bike sockets as pieces, two for each charge.

    A socket of power ``model.p_socket_kw`` has the chargers and batteries of the model, whose
    mean power is a little lower. A socket of another power has both in proportion, so that a
    charge takes as long as with the model. As with private bays, the first k sockets have the
    same charges however many sockets follow.

    Parameters
    ----------
    rng
        Stream of this purpose and block; it must not be used for anything else.
    model
        How often, when and how e-bikes charge.
    p_kw
        Power of each socket. [kW], shape (n_sockets,)
    n_days
        Days to draw.

    Notes
    -----
    docs/method/charging.md, e-bikes.

    Examples
    --------
    >>> from gridcalc.policy import load_policy
    >>> from gridcalc.demand.charging.parameters import ebike_model
    >>> model = ebike_model(load_policy("national"))
    >>> pieces = draw_sockets(np.random.default_rng(1), model, p_kw=np.full(50, 0.2), n_days=9)
    >>> bool(np.all(pieces.start_h < pieces.end_h))
    True
    """
    days, come, bike, depth, part, when = rng.spawn(6)
    shape = (len(p_kw), n_days)
    day_factor = common_factor(days.standard_normal(n_days), model.day_sigma)
    probability = np.minimum(1.0, model.charges_per_socket_day * day_factor)
    cell = np.flatnonzero(come.random(shape) < probability)
    unit, day = np.divmod(cell, n_days)
    charger = _chargers(bike.random(shape).take(cell), model)
    start_h = clock_draws(
        part.random(shape).take(cell), when.standard_normal(shape).take(cell), model.arrival
    )
    scale = p_kw[unit] / model.p_socket_kw
    energy_kwh = model.charger_battery_kwh[charger] * scale / model.charging_efficiency
    energy_kwh *= np.clip(
        model.mean_depth + model.depth_sd * depth.standard_normal(shape).take(cell),
        model.min_depth,
        1.0,
    )
    full_kw = model.charger_p_kw[charger] * scale
    return Pieces(
        n_units=len(p_kw),
        n_days=n_days,
        unit=np.repeat(unit, 2),
        day=np.repeat(day, 2),
        **_two_stages(start_h, energy_kwh, full_kw, model),
    )


def _chargers(uniform: Floats, model: EbikeModel) -> Ints:
    bounds = np.cumsum(model.charger_share)[:-1]
    return np.searchsorted(bounds, uniform, side="right")


def _two_stages(
    start_h: Floats, energy_kwh: Floats, full_kw: Floats, model: EbikeModel
) -> dict[str, Floats]:
    """Return start, end and power of both stages of each charge, one after the other."""
    first_kwh = model.first_stage_energy_share * energy_kwh
    slow_kw = model.second_stage_power_share * full_kw
    turn_h = start_h + first_kwh / full_kw
    end_h = turn_h + (energy_kwh - first_kwh) / slow_kw
    return {
        "start_h": np.column_stack([start_h, turn_h]).ravel(),
        "end_h": np.column_stack([turn_h, end_h]).ravel(),
        "p_kw": np.column_stack([full_kw, slow_kw]).ravel(),
    }
