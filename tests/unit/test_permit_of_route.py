"""Permit classes: the texts of Ningxia (item 4) and Wujiang (item 2), and made-up classes."""

from dataclasses import replace
from math import nan
from typing import Any

import pytest

from gridcalc.policy import PolicyPack, load_policy
from gridcalc.policy.permit_of_route import (
    RouteFacts,
    permit_of,
    survey_margin_m,
    threshold_m,
)
from gridcalc.policy.values import FrozenMapping

SHORT = RouteFacts(voltage_kv=10, reg_length_m=120)


def _pack(*classes: dict[str, Any], **rules: object) -> PolicyPack:
    base = load_policy("national")
    row = replace(base.rule("permit.classes"), value=tuple(_class(**c) for c in classes))
    changed = {name.replace("__", "."): value for name, value in rules.items()}
    other = {name: replace(base.rule(name), value=value) for name, value in changed.items()}
    return replace(base, rules={**base.rules, "permit.classes": row, **other})


def _class(**given: Any) -> FrozenMapping[str, Any]:
    empty: dict[str, Any] = {
        "id": "c",
        "kind": "filing",
        "voltage_kv_max": None,
        "max_reg_length_m": None,
        "boundary": "<=",
        "max_green_m2": None,
        "forbid_along": (),
        "forbid_crossing": (),
        "forbid_important_infrastructure": False,
        "confirm_crossing": (),
        "min_road_age_years": None,
        "working_days": None,
        "exempt_permits": (),
        "conditions": (),
        "clause": "",
    }
    return FrozenMapping({**empty, **given})


APPROVAL = {"id": "rest", "kind": "approval", "working_days": 7}


def test_ningxia_files_500_m_and_approves_more_in_three_days():
    pack = load_policy("ningxia-2025")
    at, above = (permit_of(RouteFacts(voltage_kv=10, reg_length_m=m), pack) for m in (500.0, 500.1))

    assert (at.kind, at.working_days, at.margin_m) == ("filing", 0, 0)
    assert (above.kind, above.working_days, above.excluded_by) == ("approval", 3, None)
    assert at.rule.clause == "二、重点任务 4"
    assert "planning" in at.exempt_permits
    assert above.exempt_permits == ()


@pytest.mark.parametrize("road", ["primary_road", "secondary_road"])
def test_wujiang_approves_what_runs_along_main_and_secondary_roads(road: str):
    facts = replace(SHORT, along_m={road: 1.0})

    permit = permit_of(facts, load_policy("wujiang-2021"))

    assert (permit.kind, permit.excluded_by, permit.working_days) == ("approval", road, 5)


def test_wujiang_files_along_local_roads_and_across_main_roads():
    facts = replace(SHORT, along_m={"local_road": 99.0}, crossings=frozenset({"primary_road"}))

    assert permit_of(facts, load_policy("wujiang-2021")).kind == "filing"


def test_important_infrastructure_excludes_filing_in_wujiang():
    permit = permit_of(replace(SHORT, important_m=12.0), load_policy("wujiang-2021"))

    assert permit.excluded_by == "important_infrastructure"


def test_a_corridor_of_unknown_kind_is_never_filed_silently():
    facts = replace(SHORT, along_m={"unknown": 40.0})

    permit = permit_of(facts, load_policy("wujiang-2021"))

    assert (permit.kind, permit.confirm) == ("needs_confirmation", ("corridor_kind",))
    assert permit.working_days is None
    assert permit.max_working_days == 5


def test_the_worst_of_what_is_known_goes_before_what_is_not():
    """A definite exclusion makes the unknown corridor irrelevant."""
    facts = replace(SHORT, along_m={"unknown": 40.0, "primary_road": 3.0})

    assert permit_of(facts, load_policy("wujiang-2021")).kind == "approval"


def test_without_a_local_rule_every_route_needs_confirmation():
    permit = permit_of(SHORT, load_policy("national"))

    assert (permit.kind, permit.threshold_m) == ("needs_confirmation", None)
    assert permit.confirm == ("permit.classes",)
    assert permit.margin_m is None


