"""charging.private_share, .ebike_share, .public_pairs and .orderly."""

import pytest

from gridcalc.checks.charging import (
    charging_ebike_share,
    charging_orderly,
    charging_private_share,
    charging_public_pairs,
)


@pytest.fixture
def finding(small, facts_of, national):
    """Return the one finding of a check, or None where it has nothing to say."""

    def of(check, scenario="today", kind="new", pack=national):
        small["build"]["kind"] = kind
        found = list(check(facts_of(small, scenario, pack)))
        assert len(found) <= 1
        return found[0] if found else None

    return of


# ------------------------------------------------------------------ private bays


@pytest.mark.parametrize(
    ("equipped", "reserved", "value", "status"),
    [
        (1, 1, 100, "pass"),
        (0, 1, 100, "pass"),  # reserved with capacity, duct and tray counts
        (0.5, 0.9, 90, "fail"),
        (0.5, 0.5, 50, "fail"),
        (0, 0, 0, "fail"),
    ],
)
def test_all_private_bays_of_a_new_compound_have_a_charger_or_a_reserve(
    small, finding, equipped, reserved, value, status
):
    small["private_bays"][0].update(equipped_share=equipped, reserved_share=reserved)

    found = finding(charging_private_share)

    assert (found.check, found.element) == ("charging.private_share", "compound")
    assert found.value == pytest.approx(value)
    assert (found.limit, found.status) == (100, status)
    assert (found.source, found.confidence) == ("state-council-2015-73", "secondary")


@pytest.mark.parametrize("equipped", [None, 0, 0.5])
def test_a_new_compound_that_says_nothing_of_a_reserve_is_not_judged(small, finding, equipped):
    small["private_bays"][0].pop("reserved_share")
    small["private_bays"][0]["equipped_share"] = equipped

    found = finding(charging_private_share)

    assert (found.status, found.value, found.limit) == ("not_checked", None, None)
    assert str(found.note) == (
        "reserved_share of 30 of 30 private bays is not given; write it at private_bays, 0 for none"
    )


def test_chargers_on_every_bay_leave_no_question_of_a_reserve(small, finding):
    small["private_bays"][0].pop("reserved_share")
    small["private_bays"][0]["equipped_share"] = 1

    found = finding(charging_private_share)

    assert (found.status, found.value) == ("pass", pytest.approx(100))


def test_what_is_not_given_decides_nothing_where_the_rest_is_too_little(small, finding):
    # 30 bays without any reserve and 10 that say nothing: at best 10 of 40 are ready, not all.
    small["private_bays"][0].update(equipped_share=0, reserved_share=0)
    small["private_bays"].append({"node": "CB1", "count": 10})

    assert finding(charging_private_share).status == "fail"


def test_full_build_out_leaves_no_question_of_a_reserve(small, finding):
    small["private_bays"][0].pop("reserved_share")

    found = finding(charging_private_share, "ev-100")

    assert (found.value, found.status) == (100, "pass")


def test_full_build_out_equips_every_bay(small, finding):
    small["private_bays"][0].update(equipped_share=0, reserved_share=0)

    found = finding(charging_private_share, "ev-100", kind="existing")

    assert (found.value, found.status) == (100, "pass")


def test_a_stage_on_the_way_is_not_judged(small, finding):
    small["private_bays"][0].update(equipped_share=0, reserved_share=0)

    found = finding(charging_private_share, "ev-50")

    assert (found.value, found.status) == (50, "info")


def test_an_existing_compound_is_told_its_share_and_not_judged(small, finding):
    small["private_bays"][0].update(equipped_share=0.1, reserved_share=0.2)

    found = finding(charging_private_share, kind="existing")

    assert (found.value, found.status) == (pytest.approx(20), "info")
    assert str(found.note) == "3 chargers and 6 reserved of 30 private bays"


