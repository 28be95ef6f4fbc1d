"""Residents with external works: what their days count, by the texts of the regions.

Ningxia 附件2 3 and 二 2 and Jiangxi 二 3 count the whole process (全过程办电): 5 working days
without and 15 with external works. Wujiang 二（一） sums the steps (各环节合计办理时间): 3.
Works of 5 and 10 days are those of Wujiang 三（一） 3, assumed elsewhere; approval takes 3 days
in Ningxia (二 4).
"""

import pytest

from gridcalc.errors import InputError
from gridcalc.policy import list_policies
from tests.unit.timeline_cases import dates, limit, limit_on, pack_with, timeline_of

PACKS = [pack.id for pack in list_policies()]
RESIDENTS = {"customer": "lv_residential", "external_works": True}


@pytest.fixture
def compound(small, read):
    return read(small)


@pytest.mark.parametrize(
    ("pack_id", "clause"),
    [("ningxia-2025", "二、重点任务 2"), ("jiangxi-2025", "二、打造更便捷的办电环境 3")],
)
def test_works_lie_within_the_whole_process_of_residents_by_hand(compound, pack_id, clause):
    found = timeline_of(compound, policy=pack_id, start="2026-12-01", **RESIDENTS)

    # 15 of the text less 5 of simple works (assumed) leave 10 for the steps; by 1, 2, 12, 4 of 19:
    # 0.53 1.05 6.32 2.11. No rest day but weekends in December: the 15th day after Tue 1.12. is
    # Tue 22.12.
    assert dates(found) == {
        "acceptance": ("12-02", "12-02"),
        "site_survey": ("12-03", "12-03"),
        "supply_scheme": ("12-04", "12-11"),
        "external_works": ("12-14", "12-18"),
        "meter_and_connection": ("12-21", "12-22"),
    }
    steps = limit_on(found, "utility_steps")
    assert (steps.working_days, steps.limit_working_days, steps.status) == (10, 10, "pass")
    assert [rule.name for rule in steps.basis.rules] == [
        *("deadline.lv_with_external_works", "deadline.lv_works_simple"),
    ]
    assert (steps.basis.rules[0].document, steps.basis.rules[0].clause) == (pack_id, clause)
    # the days of the works are an assumption, and so is what they leave
    assert (steps.basis.rules[0].confidence, steps.basis.confidence) == ("seen", "assumed")
    assert found.is_kept
    (counts,) = [r for r in found.assumptions if r.name == "deadline.lv_residential_counts"]
    assert (counts.value, counts.source, counts.confidence) == ("whole_process", pack_id, "seen")


def test_works_come_on_top_of_the_steps_where_a_text_sums_the_steps(compound):
    found = timeline_of(compound, policy="wujiang-2021", **RESIDENTS)
    steps = limit(found, "deadline.lv_residential")

    # 二（一）: all steps together (各环节合计办理时间) 3; simple works 5 (三（一） 3)
    assert (steps.id, steps.working_days, steps.limit_working_days) == ("utility_steps", 3, 3)
    assert (steps.basis.confidence, found.working_days) == ("seen", 3 + 5)


def test_a_pack_may_say_that_the_days_of_residents_are_those_of_the_steps(compound):
    pack = pack_with("ningxia-2025", deadline__lv_residential_counts="steps")

    assert timeline_of(compound, policy=pack, **RESIDENTS).working_days == 5 + 5


@pytest.mark.parametrize("works", ["simple", "new_structures"])
@pytest.mark.parametrize("permit", [None, "filing", "approval"])
@pytest.mark.parametrize("pack_id", [name for name in PACKS if name != "wujiang-2021"])
def test_the_latest_dates_of_residents_keep_the_whole_process(compound, pack_id, permit, works):
    pack = pack_with(pack_id, timeline__lv_works=works)

    found = timeline_of(compound, policy=pack, permit=permit, **RESIDENTS)

    # 15 in all; approval takes 3 in Ningxia, elsewhere 5 (assumed), and then works of 10 leave
    # nothing for the steps: they get one day, and the 16th is a finding
    approval = 0 if permit != "approval" else 3 if pack_id == "ningxia-2025" else 5
    building = {"simple": 5, "new_structures": 10}[works]
    steps = max(15 - building - approval, 1)
    assert limit_on(found, "utility_steps").limit_working_days == steps
    assert found.working_days == steps + building + approval
    assert found.is_kept == (found.working_days == 15)


def test_the_basis_of_what_a_permit_leaves_names_the_permit(compound):
    found = timeline_of(compound, permit="approval", **RESIDENTS)

    assert [rule.name for rule in limit_on(found, "utility_steps").basis.rules] == [
        *("deadline.lv_with_external_works", "deadline.lv_works_simple", "permit.classes"),
    ]


def test_other_customers_keep_the_sum_of_their_steps_beside_works(compound):
    found = timeline_of(compound, customer="lv_other", external_works=True)

    # 附件2 3: 合计办理时间 6 for LV customers outside the zero-investment service
    assert limit(found, "deadline.lv_other").limit_working_days == 6
    assert not any(r.name == "deadline.lv_residential_counts" for r in found.assumptions)


@pytest.mark.parametrize("n_days", [10, 9.5])
def test_works_that_leave_the_steps_no_day_are_refused_with_both_keys(compound, n_days):
    values = {"deadline__lv_with_external_works": n_days, "timeline__lv_works": "new_structures"}

    with pytest.raises(InputError) as caught:  # new structures take 10 (assumed)
        timeline_of(compound, policy=pack_with("ningxia-2025", **values), **RESIDENTS)

    (problem,) = caught.value.problems
    assert (problem.file, problem.key) == (
        *("ningxia-2025", "rules.deadline.lv_with_external_works"),
    )
    assert "rules.deadline.lv_works_new_structures" in problem.message
    assert "10 working days" in problem.message
