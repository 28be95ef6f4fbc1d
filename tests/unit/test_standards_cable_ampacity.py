"""Ampacity as laid, third harmonics and thermal withstand; factors from GB 50217 and GB 50054."""

from dataclasses import replace

import pytest

from gridcalc.catalogue import load_catalogue
from gridcalc.errors import InputError
from gridcalc.standards.cable_ampacity import (
    LayingConditions,
    ampacity_a,
    copper_over_aluminium,
    derating,
)
from gridcalc.standards.derating_table import derating_rows
from gridcalc.standards.thermal_withstand import min_area_mm2, thermal_k
from gridcalc.standards.third_harmonic import (
    neutral_current_a,
    neutral_harmonic_derating,
    required_ampacity_a,
)

BURIED = LayingConditions(laying="buried", air_celsius=40, soil_celsius=25, soil_rho_k_m_per_w=2.0)
CABLE = load_catalogue().cables["YJV22-0.6/1-4x95"]  # soil 247 A, air 273 A


def laid(**changes):
    return replace(BURIED, **changes)


def named(conditions, **options):
    return {part.name: part for part in derating(conditions, **options).factors}


def test_at_the_conditions_of_the_table_the_ampacity_is_that_of_the_table():
    assert ampacity_a(CABLE, BURIED) == 247
    assert ampacity_a(CABLE, laid(laying="air")) == 273


# Tables D.0.1, D.0.2; grouping and trays recalled; duct 0.85, trench 0.95.
@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"soil_celsius": 30}, 247 * 0.96),
        ({"soil_celsius": 27.5}, 247 * 0.98),
        ({"soil_celsius": 20}, 247 * 1.04),
        ({"soil_rho_k_m_per_w": 1.2}, 247 / 0.87),
        ({"soil_rho_k_m_per_w": 2.5}, 247 * 0.81 / 0.87),
        ({"n_grouped": 3}, 247 * 0.85),
        ({"n_grouped": 3, "spacing_mm": 250}, 247 * 0.87),
        ({"n_grouped": 3, "spacing_mm": 300}, 247 * 0.90),
        ({"laying": "duct", "n_grouped": 2}, 247 * 0.90 * 0.85),
        ({"laying": "trench"}, 247 * 0.95),
        ({"laying": "air", "air_celsius": 35}, 273 * 1.05),
        ({"laying": "air", "n_grouped": 4}, 273 * 0.82),
        ({"laying": "air", "n_grouped": 4, "spacing_diameters": 2}, 273 * 0.95),
        ({"laying": "tray"}, 273 * 0.70),
        ({"laying": "tray", "n_layers": 2, "air_celsius": 45}, 273 * 0.55 * 0.94),
        ({"laying": "ladder", "n_layers": 4}, 273 * 0.50),
    ],
)
def test_factors_multiply_the_base_of_their_medium(changes, expected):
    assert ampacity_a(CABLE, laid(**changes)) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"soil_celsius": 36}, r"36 \(soil in °C\) is outside the 20 to 35"),
        ({"soil_celsius": 19.9}, "outside the 20 to 35"),
        ({"laying": "air", "air_celsius": 46}, r"46 \(air in °C\) is outside the 30 to 45"),
        ({"soil_rho_k_m_per_w": 3.5}, "outside the 0.8 to 3 of the table"),
        ({"n_grouped": 0}, "0 is not a count"),
        ({"laying": "tray", "n_layers": 0}, "0 is not a count"),
    ],
)
def test_nothing_is_invented_outside_the_tables(changes, message):
    with pytest.raises(InputError, match=message):
        derating(laid(**changes))


def test_the_temperature_of_the_other_medium_does_not_matter():
    assert derating(laid(air_celsius=60)) == derating(BURIED)


def test_more_cables_than_the_table_keep_its_last_factor_and_say_so():
    part = named(laid(n_grouped=9))["grouping"]

    assert part.factor == 0.75
    assert (part.source, part.confidence) == ("beyond-table", "assumed")
    assert "more than the 6 of the table" in part.note


def test_the_last_count_of_the_table_still_carries_its_source():
    part = named(laid(n_grouped=6))["grouping"]

    assert (part.factor, part.source) == (0.75, "gb-50217-grouping-soil")


def test_cables_closer_than_the_table_say_so():
    part = named(laid(n_grouped=2, spacing_mm=50))["grouping"]

    assert part.factor == 0.9
    assert part.confidence == "assumed"


def test_a_derating_is_as_good_as_its_weakest_factor():
    parts = named(BURIED)

    assert parts["ambient_temperature"].confidence == "seen"
    assert derating(BURIED).confidence == "recalled"


