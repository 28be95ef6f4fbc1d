"""Timelines of connections: dates by hand on the State Council's notice for 2026, days by document.

The notice is quoted in ``test_timeline_calendar``. The working days are those of the documents:
Ningxia 附件2 3 (22, 32, 6; 5 and 15), 二 2 (1, 3, 2) and 二 4 (3); Jiangxi 二 3 (16, 26, +6);
Wujiang 二（一） (3, 5, 12, 22; 3 and 10), 三（一） 2 and 3 (5; 5, 10, 30) and 三（二） 4 (steps).
"""

import pytest

from gridcalc.compound.attached_route import AttachedRoute
from gridcalc.errors import InputError
from gridcalc.policy import list_policies, load_policy
from gridcalc.provenance import is_verified
from gridcalc.timeline.records import CUSTOMERS
from gridcalc.timeline.settling import customer_of, permit_of
from tests.unit.timeline_cases import dates, days, limit, limit_on, pack_with, timeline_of

PACKS = [pack.id for pack in list_policies()]


@pytest.fixture
def compound(small, read):
    return read(small)


@pytest.fixture
def double(small, read):
    second = {**small["sources"][0], "id": "SRC2", "line": "L2"}
    small["sources"].append(second)
    small["mv_cables"].append(
        {**small["mv_cables"][0], "id": "MC2", "from": "SRC2", "normally_open": True}
    )
    return read(small)


# ------------------------------------------------------------------ dates


def test_charging_across_national_day(compound):
    found = timeline_of(compound, start="2026-09-28", customer="charging")

    # 1: Tue 29.9.; 3: Wed 30.9., Thu 8.10., Fri 9.10.; 2: Sat 10.10. (worked), Mon 12.10.
    assert dates(found) == {
        "acceptance": ("09-29", "09-29"),
        "site_survey": ("09-29", "09-29"),
        "supply_scheme": ("09-30", "10-09"),
        "meter_and_connection": ("10-10", "10-12"),
    }
    assert (found.working_days, found.calendar_days) == (6, 14)


def test_charging_across_the_spring_festival(compound):
    found = timeline_of(compound, start="2026-02-12", customer="charging")

    # 1: Fri 13.2.; 3: Sat 14.2. (worked), Tue 24., Wed 25.2.; 2: Thu 26., Fri 27.2.
    assert dates(found)["supply_scheme"] == ("02-14", "02-25")
    assert found.finish.isoformat() == "2026-02-27"


def test_one_more_day_falls_on_the_make_up_saturday_after_the_spring_festival(compound):
    found = timeline_of(compound, start="2026-02-13", customer="charging")

    assert found.finish.isoformat() == "2026-02-28"


def test_a_start_on_a_holiday_counts_as_of_the_next_working_day(compound):
    found = timeline_of(compound, start="2026-10-03", customer="charging")
    same = timeline_of(compound, start="2026-10-08", customer="charging")

    # counts as of Thu 8.10.; 1: Fri 9.; 3: Sat 10., Mon 12., Tue 13.; 2: Wed 14., Thu 15.10.
    assert found.accepted.isoformat() == "2026-10-08"
    assert dates(found) == dates(same)
    assert found.finish.isoformat() == "2026-10-15"
    assert (found.calendar_days, same.calendar_days) == (12, 7)


def test_a_start_on_a_make_up_saturday_is_not_moved(compound):
    assert timeline_of(compound, start="2026-10-10").accepted.isoformat() == "2026-10-10"


def test_a_pack_may_count_the_first_day(compound):
    pack = pack_with("ningxia-2025", timeline__start_day_counts=True)

    found = timeline_of(compound, policy=pack, start="2026-03-02", customer="charging")

    # Mon 2.3. is day 1, so that 6 days end on Mon 9.3. and not on Tue 10.3.
    assert found.finish.isoformat() == "2026-03-09"
    assert timeline_of(compound, start="2026-03-02", customer="charging").finish.day == 10


def test_hv_single_source_by_hand(compound):
    found = timeline_of(compound, start="2026-03-02", permit="approval", works_days=10)

    # 22 days shared 1, 2, 12, 3, 4; approval 3 (Ningxia 二 4); works 10 as given; no rest day
    # in March but weekends; 清明 is 4-6 April, so Mon 6.4. rests and Tue 7.4. works
    assert dates(found) == {
        "acceptance": ("03-03", "03-03"),
        "site_survey": ("03-04", "03-05"),
        "supply_scheme": ("03-06", "03-23"),
        "permit_approval": ("03-24", "03-26"),
        "external_works": ("03-27", "04-10"),
        "completion_inspection": ("04-13", "04-15"),
        "meter_and_connection": ("04-16", "04-21"),
    }
    assert found.working_days == 22 + 3 + 10


# ------------------------------------------------------------------ steps and days


