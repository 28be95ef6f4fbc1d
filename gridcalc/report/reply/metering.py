"""Section of the reply sheet: metering points."""

from collections.abc import Iterator

from gridcalc.compound.application import Metering, SupplyApplication
from gridcalc.report.reply.form import Entry, Grid, Section, computed, given
from gridcalc.report.reply.scheme import SupplyScheme
from gridcalc.report.wording import Wording

_NOTHING = Metering(group="-")


def metering_section(
    scheme: SupplyScheme, application: SupplyApplication, wording: Wording
) -> Section:
    """Return the groups of metering points; what the office decides is given or left blank."""
    decided = {row.group: row for row in application.metering}
    rows = []
    for k, (kind, n, side) in enumerate(_groups(scheme, wording), start=1):
        row = decided.get(str(k), _NOTHING)
        decisions = (row.tariff, row.quota, row.accuracy, row.wiring, row.ct_accuracy, row.ct_ratio)
        rows.append((*computed(str(k), kind, str(n), side), *map(given, decisions)))
    grid = Grid(
        titles=(
            wording("Group"),
            wording("What is metered"),
            wording("Points"),
            wording("At"),
            wording("Tariff"),
            wording("Quota"),
            wording("Meter accuracy"),
            wording("Rating, wiring"),
            wording("CT accuracy"),
            wording("Ratio"),
        ),
        weights=(3, 6, 3, 4, 3, 3, 4, 4, 4, 3),
        rows=tuple(rows),
    )
    unknown = sorted(set(decided) - {str(k) for k in range(1, len(rows) + 1)})
    remarks = [Entry(_one_meter(scheme, wording))]
    if unknown:
        remarks.append(
            Entry(wording("not on this sheet: group {n}", n=wording.words(unknown)), "to_verify")
        )
    return Section(title=wording("Metering"), parts=(grid,), remarks=tuple(remarks))


def _groups(scheme: SupplyScheme, wording: Wording) -> Iterator[tuple[str, int, str]]:
    compound = scheme.compound
    box = wording("meter box, 0.4 kV")
    n_flats = sum(row.count for row in compound.households)
    if compound.one_household_one_meter is False:
        yield wording("households together (combined meter)"), len(compound.transformers), "0.4 kV"
    elif n_flats:
        yield wording("households, each on its own"), n_flats, box
    n_private = sum(row.count for row in compound.private_bays)
    if n_private:
        yield wording("private chargers, one on every bay"), n_private, box
    n_public = sum(row.count for row in compound.public_bays)
    if n_public:
        yield wording("public bays, by station"), len(compound.public_bays), "0.4 kV"
    if compound.ebikes:
        yield wording("e-bike sheds"), len(compound.ebikes), "0.4 kV"
    if compound.public_loads:
        nodes = {row.node for row in compound.public_loads}
        yield wording("common loads"), len(nodes), "0.4 kV"


def _one_meter(scheme: SupplyScheme, wording: Wording) -> str:
    own = scheme.compound.one_household_one_meter
    if own is None:
        return wording("One household one meter: not given.")
    return wording(
        "One household one meter: {said}.", said=wording("yes") if own else wording("no")
    )
