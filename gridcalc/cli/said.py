"""Error messages in another language: the template a message was made from is found again.

Rooms below the command line write plain English sentences with values in them. Here the template
of such a sentence is looked for in the catalogue of messages; its values are put into the
translation. What is not found stays as it is.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from string import Formatter

import click

from gridcalc.errors import GridcalcError, InputError, Problem
from gridcalc.messages import Lang, messages

CONTEXT = "error"
"""Context of the templates in the catalogue."""
LONGEST = 1500
"""Longer messages carry a list; they stay as they are, so that no search lasts long."""
_WORD = re.compile(r"[A-Za-z]{2,}")
_POINT = re.compile(r"(\([^()]+\)) (.+)", re.DOTALL)
_MORE = re.compile(r"(.+) \(and ([0-9]+) more features\)", re.DOTALL)
_DEEPEST = 5
_FEWEST_LETTERS = 6
"""Templates with fewer letters are parts of a message, never the whole."""
_JOINTS = {"; ": "；", ": ": "：", " - ": " - ", " (": "（"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A template as a pattern, with its translation.

    ``head`` and ``tail`` begin and end every message made from it; ``weight`` counts the signs
    that stand in all of them.
    """

    pattern: re.Pattern[str] = field(repr=False)
    head: str
    tail: str
    said: str
    weight: int


def said(text: str, lang: Lang) -> str:
    """Return a message in a language.

    Examples
    --------
    >>> said("'x' is not a number", "zh"), said("never seen before", "zh")
    ("'x'不是数字", 'never seen before')
    """
    if lang == "en" or len(text) > LONGEST:
        return text
    return "\n".join(_said(line, lang, 0) for line in text.split("\n"))


@cache
def _templates(lang: Lang) -> tuple[dict[str, str], tuple[Template, ...]]:
    """Return messages without values, and templates, those with most letters first."""
    plain: dict[str, str] = {}
    found: list[Template] = []
    for text, words in messages(lang).get(CONTEXT, {}).items():
        parts = list(Formatter().parse(text))
        if all(name is None for _, name, _, _ in parts):
            plain[text.format()] = words.format()
            continue
        literals = [literal for literal, _, _, _ in parts]
        tail = literals[-1] if parts[-1][1] is None else ""
        shape = "".join(
            re.escape(literal) + (f"(?P<{name}>.+?)" if name is not None else "")
            for literal, name, _, _ in parts
        )
        found.append(
            Template(
                pattern=re.compile(shape, re.DOTALL),
                head=literals[0],
                tail=tail,
                said=words,
                weight=sum(map(len, literals)),
            )
        )
    return plain, tuple(sorted(found, key=lambda row: -row.weight))


def _said(text: str, lang: Lang, depth: int) -> str:
    if depth > _DEEPEST or not _WORD.search(text):
        return text
    plain = _templates(lang)[0]
    for known in (text, text[:1].lower() + text[1:]):
        if known in plain:
            return plain[known]
    ways = (_from_template(text, lang, depth, whole=True), _from_parts(text, lang, depth))
    for words in ways:
        if words is not None:
            return words
    return _from_template(text, lang, depth, whole=False) or text


def _from_template(text: str, lang: Lang, depth: int, *, whole: bool) -> str | None:
    """Return a message by its template; ``whole``: no value holds a part of the sentence."""
    for template in _templates(lang)[1]:
        if depth == 0 and template.weight < _FEWEST_LETTERS:
            break
        if not (text.startswith(template.head) and text.endswith(template.tail)):
            continue
        match = template.pattern.fullmatch(text)
        if match is None or (whole and any("; " in value for value in match.groups())):
            continue
        values = {name: _said(value, lang, depth + 1) for name, value in match.groupdict().items()}
        return template.said.format(**values)
    return None


def _from_parts(text: str, lang: Lang, depth: int) -> str | None:
    """Return a message whose parts are messages themselves."""
    more = _MORE.fullmatch(text)
    if more is not None:
        return f"{_said(more[1], lang, depth + 1)}（另有{more[2]}个要素相同）"
    point = _POINT.fullmatch(text)
    if point is not None:
        return f"{point[1]}{_said(point[2], lang, depth + 1)}"
    for joint, words in _JOINTS.items():
        at = text.find(joint)
        while at > 0:
            head, tail = text[:at], text[at + len(joint) :]
            parts = [_said(head, lang, depth + 1), _said(tail, lang, depth + 1)]
            if parts[0] != head and parts[1] != tail:
                return words.join(parts)
            at = text.find(joint, at + 1)
    return None
