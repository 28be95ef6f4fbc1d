"""Files and options in: every problem of every file before anything is computed."""

from collections.abc import Sequence
from pathlib import Path

import click

from gridcalc.catalogue import Catalogue
from gridcalc.cli.options import Rules
from gridcalc.compound.door import read_text
from gridcalc.compound.doubts import metered_doubts
from gridcalc.compound.reader import STDIN, read_compound, stdin_text
from gridcalc.demand.scenario import parse_scenario
from gridcalc.errors import InputError, Problem
from gridcalc.policy import PolicyPack, list_policies, load_policy
from gridcalc.report.validate_report import Read

_PACK_SUFFIXES = (".yaml", ".yml")


def read_all(
    files: Sequence[str], *, catalogue: Catalogue, rules: Rules, scenarios: Sequence[str] = ()
) -> tuple[Read, ...]:
    """Return the compounds of some files with their policy packs, sorted by id.

    Raises
    ------
    InputError
        All problems of all files, policy packs and scenario names at once.
    """
    if list(files).count(STDIN) > 1:
        raise click.UsageError("'-' can stand for standard input only once")
    found: list[Read] = []
    problems = list(_scenario_problems(scenarios))
    for file in files:
        try:
            found.append(_read(file, catalogue, rules))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return tuple(sorted(found, key=lambda row: (row.compound.id, row.file)))


def file_name(file: str) -> str:
    """Return the name of a file in messages.

    Examples
    --------
    >>> file_name("-"), file_name("tower.yaml")
    ('<stdin>', 'tower.yaml')
    """
    return "<stdin>" if file == STDIN else file


def text_of(file: str) -> str:
    """Return the text of a file, ``-`` for standard input.

    Raises
    ------
    InputError
        The file cannot be read.
    """
    return stdin_text() if file == STDIN else read_text(Path(file))


def _scenario_problems(names: Sequence[str]) -> Sequence[Problem]:
    problems: list[Problem] = []
    for name in names:
        try:
            parse_scenario(name)
        except InputError as error:
            problems += error.problems
    return problems


def _read(file: str, catalogue: Catalogue, rules: Rules) -> Read:
    known = () if rules.policy else tuple(pack.id for pack in list_policies())
    compound = read_compound(file, catalogue=catalogue, policies=known)
    policy = policy_of(rules.policy, compound.policy, file)
    doubts = [*metered_doubts(compound, catalogue)]
    if compound.metered:
        from gridcalc.demand.doubts import metered_scale_doubts

        doubts += metered_scale_doubts(compound, policy)
    return Read(file=file_name(file), compound=compound, doubts=tuple(doubts), policy=policy)


def policy_of(chosen: str | None, named: str, file: str) -> PolicyPack:
    """Return the pack chosen, else the one a file names; its paths start at the file's folder."""
    if chosen is not None:
        return load_policy(chosen)
    beside = Path(file).parent / named
    if named.endswith(_PACK_SUFFIXES) and file != STDIN and beside.is_file():
        return load_policy(str(beside))
    return load_policy(named)
