"""Everything that is known about one compound, gathered once for all that is handed over."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace

from gridcalc.catalogue import Catalogue
from gridcalc.checks.case import Case, prepare
from gridcalc.checks.finding import Finding
from gridcalc.compound.defaults import resolve_defaults
from gridcalc.compound.model import Compound
from gridcalc.connection.records import Connection
from gridcalc.cost import PriceBook
from gridcalc.hosting.capacity import hosting
from gridcalc.hosting.records import Hosting
from gridcalc.outcome import Run, Study
from gridcalc.planning.known import Studied
from gridcalc.planning.plan import plan_studied
from gridcalc.planning.records import Answer, PlanSettings, Upgrade
from gridcalc.planning.watching import Watcher
from gridcalc.policy import PolicyPack
from gridcalc.powerflow.engine import solve_state
from gridcalc.question import EVERYTHING, Question, simulation_settings
from gridcalc.routing.site.layout import Layout
from gridcalc.simulation.settings import governing_season
from gridcalc.study import study
from gridcalc.timeline.records import Timeline

_RISK = 0.05
"""Share of the draws that may break a limit where the hosting capacity is searched. [-]"""
AS_USUAL = PlanSettings()
"""How a plan is searched where nobody asks for anything else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InputFile:
    """A file that was read, as proof of what the results rest on.

    Parameters
    ----------
    role
        What it is: ``compound``, ``policy``, ``prices``, ``site`` or ``catalogue``.
    name
        Name as the user gave it.
    sha256
        Of its bytes, in hexadecimal digits.
    """

    role: str
    name: str
    sha256: str


def input_file(role: str, name: str, content: bytes) -> InputFile:
    """Return the record of a file that was read.

    Examples
    --------
    >>> input_file("compound", "a.yaml", b"").sha256[:8]
    'e3b0c442'
    """
    return InputFile(role=role, name=name, sha256=hashlib.sha256(content).hexdigest())


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Dossier:
    """What deliverables are made from.

    Attributes
    ----------
    inputs
        Files that were read, the compound file first.
    compound
        As read from its file; ``case.site.compound`` is the same with its gaps filled.
    policy, catalogue
        The rules that judge, and the equipment.
    question
        Scenarios, methods and days that were computed.
    case
        Network, topology, load groups, demand model and fault levels.
    study
        Verdict, runs and assumptions.
    hosting
        How many chargers fit; ``None`` where it was not asked for or there are no private bays.
    upgrade
        The plans of works; ``None`` where none was searched.
    after
        The compound with its least-cost works, as far as it was studied, whether or not they keep
        every limit; ``None`` without such works. ``with_plans`` sets it.
    connection
        Routes of the new 10 kV cable; ``None`` without a site.
    timeline
        Deadlines of the connection; ``None`` without a start.
    layout
        Where the elements lie; ``None`` where nobody said it.
    """

    inputs: tuple[InputFile, ...]
    compound: Compound
    policy: PolicyPack
    catalogue: Catalogue
    question: Question
    case: Case
    study: Study
    hosting: Hosting | None = None
    upgrade: Upgrade | None = None
    after: "Dossier | None" = None
    connection: Connection | None = None
    timeline: Timeline | None = None
    layout: Layout | None = None

    @property
    def resolved(self) -> Compound:
        """The compound with its gaps filled."""
        return self.case.site.compound

    @property
    def deciding_run(self) -> Run:
        """The run of the binding finding; the last of the governing runs without a finding."""
        runs, binding = self.study.governing_runs, self.study.binding
        if binding is not None:
            for run in runs:
                if run.scenario == binding.scenario and binding.finding in run.findings:
                    return run
        return runs[-1]

    @property
    def binding(self) -> Finding | None:
        """The finding that decides."""
        return self.study.binding.finding if self.study.binding else None

    @property
    def plan(self) -> Answer | None:
        """The least-cost plan with works; ``None`` where none is needed or none was found."""
        found = self.upgrade.answer("least_cost") if self.upgrade else None
        return found if found is not None and found.works else None


def with_plans(dossier: Dossier, plans: Upgrade) -> Dossier:
    """Return a dossier with plans of works, and with the compound after the least-cost one."""
    found = replace(dossier, upgrade=plans, after=None)
    plan = found.plan
    if plan is None or plan.study_after is None:
        return found
    after = Dossier(
        inputs=found.inputs,
        compound=plan.compound_after,
        policy=found.policy,
        catalogue=found.catalogue,
        question=found.question,
        case=_case(plan.compound_after, found.catalogue, found.policy),
        study=plan.study_after,
    )
    return replace(found, after=after)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a dossier holds beside the study.

    Attributes
    ----------
    prices
        Price book of the works; ``None`` searches no plan.
    settings
        How the plan is searched.
    with_hosting
        Whether the hosting capacity is searched.
    """

    prices: PriceBook | None = None
    settings: PlanSettings = AS_USUAL
    with_hosting: bool = True


STUDY_ALONE = Wanted()
"""No plan, but the number of chargers that fit."""


def compile_dossier(
    compound: Compound,
    *,
    catalogue: Catalogue,
    policy: PolicyPack,
    inputs: tuple[InputFile, ...],
    question: Question = EVERYTHING,
    wanted: Wanted = STUDY_ALONE,
    progress: Callable[[str], None] | None = None,
) -> Dossier:
    """Return everything about a compound: study, what fits, and plans where limits are broken.

    Parameters
    ----------
    compound, inputs
        The compound as read, and the files behind it.
    catalogue, policy
        Equipment, and the rules that judge.
    question, wanted
        What is computed.
    progress
        Is told the step that begins.

    Raises
    ------
    InputError
        What only the calculation finds wrong, or every item of the plan without a price.
    ConvergenceError
        Not even the low-load case has a solution.
    """
    tell = progress or _nothing
    tell("study")
    case = _case(compound, catalogue, policy)
    found = study(compound, catalogue=catalogue, policy=policy, question=question)
    fits = None
    if wanted.with_hosting and compound.private_bays:
        tell("hosting")
        fits = _hosting(compound, catalogue, policy, question)
    dossier = Dossier(
        inputs=inputs,
        compound=compound,
        policy=policy,
        catalogue=catalogue,
        question=question,
        case=case,
        study=found,
        hosting=fits,
    )
    if wanted.prices is None or found.verdict == "ready":
        return dossier
    plans = plan_studied(
        Studied(compound=compound, question=question, study=found),
        catalogue=catalogue,
        policy=policy,
        prices=wanted.prices,
        settings=wanted.settings,
        watcher=Watcher(progress=tell),
    )
    return with_plans(dossier, plans)


def _case(compound: Compound, catalogue: Catalogue, policy: PolicyPack) -> Case:
    """Return a compound with its defaults, ready to be solved."""
    resolved = resolve_defaults(compound, policy)
    return prepare(resolved.compound, catalogue=catalogue, policy=policy, solver=solve_state)


def _hosting(
    compound: Compound, catalogue: Catalogue, policy: PolicyPack, question: Question
) -> Hosting:
    seasons = question.seasons or (governing_season(policy),)
    n_draws = question.n_days or round(policy.number("hosting.n_draws"))
    drawn = replace(question, n_days=n_draws)
    return hosting(
        compound,
        catalogue=catalogue,
        policy=policy,
        scenario=question.scenarios[-1],
        settings=[simulation_settings(drawn, policy, season) for season in seasons],
        modes=question.charging,
        risk=_RISK,
    )


def _nothing(step: str) -> None:
    """Tell nobody."""
    del step
