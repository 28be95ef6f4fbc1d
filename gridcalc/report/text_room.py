"""How much room a text takes, whatever fonts are installed."""

import unicodedata

_NARROW = 0.54
"""Width of a Latin letter over that of a Chinese character."""


def text_width(text: str, size_pt: float) -> float:
    """Return about how wide a text is. [pt].

    Examples
    --------
    >>> text_width("ab", 10), text_width("小区", 10)
    (10.8, 20.0)
    """
    wide = sum(unicodedata.east_asian_width(c) in "WF" for c in text)
    return size_pt * (wide + _NARROW * (len(text) - wide))
