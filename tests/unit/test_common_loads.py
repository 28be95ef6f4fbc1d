"""Factors of common loads whose file gives none; the table ``public_loads`` and its marks."""

import pytest

from gridcalc.compound.common_loads import common_load_factors, factor_values
from gridcalc.policy import load_policy

# The fewest lifts of at most 22 kW each, and the simultaneity of that number (engineering
# practice: 1, 0.91, 0.85, 0.8, …, 0.62 for 1 to 10 lifts); power factor 0.5 to 0.6.
LIFTS = [(17.5, 1.0), (22.0, 1.0), (30.0, 0.91), (66.0, 0.85), (88.0, 0.8), (500.0, 0.62)]


@pytest.fixture(scope="module")
def national():
    return load_policy("national")


@pytest.mark.parametrize(("p_kw", "demand"), LIFTS)
def test_lifts_take_the_simultaneity_of_the_fewest_lifts(national, p_kw, demand):
    assert factor_values("passenger_lift", p_kw, national) == (demand, 0.5)


def test_a_range_gives_the_end_with_the_larger_load(national):
    # domestic_water_pump: demand factor 0.75 to 0.8, power factor 0.8 (04DX101-1, secondary).
    found = common_load_factors("domestic_water_pump", 11.0, national)

    assert {name: row.value for name, row in found.items()} == {
        "demand_factor": 0.8,
        "power_factor": 0.8,
    }
    assert {row.confidence for row in found.values()} == {"secondary"}
    assert {row.source for row in found.values()} == {"atlas-04dx101-1"}


def test_what_the_table_leaves_open_comes_from_the_pack(national):
    # security_telecom: demand factor 0.85, no power factor; 0.85 is that of the pack.
    found = common_load_factors("security_telecom", 20.0, national)

    assert found["demand_factor"].name == "public.demand_factor.security_telecom"
    assert found["power_factor"].name == "public.power_factor"
    assert factor_values("something_else", 20.0, national) == (0.8, 0.85)


def test_a_rule_of_ones_own_pack_counts_for_every_kind(tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text(
        'gridcalc_policy: 1\nid: mine\ntitle: mine\ndate: "2026"\n'
        "rules:\n  public.power_factor: {value: 0.9}\n",
        encoding="utf-8",
    )

    assert factor_values("passenger_lift", 17.5, load_policy(str(file))) == (1.0, 0.9)
