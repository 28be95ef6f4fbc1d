"""New units for compounds whose largest units are too small: which feeders they take over."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace

from gridcalc.city.batch.planning_prices import UnitCosts
from gridcalc.city.batch.planning_records import NewUnit, Tools, Transfer
from gridcalc.city.batch.planning_sizes import Size
from gridcalc.compound.model import Compound, Substation
from gridcalc.units import N_PHASES, PERCENT
from gridcalc.upgrade.candidates import Candidate, new_unit_candidates
from gridcalc.upgrade.measures import MoveFeeder, SecondTransformer
from gridcalc.upgrade.quantities import quantities_of

_WORTH_IT = 0.9
"""Cost of transfers over that of larger units alone, from which they are not looked at. [-]"""
Power = tuple[complex, complex, complex]
"""Apparent power of phases a, b and c. [kVA]"""


def together(rows: Iterable[Power]) -> Power:
    """Return the sum of some powers."""
    a, b, c = 0j, 0j, 0j
    for x, y, z in rows:
        a, b, c = a + x, b + y, c + z
    return a, b, c


def times(power: Power, factor: float) -> Power:
    """Return a power times a factor."""
    a, b, c = power
    return a * factor, b * factor, c * factor


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class UnitLoad:
    """A unit of a substation and what hangs on it in the heaviest state.

    Attributes
    ----------
    name, sn_kva
        The unit.
    needed_kva
        Rating it would need to carry all of it. [kVA]
    board
        Power at its board. [kVA]
    feeders
        Power of its feeders by their id, as part of the unit's peak. [kVA]
    steepness
        A part with the share w of the load draws w to the power of minus this, times its part of
        the peak: fewer flats and cars coincide more. [-]
    losses
        Power at its terminals over the sum of its loads. [-]
    larger
        Larger units that may take its place.
    """

    name: str
    sn_kva: float
    needed_kva: float
    board: Power
    feeders: Mapping[str, Power]
    steepness: float
    losses: float
    larger: Sequence[Size]

    @property
    def power(self) -> Power:
        """All that hangs on it. [kVA]."""
        return together((self.board, *self.feeders.values()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Loading limits of a unit, of a tied one, and of a phase. [%]."""

    single: float
    tied: float
    phase: float

    def rating_kva(self, power: Power, *, is_tied: bool) -> float:
        """Return the rating that some power needs. [kVA]."""
        limit = self.tied if is_tied else self.single
        a, b, c = power
        worst = max(abs(a), abs(b), abs(c)) * N_PHASES / self.phase
        return max(abs(a + b + c) / limit, worst) * PERCENT


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Relief:
    """A substation that needs relief, and how much more is reckoned with."""

    stub: Compound
    station: Substation
    units: Sequence[UnitLoad]
    limits: Limits
    margin: float

    def part_kva(self, power: Power, whole: float, steepness: float, *, is_tied: bool) -> float:
        """Return the rating that a part of what hangs on a unit needs by itself. [kVA]."""
        share = min(1.0, abs(sum(power)) / whole) if whole else 1.0
        more = share**-steepness if share > 0 else 1.0
        return self.limits.rating_kva(power, is_tied=is_tied) * more * self.margin


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Moved:
    """A feeder that goes over, its unit, and of what power it was a part. [kVA]."""

    name: str
    unit: str
    power: Power
    whole: float
    steepness: float