@pytest.mark.parametrize(
    ("pack_id", "customer", "expected"),
    [
        ("ningxia-2025", "lv_residential", 5),
        ("ningxia-2025", "lv_other", 6),
        ("ningxia-2025", "charging", 6),
        ("ningxia-2025", "hv_single", 22),
        ("ningxia-2025", "hv_double", 32),
        ("jiangxi-2025", "lv_residential", 5),
        ("jiangxi-2025", "hv_single", 16),
        ("jiangxi-2025", "hv_double", 26),
        ("wujiang-2021", "lv_residential", 3),
        ("wujiang-2021", "lv_other", 5),
        ("wujiang-2021", "hv_single", 12),
        ("wujiang-2021", "hv_double", 22),
    ],
)
def test_the_steps_of_the_utility_take_what_the_document_says(
    compound, pack_id, customer, expected
):
    found = timeline_of(compound, policy=pack_id, customer=customer, external_works=False)

    (total,) = [row for row in found.limits if row.id == "utility_steps"]
    assert (total.working_days, total.limit_working_days) == (expected, expected)
    assert found.working_days == expected
    assert total.basis.confidence == "seen"
    assert total.basis.rules[0].document == pack_id


@pytest.mark.parametrize("customer", CUSTOMERS)
@pytest.mark.parametrize("pack_id", PACKS)
def test_every_pack_and_kind_of_customer_has_a_timeline_with_sources(compound, pack_id, customer):
    found = timeline_of(compound, policy=pack_id, customer=customer)

    assert found.steps
    assert found.finish > found.start
    for row in (*(step.step for step in found.steps), *found.limits):
        for rule in row.basis.rules:
            assert rule.document
            assert rule.clause or not is_verified(rule.confidence)
    assert found.is_kept


def test_a_share_of_a_sum_is_never_better_than_assumed(compound):
    found = timeline_of(compound, customer="hv_single")

    shares = {row.step.id: row.step.basis.confidence for row in found.steps if row.step.is_share}
    assert shares == dict.fromkeys(
        [
            "acceptance",
            "site_survey",
            "supply_scheme",
            "completion_inspection",
            "meter_and_connection",
        ],
        "assumed",
    )
    # the steps of charging are stated one by one and keep the mark of the document
    stated = timeline_of(compound, customer="charging")
    assert {row.step.basis.confidence for row in stated.steps} == {"seen"}


def test_important_users_get_the_days_jiangxi_adds(compound):
    plain = timeline_of(compound, policy="jiangxi-2025", external_works=False)
    important = timeline_of(
        compound, policy="jiangxi-2025", external_works=False, important_user=True
    )

    assert (plain.working_days, important.working_days) == (16, 16 + 6)
    assert list(days(plain)) == list(days(important))


def test_wujiang_reviews_and_inspects_important_users_only(compound):
    plain = days(timeline_of(compound, policy="wujiang-2021", external_works=False))
    found = timeline_of(compound, policy="wujiang-2021", external_works=False, important_user=True)

    # 12 days by 1, 12, 7 of 20: 0.6, 7.2, 4.2; by 1, 12, 3, 2, 7 of 25: .48 5.76 1.44 .96 3.36
    assert plain == {"acceptance": 1, "supply_scheme": 7, "inspection_and_connection": 4}
    assert days(found) == {
        "acceptance": 1,
        "supply_scheme": 6,
        "design_review": 1,
        "intermediate_inspection": 1,
        "inspection_and_connection": 3,
    }
    assert found.working_days == 12


def test_works_of_wujiang_run_from_the_scheme_beside_the_permit(compound):
    found = timeline_of(compound, policy="wujiang-2021")
    rows = {row.step.id: row for row in found.steps}

    assert rows["external_works"].step.after == ("supply_scheme",)
    assert rows["external_works"].start == rows["permit_approval"].start
    assert rows["permit_approval"].slack_days == 30 - 5
    assert found.working_days == 12 + 30
    assert limit(found, "deadline.mv_works").working_days == 30


def test_works_of_a_given_length_follow_the_permit(compound):
    found = timeline_of(compound, policy="wujiang-2021", works_days=28)

    # 5 days of approval and 28 of works from the scheme on are more than 30
    assert found.working_days == 12 + 5 + 28
    row = limit(found, "deadline.mv_works")
    assert (row.working_days, row.limit_working_days, row.status) == (33, 30, "fail")
    assert not found.is_kept


def test_elsewhere_works_are_counted_from_the_permit(compound):
    found = timeline_of(compound, works_days=30)

    assert limit(found, "deadline.mv_works").working_days == 30
    assert found.is_kept
    assert not timeline_of(compound, works_days=31).is_kept


