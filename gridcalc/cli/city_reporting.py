"""What a person looks at, written from a finished run: map page, workbook, map layers."""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from gridcalc.city.records import CityQuestion
from gridcalc.city.store import (
    FAILED,
    LAYERS,
    PAGE,
    WORKBOOK,
    Failure,
    Manifest,
    read_manifest,
)
from gridcalc.city.store.atomic import write_bytes
from gridcalc.cli.city_reading import Kinds
from gridcalc.cli.city_summing import finished_results, lines_of, used_policies
from gridcalc.cli.output import check_writable
from gridcalc.cli.said import announce, said
from gridcalc.errors import InputError, Problem
from gridcalc.messages import Lang
from gridcalc.report.city_head import CityHead
from gridcalc.report.city_run_report import failed_text
from gridcalc.report.wording import load_wording

Make = Callable[[], bytes]
REPORTS = (WORKBOOK, LAYERS, PAGE)
"""What is written for people, that which takes longest first."""


def write_reports(
    folder: Path, target: Path, *, kinds: Kinds, lang: Lang, force: bool
) -> tuple[str, ...]:
    """Write the files that were chosen into a folder and return their names.

    Raises
    ------
    InputError
        The run is not finished, a file exists already and ``force`` is not given, or a file
        cannot be written.
    """
    manifest = read_manifest(folder)
    names = chosen(kinds)
    _check(target, names, force=force)
    makers = makers_of(folder, manifest, failed_rows(folder), lang=lang)
    for name in names:
        write_bytes(target / name, makers[name]())
        announce(f"wrote {target / name}")
    return names


def chosen(kinds: Kinds) -> tuple[str, ...]:
    """Return the names of the files that are wanted; all where none is chosen."""
    wanted = {PAGE: kinds.page, WORKBOOK: kinds.workbook, LAYERS: kinds.layers}
    some = any(wanted.values())
    return tuple(name for name, is_wanted in wanted.items() if is_wanted or not some)


def write_report(
    folder: Path, manifest: Manifest, failed: Sequence[Failure], lang: Lang, name: str
) -> None:
    """Write one file of the results of a folder into it, in whatever process this is.

    Raises
    ------
    InputError
        The results cannot be read, or the file cannot be written.
    """
    write_bytes(folder / name, makers_of(folder, manifest, failed, lang=lang)[name]())


def prepare_layers() -> None:
    """Load what writes map layers, which takes longer than writing them."""
    from gridcalc.report.city_geopackage import city_geopackage

    city_geopackage((), question=CityQuestion())


def makers_of(
    folder: Path, manifest: Manifest, failed: Sequence[Failure], *, lang: Lang
) -> Mapping[str, Make]:
    """Return a function for each file that makes its bytes from the results of a folder."""
    head, question = head_of(manifest, folder, lang), question_of(manifest)
    lines = lines_of(folder)

    def page() -> bytes:
        from gridcalc.report.city_map.page import city_map_page

        found = finished_results(folder)
        return city_map_page(found, head, lang=lang, lines=lines).encode("utf-8")

    def workbook() -> bytes:
        from gridcalc.report.city_workbook import city_workbook

        return city_workbook(
            finished_results(folder),
            head,
            question=question,
            lang=lang,
            failures=told(failed, lang),
            lines=lines,
        )

    def layers() -> bytes:
        from gridcalc.report.city_geopackage import city_geopackage

        return city_geopackage(finished_results(folder), question=question, lang=lang)

    return {PAGE: page, WORKBOOK: workbook, LAYERS: layers}


def failed_csv(failed: Sequence[Failure], lang: Lang) -> bytes:
    """Return the file of rows without a result; in Chinese with a column of that beside English."""
    in_words = {row.problem: said(row.problem, lang) for row in failed}
    return failed_text(failed, None if lang == "en" else in_words).encode("utf-8-sig")


def told(failed: Sequence[Failure], lang: Lang) -> tuple[Failure, ...]:
    """Return rows without a result with their problems in a language; programs read English."""
    return tuple(replace(row, problem=said(row.problem, lang)) for row in failed)


def head_of(manifest: Manifest, folder: Path, lang: Lang) -> CityHead:
    """Return what page and workbook say about a run."""
    wording = load_wording(lang)
    return CityHead(
        title=wording("City run of {file}", file=manifest.input),
        table=manifest.input,
        sha256=manifest.input_sha256,
        version=manifest.gridcalc,
        method=manifest.question["method"],
        seed=manifest.seed,
        n_bad=manifest.n_bad,
        policies=used_policies(folder),
    )


def question_of(manifest: Manifest) -> CityQuestion:
    """Return what was asked; files of the user are known by their names only."""
    known = {field.name for field in fields(CityQuestion)}
    return CityQuestion(
        **{name: _tuple(value) for name, value in manifest.question.items() if name in known}
    )


def failed_rows(folder: Path) -> tuple[Failure, ...]:
    """Return the rows without a result as ``failed.csv`` lists them.

    Raises
    ------
    InputError
        The file is missing or not one of a city run.
    """
    path = folder / FAILED
    try:
        text = path.read_text(encoding="utf-8-sig")
        rows = [_failure(row) for row in csv.DictReader(io.StringIO(text))]
    except OSError as error:
        message = f"cannot be read: {error.strerror}; run again with --resume"
        raise InputError([Problem(str(path), 0, "", message)]) from None
    except (TypeError, ValueError, KeyError, AttributeError):
        message = "is damaged; write it anew with 'gridcalc city run … --resume'"
        raise InputError([Problem(str(path), 0, "", message)]) from None
    return tuple(rows)


def _failure(row: Mapping[str, str]) -> Failure:
    return Failure(
        row=int(row["row"]),
        id=_unguarded(row["id"]),
        name=_unguarded(row["name"]),
        status=row["status"],
        column=_unguarded(row["column"]),
        problem=_unguarded(row["problem"]),
    )


def _check(target: Path, names: Sequence[str], *, force: bool) -> None:
    problems: list[Problem] = []
    for name in names:
        try:
            check_writable(str(target / name), force=force)
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    try:
        target.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = f"cannot be made: {(error.strerror or 'unknown reason').lower()}"
        raise InputError([Problem(str(target), 0, "", message)]) from None


def _unguarded(text: str) -> str:
    """Return a cell without the apostrophe that keeps spreadsheets from computing it."""
    is_guarded = text[:1] == "'" and text[1:2] in {"=", "+", "-", "@", "\t", "\r"}
    return text[1:] if is_guarded else text


def _tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
