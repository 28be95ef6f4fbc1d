"""The curves of a compound as a city run asks for them."""

from gridcalc.catalogue import Catalogue
from gridcalc.checks.case import prepare
from gridcalc.checks.simulated import simulation_of
from gridcalc.city.lines.curves import line_curves
from gridcalc.city.records import CityQuestion, LineCurves
from gridcalc.compound.defaults import resolve_defaults
from gridcalc.compound.model import Compound
from gridcalc.demand.scenario import scenarios_in_order
from gridcalc.policy import PolicyPack, load_policy
from gridcalc.policy.loading import BASE_PACK
from gridcalc.powerflow.engine import solve_state
from gridcalc.question import Question, simulation_settings
from gridcalc.simulation.settings import CHARGING_MODES, SEASONS, governing_season


def compound_curves(
    compound: Compound, *, catalogue: Catalogue, policy: PolicyPack, question: CityQuestion
) -> tuple[LineCurves, ...]:
    """Return the load of a compound at 10 kV today and with all that the last scenario connects.

    Days are simulated whatever the method of the run. Their seasons, one after the other, are
    those of the lines, else those asked for, else that of the pack of the compound.

    Raises
    ------
    InputError
        Parameters of the pack, or scenarios, that cannot be used.
    ConvergenceError
        Not even the low-load case has a solution.
    """
    asked = Question(
        seed=question.seed,
        n_days=line_days(question),
        participation_percent=question.participation_percent,
        threads=1,
    )
    wanted = question.line_seasons or question.seasons
    seasons = [season for season in SEASONS if season in wanted] or [governing_season(policy)]
    resolved = resolve_defaults(compound, policy)
    case = prepare(resolved.compound, catalogue=catalogue, policy=policy, solver=solve_state)
    return tuple(
        line_curves(
            case,
            simulation_of(case, simulation_settings(asked, policy, season)),
            scenario=scenarios_in_order(question.scenarios)[-1],
            charging=[mode for mode in CHARGING_MODES if mode in question.charging],
        )
        for season in seasons
    )


def line_days(question: CityQuestion) -> int:
    """Return the days of the curves of a run, the same for all compounds whatever their packs.

    These are those of the lines, else as many as are asked for, else those of the pack of the
    run, or of the national one, but at most its ``city.n_days_of_lines``.

    Examples
    --------
    >>> line_days(CityQuestion()), line_days(CityQuestion(n_days=1000))
    (200, 1000)
    """
    given = question.n_days_of_lines or question.n_days
    if given is not None:
        return given
    pack = load_policy(question.policy or BASE_PACK)
    rules = ("stochastic.n_days", "city.n_days_of_lines")
    return round(min(pack.number(rule) for rule in rules))
