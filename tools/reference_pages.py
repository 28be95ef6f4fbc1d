"""Pages of the documentation that list what the data folder holds: tables, packs, sources."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import cast

from gridcalc.catalogue import list_kinds, rows
from gridcalc.catalogue.sources import Source, load_sources
from gridcalc.policy import PolicyPack, list_policies
from gridcalc.provenance import Confidence, is_verified
from gridcalc.report.blocks import Block, Heading
from gridcalc.report.markdown import markdown
from gridcalc.report.policy_report import policy_list_output, policy_output
from gridcalc.report.wording import load_wording

Row = Mapping[str, object]

_ENGLISH = load_wording("en")
_MARK = "confidence"
_SOURCE = "source"
_NOTE = "note"
_UNSHOWN = frozenset({"column_confidence", _NOTE})
_WIDE = "---\nhide: [navigation, toc]\n---\n"
_SPECIAL = str.maketrans({"|": "\\|", "<": "&lt;", "*": "\\*", "`": "\\`", "\n": " ", "_": "\\_"})


def reference_pages(docs: Path) -> dict[Path, str]:
    """Return the text of every page about tables, policy packs and sources by its file."""
    with (docs / "tables.csv").open(encoding="utf-8", newline="") as file:
        said = {row["kind"]: row for row in csv.DictReader(file)}
    packs = list_policies()
    found = {
        docs / "tables.md": _lines(_tables(said)),
        docs / "policies.md": _lines(_policies(packs)),
        docs / "sources.md": _lines(_sources(load_sources())),
    }
    found |= {docs / "tables" / f"{kind}.md": _lines(_table(kind, said)) for kind in list_kinds()}
    return found | {docs / "policies" / f"{pack.id}.md": _policy(pack) for pack in packs}


def _lines(lines: Iterable[str]) -> str:
    return "\n".join(lines) + "\n"


def _tables(said: Mapping[str, Row]) -> Iterator[str]:
    yield from ("# Equipment and tables", "")
    yield "Every table that the program holds, with source and mark of each row."
    yield "The marks are explained under [data and marks](data.md), the sources listed under"
    yield "[sources](sources.md); `gridcalc catalogue list NAME` prints a table."
    yield ""
    yield "| table | 中文 | what it holds | rows | to be verified |"
    yield "|---|---|---|--:|--:|"
    for kind in list_kinds():
        found = rows(kind)
        doubtful = sum(not is_verified(_confidence(row[_MARK])) for row in found)
        link = f"[{_cell(kind)}](tables/{kind}.md)"
        cells = (link, said[kind]["chinese"], said[kind]["holds"], len(found), doubtful)
        yield _row(map(str, cells))


def _table(kind: str, said: Mapping[str, Row]) -> Iterator[str]:
    found = rows(kind)
    columns = _columns(found)
    yield _WIDE
    yield from (f"# {_cell(kind)}", "")
    yield f"{said[kind]['holds']} ({said[kind]['chinese']})."
    yield f"`gridcalc/data/{kind}.csv`, {len(found)} rows; units stand in the column names."
    yield ""
    same = [name for name in columns if _is_same(name, found)] if len(found) > 1 else []
    if same:
        yield "The same in all rows: " + "; ".join(
            f"{_cell(name)} {_shown(name, found[0])}" for name in same
        )
        yield ""
    yield from _grid([name for name in columns if name not in same], found)
    noted = [(n, row) for n, row in enumerate(found, 1) if row[_NOTE]]
    if noted:
        yield from ("", "## Notes", "")
        yield from (f"- {_named(n, row)}: {_cell(row[_NOTE])}" for n, row in noted)


def _named(n: int, row: Row) -> str:
    name = row.get("name")
    return f"row {n} ({_cell(name)})" if name else f"row {n}"


def _columns(found: Sequence[Row]) -> list[str]:
    """Return the columns that hold anything."""
    return [name for name in found[0] if name not in _UNSHOWN and any(_said(name, found))]


def _said(name: str, found: Sequence[Row]) -> Iterator[bool]:
    return (row[name] not in {None, ""} for row in found)


def _is_same(name: str, found: Sequence[Row]) -> bool:
    return name not in {_SOURCE, _MARK} and all(row[name] == found[0][name] for row in found)


def _grid(names: Sequence[str], found: Sequence[Row]) -> Iterator[str]:
    texts = [any(isinstance(row[name], str) for row in found) for name in names]
    yield _row(["row", *(_cell(name.replace("_", " ")) for name in names)])
    yield _row(["--:", *("---" if is_text else "--:" for is_text in texts)])
    for n, row in enumerate(found, 1):
        yield _row([str(n), *(_shown(name, row) for name in names)])


def _shown(name: str, row: Row) -> str:
    value = row[name]
    if value is None or value == "":
        return ""
    if name == _SOURCE:
        return f"[{_cell(value)}](../sources.md#{value})"
    if name == _MARK:
        return _mark(_confidence(value))
    return f"{value:g}" if isinstance(value, float) else _cell(value)


def _confidence(value: object) -> Confidence:
    return cast("Confidence", value)


def _mark(confidence: Confidence) -> str:
    return confidence if is_verified(confidence) else f"{confidence} (待核实)"


def _policies(packs: Sequence[PolicyPack]) -> Iterator[str]:
    yield from ("# Policy packs", "")
    yield "What each region asks for, with clause and mark of every rule."
    yield "A pack builds on another one and states what differs; `gridcalc policy show NAME` prints"
    yield "it whole, `gridcalc policy compare A B` what differs between two."
    yield ""
    text = markdown(policy_list_output(packs, _ENGLISH).blocks)
    for pack in packs:
        text = text.replace(f"**{pack.id}**", f"[{pack.id}](policies/{pack.id}.md)")
    yield text.rstrip()


def _policy(pack: PolicyPack) -> str:
    text = markdown(_own(policy_output(pack, _ENGLISH).blocks))
    if pack.extends:
        text += f"\nEvery other rule is that of [{pack.extends}]({pack.extends}.md).\n"
    return text


def _own(blocks: Sequence[Block]) -> Iterator[Block]:
    """Yield what comes before the second heading: facts, and the rules that the pack states."""
    n_headings = 0
    for block in blocks:
        n_headings += isinstance(block, Heading) and block.level > 1
        if n_headings > 1:
            return
        yield block


def _sources(sources: Mapping[str, Source]) -> Iterator[str]:
    yield _WIDE
    yield from ("# Sources", "")
    yield "What the rows of the tables, the rules and the prices name as their source, and how far"
    yield "it was read; no row is trusted more than its source."
    yield ""
    yield "| source | title | where | kind | mark | note |"
    yield "|---|---|---|---|---|---|"
    for key, source in sorted(sources.items()):
        anchor = f'<a id="{key}"></a>{_cell(key)}'
        said = (source.title, source.where, source.kind)
        yield _row((anchor, *map(_cell, said), _mark(source.confidence), _cell(source.note)))


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _cell(value: object) -> str:
    return str(value).translate(_SPECIAL)
