"""Error messages in another language: the template a message was made from is found again.

Rooms below the command line write plain English sentences with values in them. Here the template
of such a sentence is looked for in the catalogue of messages; its values are put into the
translation. What is not found stays as it is.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from string import Formatter

import click

from gridcalc.cli.meant import meant, meant_format
from gridcalc.errors import GridcalcError, InputError, Shown, shown_of, with_count
from gridcalc.messages import Lang, messages

CONTEXT = "error"
"""Context of the templates in the catalogue."""
_LONGEST = 2000
"""Longer messages carry long lists; they stay as they are."""
_MOST_JOINTS = 12
_MOST_KEPT = 4096
_DEEPEST = 5
_FEWEST_SIGNS = 5
"""Templates with fewer signs are parts of a message, never the whole."""
_FEWEST_OF_PHRASES = 25
"""Phrases of reports with fewer signs stand in no message."""
_WORD = re.compile(r"[A-Za-z]{2,}")
_OF_CLICK = (click.MissingParameter, click.NoSuchOption, click.exceptions.NoSuchCommand)
"""Wrong usage that click says in its own words."""
_WHOLE_WORD = re.compile(r"(?<![A-Za-z{])[A-Za-z]{2,}(?![A-Za-z{])")
_POINT = re.compile(r"(\s+- |\([^()]+\) )(.+)", re.DOTALL)
_LIST = re.compile(r"\S+(?:(?:, | or | and )\S+)*")
_PLACES = re.compile(r"[A-Z]{0,3}\d+(?:, [A-Z]{0,3}\d+)+(?: …)?")
"""Lines or cells one after the other."""
_BETWEEN: Mapping[str, str] = {", ": "、", " or ": "或", " and ": "和"}
_SPACE_IN_CHINESE = re.compile(r"(?<=[\u4e00-\u9fff。：]) ")
_JOINTS: Mapping[str, str] = {"; ": "；", "? ": "？", ": ": "：", " - ": " - "}


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A template with its translation.

    ``literals`` stand around the values of ``names``, so there is one more of them; ``weight``
    counts their signs. ``said_literals`` and ``said_names`` are those of the translation.
    """

    literals: tuple[str, ...]
    names: tuple[str, ...]
    said_literals: tuple[str, ...]
    said_names: tuple[str, ...]
    weight: int

    def values(self, text: str) -> dict[str, str] | None:
        """Return the values of a message made from the template; none where it was not.

        Every value ends at the first place where the next literal stands, so that the time is
        proportional to the length of the message, whatever stands in it.
        """
        head, *middle, tail = self.literals
        if not text.startswith(head) or not text.endswith(tail):
            return None
        found, at, end = [], len(head), len(text) - len(tail)
        for literal in middle:
            stop = text.find(literal, at + 1, end)
            if stop < 0:
                return None
            found.append(text[at:stop])
            at = stop + len(literal)
        if at >= end:
            return None
        return dict(zip(self.names, [*found, text[at:end]], strict=True))

    def filled(self, values: Mapping[str, str]) -> str:
        """Return the translation with its values."""
        head, *rest = self.said_literals
        pairs = zip(self.said_names, rest, strict=True)
        return head + "".join(values[name] + literal for name, literal in pairs)


@cache
def _templates(lang: Lang) -> tuple[dict[str, str], dict[str, list[Template]]]:
    """Return messages without values, and templates by a word that stands in all they make."""
    plain: dict[str, str] = {}
    found: dict[str, list[Template]] = {}
    for text, words in _texts(lang):
        literals, names = _parts(text)
        if not names:
            plain[literals[0]] = "".join(_parts(words)[0])
            continue
        shown = _parts(words)
        row = Template(
            literals=literals,
            names=names,
            said_literals=shown[0],
            said_names=shown[1],
            weight=sum(map(len, literals)),
        )
        found.setdefault(_key(literals), []).append(row)
    return plain, found


def _key(literals: tuple[str, ...]) -> str:
    """Return the longest word that no value can touch; empty where there is none."""
    words = _WHOLE_WORD.findall("{".join(literals))
    return max(words, key=len, default="")


def _candidates(text: str, lang: Lang) -> list[Template]:
    """Return the templates that a text may be made from, those with most signs first."""
    found = _templates(lang)[1]
    words = {"", *_WHOLE_WORD.findall(text)}
    rows = [row for word in sorted(words) for row in found.get(word, ())]
    return sorted(rows, key=lambda row: -row.weight)


