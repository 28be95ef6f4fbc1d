"""What a result directory belongs to: input, question, program; compared before a run goes on."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import gridcalc
from gridcalc.city.records import CityQuestion, CityTable
from gridcalc.city.store.atomic import write_bytes
from gridcalc.city.store.keys import (
    chunks_of,
    file_digests,
    library_versions,
    program_digest,
    question_tree,
)
from gridcalc.city.store.places import relative_row
from gridcalc.city.store.records import Chunk
from gridcalc.errors import InputError, Problem

MANIFEST = "manifest.json"
FORMAT = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a result directory belongs to; nothing in it tells when or where it was computed.

    Attributes
    ----------
    input, input_sha256
        Name and digest of the city table; likewise of further tables in ``tables``.
    gridcalc, program_sha256, libraries
        Version, digest of program and data, versions of the libraries.
    policy, seed, question, files
        What is asked; digests of the user's files it names.
    columns, ignored
        How headings were read, and those that mean nothing.
    n_rows, n_bad, chunk
        Rows that can be computed, rows that cannot, rows of a chunk.
    keys
        Key of each chunk in order.
    """

    input: str
    input_sha256: str
    gridcalc: str
    program_sha256: str
    libraries: Mapping[str, str]
    policy: str | None
    seed: int
    question: Mapping[str, Any]
    files: Mapping[str, str]
    tables: Mapping[str, str]
    columns: Mapping[str, str]
    ignored: tuple[str, ...]
    n_rows: int
    n_bad: int
    chunk: int
    keys: tuple[str, ...]
    format: int = FORMAT


def manifest_of(
    table: CityTable,
    question: CityQuestion,
    *,
    chunk: int,
    base: Path = Path(),
    tables: Mapping[str, str] | None = None,
) -> tuple[Manifest, tuple[Chunk, ...]]:
    """Return the manifest of a run and its chunks.

    ``base`` is the folder of the table, from which the files that rows name are seen.
    ``tables`` has the digest of each further table, such as that of the 10 kV lines, by its name.
    """
    rows = [relative_row(row, base) for row in table.rows]
    chunks = chunks_of(rows, question, size=chunk, base=base)
    tree = question_tree(question)
    manifest = Manifest(
        input=Path(table.file).name,
        input_sha256=table.sha256,
        gridcalc=gridcalc.__version__,
        program_sha256=program_digest(),
        libraries=library_versions(),
        policy=tree["policy"],
        seed=question.seed,
        question=tree,
        files=file_digests(question),
        tables=dict(tables or {}),
        columns=dict(table.columns),
        ignored=table.ignored,
        n_rows=len(table.rows),
        n_bad=len(table.bad),
        chunk=chunk,
        keys=tuple(row.key for row in chunks),
    )
    return manifest, chunks


def manifest_bytes(manifest: Manifest) -> bytes:
    """Return the text of a manifest; the same run gives the same bytes."""
    text = json.dumps(asdict(manifest), ensure_ascii=False, indent=1, sort_keys=True)
    return f"{text}\n".encode()


def write_manifest(manifest: Manifest, folder: Path) -> None:
    """Write the manifest of a result directory, complete or not at all.

    Raises
    ------
    InputError
        The directory cannot be written.
    """
    write_bytes(folder / MANIFEST, manifest_bytes(manifest))


def read_manifest(folder: Path) -> Manifest:
    """Return the manifest of a result directory.

    Raises
    ------
    InputError
        There is none, or it is damaged or of another version.
    """
    path = folder / MANIFEST
    try:
        tree = json.loads(path.read_text(encoding="utf-8"))
        if tree["format"] != FORMAT:
            message = f"is of format {tree['format']}, this version reads {FORMAT}"
            raise InputError([Problem(str(path), 0, "format", message)])
        tuples = {name: tuple(tree[name]) for name in ("ignored", "keys")}
        return Manifest(**{**tree, **tuples})
    except FileNotFoundError:
        message = "no manifest.json here: this is no directory of 'gridcalc city run'"
        raise InputError([Problem(str(folder), 0, "", message)]) from None
    except OSError as error:
        message = f"cannot be read: {error.strerror}"
        raise InputError([Problem(str(path), 0, "", message)]) from None
    except (ValueError, KeyError, TypeError, AttributeError):
        message = "is damaged; choose another -o, or start anew with --force"
        raise InputError([Problem(str(path), 0, "", message)]) from None


def differences(old: Manifest, new: Manifest) -> tuple[str, ...]:
    """Return what changed between two manifests, each with both values; empty for equal runs."""
    return tuple(_differences(old, new))


def _differences(old: Manifest, new: Manifest) -> Iterator[str]:
    if old.gridcalc != new.gridcalc:
        yield f"the version of gridcalc: {old.gridcalc} then, {new.gridcalc} now"
    elif old.program_sha256 != new.program_sha256:
        yield "the program or the tables, packs and templates that come with it"
    yield from _entries("library", old.libraries, new.libraries, _with_values)
    if old.input_sha256 != new.input_sha256:
        same = old.input == new.input
        yield f"the table {new.input}" if same else f"the table: {old.input} then, {new.input} now"
    yield from _entries("setting", old.question, new.question, _with_values)
    yield from _entries("file", old.files, new.files, _by_name)
    yield from _entries("table", old.tables, new.tables, _by_name)
    if old.columns != new.columns or old.ignored != new.ignored:
        yield "how the columns of the table are read (--columns)"
    if old.chunk != new.chunk:
        yield f"--chunk: {old.chunk} then, {new.chunk} now"
    yield from _rest(old, new)


def _rest(old: Manifest, new: Manifest) -> Iterator[str]:
    """Yield that rows differ where nothing else tells why: a file that a row names changed."""
    told = ("gridcalc", "program_sha256", "libraries", "input_sha256", "question", "files", "chunk")
    if old.keys == new.keys or any(getattr(old, name) != getattr(new, name) for name in told):
        return
    pairs = enumerate(zip(old.keys, new.keys, strict=False))
    changed = [no for no, (before, after) in pairs if before != after]
    first = changed[0] if changed else min(len(old.keys), len(new.keys))
    yield f"a file that the table names, in its chunk no. {first + 1} of {new.chunk} rows each"


def _entries(kind: str, old: Mapping[str, Any], new: Mapping[str, Any], said: Any) -> Iterator[str]:
    for name in sorted({*old, *new}):
        before, after = old.get(name), new.get(name)
        if before != after:
            yield said(kind, name, before, after)


def _with_values(kind: str, name: str, before: object, after: object) -> str:
    return f"the {kind} {name}: {_shown(before)} then, {_shown(after)} now"


def _by_name(kind: str, name: str, before: object, after: object) -> str:
    word = "is new" if before is None else "is gone" if after is None else "has changed"
    return f"the {kind} {name} {word}"


def _shown(value: object) -> str:
    if isinstance(value, (list, tuple)):
        return ", ".join(str(entry) for entry in value) or "as the pack says"
    return "not given" if value is None else str(value)
