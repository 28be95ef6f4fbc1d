"""The results of a city as JSON for the page: texts once, numbers rounded, one row a compound."""

import json
from collections.abc import Iterable
from typing import Any

from gridcalc.city.lines.records import LineResult
from gridcalc.city.records import CityResult
from gridcalc.city.summary.entries import entry_of
from gridcalc.city.summary.line_room import rooms_of
from gridcalc.city.summary.main_transformers import main_transformers
from gridcalc.city.summary.ranking import rank_key
from gridcalc.report.city_head import CityHead
from gridcalc.report.city_map.background import Background
from gridcalc.report.city_map.line_data import lines_of, mains_of
from gridcalc.report.city_map.lists import Lists
from gridcalc.report.city_map.rows import FIELDS, row_of
from gridcalc.report.wording import Wording

_PREFIX = "map."
_ESCAPES = (
    ("&", "\\u0026"),
    ("<", "\\u003c"),
    (">", "\\u003e"),
    ("\u2028", "\\u2028"),
    ("\u2029", "\\u2029"),
)
_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode


def payload(
    results: Iterable[CityResult],
    head: CityHead,
    wording: Wording,
    *,
    background: Background,
    lines: Iterable[LineResult] = (),
) -> str:
    """Return everything the page shows as JSON, best compounds first.

    Parameters
    ----------
    results
        Read once.
    head
        About the run.
    wording
        Language of the page.
    background
        Behind the compounds.
    lines
        10 kV lines of the compounds.
    """
    lists, known = Lists(), tuple(lines)
    rooms = rooms_of(known)
    rows = [
        (
            rank_key(entry_of(result)),
            json_text(row_of(result, lists, wording, rooms.get(result.row.id))),
        )
        for result in results
    ]
    rows.sort()
    about = _about(head, lists, wording) | {
        "lines": lines_of(known, wording),
        "mains": mains_of(main_transformers(known, rooms), wording),
        "background": {
            "lines": background.lines,
            "main": background.main,
            "areas": background.areas,
        },
    }
    text = ",\n".join(row for _, row in rows)
    return f'{{"page":{json_text(about)},\n"rows":[\n{text}\n]}}'


def json_text(value: Any) -> str:
    r"""Return plain values as JSON that no name of a compound can break out of.

    Examples
    --------
    >>> print(json_text({"name": "</script>&"}))
    {"name":"\u003c/script\u003e\u0026"}
    """
    text = _ENCODE(value)
    for sign, escape in _ESCAPES:
        text = text.replace(sign, escape)
    return text.encode("utf-8", "replace").decode("utf-8")


def _about(head: CityHead, lists: Lists, wording: Wording) -> dict[str, Any]:
    return {
        "lang": wording.lang,
        "head": _head(head, wording),
        "words": {
            name.removeprefix(_PREFIX): wording.term(name)
            for name in sorted(wording.terms)
            if name.startswith(_PREFIX)
        },
        "outcomes": {
            name.rpartition(".")[2]: wording.term(name)
            for name in sorted(wording.terms)
            if name.startswith(("short.", "status."))
        },
        "lists": lists.texts,
        "fields": FIELDS,
    }


def _head(head: CityHead, wording: Wording) -> dict[str, Any]:
    return {
        "title": head.title,
        "table": head.table,
        "sha256": head.sha256,
        "version": head.version,
        "method": wording.term(head.method),
        "seed": head.seed,
        "bad": head.n_bad,
        "audit": head.audit,
        "policies": list(head.policies),
        "notes": list(head.notes),
    }
