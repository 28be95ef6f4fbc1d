"""What could be built within a catalogue and a policy pack, and what is not possible."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from gridcalc.catalogue import Catalogue, Transformer
from gridcalc.checks.finding import Note, note
from gridcalc.compound.model import Compound, LvCable, MvCable, Substation
from gridcalc.compound.templates.equipment import units_of_series
from gridcalc.cost import PriceBook
from gridcalc.policy import PolicyPack
from gridcalc.upgrade import lookup
from gridcalc.upgrade.bays import spare_bays
from gridcalc.upgrade.cabling import cable_ampacity_a, cable_family, cable_replacement, single_a
from gridcalc.upgrade.measures import (
    NewSubstation,
    RebalancePhases,
    ReplaceCable,
    ReplaceTransformer,
    SecondTransformer,
)

_VECTOR_GROUP = "Dyn11"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """A measure that cannot be built.

    Parameters
    ----------
    kind
        Kind of the measure, such as ``replace_transformer``.
    element
        What it would change, or where it would begin.
    reason
        Why not.
    """

    kind: str
    element: str
    reason: Note


def transformer_options(
    compound: Compound, transformer: str, *, catalogue: Catalogue, policy: PolicyPack
) -> tuple[ReplaceTransformer, ...]:
    """Return the larger units that may take the place of one, by rating and name.

    They are of its series, or of a series of its kind (oil or dry) that the compound has
    elsewhere, up to the largest unit the pack allows in a room or a prefabricated substation. Of
    two with the same series and rating the one with the larger impedance is taken.

    Parameters
    ----------
    compound
        The compound.
    transformer
        Id of the unit.
    catalogue
        The transformers.
    policy
        Limits the size.

    Raises
    ------
    ValueError
        There is no such transformer.

    Examples
    --------
    >>> from gridcalc.catalogue import load_catalogue
    >>> from gridcalc.compound.templates import load_template
    >>> from gridcalc.compound.templates.expanding import expand
    >>> from gridcalc.policy import load_policy
    >>> catalogue = load_catalogue()
    >>> compound = expand(load_template("villa"), {}, catalogue=catalogue)
    >>> pack = load_policy("national")
    >>> [row.type for row in transformer_options(compound, "T1", catalogue=catalogue, policy=pack)]
    ['S20-800']
    """
    unit = lookup.transformer(compound, transformer)
    old = catalogue.transformers[unit.type]
    used = [catalogue.transformers[row.type] for row in compound.transformers]
    series = {old.series, *(row.series for row in used if row.kind == old.kind)}
    largest = max_unit_kva(lookup.substation_of(compound, transformer), policy)
    rows = [
        row
        for row in _units(series, catalogue)
        if old.sn_kva < row.sn_kva <= largest and row.n_tap_steps_each_side >= abs(unit.tap)
    ]
    return tuple(ReplaceTransformer(transformer=unit.id, type=row.name) for row in rows)


def second_transformer_options(
    compound: Compound, like: SecondTransformer, *, catalogue: Catalogue, policy: PolicyPack
) -> tuple[SecondTransformer, ...]:
    """Return a second transformer in every size the pack allows there, by rating.

    None in a prefabricated substation, which has room for its own units only.

    Parameters
    ----------
    compound
        The compound.
    like
        One of them; its type names the series.
    catalogue
        The transformers.
    policy
        Limits the size.
    """
    station = lookup.substation(compound, like.substation)
    if station.kind == "prefabricated":
        return ()
    largest = max_unit_kva(station, policy)
    rows = _units({catalogue.transformers[like.type].series}, catalogue)
    return tuple(replace(like, type=row.name) for row in rows if row.sn_kva <= largest)


def new_substation_options(
    like: NewSubstation, *, catalogue: Catalogue, policy: PolicyPack, prices: PriceBook
) -> tuple[NewSubstation, ...]:
    """Return a new substation in every size a prefabricated one may have, by rating.

    Parameters
    ----------
    like
        One of them; its type names the series.
    catalogue
        The transformers.
    policy
        Limits the size.
    prices
        Sizes without a price for their housing are left out.
    """
    largest = policy.number("transformer.max_unit_prefabricated_kva")
    rows = _units({catalogue.transformers[like.type].series}, catalogue)
    return tuple(
        replace(like, type=row.name)
        for row in rows
        if row.sn_kva <= largest and f"substation_housing.{row.sn_kva:g}" in prices.prices
    )


def max_unit_kva(station: Substation, policy: PolicyPack) -> float:
    """Return the largest unit a policy pack allows in a substation [kVA]."""
    return policy.number(_size_rule(station))


def _size_rule(station: Substation) -> str:
    if station.kind == "prefabricated":
        return "transformer.max_unit_prefabricated_kva"
    return "transformer.max_unit_kva"


def _units(series: set[str], catalogue: Catalogue) -> tuple[Transformer, ...]:
    rows = [row for name in series for row in units_of_series(name, catalogue).values()]
    known = [row for row in rows if row.vector_group == _VECTOR_GROUP]
    return tuple(sorted(known, key=lambda row: (row.sn_kva, row.name)))


def cable_options(
    compound: Compound, cable: str, *, catalogue: Catalogue, max_parallel: int = 2
) -> tuple[ReplaceCable, ...]:
    """Return the cables of the same family that carry more than one does, by ampacity and name.

    A family is a designation up to the section: conductor, insulation, armour, cores, voltage. No
    option has a smaller section or fewer cables in parallel than today; 10 kV cables stay single.

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
            option = cable_replacement(compound, cable, row.name, n, catalogue=catalogue)
            carried_a = n * single_a(compound, old, row)
            if carried_a > today_a:
                found.append((carried_a, row.name, option))
    return tuple(option for _, _, option in sorted(found, key=lambda entry: entry[:2]))


