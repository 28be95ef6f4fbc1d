"""Results of a small made-up city."""

from typing import Any

from gridcalc.city.records import (
    BindingResult,
    CityResult,
    CityRow,
    DataGrade,
    MeasureResult,
    PlanResult,
)
from gridcalc.city.summary.entries import entry_of
from gridcalc.city.summary.records import CityEntry


def row(no: int, **more: Any) -> CityRow:
    facts = {"row": no, "id": f"c{no}", "name": f"小区{no}", "template": "walk-up", **more}
    return CityRow(**facts)


def plan(cost_yuan: float, **more: Any) -> PlanResult:
    facts = {
        "depth": "quick",
        "cost_yuan": cost_yuan,
        "payers": {"utility": cost_yuan},
        "measures": (),
        "is_verified": True,
        **more,
    }
    return PlanResult(**facts)


def measure(kind: str, quantity: float, unit: str, cost_yuan: float) -> MeasureResult:
    return MeasureResult(kind=kind, text="", quantity=quantity, unit=unit, cost_yuan=cost_yuan)


def binding(
    check: str, element: str, scenario: str = "ev-100", utilisation: float = 1.2
) -> BindingResult:
    return BindingResult(
        scenario=scenario,
        check=check,
        element=element,
        value=102.0,
        limit=85.0,
        unit="%",
        utilisation=utilisation,
    )


def grade(letter: str, *missing: str, could_flip: bool | None = None) -> DataGrade:
    return DataGrade(grade=letter, given_percent=50.0, missing=missing, could_flip=could_flip)


def result(
    no: int, verdict: str = "upgrade", *, of: CityRow | None = None, **more: Any
) -> CityResult:
    facts: dict[str, Any] = {
        "row": of or row(no),
        "status": "ok",
        "policy": "national",
        "verdict": verdict,
        "n_households": 100,
        "n_private_bays": 50,
        **more,
    }
    return CityResult(**facts)


def failed(no: int, **more: Any) -> CityResult:
    return CityResult(row=row(no, **more), status="failed", error="the template is not known")


def planned(no: int, cost_yuan: float, n_enabled: int) -> CityEntry:
    """Return a compound whose works make so many chargers possible, and none fits before."""
    found = result(no, n_private_bays=n_enabled, n_max_uncontrolled=0, plan=plan(cost_yuan))
    return entry_of(found)


def city() -> list[CityResult]:
    """Return six compounds in two areas; the hand calculations of the tests start from these.

    =====  =====  ==============  ====  ====  =======  =====  ==================
    id     area   verdict         bays  fits  managed  yuan   decides
    =====  =====  ==============  ====  ====  =======  =====  ==================
    c2     东区   ready             50    50       50   0     cable.loading T1-F1
    c3     东区   upgrade           50    20       40   3000  transformer.loading T1
    c4     西区   upgrade           80     -        -   1000  transformer.loading T2
    c5     西区   ready_managed     60    40       60   -     transformer.loading T1
    c6     -      no_solution       40    10       10   -     cable.loading T1-F1
    c7     西区   failed
    =====  =====  ==============  ====  ====  =======  =====  ==================
    """
    transformer, cable = "transformer.loading", "cable.loading"
    both = (
        measure("replace_transformer", 2, "piece", 1800.0),
        measure("replace_cable", 120.5, "m", 1200.0),
    )
    return [
        result(
            2,
            "ready",
            of=row(2, area="东区", line="L1"),
            n_max_uncontrolled=50,
            n_max_managed=50,
            binding=binding(cable, "T1-F1", utilisation=0.9),
            data=grade("A", could_flip=False),
        ),
        result(
            3,
            of=row(3, area="东区", line="L1"),
            n_max_uncontrolled=20,
            n_max_managed=40,
            binding=binding(transformer, "T1"),
            plan=plan(3000.0, payers={"utility": 2000.0, "owners": 1000.0}, measures=both),
            data=grade("B", "n_ebikes", could_flip=True),
        ),
        result(
            4,
            of=row(4, area="西区", line="L2", template="high-rise"),
            n_households=200,
            n_private_bays=80,
            binding=binding(transformer, "T2", "ev-100+ebike-50"),
            plan=plan(1000.0, measures=both[1:], is_verified=False),
            data=grade("B", "n_ebikes", "year", could_flip=False),
        ),
        result(
            5,
            "ready_managed",
            of=row(5, area="西区", line="L2"),
            n_private_bays=60,
            n_max_uncontrolled=40,
            n_max_managed=70,
            binding=binding(transformer, "T1"),
        ),
        result(
            6,
            "no_solution",
            of=row(6, template=None, file="c6.yaml"),
            n_private_bays=40,
            n_max_uncontrolled=10,
            n_max_managed=10,
            binding=binding(cable, "T1-F1"),
        ),
        failed(7, area="西区", n_households=300),
    ]
