"""Compound files in: one call that checks values, links, equipment and supply at once."""

import sys
from collections.abc import Collection
from pathlib import Path

from gridcalc.catalogue import Catalogue
from gridcalc.compound.consistency import consistency_problems
from gridcalc.compound.door import nearest, read_mapping, read_text, validate
from gridcalc.compound.model import Compound
from gridcalc.compound.outline import outline
from gridcalc.errors import InputError, Problem
from gridcalc.yamlfile import Document

STDIN = "-"


def read_compound(file: str, *, catalogue: Catalogue, policies: Collection[str] = ()) -> Compound:
    """Return the compound of a YAML file; ``-`` reads standard input.

    Raises
    ------
    InputError
        All problems of the file at once: keys, values, links, equipment, loops, islands.
    """
    if file == STDIN:
        return parse_compound(
            sys.stdin.read(), file="<stdin>", catalogue=catalogue, policies=policies
        )
    text = read_text(Path(file))
    return parse_compound(text, file=file, catalogue=catalogue, policies=policies)


def parse_compound(
    text: str, *, file: str, catalogue: Catalogue, policies: Collection[str] = ()
) -> Compound:
    """Return the compound of a YAML text.

    Parameters
    ----------
    text
        The content.
    file
        The name shown in messages.
    catalogue
        The equipment the file may name.
    policies
        Known policy ids; empty skips that check. A value ending in ``.yaml`` is a path.

    Raises
    ------
    InputError
        All problems at once.
    """
    document = read_mapping(text, file=file, what="compound")
    compound, problems = validate(Compound, document)
    problems += consistency_problems(outline(document), catalogue)
    problems += _policy_problems(document, policies)
    if problems or compound is None:
        raise InputError(problems)
    return compound


def _policy_problems(document: Document, policies: Collection[str]) -> list[Problem]:
    name = document.value.get("policy")
    if not policies or not isinstance(name, str) or name in policies:
        return []
    if name.endswith((".yaml", ".yml")):
        return []
    guess = nearest(name, sorted(policies)) or f"; known are {', '.join(sorted(policies))}"
    return [document.problem(("policy",), f"there is no policy pack {name!r}{guess}")]
