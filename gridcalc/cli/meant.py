"""What a user may have meant: an option of another command, a name of a file not quite right."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path

import click

from gridcalc.errors import InputError, Problem

_UNREAD = "cannot be read: "
_UNKNOWN = "unknown key"
_MISSING = "is missing"
_KINDS = {
    "lv_nodes": "this is a compound file; it is read by 'gridcalc check' and the like",
    "layers": "this is a site file; it is read by 'gridcalc route' or 'gridcalc design'",
    "gridcalc_plan": "this is a plan of works; it is read by 'gridcalc cost'",
}
"""What a file is that has a key which the command does not know."""
_ALIKE = 0.8
_MOST_OWNERS = 5


def meant(error: click.UsageError) -> str:
    """Return a sentence on where a word that was not understood belongs; empty if unknown.

    Examples
    --------
    >>> from gridcalc.cli.main import cli
    >>> context = cli.make_context("gridcalc", ["check"])
    >>> meant(click.exceptions.NoSuchCommand("block.yaml", ctx=context))
    "The command stands before the file, as in 'gridcalc check block.yaml'."
    """
    if error.ctx is None:
        return ""
    if isinstance(error, click.exceptions.NoSuchCommand):
        is_file = error.ctx.parent is None and bool(Path(error.command_name).suffix)
        if not is_file:
            return ""
        return f"The command stands before the file, as in 'gridcalc check {error.command_name}'."
    return _meant_option(error, error.ctx) if isinstance(error, click.NoSuchOption) else ""


def _meant_option(error: click.NoSuchOption, context: click.Context) -> str:
    form = meant_format(error)
    if form:
        return f"Write '--format {form}'."
    if error.possibilities:
        return ""
    if isinstance(context.command, click.Group):
        option = error.option_name
        return f"Options stand behind the command, as in 'gridcalc check block.yaml {option}'."
    owners = list(_owners(error.option_name, context.find_root().command, "gridcalc"))
    return f"It is an option of {', '.join(owners)}." if 0 < len(owners) <= _MOST_OWNERS else ""


def meant_format(error: click.NoSuchOption) -> str:
    """Return the form of the result that was written as an option, such as ``--json``."""
    name = error.option_name.lstrip("-").lower()
    for parameter in error.ctx.command.params if error.ctx else ():
        if "--format" in parameter.opts and isinstance(parameter.type, click.Choice):
            return name if name in parameter.type.choices else ""
    return ""


def _owners(option: str, command: click.Command, path: str) -> Iterator[str]:
    if any(option in parameter.opts for parameter in command.params):
        yield f"'{path}'"
    for name, child in command.commands.items() if isinstance(command, click.Group) else ():
        yield from _owners(option, child, f"{path} {name}")


def clearer(error: InputError) -> InputError:
    """Return an error that says which file was meant, and which command reads the one given.

    Missing files are compared with those that are there: two words of which neither is a file are
    one name where the quotes were forgotten; an ending that Windows hides is shown. A file of
    another kind is one problem, not one for each of its keys; that needs more than a key too many.
    """
    missing = [problem.file for problem in error.problems if _is_missing(problem)]
    lacking = {problem.file for problem in error.problems if _MISSING in problem.message}
    kinds = {
        problem.file: _KINDS[problem.key]
        for problem in error.problems
        if problem.key in _KINDS and problem.message.startswith(_UNKNOWN)
        if problem.file in lacking
    }
    others = [problem for problem in error.problems if problem.file not in kinds]
    named = [_with_name(problem, missing) for problem in others]
    return InputError([*named, *(Problem(file, 0, "", text) for file, text in kinds.items())])


def _is_missing(problem: Problem) -> bool:
    return problem.message.startswith(_UNREAD) and not os.path.exists(problem.file)  # noqa: PTH110  never raises


def _with_name(problem: Problem, missing: Iterable[str]) -> Problem:
    if not _is_missing(problem):
        return problem
    quoted = [name for other in missing for name in _joined(problem.file, other) if _is_file(name)]
    near = _near(problem.file)
    if quoted:
        hint = f'; a name with spaces stands in quotes: "{quoted[0]}"'
    else:
        hint = f"; did you mean {near!r}?" if near else ""
    return replace(problem, message=problem.message + hint)


def _joined(one: str, other: str) -> tuple[str, str]:
    return f"{one} {other}", f"{other} {one}"


def _is_file(name: str) -> bool:
    return os.path.isfile(name)  # noqa: PTH113  never raises


def _near(file: str) -> str:
    """Return the file of the same folder that a missing one is most like; empty if none is."""
    path = Path(file)
    try:
        names = sorted(entry.name for entry in os.scandir(path.parent) if entry.is_file())
    except (OSError, ValueError):
        return ""
    longer = [name for name in names if Path(name).stem in {path.name, path.stem}]
    found = get_close_matches(path.name, longer or names, n=1, cutoff=0 if longer else _ALIKE)
    return str(path.parent / found[0]) if found else ""
