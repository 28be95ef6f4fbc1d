"""Cells as people fill them: what is taken for what, and what is said of the rest."""

import re
from datetime import date, datetime, time, timedelta

import pytest

from gridcalc.compound.workbook.cells import cell_value, is_blank
from gridcalc.compound.workbook.fields import columns
from gridcalc.compound.workbook.places import address, letters, place_of

COLUMNS = {
    column.id: column
    for sheet in ("lv_cables", "households", "private_bays", "public_loads", "sources", "general")
    for column in columns(sheet)
}


def taken(value, column, lang="zh"):
    return cell_value(value, COLUMNS[column], lang)


@pytest.mark.parametrize(
    ("value", "column", "expected"),
    [
        (120.0, "lv_cables.length_m", 120),
        (0.5, "lv_cables.length_m", 0.5),
        ("120", "lv_cables.length_m", 120),
        (" 12.5 ", "lv_cables.length_m", 12.5),
        ("１２０", "lv_cables.length_m", 120),
        ("１２．５", "lv_cables.length_m", 12.5),
        ("1,200", "lv_cables.length_m", 1200),
        ("１，２００", "lv_cables.length_m", 1200),
        ("\u22123", "lv_cables.length_m", -3),  # a minus sign; the range is judged later
        ("1e3", "lv_cables.length_m", 1000),
        (30.0, "households.count", 30),
        (30.5, "households.count", 30.5),  # the door says that this is no whole number
        (0.3, "private_bays.equipped_share", 0.3),
        ("30%", "private_bays.equipped_share", 0.3),
        ("直埋", "lv_cables.laying", "buried"),
        ("buried", "lv_cables.laying", "buried"),
        ("Buried ", "lv_cables.laying", "buried"),
        ("in air", "lv_cables.laying", "air"),
        (2.0, "public_loads.grade", 2),
        ("2", "public_loads.grade", 2),
        ("客梯", "public_loads.kind", "passenger_lift"),
        ("passenger_lift", "public_loads.kind", "passenger_lift"),
        ("own_kind", "public_loads.kind", "own_kind"),
        ("是", "sources.dedicated", True),
        ("no", "sources.dedicated", False),
        ("TRUE", "sources.dedicated", True),
        (True, "sources.dedicated", True),
        ("三相均匀分配", "households.phases", "round_robin"),
        ("A2 B3 C1", "households.phases", [2, 3, 1]),
        ("2/3/1", "households.phases", [2, 3, 1]),
        ("2，3，1", "households.phases", [2, 3, 1]),
        ("[2, 3, 1]", "households.phases", [2, 3, 1]),
        ("L1 2 L2 3 L3 1", "households.phases", [2, 3, 1]),
        (" T1\u3000", "lv_cables.id", "T1"),
        (7.0, "lv_cables.id", "7"),
        ("Ｔ１", "lv_cables.id", "Ｔ１"),  # another id than T1; links to it say so
        (" 滨河 ", "general.name", " 滨河 "),  # free texts are left alone
        (2026.0, "general.name", "2026"),
    ],
)
def test_what_a_cell_stands_for(value, column, expected):
    found = taken(value, column)

    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("value", "column", "message"),
    [
        ("12 m", "lv_cables.length_m", "'12 m' is not a number; write 12; the unit stands"),
        ("100㎡", "households.area_m2", "'100㎡' is not a number; write 100; the unit stands"),
        ("12,5", "lv_cables.length_m", "'12,5' is not a number; write 12.5 or 125"),
        ("10-20", "lv_cables.length_m", "'10-20' is not a number; write digits"),
        ("一百", "lv_cables.length_m", "'一百' is not a number; write digits"),
        ("30%", "lv_cables.length_m", "'30%' is not a number; write 30; the unit"),
        ("x" * 80, "lv_cables.length_m", f"'{'x' * 60}…' is not a number"),
        (True, "lv_cables.length_m", "holds TRUE; write a number"),
        (date(2020, 1, 1), "lv_cables.length_m", "holds the date or time 2020-01-01"),
        (datetime(2020, 1, 1, 3), "general.name", "holds the date or time 2020-01-01 03"),
        (time(8), "households.phases", "holds the date or time 08:00:00"),
        (timedelta(hours=30), "lv_cables.length_m", "holds the date or time 1 day"),
        ("直里", "lv_cables.laying", "'直里' is not one of 直埋, 穿管, 电缆沟"),
        ("电缆勾", "lv_cables.laying", "did you mean '电缆沟'"),
        ("maybe", "sources.dedicated", "'maybe' is not one of 是, 否"),
        (1.0, "sources.dedicated", "'1' is not one of 是, 否"),
        ("四级", "public_loads.grade", "'四级' is not one of 1, 2, 3"),
        ("A2 B3", "households.phases", "or units per phase like A2 B3 C1"),
        (1.5, "lv_cables.id", "holds the number 1.5; format the cell as text"),
        (1e16, "lv_cables.id", "a number of more than 15 digits, which spreadsheets cut"),
    ],
)
def test_what_is_said_of_a_cell_that_cannot_be_taken(value, column, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        taken(value, column)


def test_words_are_named_in_the_language_of_the_sheet():
    with pytest.raises(ValueError, match="not one of buried, duct, "):
        taken("burried", "lv_cables.laying", lang="en")


@pytest.mark.parametrize("value", [None, "", "  ", "\u3000\u200b", "\ufeff"])
def test_what_cannot_be_seen_is_blank(value):
    assert is_blank(value)


def test_addresses_of_every_column_there_is_lead_back():
    # A spreadsheet ends at column XFD, the 16 384th
    assert letters(16_383) == "XFD"
    assert all(place_of(address(8, k)) == (8, k) for k in range(16_384))


@pytest.mark.parametrize("text", ["", "7", "D", "D0", "AAAA1", "D12345678", "d7", "D7 "])
def test_other_texts_are_no_addresses(text):
    assert place_of(text) is None
