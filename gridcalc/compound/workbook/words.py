"""Names of sheets, headings, hints and choices in both languages, and the way back to keys."""

from collections.abc import Mapping
from functools import cache

from gridcalc.catalogue import rows
from gridcalc.compound.workbook.fields import CURVES, GENERAL, TABLES, Choice, Column
from gridcalc.messages import LANGS, Lang, messages

HELP, LISTS = "help", "lists"
SHEETS = (GENERAL, *TABLES, CURVES)
"""Sheets that are read."""
FLAGS: Mapping[bool, str] = {True: "workbook.yes", False: "workbook.no"}
_MORE_FLAGS: Mapping[str, bool] = {"true": True, "false": False, "y": True, "n": False}
_CHOICE_TERMS = ("workbook.choice.{}", "element.{}", "category.{}", "build.{}", "{}")
_LABEL_TERMS: Mapping[str, str] = {"public_load_kinds": "{}", "route_kinds": "corridor.{}"}


def term(name: str, lang: Lang, **values: object) -> str:
    """Return a text of the workbook with its values filled in.

    Examples
    --------
    >>> term("workbook.sheet.lv_cables", "zh"), term("workbook.sheet.lv_cables", "en")
    ('低压电缆', 'LV cables')
    """
    text = messages(lang)["term"][name]
    return text.format(**values) if values else text


def sheet_name(sheet: str, lang: Lang) -> str:
    """Return the name of a sheet."""
    return term(f"workbook.sheet.{sheet}", lang)


def heading(column: Column, lang: Lang) -> str:
    """Return what stands over a column, with its unit."""
    return term(f"workbook.{column.id}", lang)


def hint(column: Column, lang: Lang) -> str:
    """Return what a field means; empty where its heading says all."""
    terms = messages(lang)["term"]
    return terms.get(f"workbook.hint.{column.id}", column.description if lang == "en" else "")


def choice_word(value: Choice, lang: Lang) -> str:
    """Return the word for a value of a list; a number stands for itself.

    Examples
    --------
    >>> choice_word("buried", "zh"), choice_word("utility", "zh"), choice_word(2, "zh")
    ('直埋', '供电企业产权', '2')
    """
    terms = messages(lang)["term"]
    known = (terms.get(form.format(value)) for form in _CHOICE_TERMS)
    return next((word for word in known if word), str(value))


@cache
def sheets_by_name() -> Mapping[str, tuple[str, Lang | None]]:
    """Return key and language of each sheet by its names; its key is a name in no language."""
    found: dict[str, tuple[str, Lang | None]] = {key: (key, None) for key in SHEETS}
    for lang in LANGS:
        for key in (*SHEETS, HELP, LISTS):
            found[sheet_name(key, lang)] = (key, lang)
    return found


@cache
def labels(offers: str, lang: Lang) -> Mapping[str, str]:
    """Return the words for the names a list offers; empty where names stand for themselves.

    Examples
    --------
    >>> labels("public_load_kinds", "zh")["passenger_lift"], dict(labels("lv_ends", "zh"))
    ('客梯', {})
    """
    form = _LABEL_TERMS.get(offers)
    if form is None:
        return {}
    terms = messages(lang)["term"]
    return {name: terms.get(form.format(name), name) for name in _names(offers)}


def _names(offers: str) -> tuple[str, ...]:
    if offers == "public_load_kinds":
        names = [str(row["name"]) for row in rows("public_loads")]
        return tuple(dict.fromkeys(name for name in names if "simultaneity" not in name))
    kinds = [*rows("corridor_kinds"), *rows("obstacle_kinds")]
    return tuple(str(row["kind"]) for row in kinds)


@cache
def values_by_word(column: Column) -> Mapping[str, Choice | bool]:
    """Return the values a column knows by every word that stands for them, in small letters."""
    found: dict[str, Choice | bool] = {}
    if column.form == "flag":
        found |= _MORE_FLAGS
        found |= {term(name, lang): flag for flag, name in FLAGS.items() for lang in LANGS}
    for lang in LANGS:
        found |= {choice_word(value, lang).casefold(): value for value in column.choices}
        found |= {word.casefold(): name for name, word in labels(column.offers, lang).items()}
    found |= {str(value).casefold(): value for value in column.choices}
    return found


def offered_words(column: Column, lang: Lang) -> tuple[str, ...]:
    """Return the words a column allows, in the order of the file format."""
    if column.form == "flag":
        return tuple(term(name, lang) for name in FLAGS.values())
    return tuple(choice_word(value, lang) for value in column.choices)
