"""The comparisons themselves: a limit met exactly holds, utilisation says how near it is."""

import pytest

from gridcalc.checks.finding import (
    Subject,
    at_least,
    at_most,
    deviation,
    info,
    meets,
    not_checked,
    yes,
)
from gridcalc.notes import note

SUBJECT = Subject(check="a.check", element="E1", quantity="q", level="feeder", note=note("why"))


@pytest.fixture
def rule(national):
    return national.rule("transformer.max_loading_percent")


@pytest.mark.parametrize(
    ("value", "status", "utilisation"),
    [
        (0, "pass", 0),
        (40, "pass", 0.5),
        (80, "pass", 1),
        (80.001, "fail", 1.0000125),
        (160, "fail", 2),
    ],
)
def test_at_most(rule, value, status, utilisation):
    finding = at_most(SUBJECT, value, rule, limit=80, unit="%")

    assert (finding.status, finding.value, finding.limit) == (status, value, 80)
    assert finding.utilisation == pytest.approx(utilisation)


@pytest.mark.parametrize(("value", "status"), [(0, "pass"), (0.001, "fail")])
def test_at_most_nothing(rule, value, status):
    finding = at_most(SUBJECT, value, rule, limit=0, unit="kVA")

    assert finding.status == status
    assert (finding.utilisation > 1) == (status == "fail")


@pytest.mark.parametrize(
    ("value", "status", "utilisation"),
    [(2.6, "pass", 0.5), (1.3, "pass", 1), (1.299, "fail", 1.3 / 1.299), (0.65, "fail", 2)],
)
def test_at_least(rule, value, status, utilisation):
    finding = at_least(SUBJECT, value, rule, limit=1.3, unit="-")

    assert finding.status == status
    assert finding.utilisation == pytest.approx(utilisation)


def test_at_least_something_where_there_is_nothing(rule):
    assert at_least(SUBJECT, 0, rule, limit=50, unit="%").utilisation > 1
    assert at_least(SUBJECT, 0, rule, limit=50, unit="%").status == "fail"


@pytest.mark.parametrize(
    ("value", "limit", "status", "utilisation"),
    [
        (-10, -10, "pass", 1),
        (-10.01, -10, "fail", 1.001),
        (-5, -10, "pass", 0.5),
        (5, -10, "pass", -0.5),  # on the other side there is more room still
        (7, 7, "pass", 1),
        (7.07, 7, "fail", 1.01),
        (-20, 7, "pass", -20 / 7),
    ],
)
def test_a_deviation_counts_in_the_direction_of_its_limit(rule, value, limit, status, utilisation):
    finding = deviation(SUBJECT, value, rule, limit=limit)

    assert finding.status == status
    assert finding.utilisation == pytest.approx(utilisation)
    assert finding.unit == "%"


def test_rounding_of_floats_breaks_no_limit(rule):
    assert at_most(SUBJECT, 0.1 + 0.2, rule, limit=0.3, unit="-").status == "pass"
    assert at_least(SUBJECT, 0.3, rule, limit=0.1 + 0.2, unit="-").status == "pass"
    assert deviation(SUBJECT, 100 * (1.07 - 1), rule, limit=7).status == "pass"


def test_a_condition_holds_or_does_not(rule):
    assert meets(SUBJECT, rule, holds=True, value=1, limit=-1, unit="floor").utilisation == 0
    assert meets(SUBJECT, rule, holds=False, value=-2, limit=-1, unit="floor").status == "fail"
    assert yes(SUBJECT, True, rule).status == "pass"
    assert yes(SUBJECT, False, rule).utilisation > 1


def test_what_is_not_judged_has_no_utilisation(rule):
    told = info(SUBJECT, rule, value=3, limit=2, unit="-")
    missing = not_checked(SUBJECT, rule, unit="-")

    assert (told.status, told.value, told.limit, told.utilisation) == ("info", 3, 2, 0)
    assert (missing.status, missing.value, missing.limit) == ("not_checked", None, None)


def test_a_finding_carries_subject_and_source_of_its_rule(rule):
    finding = at_most(SUBJECT, 1, rule, limit=2, unit="%")

    assert (finding.check, finding.element, finding.quantity) == finding.key
    assert finding.key == ("a.check", "E1", "q")
    assert (finding.level, str(finding.note)) == ("feeder", "why")
    # GB 51348-2019 cl. 4.3.2, as the national pack states it
    assert (finding.source, finding.clause, finding.confidence) == (
        "gb-51348-2019",
        "4.3.2",
        "seen",
    )
    assert finding.pre_existing is False
    assert finding.n_checked == 1


def test_a_note_can_be_said_in_another_language_with_the_same_values():
    sentence = note("{sockets} sockets for {bikes} e-bikes", sockets=3, bikes=9)

    assert str(sentence) == "3 sockets for 9 e-bikes"
    assert sentence.said("{bikes}辆车，{sockets}个插座") == "9辆车，3个插座"
    assert bool(sentence)
    assert not note("")