def _parts(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what stands around the values of a template, and their names without formats."""
    literals, names = [""], []
    for literal, name, _, _ in Formatter().parse(text):
        literals[-1] += literal
        if name is not None:
            names.append(name)
            literals.append("")
    return tuple(literals), tuple(names)


def _texts(lang: Lang) -> Iterator[tuple[str, str]]:
    yield from messages(lang).get(CONTEXT, {}).items()
    for text, words in messages(lang)[""].items():
        if len(text) >= _FEWEST_OF_PHRASES and "\n" not in text:
            yield text, words


def said(text: str, lang: Lang) -> str:
    """Return a message in a language.

    Examples
    --------
    >>> said("'x' is not a number", "zh"), said("never seen before", "zh")
    ("'x'不是数字", 'never seen before')
    """
    if lang == "en" or len(text) > _LONGEST:
        return text
    return "\n".join(_said(line, lang, 0) for line in text.split("\n"))


@lru_cache(maxsize=_MOST_KEPT)
def _said(text: str, lang: Lang, depth: int) -> str:
    if depth and _PLACES.fullmatch(text):
        return text.replace(", ", "、").replace(" …", "…")
    if depth > _DEEPEST or not _WORD.search(text):
        return text
    point = _POINT.fullmatch(text)
    if point is not None:
        return point[1] + _said(point[2], lang, depth + 1)
    plain = _templates(lang)[0]
    for known in (text, text[:1].lower() + text[1:]):
        if known in plain:
            return plain[known]
    return (
        _by_template(text, lang, depth, is_whole=True)
        or _by_parts(text, lang, depth, needs_all=True)
        or _by_template(text, lang, depth, is_whole=False)
        or _by_parts(text, lang, depth, needs_all=False)
        or text
    )


def _by_template(text: str, lang: Lang, depth: int, *, is_whole: bool) -> str | None:
    """Return a message by its template; ``is_whole``: no value holds a part of the sentence."""
    for template in _candidates(text, lang):
        if depth == 0 and template.weight < _FEWEST_SIGNS:
            return None
        values = template.values(text)
        if values is None or (is_whole and _is_cut(values)):
            continue
        return template.filled(
            {name: _said(value, lang, depth + 1) for name, value in values.items()}
        )
    return None


def _is_cut(values: Mapping[str, str]) -> bool:
    return any(_places(value, joint) for value in values.values() for joint in _JOINTS)


def _places(text: str, joint: str) -> list[int]:
    """Return where a joint stands, but not inside quotes."""
    found = [match.start() for match in re.finditer(re.escape(joint), text)]
    return [at for at in found if at > 0 and text.count("'", 0, at) % 2 == 0]


def _by_parts(text: str, lang: Lang, depth: int, *, needs_all: bool) -> str | None:
    """Return a message whose parts are messages themselves."""
    if depth and _LIST.fullmatch(text):
        return re.sub(", | or | and ", lambda found: _BETWEEN[found[0]], text)
    places = [(at, joint) for joint in _JOINTS for at in _places(text, joint)]
    for at, joint in places if len(places) <= _MOST_JOINTS else ():
        parts = (text[:at], text[at + len(joint) :])
        in_words = tuple(_said(part, lang, depth + 1) for part in parts)
        changed = [one != other for one, other in zip(parts, in_words, strict=True)]
        is_name = " " not in parts[0]
        if changed[1] and (changed[0] or is_name or not needs_all):
            return _JOINTS[joint].join(in_words)
        if changed[0] and not needs_all:
            return _JOINTS[joint].join(in_words)
    return None


def usage_error(error: click.UsageError, lang: Lang) -> click.UsageError:
    """Return wrong usage as it is shown; click joins its own words with spaces and points."""
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        return error
    hint = meant(error)
    if isinstance(error, click.NoSuchOption) and meant_format(error):
        error = click.NoSuchOption(error.option_name, ctx=error.ctx)
    if lang == "en":
        return click.UsageError(f"{error.format_message()} {hint}", error.ctx) if hint else error
    error.message = said(error.message, lang)  # type: ignore[misc]
    if not isinstance(error, _OF_CLICK):
        return error
    own_words = f"{error.format_message().removesuffix('.')} {said(hint, lang)}".rstrip()
    text = _SPACE_IN_CHINESE.sub("", own_words).replace("'. ", "'；")
    return click.UsageError(text, error.ctx)


def spoken() -> Lang:
    """Return the language of the program that runs; English where none runs."""
    context = click.get_current_context(silent=True)
    lang: Lang = getattr(context.find_root().command, "lang", "en") if context else "en"
    return lang


def announce(text: str) -> None:
    """Write a line to standard error in the language of the program."""
    click.echo(said(text, spoken()), err=True)


def error_text(error: GridcalcError, lang: Lang) -> str:
    """Return an error as it is shown: every file with its problems."""
    if lang == "en":
        return str(error)
    if not isinstance(error, InputError):
        return said(str(error), lang)
    return "\n".join(_lines(error, lang))


def _lines(error: InputError, lang: Lang) -> Iterator[str]:
    shown, n_left = shown_of(error.problems)
    for file in dict.fromkeys(row.problem.file for row in shown):
        yield said(f"{file} is not usable:", lang)
        for row in shown:
            if row.problem.file == file:
                yield f"  - {_line(row, lang)}"
    if n_left:
        yield said(f"and {n_left} more problems", lang)


def _line(shown: Shown, lang: Lang) -> str:
    problem = shown.problem
    place = said(f"line {problem.line}", lang) if problem.line else ""
    where = "，".join(part for part in (place, problem.key) if part)
    message = said(with_count(shown), lang)
    return f"{where}：{message}" if where else message