def rebalance_options(compound: Compound) -> tuple[RebalancePhases, ...]:
    """Return the boxes whose private bays or households are uneven over the phases, by id."""
    rows = (*compound.private_bays, *compound.households)
    uneven = {
        row.node
        for row in rows
        if isinstance(row.phases, tuple) and max(row.phases) - min(row.phases) > 1
    }
    return tuple(RebalancePhases(node=node) for node in sorted(uneven))


def not_possible(
    compound: Compound, *, catalogue: Catalogue, policy: PolicyPack, max_parallel: int = 2
) -> tuple[Rejected, ...]:
    """Return what cannot be built and why, by kind and element.

    Parameters
    ----------
    compound
        The compound, its gaps filled.
    catalogue
        The equipment.
    policy
        Limits the size of transformers.
    max_parallel
        Most equal LV cables in parallel. [-]
    """
    found = [
        *_no_larger_unit(compound, catalogue, policy),
        *_no_larger_cable(compound, catalogue, max_parallel),
        *_no_room(compound, catalogue),
        *_no_bay(compound, catalogue),
        *_no_open_capacity(compound),
    ]
    return tuple(sorted(found, key=lambda row: (row.kind, row.element, str(row.reason))))


def _no_larger_unit(
    compound: Compound, catalogue: Catalogue, policy: PolicyPack
) -> Iterator[Rejected]:
    for unit in compound.transformers:
        if not transformer_options(compound, unit.id, catalogue=catalogue, policy=policy):
            limit = max_unit_kva(lookup.substation_of(compound, unit.id), policy)
            reason = note(
                "no larger unit than {type} up to the limit of {limit:g} kVA",
                type=unit.type,
                limit=limit,
            )
            yield Rejected(kind=ReplaceTransformer.kind, element=unit.id, reason=reason)


def _no_larger_cable(
    compound: Compound, catalogue: Catalogue, max_parallel: int
) -> Iterator[Rejected]:
    cables: tuple[LvCable | MvCable, ...] = (*compound.lv_cables, *compound.mv_cables)
    for row in cables:
        if not cable_options(compound, row.id, catalogue=catalogue, max_parallel=max_parallel):
            most = max_parallel if isinstance(row, LvCable) else 1
            reason = note(
                "no cable of this family carries more than {type}, at most {most} in parallel",
                type=row.type,
                most=most,
            )
            yield Rejected(kind=ReplaceCable.kind, element=row.id, reason=reason)


def _no_room(compound: Compound, catalogue: Catalogue) -> Iterator[Rejected]:
    free = spare_bays(compound, catalogue=catalogue)
    for station in compound.substations:
        unit = station.transformers[0]
        own = lookup.cables_at(compound, unit.id)
        start = lookup.other_end(own[0], unit.id) if own else unit.fed_from or station.id
        spare = free.get(start)
        if station.kind == "prefabricated":
            reason = note("a prefabricated substation has no room for one more unit")
            yield Rejected(kind=SecondTransformer.kind, element=station.id, reason=reason)
        elif spare is not None and spare < 1:
            reason = note("no spare bay at {node}", node=start)
            yield Rejected(kind=SecondTransformer.kind, element=station.id, reason=reason)


def _no_bay(compound: Compound, catalogue: Catalogue) -> Iterator[Rejected]:
    for node, spare in spare_bays(compound, catalogue=catalogue).items():
        if spare is not None and spare < 1:
            reason = note("no spare bay at {node}; a new RMU is needed", node=node)
            yield Rejected(kind=NewSubstation.kind, element=node, reason=reason)


def _no_open_capacity(compound: Compound) -> Iterator[Rejected]:
    for source in compound.sources:
        if source.open_capacity_kva is not None and source.open_capacity_kva <= 0:
            reason = note("no open capacity at {source}", source=source.id)
            yield Rejected(kind=NewSubstation.kind, element=source.id, reason=reason)
