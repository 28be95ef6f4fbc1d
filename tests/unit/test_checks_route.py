"""route.permit: the permit of routes that a compound file holds."""

import pytest

from gridcalc.checks.route import route_permit


@pytest.fixture
def finding(small, facts_of, wujiang):
    def of(pack=wujiang, **route):
        cable = small["mv_cables"][0]["id"]
        small["routes"] = [{"cable": cable, "length_m": 400.0, **route}]
        (found,) = route_permit(facts_of(small, pack=pack))
        return found

    return of


@pytest.fixture
def wujiang():
    from gridcalc.policy import load_policy

    return load_policy("wujiang-2021")


def test_a_filed_route_passes(finding):
    found = finding(opens_roads=False)

    assert (found.check, found.status, found.quantity) == ("route.permit", "pass", "filing")
    assert (found.value, found.limit, found.unit) == (400.0, 600.0, "m")
    assert found.clause == "三、重点任务（一） 2"


def test_an_approval_is_told_and_not_judged(finding):
    found = finding(along=[{"kind": "secondary_road", "length_m": 30.0}])

    assert found.status == "info"
    assert str(found.note) == "approval in 5 working days because of secondary_road"


def test_a_route_that_is_too_long_is_approved(finding):
    found = finding(length_m=601.0)

    assert str(found.note) == "approval in 5 working days"


def test_the_length_that_counts_decides(finding):
    assert finding(length_m=650.0, reg_length_m=550.0).status == "pass"


@pytest.mark.parametrize("word", ["次干道", "城市次干道"])
def test_a_road_may_be_called_by_its_chinese_word(finding, word):
    found = finding(along=[{"kind": word, "length_m": 30.0}])

    assert str(found.note) == "approval in 5 working days because of secondary_road"


def test_a_kind_that_is_on_no_map_is_never_filed_silently(finding):
    found = finding(along=[{"kind": "secondary-road", "length_m": 30.0}])

    assert found.status == "not_checked"
    assert str(found.note) == "filing or approval is to be confirmed: corridor_kind"


def test_without_a_rule_of_the_region_the_permit_is_not_checked(finding, national):
    found = finding(pack=national)

    assert found.status == "not_checked"
    assert "permit.classes" in str(found.note)


def test_a_compound_without_routes_has_no_permit(small, facts_of, national):
    assert list(route_permit(facts_of(small, pack=national))) == []
