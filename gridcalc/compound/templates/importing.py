"""Store a user's file as a template of their own."""

import os
import re
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from gridcalc.catalogue import Catalogue, load_catalogue
from gridcalc.compound.door import read_mapping
from gridcalc.compound.model import Compound
from gridcalc.compound.reader import parse_compound
from gridcalc.compound.templates.equipment import equipment_problems
from gridcalc.compound.templates.loading import (
    Template,
    layout_with,
    parse_template,
    shipped_names,
)
from gridcalc.compound.writer import compound_yaml, quoted
from gridcalc.errors import InputError, Problem

_NAME = re.compile(r"[a-z0-9][a-z0-9_\-]{0,63}")
_NAME_OPTION = "--name"
_DEVICES = frozenset(
    ["con", "prn", "aux", "nul", *(f"{port}{k}" for port in ("com", "lpt") for k in range(1, 10))]
)
"""Names that no file of Windows may have, whatever their ending."""
_TABLES = ("transformers.csv", "cables_mv.csv", "cables_lv.csv")


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a compound came from.

    Attributes
    ----------
    head
        Comment at the top of the template.
    zh, en
        Description of the template.
    remarks
        What was assumed on the way; they stand in the template as comments.
    """

    head: str = "Made from a compound file; it has no parameters."
    zh: str = "由小区文件导入"
    en: str = "Imported from a compound file"
    remarks: tuple[str, ...] = ()


FROM_COMPOUND_FILE = Origin()


def import_template(
    text: str,
    *,
    file: str,
    name: str,
    user_dir: Path,
    force: bool = False,
    catalogue: Catalogue | None = None,
) -> Path:
    """Store a compound file or a template file as a template; return the path written.

    Parameters
    ----------
    text
        Content of a compound file (becomes a template without parameters) or a template file
        (keeps its parameters and comments, gets the new name).
    file
        Name of the file, for messages.
    name
        New name; not that of a shipped template.
    user_dir
        Folder of the user's templates; made if it is missing.
    force
        Replace a template of the user that has this name.
    catalogue
        The equipment the file may name; the shipped tables if missing.

    Raises
    ------
    InputError
        Everything that is wrong with the name and the file; nothing is written then.
    """
    problems = _name_problems(name, user_dir, force=force)
    equipment = catalogue or load_catalogue()
    try:
        content = _content(text, file=file, name=name, catalogue=equipment)
    except InputError as error:
        raise InputError([*problems, *error.problems]) from None
    if problems:
        raise InputError(problems)
    target = user_dir / f"{name}.yaml"
    _write_atomically(target, content)
    return target


def import_compound(
    compound: Compound,
    *,
    name: str,
    user_dir: Path,
    origin: Origin,
    tables: Mapping[str, str],
    force: bool = False,
) -> tuple[Path, Path | None]:
    """Store a compound made from another file as a template; return the paths written.

    Parameters
    ----------
    compound
        The compound; becomes a template without parameters.
    name
        New name; not that of a shipped template.
    user_dir
        Folder of the user's templates; made if it is missing.
    origin
        Where it came from.
    tables
        CSV texts of a catalogue folder by file name: equipment that the compound names and the
        shipped catalogue lacks. Without any there is no folder.
    force
        Replace a template of the user that has this name, and its equipment.

    Returns
    -------
    template, equipment
        The template file, and the folder ``<name>-equipment`` beside it for ``--catalogue``.

    Raises
    ------
    InputError
        Everything that is wrong with the name; nothing is written then.
    """
    folder = user_dir / f"{name}-equipment"
    problems = _name_problems(name, user_dir, force=force)
    if not problems and tables and folder.exists() and not force:
        message = "is there already; use --force to replace its tables"
        problems.append(Problem(str(folder), 0, "", message))
    if problems:
        raise InputError(problems)
    if folder.is_dir():
        _remove(folder / file for file in _TABLES if file not in tables)
    for file, text in tables.items():
        _write_atomically(folder / file, text)
    target = user_dir / f"{name}.yaml"
    _write_atomically(target, _wrapped(compound, name, origin))
    return target, folder if tables else None


def _remove(paths: Iterable[Path]) -> None:
    """Remove tables of an import before, which would not fit the new one."""
    for path in paths:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            reason = (error.strerror or "unknown reason").lower()
            raise InputError([Problem(str(path), 0, "", f"cannot be written: {reason}")]) from None


def _name_problems(name: str, user_dir: Path, *, force: bool) -> list[Problem]:
    if not _NAME.fullmatch(name):
        message = f"{name!r} may only hold small letters, digits, '_' and '-'"
        return [Problem(_NAME_OPTION, 0, "", message)]
    if name in _DEVICES:
        message = f"{name!r} is a device on Windows, no file can have this name; choose another"
        return [Problem(_NAME_OPTION, 0, "", message)]
    if name in shipped_names():
        message = f"{name!r} is the name of a shipped template; choose another"
        return [Problem(_NAME_OPTION, 0, "", message)]
    target = user_dir / f"{name}.yaml"
    if target.exists() and not force:
        message = f"there is a template {name!r} already; use --force to replace it"
        return [Problem(str(target), 0, "", message)]
    return []


def _content(text: str, *, file: str, name: str, catalogue: Catalogue) -> str:
    document = read_mapping(text, file=file, what="compound or template")
    if "gridcalc_template" in document.value:
        template = parse_template(text, file=file)
        _check_equipment(template, catalogue)
        return _renamed(text, template, name)
    if "gridcalc" in document.value:
        compound = parse_compound(text, file=file, catalogue=catalogue)
        return _wrapped(compound, name)
    message = "this is neither a compound file (gridcalc: 1) nor a template (gridcalc_template: 1)"
    raise InputError([Problem(file, 1, "", message)])


def _check_equipment(template: Template, catalogue: Catalogue) -> None:
    if template.is_compound:
        return
    values = {parameter.name: parameter.default for parameter in template.parameters}
    layout = layout_with(template, values)
    problems = equipment_problems(layout, template.document, catalogue)
    if problems:
        raise InputError(problems)


def _renamed(text: str, template: Template, name: str) -> str:
    lines = text.removeprefix("\ufeff").splitlines()
    row = template.document.line(("name",)) - 1
    if not re.match(r"name\s*:", lines[row]):
        message = "write the key name on a line of its own"
        raise InputError([template.document.problem(("name",), message)])
    comment = re.search(r"\s+#.*$", lines[row])
    lines[row] = f"name: {quoted(name)}" + (comment.group() if comment else "")
    return "\n".join(lines) + "\n"


def _wrapped(compound: Compound, name: str, origin: Origin = FROM_COMPOUND_FILE) -> str:
    title = quoted(compound.name)
    head = [
        *(f"# {line}" for line in map(_one_line, (origin.head, *origin.remarks))),
        "gridcalc_template: 1",
        f"name: {quoted(name)}",
        f"title: {{zh: {title}, en: {title}}}",
        f"description: {{zh: {quoted(origin.zh)}, en: {quoted(origin.en)}}}",
        f"policy: {quoted(compound.policy)}",
        "compound:",
    ]
    body = [f"  {line}".rstrip() for line in compound_yaml(compound).splitlines()]
    return "\n".join(head + body) + "\n"


def _one_line(text: str) -> str:
    return "".join(sign if sign.isprintable() else " " for sign in text)


def _write_atomically(target: Path, content: str) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.stem}-")
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(content)
        Path(temporary).replace(target)
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        message = f"cannot be written: {reason}"
        raise InputError([Problem(str(target), 0, "", message)]) from None
