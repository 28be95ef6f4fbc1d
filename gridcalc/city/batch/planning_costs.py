"""What the works of a compound cost and who pays: the bill of the full planner, summed up."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from gridcalc.city.batch.planning_bill import FastBills
from gridcalc.city.batch.planning_ladders import Lying, alone
from gridcalc.city.batch.planning_records import Tools, Works
from gridcalc.city.records import MeasureResult, PlanResult
from gridcalc.compound.model import Compound, LvCable, MvCable
from gridcalc.cost import Quantity, payers
from gridcalc.upgrade.applying import apply
from gridcalc.upgrade.durations import works_days
from gridcalc.upgrade.measures import Measure, ReplaceCable, ReplaceTransformer
from gridcalc.upgrade.quantities import quantities_of

Laid = Mapping[str, tuple[Lying, float]]
"""How each cable lies that is replaced, and its length. [m]"""


def needed(stub: Compound, works: Works, laid: Laid, tools: Tools) -> list[Quantity]:
    """Return what works need, in the order in which they are done.

    Parameters
    ----------
    stub
        Records of the 10 kV side, of the boards and of the first cable of each feeder.
    works
        The works.
    laid
        The cables among them, before the works.
    tools
        The equipment they name.
    """
    found: list[Quantity] = []
    for unit in works.transfers:
        found += quantities_of(stub, unit, catalogue=tools.catalogue)
        stub = apply(stub, [unit], catalogue=tools.catalogue)
    for replaced in works.units.values():
        found += quantities_of(stub, replaced, catalogue=tools.catalogue)
    for name, cable in works.cables.items():
        row = _record(name, *laid[name], stub)
        found += quantities_of(alone(row, stub.sources), cable, catalogue=tools.catalogue)
    for tap in works.taps.values():
        found += quantities_of(stub, tap, catalogue=tools.catalogue)
    return found


def _record(name: str, lying: Lying, length_m: float, stub: Compound) -> LvCable | MvCable:
    if lying.is_mv:
        return next(row for row in stub.mv_cables if row.id == name)
    return LvCable.model_construct(
        id=name,
        from_id="",
        to_id="",
        type=lying.type,
        length_m=length_m,
        laying=lying.laying,
        grouping=lying.grouping,
        parallel=lying.parallel,
    )


def plan_result(
    stub: Compound, works: Works, laid: Laid, tools: Tools, bills: FastBills
) -> PlanResult:
    """Return what works cost and who pays; typical costs, by kind of works.

    Parameters
    ----------
    stub, works, laid, tools
        As in ``needed``; the compound holds all limits with these works.
    bills
        By the prices of the tools.
    """
    quantities = needed(stub, works, laid, tools)
    costs = bills.by_subject(quantities)
    build = stub.build
    split = payers(
        bills.bill(costs), policy=tools.policy, build=build.kind, category=build.category
    )
    return PlanResult(
        depth="quick",
        cost_yuan=float(sum(costs.values())),
        payers={name: float(money.typical) for name, money in split.totals_yuan.items()},
        measures=tuple(_by_kind(works, quantities, laid, bills)),
        is_verified=True,
        working_days=float(sum(works_days(row, tools.policy) for row in works.measures)),
    )


def _by_kind(
    works: Works, quantities: Sequence[Quantity], laid: Laid, bills: FastBills
) -> Iterable[MeasureResult]:
    """Yield works by kind; the cost of each kind is what it adds to the bill of those before."""
    kinds = list(dict.fromkeys(row.kind for row in works.measures))
    before = Decimal(0)
    for k, kind in enumerate(kinds):
        some = [row for row in quantities if row.measure in kinds[: k + 1]]
        sum_yuan = sum(bills.by_subject(some).values(), Decimal(0))
        rows = [row for row in works.measures if row.kind == kind]
        quantity, unit = _how_much(rows, laid)
        yield MeasureResult(
            kind=kind,
            text=_text(rows, works),
            quantity=quantity,
            unit=unit,
            cost_yuan=float(sum_yuan - before),
        )
        before = sum_yuan


def _how_much(rows: Sequence[Measure], laid: Laid) -> tuple[float, str]:
    if all(isinstance(row, ReplaceCable) for row in rows):
        return sum(laid[row.element][1] for row in rows), "m"
    return float(len(rows)), "piece"


def _named(row: Measure) -> str:
    """Return what a measure puts in: a type, a step of a tap, or where a feeder goes."""
    for name in ("type", "tap", "transformer"):
        value = getattr(row, name, None)
        if value is not None:
            return f"{value}"
    return row.element


def _text(rows: Sequence[Measure], works: Works) -> str:
    """Return counts and sizes of works of one kind."""
    if isinstance(rows[0], ReplaceCable):
        names = [
            f"{row.parallel} x {row.type}" if row.parallel > 1 else row.type
            for row in works.cables.values()
        ]
    elif isinstance(rows[0], ReplaceTransformer):
        names = [row.type for row in works.units.values()]
    else:
        names = [_named(row) for row in rows]
    return ", ".join(f"{names.count(name)} x {name}" for name in sorted(set(names)))