def test_filing_saves_the_days_of_approval(compound):
    approval = timeline_of(compound, permit="approval")
    filing = timeline_of(compound, permit="filing")

    assert days(filing)["permit_filing"] == 0
    assert approval.working_days - filing.working_days == 3
    rule = next(s for s in filing.steps if s.step.id == "permit_filing").step.basis.rules[0]
    assert (rule.document, rule.clause) == ("ningxia-2025", "二、重点任务 4")


def test_a_pack_without_permit_classes_falls_back_to_its_general_deadline(compound):
    found = timeline_of(compound, policy="jiangxi-2025", permit="approval")

    assert days(found)["permit_approval"] == 5
    row = next(row for row in found.steps if row.step.id == "permit_approval")
    assert row.step.basis.rules[0].name == "permit.approval_working_days"
    assert row.step.basis.confidence == "assumed"


def test_the_customers_design_counts_where_it_is_given_and_lies_beside_the_works(compound):
    without = timeline_of(compound)
    short = timeline_of(compound, design_days=20)
    long = timeline_of(compound, design_days=40)

    # works and approval take 33 days: a design of 20 has 13 days of slack, one of 40 adds 7
    rows = {row.step.id: row for row in short.steps}
    assert "design" not in days(without)
    assert (rows["design"].slack_days, rows["design"].step.responsible) == (13, "customer")
    assert short.working_days == without.working_days
    assert long.working_days == without.working_days + 7
    assert "design" in long.critical_path
    assert "external_works" not in long.critical_path


def test_who_acts(compound):
    found = {row.step.id: row.step.responsible for row in timeline_of(compound).steps}

    assert found["permit_approval"] == "authority"
    assert found["external_works"] == found["supply_scheme"] == "utility"
    pack = pack_with("ningxia-2025", timeline__external_works_by="contractor")
    other = {row.step.id: row.step.responsible for row in timeline_of(compound, policy=pack).steps}
    assert other["external_works"] == "contractor"


def test_lv_works_of_new_structures_take_longer(compound):
    lv = {"customer": "lv_residential", "external_works": True}
    pack = pack_with("ningxia-2025", timeline__lv_works="new_structures")

    assert days(timeline_of(compound, **lv))["external_works"] == 5
    assert days(timeline_of(compound, policy=pack, **lv))["external_works"] == 10


def test_without_steps_before_the_works_everything_begins_at_once(compound):
    pack = pack_with("ningxia-2025", timeline__steps_hv=("completion_inspection",))

    found = timeline_of(compound, policy=pack)

    assert list(days(found)) == ["permit_approval", "external_works", "completion_inspection"]
    assert found.working_days == 3 + 30 + 22


def test_the_steps_of_charging_stay_within_what_wujiang_and_jiangxi_give_lv_customers(compound):
    for pack_id, name in (
        ("wujiang-2021", "deadline.lv_other"),  # 二（一）: 5, sum of the steps
        ("jiangxi-2025", "deadline.lv_without_external_works"),  # 二 3: 5, whole process
    ):
        found = timeline_of(compound, policy=pack_id, customer="charging")

        assert days(found) == {"acceptance": 1, "supply_scheme": 2, "meter_and_connection": 2}
        assert found.working_days == load_policy(pack_id).rule(name).value == 5
        assert {row.step.basis.confidence for row in found.steps} == {"assumed"}


# ------------------------------------------------------------------ limits


def test_residents_have_5_days_without_and_15_with_external_works(compound):
    lv = {"customer": "lv_residential"}
    without = limit(timeline_of(compound, **lv), "deadline.lv_without_external_works")
    works = timeline_of(compound, external_works=True, **lv)
    with_works = limit_on(works, "whole_process")

    assert (without.working_days, without.limit_working_days, without.status) == (5, 5, "pass")
    assert (with_works.working_days, with_works.limit_working_days) == (15, 15)
    assert with_works.basis.rules[0].clause == "二、重点任务 2"


@pytest.mark.parametrize(("works_days", "status"), [(10, "pass"), (11, "fail")])
def test_longer_works_break_the_whole_process_of_residents(compound, works_days, status):
    found = timeline_of(compound, customer="lv_residential", works_days=works_days)

    # more than 5 days of works count as new structures, 10 (assumed): 15 - 10 for the steps
    row = limit_on(found, "whole_process")
    assert (row.working_days, row.status) == (5 + works_days, status)
    assert found.is_kept == (status == "pass")


def test_the_goal_of_wujiang_for_residents_leaves_no_room_for_works(compound):
    found = timeline_of(
        compound, policy="wujiang-2021", customer="lv_residential", external_works=True
    )

    row = limit(found, "deadline.lv_residential_whole_process")
    assert (row.working_days, row.limit_working_days, row.status) == (3 + 5, 3, "fail")


def test_the_whole_process_is_only_told_where_zero_investment_is_open(compound):
    found = timeline_of(compound, customer="lv_other")

    row = limit(found, "deadline.lv_without_external_works")
    assert (row.working_days, row.limit_working_days, row.status) == (6, 5, "info")
    assert found.is_kept