def test_a_reserve_counts_only_where_the_policy_says_so(small, finding, pack_with):
    small["private_bays"][0].update(equipped_share=0, reserved_share=1)
    pack = pack_with({"charging.reserve_counts_as_built": False})

    found = finding(charging_private_share, pack=pack)

    assert (found.value, found.status) == (0, "fail")


def test_a_compound_without_private_bays_has_no_share(small, finding):
    small["private_bays"] = []

    assert finding(charging_private_share) is None


# ------------------------------------------------------------------ e-bikes


@pytest.mark.parametrize(
    ("sockets", "status"), [(20, "pass"), (19, "fail"), (40, "pass"), (0, "fail")]
)
def test_a_new_compound_has_sockets_for_half_of_its_e_bikes(small, finding, sockets, status):
    small["ebikes"][0]["sockets"] = sockets  # 40 e-bikes

    found = finding(charging_ebike_share)

    assert (found.check, found.element) == ("charging.ebike_share", "compound")
    assert (found.value, found.limit) == (pytest.approx(2.5 * sockets), 50)
    assert found.status == status


@pytest.mark.parametrize(
    ("scenario", "status"),
    [("today", "info"), ("ebike-20", "info"), ("ebike-50", "pass"), ("ev-100", "info")],
)
def test_an_existing_compound_is_judged_in_scenarios_that_ask_for_sockets(
    small, finding, scenario, status
):
    small["ebikes"][0]["sockets"] = 2

    assert finding(charging_ebike_share, scenario, kind="existing").status == status


def test_an_odd_number_of_e_bikes_gets_the_socket_above_the_half(small, finding):
    small["ebikes"][0].update(bikes=41, sockets=0)

    found = finding(charging_ebike_share, "ebike-50")

    assert (found.value, found.status) == (pytest.approx(100 * 21 / 41), "pass")


@pytest.mark.parametrize("ebikes", [[], [{"node": "ES1", "bikes": 0, "sockets": 4}]])
def test_a_compound_without_e_bikes_has_no_share(small, finding, ebikes):
    small["ebikes"] = ebikes
    small["households"].append({"node": "ES1", "count": 1, "kw_each": 4})

    assert finding(charging_ebike_share) is None


# ------------------------------------------------------------------ public bays


@pytest.mark.parametrize(("bays", "value"), [(4, 2), (5, 5 / 3), (1, 1)])
def test_at_full_build_out_two_public_bays_share_a_charger(small, finding, bays, value):
    small["public_bays"][0]["count"] = bays

    found = finding(charging_public_pairs, "ev-100")

    assert (found.check, found.limit, found.status) == ("charging.public_pairs", 2, "pass")
    assert found.value == pytest.approx(value)


def test_public_chargers_before_full_build_out_are_told_and_not_judged(small, finding):
    none = finding(charging_public_pairs, "today")
    half = finding(charging_public_pairs, "ev-50")

    assert (none.status, none.value) == ("info", None)
    assert (half.status, half.value) == ("info", 4)


def test_a_compound_without_public_bays_has_no_pairs(small, finding):
    small["public_bays"] = []

    assert finding(charging_public_pairs, "ev-100") is None


# ------------------------------------------------------------------ orderly charging


@pytest.mark.parametrize(
    ("required", "given", "scenario", "status"),
    [
        (True, True, "ev-100", "pass"),
        (True, False, "ev-100", "fail"),
        (True, None, "ev-100", "not_checked"),
        (True, False, "today", "info"),  # no charger yet
        (False, False, "ev-100", "info"),
        (False, None, "ev-100", "info"),
    ],
)
def test_orderly_charging_is_judged_where_the_policy_asks_for_it_and_chargers_are(
    small, finding, pack_with, required, given, scenario, status
):
    if given is not None:
        small["orderly_charging"] = given
    pack = pack_with({"charging.orderly_required": required})

    found = finding(charging_orderly, scenario, pack=pack)

    assert (found.check, found.status) == ("charging.orderly", status)
    if status == "not_checked":
        assert "orderly_charging is not given" in str(found.note)
