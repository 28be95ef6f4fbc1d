"""Transformers that may take the place of one, smallest first, with what each costs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gridcalc.catalogue import Transformer
from gridcalc.city.batch.planning_prices import UnitCosts
from gridcalc.city.batch.planning_records import Tools
from gridcalc.compound.model import Compound, Protection, Substation, TransformerUnit
from gridcalc.compound.templates.equipment import units_of_series
from gridcalc.upgrade.devices import main_breaker
from gridcalc.upgrade.unit_options import max_unit_kva, offered_series

_VECTOR_GROUP = "Dyn11"


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """A larger unit and what its works cost with all shares. [kVA, yuan]."""

    type: str
    sn_kva: float
    yuan: float


class Sizes:
    """Larger units by what stands there today; each list is made once."""

    def __init__(self, tools: Tools, costs: UnitCosts) -> None:
        self._tools, self._costs = tools, costs
        self._found: dict[tuple[object, ...], tuple[Size, ...]] = {}
        self._series: dict[str, tuple[Transformer, ...]] = {}

    def larger(
        self,
        compound: Compound,
        unit: TransformerUnit,
        station: Substation,
        device: Protection | None,
    ) -> tuple[Size, ...]:
        """Return the larger units that have a price; see ``unit_options.transformer_options``."""
        catalogue = self._tools.catalogue
        old = catalogue.transformers[unit.type]
        used = [catalogue.transformers[row.type] for row in compound.transformers]
        series = tuple(sorted(offered_series(old, used, self._tools.policy)))
        in_a = device.in_a if device else None
        key = (unit.type, series, station.kind, abs(unit.tap), in_a)
        found = self._found.get(key)
        if found is None:
            largest = max_unit_kva(station, self._tools.policy)
            rows = [
                row
                for row in self.of_series(series)
                if old.sn_kva < row.sn_kva <= largest and row.n_tap_steps_each_side >= abs(unit.tap)
            ]
            found = self._found[key] = tuple(self._sizes(rows, station, in_a))
        return found

    def of_series(self, series: Iterable[str]) -> tuple[Transformer, ...]:
        """Return the units of some series, by rating and name."""
        rows: list[Transformer] = []
        for name in series:
            if name not in self._series:
                units = units_of_series(name, self._tools.catalogue).values()
                self._series[name] = tuple(r for r in units if r.vector_group == _VECTOR_GROUP)
            rows += self._series[name]
        return tuple(sorted(rows, key=lambda row: (row.sn_kva, row.name)))

    def _sizes(
        self, rows: Sequence[Transformer], station: Substation, in_a: float | None
    ) -> Iterable[Size]:
        for row in rows:
            items = ["transformer_removal", f"transformer.{row.name}", "transformer_commissioning"]
            breaker = main_breaker(row, self._tools.catalogue)
            if station.kind == "prefabricated":
                items.append(f"substation_housing.{row.sn_kva:g}")
            elif in_a is not None and breaker.rated_i_a > in_a:
                items.append(f"lv_breaker.{breaker.name}")
            if all(self._costs.has(item) for item in items):
                yuan = sum(self._costs.of(item) for item in items)
                yield Size(type=row.name, sn_kva=row.sn_kva, yuan=yuan)
