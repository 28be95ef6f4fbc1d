"""What a spreadsheet lets a person type: drop-downs and ranges, and what it says otherwise."""

from typing import Any

from gridcalc.compound.workbook.fields import Column
from gridcalc.compound.workbook.lists import Lists
from gridcalc.compound.workbook.places import address
from gridcalc.compound.workbook.words import hint, term
from gridcalc.messages import Lang

_MOST_SIGNS = 250
"""A validation takes 255 characters in its message."""


def validation(column: Column, first: tuple[int, int], lists: Lists, lang: Lang) -> dict[str, Any]:
    """Return the rule of the cells of a column; empty where anything may stand.

    Parameters
    ----------
    column
        The field.
    first
        Row and column of the first cell the rule is for, from 0.
    lists
        Lists of the workbook.
    lang
        Language of the message.
    """
    offered = lists.offered(column, lang)
    if offered:
        severity = "warning" if column.offers else "stop"
        shown = {"show_error": column.form != "phases", "error_type": severity}
        message = term(f"workbook.error.{'offered' if column.offers else 'choice'}", lang)
        return {"validate": "list", "source": offered, **shown, **_told(message, lang)}
    if column.form not in {"number", "whole"}:
        return {}
    rule = {"validate": "custom", "value": _formula(column, address(*first))}
    return {**rule, "error_type": "stop", **_told(range_text(column, lang), lang)}


def range_text(column: Column, lang: Lang) -> str:
    """Return which numbers a field takes; empty for other fields.

    Examples
    --------
    >>> from gridcalc.compound.workbook.fields import columns
    >>> range_text(columns("lv_cables")[4], "en")
    'a number from 0.5 to 5000'
    """
    if column.form not in {"number", "whole"}:
        return ""
    kind = term(f"workbook.range.{column.form}", lang)
    low, above, high = column.minimum, column.above, column.maximum
    if low is not None and high is not None:
        return term("workbook.range.between", lang, kind=kind, low=f"{low:g}", high=f"{high:.10g}")
    if above is not None and high is not None:
        return term("workbook.range.above", lang, kind=kind, low=f"{above:g}", high=f"{high:.10g}")
    if low is not None or above is not None:
        name = "least" if low is not None else "over"
        return term(f"workbook.range.{name}", lang, kind=kind, low=f"{low or above or 0:g}")
    return kind


def comment(column: Column, lang: Lang) -> str:
    """Return the note on a heading: what the field means, its range, whether it must be given."""
    need = term(f"workbook.{'must' if column.is_required else 'may'}", lang)
    lines = (hint(column, lang), range_text(column, lang), need)
    return "\n".join(line for line in lines if line)


def _told(message: str, lang: Lang) -> dict[str, str]:
    return {"error_title": term("workbook.error", lang), "error_message": message[:_MOST_SIGNS]}


def _formula(column: Column, cell: str) -> str:
    tests = [f"ISNUMBER({cell})"]
    if column.form == "whole":
        tests.append(f"{cell}=INT({cell})")
    bounds = ((">=", column.minimum), (">", column.above), ("<=", column.maximum))
    tests += [f"{cell}{sign}{bound:.15g}" for sign, bound in bounds if bound is not None]
    return f"=AND({','.join(tests)})"
