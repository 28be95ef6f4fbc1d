"""The register of sources: which document a table row comes from, and what was read of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from gridcalc.errors import InputError, Problem
from gridcalc.provenance import CONFIDENCES, Confidence
from gridcalc.tables import data_text
from gridcalc.yamlfile import Document, parse_yaml

_REQUIRED = ("kind", "title", "where", "confidence")
_KNOWN = (*_REQUIRED, "note")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A document, page, calculation or assumption that numbers come from.

    Parameters
    ----------
    key
        The name used in the ``source`` columns.
    kind
        standard, handbook, regulation, policy, web, example, computed or assumption.
    where
        Clause, table, page or address; ``-`` where there is none.
    confidence
        What was read of it; no row that names it is trusted more.
    """

    key: str
    kind: str
    title: str
    where: str
    confidence: Confidence
    note: str = ""


@cache
def load_sources() -> Mapping[str, Source]:
    """Return every source of ``data/sources*.yaml`` by its key.

    Raises
    ------
    InputError
        Every incomplete entry and every key that stands twice.

    Examples
    --------
    >>> load_sources()["gb-50054-2011-5.2.8"].where
    'cl. 5.2.8'
    """
    folder = files("gridcalc") / "data"
    names = sorted(item.name for item in folder.iterdir())
    wanted = [name for name in names if name.startswith("sources") and name.endswith(".yaml")]
    return parse_sources({name: data_text(name) for name in wanted})


def parse_sources(texts: Mapping[str, str]) -> dict[str, Source]:
    """Return the sources of some YAML texts, given by file name.

    Raises
    ------
    InputError
        Every incomplete entry and every key that stands twice.
    """
    sources: dict[str, Source] = {}
    problems: list[Problem] = []
    for file, text in texts.items():
        document = parse_yaml(text, file=file)
        problems += document.problems
        if not isinstance(document.value, dict):
            problems.append(document.problem((), "must be a mapping of source keys"))
            continue
        for key, entry in document.value.items():
            found = _entry_problems(document, key, entry)
            if key in sources:
                found.append(document.problem((key,), f"the source {key!r} stands in two files"))
            problems += found
            if not found:
                sources[key] = Source(key=key, **{name: str(v or "") for name, v in entry.items()})  # type: ignore[arg-type]
    if problems:
        raise InputError(problems)
    return sources


def _entry_problems(document: Document, key: str, entry: Any) -> list[Problem]:
    if not isinstance(entry, dict):
        return [document.problem((key,), f"must be a mapping with {', '.join(_REQUIRED)}")]
    problems = [
        document.problem((key,), f"{name!r} is missing")
        for name in _REQUIRED
        if not entry.get(name)
    ]
    problems += [
        document.problem((key, name), f"not known; known are {', '.join(_KNOWN)}")
        for name in entry
        if name not in _KNOWN
    ]
    if entry.get("confidence") not in (*CONFIDENCES, None):
        message = f"{entry['confidence']!r} is not one of {', '.join(CONFIDENCES)}"
        problems.append(document.problem((key, "confidence"), message))
    return problems
