"""The outcome of ``validate``: what a file holds, and what is assumed for it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import gridcalc
from gridcalc.compound.defaults import resolve_defaults
from gridcalc.compound.model import Compound
from gridcalc.notes import Note
from gridcalc.policy import PolicyPack
from gridcalc.provenance import Assumption
from gridcalc.report.assumptions import assumption_blocks
from gridcalc.report.blocks import (
    Block,
    Cell,
    Column,
    FactSheet,
    Heading,
    Output,
    Table,
    Text,
    plain,
)
from gridcalc.report.check_tree import assumption_tree
from gridcalc.report.wording import Wording


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A compound, the name of its file, the rules it is judged by, and what is hardly true."""

    file: str
    compound: Compound
    policy: PolicyPack
    doubts: tuple[Note, ...] = ()


def validate_output(found: Sequence[Read], wording: Wording, *, show_all: bool) -> Output:
    """Return what some usable files hold."""
    assumed = [resolve_defaults(row.compound, row.policy).assumptions for row in found]
    return Output(
        tree={
            "gridcalc": gridcalc.__version__,
            "command": "validate",
            "files": [_tree(row, rows) for row, rows in zip(found, assumed, strict=True)],
        },
        rows=[
            {"file": row.file, "ok": True, **_identity(row), **counts(row.compound)}
            for row in found
        ],
        blocks=tuple(_blocks(found, assumed, wording, show_all=show_all)),
    )


def counts(compound: Compound) -> dict[str, int]:
    """Return how many there are of everything that is connected."""
    return {
        "n_transformers": len(compound.transformers),
        "n_nodes": len(compound.lv_nodes),
        "n_cables": len(compound.mv_cables) + len(compound.lv_cables),
        "n_households": sum(row.count for row in compound.households),
        "n_private_bays": sum(row.count for row in compound.private_bays),
        "n_public_bays": sum(row.count for row in compound.public_bays),
        "n_ebikes": sum(row.bikes for row in compound.ebikes),
    }


def _identity(row: Read) -> Mapping[str, Cell]:
    return {"compound_id": row.compound.id, "name": row.compound.name, "policy": row.policy.id}


def _tree(row: Read, assumptions: Sequence[Assumption]) -> dict[str, Any]:
    return {
        "file": row.file,
        "ok": True,
        **_identity(row),
        **counts(row.compound),
        "doubts": [str(doubt) for doubt in row.doubts],
        "assumptions": [assumption_tree(assumption) for assumption in assumptions],
    }


def _blocks(
    found: Sequence[Read],
    assumed: Sequence[Sequence[Assumption]],
    wording: Wording,
    *,
    show_all: bool,
) -> Iterator[Block]:
    columns = (
        Column(title=wording("File"), wraps=True),
        Column(title=""),
        Column(title=wording("Compound")),
        Column(title=wording("Transformers"), align="right"),
        Column(title=wording("LV nodes"), align="right"),
        Column(title=wording("Cables"), align="right"),
        Column(title=wording("Households"), align="right"),
        Column(title=wording("Bays private + public"), align="right"),
        Column(title=wording("E-bikes"), align="right"),
    )
    yield Table(columns=columns, rows=tuple(_row(row, wording) for row in found))
    for row, assumptions in zip(found, assumed, strict=True):
        if len(found) > 1:
            yield Heading(text=f"{row.compound.id}  {row.compound.name}", level=1)
        doubts = [Text(wording.note(doubt), "warn") for doubt in row.doubts]
        if doubts:
            yield FactSheet(rows=tuple((wording("Caution"), text) for text in doubts))
        yield from assumption_blocks(assumptions, row.policy, wording, show_all=show_all)


def _row(row: Read, wording: Wording) -> tuple[Text, ...]:
    n = counts(row.compound)
    return (
        Text(row.file, "strong"),
        Text(wording("ok"), "good"),
        *plain(row.compound.id, str(n["n_transformers"]), str(n["n_nodes"]), str(n["n_cables"])),
        *plain(str(n["n_households"]), f"{n['n_private_bays']} + {n['n_public_bays']}"),
        Text(str(n["n_ebikes"])),
    )
