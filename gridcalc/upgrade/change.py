"""What a measure changes, as a report says it: from what, to what, and how much of it."""

from dataclasses import dataclass

from gridcalc.catalogue import Catalogue
from gridcalc.compound.model import Compound, LvCable
from gridcalc.upgrade import lookup
from gridcalc.upgrade.applying import apply
from gridcalc.upgrade.measures import (
    AddCapacitor,
    LineMove,
    Measure,
    MoveFeeder,
    MoveToSource,
    NewSubstation,
    OrderlyCharging,
    RebalancePhases,
    ReplaceBreaker,
    ReplaceCable,
    ReplaceTransformer,
    SecondTransformer,
    SetTap,
    SplitFeeder,
)
from gridcalc.upgrade.orderly import controlled_chargers
from gridcalc.upgrade.quantities import quantities_of

ORDERLY = "orderly"
ROUND_ROBIN = "round_robin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a measure changes.

    Parameters
    ----------
    from_
        What is there today: types, settings and ids; empty where nothing is.
    to
        What is there afterwards.
    quantity, unit
        How much is changed: ``m`` of the route of a cable, ``kvar`` that are added, or ``piece``.
    """

    from_: str
    to: str
    quantity: float
    unit: str


def change_of(  # noqa: PLR0911  one line per measure
    compound: Compound, measure: Measure, *, catalogue: Catalogue
) -> Change:
    """Return what a measure changes in a compound.

    Parameters
    ----------
    compound
        Before the measure.
    measure
        The works.
    catalogue
        The equipment they name.

    Raises
    ------
    ValueError
        The measure names something that is not there, or cannot be done.

    Examples
    --------
    >>> from gridcalc.catalogue import load_catalogue
    >>> from gridcalc.compound.templates import load_template
    >>> from gridcalc.compound.templates.expanding import expand
    >>> catalogue = load_catalogue()
    >>> compound = expand(load_template("villa"), {}, catalogue=catalogue)
    >>> change_of(compound, SetTap(transformer="T1", tap=-2), catalogue=catalogue)
    Change(from_='0', to='-2', quantity=1.0, unit='piece')
    """
    after = apply(compound, [measure], catalogue=catalogue)
    match measure:
        case OrderlyCharging():
            n_chargers = sum(controlled_chargers(compound, measure).values())
            return _pieces(ORDERLY if compound.orderly_charging else "", ORDERLY, n_chargers)
        case ReplaceTransformer():
            unit = lookup.transformer(compound, measure.transformer)
            return _pieces(unit.type, measure.type)
        case ReplaceBreaker():
            device = lookup.device(compound, measure.transformer)
            return _pieces(f"{device.in_a:g} A" if device else "", measure.breaker)
        case SecondTransformer() | NewSubstation():
            return _pieces("", measure.type)
        case SetTap():
            unit = lookup.transformer(compound, measure.transformer)
            return _pieces(f"{unit.tap}", f"{measure.tap}")
        case AddCapacitor():
            return _compensation(compound, measure)
        case RebalancePhases():
            return _phases(compound, measure, catalogue)
        case ReplaceCable():
            return _cable(compound, measure)
        case MoveFeeder() | SplitFeeder() | MoveToSource():
            return _line(compound, after, measure)


def _pieces(from_: str, to: str, n: float = 1) -> Change:
    return Change(from_=from_, to=to, quantity=float(n), unit="piece")


def _compensation(compound: Compound, measure: AddCapacitor) -> Change:
    today_kvar = lookup.transformer(compound, measure.transformer).compensation_kvar or 0.0
    to = f"{today_kvar + measure.kvar:g}"
    return Change(from_=f"{today_kvar:g}", to=to, quantity=measure.kvar, unit="kvar")


def _phases(compound: Compound, measure: RebalancePhases, catalogue: Catalogue) -> Change:
    rows = (*compound.private_bays, *compound.households)
    phases = [
        str(list(row.phases))
        for row in rows
        if row.node == measure.node and isinstance(row.phases, tuple)
    ]
    moved = quantities_of(compound, measure, catalogue=catalogue)
    return _pieces(", ".join(phases), ROUND_ROBIN, sum(row.quantity for row in moved))


def _cable(compound: Compound, measure: ReplaceCable) -> Change:
    old = lookup.cable(compound, measure.cable)
    parallel = old.parallel if isinstance(old, LvCable) else 1
    return Change(
        from_=_cables(old.type, parallel),
        to=_cables(measure.type, measure.parallel),
        quantity=old.length_m,
        unit="m",
    )


def _cables(cable_type: str, parallel: int) -> str:
    return cable_type if parallel == 1 else f"{parallel} x {cable_type}"


def _line(compound: Compound, after: Compound, measure: LineMove) -> Change:
    match measure:
        case MoveFeeder():
            today = lookup.feeding_unit(compound, measure.feeder)
            n_cables = lookup.feeder(compound, measure.feeder).parallel
            return _pieces(today.id, measure.transformer, n_cables)
        case SplitFeeder():
            old, new = (lookup.lv_cable(where, measure.cable) for where in (compound, after))
            return Change(
                from_=f"{old.from_id}, {_cables(old.type, old.parallel)}",
                to=f"{new.from_id}, {_cables(new.type, new.parallel)}",
                quantity=new.length_m,
                unit="m",
            )
        case MoveToSource():
            row = lookup.mv_cable(compound, measure.cable)
            sources = {source.id for source in compound.sources}
            today_id = row.from_id if row.from_id in sources else row.to_id
            return Change(from_=today_id, to=measure.source, quantity=measure.length_m, unit="m")
