"""Plans made by hand for the tests of their report: real bills and payers, no search.

Typical prices of ``national-2025`` without surcharges: a controller at 15 000 and 30 modules at 250
are 22 500; a transformer S20-800 at 102 000 with removal at 4 000 and test at 5 000 is 109 000;
100 m of cable at 836 in 100 m of new duct at 300 are 113 600. Together 224 600 without control.
"""

from dataclasses import replace

from gridcalc.compound.model import Compound
from gridcalc.cost import Bill, PriceBook, Quantity, bill_of_quantities, payers
from gridcalc.notes import note
from gridcalc.outcome import Binding
from gridcalc.planning.records import (
    Answer,
    Blocking,
    PlanSettings,
    PriceCheck,
    Stage,
    Upgrade,
    Works,
)
from gridcalc.policy import PolicyPack
from gridcalc.provenance import Assumption
from gridcalc.upgrade.change import Change
from gridcalc.upgrade.measures import OrderlyCharging, ReplaceCable, ReplaceTransformer
from gridcalc.upgrade.options import Rejected
from tests.unit.report_cases import BROKEN, day_run, run, study

CONTROL_YUAN = 22_500
TRANSFORMER_YUAN = 111_000
CABLE_YUAN = 113_600
CABLE = "YJV22-0.6/1-4x240"

BLOCKED = Blocking(scenario="ev-100", charging="uncontrolled", finding=BROKEN)
REJECTED = tuple(
    Rejected(
        kind="second_transformer",
        element=f"PD{k}",
        reason=note("a prefabricated substation has no room for one more unit"),
    )
    for k in range(1, 6)
)
ASSUMED = (
    Assumption(
        name="payer.orderly_control",
        value=("utility", "operator"),
        unit="-",
        source="project-assumption",
        confidence="assumed",
    ),
)


def quantity(measure, item, element, amount, unit, subject):
    return Quantity(
        item=item,
        element=element,
        measure=measure,
        quantity=float(amount),
        unit=unit,
        payer_subject=subject,
    )


def _works(book, measure, change, days, *rows):
    quantities = tuple(quantity(measure.kind, *row) for row in rows)
    return Works(
        measure=measure,
        change=change,
        quantities=quantities,
        cost_yuan=bill_of_quantities(quantities, book).cost_yuan,
        working_days=days,
    )


def control(book, n=30):
    return _works(
        book,
        OrderlyCharging(),
        Change(from_="", to="orderly", quantity=n, unit="piece"),
        10,
        ("orderly.controller", "T1", 1, "piece", "orderly_control"),
        ("orderly.charger", "T1", n, "piece", "orderly_control"),
    )


def transformer(book):
    return _works(
        book,
        ReplaceTransformer(transformer="T1", type="S20-800"),
        Change(from_="S20-630", to="S20-800", quantity=1, unit="piece"),
        3,
        ("transformer.S20-800", "T1", 1, "piece", "mv_inside_red_line"),
        ("transformer_removal", "T1", 1, "piece", "mv_inside_red_line"),
        ("transformer_commissioning", "T1", 1, "piece", "mv_inside_red_line"),
    )


def cable(book, name="F1", *, duct="laying.duct"):
    return _works(
        book,
        ReplaceCable(cable=name, type=CABLE, parallel=2, breaker=None),
        Change(from_=CABLE, to=f"2 x {CABLE}", quantity=100, unit="m"),
        5,
        (f"cable_lv.{CABLE}", name, 100, "m", "lv_before_meter"),
        (duct, name, 100, "m", "lv_civil"),
    )


def bill_of(works, book) -> Bill:
    return bill_of_quantities([q for row in works for q in row.quantities], book)


def answer(compound, policy, book, strategy, works=(), **changed) -> Answer:
    """Return a plan of some works that is proved cheapest, unless it is changed."""
    bill = bill_of(works, book)
    typical = float(bill.cost_yuan.typical)
    usual = Answer(
        strategy=strategy,
        works=tuple(works),
        bill=bill,
        split=split_of(bill, compound, policy),
        lower_bound_yuan=typical,
        gap_percent=0.0,
        verdict_after="ready",
        blocked_by=(),
        price_checks=_same(bill) if works else (),
        n_judged=17,
        compound_after=compound,
        study_after=study(run()),
    )
    return replace(usual, **changed)


def no_plan(compound, policy, book, strategy, *blocked_by) -> Answer:
    return answer(
        compound,
        policy,
        book,
        strategy,
        lower_bound_yuan=None,
        gap_percent=None,
        verdict_after="no_solution",
        blocked_by=blocked_by or (BLOCKED,),
        study_after=None,
    )


def split_of(bill, compound, policy):
    build = compound.build
    return payers(bill, policy=policy, build=build.kind, category=build.category)


def _same(bill):
    return tuple(
        PriceCheck(
            end=end,
            plan_yuan=float(cost),
            cheapest_yuan=float(cost),
            same_plan=True,
            lower_bound_yuan=float(cost),
        )
        for end, cost in (("low", bill.cost_yuan.low), ("high", bill.cost_yuan.high))
    )


def stage(compound, policy, book, percent, works, **changed) -> Stage:
    bill = bill_of(works, book)
    usual = Stage(
        bays_percent=percent,
        scenario=f"ev-{percent}",
        works=tuple(works),
        bill=bill,
        split=split_of(bill, compound, policy),
        cumulative_yuan=bill.cost_yuan,
        cheapest_alone_yuan=bill.cost_yuan,
        extra_yuan=0.0,
    )
    return replace(usual, **changed)


def upgrade(
    compound: Compound, policy: PolicyPack, book: PriceBook, settings=None, **changed
) -> Upgrade:
    """Return the usual outcome: control is cheapest, copper does it too, both prices agree."""
    controlled = [control(book)]
    copper = [transformer(book), cable(book)]
    at = (compound, policy, book)
    usual = Upgrade(
        compound=compound,
        policy=policy,
        prices=book,
        settings=settings or PlanSettings(),
        before=study(
            run("ev-100", BROKEN),
            day_run("managed"),
            compound_id=compound.id,
            compound_name=compound.name,
            policy=policy.id,
            verdict="ready_managed",
            binding=Binding(scenario="ev-100", finding=BROKEN),
        ),
        answers=(
            answer(*at, "no_control", copper),
            answer(*at, "orderly", controlled, verdict_after="ready_managed"),
            answer(*at, "least_cost", controlled, verdict_after="ready_managed"),
        ),
        stages=(
            stage(*at, 30, controlled),
            stage(*at, 100, [], cumulative_yuan=bill_of(controlled, book).cost_yuan),
        ),
        rejected=REJECTED,
        assumptions=ASSUMED,
    )
    return replace(usual, **changed)
