"""Settings of the charging models, read from a policy pack."""

from dataclasses import dataclass
from typing import Literal, cast

import numpy as np

from gridcalc.demand.charging.clock import clock_text_h
from gridcalc.demand.diversity import Floats
from gridcalc.errors import InputError, Problem
from gridcalc.policy import PolicyPack

Season = Literal["summer", "winter"]

_WINTER_RULES = (
    "plug_in_probability",
    "mean_energy_kwh",
    "day_sigma_energy",
    "arrival",
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ClockMixture:
    """Time of day as a mixture of normal distributions, modulo 24 h.

    Attributes
    ----------
    share
        Share of each part, sum 1. [-], shape (n_parts,)
    mean_clock_h, sd_h
        Mean, by the clock, and standard deviation of each part. [h], shape (n_parts,)
    """

    share: Floats
    mean_clock_h: Floats
    sd_h: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EvModel:
    """How often, when and for how much energy cars charge in one season.

    Attributes
    ----------
    plug_in_probability
        Charges per bay and day, mean over the users. [-]
    plug_in_kappa
        Sum of the two parameters of the Beta distribution of the users' rates. [-]
    mean_energy_kwh, energy_sigma_ln, max_energy_kwh
        Mean and logarithmic standard deviation of the lognormal energy of a charge, and its cap.
    day_sigma_plug_in, day_sigma_energy
        Logarithmic standard deviation of the day factors all bays share. [-]
    arrival
        When cars are plugged in.
    departure_clock_h, departure_sd_h
        When they leave, by the clock: mean and standard deviation. [h]
    min_connection_h, max_connection_h
        Shortest time between plug-in and departure on the same day, and the longest. [h]
    """

    plug_in_probability: float
    plug_in_kappa: float
    mean_energy_kwh: float
    energy_sigma_ln: float
    max_energy_kwh: float
    day_sigma_plug_in: float
    day_sigma_energy: float
    arrival: ClockMixture
    departure_clock_h: float
    departure_sd_h: float
    min_connection_h: float
    max_connection_h: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TimerModel:
    """Cars that wait for the valley tariff.

    Attributes
    ----------
    responder_share
        Share of the charges that wait. [-]
    valley_start_clock_h
        When the valley tariff starts, by the clock. [h]
    spread_min
        Starts are spread evenly over this time after the valley start. [min]
    """

    responder_share: float
    valley_start_clock_h: float
    spread_min: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EbikeModel:
    """How often, when and how e-bikes charge.

    Attributes
    ----------
    charges_per_socket_day
        Probability that a socket is used on a day. [-]
    charger_share, charger_battery_kwh, charger_p_kw
        Chargers in use: share, battery and power of each, shape (n_chargers,).
    p_socket_kw
        Socket power that stands for this mix of chargers. [kW]
    mean_depth, depth_sd, min_depth
        Share of the battery a charge refills: mean, standard deviation and least. [-]
    charging_efficiency
        Energy in the battery over energy from the socket. [-]
    first_stage_energy_share
        Share of the energy drawn at full power. [-]
    second_stage_power_share
        Power of the rest over full power. [-]
    arrival
        When bikes are plugged in.
    day_sigma
        Logarithmic standard deviation of the day factor all sockets share. [-]
    """

    charges_per_socket_day: float
    charger_share: Floats
    charger_battery_kwh: Floats
    charger_p_kw: Floats
    p_socket_kw: float
    mean_depth: float
    depth_sd: float
    min_depth: float
    charging_efficiency: float
    first_stage_energy_share: float
    second_stage_power_share: float
    arrival: ClockMixture
    day_sigma: float


def ev_model(policy: PolicyPack, season: Season) -> EvModel:
    """Return how cars charge in a season; rules ``ev.winter`` replace their base in winter.

    Raises
    ------
    InputError
        The shares of the pack's arrival times are no shares.

    Examples
    --------
    >>> from gridcalc.policy import load_policy
    >>> ev_model(load_policy("national"), "winter").mean_energy_kwh
    17.5
    """

    def name(key: str) -> str:
        return f"ev.winter.{key}" if season == "winter" and key in _WINTER_RULES else f"ev.{key}"

    return EvModel(
        plug_in_probability=policy.number(name("plug_in_probability")),
        plug_in_kappa=policy.number("ev.plug_in_kappa"),
        mean_energy_kwh=policy.number(name("mean_energy_kwh")),
        energy_sigma_ln=policy.number("ev.energy_sigma_ln"),
        max_energy_kwh=policy.number("ev.max_energy_kwh"),
        day_sigma_plug_in=policy.number("ev.day_sigma_plug_in"),
        day_sigma_energy=policy.number(name("day_sigma_energy")),
        arrival=_mixture(policy, name("arrival")),
        departure_clock_h=policy.number("ev.departure_clock_h"),
        departure_sd_h=policy.number("ev.departure_sd_h"),
        min_connection_h=policy.number("ev.min_connection_h"),
        max_connection_h=policy.number("ev.max_connection_h"),
    )


def timer_model(policy: PolicyPack) -> TimerModel:
    """Return how cars wait for the valley tariff.

    Examples
    --------
    >>> from gridcalc.policy import load_policy
    >>> timer_model(load_policy("national")).valley_start_clock_h
    23.0
    """
    return TimerModel(
        responder_share=policy.number("timer.responder_share"),
        valley_start_clock_h=clock_text_h(policy.text("tariff.valley_start")),
        spread_min=policy.number("timer.spread_min"),
    )


def ebike_model(policy: PolicyPack) -> EbikeModel:
    """Return how e-bikes charge.

    Raises
    ------
    InputError
        The shares of the pack's chargers or arrival times are no shares.

    Examples
    --------
    >>> from gridcalc.policy import load_policy
    >>> model = ebike_model(load_policy("national"))
    >>> round(float(model.charger_share @ model.charger_p_kw), 4)  # mean charger
    0.1875
    """
    return EbikeModel(
        charges_per_socket_day=policy.number("ebike.charges_per_socket_day"),
        charger_share=_shares(policy, "ebike.chargers"),
        charger_battery_kwh=_column(policy, "ebike.chargers", "battery_kwh"),
        charger_p_kw=_column(policy, "ebike.chargers", "p_kw"),
        p_socket_kw=policy.number("ebike.p_kw_per_socket"),
        mean_depth=policy.number("ebike.mean_depth"),
        depth_sd=policy.number("ebike.depth_sd"),
        min_depth=policy.number("ebike.min_depth"),
        charging_efficiency=policy.number("ebike.charging_efficiency"),
        first_stage_energy_share=policy.number("ebike.first_stage_energy_share"),
        second_stage_power_share=policy.number("ebike.second_stage_power_share"),
        arrival=_mixture(policy, "ebike.arrival"),
        day_sigma=policy.number("ebike.day_sigma"),
    )


def _mixture(policy: PolicyPack, name: str) -> ClockMixture:
    return ClockMixture(
        share=_shares(policy, name),
        mean_clock_h=_column(policy, name, "clock_h"),
        sd_h=_column(policy, name, "sd_h"),
    )


def _shares(policy: PolicyPack, name: str) -> Floats:
    """Return the column ``share`` of a rule, scaled to sum 1."""
    share = _column(policy, name, "share")
    if not share.sum() > 0:
        message = "all shares are 0; give at least one that is larger"
        raise InputError([Problem(f"policy {policy.id}", 0, f"rules.{name}", message)])
    return np.asarray(share / share.sum())


def _column(policy: PolicyPack, name: str, key: str) -> Floats:
    """Return one column of a rule that is a list of groups; every entry at least 0."""
    column = np.array([cast("float", row[key]) for row in policy.rows(name)], dtype=float)
    if (column < 0).any():
        message = f"{key} {column.min():g} is below 0; write a number of at least 0"
        raise InputError([Problem(f"policy {policy.id}", 0, f"rules.{name}", message)])
    return column