class Reliefs:
    """Finds transfers of feeders; what a new unit of a size costs is computed once."""

    def __init__(self, row: Relief, tools: Tools, costs: UnitCosts) -> None:
        self._row, self._tools, self._costs = row, tools, costs
        self._yuan: dict[tuple[str, str], float] = {}
        self._candidates = new_unit_candidates(
            row.stub,
            row.station.id,
            catalogue=tools.catalogue,
            policy=tools.policy,
            prices=tools.prices,
        )

    def cheapest(self) -> tuple[Transfer, ...]:
        """Return the cheapest transfers that relieve the substation.

        Nothing if none do, or if they save hardly anything against larger units alone.

        Existing units stay or become larger ones; what is too much for them goes over to others
        that have room, or to new ones, whole feeders at a time.
        """
        best: tuple[float, tuple[Transfer, ...]] = (float("inf"), ())
        without = float("inf")
        for capacities in _capacities(self._row.units):
            kva = [row[0] for row in capacities]
            moved = _moved(self._row, kva)
            if moved is None:
                continue
            transfers = self._placed(moved, kva)
            if transfers is not None:
                yuan = sum(row[1] for row in capacities) + sum(map(self._yuan_of, transfers))
                best = min(best, (yuan, transfers), key=lambda entry: entry[0])
                without = without if transfers else min(without, yuan)
        return best[1] if best[0] < _WORTH_IT * without else ()

    def _placed(self, moved: Sequence[_Moved], kva: Sequence[float]) -> tuple[Transfer, ...] | None:
        """Return where feeders go: units that are there while they have room, then new ones."""
        gone = {row.name for row in moved}
        room: list[list[_Moved]] = [_stays(unit, gone) for unit in self._row.units]
        moves: list[MoveFeeder] = []
        rest: list[_Moved] = []
        for entry in moved:
            at = self._with_room(room, kva, entry)
            if at is None:
                rest.append(entry)
                continue
            room[at].append(entry)
            name = self._row.units[at].name
            moves.append(MoveFeeder(feeder=entry.name, transformer=name))
        packed = self._packed(rest) if rest else ()
        if rest and not packed:
            return None
        return (*packed, *sorted(moves, key=lambda row: row.feeder))

    def _with_room(
        self, room: Sequence[Sequence[_Moved]], kva: Sequence[float], entry: _Moved
    ) -> int | None:
        is_tied = self._row.station.lv_tie
        for k, unit in enumerate(self._row.units):
            rows = [*room[k], entry]
            power = together(row.power for row in rows)
            whole = max(abs(sum(unit.power)), entry.whole)
            rating = self._row.part_kva(power, whole, entry.steepness, is_tied=is_tied)
            if unit.name != entry.unit and rating <= kva[k]:
                return k
        return None

    def _yuan_of(self, row: Transfer) -> float:
        if isinstance(row, MoveFeeder):
            quantities = quantities_of(self._row.stub, row, catalogue=self._tools.catalogue)
            if not all(self._costs.has(one.item) for one in quantities):
                return float("inf")
            return sum(one.quantity * self._costs.of(one.item) for one in quantities)
        return self._cost(row)

    def _cost(self, unit: NewUnit) -> float:
        """Return what a new unit costs; feeders are alike. [yuan]."""
        key = unit.transformer_id, unit.type
        if key not in self._yuan:
            one = replace(unit, feeders=unit.feeders[:1])
            rows = quantities_of(self._row.stub, one, catalogue=self._tools.catalogue)
            self._yuan[key] = sum(row.quantity * self._costs.of(row.item) for row in rows)
        ends = sum(self._costs.of(item) for item in ("cable_transfer", "termination.lv"))
        return self._yuan[key] + (len(unit.feeders) - 1) * ends

    def _packed(self, moved: Sequence[_Moved]) -> tuple[NewUnit, ...]:
        """Return as few new units as can carry some feeders, each as small as it may be."""
        for n in range(1, len(self._candidates) + 1):
            bins: list[list[_Moved]] = [[] for _ in range(n)]
            if all(self._put(bins, entry) for entry in moved):
                rows = zip(bins, self._candidates, strict=False)
                return tuple(self._sized(mine, options) for mine, options in rows if mine)
        return ()

    def _put(self, bins: list[list[_Moved]], entry: _Moved) -> bool:
        def filled(k: int) -> tuple[float, int]:
            return sum(abs(sum(row.power)) for row in bins[k]), k

        for k in sorted(range(len(bins)), key=filled):
            largest = self._candidates[k][-1]
            if self._rating([*bins[k], entry], largest) <= self._kva(largest):
                bins[k].append(entry)
                return True
        return False

    def _kva(self, unit: NewUnit) -> float:
        return self._tools.catalogue.transformers[unit.type].sn_kva

    def _rating(self, mine: Sequence[_Moved], unit: NewUnit) -> float:
        is_tied = isinstance(unit, SecondTransformer) and self._row.station.lv_tie
        power = together(row.power for row in mine)
        whole = max(row.whole for row in mine)
        steepness = max(row.steepness for row in mine)
        return self._row.part_kva(power, whole, steepness, is_tied=is_tied)

    def _sized(self, mine: Sequence[_Moved], options: Candidate) -> NewUnit:
        rating = self._rating(mine, options[-1])
        unit = next(unit for unit in options if self._kva(unit) >= rating)
        return replace(unit, feeders=tuple(sorted(row.name for row in mine)))


