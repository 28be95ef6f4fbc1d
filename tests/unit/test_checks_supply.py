"""supply.mode: what may be connected at low voltage and at a public 10 kV line."""

import pytest

from gridcalc.checks.supply import supply_mode


@pytest.fixture
def findings(small, facts_of, national):
    def of(scenario="ev-100", pack=national):
        return {(f.element, f.quantity): f for f in supply_mode(facts_of(small, scenario, pack))}

    return of


@pytest.mark.parametrize(("kw", "status"), [(160, "pass"), (160.1, "fail"), (22, "pass")])
def test_a_customer_of_160_kw_may_be_supplied_at_low_voltage(small, findings, kw, status):
    small["public_loads"][0]["kw"] = kw

    found = findings()["T1.LV", "passenger_lift"]

    assert (found.check, found.value, found.limit) == ("supply.mode", kw, 160)
    assert (found.status, found.confidence) == (status, "recalled")


@pytest.mark.parametrize(
    ("bays", "kw", "status"), [(46, 161, "fail"), (45, 161, "fail"), (44, 154, "pass")]
)
def test_public_chargers_at_one_place_are_one_customer(small, findings, bays, kw, status):
    small["public_bays"][0]["count"] = bays  # 7 kW for two bays, rounded up

    found = findings()["CB1", "public_chargers"]

    assert (found.value, found.status) == (kw, status)


def test_only_chargers_in_use_count(small, findings):
    small["public_bays"][0]["count"] = 100

    assert findings("today")["CB1", "public_chargers"].value == 0


def test_the_limit_is_that_of_the_policy(small, findings, pack_with):
    small["public_loads"][0]["kw"] = 200

    found = findings(pack=pack_with({"supply.max_lv_kw": 200}))["T1.LV", "passenger_lift"]

    assert (found.limit, found.status) == (200, "pass")


@pytest.mark.parametrize(("limit", "status"), [(630, "pass"), (629, "fail")])
def test_transformers_on_a_public_line_stay_within_the_limit(findings, pack_with, limit, status):
    found = findings(pack=pack_with({"supply.max_public_line_kva": limit}))["SRC1", "public_line"]

    assert (found.value, found.limit, found.status) == (630, limit, status)


def test_a_dedicated_line_has_no_such_limit(small, findings):
    small["sources"][0]["dedicated"] = True

    assert ("SRC1", "public_line") not in findings()
