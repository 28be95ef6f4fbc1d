"""What happened to a foreign network on its way in: read, left out, corrected, taken for."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from gridcalc.foreign.records import LOAD_KINDS, Imported, Load
from gridcalc.report.blocks import Block, Column, FactSheet, Heading, Table, Text
from gridcalc.report.figures import quantity
from gridcalc.report.wording import Wording

_NONE = "-"


def import_blocks(imported: Imported, wording: Wording) -> Iterator[Block]:
    """Yield what was read of a file and what its loads were taken for."""
    yield Heading(text=wording("The file and how it was read"))
    yield FactSheet(rows=tuple(_facts(imported, wording)))
    if imported.loads:
        yield _loads_table(imported.loads, wording)


def _facts(imported: Imported, wording: Wording) -> Iterator[tuple[str, Text]]:
    said = wording(
        "{file}, pandapower format {version}", file=imported.file, version=imported.format_version
    )
    yield wording("File"), Text(said)
    counts = (f"{wording.term(f'table.{name}')} {n}" for name, n in imported.counts)
    yield wording("Read"), Text(wording.words(counts))
    ignored = wording.words(name for name in imported.ignored if not name.startswith("res_"))
    if ignored:
        yield wording("Does not enter"), Text(ignored, "quiet")
    for said_of in imported.corrected:
        yield wording("Corrected"), Text(wording.note(said_of), "warn")
    for said_of in imported.notes:
        yield wording("Taken as"), Text(wording.note(said_of))
    if imported.n_unrated:
        said = wording("{n} lines without a rating: not checked", n=imported.n_unrated)
        yield wording("Ratings"), Text(said, "warn")


def _loads_table(loads: tuple[Load, ...], wording: Wording) -> Table:
    columns = (
        Column(title=wording("Kind of load")),
        Column(title=wording("Loads"), align="right"),
        Column(title=wording("As given"), align="right"),
        Column(title=wording("Households"), align="right"),
        Column(title=wording("Private bays"), align="right"),
        Column(title=wording("E-bikes"), align="right"),
        Column(title=wording("Told by"), wraps=True),
    )
    rows = tuple(
        _loads_row(kind, [load for load in loads if load.kind == kind], wording)
        for kind in LOAD_KINDS
        if any(load.kind == kind for load in loads)
    )
    note = wording("--loads FILE says otherwise: load, kind, households, bays, ebikes")
    return Table(columns=columns, rows=rows, note=note)


def _loads_row(kind: str, loads: list[Load], wording: Wording) -> tuple[Text, ...]:
    rules = Counter(load.rule for load in loads)
    told = wording.words(f"{wording.term(f'told.{rule}')} {n}" for rule, n in sorted(rules.items()))
    counts = (
        sum(load.households for load in loads),
        sum(load.bays for load in loads),
        sum(load.ebikes for load in loads),
    )
    return (
        Text(wording.term(f"load_kind.{kind}"), "strong"),
        Text(str(len(loads))),
        Text(quantity(sum(load.p_kw for load in loads), "kW", wording)),
        *(Text(str(n) if n else _NONE) for n in counts),
        Text(told),
    )


def import_tree(imported: Imported) -> dict[str, Any]:
    """Return what happened to a file as plain values; sentences are English."""
    return {
        "file": imported.file,
        "name": imported.name,
        "format_version": imported.format_version,
        "n_rows": dict(imported.counts),
        "ignored": list(imported.ignored),
        "corrected": [str(said) for said in imported.corrected],
        "taken_as": [str(said) for said in imported.notes],
        "n_lines_without_rating": imported.n_unrated,
        "loads": [
            {
                "id": load.id,
                "table": load.table,
                "kind": load.kind,
                "told_by": load.rule,
                "p_kw": load.p_kw,
                "n_households": load.households,
                "n_private_bays": load.bays,
                "n_ebikes": load.ebikes,
                "n_chargers": load.chargers,
            }
            for load in imported.loads
        ],
    }
