"""Search the hosting capacity of one compound with the settings of some options."""

from gridcalc.catalogue import Catalogue
from gridcalc.cli.options import Draws
from gridcalc.cli.waiting import waiting
from gridcalc.errors import ConvergenceError
from gridcalc.hosting.capacity import hosting
from gridcalc.policy import PolicyPack
from gridcalc.question import Question, simulation_settings
from gridcalc.report.hosting_report import Hosted
from gridcalc.report.validate_report import Read
from gridcalc.simulation.settings import (
    CHARGING_MODES,
    SEASONS,
    SimulationSettings,
    governing_season,
)
from gridcalc.units import PERCENT


def hosted(row: Read, *, catalogue: Catalogue, scenario: str, draws: Draws) -> Hosted:
    """Return the hosting capacity of a compound.

    Raises
    ------
    InputError
        A compound without private bays, or what only the calculation finds wrong.
    ConvergenceError
        No solution even at low load.
    """
    settings = _settings(draws, row.policy)
    wanted = draws.charging or CHARGING_MODES
    try:
        with waiting(f"hosting {row.file}: one bisection per charging mode"):
            found = hosting(
                row.compound,
                catalogue=catalogue,
                policy=row.policy,
                scenario=scenario,
                settings=settings,
                modes=[mode for mode in CHARGING_MODES if mode in wanted],
                risk=draws.risk,
            )
    except ConvergenceError as error:
        raise ConvergenceError(f"{row.file}: {error}") from None
    return Hosted(
        hosting=found,
        n_draws=settings[0].n_days,
        participation_percent=PERCENT * settings[0].participation_share,
    )


def _settings(draws: Draws, policy: PolicyPack) -> list[SimulationSettings]:
    """Return the settings of each season; one draw is one simulated day."""
    n_draws = draws.n_draws or round(policy.number("hosting.n_draws"))
    question = Question(
        seed=draws.seed,
        n_days=n_draws,
        participation_percent=draws.participation_percent,
        threads=draws.threads,
    )
    seasons = [season for season in SEASONS if season in draws.seasons]
    return [
        simulation_settings(question, policy, season)
        for season in seasons or [governing_season(policy)]
    ]
