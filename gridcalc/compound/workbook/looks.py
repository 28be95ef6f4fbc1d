"""How the workbook looks: formats made once, widths that fit, texts that stay texts."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from gridcalc.messages import Lang

_FONTS: Mapping[Lang, str] = {"zh": "Microsoft YaHei", "en": "Calibri"}
_FONT_PT, _KEY_PT, _TITLE_PT = 10, 8, 16
_INK, _QUIET, _LINE = "#24445F", "#7A8694", "#C5CED6"
_MUST, _MAY, _KEYS, _ALARM = "#2F5D7E", "#6C8CA3", "#F3F6F8", "#FCE9C8"
_HEAD: Mapping[str, Any] = {"text_wrap": True, "valign": "vcenter", "indent": 1}
_NARROWEST, _WIDEST, _ROOM = 9, 42, 3
_ONE_LINE = 12
_WIDE = frozenset("WF")
_PRINTED_DIGITS = 16

LOOKS: Mapping[str, Mapping[str, Any]] = {
    "text": {"num_format": "@", "align": "left", "indent": 1},
    "number": {"align": "right", "indent": 1},
    "count": {"align": "right", "valign": "top"},
    "title": {"bold": True, "font_size": _TITLE_PT, "font_color": _INK},
    "group": {"bold": True, "font_color": _INK, "bottom": 1, "bottom_color": _MUST},
    "quiet": {"font_color": _QUIET},
    "sentence": {"text_wrap": True, "valign": "top", "indent": 1},
    "label": {"valign": "top", "indent": 1},
    "link": {"font_color": "#155A8A", "underline": 1, "valign": "top", "indent": 1},
    "key": {"font_size": _KEY_PT, "font_color": _QUIET, "bg_color": _KEYS, "indent": 1},
    "must": {"bold": True, "font_color": "#FFFFFF", "bg_color": _MUST, **_HEAD},
    "may": {"font_color": "#FFFFFF", "bg_color": _MAY, **_HEAD},
    "cell": {"border": 1, "border_color": _LINE, "align": "left", "num_format": "@", "indent": 1},
    "value": {"border": 1, "border_color": _LINE, "align": "left", "indent": 1},
    "alarm": {"bg_color": _ALARM},
    "grid": {"border": 1, "border_color": _LINE},
}
"""Formats by name; those of headings say whether a field must be given."""


@dataclass(frozen=True, slots=True)
class Looks:
    """The formats of one workbook."""

    book: Any
    font: str
    made: dict[str, Any]

    def __getitem__(self, name: str) -> Any:
        """Return the format of a name, made on first use."""
        if name not in self.made:
            rule = name in {"alarm", "grid"}
            own = {} if rule else {"font_name": self.font, "font_size": _FONT_PT}
            self.made[name] = self.book.add_format(own | dict(LOOKS[name]))
        return self.made[name]


def looks_of(book: Any, lang: Lang) -> Looks:
    """Return the formats of a workbook; its font has the signs of the language."""
    return Looks(book, _FONTS[lang], {})


class _Exact(float):
    """A number that is printed with all its digits; XlsxWriter prints 16, a float can need 17."""

    def __format__(self, spec: str) -> str:
        return repr(float(self))


def put(sheet: Any, row: int, column: int, value: str | float, look: Any) -> None:
    """Write a cell; a text is never taken for a formula, a link or a number."""
    if isinstance(value, str):
        sheet.write_string(row, column, value, look)
    elif isinstance(value, float) and float(f"{value:.{_PRINTED_DIGITS}g}") != value:
        sheet.write_number(row, column, _Exact(value), look)
    else:
        sheet.write_number(row, column, value, look)


def width(title: str, texts: Iterable[str] = ()) -> int:
    """Return the width of a column that fits its heading on two lines and its texts on one.

    Examples
    --------
    >>> width("id"), width("最大短路电流 (kA)"), width("id", ["YJV22-0.6/1-4x240"])
    (9, 12, 20)
    """
    half = signs(title) if signs(title) <= _ONE_LINE else -(-signs(title) // 2)
    word = max((signs(part) for part in title.split()), default=0) if title.isascii() else 0
    widest = max(half, word, *(signs(text) for text in texts), 0)
    return min(max(widest + _ROOM, _NARROWEST), _WIDEST)


def signs(text: str) -> int:
    """Return the room a text takes; Chinese signs take two."""
    return sum(2 if unicodedata.east_asian_width(sign) in _WIDE else 1 for sign in text)
