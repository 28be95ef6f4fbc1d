"""Compounds that are planned together: what they are, what was chosen, and what may be chosen."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from gridcalc.city.batch.field import Field, field_of
from gridcalc.city.batch.planning_bill import FastBills
from gridcalc.city.batch.planning_changing import Chosen, changed, part_after
from gridcalc.city.batch.planning_costs import Laid
from gridcalc.city.batch.planning_few import broken_by_units
from gridcalc.city.batch.planning_judging import Judged
from gridcalc.city.batch.planning_ladders import Ladders, Lying, lyings_of
from gridcalc.city.batch.planning_mending import LaddersOf, Mending, mend
from gridcalc.city.batch.planning_needs import without_solution
from gridcalc.city.batch.planning_prices import UnitCosts
from gridcalc.city.batch.planning_records import Asked, Tools, Transfer, Works
from gridcalc.city.batch.planning_sizes import Size, Sizes
from gridcalc.city.batch.planning_stub import stub_of, works_of
from gridcalc.compound.model import Compound
from gridcalc.network.arrays import Bools, Ints
from gridcalc.upgrade.measures import MoveFeeder


class Shop:
    """Tools, and what was looked up with them once."""

    def __init__(self, tools: Tools) -> None:
        self.tools = tools
        self.costs = UnitCosts(tools.prices)
        self.ladders = Ladders(tools, self.costs)
        self.sizes = Sizes(tools, self.costs)
        self.bills = FastBills(tools.prices)


_shops: dict[tuple[int, int, int], Shop] = {}
_MOST_SHOPS = 64


def shop_of(tools: Tools) -> Shop:
    """Return the shop of some tools; the same catalogue, pack and book have the same one."""
    key = id(tools.catalogue), id(tools.policy), id(tools.prices)
    if key not in _shops:
        if len(_shops) >= _MOST_SHOPS:
            _shops.clear()
        _shops[key] = Shop(tools)
    return _shops[key]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Group:
    """Compounds side by side with what was chosen for them.

    Attributes
    ----------
    rows
        Their positions among those asked for.
    asked, stubs, transfers
        Compounds with the transfers drawn in, their records without them, and the transfers.
    original, field
        Without and with the works chosen.
    lyings, sizes
        How each cable lies, and what may take the place of each transformer.
    """

    rows: Sequence[int]
    asked: Sequence[Asked]
    stubs: Sequence[Compound]
    transfers: Sequence[tuple[Transfer, ...]]
    original: Field
    field: Field
    lyings: Sequence[Lying]
    sizes: Sequence[Sequence[Size]]
    chosen: Chosen
    shop: Shop

    def of(self, some: Ints) -> "Group":
        """Return some of the compounds, with what was chosen for them."""
        rows = some.tolist()
        asked = [self.asked[i] for i in rows]
        original = field_of([row.part for row in asked], self.shop.tools.policy)
        cables = _moved(self.original.first_cable, original.first_cable, rows)
        units = _moved(self.original.first_trafo, original.first_trafo, rows)
        chosen = Chosen(
            cables={cables[k]: row for k, row in self.chosen.cables.items() if k in cables},
            units={units[k]: row for k, row in self.chosen.units.items() if k in units},
            taps={units[k]: row for k, row in self.chosen.taps.items() if k in units},
        )
        return Group(
            rows=[self.rows[i] for i in rows],
            asked=asked,
            stubs=[self.stubs[i] for i in rows],
            transfers=[self.transfers[i] for i in rows],
            original=original,
            field=original,
            lyings=[self.lyings[k] for k in cables],
            sizes=[self.sizes[k] for k in units],
            chosen=chosen,
            shop=self.shop,
        )

    def built(self) -> "Group":
        """Return the group with the works that are chosen."""
        field = changed(self.original, self.chosen, self.shop.tools.catalogue)
        return replace(self, field=field)

    def mend(self, now: Judged, is_open: Bools) -> Bools:
        """Choose more works; return the compounds that got some."""
        number = self.shop.tools.policy.number
        limits = (
            number("cable.max_loading_percent"),
            number("transformer.max_loading_percent"),
        )
        units = self.original.forest.network.transformers
        catalogue = self.shop.tools.catalogue.transformers
        return mend(
            Mending(
                original=self.original,
                field=self.field,
                solved=now.solved,
                families=now.families,
                asked=now.asked,
                extra=without_solution(
                    now.field, now.solved, (now.loads.p_kw, now.loads.q_kvar), limits
                ),
                vm_low_load_pu=now.vm_low_load_pu,
                ladders=LaddersOf(self.lyings, self.shop.ladders),
                sizes=self.sizes,
                max_taps=np.array([catalogue[name].n_tap_steps_each_side for name in units.types]),
                is_open=is_open,
            ),
            self.chosen,
        )

    def works(self, i: int) -> Works:
        """Return the works of one compound."""
        return works_of(self.original, self.chosen, i, self.transfers[i], self.shop.ladders)

    def laid(self, i: int, works: Works) -> Laid:
        """Return how the cables lay that are replaced, and their lengths."""
        cables, first = self.asked[i].part.network.cables, int(self.original.first_cable[i])
        return {
            name: (self.lyings[first + k], float(cables.length_m[k]))
            for k, name in enumerate(cables.ids)
            if name in works.cables
        }

    def few_broken(self, i: int) -> str:
        """Return what the units of a plan break at 10 kV; nothing where none changes."""
        first, end = self.original.first_trafo[i], self.original.first_trafo[i + 1]
        if not self.transfers[i] and not any(first <= k < end for k in self.chosen.units):
            return ""
        parts = list(self.field.parts)
        parts[i] = part_after(self.field, i)
        return broken_by_units(replace(self.field, parts=parts), i, self.shop.tools.catalogue)


def group_of(asked: Sequence[Asked], rows: Iterable[int], shop: Shop) -> Group:
    """Return compounds side by side, nothing chosen yet."""
    original = field_of([row.part for row in asked], shop.tools.policy)
    return Group(
        rows=list(rows),
        asked=asked,
        stubs=[stub_of(row.part) for row in asked],
        transfers=[()] * len(asked),
        original=original,
        field=original,
        lyings=[lying for row in asked for lying in lyings_of(row, shop.tools)],
        sizes=[size for row in asked for size in _sizes(row, shop.sizes, ())],
        chosen=Chosen(),
        shop=shop,
    )


def group_with(
    base: Group,
    rows: Sequence[int],
    asked: Sequence[Asked],
    transfers: Sequence[tuple[Transfer, ...]],
) -> Group:
    """Return some compounds of a group drawn with transfers, nothing else chosen."""
    shop = base.shop
    original = field_of([row.part for row in asked], shop.tools.policy)
    return Group(
        rows=[base.rows[i] for i in rows],
        asked=asked,
        stubs=[base.stubs[i] for i in rows],
        transfers=transfers,
        original=original,
        field=original,
        lyings=[lying for row in asked for lying in lyings_of(row, shop.tools)],
        sizes=[
            size
            for row, units in zip(asked, transfers, strict=True)
            for size in _sizes(row, shop.sizes, units)
        ],
        chosen=Chosen(),
        shop=shop,
    )


def _sizes(row: Asked, sizes: Sizes, new: Sequence[Transfer]) -> Iterator[Sequence[Size]]:
    """Yield what may take the place of each unit of a compound; nothing of new ones."""
    compound = row.part.compound
    devices = {device.element: device for device in compound.protection}
    units = {unit.id: (unit, s) for s in compound.substations for unit in s.transformers}
    fresh = {unit.transformer_id for unit in new if not isinstance(unit, MoveFeeder)}
    for name in row.part.network.transformers.ids:
        unit, station = units[name]
        known = sizes.larger(compound, unit, station, devices.get(name))
        yield () if name in fresh else known


def _moved(before: Ints, after: Ints, rows: Sequence[int]) -> dict[int, int]:
    """Return the new position of each element of some compounds by its old one."""
    return {
        int(before[i]) + k: int(after[j]) + k
        for j, i in enumerate(rows)
        for k in range(int(before[i + 1] - before[i]))
    }
