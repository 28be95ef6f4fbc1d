"""Fonts and files of the pictures: the same figure gives the same bytes everywhere."""

import io
import logging
import re
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Literal

import matplotlib as mpl
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.font_manager import findSystemFonts, fontManager

from gridcalc.report.wording import Wording, load_wording

Form = Literal["svg", "png"]

_LATIN = "DejaVu Sans"
_CHINESE = (
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Noto Sans SC",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "Microsoft YaHei",
    "SimHei",
    "PingFang SC",
    "Hiragino Sans GB",
    "Heiti SC",
    "Arial Unicode MS",
)
_PNG_DPI = 160
_FONT = re.compile(r"font-family: [^;\"]*; |(font: [^;\"]*?px )[^;\"]*")
"""How versions of matplotlib name the fonts of a text; one rule for all texts takes their place."""
_STYLE = '<style type="text/css">'


def chinese_font() -> str | None:
    """Return an installed font that has Chinese characters, or nothing.

    The list of fonts is kept on disk; one that was installed since is looked for before it is
    said that there is none.
    """
    found = _listed()
    if found is None:
        _add_new_fonts()
        found = _listed()
    return found


def _listed() -> str | None:
    listed = {font.name for font in fontManager.ttflist}
    return next((name for name in _CHINESE if name in listed), None)


def _add_new_fonts() -> None:
    """Add what has been installed since the list of fonts was made; a broken file is left out."""
    listed = {font.fname for font in fontManager.ttflist}
    for file in sorted({*findSystemFonts()} - listed):
        with suppress(OSError, RuntimeError):
            fontManager.addfont(file)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """A picture as the bytes of its file, and what its reader should be told beside it."""

    data: bytes
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The language of a picture, why it is not the one asked for, and whether it has Chinese."""

    wording: Wording
    remark: str
    has_chinese: bool


def words_for(form: Form, wording: Wording) -> Words:
    """Return the words of a picture; Chinese that no installed font can draw is left to English.

    The text of an SVG is set in the reader's own fonts.
    """
    has_chinese = form == "svg" or chinese_font() is not None
    if has_chinese or wording.lang != "zh":
        return Words(wording=wording, remark="", has_chinese=has_chinese)
    remark = wording("no Chinese font is installed: the picture is in English")
    return Words(wording=load_wording("en"), remark=remark, has_chinese=has_chinese)


def picture(draw: Callable[[], Figure], form: Form) -> bytes:
    """Return a figure as the bytes of a file.

    Text of an SVG stays text, so that it can be searched and set in the reader's own fonts.
    """
    with _settings():
        figure = draw()
        stream = io.BytesIO()
        if form == "png":
            FigureCanvasAgg(figure).print_png(stream, metadata={"Software": None})
            return stream.getvalue()
        FigureCanvasSVG(figure).print_svg(stream, metadata={"Date": None, "Creator": None})
    text = stream.getvalue().decode("utf-8")
    return _with_fonts(text[text.index("<svg") :]).encode("utf-8")


def _with_fonts(svg: str) -> str:
    """Return an SVG that names fonts for Chinese and Latin on any computer, in one rule."""
    families = ", ".join(f"'{name}'" for name in (_LATIN, *_CHINESE))
    rule = f"text{{font-family: {families}, sans-serif}} "
    svg = _FONT.sub(lambda match: f"{match[1]}{families}" if match[1] else "", svg)
    return svg.replace(_STYLE, f"{_STYLE}{rule}", 1)


@contextmanager
def _settings() -> Iterator[None]:
    """Set what a figure reads from outside; glyphs that are missing here show elsewhere."""
    font = chinese_font()
    settings = {
        "font.family": [_LATIN, font] if font else [_LATIN],
        "svg.fonttype": "none",
        "svg.hashsalt": "gridcalc",
        "axes.unicode_minus": False,
        "figure.dpi": _PNG_DPI,
        "path.simplify": False,
    }
    log = logging.getLogger("matplotlib.font_manager")
    level = log.level
    with mpl.rc_context(settings), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing")
        log.setLevel(logging.ERROR)
        try:
            yield
        finally:
            log.setLevel(level)
