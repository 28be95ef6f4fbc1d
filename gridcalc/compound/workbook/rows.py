"""The workbook out: a compound as rows of its sheets, by field key."""

from collections.abc import Iterator, Mapping
from typing import Any

from gridcalc.compound.model import Compound
from gridcalc.compound.record import Record
from gridcalc.compound.workbook.fields import (
    GENERAL,
    GROUPS,
    ON_OTHER_SHEETS,
    PARTS,
    ROUTE_PARTS,
    TABLES,
    UNITS,
)

Row = Mapping[str, Any]


def sheet_rows(compound: Compound) -> dict[str, tuple[Row, ...]]:
    """Return the rows of every sheet by its key; what is not given is not among the keys.

    Parameters
    ----------
    compound
        The compound.
    """
    found: dict[str, tuple[Row, ...]] = {GENERAL: (dict(_general(compound)),)}
    for section in TABLES:
        if section == UNITS:
            found[section] = tuple(
                {"substation": station.id, **_fields(unit)}
                for station in compound.substations
                for unit in station.transformers
            )
        elif section == ROUTE_PARTS:
            found[section] = tuple(_route_parts(compound))
        else:
            found[section] = tuple(_fields(row) for row in getattr(compound, section))
    return found


def curves(compound: Compound) -> dict[str, tuple[float, ...]]:
    """Return the metered days by transformer. [kW], shape (96,)"""  # noqa: D415  a unit ends it
    return {
        row.transformer: row.curve_96_kw for row in compound.metered if row.curve_96_kw is not None
    }


def _general(compound: Compound) -> Iterator[tuple[str, Any]]:
    for key, value in _fields(compound).items():
        if key in GROUPS:
            yield from ((f"{key}.{name}", one) for name, one in _fields(value).items())
        elif key not in TABLES:
            yield key, value


def _route_parts(compound: Compound) -> Iterator[Row]:
    for route in compound.routes:
        for part in PARTS:
            for row in getattr(route, part):
                yield {"cable": route.cable, "part": part, **_fields(row)}


def _fields(record: Record) -> dict[str, Any]:
    """Return the fields of a record that are given and have no sheet of their own."""
    named = ((field.alias or name, name) for name, field in type(record).model_fields.items())
    values = {key: getattr(record, name) for key, name in named if key not in ON_OTHER_SHEETS}
    return {key: value for key, value in values.items() if value is not None}
