"""Plans of works for ``upgrade``: inputs read, plans searched, the one wanted written."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from gridcalc.catalogue import Catalogue
from gridcalc.cli.options import Lang, Rules, Runs
from gridcalc.cli.output import STDOUT, write_together
from gridcalc.cli.reading import read_all
from gridcalc.cli.said import announce, said, spoken
from gridcalc.cli.stopping import HINT, Stopping, stoppable
from gridcalc.cli.studying import question_of
from gridcalc.cli.targets import check_targets
from gridcalc.cli.templates import (
    check_compound_name,
    compound_content,
    refuse_workbook,
    seen_from,
)
from gridcalc.cli.upgrade import Search, Wanted
from gridcalc.cli.waiting import shown_by, waiting
from gridcalc.compound.model import Compound
from gridcalc.compound.reader import STDIN
from gridcalc.cost import Plan, PriceBook, load_price_book, plan_text, read_plan
from gridcalc.cost.loading import DETAILED_BOOK
from gridcalc.errors import ConvergenceError, InputError, Problem
from gridcalc.planning.records import Answer, PlanSettings, Upgrade
from gridcalc.planning.watching import Watcher
from gridcalc.powerflow.pandapower_engine import load_pandapower
from gridcalc.report.upgrade_tree import has_plan
from gridcalc.report.validate_report import Read


def check_wanted(file: str, search: Search, wanted: Wanted, rules: Rules) -> None:
    """Refuse what cannot be searched or written, before anything is read.

    Raises
    ------
    click.UsageError
        The target lies above the trigger, or two names are one file.
    InputError
        A file that would be written exists and ``--force`` is not given, or it has no folder.
    """
    target, trigger = search.target_loading_percent, search.trigger_loading_percent
    if target is not None and trigger is not None and target > trigger:
        raise click.UsageError(
            f"--target-loading {target:g} is above --trigger-loading {trigger:g}: what is built"
            " could need works again"
        )
    targets = _targets(wanted)
    for option, name in targets:
        _refuse_name(option, name, inputs=[file, search.prices, rules.policy])
    names = [_real(name) for _, name in targets]
    if len(set(names)) < len(names):
        raise click.UsageError(f"-o and --apply both name {wanted.plan}")
    check_targets((name for _, name in targets), force=wanted.force)


def _targets(wanted: Wanted) -> list[tuple[str, str]]:
    """Return option and name of each file that is asked for."""
    named = (("-o", wanted.plan), ("--apply", wanted.applied))
    return [(option, name) for option, name in named if name is not None]


def _refuse_name(option: str, name: str, *, inputs: Sequence[str | None]) -> None:
    if name == STDOUT:
        raise click.UsageError(f"{option} needs a file; standard output holds the result")
    if option == "-o":
        refuse_workbook(Path(name))
    else:
        check_compound_name(option, name)
    if any(given not in {None, STDIN} and _real(str(given)) == _real(name) for given in inputs):
        raise click.UsageError(f"{option} {name}: this file is read; choose another name")


def _real(name: str) -> str:
    return os.path.realpath(name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """A compound with its rules, the prices of its works, and how the user named each."""

    file: str
    row: Read
    book: PriceBook
    policy_ref: str | None
    prices_ref: str


def read_inputs(
    file: str, *, catalogue: Catalogue, rules: Rules, runs: Runs, search: Search
) -> Inputs:
    """Return the compound, its policy pack and the price book.

    Raises
    ------
    InputError
        All problems of the file, the policy pack, the scenario names and the price book.
    """
    problems: list[Problem] = []
    prices = search.prices or DETAILED_BOOK
    rows: tuple[Read, ...] = ()
    book: PriceBook | None = None
    try:
        rows = read_all([file], catalogue=catalogue, rules=rules, scenarios=runs.scenarios)
    except InputError as error:
        problems += error.problems
    try:
        book = _detailed_book(prices)
    except InputError as error:
        problems += error.problems
    if book is None or problems:
        raise InputError(problems)
    return Inputs(file=file, row=rows[0], book=book, policy_ref=rules.policy, prices_ref=prices)


def _detailed_book(ref: str) -> PriceBook:
    book = load_price_book(ref)
    if book.level == "survey":
        message = (
            f"is a price book for surveys of cities; works need a detailed one: {DETAILED_BOOK},"
            " or a book that extends it"
        )
        raise InputError([Problem(ref, 0, "", message)])
    return book


def upgraded(inputs: Inputs, *, catalogue: Catalogue, runs: Runs, search: Search) -> Upgrade:
    """Return the plans for a compound; a person who waits sees how far the search is.

    Raises
    ------
    InputError
        Every item without a price, or what only the calculation finds wrong.
    ConvergenceError
        No solution even at low load.
    """
    from gridcalc.planning.plan import plan_upgrade

    row = inputs.row
    load_pandapower()
    try:
        with (
            waiting(f"upgrade of {row.file} is computed") as status,
            stoppable(shown_by(status)) as stopping,
        ):
            return plan_upgrade(
                row.compound,
                catalogue=catalogue,
                policy=row.policy,
                prices=inputs.book,
                question=question_of(runs),
                settings=PlanSettings(
                    trigger_loading_percent=search.trigger_loading_percent,
                    target_loading_percent=search.target_loading_percent,
                    max_parallel=search.max_parallel,
                    max_judged=search.max_judged,
                ),
                watcher=_watcher(shown_by(status), stopping),
            )
    except ConvergenceError as error:
        raise ConvergenceError(f"{row.file}: {error}") from None


def _watcher(show: Callable[[str], None] | None, stopping: Stopping) -> Watcher:
    """Return who waits: a person who sees every step, and what Ctrl-C would do."""

    def progress(text: str) -> None:
        if show is not None and not stopping.is_asked:
            show(f"{text}; {said(HINT, spoken())}" if stopping.has_plan else text)

    return Watcher(progress=progress, stopped=stopping)


def write_wanted(
    found: Upgrade, wanted: Wanted, *, inputs: Inputs, catalogue: Catalogue, lang: Lang
) -> str:
    """Write the plan and the compound that are asked for, each complete or not at all.

    Returns
    -------
    str
        Why what was asked for cannot be written; empty where it is written, or where no works are
        needed and so no plan.

    Raises
    ------
    InputError
        A file cannot be written, or would not read back.
    """
    answer = plan_of(found, wanted)
    if answer is None:
        return _no_plan(found, wanted) if _targets(wanted) else ""
    contents: list[tuple[bytes, str]] = []
    if wanted.plan is not None:
        text = _plan_yaml(answer, found, Path(wanted.plan), inputs)
        contents += [(text.encode("utf-8"), wanted.plan)] if text else []
    if wanted.applied is not None:
        after = _compound_after(answer, wanted.applied, inputs)
        content = compound_content(after, wanted.applied, catalogue=catalogue, lang=lang)
        contents.append((content, wanted.applied))
    write_together(contents)
    return ""


def plan_of(found: Upgrade, wanted: Wanted) -> Answer | None:
    """Return the plan of the strategy that is asked for; ``None`` where it has none."""
    answers = [row for row in found.answers if row.strategy == wanted.strategy]
    return next(filter(has_plan, answers), None)


def _no_plan(found: Upgrade, wanted: Wanted) -> str:
    names = " and ".join(name for _, name in _targets(wanted))
    others = [row.strategy for row in found.answers if has_plan(row)]
    hint = f"; --strategy {others[0]} has one" if others else ""
    if found.stopped is not None and wanted.strategy in found.stopped.not_searched:
        return f"{names} not written: strategy {wanted.strategy} was not searched to a plan{hint}"
    return f"{names} not written: strategy {wanted.strategy} has no plan{hint}"


def _plan_yaml(answer: Answer, found: Upgrade, target: Path, inputs: Inputs) -> str:
    """Return the plan file, read back once; empty, with a remark, where no works are needed."""
    quantities = tuple(row for works in answer.works for row in works.quantities)
    if not quantities:
        old = "; the file of this name is an older one" if target.exists() else ""
        remark = "no works are needed, and a plan file needs at least one quantity"
        announce(f"{target} not written: {remark}{old}")
        return ""
    compound = found.compound
    plan = Plan(
        compound=compound.id,
        policy=_policy_ref(inputs, target, chosen=inputs.policy_ref),
        build=compound.build.kind,
        category=None if compound.is_new else compound.build.category,
        quantities=quantities,
        prices=seen_from(target, inputs.prices_ref, Path()),
        note=f"works of gridcalc upgrade: strategy {answer.strategy}, compound {compound.id}"
        f"{_not_excluded(found)}",
    )
    text = plan_text(plan)
    read_plan(text, file=str(target))
    return text


def _not_excluded(found: Upgrade) -> str:
    """Return what a plan file says of a search that was stopped while plans were looked for."""
    stopped = found.stopped
    if stopped is None or not (stopped.unfinished or stopped.not_searched):
        return ""
    return "; the search was stopped by the user, a cheaper plan was not excluded"


def _compound_after(answer: Answer, target: str, inputs: Inputs) -> Compound:
    """Return the compound with the works; it names the policy pack it had."""
    policy = _policy_ref(inputs, Path(target), chosen=None)
    return answer.compound_after.model_copy(update={"policy": policy})


def _policy_ref(inputs: Inputs, target: Path, *, chosen: str | None) -> str:
    """Return the pack chosen, else that of the compound file, as a file at another place names it.

    A path in a compound file starts at the folder of the file, if there is such a file.
    """
    if chosen is not None:
        return seen_from(target, chosen, Path())
    named = inputs.row.compound.policy
    folder = Path() if inputs.file == STDIN else Path(inputs.file).parent
    return seen_from(target, named, folder if (folder / named).is_file() else Path())
