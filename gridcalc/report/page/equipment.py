"""The compound as tables: sources, 10 kV cables, transformers and feeders with what they carry."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping

from gridcalc.compound.model import LvCable, TransformerUnit
from gridcalc.compound.topology import LvNodePlace
from gridcalc.dossier import Dossier
from gridcalc.report.blocks import Column, Table, Text, plain
from gridcalc.report.figures import number, quantity
from gridcalc.report.modes import mode_of, mode_word, modes_of
from gridcalc.report.wording import Wording

_NONE = "-"
_PU, _KA = 2, 1


_COUNTS = ("households", "private_bays", "public_bays", "bikes")
_KW = "public_kw"

Loads = Mapping[str, Mapping[str, float]]
"""By name of a transformer or a feeder: flats, bays, e-bikes, and kilowatts of common loads."""


def equipment_tables(dossier: Dossier, wording: Wording) -> Iterator[Table]:
    """Yield the tables from the source down; a table without rows is left out."""
    tables = (
        _sources(dossier, wording),
        _mv_cables(dossier, wording),
        _transformers(dossier, wording),
        _feeders(dossier, wording),
    )
    yield from (table for table in tables if table.rows)


def _sources(dossier: Dossier, wording: Wording) -> Table:
    columns = (
        Column(title=wording("Source of supply")),
        Column(title=wording("10 kV line"), wraps=True),
        Column(title=wording("Fault current, least – most"), align="right"),
        Column(title=wording("Voltage, peak – low load"), align="right"),
        Column(title=wording("Open capacity"), align="right"),
        Column(title=wording("Spare bays"), align="right"),
    )
    rows = tuple(
        (
            Text(row.id, "strong"),
            *plain(
                row.line or _NONE,
                f"{_figure(row.i_sc_min_ka, _KA)} – {_figure(row.i_sc_max_ka, _KA)} kA",
                f"{_figure(row.vm_peak_pu, _PU)} – {_figure(row.vm_low_load_pu, _PU)} pu",
                quantity(row.open_capacity_kva, "kVA", wording),
                _figure(row.spare_bays, 0),
            ),
        )
        for row in dossier.resolved.sources
    )
    return Table(columns=columns, rows=rows, caption=wording("10 kV side"))


def _figure(value: float | None, decimals: int) -> str:
    return _NONE if value is None else number(value, decimals)


def _mv_cables(dossier: Dossier, wording: Wording) -> Table:
    columns = (
        Column(title=wording("10 kV cable")),
        Column(title=wording("From → to"), wraps=True),
        Column(title=wording("Type"), wraps=True),
        Column(title=wording("Length"), align="right"),
        Column(title=wording("Loading"), align="right"),
    )
    loading = _loadings(dossier)
    rows = tuple(
        (
            Text(row.id, "strong"),
            *plain(
                f"{row.from_id} → {row.to_id}",
                row.type,
                wording("{n:,.0f} m", n=row.length_m),
                wording("open") if row.normally_open else _percent(loading, row.id, wording),
            ),
        )
        for row in dossier.resolved.mv_cables
    )
    note = _run_note(dossier, wording)
    return Table(columns=columns, rows=rows, caption=wording("10 kV cables"), note=note)


def _loadings(dossier: Dossier) -> dict[str, float]:
    run = dossier.deciding_run
    cables = {row.id: row.loading_percent for row in run.branches}
    return {**cables, **{row.id: row.loading_percent for row in run.transformers}}


def _percent(loading: Mapping[str, float], name: str, wording: Wording) -> str:
    return quantity(loading.get(name), "%", wording)


def _run_note(dossier: Dossier, wording: Wording) -> str:
    run = dossier.deciding_run
    return wording(
        "loading in {scenario}, {mode}",
        scenario=wording.scenario(run.scenario),
        mode=mode_word(mode_of(run), modes_of(dossier.study.runs), wording),
    )


def _transformers(dossier: Dossier, wording: Wording) -> Table:
    columns = (
        Column(title=wording("Transformer")),
        Column(title=wording("Substation"), wraps=True),
        Column(title=wording("Type"), wraps=True),
        Column(title=wording("Tap"), align="right"),
        Column(title=wording("Compensation"), align="right"),
        *_load_columns(wording),
        Column(title=wording("Loading"), align="right"),
    )
    loads = _loads_by(dossier, lambda place: place.transformer)
    loading = _loadings(dossier)
    rows = tuple(
        (
            *_unit(unit, station.id, wording),
            *_load_cells(loads.get(unit.id, {})),
            Text(_percent(loading, unit.id, wording)),
        )
        for station in dossier.resolved.substations
        for unit in station.transformers
    )
    note = _run_note(dossier, wording)
    return Table(columns=columns, rows=rows, caption=wording("Transformers"), note=note)


def _unit(unit: TransformerUnit, station: str, wording: Wording) -> tuple[Text, ...]:
    tap = f"{unit.tap:+d}" if unit.tap else "0"
    kvar = quantity(unit.compensation_kvar, "kvar", wording)
    return (Text(unit.id, "strong"), *plain(station, unit.type, tap, kvar))


def _feeders(dossier: Dossier, wording: Wording) -> Table:
    columns = (
        Column(title=wording("Feeder")),
        Column(title=wording("Trunk"), wraps=True),
        Column(title=wording("Length"), align="right"),
        Column(title=wording("Boxes"), align="right"),
        *_load_columns(wording),
        Column(title=wording("Loading"), align="right"),
    )
    places = dossier.case.site.topology.places
    loads = _loads_by(dossier, lambda place: place.feeder)
    boxes: dict[str, int] = defaultdict(int)
    for place in places:
        boxes[place.feeder] += 1
    cables = {cable.id: cable for cable in dossier.resolved.lv_cables}
    names = dict.fromkeys(place.feeder for place in places if place.feeder)
    loading = _loadings(dossier)
    rows = tuple(
        (
            Text(name, "strong"),
            *plain(_type(cables[name]), wording("{n:,.0f} m", n=cables[name].length_m)),
            Text(str(boxes[name])),
            *_load_cells(loads.get(name, {})),
            Text(_percent(loading, name, wording)),
        )
        for name in names
    )
    note = wording.clauses(
        [wording("length and loading of the first cable"), _run_note(dossier, wording)]
    )
    return Table(columns=columns, rows=rows, caption=wording("Feeders"), note=note)


def _type(cable: LvCable) -> str:
    return f"{cable.parallel} × {cable.type}" if cable.parallel > 1 else cable.type


def _load_columns(wording: Wording) -> tuple[Column, ...]:
    titles = (
        wording("Flats"),
        wording("Private bays"),
        wording("Public bays"),
        wording("E-bikes"),
        wording("Common loads, kW"),
    )
    return tuple(Column(title=title, align="right") for title in titles)


def _load_cells(loads: Mapping[str, float]) -> tuple[Text, ...]:
    counts = (loads.get(name, 0.0) for name in (*_COUNTS, _KW))
    return plain(*(number(value, 0) if value else _NONE for value in counts))


def _loads_by(dossier: Dossier, key: Callable[[LvNodePlace], str]) -> Loads:
    """Return what hangs on each transformer or feeder of the compound."""
    compound = dossier.resolved
    name_of = {place.id: key(place) for place in dossier.case.site.topology.places}
    counted = [
        *((row.node, "households", row.count) for row in compound.households),
        *((row.node, "private_bays", row.count) for row in compound.private_bays),
        *((row.node, "public_bays", row.count) for row in compound.public_bays),
        *((row.node, "bikes", row.bikes) for row in compound.ebikes),
        *((row.node, _KW, row.kw) for row in compound.public_loads),
    ]
    sums: dict[str, dict[str, float]] = defaultdict(dict)
    for node, what, value in counted:
        mine = sums[name_of[node]]
        mine[what] = mine.get(what, 0.0) + value
    return sums
