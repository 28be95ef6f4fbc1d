"""What is asked of a study: scenarios, methods, charging modes, and how many days to simulate."""

from dataclasses import dataclass
from typing import Literal

from gridcalc.demand.scenario import STANDARD_SCENARIOS
from gridcalc.policy import PolicyPack
from gridcalc.simulation.settings import CHARGING_MODES, Charging, Season, SimulationSettings
from gridcalc.units import PERCENT

Method = Literal["factor", "stochastic"]
FACTOR: Method = "factor"
STOCHASTIC: Method = "stochastic"
METHODS: tuple[Method, ...] = (FACTOR, STOCHASTIC)
DEFAULT_SEED = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked of a study; ``None`` and an empty tuple mean what the policy pack says.

    Attributes
    ----------
    scenarios
        Names such as ``ev-100``; ``today`` is always computed, to tell old violations apart.
    methods
        ``factor``, ``stochastic`` or both.
    charging
        Modes of the stochastic method; the factor method knows uncontrolled charging only.
    seasons
        Of the simulated days.
    seed
        Of the random draws; the factor method draws nothing.
    n_days
        Days that are simulated.
    percentile
        Share of days whose extreme a result does not exceed. [%]
    participation_percent
        Share of private cars under orderly control. [%]
    threads
        Of the simulation; the result does not depend on it.
    """

    scenarios: tuple[str, ...] = STANDARD_SCENARIOS
    methods: tuple[Method, ...] = METHODS
    charging: tuple[Charging, ...] = CHARGING_MODES
    seasons: tuple[Season, ...] = ()
    seed: int = DEFAULT_SEED
    n_days: int | None = None
    percentile: float | None = None
    participation_percent: float | None = None
    threads: int = 1

    @property
    def given(self) -> frozenset[str]:
        """Rules of a policy pack whose place a value of the question takes."""
        values = {
            "season.governing": self.seasons or None,
            "stochastic.n_days": self.n_days,
            "stochastic.percentile": self.percentile,
            "orderly.participation_share": self.participation_percent,
        }
        return frozenset(name for name, value in values.items() if value is not None)


EVERYTHING = Question()
"""All scenarios, both methods, every charging mode."""


def simulation_settings(
    question: Question, policy: PolicyPack, season: Season
) -> SimulationSettings:
    """Return the settings of the simulated days; what is not asked for comes from the pack."""
    percentile, n_days = question.percentile, question.n_days
    share = question.participation_percent
    return SimulationSettings(
        seed=question.seed,
        season=season,
        n_days=round(policy.number("stochastic.n_days")) if n_days is None else n_days,
        percentile=policy.number("stochastic.percentile") if percentile is None else percentile,
        participation_share=(
            policy.number("orderly.participation_share") if share is None else share / PERCENT
        ),
        threads=question.threads,
    )


def governing_method(policy: PolicyPack, question: Question) -> Method:
    """Return the method the pack lets decide, or the only one that is asked for."""
    wanted = policy.text("demand.governing_method")
    return next((method for method in question.methods if method == wanted), question.methods[0])