def test_pvc_has_its_own_temperature_factors():
    # Table D.0.1, 70 °C: soil 30 °C 0.94.
    part = named(laid(soil_celsius=30), insulation="PVC")["ambient_temperature"]

    assert part.factor == 0.94


def test_an_unknown_insulation_is_refused():
    with pytest.raises(InputError, match="'EPR' is not in the table"):
        derating(BURIED, insulation="EPR")


def test_a_cable_without_a_base_ampacity_is_refused_with_a_remedy():
    with pytest.raises(InputError, match=r"'YJV22-0\.6/1-4x16' has no ampacity in soil; choose"):
        ampacity_a(load_catalogue().cables["YJV22-0.6/1-4x16"], BURIED)


def test_a_user_table_replaces_the_shipped_factors():
    table = tuple(
        replace(row, factor=0.9) if row.medium == "duct" else row for row in derating_rows()
    )

    i_a = ampacity_a(CABLE, laid(laying="duct"), table=table)

    assert i_a == pytest.approx(247 * 0.9)


def test_a_user_table_without_a_needed_row_is_refused():
    table = tuple(row for row in derating_rows() if row.medium != "trench")

    with pytest.raises(InputError, match="there is no row for 'trench'"):
        derating(laid(laying="trench"), table=table)


def test_copper_over_aluminium_is_the_note_of_appendix_c():
    assert copper_over_aluminium().value == 1.29
    assert copper_over_aluminium().confidence == "seen"


# GB 50054-2011 cl. 3.2.9: limits belong to the lower band.
@pytest.mark.parametrize(
    ("share", "sized_on", "factor"),
    [
        (0, "phase", 1.0),
        (15, "phase", 1.0),
        (15.1, "phase", 0.86),
        (33, "phase", 0.86),
        (33.1, "neutral", 0.86),
        (45, "neutral", 0.86),
        (45.1, "neutral", 1.0),
        (80, "neutral", 1.0),
    ],
)
def test_third_harmonic_bands(share, sized_on, factor):
    derated = neutral_harmonic_derating(share)

    assert (derated.sized_on, derated.factor) == (sized_on, factor)


def test_a_negative_harmonic_share_is_refused():
    with pytest.raises(InputError, match="-1 % is not a third harmonic share"):
        neutral_harmonic_derating(-1)


def test_required_ampacity_on_the_phase_and_on_the_neutral_current():
    # 100 A: sqrt(1 + 0.1^2) = 1.004988; sqrt(1 + 0.2^2) / 0.86 = 1.185818; 3 x 0.5 = 1.5.
    assert required_ampacity_a(100, h3_share_percent=10) == pytest.approx(100.4988, rel=1e-5)
    assert required_ampacity_a(100, h3_share_percent=20) == pytest.approx(118.5818, rel=1e-5)
    assert required_ampacity_a(100, h3_share_percent=50) == pytest.approx(150)
    assert neutral_current_a(100, h3_share_percent=50) == pytest.approx(150)


@pytest.mark.parametrize(
    ("conductor", "insulation", "k"),
    [("Cu", "XLPE", 137), ("Al", "XLPE", 90), ("Cu", "PVC", 115), ("Al", "PVC", 72)],
)
def test_the_conservative_short_time_constant_is_the_default(conductor, insulation, k):
    # Power Supply Design Handbook, 4th edition, table 5.6-7.
    result = thermal_k(conductor=conductor, insulation=insulation, area_mm2=300)

    assert (result.value, result.confidence) == (k, "seen")


def test_above_the_section_of_the_table_the_constant_is_an_assumption():
    result = thermal_k(conductor="Cu", insulation="XLPE", area_mm2=400)

    assert (result.value, result.confidence) == (137, "assumed")


def test_an_unknown_insulation_has_no_short_time_constant():
    with pytest.raises(InputError, match="no row for Cu in EPR"):
        thermal_k(conductor="Cu", insulation="EPR")


def test_below_a_tenth_of_a_second_a_tenth_counts():
    fast = min_area_mm2(i_sc_ka=20, t_s=0.02, k_a_sqrt_s_per_mm2=137)

    assert fast == min_area_mm2(i_sc_ka=20, t_s=0.1, k_a_sqrt_s_per_mm2=137)
    assert fast == pytest.approx(46.164, rel=1e-4)  # 20000 x 0.316228 / 137


def test_a_negative_time_is_a_programming_error():
    with pytest.raises(ValueError, match="not possible"):
        min_area_mm2(i_sc_ka=20, t_s=-1, k_a_sqrt_s_per_mm2=137)
