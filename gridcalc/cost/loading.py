"""Find and read price books: shipped ones by id, a user's by path or from a folder."""

import difflib
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path

from gridcalc.compound.door import read_mapping, read_text, validate
from gridcalc.cost.merging import (
    assembled,
    content_problems,
    unknown_problems,
)
from gridcalc.cost.price_file import PriceFile
from gridcalc.cost.prices import Level, PriceBook, missing_item
from gridcalc.errors import InputError, Problem
from gridcalc.tables import data_text
from gridcalc.yamlfile import Document

DETAILED_BOOK = "national-2025"
SURVEY_BOOK = "changji-survey-2026"

_COMPLETE: dict[str, str] = {"detailed": DETAILED_BOOK, "survey": SURVEY_BOOK}
_SUFFIXES = (".yaml", ".yml")


def load_price_book(
    ref: str, user_dir: Path | None = None, *, needed: Collection[str] = ()
) -> PriceBook:
    """Return a price book with the prices it inherits.

    Parameters
    ----------
    ref
        Id of a shipped book, id of a book in ``user_dir``, or path of a YAML file.
    user_dir
        Folder with a user's own books, one file ``<id>.yaml`` each.
    needed
        Items that are about to be priced; those the book lacks are problems like any other.

    Raises
    ------
    InputError
        There is no such book, or it is wrong: every faulty entry, every price below zero, every
        low above typical or typical above high, every item that is missing.

    Examples
    --------
    >>> load_price_book("changji-survey-2026").price("survey.meter").typical_yuan
    230.0
    """
    if ref.endswith(_SUFFIXES) or "/" in ref or "\\" in ref:
        return _user_book(Path(ref), needed)
    own = _user_files(user_dir)
    if ref in own:
        return _user_book(own[ref], needed)
    if ref not in shipped_books():
        raise InputError([Problem(ref, 0, "", _unknown_message(ref, [*shipped_books(), *own]))])
    book = _shipped(ref)
    problems = list(book.missing(needed))
    if problems:
        raise InputError(problems)
    return book


@cache
def shipped_books() -> tuple[str, ...]:
    """Return the ids of the price books that come with gridcalc, sorted.

    Examples
    --------
    >>> shipped_books()
    ('changji-survey-2026', 'national-2025')
    """
    names = (entry.name for entry in (files("gridcalc") / "data" / "prices").iterdir())
    return tuple(sorted(name[: -len(".yaml")] for name in names if name.endswith(".yaml")))


@cache
def _shipped(book_id: str) -> PriceBook:
    name = f"prices/{book_id}.yaml"
    document = read_mapping(data_text(name), file=name, what="price book")
    return _book(document, list(content_problems(document, None)), base=None)


def _user_book(path: Path, needed: Collection[str]) -> PriceBook:
    document = read_mapping(read_text(path), file=str(path), what="price book")
    problems: list[Problem] = []
    base = _base(document, problems)
    held = {*_items(document), *(base.prices if base else ())}
    problems += content_problems(document, base)
    expected: set[str] = set(needed)
    if document.value.get("extends") is None:
        complete = _shipped(_COMPLETE[_level(document)])
        expected |= set(complete.prices)
        problems += _missing_surcharges(document, complete)
        problems += unknown_problems(document, complete.prices)
    elif base is not None:
        problems += unknown_problems(document, base.prices)
    items_line = document.line(("items",))
    for item in sorted(expected - held):
        problems.append(missing_item(item, held, file=document.file, line=items_line))
    return _book(document, problems, base=base)


def _book(document: Document, problems: list[Problem], *, base: PriceBook | None) -> PriceBook:
    file, found = validate(PriceFile, document)
    if file is None or found or problems:
        raise InputError([*found, *problems])
    return assembled(file, document, base)


def _base(document: Document, problems: list[Problem]) -> PriceBook | None:
    ref = document.value.get("extends")
    if ref is None:
        return None
    if ref in shipped_books():
        return _shipped(ref)
    message = f"{ref!r} is not a shipped price book; those are {', '.join(shipped_books())}"
    problems.append(document.problem(("extends",), message))
    return None


def _missing_surcharges(document: Document, complete: PriceBook) -> Iterator[Problem]:
    written = document.value.get("surcharges")
    names = written if isinstance(written, dict) else {}
    for surcharge in complete.surcharges:
        if surcharge.name not in names:
            line = document.line(("surcharges",))
            message = "this share is missing; write 0 % where it does not apply"
            yield Problem(document.file, line, f"surcharges.{surcharge.name}", message)


def _items(document: Document) -> Mapping[str, object]:
    items = document.value.get("items")
    return items if isinstance(items, dict) else {}


def _level(document: Document) -> Level:
    return "survey" if document.value.get("level") == "survey" else "detailed"


def _user_files(user_dir: Path | None) -> dict[str, Path]:
    if user_dir is None or not user_dir.is_dir():
        return {}
    found = sorted(path for path in user_dir.iterdir() if path.suffix in _SUFFIXES)
    return {path.stem: path for path in found}


def _unknown_message(ref: str, known: list[str]) -> str:
    found = difflib.get_close_matches(ref, known, n=1, cutoff=0.5)
    guess = f"did you mean {found[0]!r}? " if found else ""
    return f"there is no price book of this id; {guess}known are {', '.join(sorted(known))}"
