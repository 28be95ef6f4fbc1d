"""How records become markup: templates that escape every text, and nothing that runs."""

import base64
import re
from functools import cache
from importlib.resources import files

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

_TURNS = "\u061c\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""Signs that turn the direction of the text behind them, or end a line."""
_UNSEEN = [*range(0x09), *range(0x0B, 0x20), *range(0x7F, 0xA0), *range(0xD800, 0xE000)]
"""Control characters but the tabulator and the end of a line, and halves of characters."""
_NEUTRAL = dict.fromkeys([*_UNSEEN, *map(ord, _TURNS)], "\ufffd")
_NOT_PLAIN = re.compile(r"[^0-9A-Za-z\u4e00-\u9fff]")
POLICY = "; ".join(
    (
        "default-src 'none'",
        "img-src data:",
        "style-src 'unsafe-inline'",
        "base-uri 'none'",
        "form-action 'none'",
    )
)
"""What the page may do: use its own style and pictures; no program, no request."""


def neutral(text: str) -> str:
    r"""Return a text whose signs neither turn nor break what stands beside them.

    Examples
    --------
    >>> neutral("a\u202eb\x00c") == "a\ufffdb\ufffdc"
    True
    """
    return text.translate(_NEUTRAL)


def css_text(text: str) -> Markup:
    r"""Return a text as a string of a style sheet that no sign can break out of.

    Examples
    --------
    >>> print(css_text('a"</style>'))
    "a\22 \3c \2f style\3e "
    """
    escaped = _NOT_PLAIN.sub(lambda match: f"\\{ord(match[0]):x} ", text)
    return Markup(f'"{escaped}"')  # noqa: S704  nothing in it is markup


def picture_address(svg: bytes) -> str:
    """Return an SVG as a ``data:`` address, so that its styles and ids stay its own."""
    clean = neutral(svg.decode("utf-8")).encode("utf-8")
    return f"data:image/svg+xml;base64,{base64.b64encode(clean).decode('ascii')}"


def kind_of(item: object) -> str:
    """Return which template draws an item."""
    return type(item).__name__


@cache
def environment() -> Environment:
    """Return the templates of the page; a name that is missing is an error."""
    found = Environment(
        loader=FunctionLoader(_asset),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters["kind"] = kind_of
    found.filters["css"] = css_text
    return found


def _asset(name: str) -> str:
    path = files("gridcalc") / "report" / "page" / name
    return path.read_text(encoding="utf-8").replace("\r\n", "\n")
