"""Networks of other programs: told apart from compound files, their options, and their studies."""

import functools
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

import click

from gridcalc.cli.options import Draws, Rules, Runs
from gridcalc.errors import ConvergenceError, InputError, Problem

if TYPE_CHECKING:
    from gridcalc.foreign.load_map import LoadMap
    from gridcalc.foreign.records import ForeignHosting, ForeignStudy
    from gridcalc.network.foreign_tables import ForeignTables
    from gridcalc.report.blocks import Output
    from gridcalc.report.wording import Wording

P = ParamSpec("P")
R = TypeVar("R")
_BASE_PACK = "national"
_STDIN = "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignOptions:
    """What the user says about networks of other programs; nothing means nothing."""

    loads: Path | None
    vector_group: str
    keep: bool

    @property
    def is_given(self) -> bool:
        """Whether any of them was used."""
        return bool(self.loads or self.vector_group or self.keep)


loads_option = click.option(
    "--loads",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="For a pandapower network: table (.csv or .yaml) that says what its loads are; columns"
    " load, kind, households, bays, ebikes. [default: by profile, name and voltage]",
)


def foreign_options(command: Callable[P, R]) -> Callable[P, R]:
    """Add what is said about networks of other programs; the command gets it as ``foreign``."""

    @loads_option
    @click.option(
        "--vector-group",
        type=click.Choice(["Dyn", "Yzn", "YNyn"]),
        help="For a pandapower network: group that transformers of groups without an unbalanced"
        " model are taken for. [default: such networks are refused]",
    )
    @click.option(
        "--keep-values",
        "keep",
        is_flag=True,
        help="For a pandapower network: keep reactive powers that are a thousandth of what they"
        " should be. [default: they are corrected, and that is said]",
    )
    @functools.wraps(command)
    def wrapper(
        *args: Any, loads: Path | None, vector_group: str | None, keep: bool, **options: Any
    ) -> R:
        foreign = ForeignOptions(loads=loads, vector_group=vector_group or "", keep=keep)
        return command(*args, foreign=foreign, **options)  # type: ignore[arg-type]

    return wrapper  # type: ignore[return-value]


def parted(
    files: Sequence[str], options: ForeignOptions
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the compound files and the files with networks of other programs."""
    from gridcalc.foreign.opening import is_foreign

    foreign = tuple(file for file in files if file != _STDIN and is_foreign(Path(file)))
    if options.is_given and not foreign:
        message = "--loads, --vector-group and --keep-values are for pandapower networks"
        raise click.UsageError(message)
    return tuple(file for file in files if file not in foreign), foreign


def check_foreign(
    files: Sequence[str], *, runs: Runs, rules: Rules, options: ForeignOptions
) -> "tuple[ForeignStudy, ...]":
    """Return the study of each network, sorted by id.

    Raises
    ------
    InputError
        All problems of all files at once.
    ConvergenceError
        A network has no solution as its file gives it.
    """
    from gridcalc.demand.scenario import STANDARD_SCENARIOS
    from gridcalc.foreign.study import foreign_study
    from gridcalc.policy import load_policy

    if runs.method == "stochastic" or runs.days.charging:
        raise click.UsageError(
            "a pandapower network says nothing about days: only the factor method without"
            " --charging is computed; make a compound file for simulated days"
        )
    policy, choices = load_policy(rules.policy or _BASE_PACK), _choices(options)
    found: list[ForeignStudy] = []
    problems: list[Problem] = []
    for file in files:
        try:
            tables, given = _read(file, options)
            with _named(file):
                found.append(
                    foreign_study(
                        tables,
                        policy=policy,
                        scenarios=runs.scenarios or STANDARD_SCENARIOS,
                        given=given,
                        choices=choices,
                    )
                )
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return tuple(sorted(found, key=lambda row: row.study.compound_id))


def host_foreign(
    file: str, *, scenario: str, draws: Draws, rules: Rules, options: ForeignOptions
) -> "ForeignHosting":
    """Return how many chargers a network carries.

    Raises
    ------
    InputError
        Everything that is wrong with the file.
    ConvergenceError
        The network has no solution as its file gives it.
    """
    from gridcalc.cli.waiting import waiting
    from gridcalc.foreign.hosting import foreign_hosting
    from gridcalc.policy import load_policy

    if draws.charging or draws.seasons or draws.n_draws or draws.participation_percent:
        raise click.UsageError(
            "a pandapower network says nothing about days: only the factor method is searched;"
            " make a compound file for --charging, --season, --draws and --participation"
        )
    tables, given = _read(file, options)
    with _named(file), waiting(f"hosting {file}: one bisection"):
        return foreign_hosting(
            tables,
            policy=load_policy(rules.policy or _BASE_PACK),
            scenario=scenario,
            given=given,
            choices=_choices(options),
        )


def _choices(options: ForeignOptions) -> Any:
    from gridcalc.foreign.records import Choices

    return Choices(keep=options.keep, vector_group=options.vector_group)


def _read(file: str, options: ForeignOptions) -> "tuple[ForeignTables, LoadMap]":
    from gridcalc.foreign.load_map import NO_MAP, read_load_map
    from gridcalc.foreign.opening import read_foreign
    from gridcalc.powerflow.pandapower_engine import load_pandapower

    tables = read_foreign(Path(file))
    given = NO_MAP if options.loads is None else read_load_map(options.loads, tables)
    load_pandapower()
    return tables, given


@contextmanager
def _named(file: str) -> Iterator[None]:
    """Name the file in the errors of a calculation."""
    try:
        yield
    except ConvergenceError as error:
        raise ConvergenceError(f"{file}: {error}") from None


def joined(own: "Output | None", foreign: "Output | None") -> "Output":
    """Return the outcomes of ``check`` for both kinds of files as one, sorted by id."""
    from gridcalc.report.blocks import Output

    found = [output for output in (own, foreign) if output is not None]
    if len(found) == 1:
        return found[0]
    studies = [study for output in found for study in output.tree["studies"]]
    tree = {**found[0].tree, "studies": sorted(studies, key=lambda row: str(row["compound_id"]))}
    return Output(
        tree=tree,
        rows=[row for output in found for row in output.rows],
        blocks=tuple(block for output in found for block in output.blocks),
    )


def shown_foreign(
    found: "Sequence[ForeignStudy]", wording: "Wording", *, show_all: bool
) -> "Output | None":
    """Return the outcome of some foreign networks; ``None`` without any."""
    from gridcalc.report.foreign_check import foreign_check_output

    return foreign_check_output(found, wording, show_all=show_all) if found else None
