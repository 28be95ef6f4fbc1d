"""What a table does not tell after all: columns that are not read, and what templates fill in."""

import difflib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from gridcalc.city.table.installed import COUNT, SIZES, TOTAL, UNITS, UNSAID, heading_field
from gridcalc.city.table.vocabulary import (
    PARAMETER,
    cell_words,
    city_columns,
    heading_fields,
    take_apart,
)

_MISSPELT = 0.8
_NUMBERS = ("count", "power", "transformers", "sizes", "setting", "year")
_INSTEAD = {
    "n_households": ("households",),
    "n_private_bays": ("bays_per_household",),
    UNITS: tuple(name.removeprefix(PARAMETER) for name in (COUNT, SIZES[0])),
}
"""What a compound is judged by, and the parameters of a template that tell the same together."""
_LEFT_OPEN = (None, "", "0")


@dataclass(frozen=True, slots=True, kw_only=True)
class NotRead:
    """A column that is not read.

    Attributes
    ----------
    heading
        As the user wrote it.
    meant
        Field that was probably meant; empty if none is near.
    lacks
        Field without whose column this one says nothing; empty if the heading is the matter.
    """

    heading: str
    meant: str = ""
    lacks: str = ""


def columns_not_read(ignored: Iterable[str], columns: Mapping[str, str]) -> tuple[NotRead, ...]:
    """Return the columns that are not read, each with the field that was probably meant.

    Fields that another column gives are never meant.

    Parameters
    ----------
    ignored, columns
        As in ``CityTable``, and in the manifest of a run.

    Examples
    --------
    >>> columns_not_read(("户数量", "总容量", "备注"), {"编号": "id"})[0].meant
    'n_households'
    """
    given = {*columns.values()}
    return tuple(_not_read(heading, given) for heading in ignored)


def _not_read(heading: str, given: set[str]) -> NotRead:
    meant = meant_field(heading)
    if not meant or meant in given:
        return NotRead(heading=heading)
    lacks = COUNT if meant in (TOTAL, UNSAID) and COUNT not in given else ""
    return NotRead(heading=heading, meant=meant, lacks=lacks)


def meant_field(heading: str) -> str:
    """Return the field that a heading which is ignored looks like; empty if it looks like none.

    A heading that is known is ignored for another reason: it means itself only if it is a size of
    transformers, which needs their number.

    Examples
    --------
    >>> meant_field("tranformers"), meant_field("现状总户数（户）"), meant_field("备注")
    ('transformers', 'n_households', '')
    """
    fields, apart = heading_fields(city_columns().values()), take_apart(heading)
    known = heading_field(apart, fields)
    if known or any(word in apart.key for word in cell_words("other_time")):
        return known if known in (TOTAL, UNSAID) else ""
    near = difflib.get_close_matches(apart.key, fields, n=1, cutoff=_MISSPELT)
    if near:
        return fields[near[0]]
    ends = [
        word
        for word, field in fields.items()
        if apart.key.endswith(word)
        and not word.isascii()
        and city_columns()[field].kind in _NUMBERS
    ]
    return fields[max(ends, key=len)] if ends else ""


def usual_heading(field: str, *, lang: str) -> str:
    """Return the heading by which a field is asked for.

    Examples
    --------
    >>> usual_heading("n_private_bays", lang="zh"), usual_heading("param:floors", lang="en")
    ('固定车位', 'floors')
    """
    word = city_columns()[field].words.split(";")[0] if field in city_columns() else ""
    return word if lang == "zh" and word else field.removeprefix(PARAMETER)


def left_to_templates(given: Iterable[Mapping[str, Any]]) -> Mapping[str, int]:
    """Return how many compounds leave each of flats, fixed spaces and transformers to a template.

    Parameters
    ----------
    given
        For each compound of a template what its row says, as in ``store.nested.given_of``.

    Examples
    --------
    >>> row = {"n_households": 300, "settings": {"bays_per_household": "0.8"}}
    >>> dict(left_to_templates([row, {}]))
    {'transformers': 2, 'n_households': 1, 'n_private_bays': 1}
    """
    found: Counter[str] = Counter()
    for row in given:
        found.update(_left_open(row))
    return dict(found.most_common())


def _left_open(row: Mapping[str, Any]) -> tuple[str, ...]:
    settings = row.get("settings", {})
    return tuple(
        name
        for name, instead in _INSTEAD.items()
        if not (row.get(name) is not None and row[name] != [])
        and any(settings.get(one) in _LEFT_OPEN for one in instead)
    )
