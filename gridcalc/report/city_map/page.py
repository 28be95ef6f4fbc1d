"""The page: markup, style, program and data in one file that asks for nothing from outside."""

import base64
import hashlib
import html
from collections.abc import Iterable, Mapping
from importlib.resources import files
from string import Template

from gridcalc.city.lines.records import LineResult
from gridcalc.city.records import CityResult
from gridcalc.messages import Lang
from gridcalc.report.city_head import CityHead
from gridcalc.report.city_map.background import Background
from gridcalc.report.city_map.payload import payload
from gridcalc.report.wording import load_wording

_SCRIPTS = (
    "words.js",
    "data.js",
    "symbols.js",
    "projection.js",
    "clusters.js",
    "drawing.js",
    "map.js",
    "filters.js",
    "list.js",
    "charts.js",
    "overview.js",
    "lines.js",
    "details.js",
    "export.js",
    "main.js",
)
_HTML_LANG: Mapping[Lang, str] = {"zh": "zh-CN", "en": "en"}


def city_map_page(
    results: Iterable[CityResult],
    head: CityHead,
    *,
    lang: Lang = "en",
    background: Background | None = None,
    lines: Iterable[LineResult] = (),
) -> str:
    """Return one self-contained page with the compounds of a city.

    The page opens from a file, sends no request and has the same bytes for the same results. Its
    policy lets it run its own program and nothing else.

    Parameters
    ----------
    results
        Read once; the page lists the best compounds first.
    head
        About the run.
    lang
        Language of the page.
    background
        Roads and areas behind the compounds.
    lines
        10 kV lines of the compounds.
    """
    wording = load_wording(lang)
    data = payload(results, head, wording, background=background or Background(), lines=lines)
    script = _program()
    style = _asset("page.css")
    return Template(_asset("page.html")).substitute(
        lang=_HTML_LANG[lang],
        title=html.escape(head.title),
        policy=_policy(script=script, style=style),
        style=style,
        data=data,
        script=script,
        no_script=html.escape(wording.term("map.no_script")),
    )


def _program() -> str:
    """Return the scripts as one program with a scope of its own."""
    body = "\n".join(_asset(name) for name in _SCRIPTS)
    return f'(() => {{\n"use strict";\n{body}}})();\n'


def _policy(*, script: str, style: str) -> str:
    """Return what the page may do: run its program, use its style, draw pictures of its own."""
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src '{_hash(script)}'",
            f"style-src '{_hash(style)}'",
            "img-src data: blob:",
            "base-uri 'none'",
            "form-action 'none'",
        ]
    )


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return f"sha256-{base64.b64encode(digest).decode('ascii')}"


def _asset(name: str) -> str:
    folder = files("gridcalc") / "report" / "city_map" / "assets"
    return (folder / name).read_text(encoding="utf-8").replace("\r\n", "\n")
