"""What lines need: cables, terminations, civil works, bays, and what moves to another board."""

from collections.abc import Iterable, Iterator

from gridcalc.catalogue import Catalogue
from gridcalc.compound.model import Compound, Laying, LvCable, MvCable
from gridcalc.policy import PayerScope
from gridcalc.upgrade import lookup
from gridcalc.upgrade.bays import spare_bays
from gridcalc.upgrade.devices import breaker_for
from gridcalc.upgrade.measures import LineMove, MoveFeeder, MoveToSource, ReplaceCable, SplitFeeder
from gridcalc.upgrade.moving import with_moved_line

Row = tuple[str, str, float, str, PayerScope]
"""Item, element, quantity, unit and part of the works."""

MV: PayerScope = "mv_inside_red_line"
MV_CIVIL: PayerScope = "mv_civil_inside_red_line"
LV: PayerScope = "lv_before_meter"
_LV_CIVIL: PayerScope = "lv_civil"
N_ENDS = 2
_SHARED_CHANNELS = frozenset({"trench", "tray", "ladder"})


def replaced_cable(compound: Compound, measure: ReplaceCable) -> Iterator[Row]:
    """Yield what other or more cables in place of one need."""
    old = lookup.cable(compound, measure.cable)
    today = old.parallel if isinstance(old, LvCable) else 1
    kept = today if measure.type == old.type and measure.parallel >= today else 0
    n_new = measure.parallel - kept
    reused = 0 if kept else min(today, n_new)
    if isinstance(old, MvCable):
        line, civil = _mv_subjects(compound, old)
        yield f"cable_mv.{measure.type}", old.id, n_new * old.length_m, "m", line
        yield "termination.mv", old.id, n_new * N_ENDS, "piece", line
    else:
        civil = _LV_CIVIL
        yield f"cable_lv.{measure.type}", old.id, n_new * old.length_m, "m", LV
    for item, length_m in _same_route(old.laying or "duct", old.length_m, n_new, reused):
        yield item, old.id, length_m, "m", civil
    if measure.breaker is not None:
        yield f"lv_breaker.{measure.breaker}", old.id, 1, "piece", LV


def _same_route(
    laying: Laying, length_m: float, n_new: int, n_reused: int
) -> Iterator[tuple[str, float]]:
    """Yield the civil works of cables along a route that is there."""
    if laying == "duct":
        yield "laying.existing", n_reused * length_m
        yield "laying.duct", (n_new - n_reused) * length_m
    elif laying in _SHARED_CHANNELS:
        yield "laying.existing", n_new * length_m
    elif n_new:
        yield f"laying.{laying}", length_m


def _mv_subjects(compound: Compound, row: MvCable) -> tuple[PayerScope, PayerScope]:
    """Return the parts of the works a 10 kV cable and its civil works belong to."""
    sources = {source.id for source in compound.sources}
    if sources & {row.from_id, row.to_id}:
        return "mv_outside_red_line", "mv_civil_outside_red_line"
    return MV, MV_CIVIL


def new_mv_cable(compound: Compound, row: MvCable) -> Iterator[Row]:
    """Yield what a new 10 kV cable needs."""
    line, civil = _mv_subjects(compound, row)
    yield f"cable_mv.{row.type}", row.id, row.length_m, "m", line
    yield "termination.mv", row.id, N_ENDS, "piece", line
    yield f"laying.{row.laying or 'duct'}", row.id, row.length_m, "m", civil


def bay(compound: Compound, node: str, element: str, catalogue: Catalogue) -> Iterator[Row]:
    """Yield what a cable more needs at its start."""
    kinds = {source.id: source.kind for source in compound.sources}
    spare = spare_bays(compound, catalogue=catalogue).get(node)
    if kinds.get(node) == "line_tap":
        yield "line_tap", element, 1, "piece", "mv_outside_red_line"
    elif node in kinds and (spare is None or spare < 1):
        yield "rmu_bay", element, 1, "bay", "mv_outside_red_line"
    elif node in {station.id for station in compound.substations}:
        yield "rmu_bay", element, 1, "bay", MV


def transfers(compound: Compound, feeders: Iterable[str]) -> Iterator[Row]:
    """Yield what it takes to connect the first cables of feeders to another board."""
    for name in feeders:
        parallel = lookup.feeder(compound, name).parallel
        yield "cable_transfer", name, parallel, "piece", LV
        yield "termination.lv", name, parallel, "piece", LV


def feeder_breakers(
    compound: Compound, feeders: Iterable[str], catalogue: Catalogue
) -> Iterator[Row]:
    """Yield the breakers of feeders at another board, where the file gives their devices."""
    for name in feeders:
        device = lookup.device(compound, name)
        if device is not None:
            row = breaker_for(device.in_a, catalogue)
            yield f"lv_breaker.{row.name}", name, 1, "piece", LV


def moved_line(compound: Compound, measure: LineMove, catalogue: Catalogue) -> Iterator[Row]:
    """Yield what a line needs to start somewhere else."""
    after = with_moved_line(compound, measure, catalogue)
    match measure:
        case MoveFeeder():
            yield from feeder_breakers(compound, [measure.feeder], catalogue)
            yield from transfers(compound, [measure.feeder])
        case SplitFeeder():
            yield from _split_feeder(lookup.lv_cable(after, measure.cable), measure.breaker)
        case MoveToSource():
            yield from new_mv_cable(after, lookup.mv_cable(after, measure.cable))
            yield from bay(compound, measure.source, measure.cable, catalogue)


def _split_feeder(cable: LvCable, breaker: str | None) -> Iterator[Row]:
    n = cable.parallel
    yield f"cable_lv.{cable.type}", cable.id, n * cable.length_m, "m", LV
    for item, length_m in _same_route(cable.laying or "duct", cable.length_m, n, 0):
        yield item, cable.id, length_m, "m", _LV_CIVIL
    if breaker is not None:
        yield f"lv_breaker.{breaker}", cable.id, 1, "piece", LV
