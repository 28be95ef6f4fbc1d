"""Drawings as SVG: text stays text, and nothing that a user wrote becomes markup."""

from html import escape

from gridcalc.report.drawing.layers import (
    LV_BOX,
    LV_BUSBAR,
    LV_CABLE,
    LV_SWITCHGEAR,
    MV_BUSBAR,
    MV_CABLE,
    MV_SWITCHGEAR,
    RESULTS,
    TRANSFORMERS,
)
from gridcalc.report.drawing.shapes import (
    Circle,
    Hatch,
    Label,
    Panel,
    Path,
    Shape,
    Sign,
    Tone,
    clean,
)
from gridcalc.report.drawing.symbols import OWN, SYMBOLS

_INK = "#1f2328"
_COLOURS: dict[Tone, str] = {
    "quiet": "#5f6770",
    "ok": "#0a7040",
    "near": "#8f5a00",
    "over": "#b3261e",
    "new": "#1250a8",
    "built": "#c8102e",
}
_MV, _LV = "#7a1f3d", "#1f3a5f"
_OF_LAYER = {
    **dict.fromkeys((MV_BUSBAR, MV_CABLE, MV_SWITCHGEAR), _MV),
    **dict.fromkeys((LV_BUSBAR, LV_CABLE, LV_SWITCHGEAR, LV_BOX), _LV),
    **dict.fromkeys((TRANSFORMERS, RESULTS, OWN), _INK),
}
_FONTS = (
    "'Noto Sans CJK SC','Microsoft YaHei','PingFang SC','WenQuanYi Micro Hei',"
    "'Source Han Sans SC',SimHei,Arial,sans-serif"
)
_ANCHORS = {"start": "", "middle": ' text-anchor="middle"', "end": ' text-anchor="end"'}
_DASH = "1.8 1.2"
_PALE = "0.12"


def svg_text(panel: Panel, *, title: str, text: str) -> str:
    """Return a drawing as one ``<svg>`` element, as wide and high as its panel.

    Parameters
    ----------
    panel
        What is drawn.
    title, text
        Name and description for readers who do not see it.
    """
    width, height = _mm(panel.width_mm), _mm(panel.height_mm)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" width="{width}mm"'
        f' height="{height}mm" viewBox="0 0 {width} {height}" font-family="{_FONTS}"'
        f' fill="none" stroke-linecap="round" stroke-linejoin="round" direction="ltr">'
    )
    words = f"<title>{_said(title)}</title><desc>{_said(text)}</desc>"
    ground = f'<rect width="{width}" height="{height}" fill="#ffffff"/>'
    body = "\n".join(_shape(shape) for shape in panel.shapes)
    return f"{head}\n{words}\n{_symbols(panel)}{ground}\n{body}\n</svg>\n"


def _symbols(panel: Panel) -> str:
    used = {shape.block for shape in panel.shapes if isinstance(shape, Sign)}
    parts = [
        f'<g id="{_symbol_id(name)}">{"".join(_shape(shape) for shape in SYMBOLS[name])}</g>'
        for name in SYMBOLS
        if name in used
    ]
    return f"<defs>{''.join(parts)}</defs>\n" if parts else ""


def _symbol_id(name: str) -> str:
    return name.lower().replace("_", "-")


def _shape(shape: Shape) -> str:
    match shape:
        case Path():
            return _path(shape)
        case Circle():
            return _circle(shape)
        case Label():
            return _label(shape)
        case Sign():
            return _sign(shape)
        case Hatch():
            return _hatch(shape)


def _path(shape: Path) -> str:
    points = "L".join(f"{_mm(x)} {_mm(y)}" for x, y in shape.points)
    end = "Z" if shape.closed else ""
    return _element(f'path d="M{points}{end}"{_stroke(shape)}', shape.hint, "path")


def _circle(shape: Circle) -> str:
    x, y = shape.centre
    place = f'cx="{_mm(x)}" cy="{_mm(y)}" r="{_mm(shape.radius_mm)}"'
    return _element(f"circle {place}{_stroke(shape)}", "", "circle")


def _hatch(shape: Hatch) -> str:
    """Return an area in a pale colour, whatever its pattern."""
    rings = "".join(
        "M" + "L".join(f"{_mm(x)} {_mm(y)}" for x, y in ring) + "Z" for ring in shape.rings
    )
    colour = _colour(shape.layer, "plain")
    return f'<path d="{rings}" fill="{colour}" fill-opacity="{_PALE}" fill-rule="evenodd"/>'


def _stroke(shape: Path | Circle) -> str:
    """Return pen and colour; lines of a symbol take the colour of its place."""
    own = shape.layer == OWN and shape.tone == "plain"
    colour = "currentColor" if own else _colour(shape.layer, shape.tone)
    drawn = f' stroke="{colour}" stroke-width="{_mm(shape.width_mm)}"'
    if isinstance(shape, Path) and shape.dashed:
        drawn += f' stroke-dasharray="{_DASH}"'
    if isinstance(shape, Path) and shape.filled:
        drawn += f' fill="{colour}"'
    return drawn


def _label(shape: Label) -> str:
    colour = "currentColor" if shape.layer == OWN else _colour(shape.layer, shape.tone)
    bold = ' font-weight="700"' if shape.bold else ""
    place = f'x="{_mm(shape.at[0])}" y="{_mm(shape.at[1])}" font-size="{_mm(shape.size_mm)}"'
    style = f' fill="{colour}"{_ANCHORS[shape.anchor]}{bold}'
    return f"<text {place}{style}>{_said(shape.text)}</text>" if shape.text else ""


def _sign(shape: Sign) -> str:
    x, y = shape.at
    turn = f" rotate({shape.turn_deg})" if shape.turn_deg else ""
    size = f" scale({shape.scale:.4g})" if shape.scale != 1 else ""
    place = f'transform="translate({_mm(x)} {_mm(y)}){turn}{size}"'
    colour = _colour(shape.layer, shape.tone)
    inside = f'<use href="#{_symbol_id(shape.block)}"/>'
    hint = f"<title>{_said(shape.hint)}</title>" if shape.hint else ""
    return f'<g {place} color="{colour}">{hint}{inside}</g>'


def _colour(layer: str, tone: Tone) -> str:
    return _COLOURS.get(tone) or _OF_LAYER.get(layer, _INK)


def _element(start: str, hint: str, name: str) -> str:
    return f"<{start}><title>{_said(hint)}</title></{name}>" if hint else f"<{start}/>"


def _said(text: str) -> str:
    return escape(clean(text))


def _mm(value: float) -> str:
    """Return a length with the digits that can be seen."""
    return f"{value:.2f}".rstrip("0").rstrip(".") if value else "0"
