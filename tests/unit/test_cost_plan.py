"""Plan files: read completely or refused with every problem, and written as they are read."""

import pytest

from gridcalc.cost import Plan, Quantity, load_price_book, plan_text, read_plan
from gridcalc.cost.plan import price_problems
from gridcalc.errors import InputError
from tests.unit.cost_cases import works

PLAN = """\
gridcalc_plan: 1
compound: riverside.yaml
policy: fujian-2024
build: existing
category: old_courtyard
quantities:
  - {item: meter_box, element: CB1, measure: meters, quantity: 4, unit: piece,
     payer_subject: meter_and_box}
"""


def problems_of(text: str) -> dict[str, str]:
    with pytest.raises(InputError) as caught:
        read_plan(text, file="plan.yaml")
    return {problem.key: problem.message for problem in caught.value.problems}


def test_a_plan_is_read_as_it_stands():
    plan = read_plan(PLAN, file="plan.yaml")

    assert (plan.compound, plan.policy, plan.build, plan.category, plan.prices) == (
        *("riverside.yaml", "fujian-2024", "existing", "old_courtyard", None),
    )
    assert plan.quantities == (
        Quantity(
            item="meter_box",
            element="CB1",
            measure="meters",
            quantity=4.0,
            unit="piece",
            payer_subject="meter_and_box",
        ),
    )


@pytest.mark.parametrize(("build", "category"), [("new", None), ("existing", "combined_meter")])
def test_a_plan_that_is_written_reads_back_as_the_same(build, category):
    plan = Plan(
        compound="小区: 一期",
        policy="changji-2026",
        build=build,
        category=category,
        prices="our prices.yaml",
        note='says "yes"',
        quantities=works(),
    )

    assert read_plan(plan_text(plan), file="plan.yaml") == plan


def test_all_faults_of_a_plan_are_in_one_error():
    text = (
        PLAN.replace("build: existing", "build: old")
        .replace("quantity: 4", "quantity: -4")
        .replace("payer_subject: meter_and_box", "payer_subject: meters, phase: a")
        .replace("policy: fujian-2024\n", "")
    )

    found = problems_of(text)

    assert set(found) == {
        "build",
        "policy",
        "quantities[0].quantity",
        "quantities[0].payer_subject",
        "quantities[0].phase",
    }


def test_an_existing_compound_needs_its_category():
    assert set(problems_of(PLAN.replace("category: old_courtyard\n", ""))) == {"build"}


def test_a_plan_without_quantities_is_refused():
    head = PLAN.split("quantities:", maxsplit=1)[0]

    assert set(problems_of(head + "quantities: []\n")) == {"quantities"}


def test_lines_that_a_book_cannot_price_are_named_in_the_plan():
    text = PLAN.replace("meter_box,", "meter_bocks,") + (
        "  - {item: drilling, element: X, measure: m, quantity: 1, unit: piece,"
        " payer_subject: lv_civil}\n"
    )

    found = list(price_problems(text, load_price_book("national-2025"), file="plan.yaml"))

    assert [(p.line, p.key) for p in found] == [
        (7, "quantities[0].item"),
        (9, "quantities[1].unit"),
    ]
    assert "the nearest is 'meter_box'" in found[0].message
    assert "it is priced per m" in found[1].message
