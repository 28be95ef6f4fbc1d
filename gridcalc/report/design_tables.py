"""Tables of a design: transformers, feeders, trenches and cables, cost."""

from gridcalc.compound.model import LvCable
from gridcalc.cost.money import total
from gridcalc.cost.prices import SECTIONS
from gridcalc.design.records import Design, Unit
from gridcalc.report.blocks import Column, Table, Text, plain
from gridcalc.report.cost_words import amounts
from gridcalc.report.design_facts import (
    cable_rows,
    deciding_run,
    loading_of_units,
    supplied_places,
)
from gridcalc.report.load_tables import left_out
from gridcalc.report.route_words import metres, way
from gridcalc.report.wording import Wording

N_SHOWN = 12
"""Rows of a long table without ``--all``."""


def units_table(found: Design, wording: Wording) -> Table:
    """Return the transformers: where they stand, what they supply, how they are loaded."""
    columns = (
        Column(title=wording("Transformer")),
        Column(title=wording("Site")),
        Column(title=wording("Rating"), align="right"),
        Column(title=wording("Design load"), align="right"),
        Column(title=wording("Loading"), align="right"),
        Column(title=wording("Households"), align="right"),
        Column(title=wording("Bays private + public"), align="right"),
        Column(title=wording("E-bikes"), align="right"),
    )
    loading = loading_of_units(found)
    rows = tuple(_unit_row(unit, loading[unit.id], found, wording) for unit in found.scheme.units)
    run = deciding_run(found)
    note = wording(
        "loading in {scenario}, {mode}",
        scenario=wording.scenario(run.scenario),
        mode=wording.term(run.method if run.method == "factor" else run.charging),
    )
    return Table(columns=columns, rows=rows, note=note)


def _unit_row(
    unit: Unit, loading_percent: float, found: Design, wording: Wording
) -> tuple[Text, ...]:
    boxes = [row.box for row in unit.boxes]
    private = sum(box.n_private_bays for box in boxes)
    public = sum(box.n_public_bays for box in boxes)
    return (
        Text(unit.id, "strong"),
        *plain(
            found.site.candidates[unit.candidate].id,
            wording("{n:g} kVA", n=unit.transformer.sn_kva),
            f"{unit.load_kva:.0f} kVA",
            f"{loading_percent:.1f} %",
            str(sum(box.n_households for box in boxes)),
            f"{private} + {public}",
            str(sum(box.n_bikes for box in boxes)),
        ),
    )


def feeders_table(found: Design, wording: Wording, *, show_all: bool) -> Table:
    """Return the feeders with their trunks; without ``show_all`` the first ones."""
    columns = (
        Column(title=wording("Feeder")),
        Column(title=wording("Supplies"), wraps=True),
        Column(title=wording("Boxes"), align="right"),
        Column(title=wording("Trunk")),
        Column(title=wording("Length"), align="right"),
        Column(title=wording("Breaker"), align="right"),
        Column(title=wording("Loading"), align="right"),
    )
    cables = {row.cable.id: row for row in cable_rows(found)}
    feeders = found.scheme.feeders
    shown = feeders if show_all else feeders[:N_SHOWN]
    rows = []
    for feeder in shown:
        row = cables[feeder.id]
        rows.append(
            plain(
                feeder.id,
                wording.words(supplied_places(feeder, found)),
                str(len(feeder.boxes)),
                row.cable.type,
                metres(row.cable.length_m, wording),
                "-" if row.in_a is None else f"{row.in_a:g} A",
                "-" if row.loading_percent is None else f"{row.loading_percent:.1f} %",
            )
        )
    return Table(columns=columns, rows=tuple(rows), note=left_out(feeders, shown, wording))


def ground_table(found: Design, wording: Wording) -> Table:
    """Return trenches by kind of path and cables by type."""
    columns = (
        Column(title=wording("What")),
        Column(title=wording("Type")),
        Column(title=wording("Length"), align="right"),
    )
    rows = [
        plain(wording("trench"), way(kind, wording), metres(length_m, wording))
        for kind, length_m in found.trench_m
    ]
    sums: dict[tuple[str, str], float] = {}
    for row in cable_rows(found):
        what = wording("LV cable") if isinstance(row.cable, LvCable) else wording("10 kV cable")
        key = (what, row.cable.type)
        sums[key] = sums.get(key, 0.0) + row.cable.length_m
    rows += [
        plain(what, kind, metres(length_m, wording)) for (what, kind), length_m in sums.items()
    ]
    return Table(columns=columns, rows=tuple(rows))


def cost_table(found: Design, wording: Wording) -> Table:
    """Return the sections of the bill."""
    columns = (
        Column(title=wording("Part of the works")),
        *(
            Column(title=title, align="right")
            for title in (wording("Low"), wording("Typical"), wording("High"))
        ),
    )
    rows = tuple(
        (
            Text(wording.term(f"section.{name}")),
            *amounts(total(line.cost_yuan for line in found.bill.section(name))),
        )
        for name in SECTIONS
    )
    whole = (Text(wording("Sum"), "strong"), *amounts(found.bill.cost_yuan))
    note = wording("yuan; chargers and the buildings of rooms are not in it")
    return Table(columns=columns, rows=(*rows, whole), note=note)
