"""Standard compounds as lists: which there are, and what a user may set."""

from collections.abc import Iterable, Sequence
from typing import Any

from gridcalc.compound.templates import Parameter, Template
from gridcalc.report.blocks import Column, FactSheet, Heading, Output, Table, Text, plain
from gridcalc.report.wording import Wording

_NONE = "-"


def template_list_output(templates: Sequence[Template], wording: Wording) -> Output:
    """Return the templates with their parameters."""
    trees = [_tree(template, wording) for template in templates]
    columns = (
        Column(title=wording("Template")),
        Column(title=wording("Title"), wraps=True),
        Column(title=wording("Description"), wraps=True),
        Column(title=wording("Policy")),
    )
    rows = tuple(
        (
            Text(template.name, "strong"),
            *plain(_said(template.title, wording), _said(template.description, wording)),
            Text(template.policy),
        )
        for template in templates
    )
    return Output(
        tree={"templates": trees},
        rows=[
            {
                "name": tree["name"],
                "title": tree["title"],
                "policy": tree["policy"],
                "n_parameters": len(tree["parameters"]),
            }
            for tree in trees
        ],
        blocks=(
            Table(
                columns=columns,
                rows=rows,
                note=wording("'gridcalc template show NAME' lists the parameters"),
            ),
        ),
    )


def template_output(template: Template, wording: Wording) -> Output:
    """Return one template with its description and parameters."""
    tree = _tree(template, wording)
    facts = (
        (wording("Title"), Text(tree["title"])),
        (wording("Description"), Text(tree["description"])),
        (wording("Policy"), Text(template.policy)),
    )
    return Output(
        tree=tree,
        rows=tree["parameters"],
        blocks=(
            Heading(text=template.name, level=1),
            FactSheet(rows=facts),
            _parameters(template.parameters, wording),
        ),
    )


def _tree(template: Template, wording: Wording) -> dict[str, Any]:
    return {
        "name": template.name,
        "title": _said(template.title, wording),
        "description": _said(template.description, wording),
        "policy": template.policy,
        "shipped": template.is_shipped,
        "parameters": [_parameter_tree(row, wording) for row in template.parameters],
    }


def _parameter_tree(row: Parameter, wording: Wording) -> dict[str, Any]:
    return {
        "name": row.name,
        "default": row.default,
        "min": row.min,
        "max": row.max,
        "unit": row.unit,
        "description": wording.either(zh=row.description_zh, en=row.description_en),
        "choices": None if row.choices is None else list(row.choices),
    }


def _parameters(rows: Iterable[Parameter], wording: Wording) -> Table:
    columns = (
        Column(title=wording("Parameter")),
        Column(title=wording("Default"), align="right"),
        Column(title=wording("Range"), wraps=True),
        Column(title=wording("Unit")),
        Column(title=wording("Description"), wraps=True),
    )
    shown = tuple(
        (
            Text(row.name, "strong"),
            *plain(_scalar(row.default), _range(row), wording.term(row.unit)),
            Text(wording.either(zh=row.description_zh, en=row.description_en)),
        )
        for row in rows
    )
    return Table(columns=columns, rows=shown)


def _range(row: Parameter) -> str:
    if row.choices is not None:
        return ", ".join(_scalar(choice) for choice in row.choices)
    if row.min is None or row.max is None:
        return _NONE
    return f"{row.min:g} … {row.max:g}"


def _scalar(value: float | int | str) -> str:
    return value if isinstance(value, str) else f"{value:g}"


def _said(text: Any, wording: Wording) -> str:
    return wording.either(zh=text.zh, en=text.en)
