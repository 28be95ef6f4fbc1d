"""Totals of a city; expected numbers are added up by hand from the table in city_summary_cases."""

from dataclasses import replace

import pytest

from gridcalc.city.summary.elements import element_kind
from gridcalc.city.summary.entries import entry_of
from gridcalc.city.summary.ranking import ranked
from gridcalc.city.summary.records import BindingCount, Fit, MissingCount, PayerTotal, WorksTotal
from gridcalc.city.summary.summarise import summarise
from tests.unit.city_summary_cases import binding, city, failed, plan, planned, result, row


@pytest.fixture(scope="module")
def found():
    return summarise(iter(city()))


def test_compounds_are_counted_by_status_and_verdict(found):
    assert found.total.n_compounds == 6
    assert found.total.statuses == {"ok": 5, "failed": 1, "crashed": 0, "skipped": 0}
    assert found.total.verdicts == {"ready": 1, "ready_managed": 1, "upgrade": 2, "no_solution": 1}
    assert [(row.name, row.n_compounds) for row in found.outcomes] == [
        ("ready", 1),
        ("ready_managed", 1),
        ("upgrade", 2),
        ("no_solution", 1),
        ("failed", 1),
    ]


def test_households_of_a_failed_compound_are_those_of_its_row(found):
    assert found.total.n_households == 100 + 100 + 200 + 100 + 100 + 300


def test_chargers_that_fit_are_counted_where_the_number_is_known_and_never_above_the_bays(found):
    assert found.total.n_chargers_wanted == 50 + 50 + 80 + 60 + 40
    assert found.total.uncontrolled == Fit(n_compounds=4, n_wanted=200, n_fit=50 + 20 + 40 + 10)
    assert found.total.managed == Fit(n_compounds=4, n_wanted=200, n_fit=50 + 40 + 60 + 10)


def test_works_make_possible_what_does_not_fit_uncontrolled_and_all_where_that_is_not_known(found):
    # c3: 50 - 20; c4: all 80.
    assert found.total.n_enabled == 30 + 80
    assert found.total.yuan_per_charger == pytest.approx(4000 / 110, rel=1e-12)


def test_cost_per_household_is_over_the_flats_of_compounds_with_works(found):
    assert found.total.cost_yuan == 4000.0
    assert found.total.n_with_works == 2
    assert found.total.n_verified == 1
    assert found.total.yuan_per_household == pytest.approx(4000 / (100 + 200), rel=1e-12)


def test_areas_stand_in_the_order_of_the_table_and_the_silent_ones_last(found):
    assert [(row.name, row.n_compounds, row.cost_yuan) for row in found.areas] == [
        ("东区", 2, 3000.0),
        ("西区", 3, 1000.0),
        ("", 1, 0.0),
    ]
    assert found.areas[2].yuan_per_household is None
    assert found.areas[2].yuan_per_charger is None


def test_lines_policies_and_templates_are_groups_too(found):
    assert [(row.name, row.n_compounds) for row in found.groups("line")] == [
        ("L1", 2),
        ("L2", 2),
        ("", 2),
    ]
    assert [row.name for row in found.groups("template")] == ["walk-up", "high-rise", "file"]
    assert [(row.name, row.n_compounds) for row in found.groups("policy")] == [
        ("national", 5),
        ("", 1),
    ]


def test_what_binds_is_ranked_without_the_compounds_that_are_ready(found):
    # Missing: c3 30, c4 80 (number not known), c5 20; c6 30.
    assert found.bindings == (
        BindingCount(
            check="transformer.loading",
            element_kind="transformer",
            n_compounds=3,
            n_chargers_missing=130,
            scenarios={"ev-100": 2, "ev-100+ebike-50": 1},
        ),
        BindingCount(
            check="cable.loading",
            element_kind="trunk",
            n_compounds=1,
            n_chargers_missing=30,
            scenarios={"ev-100": 1},
        ),
    )


def test_payers_bear_all_of_the_cost(found):
    assert found.payers == (
        PayerTotal(payer="utility", n_compounds=2, cost_yuan=3000.0, percent=75.0),
        PayerTotal(payer="owners", n_compounds=1, cost_yuan=1000.0, percent=25.0),
    )


def test_works_are_added_up_by_kind_and_unit(found):
    assert found.works == (
        WorksTotal(kind="replace_cable", unit="m", n_compounds=2, quantity=241.0, cost_yuan=2400.0),
        WorksTotal(
            kind="replace_transformer", unit="piece", n_compounds=1, quantity=2.0, cost_yuan=1800.0
        ),
    )


