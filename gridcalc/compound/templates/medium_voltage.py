"""The 10 kV side: sources, ring main units, cables and substations."""

from dataclasses import dataclass
from itertools import pairwise

from gridcalc.catalogue import Catalogue
from gridcalc.compound.model import MvCable, Rmu, Source, Substation, TransformerUnit
from gridcalc.compound.templates.allotment import boxes_of
from gridcalc.compound.templates.schema import Layout
from gridcalc.compound.templates.sizing import Sizing, compensation_kvar


@dataclass(frozen=True, slots=True, kw_only=True)
class MvPart:
    """The 10 kV entries of a compound file."""

    sources: tuple[Source, ...]
    rmus: tuple[Rmu, ...]
    cables: tuple[MvCable, ...]
    substations: tuple[Substation, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One 10 kV cable before it has a number and, on a map, a length of its own."""

    start: str
    end: str
    type: str
    mean_m: float
    is_open: bool = False


def medium_voltage(layout: Layout, sizing: Sizing, catalogue: Catalogue) -> MvPart:
    """Return the 10 kV entries for the transformers that were chosen.

    ``chain`` leads one cable from substation to substation. ``ring`` leads RMU by RMU from the
    first source to the second, open in the middle. ``double`` gives the first unit of each
    substation to the first source and the second to the other, each over its own RMUs; the last
    RMUs are joined by a cable that is open.
    """
    stations = _substations(layout, sizing)
    rmus, links = mv_links(layout, stations, catalogue)
    return MvPart(
        sources=layout.mv.sources,
        rmus=tuple(Rmu(id=name, type=layout.mv.rmu or "") for name in rmus),
        cables=tuple(_numbered(layout, links)),
        substations=stations,
    )


def mv_links(
    layout: Layout, stations: tuple[Substation, ...], catalogue: Catalogue
) -> tuple[list[str], list[Link]]:
    """Return the RMUs and the cables that supply substations in the order they are given."""
    if layout.mv.arrangement == "chain":
        return [], _chain(layout, stations)
    if layout.mv.arrangement == "ring":
        return _ring(layout, stations, catalogue)
    return _double(layout, stations, catalogue)


def _substations(layout: Layout, sizing: Sizing) -> tuple[Substation, ...]:
    rule = layout.substations
    names = [f"T{i + 1}" for i in range(len(sizing.allotments))]
    rows = []
    for i, first in enumerate(range(0, len(names), rule.units_per_substation)):
        inside = names[first : first + rule.units_per_substation]
        units = tuple(
            TransformerUnit(
                id=name,
                type=unit.name,
                compensation_kvar=compensation_kvar(layout, unit),
            )
            for name, unit in zip(inside, sizing.units[first:], strict=False)
        )
        rows.append(
            Substation(
                id=f"PD{i + 1}",
                kind=rule.kind,
                floor=rule.floor,
                flood_protected=rule.flood_protected,
                generator_interface=rule.generator_interface,
                lv_tie=rule.lv_tie and len(units) > 1,
                transformers=units,
            )
        )
    return tuple(rows)


def _chain(layout: Layout, stations: tuple[Substation, ...]) -> list[Link]:
    stops = [layout.mv.sources[0].id, *(station.id for station in stations)]
    return _route(layout, stops)


def _ring(
    layout: Layout, stations: tuple[Substation, ...], catalogue: Catalogue
) -> tuple[list[str], list[Link]]:
    per_rmu = max(1, _feeder_bays(layout, catalogue) // layout.substations.units_per_substation)
    sizes = boxes_of(len(stations), per_rmu)
    rmus = [f"RMU{i + 1}" for i in range(len(sizes))]
    route = _route(layout, [layout.mv.sources[0].id, *rmus, layout.mv.sources[1].id])
    middle = len(route) // 2
    links = [*route[:middle], _opened(route[middle]), *route[middle + 1 :]]
    first = 0
    for rmu, size in zip(rmus, sizes, strict=True):
        units = [unit.id for row in stations[first : first + size] for unit in row.transformers]
        links += _branches(layout, rmu, units)
        first += size
    return rmus, links


def _double(
    layout: Layout, stations: tuple[Substation, ...], catalogue: Catalogue
) -> tuple[list[str], list[Link]]:
    per_rmu = max(1, _feeder_bays(layout, catalogue))
    sides: tuple[list[str], list[str]] = ([], [])
    for station in stations:
        for i, unit in enumerate(station.transformers):
            sides[i % 2].append(unit.id)
    rmus: list[str] = []
    links: list[Link] = []
    ends = []
    for source, units in zip(layout.mv.sources, sides, strict=True):
        sizes = boxes_of(len(units), per_rmu)
        own = [f"RMU{len(rmus) + i + 1}" for i in range(len(sizes))]
        links += _route(layout, [source.id, *own])
        first = 0
        for rmu, size in zip(own, sizes, strict=True):
            links += _branches(layout, rmu, units[first : first + size])
            first += size
        rmus += own
        ends.append(own[-1] if own else source.id)
    links += [_opened(link) for link in _route(layout, ends)]
    return rmus, links


def _feeder_bays(layout: Layout, catalogue: Catalogue) -> int:
    return catalogue.rmus[layout.mv.rmu or ""].n_outgoing_bays - layout.mv.spare_bays_per_rmu


def _route(layout: Layout, stops: list[str]) -> list[Link]:
    mv = layout.mv
    return [
        Link(start=start, end=end, type=mv.cable, mean_m=mv.cable_m)
        for start, end in pairwise(stops)
    ]


def _branches(layout: Layout, rmu: str, units: list[str]) -> list[Link]:
    mv = layout.mv
    cable, mean_m = mv.branch_cable or mv.cable, mv.branch_m or mv.cable_m
    return [Link(start=rmu, end=unit, type=cable, mean_m=mean_m) for unit in units]


def _opened(link: Link) -> Link:
    return Link(start=link.start, end=link.end, type=link.type, mean_m=link.mean_m, is_open=True)


def _numbered(layout: Layout, links: list[Link]) -> list[MvCable]:
    pattern = layout.lv.length_pattern
    return [
        MvCable(
            id=f"MC{i + 1}",
            from_id=link.start,
            to_id=link.end,
            type=link.type,
            length_m=float(max(1, round(link.mean_m * pattern[i % len(pattern)]))),
            laying=layout.mv.laying,
            normally_open=link.is_open,
        )
        for i, link in enumerate(links)
    ]
