"""siting.floor, siting.generator_interface and metering.one_household_one_meter."""

import pytest

from gridcalc.checks.siting import metering, siting_floor, siting_generator_interface


@pytest.fixture
def findings(small, facts_of, national):
    def of(check, kind="new", pack=national, **station):
        small["build"]["kind"] = kind
        small["substations"][0].update(station)
        return {finding.quantity: finding for finding in check(facts_of(small, pack=pack))}

    return of


@pytest.mark.parametrize(
    ("floor", "status"), [(2, "pass"), (1, "pass"), (-1, "pass"), (-2, "fail"), (-9, "fail")]
)
def test_a_substation_may_stand_on_b1_and_no_lower(findings, floor, status):
    found = findings(siting_floor, kind="existing", floor=floor)[""]

    assert (found.check, found.element, found.unit) == ("siting.floor", "PD1", "floor")
    assert (found.value, found.limit, found.status) == (floor, -1, status)


def test_a_policy_may_ask_for_the_ground_floor(findings, pack_with):
    pack = pack_with({"siting.min_floor": 1})

    assert findings(siting_floor, pack=pack, floor=1)[""].status == "pass"
    assert findings(siting_floor, pack=pack, floor=-1)[""].status == "fail"


def test_a_prefabricated_substation_stands_on_the_ground(findings):
    found = findings(siting_floor)

    assert (found[""].value, found[""].status) == (1, "pass")
    assert "flood_protection" not in found


def test_a_room_without_a_floor_is_not_checked(small, findings):
    small["substations"][0]["kind"] = "room"

    found = findings(siting_floor)[""]

    assert (found.status, found.value) == ("not_checked", None)
    assert str(found.note) == "the floor is not given"


@pytest.mark.parametrize(
    ("protected", "status"), [(True, "pass"), (False, "fail"), (None, "not_checked")]
)
def test_a_new_substation_below_ground_is_protected_against_floods(findings, protected, status):
    given = {} if protected is None else {"flood_protected": protected}

    found = findings(siting_floor, floor=-1, **given)["flood_protection"]

    assert (found.element, found.status) == ("PD1", status)
    assert bool(found.note) == (status == "not_checked")


def test_flood_protection_of_an_existing_substation_is_told_and_not_judged(findings):
    found = findings(siting_floor, kind="existing", floor=-1, flood_protected=False)

    assert found["flood_protection"].status == "info"


@pytest.mark.parametrize("changes", [{"floor": 1}, {"floor": 3}])
def test_a_substation_above_ground_needs_no_flood_protection(findings, changes):
    assert "flood_protection" not in findings(siting_floor, **changes)


# ------------------------------------------------------------------ generator


@pytest.mark.parametrize(
    ("given", "status"), [(True, "pass"), (False, "fail"), (None, "not_checked")]
)
def test_grade_2_loads_of_a_new_compound_can_be_fed_by_a_mobile_generator(findings, given, status):
    changes = {} if given is None else {"generator_interface": given}

    found = findings(siting_generator_interface, **changes)[""]

    assert (found.check, found.element) == ("siting.generator_interface", "PD1")
    assert found.status == status


def test_a_generator_interface_of_an_existing_compound_is_told_and_not_judged(findings):
    found = findings(siting_generator_interface, kind="existing", generator_interface=False)[""]

    assert (found.status, found.value) == ("info", 0)


def test_grade_3_loads_need_no_generator(small, findings):
    small["public_loads"][0]["grade"] = 3

    assert findings(siting_generator_interface) == {}


def test_only_the_substation_with_graded_loads_needs_the_interface(small, findings, facts_of):
    small["substations"].append(
        {
            "id": "PD2",
            "kind": "prefabricated",
            "transformers": [{"id": "T2", "type": "S20-400", "fed_from": "SRC1"}],
        }
    )

    elements = {f.element for f in siting_generator_interface(facts_of(small))}

    assert elements == {"PD1"}


def test_a_policy_may_do_without_the_interface(findings, pack_with):
    pack = pack_with({"siting.generator_interface_required": False})

    assert findings(siting_generator_interface, pack=pack) == {}


# ------------------------------------------------------------------ meters


@pytest.mark.parametrize(
    ("kind", "given", "status"),
    [
        ("new", True, "pass"),
        ("new", False, "fail"),
        ("new", None, "not_checked"),
        ("existing", False, "info"),
        ("existing", None, "info"),
    ],
)
def test_every_flat_of_a_new_compound_has_its_own_meter(small, findings, kind, given, status):
    if given is not None:
        small["one_household_one_meter"] = given

    found = findings(metering, kind=kind)[""]

    assert (found.check, found.element) == ("metering.one_household_one_meter", "compound")
    assert found.status == status
    if status == "not_checked":
        assert str(found.note) == "one_household_one_meter is not given"


def test_a_compound_without_flats_has_no_meters_to_check(small, findings):
    small["households"] = []
    small["private_bays"] += [{"node": "MB1", "count": 3}, {"node": "MB2", "count": 3}]

    assert findings(metering) == {}
