"""Error messages in another language: the template a message was made from is found again.

Rooms below the command line write plain English sentences with values in them. Here the template
of such a sentence is looked for in the catalogue of messages; its values are put into the
translation. What is not found stays as it is.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

from gridcalc.errors import GridcalcError, InputError, Problem
from gridcalc.messages import Lang, messages

CONTEXT = "error"
"""Context of the templates in the catalogue."""
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_WORD = re.compile(r"[A-Za-z]{3,}")
_DEEPEST = 4
_JOINTS = ("; ", ": ")
_CHINESE_JOINTS: Mapping[str, str] = {"; ": "；", ": ": "："}


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A template as a pattern, with its translation.

    ``head`` and ``tail`` begin and end every message made from it; ``weight`` counts the letters
    that stand in all of them.
    """

    pattern: re.Pattern[str] = field(repr=False)
    head: str
    tail: str
    said: str
    weight: int


@cache
def _templates(lang: Lang) -> tuple[dict[str, str], tuple[Template, ...]]:
    """Return messages without values, and templates, those with most letters first."""
    plain: dict[str, str] = {}
    found: list[Template] = []
    for text, said in messages(lang).get(CONTEXT, {}).items():
        if not _PLACEHOLDER.search(text):
            plain[text] = said
            continue
        parts = _PLACEHOLDER.split(text)
        found.append(
            Template(
                pattern=_pattern(parts),
                head=parts[0],
                tail=parts[-1],
                said=said,
                weight=sum(map(len, parts[::2])),
            )
        )
    return plain, tuple(sorted(found, key=lambda row: -row.weight))


def _pattern(parts: list[str]) -> re.Pattern[str]:
    shape = "".join(
        f"(?P<{part}>.+?)" if k % 2 else re.escape(part) for k, part in enumerate(parts)
    )
    return re.compile(shape, re.DOTALL)


def said(text: str, lang: Lang) -> str:
    """Return a message in a language.

    Examples
    --------
    >>> said("'x' is not a number", "zh"), said("never seen before", "zh")
    ("'x'不是数字", 'never seen before')
    """
    return text if lang == "en" else _said(text, lang, 0)


def _said(text: str, lang: Lang, depth: int) -> str:
    if depth > _DEEPEST or not _WORD.search(text):
        return text
    plain, templates = _templates(lang)
    if text in plain:
        return plain[text]
    for template in templates:
        if not (text.startswith(template.head) and text.endswith(template.tail)):
            continue
        match = template.pattern.fullmatch(text)
        if match is not None:
            values = {
                name: _said(value, lang, depth + 1) for name, value in match.groupdict().items()
            }
            return template.said.format(**values)
    return _in_parts(text, lang, depth)


def _in_parts(text: str, lang: Lang, depth: int) -> str:
    """Return a message whose parts are messages themselves."""
    for joint in _JOINTS:
        head, found, tail = text.partition(joint)
        if not found:
            continue
        parts = [_said(head, lang, depth + 1), _said(tail, lang, depth + 1)]
        if parts != [head, tail]:
            return _CHINESE_JOINTS[joint].join(parts)
    return text


def error_text(error: GridcalcError, lang: Lang) -> str:
    """Return an error as it is shown: every file with its problems."""
    if lang == "en":
        return str(error)
    if not isinstance(error, InputError):
        return said(str(error), lang)
    return "\n".join(_lines(error, lang))


def _lines(error: InputError, lang: Lang) -> Iterator[str]:
    for file in sorted({problem.file for problem in error.problems}):
        yield said(f"{file} is not usable:", lang)
        for problem in error.problems:
            if problem.file == file:
                yield f"  - {_problem(problem, lang)}"


def _problem(problem: Problem, lang: Lang) -> str:
    place = said(f"line {problem.line}", lang) if problem.line else ""
    where = "，".join(part for part in (place, problem.key) if part)
    message = said(problem.message, lang)
    return f"{where}：{message}" if where else message
