"""What a result depends on, as digests: program, libraries, question, files, rows."""

import hashlib
import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import gridcalc
from gridcalc.city.records import CityQuestion, CityRow
from gridcalc.city.store.places import named_files
from gridcalc.city.store.records import Chunk
from gridcalc.compound.templates import template_dir

CHUNK_SIZES = {"factor": 250, "stochastic": 10}
"""Compounds of a chunk by method: some seconds of work, so that a kill costs little."""

LIBRARIES = ("numba", "numpy", "pandapower", "pyarrow", "scipy")
PATHS = ("catalogue_dir", "template_dir", "prices", "policy")
"""Settings of a question that may name files; their contents count, not their place."""

_PROGRAM_FILES = {".py", ".csv", ".yaml"}
_SHOWING_ROOMS = {"cli", "report"}
"""Rooms of the program that show results and compute none."""

_USER_FILES = {".csv", ".yaml", ".yml"}
_KEY_LENGTH = 16
_OWN_POLICY = re.compile(rb"^policy:\s*[\"']?([^\s\"'#]+\.ya?ml)", re.MULTILINE)


def sha256_of(data: bytes) -> str:
    """Return the SHA-256 digest of some bytes."""
    return hashlib.sha256(data).hexdigest()


@cache
def program_digest() -> str:
    """Return a digest of what computes: program, tables, packs, templates; line ends left out."""
    digest = hashlib.sha256()
    for root in (Path(gridcalc.__file__).parent, template_dir()):
        paths = (path for path in root.rglob("*") if path.suffix in _PROGRAM_FILES)
        for name, path in sorted((path.relative_to(root).as_posix(), path) for path in paths):
            if name.split("/")[0] in _SHOWING_ROOMS:
                continue
            digest.update(f"{name}\0".encode())
            digest.update(path.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()


@cache
def library_versions() -> Mapping[str, str]:
    """Return the versions of Python and of the libraries that compute and write results."""
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    return {"python": python, **{name: version(name) for name in LIBRARIES}}


def program_identity() -> str:
    """Return a digest of program and libraries; equal on machines that give equal results."""
    return _digest({"program": program_digest(), "libraries": library_versions()})


def question_tree(question: CityQuestion) -> dict[str, Any]:
    """Return a question as plain values; files by their names, without their folders."""
    tree = {field.name: _plain(getattr(question, field.name)) for field in fields(question)}
    return {**tree, **{name: _file_name(tree[name]) for name in PATHS if tree.get(name)}}


def file_digests(question: CityQuestion) -> dict[str, str]:
    """Return the digest of each file of the user that a question names, by its short name."""
    found: dict[str, str] = {}
    for setting in PATHS:
        named = getattr(question, setting, None)
        for name, path in _files(named) if named else ():
            found[f"{setting}: {name}"] = sha256_of(path.read_bytes())
    return found


def chunks_of(
    rows: Sequence[CityRow],
    question: CityQuestion,
    *,
    size: int = CHUNK_SIZES["factor"],
    base: Path = Path(),
) -> tuple[Chunk, ...]:
    """Return the rows of a table as chunks of one size, in the order of the table.

    Files that rows name are seen from ``base``.

    The key of a chunk tells everything its results depend on, so that a part is good as long as
    its key is: the program, the libraries, the question, the files it names and every row.
    """
    shared = {
        "identity": program_identity(),
        "question": question_tree(question),
        "files": file_digests(question),
    }
    starts = range(0, len(rows), size)
    pieces = [tuple(rows[start : start + size]) for start in starts]
    return tuple(
        Chunk(no=no, key=_key(piece, shared, base), rows=piece) for no, piece in enumerate(pieces)
    )


def _key(rows: Sequence[CityRow], shared: Mapping[str, Any], base: Path) -> str:
    trees = [_row_tree(row, base) for row in rows]
    return _digest({**shared, "rows": trees})[:_KEY_LENGTH]


def _row_tree(row: CityRow, base: Path) -> dict[str, Any]:
    tree = {field.name: _plain(getattr(row, field.name)) for field in fields(row)}
    tree["contents"] = [_content_digests(base / name) for name in named_files(row)]
    return tree


def _content_digests(path: Path) -> list[str]:
    """Return digests of a compound file and of the policy pack that stands beside it."""
    if not path.is_file():
        return []
    data = path.read_bytes()
    found = _OWN_POLICY.search(data)
    beside = [path.parent / found[1].decode("utf-8", "replace")] if found else []
    return [sha256_of(data), *(sha256_of(p.read_bytes()) for p in beside if p.is_file())]


def _files(named: str) -> Iterator[tuple[str, Path]]:
    """Yield the files that a setting names: itself, those of its folder, or none for an id."""
    path = Path(named)
    if path.is_file():
        yield path.name, path
    elif path.is_dir():
        for entry in sorted(path.iterdir()):
            if entry.suffix in _USER_FILES and entry.is_file():
                yield entry.name, entry


def _file_name(named: str) -> str:
    return Path(named).name if Path(named).exists() else named


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, Mapping):
        return {str(name): _plain(entry) for name, entry in sorted(value.items())}
    if isinstance(value, (tuple, list)):
        return [_plain(entry) for entry in value]
    if hasattr(value, "__dataclass_fields__"):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    return value


def _digest(tree: Any) -> str:
    return sha256_of(json.dumps(tree, sort_keys=True, ensure_ascii=True).encode())
