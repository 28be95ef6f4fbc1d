"""Results for other programs: JSON with full precision, CSV that no spreadsheet executes."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

from gridcalc.report.blocks import Cell

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def json_text(tree: Mapping[str, Any]) -> str:
    r"""Return plain values as JSON in UTF-8 words; the same values give the same bytes.

    Examples
    --------
    >>> json_text({"name": "小区", "value": 0.1})
    '{\n  "name": "小区",\n  "value": 0.1\n}\n'
    """
    return json.dumps(tree, ensure_ascii=False, allow_nan=False, indent=2) + "\n"


def csv_text(rows: Sequence[Mapping[str, Cell]]) -> str:
    r"""Return rows as CSV with one header line; empty without rows.

    Examples
    --------
    >>> csv_text([{"id": "=1+1", "value": -1.5, "done": True}])
    "id,value,done\n'=1+1,-1.5,true\n"
    """
    if not rows:
        return ""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(rows[0])
    writer.writerows([_cell(value) for value in row.values()] for row in rows)
    return stream.getvalue()


def _cell(value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return guarded(value)
    return str(value)


def guarded(text: str) -> str:
    r"""Return a text that a spreadsheet shows instead of computing.

    Examples
    --------
    >>> guarded("@SUM(A1)"), guarded("-"), guarded("T1")
    ("'@SUM(A1)", '-', 'T1')
    """
    return f"'{text}" if len(text) > 1 and text.startswith(_FORMULA_STARTS) else text
