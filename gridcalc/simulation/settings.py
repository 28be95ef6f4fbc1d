"""What is asked of a simulation: days, season, percentile, charging modes, and their rules."""

from dataclasses import dataclass
from typing import Literal

from gridcalc.policy import PolicyPack

Season = Literal["summer", "winter"]
Charging = Literal["uncontrolled", "tou", "managed"]
CHARGING_MODES: tuple[Charging, ...] = ("uncontrolled", "tou", "managed")
SEASONS: tuple[Season, ...] = ("summer", "winter")

DAYS_PER_BLOCK = 25
"""Days that are drawn and solved together: a constant, so that results never depend on how many
threads share the work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulationSettings:
    """Settings of a simulation.

    Attributes
    ----------
    seed
        Of all random draws.
    season
        Season of every day.
    n_days
        Days that are simulated.
    percentile
        A result is the value that this share of the days does not exceed, each day counting
        with its extreme. [%]
    participation_share
        Share of private cars under orderly control. [-]
    threads
        Threads that share the blocks; the result does not depend on it.
    """

    seed: int
    season: Season
    n_days: int
    percentile: float
    participation_share: float
    threads: int = 1


def governing_season(policy: PolicyPack) -> Season:
    """Return the season a policy pack judges by."""
    return "winter" if policy.text("season.governing") == "winter" else "summer"
