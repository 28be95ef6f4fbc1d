"""From a template and what the user typed to a compound, and compounds to files."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from gridcalc.catalogue import Catalogue
from gridcalc.cli.options import Lang
from gridcalc.cli.output import STDOUT, write, write_bytes
from gridcalc.compound.model import Compound
from gridcalc.compound.reader import compound_of, is_workbook, parse_compound
from gridcalc.compound.templates import Template
from gridcalc.compound.templates.expanding import expand
from gridcalc.compound.workbook.reading import read_workbook
from gridcalc.compound.workbook.writing import compound_workbook
from gridcalc.compound.writer import compound_yaml
from gridcalc.errors import InputError, Problem
from gridcalc.policy import load_policy

WORKBOOK = ".xlsx"
_YAML = (".yaml", ".yml")


def refuse_workbook(target: Path) -> None:
    """Refuse a spreadsheet where a YAML file is written.

    Raises
    ------
    click.BadParameter
        The name ends like that of a spreadsheet.
    """
    if is_workbook(target.name):
        message = "this is written as YAML only; write a .yaml file"
        raise click.BadParameter(message, param_hint="'-o'")


def check_compound_name(option: str, target: str) -> None:
    """Refuse a name that neither a YAML file nor a fill-in workbook may have.

    Raises
    ------
    click.BadParameter
        The name ends like that of another spreadsheet.
    """
    if is_workbook(target) and Path(target).suffix.lower() != WORKBOOK:
        message = f"fill-in workbooks are written as {WORKBOOK} only"
        raise click.BadParameter(message, param_hint=f"'{option}'")


def compound_content(compound: Compound, target: str, *, catalogue: Catalogue, lang: Lang) -> bytes:
    """Return the file of a compound, YAML or a fill-in workbook by its name.

    It has been read back once and was the same compound.

    Raises
    ------
    InputError
        It would not read back.
    """
    if not is_workbook(target):
        text = compound_yaml(compound)
        again = parse_compound(text, file=target, catalogue=catalogue)
        content = text.encode("utf-8")
    else:
        content = compound_workbook(compound, catalogue=catalogue, lang=lang)
        again = compound_of(read_workbook(content, file=target), catalogue=catalogue)
    if again != compound:
        changed = [key for key in type(compound).model_fields if _differs(again, compound, key)]
        message = f"would not read back: {', '.join(changed)} hold what this file cannot"
        raise InputError([Problem(target, 0, "", message)])
    return content


def _differs(one: Compound, other: Compound, key: str) -> bool:
    return bool(getattr(one, key) != getattr(other, key))


def write_compound(compound: Compound, target: str, *, catalogue: Catalogue, lang: Lang) -> None:
    """Write the file of a compound; ``-`` is standard output.

    Raises
    ------
    InputError
        It would not read back, or cannot be written.
    """
    content = compound_content(compound, target, catalogue=catalogue, lang=lang)
    if target == STDOUT:
        write(content.decode("utf-8"), target)
    else:
        write_bytes(content, target)


def seen_from(target: Path, ref: str, folder: Path) -> str:
    """Return a name that starts at a folder as it is found from where a file is written."""
    if not (ref.endswith(_YAML) or "/" in ref or "\\" in ref):
        return ref
    real = Path(os.path.realpath(folder / ref))
    if not ref.endswith(_YAML):
        return str(real)
    return Path(os.path.relpath(real, os.path.realpath(target.parent))).as_posix()


def parsed_settings(settings: Sequence[str]) -> dict[str, str]:
    """Return values by name.

    Raises
    ------
    click.BadParameter
        One is not KEY=VALUE, or a key stands twice.

    Examples
    --------
    >>> parsed_settings(["households=240", "floors = 18"])
    {'households': '240', 'floors': '18'}
    """
    values: dict[str, str] = {}
    for setting in settings:
        key, equals, value = (part.strip() for part in setting.partition("="))
        if not equals or not key or not value:
            message = f"{setting!r} is not KEY=VALUE, such as households=240"
            raise click.BadParameter(message, param_hint="'--set'")
        if key in values:
            raise click.BadParameter(f"{key!r} is set twice", param_hint="'--set'")
        values[key] = value
    return values


def expanded(
    template: Template,
    values: Mapping[str, str],
    *,
    catalogue: Catalogue,
    policy_ref: str | None,
    compound_id: str | None,
    title: str | None,
) -> Compound:
    """Return the compound of a template.

    Raises
    ------
    InputError
        A wrong setting, id, name, policy pack or equipment name.
    """
    compound = expand(
        template,
        values,
        catalogue=catalogue,
        policy=load_policy(policy_ref) if policy_ref else None,
        compound_id=compound_id,
    )
    update = {"name": title, "policy": policy_ref}
    given = {key: value for key, value in update.items() if value is not None}
    return compound.model_copy(update=given)
