"""Sheets and columns of the workbook, taken from the fields of the compound file."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from gridcalc.compound.model import Compound

Form = Literal["text", "name", "number", "whole", "flag", "choice", "phases"]
Choice = str | int

VERSION = "gridcalc"
"""Key of the version of the file format."""
GENERAL, CURVES, ROUTE_PARTS, UNITS = "general", "curves", "route_parts", "transformers"
GROUPS = ("build", "location", "ambient")
"""Keys of the file whose own keys stand on the sheet of the compound as a whole."""
PARTS = ("along", "crossings")
TABLES: Mapping[str, str] = {
    "sources": "Source",
    "rmus": "Rmu",
    "mv_cables": "MvCable",
    "substations": "Substation",
    UNITS: "TransformerUnit",
    "lv_nodes": "LvNode",
    "lv_cables": "LvCable",
    "households": "Households",
    "private_bays": "PrivateBays",
    "public_bays": "PublicBays",
    "ebikes": "Ebikes",
    "public_loads": "PublicLoad",
    "metered": "Metered",
    "protection": "Protection",
    "routes": "AttachedRoute",
    ROUTE_PARTS: "RoutePart",
}
"""Record of the rows of each sheet that is a table, in the order of the sheets."""
ON_OTHER_SHEETS = frozenset({"transformers", "curve_96_kw", *PARTS})
"""Keys whose values have a sheet of their own."""
OFFERS: Mapping[str, str] = {
    "general.policy": "policies",
    "general.location.crs": "crs",
    "rmus.type": "rmu",
    "mv_cables.type": "mv_cable",
    "mv_cables.from": "mv_ends",
    "mv_cables.to": "mv_ends",
    "transformers.substation": "substations",
    "transformers.type": "transformer",
    "transformers.fed_from": "mv_nodes",
    "lv_cables.from": "lv_ends",
    "lv_cables.to": "lv_nodes",
    "lv_cables.type": "lv_cable",
    "households.node": "lv_ends",
    "private_bays.node": "lv_ends",
    "public_bays.node": "lv_ends",
    "ebikes.node": "lv_ends",
    "public_loads.node": "lv_ends",
    "public_loads.kind": "public_load_kinds",
    "metered.transformer": "transformers",
    "protection.element": "elements",
    "routes.cable": "mv_cables",
    "route_parts.cable": "mv_cables",
    "route_parts.kind": "route_kinds",
}
"""The list that a column offers; other values may be written too and are judged on reading."""
IDS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "mv_nodes": (("sources", ""), ("rmus", ""), ("substations", "")),
    "mv_ends": (("sources", ""), ("rmus", ""), ("substations", ""), (UNITS, "")),
    "lv_ends": ((UNITS, ".LV"), ("lv_nodes", "")),
    "elements": ((UNITS, ""), ("mv_cables", ""), ("lv_cables", "")),
    "substations": (("substations", ""),),
    "transformers": ((UNITS, ""),),
    "lv_nodes": (("lv_nodes", ""),),
    "mv_cables": (("mv_cables", ""),),
}
"""Lists made of the ids of other sheets, each with what follows the id."""
_FORMS: Mapping[str, Form] = {"boolean": "flag", "integer": "whole", "number": "number"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A field of the file as a column of a sheet, or as a row of the sheet of the compound.

    Attributes
    ----------
    sheet, key
        Key of the sheet and of the field, such as ``lv_cables`` and ``length_m``.
    form
        What its cells hold.
    choices
        Values allowed; empty for any.
    minimum, maximum, above
        Range of a number; ``above`` is not reached itself.
    is_required
        Whether every row needs it.
    description
        What it means, in English.
    """

    sheet: str
    key: str
    form: Form
    choices: tuple[Choice, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    above: float | None = None
    is_required: bool = False
    description: str = ""

    @property
    def id(self) -> str:
        """Sheet and key, as texts and lists name the column."""
        return f"{self.sheet}.{self.key}"

    @property
    def is_number(self) -> bool:
        """Whether its cells hold numbers, be it a choice among some."""
        listed = any(isinstance(value, int) for value in self.choices)
        return self.form in {"number", "whole"} or listed

    @property
    def offers(self) -> str:
        """Name of the list that is offered; empty for none."""
        return OFFERS.get(self.id, "")


@cache
def columns(sheet: str) -> tuple[Column, ...]:
    """Return the columns of a sheet in the order of the file format.

    Examples
    --------
    >>> [column.key for column in columns("lv_nodes")]
    ['id', 'kind']
    """
    schema = Compound.model_json_schema(by_alias=True)
    if sheet == GENERAL:
        return tuple(_general(schema))
    own = tuple(_columns(sheet, schema["$defs"][TABLES[sheet]]))
    if sheet == UNITS:
        return (own[0], _name(sheet, "substation", "Substation it stands in"), *own[1:])
    if sheet == ROUTE_PARTS:
        part = Column(
            sheet=sheet,
            key="part",
            form="choice",
            choices=PARTS,
            is_required=True,
            description="Whether the way goes along it or crosses it",
        )
        return (_name(sheet, "cable", "10 kV cable that takes this way"), part, *own)
    return own


def _name(sheet: str, key: str, description: str) -> Column:
    return Column(sheet=sheet, key=key, form="name", is_required=True, description=description)


def _general(schema: Mapping[str, Any]) -> Iterator[Column]:
    groups = {name: schema["$defs"][name.capitalize()] for name in GROUPS}
    for key in schema["properties"]:
        if key not in groups and key not in TABLES:
            yield from _columns(GENERAL, schema, only=key)
    for key, group in groups.items():
        must = key in schema["required"]
        yield from _columns(GENERAL, group, prefix=f"{key}.", is_needed=must)


def _columns(
    sheet: str,
    record: Mapping[str, Any],
    *,
    prefix: str = "",
    only: str = "",
    is_needed: bool = True,
) -> Iterator[Column]:
    for key, given in record["properties"].items():
        if key in ON_OTHER_SHEETS or (only and key != only):
            continue
        own, *others = [row for row in given.get("anyOf", [given]) if row.get("type") != "null"]
        choices = tuple(own.get("enum", [own["const"]] if "const" in own else []))
        yield Column(
            sheet=sheet,
            key=prefix + key,
            form="phases" if others else _form(own, f"{sheet}.{prefix}{key}"),
            choices=tuple(others[0]["enum"]) if others else choices,
            minimum=own.get("minimum"),
            maximum=own.get("maximum"),
            above=own.get("exclusiveMinimum"),
            is_required=is_needed and key in record.get("required", ()),
            description=given.get("description", ""),
        )


def _form(own: Mapping[str, Any], column: str) -> Form:
    if "enum" in own or "const" in own:
        return "choice"
    if own["type"] == "string":
        return "name" if "pattern" in own or column in OFFERS else "text"
    return _FORMS[own["type"]]