def test_grades_tell_how_many_verdicts_hang_on_what_is_missing(found):
    counts = [
        (g.grade, g.n_compounds, g.n_could_flip, g.n_safe, g.n_not_known) for g in found.grades
    ]

    assert counts == [("A", 1, 0, 1, 0), ("B", 2, 1, 1, 0)]
    assert found.missing == (
        MissingCount(name="n_ebikes", n_compounds=2, n_could_flip=1),
        MissingCount(name="year", n_compounds=1, n_could_flip=0),
    )


def test_ready_compounds_go_first_then_the_cheapest_charger_and_failed_ones_last(found):
    # Yuan per charger: c4 1000 / 80 = 12.5, c3 3000 / 30 = 100.
    assert [entry.id for entry in found.ranking] == ["c2", "c4", "c3", "c5", "c6", "c7"]
    assert [entry.yuan_per_charger for entry in found.ranking] == [
        None,
        12.5,
        100.0,
        None,
        None,
        None,
    ]


def test_a_plan_that_enables_no_charger_goes_after_those_that_do():
    dear, useless = planned(2, 9e9, 1), planned(3, 1.0, 0)

    assert ranked([useless, dear]) == (dear, useless)


def test_without_prices_the_one_that_lacks_least_goes_first():
    # Fit 40 of 50, 90 of 100, none of 500: missing 20 %, 10 %, all.
    rows = [(2, 50, 40), (3, 100, 90), (4, 500, None)]
    found = ranked(
        entry_of(result(no, n_private_bays=bays, n_max_uncontrolled=fit)) for no, bays, fit in rows
    )

    assert [entry.id for entry in found] == ["c3", "c2", "c4"]


def test_of_two_that_lack_the_same_share_the_larger_goes_first():
    # Half of the bays are missing in both.
    found = ranked(
        entry_of(result(no, n_private_bays=bays, n_max_uncontrolled=bays // 2))
        for no, bays in ((2, 40), (3, 400))
    )

    assert [entry.n_private_bays for entry in found] == [400, 40]


def test_equal_compounds_are_ranked_by_id_whatever_their_order():
    rows = [planned(no, 500.0, 5) for no in (9, 12, 3)]

    assert [entry.id for entry in ranked(rows)] == ["c12", "c3", "c9"]
    assert ranked(rows) == ranked(rows[::-1])


def test_works_of_a_compound_that_is_ready_enable_nothing():
    entry = entry_of(result(2, "ready", plan=plan(0.0), n_max_uncontrolled=10))

    assert (entry.n_enabled, entry.has_works, entry.yuan_per_charger) == (0, False, None)


def test_the_order_of_the_results_changes_no_total():
    there, back = summarise(city()), summarise(city()[::-1])

    for field in ("total", "outcomes", "bindings", "payers", "works", "grades", "missing"):
        assert getattr(there, field) == getattr(back, field)
    assert there.ranking == back.ranking


def test_groups_add_up_to_the_total_to_the_fen():
    # 0.1 + 0.2 in floats is not 0.3; in fen it is.
    results = [
        result(no, of=row(no, area=f"a{no % 3}"), plan=plan(yuan))
        for no, yuan in ((2, 0.1), (3, 0.2))
    ]
    found = summarise(results)

    assert found.total.cost_yuan == 0.3
    assert sum(round(area.cost_yuan * 100) for area in found.areas) == 30


def test_an_empty_city_has_empty_totals():
    found = summarise([])

    assert found.total.n_compounds == 0
    assert found.total.yuan_per_household is None
    assert (found.areas, found.bindings, found.payers, found.ranking) == ((), (), (), ())


def test_a_city_that_failed_has_no_cost_and_a_ranking():
    found = summarise([failed(2), replace(failed(3), status="crashed")])

    assert found.total.statuses["crashed"] == 1
    assert found.total.verdicts["upgrade"] == 0
    assert [entry.outcome for entry in found.ranking] == ["failed", "crashed"]


def test_a_binding_at_an_element_with_a_name_of_its_own_is_counted_as_other():
    found = summarise([result(2, binding=binding("cable.loading", "一号楼进线"))])

    assert found.bindings[0].element_kind == "other"


@pytest.mark.parametrize(
    ("element", "kind"),
    [
        ("T12", "transformer"),
        ("T1-F10", "trunk"),
        ("T1-F10-MB3", "meter_box"),
        ("T1-F10-MB3-C", "box_cable"),
        ("T1-F2-BB1", "branch_box"),
        ("MC3", "mv_cable"),
        ("compound", "compound"),
        ("X1", "other"),
        ("", "other"),
    ],
)
def test_the_kind_of_an_element_is_told_from_its_id(element, kind):
    assert element_kind(element) == kind
