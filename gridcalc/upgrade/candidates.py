"""New transformers that could relieve a substation: in its room, or in new ones beside it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count, islice

from gridcalc.catalogue import Catalogue
from gridcalc.compound.model import Compound, Substation, lv_board
from gridcalc.cost import PriceBook
from gridcalc.policy import PolicyPack
from gridcalc.upgrade import lookup
from gridcalc.upgrade.bays import bay_of, spare_bays
from gridcalc.upgrade.devices import main_breaker
from gridcalc.upgrade.measures import NewSubstation, SecondTransformer
from gridcalc.upgrade.supply import feeding_bus
from gridcalc.upgrade.unit_options import new_substation_options, second_transformer_options

Candidate = tuple[SecondTransformer, ...] | tuple[NewSubstation, ...]
"""One new transformer in every size it may have, by rating."""


def new_unit_candidates(
    compound: Compound,
    substation: str,
    *,
    catalogue: Catalogue,
    policy: PolicyPack,
    prices: PriceBook,
) -> tuple[Candidate, ...]:
    """Return the new transformers that could relieve a substation, second units in it first.

    All of them can be built together, whichever feeders they get: each has a bay that no other
    takes, or an RMU of its own. Their ids are the next free ones that the candidates of no other
    substation have. What has no price, no bay or no cable to be fed like is left out.

    Parameters
    ----------
    compound
        The compound.
    substation
        Id of the substation.
    catalogue
        Transformers, RMUs and breakers.
    policy
        Says how many of each may be built, how large, and how long a 10 kV cable is taken to be.
    prices
        Sizes without a price are left out.

    Returns
    -------
    tuple of Candidate
        ``feeders`` hold all feeders of the substation, in place of those it will take over.

    Raises
    ------
    ValueError
        There is no such substation.
    """
    place = _Place(
        compound=compound,
        station=lookup.substation(compound, substation),
        catalogue=catalogue,
        policy=policy,
        prices=prices,
    )
    if not place.feeders:
        return ()
    free = spare_bays(compound, catalogue=catalogue)
    units, stations = _new_ids(place)
    seconds = _second_transformers(place, units, free)
    ids = zip(stations, units[place.most_second :], strict=True)
    return (*seconds, *_new_substations(place, ids, len(seconds), free))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """A substation that is to be relieved, and within what."""

    compound: Compound
    station: Substation
    catalogue: Catalogue
    policy: PolicyPack
    prices: PriceBook

    @property
    def feeders(self) -> tuple[str, ...]:
        """Ids of its LV feeders, sorted."""
        boards = {lv_board(unit.id) for unit in self.station.transformers}
        return tuple(sorted(row.id for row in self.compound.lv_cables if row.from_id in boards))

    @property
    def most_second(self) -> int:
        """Most units that may be added in its room."""
        return _most_second(self.station, self.policy)

    @property
    def bays(self) -> frozenset[str]:
        """Nodes whose bay or bus feeds its units."""
        return frozenset(bay_of(self.compound, unit) for unit in self.station.transformers)

    def has_taps(self, unit_type: str) -> bool:
        """Return whether a type has the taps of all units of the substation."""
        most = self.catalogue.transformers[unit_type].n_tap_steps_each_side
        return all(abs(unit.tap) <= most for unit in self.station.transformers)

    def has_price(self, *items: str) -> bool:
        """Return whether the price book holds some items."""
        return all(item in self.prices.prices for item in items)


def _most_second(station: Substation, policy: PolicyPack) -> int:
    is_room = station.kind == "room"
    return int(policy.number("upgrade.max_second_transformers")) if is_room else 0


def _new_ids(place: _Place) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return ids for new units and for new substations, those of other candidates left out."""
    most_new = int(place.policy.number("upgrade.max_new_substations"))
    before = [row for row in place.compound.substations if row.id < place.station.id]
    n_units = sum(_most_second(row, place.policy) + most_new for row in before)
    n_stations = len(before) * most_new
    return (
        tuple(islice(_free(place.compound, "T"), n_units, n_units + place.most_second + most_new)),
        tuple(islice(_free(place.compound, "PD"), n_stations, n_stations + most_new)),
    )


def _free(compound: Compound, prefix: str) -> Iterator[str]:
    """Yield ids with a prefix and a number that no id is, or begins with."""
    taken = lookup.taken_ids(compound)
    for n in count(1):
        name = f"{prefix}{n}"
        if not any(row == name or row.startswith((f"{name}-", f"{name}.")) for row in taken):
            yield name


def _second_transformers(
    place: _Place, units: tuple[str, ...], free: Mapping[str, int | None]
) -> tuple[Candidate, ...]:
    """Return the second transformers, as many as every node that may feed one has bays for."""
    bays = [spare for node in place.bays if (spare := free.get(node)) is not None]
    n = max(0, min([place.most_second, *bays]))
    found = []
    for name in units[:n]:
        like = SecondTransformer(
            substation=place.station.id,
            transformer_id=name,
            type=place.station.transformers[0].type,
            feeders=place.feeders,
        )
        options = second_transformer_options(
            place.compound, like, catalogue=place.catalogue, policy=place.policy
        )
        found.append(tuple(row for row in options if _can_be_second(place, row.type)))
    return tuple(options for options in found if options)


def _can_be_second(place: _Place, unit_type: str) -> bool:
    breaker = main_breaker(place.catalogue.transformers[unit_type], place.catalogue)
    items = (f"transformer.{unit_type}", f"lv_breaker.{breaker.name}")
    return place.has_taps(unit_type) and place.has_price(*items)


def _new_substations(
    place: _Place,
    ids: Iterable[tuple[str, str]],
    n_second: int,
    free: Mapping[str, int | None],
) -> Iterator[Candidate]:
    """Yield new substations; those for which no bay is left have an RMU."""
    feed = feeding_bus(place.compound, place.station)
    if feed is None:
        return
    node, cable = feed
    spare = free.get(node)
    left = None if spare is None else spare - (n_second if node in place.bays else 0)
    rmu = _rmu_type(place)
    for k, (station, unit) in enumerate(ids):
        has_bay = left is None or k < left
        if not has_bay and rmu is None:
            return
        like = NewSubstation(
            substation_id=station,
            transformer_id=unit,
            type=place.station.transformers[0].type,
            mv_from=node,
            mv_cable_type=cable.type,
            mv_length_m=place.policy.number("upgrade.new_mv_cable_m"),
            rmu_type=None if has_bay else rmu,
            feeders=place.feeders,
        )
        options = new_substation_options(
            like, catalogue=place.catalogue, policy=place.policy, prices=place.prices
        )
        fitting = tuple(row for row in options if _can_be_new(place, row.type))
        if fitting:
            yield fitting


def _can_be_new(place: _Place, unit_type: str) -> bool:
    return place.has_taps(unit_type) and place.has_price(f"transformer.{unit_type}")


def _rmu_type(place: _Place) -> str | None:
    """Return the smallest RMU that has a price; ties by name."""
    rows = sorted(place.catalogue.rmus.values(), key=lambda row: (row.n_bays, row.name))
    return next((row.name for row in rows if place.has_price(f"rmu.{row.name}")), None)
