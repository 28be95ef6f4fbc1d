"""Sections of the reply sheet: sources and the way of the cable, equipment of the customer."""

from collections.abc import Iterator

from gridcalc.compound.model import Compound, Source
from gridcalc.dossier import Dossier
from gridcalc.outcome import Study
from gridcalc.report.figures import number
from gridcalc.report.reply.form import Entry, Fields, Grid, Section, computed
from gridcalc.report.reply.scheme import SupplyScheme
from gridcalc.report.route_words import metres, permit_text
from gridcalc.report.wording import Wording


def sources_section(dossier: Dossier, scheme: SupplyScheme, wording: Wording) -> Section:
    """Return sources, 10 kV cables, and the recommended route with its permit."""
    compound = scheme.compound
    rows = tuple(
        computed(
            source.id,
            _nature(kva, len(compound.sources), wording),
            "10 kV",
            number(kva, 0),
            _point(source, wording),
            _cables(compound, source.id),
            _open_capacity(source, scheme.study, wording),
        )
        for source, (_, kva) in zip(compound.sources, scheme.source_kva, strict=True)
    )
    grid = Grid(
        titles=(
            wording("Number of source"),
            wording("Nature"),
            wording("Voltage"),
            wording("Capacity of supply [kVA]"),
            wording("Point of connection"),
            wording("10 kV cable"),
            wording("Open capacity, spare bays"),
        ),
        weights=(3, 2, 2, 3, 5, 5, 4),
        rows=rows,
    )
    return Section(title=wording("Sources of supply"), parts=(grid, *_route(dossier, wording)))


def _nature(kva: float, n_sources: int, wording: Wording) -> str:
    if n_sources == 1:
        return wording("single source")
    return wording("main") if kva else wording("standby")


def _point(source: Source, wording: Wording) -> str:
    named = [name for name in (source.substation, source.busbar, source.line) if name]
    kind = wording.term(f"source.{source.kind}")
    return wording.words([*named, kind, *([wording("dedicated line")] if source.dedicated else [])])


def _cables(compound: Compound, source: str) -> str:
    rows = [row for row in compound.mv_cables if source in {row.from_id, row.to_id}]
    return "\n".join(f"{row.id}: {row.type}, {number(row.length_m, 0)} m" for row in rows)


def _open_capacity(source: Source, study: Study, wording: Wording) -> str:
    given = source.open_capacity_kva
    parts = [wording("not given") if given is None else f"{number(given, 0)} kVA"]
    bays = source.spare_bays
    parts.append(wording("bays not given") if bays is None else wording("{n} bays", n=bays))
    broken = {
        row.check
        for run in study.governing_runs
        for row in run.findings
        if row.element == source.id and row.status == "fail"
    }
    return wording.clauses([wording.words(parts), *(wording.term(name) for name in sorted(broken))])


def _route(dossier: Dossier, wording: Wording) -> Iterator[Fields]:
    found = dossier.connection
    if found is None or not found.routes:
        text = wording("not examined; the site of 'gridcalc route' was not given")
        reason = Entry(wording.note(found.reason) if found else text)
        yield Fields(rows=((wording("Way of the 10 kV cable"), reason),))
        return
    row = found.routes[0]
    said = wording(
        "from {source}, {length}; {cable}",
        source=row.source.id,
        length=metres(row.length_m, wording),
        cable=found.cable.name,
    )
    yield Fields(
        rows=(
            (wording("Way of the 10 kV cable"), Entry(said)),
            (wording("Permit"), Entry(permit_text(row.permit, wording).text)),
        )
    )


def equipment_section(dossier: Dossier, scheme: SupplyScheme, wording: Wording) -> Section:
    """Return the transformers that are supplied, with their substations."""
    types = dossier.catalogue.transformers
    rows = tuple(
        computed(
            station.id,
            wording.term(f"station.{station.kind}"),
            unit.id,
            unit.type,
            number(types[unit.type].sn_kva, 0),
            types[unit.type].vector_group,
            "" if unit.compensation_kvar is None else number(unit.compensation_kvar, 0),
            _loading(unit.id, scheme),
        )
        for station in scheme.compound.substations
        for unit in station.transformers
    )
    grid = Grid(
        titles=(
            wording("Substation"),
            wording("Kind"),
            wording("Transformer"),
            wording("Type"),
            "kVA",
            wording("Vector group"),
            "kvar",
            wording("Highest loading [%]"),
        ),
        weights=(3, 4, 4, 5, 2, 3, 2, 3),
        rows=rows,
    )
    remark = wording("The compound as it is.")
    if scheme.has_works:
        remark = wording("With the works of the least-cost plan; {n} works.", n=_n_works(dossier))
    return Section(
        title=wording("Equipment of the customer"), parts=(grid,), remarks=(Entry(remark),)
    )


def _n_works(dossier: Dossier) -> int:
    return len(dossier.plan.works) if dossier.plan else 0


def _loading(unit: str, scheme: SupplyScheme) -> str:
    """Return the highest loading of a transformer in the runs the verdict rests on."""
    rows = [row for run in scheme.deciding_runs for row in run.transformers if row.id == unit]
    return number(max(row.loading_percent for row in rows), 1) if rows else ""
