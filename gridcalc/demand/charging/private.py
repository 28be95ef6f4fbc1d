"""Charges of private bays: each bay has its own charger and charges at most once a day."""

from dataclasses import dataclass

import numpy as np
from scipy.special import betainc

from gridcalc.demand.charging.clock import hours_after_noon
from gridcalc.demand.charging.parameters import ClockMixture, EvModel
from gridcalc.demand.charging.sessions import Sessions
from gridcalc.demand.diversity import Floats
from gridcalc.units import H_PER_DAY


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DayFactors:
    """What makes a day busier than others, for all bays alike; mean 1, shape (n_days,). [-].

    Attributes
    ----------
    plug_in
        Factor on the probability of a charge.
    energy
        Factor on the energy of a charge.
    """

    plug_in: Floats
    energy: Floats


def draw_day_factors(rng: np.random.Generator, model: EvModel, n_days: int) -> DayFactors:
    """Draw the common factors of ``n_days`` days."""
    z_plug_in, z_energy = rng.standard_normal((2, n_days))
    return DayFactors(
        plug_in=common_factor(z_plug_in, model.day_sigma_plug_in),
        energy=common_factor(z_energy, model.day_sigma_energy),
    )


def common_factor(z: Floats, sigma_ln: float) -> Floats:
    """Return the lognormal factor of mean 1 for standard normal numbers."""
    return np.asarray(np.exp(sigma_ln * z - sigma_ln**2 / 2))


def charge_probability(model: EvModel, day_factor: Floats) -> Floats:
    """Return the probability that a bay charges, given the factor of the day.

    A random user plugs in with probability min(1, q f), where q follows a Beta distribution. The
    user is redrawn every day, so only the mean over q counts; it is known in closed form.

    Examples
    --------
    >>> from gridcalc.policy import load_policy
    >>> from gridcalc.demand.charging.parameters import ev_model
    >>> model = ev_model(load_policy("national"), "summer")
    >>> charge_probability(model, np.array([0.5, 1.0, 1.5])).round(3).tolist()
    [0.225, 0.45, 0.631]
    """
    p = model.plug_in_probability
    if p in {0.0, 1.0}:
        return np.minimum(1.0, p * day_factor)
    a, b = p * model.plug_in_kappa, (1.0 - p) * model.plug_in_kappa
    sure_above = 1.0 / np.maximum(day_factor, 1.0)
    unsure = day_factor * p * betainc(a + 1.0, b, sure_above)
    return np.asarray(unsure + 1.0 - betainc(a, b, sure_above))


def clock_draws(part: Floats, z: Floats, mixture: ClockMixture) -> Floats:
    """Return times of a mixture for uniform and standard normal numbers. [h after noon]."""
    which = np.searchsorted(np.cumsum(mixture.share)[:-1], part, side="right")
    return hours_after_noon(mixture.mean_clock_h[which] + mixture.sd_h[which] * z)


def draw_private(
    rng: np.random.Generator,
    model: EvModel,
    *,
    p_kw: Floats,
    n_days: int,
    factors: DayFactors | None = None,
) -> Sessions:
    """Draw the charges of private bays; each starts when the car is plugged in.

    Each quantity has a stream of its own that is read bay by bay, with one number for every bay
    and day whether or not a car comes. So the first k bays have the same charges however many
    bays follow, and a change of one setting leaves the other quantities as they are.

    Parameters
    ----------
    rng
        Stream of this purpose and block; it must not be used for anything else.
    model
        How often, when and for how much energy cars charge.
    p_kw
        Power of each charger. [kW], shape (n_units,)
    n_days
        Days to draw.
    factors
        Common factors of the days where other chargers share them; drawn here if None.

    Notes
    -----
    docs/method/charging.md, one day of a bay.

    Examples
    --------
    >>> from gridcalc.policy import load_policy
    >>> from gridcalc.demand.charging.parameters import ev_model
    >>> from gridcalc.demand.charging.streams import generator
    >>> model = ev_model(load_policy("national"), "summer")
    >>> rng = generator(1, "riverside", "private", 0)
    >>> charges = draw_private(rng, model, p_kw=np.full(100, 7.0), n_days=100)
    >>> bool(np.all(charges.start_h == charges.arrival_h))
    True
    """
    days, come, power, part, when, leave, control = rng.spawn(7)
    if factors is None:
        factors = draw_day_factors(days, model, n_days)
    shape = (len(p_kw), n_days)
    cell = np.flatnonzero(come.random(shape) < charge_probability(model, factors.plug_in))
    unit, day = np.divmod(cell, n_days)
    arrival_h = clock_draws(
        part.random(shape).take(cell), when.standard_normal(shape).take(cell), model.arrival
    )
    departure_h = _departures(leave.standard_normal(shape).take(cell), arrival_h, model)
    wanted_kwh = factors.energy[day] * _energies(power.standard_normal(shape).take(cell), model)
    room_kwh = p_kw[unit] * (departure_h - arrival_h)
    return Sessions(
        n_units=len(p_kw),
        n_days=n_days,
        unit=unit,
        day=day,
        arrival_h=arrival_h,
        departure_h=departure_h,
        start_h=arrival_h,
        energy_kwh=np.minimum(np.minimum(wanted_kwh, model.max_energy_kwh), room_kwh),
        p_kw=p_kw[unit],
        takes_part=control.random(shape).take(cell),
    )


def _energies(z: Floats, model: EvModel) -> Floats:
    return model.mean_energy_kwh * common_factor(z, model.energy_sigma_ln)


def _departures(z: Floats, arrival_h: Floats, model: EvModel) -> Floats:
    """Return departures after the arrivals, the next day where they would come too soon."""
    mean_h = float(hours_after_noon(np.array([model.departure_clock_h]))[0])
    departure_h = mean_h + model.departure_sd_h * z
    departure_h[departure_h <= arrival_h + model.min_connection_h] += H_PER_DAY
    return np.minimum(departure_h, arrival_h + model.max_connection_h)
