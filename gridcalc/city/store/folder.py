"""The result directory of a run: made, taken up again, or refused."""

from collections.abc import Iterable
from pathlib import Path
from typing import Literal, TypeAlias

from gridcalc.city.store.atomic import TEMPORARY, cannot_write
from gridcalc.city.store.manifest import (
    MANIFEST,
    Manifest,
    differences,
    manifest_bytes,
    read_manifest,
    write_manifest,
)
from gridcalc.city.store.parts import PARTS, part_names, states_of
from gridcalc.errors import InputError, Problem

COMPOUNDS = "compounds.parquet"
FAILED = "failed.csv"
LAYERS = "compounds.gpkg"
FEEDERS = "feeders.parquet"
WORKBOOK = "summary.xlsx"
PAGE = "map.html"
FINAL_FILES = (COMPOUNDS, FAILED, LAYERS, FEEDERS, WORKBOOK, PAGE)

Entry: TypeAlias = Literal["new", "resume", "join", "anew", "update"]
"""How a directory is entered: ``new`` takes an empty one, ``resume`` goes on with the same run,
``join`` does either, ``anew`` starts over in a directory of ours, ``update`` takes over what
changed and keeps the parts it does not touch."""


def enter(folder: Path, manifest: Manifest, entry: Entry) -> frozenset[int]:
    """Make a result directory or take it up again; return the chunks that are done.

    Damaged parts are thrown away. Nothing that is not ours is touched.

    Raises
    ------
    InputError
        The directory holds something else, another run, or cannot be written.
    """
    try:
        _check(folder, manifest, entry)
        if entry != "join":
            _sweep(folder)
        if entry == "anew":
            _clear(folder, FINAL_FILES, parts=())
        if entry == "update":
            _clear(folder, FINAL_FILES, parts=part_names(manifest.keys))
        (folder / PARTS).mkdir(parents=True, exist_ok=True)
        if not _is_current(folder, manifest):
            write_manifest(manifest, folder)
        return _done(folder, manifest)
    except OSError as error:
        raise cannot_write(folder, error) from None


def _check(folder: Path, manifest: Manifest, entry: Entry) -> None:
    names = _names(folder)
    foreign = [name for name in names if not _is_ours(name)]
    if foreign:
        shown = ", ".join(foreign[:3])
        _refuse(
            folder, f"holds {shown}, which no city run writes; choose an empty directory for -o"
        )
    if not names or entry in {"anew", "update"}:
        return
    if MANIFEST not in names:
        if any(name in FINAL_FILES for name in names):
            _refuse(folder, "has results but no manifest.json; choose another -o, or give --force")
        return
    if entry == "new":
        _refuse(
            folder,
            "holds a city run already; go on with it by --resume, or start anew by --force",
        )
    changed = differences(read_manifest(folder), manifest)
    if changed:
        raise InputError(
            Problem(str(folder), 0, "", f"belongs to another run: {text}") for text in changed
        ) from None


def _names(folder: Path) -> list[str]:
    if folder.exists() and not folder.is_dir():
        _refuse(folder, "is a file; -o names a directory")
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


def _is_ours(name: str) -> bool:
    return name in {MANIFEST, PARTS, *FINAL_FILES} or name.startswith(TEMPORARY)


def _is_current(folder: Path, manifest: Manifest) -> bool:
    path = folder / MANIFEST
    return path.is_file() and path.read_bytes() == manifest_bytes(manifest)


def _clear(folder: Path, names: Iterable[str], *, parts: Iterable[str]) -> None:
    """Remove final files and all parts but some."""
    kept = {*parts, *(name.replace("part-", "curves-", 1) for name in parts)}
    for name in names:
        (folder / name).unlink(missing_ok=True)
    inside = folder / PARTS
    for path in sorted(inside.iterdir()) if inside.is_dir() else ():
        if path.name not in kept and path.name.startswith(("part-", "curves-")):
            path.unlink(missing_ok=True)


def _sweep(folder: Path) -> None:
    """Remove what a killed run left half written; other shards may be at work on theirs."""
    for place in (folder, folder / PARTS):
        for path in sorted(place.glob(f"{TEMPORARY}*")):
            path.unlink(missing_ok=True)


def _done(folder: Path, manifest: Manifest) -> frozenset[int]:
    states = list(states_of(folder, manifest, thorough=True))
    for state in states:
        if state.state == "damaged":
            (folder / PARTS / state.name).unlink(missing_ok=True)
    return frozenset(state.no for state in states if state.state == "done")


def _refuse(folder: Path, message: str) -> None:
    raise InputError([Problem(str(folder), 0, "", message)])
