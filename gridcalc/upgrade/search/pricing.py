"""What options cost, each on its own: the objective of the search."""

from dataclasses import dataclass, field, replace
from typing import Literal

from gridcalc.cost import Money, bill_of_quantities
from gridcalc.upgrade.measures import Measure, MoveFeeder, NewSubstation, SecondTransformer
from gridcalc.upgrade.quantities import quantities_of
from gridcalc.upgrade.search.space import (
    KEEP,
    Selection,
    Space,
    Var,
    feeder_of,
)

PriceLevel = Literal["low", "typical", "high"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Costs:
    """Costs of the options of a space at one end of the price range [yuan].

    Surcharges are shares of what they are charged on, so that the costs of options add up to the
    bill of the plan but for the rounding of single lines.
    """

    space: Space
    level: PriceLevel = "typical"
    known: dict[Var, Money] = field(default_factory=dict)

    def at(self, level: PriceLevel) -> "Costs":
        """Return the same costs at another end of the range; what is known stays known."""
        return replace(self, level=level)

    def yuan(self, var: Var) -> float:
        """Return the cost of an option [yuan].

        Raises
        ------
        InputError
            The price book lacks an item.
        """
        if var[1] == KEEP:
            return 0.0
        if var not in self.known:
            self.known[var] = self._money(var)
        return float(getattr(self.known[var], self.level))

    def plan_yuan(self, selection: Selection) -> float:
        """Return the cost of a selection [yuan]."""
        return sum(self.yuan(var) for var in sorted(selection.items()))

    def _money(self, var: Var) -> Money:
        place, position = var
        feeder = feeder_of(place)
        if feeder:
            return self._transfer(feeder, self.space.homes[feeder].targets[position])
        option = self.space.option(place, position)
        if isinstance(option, SecondTransformer | NewSubstation):
            first = self._feeders(option)[0]
            one = self._bill(replace(option, feeders=(first,)))
            return one - self._transfer(first, option.transformer_id)
        if option is None:
            raise ValueError(f"{place} has no option {position}")
        return self._bill(option)

    def _feeders(self, option: SecondTransformer | NewSubstation) -> tuple[str, ...]:
        unit = option.transformer_id
        homes = self.space.homes.values()
        return tuple(sorted(home.feeder for home in homes if unit in home.targets))

    def _transfer(self, feeder: str, unit: str) -> Money:
        """Return what one feeder more costs at a unit."""
        place = self.space.new_units.get(unit)
        if place is None:
            return self._bill(MoveFeeder(feeder=feeder, transformer=unit))
        option = self.space.places[place].options[KEEP + 1]
        if not isinstance(option, SecondTransformer | NewSubstation):
            raise TypeError(f"{place} is no new unit")
        return self._one_more(option, feeder)

    def _one_more(self, option: SecondTransformer | NewSubstation, feeder: str) -> Money:
        others = [name for name in self._feeders(option) if name != feeder]
        if not others:
            bare = self._bill(replace(option, feeders=(feeder,)))
            return bare - bare
        alone = self._bill(replace(option, feeders=(others[0],)))
        both = self._bill(replace(option, feeders=(others[0], feeder)))
        return both - alone

    def _bill(self, measure: Measure) -> Money:
        rows = quantities_of(self.space.compound, measure, catalogue=self.space.catalogue)
        return bill_of_quantities(rows, self.space.prices).cost_yuan
