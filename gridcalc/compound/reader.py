"""Compound files in: one call that checks values, links, equipment and supply at once.

A compound file is YAML or a fill-in workbook; both become the same document first.
"""

import sys
from collections.abc import Collection
from pathlib import Path

from gridcalc.catalogue import Catalogue
from gridcalc.compound.consistency import consistency_problems
from gridcalc.compound.door import read_mapping, read_text, validate
from gridcalc.compound.gaps import absent_lists
from gridcalc.compound.model import Compound
from gridcalc.compound.outline import outline
from gridcalc.compound.workbook.fields import CURVES
from gridcalc.compound.workbook.reading import WORKBOOK_SUFFIXES, read_workbook
from gridcalc.errors import InputError, Problem
from gridcalc.policy import ids_meant, ids_of_title
from gridcalc.units import BYTES_PER_MB
from gridcalc.userfile import MAX_TEXT_MB, check_size
from gridcalc.yamlfile import Document

STDIN = "-"
_TABLE_SUFFIXES = (".csv", ".tsv", ".gpkg", ".geojson", ".parquet", ".geoparquet")


def is_workbook(file: str) -> bool:
    """Return whether a file is a spreadsheet by its name.

    Examples
    --------
    >>> is_workbook("tower.xlsx"), is_workbook("tower.yaml"), is_workbook("-")
    (True, False, False)
    """
    return Path(file).suffix.lower() in WORKBOOK_SUFFIXES


def stdin_text() -> str:
    """Return the text of standard input.

    Raises
    ------
    InputError
        It is no text or too long; a workbook is read by its name only.
    """
    try:
        text = sys.stdin.read(MAX_TEXT_MB * BYTES_PER_MB + 1)
    except UnicodeDecodeError:
        message = "is not text in UTF-8; a workbook is read by the name of its file"
        raise InputError([Problem("<stdin>", 0, "", message)]) from None
    check_size(text, file="<stdin>")
    return text


def read_document(path: Path, *, file: str) -> Document:
    """Return what a compound file says, before it is judged.

    Parameters
    ----------
    path
        YAML file or fill-in workbook, by the end of its name.
    file
        As messages call it.

    Raises
    ------
    InputError
        The file cannot be read, or holds something else.
    """
    if is_workbook(path.name):
        return read_workbook(path, file=file)
    if path.suffix.lower() in _TABLE_SUFFIXES and path.is_file():
        message = "is a table by its name; 'gridcalc city run' reads a table of many compounds"
        raise InputError([Problem(file, 0, "", message)])
    return read_mapping(read_text(path), file=file, what="compound")


def read_compound(file: str, *, catalogue: Catalogue, policies: Collection[str] = ()) -> Compound:
    """Return the compound of a YAML file or workbook; ``-`` reads YAML from standard input.

    Raises
    ------
    InputError
        All problems of the file at once: keys, values, links, equipment, loops, islands.
    """
    if file == STDIN:
        return parse_compound(stdin_text(), file="<stdin>", catalogue=catalogue, policies=policies)
    document = read_document(Path(file), file=file)
    return compound_of(document, catalogue=catalogue, policies=policies)


def parse_compound(
    text: str, *, file: str, catalogue: Catalogue, policies: Collection[str] = ()
) -> Compound:
    """Return the compound of a YAML text.

    Parameters
    ----------
    text
        The content.
    file
        The name shown in messages.
    catalogue
        The equipment the file may name.
    policies
        Known policy ids; empty skips that check. A value ending in ``.yaml`` is a path, and the
        whole title of a shipped pack stands for its id.

    Raises
    ------
    InputError
        All problems at once.
    """
    document = read_mapping(text, file=file, what="compound")
    return compound_of(document, catalogue=catalogue, policies=policies)


def compound_of(
    document: Document, *, catalogue: Catalogue, policies: Collection[str] = ()
) -> Compound:
    """Return the compound a document describes; parameters are those of ``parse_compound``.

    Raises
    ------
    InputError
        All problems at once.
    """
    compound, problems = validate(Compound, document)
    entries = outline(document)
    problems = _without_gaps(document, problems, absent_lists(entries))
    problems += consistency_problems(entries, catalogue)
    problems += _policy_problems(document, policies)
    problems = _told_once(document, problems)
    if problems or compound is None:
        raise InputError(sorted(problems, key=lambda problem: _rank(document, problem)))
    return compound


def _rank(document: Document, problem: Problem) -> int:
    """Return the number of the sheet of a problem in the order of the workbook."""
    sheet = problem.key.rpartition("!")[0]
    return document.sheets.index(sheet) if sheet in document.sheets else -1


def _without_gaps(
    document: Document, problems: list[Problem], absent: Collection[str]
) -> list[Problem]:
    """Return problems of values without those of lists and cells that could not be read."""
    told = {f"{name} is missing" for name in absent}
    unread = {problem.key for problem in document.problems}
    owners = {name.partition(".")[0] for name in document.unread if "." in name}
    owners |= {"metered"} if CURVES in document.unread else set()
    doubtful: set[str] = set()
    for path, cell in document.cells.items():
        if path and f"{cell} {path[-1]}" in unread:
            doubtful.add(document.cells.get(path[:-1], ""))
        if path[-2:-1] and path[-2] in owners:
            doubtful.add(cell)
    return [row for row in problems if row.message not in told and row.key not in doubtful]


def _told_once(document: Document, problems: list[Problem]) -> list[Problem]:
    """Return the problems without what follows from a cell that could not be read."""
    unread = {problem.key for problem in document.problems} if document.cells else set()
    own = set(document.problems)
    return [row for row in problems if row in own or row.key not in unread]


def _policy_problems(document: Document, policies: Collection[str]) -> list[Problem]:
    name = document.value.get("policy")
    if not policies or not isinstance(name, str) or name in policies:
        return []
    if name.endswith((".yaml", ".yml")) or len(ids_of_title(name)) == 1:
        return []
    found = ids_meant(name, sorted(policies))
    guess = f"; known are {', '.join(sorted(policies))}"
    if found:
        guess = f"; did you mean {' or '.join(map(repr, found))}?"
    return [document.problem(("policy",), f"there is no policy pack {name!r}{guess}")]