@pytest.mark.parametrize("pack", ["ningxia-2025", "wujiang-2021"])
def test_a_railway_that_is_crossed_is_never_filed_silently(pack: str):
    """Ningxia 二、重点任务 4 lists roads, green land, traffic; Wujiang excludes important works."""
    permit = permit_of(replace(SHORT, crossings=frozenset({"railway"})), load_policy(pack))

    assert (permit.kind, permit.confirm) == ("needs_confirmation", ("railway",))


def test_a_river_is_not_among_what_ningxia_lists_for_filing():
    permit = permit_of(replace(SHORT, crossings=frozenset({"river"})), load_policy("ningxia-2025"))

    assert (permit.kind, permit.confirm) == ("needs_confirmation", ("river",))


@pytest.mark.parametrize(("length_m", "kind"), [(99.9, "filing"), (100.0, "approval")])
def test_a_boundary_that_excludes_its_length(length_m: float, kind: str):
    pack = _pack({"max_reg_length_m": 100.0, "boundary": "<", "working_days": 0}, APPROVAL)

    assert permit_of(replace(SHORT, reg_length_m=length_m), pack).kind == kind


@pytest.mark.parametrize(("green_m2", "kind"), [(15.0, "filing"), (15.5, "approval")])
def test_green_land_has_a_limit_of_its_own(green_m2: float, kind: str):
    pack = _pack({"max_green_m2": 15.0, "working_days": 0}, APPROVAL)

    assert permit_of(replace(SHORT, green_m2=green_m2), pack).kind == kind


@pytest.mark.parametrize(
    ("built", "year", "kind"),
    [
        (2020.0, 2026, "filing"),
        (2022.0, 2026, "approval"),
        (nan, 2026, "needs_confirmation"),
        (2020.0, None, "needs_confirmation"),
        (None, None, "filing"),
    ],
)
def test_young_roads_are_not_opened_without_approval(
    built: float | None, year: int | None, kind: str
):
    pack = _pack({"min_road_age_years": 5.0, "working_days": 0}, APPROVAL)

    permit = permit_of(replace(SHORT, youngest_road_year=built), pack, year=year)

    assert permit.kind == kind


def test_green_land_at_its_limit_is_within_it_whatever_the_last_digit():
    pack = _pack({"max_green_m2": 40.0}, APPROVAL)

    assert permit_of(replace(SHORT, green_m2=40.0 + 1e-9), pack).kind == "filing"


@pytest.mark.parametrize("asked", ["forbid_crossing", "confirm_crossing"])
def test_crossing_a_road_of_unknown_kind_is_never_filed_silently(asked: str):
    pack = _pack({asked: ("primary_road",)}, APPROVAL)

    permit = permit_of(replace(SHORT, crossings=frozenset({"unknown"})), pack)

    assert (permit.kind, permit.confirm) == ("needs_confirmation", ("corridor_kind",))


def test_a_class_for_lower_voltage_does_not_take_a_10_kv_line():
    pack = _pack({"voltage_kv_max": 1.0, "working_days": 0}, APPROVAL)

    permit = permit_of(SHORT, pack)

    assert (permit.kind, permit.excluded_by) == ("approval", "voltage")


def test_a_tolerance_along_roads_is_a_rule_of_the_pack():
    facts = replace(SHORT, along_m={"primary_road": 8.0})
    first = {"forbid_along": ("primary_road",), "working_days": 0}

    assert permit_of(facts, _pack(first, APPROVAL)).kind == "approval"
    assert permit_of(facts, _pack(first, APPROVAL, permit__max_along_m=10.0)).kind == "filing"


def test_days_that_a_class_does_not_state_are_those_of_approval():
    pack = _pack({"kind": "approval", "id": "a"})

    assert permit_of(SHORT, pack).working_days == pack.number("permit.approval_working_days")


def test_the_survey_margin_is_the_larger_of_share_and_length():
    """3 % of 500 m is 15 m, less than 20 m; 3 % of 1000 m is 30 m."""
    pack = load_policy("ningxia-2025")

    assert survey_margin_m(500, pack) == 20
    assert survey_margin_m(1000, pack) == pytest.approx(30)
    assert permit_of(replace(SHORT, reg_length_m=481), pack).in_survey_margin
    assert not permit_of(replace(SHORT, reg_length_m=479), pack).in_survey_margin


def test_the_threshold_is_that_of_the_first_class_with_a_length():
    assert threshold_m(_pack({"kind": "approval"}, {"max_reg_length_m": 200.0})) == 200
