"""Files that a command is asked to write: refused by name before anything is read, map layers."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gridcalc.cli.output import check_writable, write, write_bytes
from gridcalc.errors import InputError, Problem

if TYPE_CHECKING:
    from gridcalc.report.geo_files import Feature

DRAWING_SUFFIX = ".dxf"
LAYER_SUFFIXES = (".geojson", ".json", ".gpkg", DRAWING_SUFFIX)
COMPOUND_SUFFIXES = (".yaml", ".yml")


def refuse_ending(option: str, name: str | None, suffixes: Sequence[str]) -> None:
    """Refuse a file whose name does not end in what the option writes; nothing for no file.

    Raises
    ------
    click.UsageError
        Another ending.
    """
    if name is not None and Path(name).suffix.lower() not in suffixes:
        raise click.UsageError(f"{option} {name}: the name must end in {' or '.join(suffixes)}")


def refuse_same(read: Iterable[str], written: Iterable[str]) -> None:
    """Refuse a file that two options write, or that is read as well.

    Raises
    ------
    click.UsageError
        One file has two names.
    """
    inputs = {os.path.realpath(name) for name in read}
    outputs = [os.path.realpath(name) for name in written]
    if inputs & set(outputs) or len(set(outputs)) < len(outputs):
        raise click.UsageError("two options name the same file, or one that is read")


def check_targets(names: Iterable[str], *, force: bool) -> None:
    """Refuse files that cannot be written, all at once.

    Raises
    ------
    InputError
        A file exists and ``force`` is not given, is a directory, or has no folder to stand in.
    """
    problems = [problem for name in names for problem in _problems(name, force=force)]
    if problems:
        raise InputError(problems)


def _problems(name: str, *, force: bool) -> Iterator[Problem]:
    folder = Path(name).parent
    if Path(name).is_dir():
        yield Problem(name, 0, "", "cannot be written: is a directory")
    elif not folder.is_dir():
        yield Problem(name, 0, "", f"cannot be written: there is no folder {str(folder)!r}")
    elif not os.access(folder, os.W_OK):
        yield Problem(name, 0, "", f"cannot be written: no right to write in {str(folder)!r}")
    else:
        try:
            check_writable(name, force=force)
        except InputError as error:
            yield from error.problems


def write_layers(features: "Sequence[Feature]", target: str, *, drawn: Callable[[], bytes]) -> None:
    """Write map layers as GeoPackage, GeoJSON or drawing, by the end of the name.

    Parameters
    ----------
    features
        The layers.
    target
        Name of the file.
    drawn
        Makes the drawing.

    Raises
    ------
    InputError
        The file cannot be written.
    """
    from gridcalc.report.geo_files import geojson_text, geopackage

    suffix = Path(target).suffix.lower()
    if suffix == ".gpkg":
        write_bytes(geopackage(features), target)
    elif suffix == DRAWING_SUFFIX:
        write_bytes(drawn(), target)
    else:
        write(geojson_text(features), target)
