"""Headings that take two rows: groups above what they hold, or units below what they measure."""

import re
from collections.abc import Callable
from itertools import zip_longest

from gridcalc.city.table.numbers import plain
from gridcalc.city.table.vocabulary import cell_words, nothing_words, word_key

Means = Callable[[str], str]
"""Returns the field that a heading means; empty if it is not known."""

_BRACKETS = re.compile(r"[(（\[【][^)）\]】]*[)）\]】]?")
_NUMBER = re.compile(r"[\d.,%\s/-]+")


def nothing_is_known(_heading: str) -> str:
    """Return that a heading is not known, where no words are."""
    return ""


def joined(upper: tuple[str, ...], lower: tuple[str, ...], means: Means) -> tuple[str, ...] | None:
    """Return the headings of two rows as one row, ``None`` if the lower row is none of headings.

    Parameters
    ----------
    upper
        The row of headings; a group stands above its first column only.
    lower
        The row below.
    means
        Which field a heading gives; what stands below ``id`` is no heading.

    Examples
    --------
    >>> usual = {"编号": "id", "固定车位": "n_private_bays", "公共车位": "n_public_bays"}
    >>> upper, lower = ("编号", "车位", "", "负荷"), ("", "固定", "公共", "MW")
    >>> joined(upper, lower, lambda heading: usual.get(heading, ""))
    ('编号', '固定车位', '公共车位', '负荷(MW)')
    >>> joined(("编号", "户数"), ("A1", "300"), nothing_is_known) is None
    True
    """
    pairs = list(zip_longest(upper, lower, fillvalue=""))
    tops = [top for top, _below in pairs] + [""]
    belows = ["" if below in nothing_words() else below for _top, below in pairs] + [""]
    if not any(belows) or any(
        one and means(top) == "id" for top, one in zip(tops, belows, strict=True)
    ):
        return None
    found, group = [], ""
    for k in range(len(pairs)):
        group = tops[k] or group
        heading = _heading(tops[k], belows[k], group, means, heads=_heads(tops, belows, k))
        if heading is None:
            return None
        found.append(heading)
    return tuple(found)


def _heads(tops: list[str], belows: list[str], k: int) -> bool:
    """Return whether a column belongs to a group: the first one has a second beside it."""
    return not tops[k] or (not tops[k + 1] and bool(belows[k + 1]))


def _heading(top: str, below: str, group: str, means: Means, *, heads: bool) -> str | None:
    """Return the heading of a column; ``None`` if what stands below it is no heading."""
    if not below:
        return top
    unit = _BRACKETS.sub(lambda found: found[0].strip("()（）[]【】"), below)
    if top and word_key(unit) in cell_words("unit"):
        return f"{top}({unit})"
    if not heads or _NUMBER.fullmatch(plain(below)):
        return None
    return _named(below, group, means)


def _named(below: str, group: str, means: Means) -> str:
    """Return a heading with its group, in the words that are known."""
    bare = _BRACKETS.sub("", group).strip()
    remarks = "".join(_BRACKETS.findall(group))
    if any(word in word_key(bare) for word in cell_words("other_time")):
        return f"{group} {below}"
    if word_key(bare) in cell_words("crs"):
        remarks += f"({bare})"
    usual = (f"{below}{bare}", f"{bare}{below}", below)
    return next((f"{one}{remarks}" for one in usual if means(one)), f"{group} {below}".strip())
