"""What a broken limit teaches a search: cuts, guides, loads that feeders add together."""

from collections.abc import Sequence

from gridcalc.checks.run import LOAD_CHECKS
from gridcalc.upgrade.lookup import substation_of
from gridcalc.upgrade.search.capacity import capacities
from gridcalc.upgrade.search.cuts import cuts_of
from gridcalc.upgrade.search.fixed_days import fixed_days, station_days
from gridcalc.upgrade.search.helpers import Cut
from gridcalc.upgrade.search.judge import Broken, heaviest_unhelped
from gridcalc.upgrade.search.learned import Record
from gridcalc.upgrade.search.patterns import patterns_of
from gridcalc.upgrade.search.space import Selection, Space
from gridcalc.upgrade.search.tools import Tools

_OF_LOAD = frozenset(row.__name__.replace("_", ".", 1) for row in LOAD_CHECKS) - {"supply.mode"}
"""Checks whose limits are a matter of strength; the other limits no works here can change."""


def learn(
    tools: Tools, selection: Selection, broken: Sequence[Broken], record: Record
) -> tuple[Broken, ...]:
    """Add the cuts of broken limits; return those that nothing in the space can mend.

    A limit that is no matter of strength, such as the floor of a substation, is left as it is
    and told.
    """
    hopeless: list[Broken] = []
    space = tools.space
    if record.base is None and not selection:
        record.base = heaviest_unhelped(tools.criteria, broken[0].state)
    _combine(space, broken, record)
    _add_days(tools, selection, broken, record)
    for cut in cuts_of(space, selection, broken):
        if cut.is_guide:
            _guide(record, cut)
        elif cut.can_be_met:
            record.cuts.append(cut)
        elif cut.reason.finding.check in _OF_LOAD:
            hopeless.append(cut.reason)
        else:
            record.left_open[cut.reason.finding.key] = cut.reason
    return tuple(hopeless)


def _guide(record: Record, guide: Cut) -> None:
    if record.may_guide and guide.can_be_met:
        record.guides.append(guide)


def _combine(space: Space, broken: Sequence[Broken], record: Record) -> None:
    """Add what feeders of substations with too small units load a transformer with together."""
    base = record.base
    if base is None or base.facts.days is not None:
        return
    units = {unit.id for unit in space.compound.transformers}
    for row in broken:
        finding = row.finding
        if finding.check != "transformer.loading" or finding.element not in units:
            continue
        station = substation_of(space.compound, finding.element).id
        if station not in record.combined:
            record.combined.add(station)
            found = list(capacities(space, base, station, row))
            record.waiting += patterns_of(space, base, station)
            record.capacities += found
            record.cuts += [entry.cut for entry in found]


def _add_days(tools: Tools, selection: Selection, broken: Sequence[Broken], record: Record) -> None:
    """Be guided by what nobody controls on simulated days that overload a unit."""
    space = tools.space
    if record.as_is is None and not selection and broken[0].state.facts.days is not None:
        record.as_is = broken[0].state
    if record.as_is is None or space.compound.metered:
        return
    units = {unit.id for unit in space.compound.transformers}
    known = {unit for row in record.on_days for unit in row.units}
    for row in broken:
        finding, facts = row.finding, row.state.facts
        of_unit = finding.check == "transformer.loading" and finding.element in units - known
        if facts.days is None or not of_unit:
            continue
        if record.fixed is None:
            record.fixed = fixed_days(record.as_is, tools.criteria)
        station = substation_of(space.compound, finding.element).id
        added = station_days(space, record.fixed, station, row)
        known |= set(added.units)
        record.on_days.append(added)
        for guide in added.totals():
            if guide.at_least > 0:
                _guide(record, guide)
    for loaded in record.on_days:
        for guide in loaded.covers(selection):
            _guide(record, guide)
