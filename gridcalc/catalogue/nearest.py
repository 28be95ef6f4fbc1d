"""Find the catalogue name most like a wrong one: designation first, then size."""

import re
from collections.abc import Iterable
from difflib import SequenceMatcher
from math import log

_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*[x×*]\s*(\d+(?:\.\d+)?)", re.IGNORECASE)
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_SERIES = re.compile(r"[a-z](\d+)", re.IGNORECASE)
_WORD = re.compile(r"[a-z]+", re.IGNORECASE)
_NOT_DESIGNATION = frozenset({"x", "uk", "kva", "mm"})
_MIN_LIKENESS = 0.4

_Rank = tuple[float, tuple[float, ...], float, float, str]


def nearest_name(name: str, names: Iterable[str]) -> str | None:
    """Return the name most like ``name``; ties go to the first in the alphabet.

    The letters of the designation count first (conductor, oil or dry), then the size (cores
    before section), then the series number, then the spelling.

    Examples
    --------
    >>> nearest_name("S14-800", ["S13-800", "S20-800", "SCB14-800"])
    'S13-800'
    >>> nearest_name("???", ["S13-800"]) is None
    True
    """
    ranks = sorted(_rank(name, candidate) for candidate in names)
    if not ranks or -ranks[0][0] < _MIN_LIKENESS:
        return None
    return ranks[0][-1]


def _rank(name: str, candidate: str) -> _Rank:
    return (
        -_likeness(_designation(name), _designation(candidate)),
        _distance(_sizes(name), _sizes(candidate)),
        abs(_series(name) - _series(candidate)),
        -_likeness(name.lower(), candidate.lower()),
        candidate,
    )


def _likeness(text: str, other: str) -> float:
    return SequenceMatcher(None, text, other, autojunk=False).ratio()


def _designation(name: str) -> str:
    words = (word.lower() for word in _WORD.findall(_SIZE.sub(" ", name)))
    return "".join(word for word in words if word not in _NOT_DESIGNATION)


def _series(name: str) -> float:
    match = _SERIES.search(_SIZE.sub(" ", name))
    return float(match.group(1)) if match else 0.0


def _sizes(name: str) -> tuple[float, ...]:
    match = _SIZE.search(name)
    if match:
        return float(match.group(1)), float(match.group(2))
    return tuple(float(number) for number in _NUMBER.findall(name.partition("-")[2]))


def _distance(sizes: tuple[float, ...], others: tuple[float, ...]) -> tuple[float, ...]:
    pairs = zip(sizes, others, strict=False)
    return tuple(abs(log(a / b)) if a > 0 and b > 0 else abs(a - b) for a, b in pairs)
