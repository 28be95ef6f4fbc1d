"""Equipment and rule tables as lists, with source and mark of every row."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Literal, cast

from gridcalc.catalogue import (
    Cable,
    Catalogue,
    LvBreaker,
    Rmu,
    Transformer,
    list_kinds,
    rows,
)
from gridcalc.provenance import Confidence, is_verified
from gridcalc.report.blocks import (
    Block,
    Cell,
    Column,
    Heading,
    Output,
    Paragraph,
    Table,
    Text,
    Tone,
)
from gridcalc.report.wording import Wording
from gridcalc.units import VN_MV_KV

_UNSHOWN = frozenset({"note", "column_confidence"})
_LAST = ("source", "confidence")
_NAME = "name"
_EMPTY = "-"
_PAGE = 100
_GAP = 2


def kinds_output(wording: Wording) -> Output:
    """Return the names of all tables and how many rows they have."""
    counts: list[dict[str, Cell]] = [
        {"kind": kind, "n_rows": len(rows(kind))} for kind in list_kinds()
    ]
    columns = (Column(title=wording("Table")), Column(title=wording("Rows"), align="right"))
    shown = tuple((Text(str(row["kind"]), "strong"), Text(str(row["n_rows"]))) for row in counts)
    return Output(tree={"kinds": counts}, rows=counts, blocks=(Table(columns=columns, rows=shown),))


def catalogue_output(kind: str, catalogue: Catalogue, wording: Wording) -> Output:
    """Return one table; equipment tables hold the user's rows as well.

    Raises
    ------
    InputError
        There is no such table.
    """
    found = _catalogue_rows(kind, catalogue)
    shown = _shown(found)
    columns = tuple(
        Column(title=name.replace("_", " "), align=_align(name, found)) for name in shown
    )
    table = Table(
        columns=columns,
        rows=tuple(tuple(_text(name, row, wording) for name in shown) for row in found),
        note=wording("{n} rows; csv and json hold all columns and notes", n=len(found)),
    )
    return Output(
        tree={"kind": kind, "rows": list(found)},
        rows=found,
        blocks=(Heading(text=kind, level=1), *_same(found, wording), table),
    )


def _shown(found: Sequence[Mapping[str, Cell]]) -> list[str]:
    """Return the columns that differ between rows, as many as a page holds; marks always."""
    varying = [name for name in found[0] if name not in _UNSHOWN and not _is_same(name, found)]
    kept = [name for name in varying if name not in _LAST]
    last = [name for name in found[0] if name in _LAST]
    while len(kept) > 1 and sum(_width(name, found) + _GAP for name in [*kept, *last]) > _PAGE:
        kept.pop()
    return [*kept, *last]


def _same(found: Sequence[Mapping[str, Cell]], wording: Wording) -> Iterator[Block]:
    """Yield what is the same in all rows."""
    names = [n for n in found[0] if n not in (*_UNSHOWN, *_LAST) and _is_same(n, found)]
    said = [f"{name} {found[0][name]}" for name in names if found[0][name] not in {None, ""}]
    if said:
        text = wording("the same in all rows: {said}", said=wording.clauses(said))
        yield Paragraph(text=Text(text, "quiet"))


def _is_same(name: str, found: Sequence[Mapping[str, Cell]]) -> bool:
    return name != _NAME and all(row[name] == found[0][name] for row in found)


def _width(name: str, found: Sequence[Mapping[str, Cell]]) -> int:
    words = [*name.split("_"), *(str(row[name]) for row in found)]
    return max(len(word) for word in words)


def _catalogue_rows(kind: str, catalogue: Catalogue) -> tuple[Mapping[str, Cell], ...]:
    """Return the rows of a table, with those of the user where it lists equipment."""
    cables = catalogue.cables.values()
    equipment: dict[str, tuple[Transformer | Cable | Rmu | LvBreaker, ...]] = {
        "transformers": tuple(catalogue.transformers.values()),
        "cables_mv": tuple(row for row in cables if row.vn_kv >= VN_MV_KV),
        "cables_lv": tuple(row for row in cables if row.vn_kv < VN_MV_KV),
        "rmus": tuple(catalogue.rmus.values()),
        "lv_breakers": tuple(catalogue.breakers.values()),
    }
    if kind in equipment:
        return tuple(asdict(row) for row in equipment[kind])
    return rows(kind)


def _align(name: str, found: Sequence[Mapping[str, Cell]]) -> Literal["left", "right"]:
    return "left" if any(isinstance(row[name], str) for row in found) else "right"


def _text(name: str, row: Mapping[str, Cell], wording: Wording) -> Text:
    value = row[name]
    if name == "confidence":
        verified = is_verified(cast("Confidence", value))
        return Text(wording.term(str(value)), "good" if verified else "warn")
    if value is None:
        return Text(_EMPTY, "quiet")
    tone: Tone = "strong" if name == _NAME else "plain"
    return Text(f"{value:g}" if isinstance(value, float) else str(value), tone)
