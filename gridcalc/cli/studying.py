"""Study several compounds one after the other, with progress for a person who waits."""

import sys
from collections.abc import Iterable, Sequence
from contextlib import nullcontext

import click
from rich.console import Console
from rich.progress import track

from gridcalc.catalogue import Catalogue
from gridcalc.cli.options import Runs
from gridcalc.cli.said import said, spoken
from gridcalc.cli.waiting import waiting
from gridcalc.demand.scenario import STANDARD_SCENARIOS
from gridcalc.errors import ConvergenceError, InputError, Problem
from gridcalc.powerflow.pandapower_engine import load_pandapower
from gridcalc.question import METHODS, Question
from gridcalc.report.check_report import Checked
from gridcalc.report.validate_report import Read
from gridcalc.simulation.settings import CHARGING_MODES, SEASONS
from gridcalc.study import study


def study_all(found: Sequence[Read], *, catalogue: Catalogue, runs: Runs) -> tuple[Checked, ...]:
    """Return the outcome of each compound, in the order given.

    Raises
    ------
    InputError
        Everything that only the calculation finds wrong with a file.
    ConvergenceError
        One compound has no solution even at low load.
    """
    checked: list[Checked] = []
    problems: list[Problem] = []
    if runs.method != "stochastic":
        load_pandapower()
    for row in _with_progress(found):
        try:
            checked.append(_study(row, catalogue, runs, alone=len(found) == 1))
        except InputError as error:
            problems += error.problems
        except ConvergenceError as error:
            raise ConvergenceError(f"{row.file}: {error}") from None
    if problems:
        raise InputError(problems)
    return tuple(checked)


def any_limit_broken(checked: Sequence[Checked]) -> bool:
    """Return whether a run that decides breaks a limit, in any compound.

    Without control the runs the verdict rests on decide; where orderly charging is fitted, managed
    charging does.
    """
    return any(_breaks_a_limit(row) for row in checked)


def _breaks_a_limit(row: Checked) -> bool:
    if row.compound.orderly_charging and row.study.verdict == "ready_managed":
        return False
    return not all(run.passed for run in row.study.governing_runs)


def _study(row: Read, catalogue: Catalogue, runs: Runs, *, alone: bool) -> Checked:
    with waiting(f"check of {row.file} is computed") if alone else nullcontext():
        outcome = study(
            row.compound,
            catalogue=catalogue,
            policy=row.policy,
            question=question_of(runs),
        )
    return Checked(compound=row.compound, policy=row.policy, study=outcome, doubts=row.doubts)


def question_of(runs: Runs) -> Question:
    """Return the question that some options ask."""
    days = runs.days
    if runs.method == "factor" and set(days.charging) - {"uncontrolled"}:
        raise click.UsageError(
            "the factor method has no clock and knows uncontrolled charging only;"
            " --charging tou and managed need --method stochastic or both"
        )
    wanted = days.charging or CHARGING_MODES
    methods = tuple(method for method in METHODS if runs.method in {method, "both"})
    return Question(
        scenarios=runs.scenarios or STANDARD_SCENARIOS,
        methods=methods,
        charging=tuple(mode for mode in CHARGING_MODES if mode in wanted),
        seasons=tuple(season for season in SEASONS if season in days.seasons),
        seed=days.seed,
        n_days=days.n_days,
        percentile=days.percentile,
        participation_percent=days.participation_percent,
        threads=days.threads,
    )


def _with_progress(found: Sequence[Read]) -> Iterable[Read]:
    console = Console(stderr=True)
    hidden = len(found) == 1 or not sys.stderr.isatty()
    return track(found, said("check", spoken()), console=console, transient=True, disable=hidden)
