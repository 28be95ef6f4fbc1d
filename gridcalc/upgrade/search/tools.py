"""Next steps of a search: the cheapest selection, its feeders dealt out, guesses about sizes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from gridcalc.upgrade.search.capacity import Capacity
from gridcalc.upgrade.search.helpers import Cut
from gridcalc.upgrade.search.judge import Broken, Criteria
from gridcalc.upgrade.search.learned import Record
from gridcalc.upgrade.search.master import Cheapest, Known, balanced, cheapest
from gridcalc.upgrade.search.patterns import rating_of
from gridcalc.upgrade.search.pricing import Costs
from gridcalc.upgrade.search.space import Selection, Space, Var, unit_place
from gridcalc.upgrade.search.watch import SearchStoppedError, Standing, Watch

_SOME_KVA = 1e-3
_PART = 0.7
"""Part of a lack of capacity that the next try adds at least. [-]"""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tools:
    """What a search works with."""

    space: Space
    criteria: Criteria
    costs: Costs
    allowed: frozenset[Var] | None
    gap: float
    watch: Watch

    def look_up(self, record: Record) -> None:
        """Tell how far the search is, before the next step.

        Raises
        ------
        SearchStoppedError
            A plan is at hand, and whoever watches wants no further step.
        """
        has_plan = record.plan is not None
        self.watch.told(
            Standing(
                n_judged=record.n_judged,
                plan_yuan=record.plan_yuan if has_plan else None,
                bound_yuan=record.bound_yuan,
            )
        )
        if (has_plan or self.watch.has_plan) and self.watch.stopped():
            raise SearchStoppedError

    def cheapest(self, record: Record, guesses: Sequence[Cut]) -> Cheapest | None:
        """Return the cheapest selection by what is known, and by some guesses.

        Without guesses its bound is proven.
        """
        self.look_up(record)
        best = self._cheapest(record, guesses)
        while best is not None and record.recall(self.space, best.selection):
            best = self._cheapest(record, guesses)
        if best is not None and not guesses:
            record.bound_yuan = max(best.bound_yuan, record.bound_yuan or 0.0)
        return best

    def _cheapest(self, record: Record, guesses: Sequence[Cut]) -> Cheapest | None:
        known = Known(cuts=[*record.cuts, *guesses], patterns=record.patterns)
        return cheapest(self.space, self.costs, known, self.allowed, gap=self.gap)

    def built(self, record: Record, selection: Selection) -> list[Capacity]:
        """Return the capacities of the units that a selection has, in its ratings."""
        return [
            replace(row, over=record.over.get((row.unit, row.rating_kva), 1.0))
            for row in record.capacities
            if rating_of(self.space, selection, row.unit) == row.rating_kva
        ]

    def options_of(self, row: Capacity) -> Iterator[Var]:
        """Yield the options that give a unit a rating; the present one too."""
        place = unit_place(row.unit)
        for k in range(self.space.n_options(place) if place in self.space.places else 0):
            if rating_of(self.space, {place: k}, row.unit) == row.rating_kva:
                yield place, k

    def balanced(
        self, record: Record, guesses: Sequence[Cut], selection: Selection
    ) -> tuple[Selection, float]:
        """Return the selection with its feeders dealt out anew, and how full units are."""
        here = self.built(record, selection)
        if not here:
            return selection, 0.0
        while True:
            known = Known(cuts=[*record.cuts, *guesses], patterns=record.patterns)
            dealt = balanced(self.space, self.costs, known, here, selection, self.allowed)
            if not record.recall(self.space, dealt[0]):
                return dealt


def with_losses(record: Record) -> list[Cut]:
    """Return the capacities of units less what feeders add beyond the least, as far as seen.

    It may be wrong, because it was learned from other plans. So it leads to a plan and never
    counts for the lower bound.
    """
    most: dict[str, float] = {}
    stations = {row.unit: row.station for row in record.capacities}
    for (unit, _), over in record.over.items():
        if unit in stations:
            most[stations[unit]] = max(over, most.get(stations[unit], 1.0))
    return [_narrowed(row, most[row.station]) for row in record.capacities if row.station in most]


def _narrowed(row: Capacity, over: float) -> Cut:
    weights = {
        var: weight / over if var[0] == unit_place(row.unit) else weight
        for var, weight in row.cut.weights.items()
    }
    at_least = row.cut.at_least + row.capacity_kva - row.capacity_kva / over
    return Cut(weights=weights, at_least=at_least, reason=row.cut.reason)


def calibrate(record: Record, tools: Tools, tried: Selection, broken: Sequence[Broken]) -> None:
    """Note how much heavier units were loaded than by what their feeders add at least."""
    for row in broken:
        finding = row.finding
        if finding.check != "transformer.loading":
            continue
        for entry in tools.built(record, tried):
            if entry.unit == finding.element and entry.fill(tried) > 0:
                over = finding.utilisation / entry.fill(tried)
                key = (entry.unit, entry.rating_kva)
                record.over[key] = max(record.over.get(key, 1.0), over)


def larger_units(tools: Tools, tried: Selection, record: Record) -> Iterator[Cut]:
    """Yield that units that are too small however feeders are dealt out have to be larger.

    It may be wrong, because losses were learned from other plans. So it leads to a plan and
    never counts for the lower bound.

    Parameters
    ----------
    tools, record
        Of the search.
    tried
        A selection whose feeders are dealt out as well as can be.
    """
    here = tools.built(record, tried)
    for station in sorted({row.station for row in here}):
        mine = [row for row in here if row.station == station]
        lack = sum(max(row.fill(tried) * row.over - 1, 0.0) * row.capacity_kva for row in mine)
        if lack <= 0:
            continue
        weights = {
            var: row.capacity_kva
            for row in record.capacities
            if row.station == station
            for var in tools.options_of(row)
        }
        changeable = sum(row.capacity_kva for row in mine if any(tools.options_of(row)))
        reason = mine[0].cut.reason
        yield Cut(weights=weights, at_least=changeable + _PART * lack + _SOME_KVA, reason=reason)
