"""Which cables could be replaced or start elsewhere, and which boxes dealt out again."""

from collections.abc import Iterator, Sequence

from gridcalc.catalogue import Catalogue
from gridcalc.compound.model import Compound, LvCable
from gridcalc.policy import PolicyPack
from gridcalc.upgrade import lookup
from gridcalc.upgrade.bays import has_bay, spare_source_bays
from gridcalc.upgrade.cabling import (
    MAX_GROUPED,
    cable_ampacity_a,
    cable_family,
    cable_replacement,
    grouping_with,
    replacement_ampacity_a,
    single_a,
)
from gridcalc.upgrade.devices import largest_within
from gridcalc.upgrade.measures import (
    MoveFeeder,
    MoveToSource,
    RebalancePhases,
    ReplaceCable,
    SplitFeeder,
)
from gridcalc.upgrade.moving import serves_only, split_device

_N_CABLES_TO_SPLIT = 2


def cable_options(
    compound: Compound, cable: str, *, catalogue: Catalogue, max_parallel: int = 2
) -> tuple[ReplaceCable, ...]:
    """Return the cables of the same family that carry more than one does, by ampacity and name.

    A family is a designation up to the section: conductor, insulation, armour, cores, voltage. No
    option has a smaller section or fewer cables in parallel than today; 10 kV cables stay single.
    More in parallel lie side by side and carry less each; where the derating tables end, so do
    the options.

    Parameters
    ----------
    compound
        The compound, its gaps filled.
    cable
        Id of a 0.4 kV or 10 kV cable.
    catalogue
        Cables, and breakers for the device of an LV cable.
    max_parallel
        Most equal cables in parallel. [-]

    Raises
    ------
    ValueError
        There is no such cable, or the compound has gaps.
    """
    old = lookup.cable(compound, cable)
    today_a = cable_ampacity_a(compound, old.id, catalogue=catalogue)
    n_today = old.parallel if isinstance(old, LvCable) else 1
    n_most = max(max_parallel, n_today) if isinstance(old, LvCable) else 1
    found = []
    for row in cable_family(old, catalogue):
        for n in range(n_today, n_most + 1):
            if (grouping_with(old, n) or 0) > MAX_GROUPED:
                continue
            option = cable_replacement(compound, cable, row.name, n, catalogue=catalogue)
            carried_a = replacement_ampacity_a(compound, cable, row.name, n, catalogue)
            if carried_a > today_a:
                found.append((carried_a, row.name, option))
    return tuple(option for _, _, option in sorted(found, key=lambda entry: entry[:2]))


def move_feeder_options(compound: Compound, feeder: str) -> tuple[MoveFeeder, ...]:
    """Return the other units of its substation that may feed a feeder, by id.

    Raises
    ------
    ValueError
        There is no such feeder.
    """
    today = lookup.feeding_unit(compound, feeder).id
    units = sorted(unit.id for unit in lookup.substation_of(compound, today).transformers)
    return tuple(MoveFeeder(feeder=feeder, transformer=unit) for unit in units if unit != today)


def split_options(
    compound: Compound, cable: str, *, catalogue: Catalogue, max_parallel: int = 1
) -> tuple[SplitFeeder, ...]:
    """Return the feeders of its own that a box may get, by transformer, ampacity and name.

    Only for a box that hangs on the first box of a feeder, which keeps a load or another cable.
    The cables are of the family of the feeder's first one, from the section that leads to the box
    today; those that no breaker is small enough for are left out.

    Parameters
    ----------
    compound
        The compound, its gaps filled.
    cable
        Id of the LV cable that leads to the box.
    catalogue
        Cables and breakers.
    max_parallel
        Most equal cables in parallel. [-]

    Raises
    ------
    ValueError
        There is no such LV cable, or the compound has gaps.
    """
    way = lookup.way_to(compound, cable)
    if not can_split(compound, way):
        return ()
    today = lookup.feeding_unit(compound, way[0].id).id
    units = sorted(unit.id for unit in lookup.substation_of(compound, today).transformers)
    has_device = split_device(compound, cable) is not None
    laid = []
    for carried_a, kind, n in sorted(_laid(compound, way, catalogue, max_parallel)):
        breaker = largest_within(carried_a, catalogue) if has_device else None
        if breaker is not None or not has_device:
            laid.append((kind, n, breaker.name if breaker else None))
    return tuple(
        SplitFeeder(cable=cable, transformer=unit, type=kind, parallel=n, breaker=breaker)
        for unit in units
        for kind, n, breaker in laid
    )


def can_split(compound: Compound, way: Sequence[LvCable]) -> bool:
    """Return whether the box at the end of some LV cables may get a feeder of its own."""
    return len(way) == _N_CABLES_TO_SPLIT and not serves_only(compound, way[-1])


def _laid(
    compound: Compound, way: tuple[LvCable, ...], catalogue: Catalogue, max_parallel: int
) -> Iterator[tuple[float, str, int]]:
    """Yield ampacity [A], type and number of what may lie along the way to a box."""
    first, old = way[0], way[-1]
    for row in cable_family(first, catalogue, from_mm2=catalogue.cables[old.type].area_mm2):
        for n in range(1, max_parallel + 1):
            yield n * single_a(compound, first, row, parallel=n), row.name, n


def source_options(
    compound: Compound, cable: str, *, policy: PolicyPack
) -> tuple[MoveToSource, ...]:
    """Return the other sources a 10 kV cable may start at, by id.

    They have open capacity and a spare bay, as far as these are known. How long the new cable
    would be says the pack; a route gives the real length.

    Parameters
    ----------
    compound
        The compound.
    cable
        Id of a 10 kV cable that starts at a source.
    policy
        Says how long a new 10 kV cable is taken to be.

    Raises
    ------
    ValueError
        There is no such 10 kV cable, or it does not start at a source.
    """
    row = lookup.mv_cable(compound, cable)
    ends = {row.from_id, row.to_id}
    if not ends & {source.id for source in compound.sources}:
        raise ValueError(f"{row.id!r} does not start at a source")
    length_m = policy.number("upgrade.new_mv_cable_m")
    return tuple(
        MoveToSource(cable=row.id, source=source, length_m=length_m)
        for source in open_sources(compound)
        if source not in ends
    )


def open_sources(compound: Compound) -> tuple[str, ...]:
    """Return the sources with open capacity and a spare bay, as far as known, by id."""
    free = spare_source_bays(compound)
    return tuple(
        sorted(
            row.id
            for row in compound.sources
            if (row.open_capacity_kva is None or row.open_capacity_kva > 0)
            and has_bay(free, row.id)
        )
    )


def rebalance_options(compound: Compound) -> tuple[RebalancePhases, ...]:
    """Return the boxes whose private bays or households are uneven over the phases, by id."""
    rows = (*compound.private_bays, *compound.households)
    uneven = {
        row.node
        for row in rows
        if isinstance(row.phases, tuple) and max(row.phases) - min(row.phases) > 1
    }
    return tuple(RebalancePhases(node=node) for node in sorted(uneven))