def _capacities(units: Sequence[UnitLoad]) -> Iterator[list[tuple[float, float]]]:
    """Yield what the existing units may carry, and what that costs: as they are, or larger.

    Those that are too small grow together, or one of all units by itself.
    """
    sizes = [
        [(unit.sn_kva, 0.0), *((size.sn_kva, size.yuan) for size in unit.larger)] for unit in units
    ]
    is_small = [unit.needed_kva > unit.sn_kva for unit in units]
    for k in range(max(map(len, sizes))):
        yield [
            row[min(k, len(row) - 1) if small else 0]
            for row, small in zip(sizes, is_small, strict=True)
        ]
    for i, own in enumerate(sizes if len(units) > 1 else ()):
        for size in own[1:]:
            yield [size if j == i else row[0] for j, row in enumerate(sizes)]


def _stays(unit: UnitLoad, gone: Set[str]) -> list[_Moved]:
    """Return what stays on a unit, as one entry."""
    losses = unit.losses
    kept = [power for name, power in unit.feeders.items() if name not in gone]
    power = times(together((unit.board, *kept)), losses)
    whole = abs(sum(unit.power)) * losses
    return [_Moved(name="", unit=unit.name, power=power, whole=whole, steepness=unit.steepness)]


def _moved(row: Relief, capacities: Sequence[float]) -> list[_Moved] | None:
    """Return the feeders that are too much, the heaviest first; ``None`` if boards alone are."""
    found: list[_Moved] = []
    for unit, kva in zip(row.units, capacities, strict=True):
        mine = _moved_from(row, unit, kva)
        if mine is None:
            return None
        found += mine
    return sorted(found, key=lambda entry: (-abs(sum(entry.power)), entry.name))


def _moved_from(row: Relief, unit: UnitLoad, kva: float) -> list[_Moved] | None:
    is_tied, power, losses = row.station.lv_tie, unit.power, unit.losses
    whole = abs(sum(power)) * losses

    def rating(rest: Power) -> float:
        return row.part_kva(times(rest, losses), whole, unit.steepness, is_tied=is_tied)

    left, found = dict(unit.feeders), list[_Moved]()
    if unit.needed_kva <= kva:
        return found
    for _ in range(len(unit.feeders)):
        if rating(power) <= kva:
            return found
        name = _next(power, left, kva, rating)
        gone = left.pop(name)
        power = together((power, times(gone, -1.0)))
        found.append(
            _Moved(
                name=name,
                unit=unit.name,
                power=times(gone, losses),
                whole=whole,
                steepness=unit.steepness,
            )
        )
    return found if rating(power) <= kva else None


def _next(
    power: Power, left: Mapping[str, Power], kva: float, rating: Callable[[Power], float]
) -> str:
    """Return the lightest feeder that is enough to go, else the heaviest."""
    order = sorted(left, key=lambda name: (abs(sum(left[name])), name))
    for name in order:
        if rating(together((power, times(left[name], -1.0)))) <= kva:
            return name
    return order[-1]
