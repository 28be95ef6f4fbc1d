"""Physics and order that the shipped tables obey."""

from collections import defaultdict
from dataclasses import fields
from itertools import pairwise

import pytest

from gridcalc.catalogue import Cable, load_catalogue
from gridcalc.provenance import CONFIDENCES, weakest
from gridcalc.standards.demand_factor import DemandFactorRow
from gridcalc.standards.derating_table import DeratingRow
from gridcalc.standards.household_demand import HouseholdFactorRow, HouseholdKwRow
from gridcalc.tables import read_data_table

CABLES = tuple(load_catalogue().cables.values())
TRANSFORMERS = tuple(load_catalogue().transformers.values())


@pytest.mark.parametrize("cable", CABLES, ids=lambda cable: cable.name)
def test_cable_resistance_is_that_of_its_metal(cable):
    # Class 2 conductors of IEC 60228 are 4 to 14 % above the solid conductor of nominal section.
    rho = {"Cu": 17.24, "Al": 28.26}[cable.conductor]

    assert 1.04 <= cable.r20_ohm_per_km * cable.area_mm2 / rho <= 1.14


@pytest.mark.parametrize("cable", CABLES, ids=lambda cable: cable.name)
def test_hot_resistance_follows_from_the_cold_one(cable):
    # r90 = r20 (1 + alpha 70 K); alpha 0.00393 (Cu), 0.00403 (Al); the table has four decimals.
    alpha = {"Cu": 0.00393, "Al": 0.00403}[cable.conductor]

    assert cable.r90_ohm_per_km == pytest.approx(
        cable.r20_ohm_per_km * (1 + alpha * 70), abs=0.00006
    )


def _groups():
    groups = defaultdict(list)
    for cable in sorted(CABLES, key=lambda cable: cable.area_mm2):
        groups[cable.conductor, cable.vn_kv].append(cable)
    return groups


@pytest.mark.parametrize("group", sorted(_groups()))
def test_a_thicker_cable_carries_more_and_resists_less(group):
    cables = _groups()[group]
    ampacities = [f.name for f in fields(Cable) if f.name.startswith("max_i_")]

    for thin, thick in pairwise(cables):
        assert thick.r20_ohm_per_km < thin.r20_ohm_per_km
        assert thick.x_ohm_per_km <= thin.x_ohm_per_km
        for name in ampacities:
            low, high = getattr(thin, name), getattr(thick, name)
            assert low is None or high > low, (thin.name, name)


def test_copper_carries_1_29_times_aluminium_in_soil_at_10_kv():
    # GB 50217-2007 appendix C note; the table is rounded to whole amperes.
    soil = {(c.conductor, c.area_mm2): c.max_i_soil25_rho2_a for c in CABLES if c.vn_kv == 10}

    for (conductor, area_mm2), i_a in soil.items():
        if conductor == "Cu":
            assert i_a == pytest.approx(1.29 * soil["Al", area_mm2], abs=0.51)


@pytest.mark.parametrize("cable", CABLES, ids=lambda cable: cable.name)
def test_column_marks_name_columns_and_marks(cable):
    parts = [part.split(":") for part in cable.column_confidence.split(";")]
    columns = {field.name for field in fields(Cable)}

    assert {name for name, _ in parts} <= columns
    assert {mark for _, mark in parts} <= set(CONFIDENCES)


@pytest.mark.parametrize("cable", CABLES, ids=lambda cable: cable.name)
def test_a_cable_row_is_as_good_as_its_weakest_column(cable):
    marks = [part.split(":")[1] for part in cable.column_confidence.split(";")]

    assert weakest(cable.confidence, *marks) == cable.confidence


def _series():
    series = defaultdict(list)
    for row in sorted(TRANSFORMERS, key=lambda row: row.sn_kva):
        series[row.series, row.uk_percent].append(row)
    return series


@pytest.mark.parametrize("group", sorted(_series()))
def test_transformer_losses_rise_with_the_rating(group):
    for small, large in pairwise(_series()[group]):
        assert large.p0_w > small.p0_w
        assert large.pk_w > small.pk_w
        assert large.p0_w / large.sn_kva < small.p0_w / small.sn_kva
        # Pk/Sn is not monotone: oil rises by 10 % from 800 to 1000 kVA.
        assert 0.84 <= (large.pk_w / large.sn_kva) / (small.pk_w / small.sn_kva) <= 1.12


@pytest.mark.parametrize("row", TRANSFORMERS, ids=lambda row: row.name)
def test_the_resistive_voltage_is_part_of_the_short_circuit_voltage(row):
    assert 0 < row.vkr_percent < row.vk_percent
    assert row.vkr_percent == pytest.approx(row.pk_w / (10 * row.sn_kva))
    assert row.vkx_percent**2 + row.vkr_percent**2 == pytest.approx(row.uk_percent**2)


def test_a_better_grade_never_loses_more():
    by_size = defaultdict(dict)
    for row in TRANSFORMERS:
        if row.gb20052_grade and row.series != "SCB13":
            by_size[row.kind, row.sn_kva, row.uk_percent][row.gb20052_grade] = row

    for grades in by_size.values():
        assert grades[1].p0_w < grades[2].p0_w < grades[3].p0_w
        assert grades[1].pk_w <= grades[2].pk_w < grades[3].pk_w


@pytest.mark.parametrize(
    ("kind", "record"),
    [
        ("household_demand_factor", HouseholdFactorRow),
        ("charger_demand_factor", DemandFactorRow),
    ],
)
def test_demand_factors_fall_with_the_count_and_bands_do_not_overlap(kind, record):
    by_rule_set = defaultdict(list)
    for row in read_data_table(record, f"{kind}.csv"):
        assert 0 < row.factor_low <= row.factor_high <= 1
        by_rule_set[row.rule_set].append(row)

    for bands in by_rule_set.values():
        for band, following in pairwise(sorted(bands, key=lambda band: band.n_min)):
            assert band.n_max is not None
            assert band.n_max < following.n_min
            assert following.factor_high <= band.factor_high
            assert following.factor_low <= band.factor_low


def test_household_bands_join_without_gap():
    by_rule_set = defaultdict(list)
    for row in read_data_table(HouseholdKwRow, "household_kw.csv"):
        by_rule_set[row.rule_set].append(row)

    for bands in by_rule_set.values():
        assert bands[0].area_min_m2 == 0
        assert bands[-1].area_max_m2 is None
        for band, following in pairwise(bands):
            assert band.area_max_m2 == following.area_min_m2
            assert following.p_low_kw >= band.p_low_kw


def test_derating_factors_are_one_at_their_reference():
    table = read_data_table(DeratingRow, "cable_derating.csv")
    reference = {"air": 40, "soil": 25}

    for row in table:
        assert 0.4 <= row.factor <= 1.3
        if row.factor_name == "ambient_temperature":
            at_reference = row.ambient_celsius == reference[row.medium]
            assert (row.factor == 1) == at_reference
