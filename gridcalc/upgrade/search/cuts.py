"""From a broken limit to what every plan without it obeys."""

from collections.abc import Callable, Iterable, Iterator

from gridcalc.upgrade.search import (
    limits_device,
    limits_load,
    limits_other,
    limits_unit,
    limits_voltage,
)
from gridcalc.upgrade.search.helpers import Cut, other_new_units, other_splits
from gridcalc.upgrade.search.judge import Broken
from gridcalc.upgrade.search.space import Selection, Space
from gridcalc.upgrade.search.view import View, view_of

_Maker = Callable[[View, Broken], Iterable[Cut]]
_MAKERS: dict[str, _Maker] = {
    "transformer.loading": limits_unit.loading,
    "transformer.n_minus_1": limits_unit.n_minus_1,
    "cable.loading": limits_load.loading,
    "cable.short_circuit": limits_other.short_circuit,
    "voltage.deviation": limits_voltage.deviation,
    "voltage.unbalance": limits_voltage.unbalance,
    "protection.disconnection": limits_other.disconnection,
    "protection.breaking": limits_other.breaking,
    "protection.overload": limits_device.overload,
    "mv.open_capacity": limits_other.open_capacity,
    "mv.spare_bays": limits_other.spare_bays,
    "mv.line_capacity": limits_other.installed,
    "mv.ring_n_minus_1": limits_load.ring,
    "supply.mode": limits_other.installed,
    "charging.service": limits_other.service,
}


def cuts_of(space: Space, selection: Selection, broken: Iterable[Broken]) -> Iterator[Cut]:
    """Yield the cuts of the limits that a selection breaks.

    The selection violates every one of them. A cut without weights says that nothing in the
    space helps.

    Notes
    -----
    A cut is valid for every plan without the broken limit as long as more copper, larger units
    and fewer units behind an element never make its loading or its voltage drop worse. What is
    linearised (voltages, losses) is widened by what the second order can add; see
    docs/method/upgrade.md.
    """
    views: dict[int, View] = {}
    for row in broken:
        view = views.get(id(row.state))
        if view is None:
            view = views[id(row.state)] = view_of(space, selection, row.state)
        yield from _cuts(view, row)


def _cuts(view: View, row: Broken) -> Iterator[Cut]:
    maker = _MAKERS.get(row.finding.check)
    if maker is None:
        yield Cut(weights={}, at_least=1.0, reason=row)
        return
    element = row.finding.element
    undone = {*other_new_units(view, element), *other_splits(view, element)}
    for cut in maker(view, row):
        yield cut.or_any_of(undone) if undone else cut