# ------------------------------------------------------------------ what is derived or assumed


def test_the_customer_follows_from_the_sources(compound, double):
    assert (customer_of(compound), customer_of(double)) == ("hv_single", "hv_double")
    (row,) = [r for r in timeline_of(double).assumptions if r.name == "timeline.customer"]

    assert (row.value, row.confidence) == ("hv_double", "assumed")
    assert "SRC1, SRC2" in row.note
    given = timeline_of(double, customer="hv_single")
    assert not any(r.name == "timeline.customer" for r in given.assumptions)


@pytest.mark.parametrize(
    ("length_m", "kind"), [(None, None), (487.0, "filing"), (513.0, "approval")]
)
def test_the_permit_follows_from_the_attached_route(compound, length_m, kind):
    """Ningxia files routes of up to 500 m (item 4)."""
    cable = compound.mv_cables[0].id
    routes = () if length_m is None else (AttachedRoute(cable=cable, length_m=length_m),)
    with_route = compound.model_copy(update={"routes": routes})

    assert permit_of(with_route, load_policy("ningxia-2025")) == kind


def test_a_permit_that_is_given_goes_before_that_of_the_route(compound):
    route = AttachedRoute(cable=compound.mv_cables[0].id, length_m=513.0)
    with_route = compound.model_copy(update={"routes": (route,)})

    said = timeline_of(with_route, policy="ningxia-2025", permit="filing")
    derived = timeline_of(with_route, policy="ningxia-2025")

    assert (said.settled.permit, derived.settled.permit) == ("filing", "approval")
    assert [r.value for r in derived.assumptions if r.name == "timeline.permit"] == ["approval"]


def test_the_longer_permit_is_assumed_where_none_is_said(compound):
    found = timeline_of(compound)

    (row,) = [row for row in found.assumptions if row.name == "timeline.permit_hv"]
    assert (found.settled.permit, row.value, row.confidence) == ("approval", "approval", "assumed")
    said = timeline_of(compound, permit="approval")
    assert not any(row.name == "timeline.permit_hv" for row in said.assumptions)


def test_who_names_a_permit_says_that_there_are_works(compound):
    found = timeline_of(compound, customer="lv_residential", permit="filing")

    assert found.settled.external_works
    assert "permit_filing" in days(found)
    assert not timeline_of(compound, customer="lv_residential").settled.external_works


def test_every_rule_used_is_listed_once_and_sorted(compound):
    names = [row.name for row in timeline_of(compound).assumptions]

    assert names == sorted(set(names))
    assert {
        "deadline.hv_single_source",
        "timeline.share.supply_scheme",
        "timeline.start_day_counts",
        "deadline.mv_works",
        "permit.classes",
    } <= set(names)


def test_dates_beyond_the_known_schedules_are_told(compound):
    found = timeline_of(compound, start="2026-12-28", customer="charging")

    # Tue 29.12.; Wed, Thu 31.12., Mon 4.1.; Tue, Wed 6.1.: Fri 1.1.2027 is New Year by the decree
    assert found.known_until.isoformat() == "2026-12-31"
    (row,) = [row for row in found.assumptions if row.name == "timeline.calendar"]
    assert row.confidence == "assumed"
    assert "2026-12-31" in row.note
    assert found.finish.isoformat() == "2027-01-06"


def test_dates_within_the_known_schedules_carry_no_such_remark(compound):
    found = timeline_of(compound, start="2026-12-21", customer="charging")

    assert found.known_until is None
    assert not any(row.name == "timeline.calendar" for row in found.assumptions)


# ------------------------------------------------------------------ what is refused


@pytest.mark.parametrize(("start", "said"), [("2003-12-31", "before 2004"), ("2101-01-01", "2100")])
def test_a_start_without_a_calendar_is_refused(compound, start, said):
    with pytest.raises(InputError, match=said):
        timeline_of(compound, start=start)


def test_options_that_contradict_each_other_are_named_together(compound):
    with pytest.raises(InputError) as caught:
        timeline_of(
            compound,
            customer="lv_other",
            important_user=True,
            external_works=False,
            permit="filing",
            works_days=3,
        )

    assert {problem.file for problem in caught.value.problems} == {
        "--important-user",
        "--permit",
        "--works-days",
    }


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"timeline__steps_hv": ()}, "lists no step"),
        ({"timeline__steps_hv": ("acceptance", "acceptance")}, "lists a step twice"),
        (
            {"timeline__steps_hv": ("acceptance",), "timeline__share.acceptance": 0},
            "share of every step is 0",
        ),
    ],
)
def test_a_pack_without_usable_steps_is_refused(compound, values, said):
    with pytest.raises(InputError, match=said):
        timeline_of(compound, policy=pack_with("ningxia-2025", **values))
