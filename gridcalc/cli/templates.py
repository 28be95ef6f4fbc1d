"""From a template and what the user typed to the text of a compound file."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from gridcalc.catalogue import Catalogue
from gridcalc.compound.reader import parse_compound
from gridcalc.compound.templates import Template
from gridcalc.compound.templates.expanding import expand
from gridcalc.compound.writer import compound_yaml
from gridcalc.policy import load_policy

_WORKBOOKS = (".xlsx", ".xlsm", ".xls")
_COMMAND = "template new"


def refuse_workbook(target: Path) -> None:
    """Refuse an Excel target.

    Raises
    ------
    click.BadParameter
        The name ends like that of a workbook.
    """
    if target.suffix.lower() in _WORKBOOKS:
        message = "fill-in workbooks are not in this version; write a .yaml file"
        raise click.BadParameter(message, param_hint="'-o'")


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


def expanded_yaml(
    template: Template,
    values: Mapping[str, str],
    *,
    catalogue: Catalogue,
    policy_ref: str | None,
    compound_id: str | None,
    title: str | None,
) -> str:
    """Return the compound file of a template; it has been read back once.

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
    text = compound_yaml(compound.model_copy(update=given))
    parse_compound(text, file=_COMMAND, catalogue=catalogue)
    return text
