"""Numbers as people write them; each expected value is what a person would read."""

import pytest

from gridcalc.city.records import Units
from gridcalc.city.table import numbers
from gridcalc.city.table.vocabulary import city_columns

N, SN_KVA = city_columns()["transformers.n"], city_columns()["transformers.sn_kva"]
HOUSEHOLDS, YEAR = city_columns()["n_households"], city_columns()["year"]


def units(text):
    found = numbers.transformers(text, n=N, sn_kva=SN_KVA)
    return [(one.n, one.sn_kva) for one in found]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *(("12", 12), ("12.50", 12.5), (".5", 0.5), ("-3", -3), ("+4", 4), ("1e3", 1000)),
        *(("1,200", 1200), ("12,345,678.9", 12345678.9), ("1 200", 1200), ("1'200", 1200)),
        *(("１２．５", 12.5), ("１，２００", 1200), ("1\u202f200", 1200), ("\u22125", -5)),
    ],
)
def test_clear_numbers_are_read(text, value):
    assert numbers.number(text, comma_is_decimal=False) == value


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("1200户", "'1200户' is not a number; write 1200"),
        ("约800", "'约800' is not a number; write 800"),
        ("113,5", "'113,5' is not a number; write 113.5 or 1135"),
        ("1,2,3", "'1,2,3' is not a number; write digits, or leave the cell empty"),
        ("10-20", "'10-20' is not a number; write digits, or leave the cell empty"),
        ("1,20", "'1,20' is not a number; write 1.20 or 120"),
        ("many", "'many' is not a number; write digits, or leave the cell empty"),
        ("=A1", "'=A1' is not a number; write digits, or leave the cell empty"),
        ("inf", "'inf' is not a number; write digits, or leave the cell empty"),
        ("0x10", "'0x10' is not a number; write digits, or leave the cell empty"),
        ("1_000", "'1_000' is not a number; write digits, or leave the cell empty"),
        ("80%", "'80%' is not a number; write 80"),
        ("x" * 90, f"'{'x' * 60}…' is not a number; write digits, or leave the cell empty"),
    ],
)
def test_what_is_no_number_is_told_with_what_to_write(text, told):
    with pytest.raises(ValueError, match="is not a number") as caught:
        numbers.number(text, comma_is_decimal=False)

    assert str(caught.value) == told


@pytest.mark.parametrize("text", ["1e999", "9" * 400])
def test_a_number_beyond_all_ranges_is_told(text):
    with pytest.raises(ValueError, match="is not"):
        numbers.count(text, HOUSEHOLDS, comma_is_decimal=False)


@pytest.mark.parametrize(
    ("text", "value"),
    [("113,5", 113.5), ("1.234,5", 1234.5), ("113.5", 113.5), ("1200", 1200), ("1,20", 1.2)],
)
def test_a_comma_stands_before_decimals_in_german_tables(text, value):
    assert numbers.number(text, comma_is_decimal=True) == value


@pytest.mark.parametrize("text", ["1,200", "1.200", "12,345"])
def test_what_can_be_thousands_or_decimals_is_told_in_german_tables(text):
    with pytest.raises(ValueError, match="; write one of them plainly"):
        numbers.number(text, comma_is_decimal=True)


@pytest.mark.parametrize("text", ["1.2345", "87.123", "500123.25"])
def test_coordinates_of_german_tables_may_have_points_and_commas(text):
    found = [
        numbers.degrees_or_metres(one, comma_is_decimal=True)
        for one in (text, text.replace(".", ","))
    ]

    assert found == [float(text)] * 2


@pytest.mark.parametrize("text", ["12.5", "1e-3", "0.999999"])
def test_a_count_is_whole(text):
    with pytest.raises(ValueError, match="is not a whole number; correct it"):
        numbers.count(text, HOUSEHOLDS, comma_is_decimal=False)


@pytest.mark.parametrize(
    ("text", "value"),
    [("1200.0", 1200), ("1", 1), ("100000", 100_000), ("1,200", 1200)],
)
def test_counts_are_read(text, value):
    found = numbers.count(text, HOUSEHOLDS, comma_is_decimal=False)

    assert (found, type(found)) == (value, int)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *(("2005", 2005), ("2005年", 2005), ("2005 年建", 2005), ("２００５", 2005)),
        *(("2005-06-01", 2005), ("2005/6", 2005), ("2005.6", 2005), ("2005.0", 2005)),
        *(("2005-06-01T08:30:00", 2005), ("2005年6月", 2005)),
    ],
)
def test_years_are_read_from_years_and_dates(text, value):
    assert numbers.year(text, YEAR) == value


@pytest.mark.parametrize("text", ["05", "20055", "6/2005", "年", "2005-2008", "38504"])
def test_what_is_no_year_is_told(text):
    with pytest.raises(ValueError, match="is not a year; write four digits such as 2005"):
        numbers.year(text, YEAR)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2x800+1x630", [(2, 800), (1, 630)]),
        ("2×800kVA + 630", [(2, 800), (1, 630)]),
        ("2*800", [(2, 800)]),
        ("２Ｘ８００＋６３０ＫＶＡ", [(2, 800), (1, 630)]),
        ("2台800、1台630", [(2, 800), (1, 630)]),
        ("800kVA×2", [(2, 800)]),
        ("800x2", [(2, 800)]),
        ("315", [(1, 315)]),
        ("800+630+800", [(2, 800), (1, 630)]),
        ("2x31.5千伏安", [(2, 31.5)]),
        ("10x50", [(10, 50)]),
    ],
)
def test_transformers_are_read(text, value):
    assert units(text) == value


@pytest.mark.parametrize(
    "text", ["2x", "x800", "2x800+", "two", "2x800x3", "2 800", "2,800", "800-630", "2x-800", "+"]
)
def test_what_is_no_list_of_transformers_is_told(text):
    with pytest.raises(ValueError, match=r"transformers; write it like 2x800\+1x630"):
        units(text)


@pytest.mark.parametrize("text", ["51x800", "2x9", "2x10001", "0x800", "2", "60x70", "1x800x51"])
def test_transformers_outside_their_ranges_are_told(text):
    with pytest.raises(ValueError, match="write it like"):
        units(text)


def test_the_range_of_transformers_is_told():
    with pytest.raises(ValueError, match="is not within 1 to 50 of 10 to 10000 kVA"):
        units("51x800")


def test_equal_transformers_are_one_entry():
    assert numbers.transformers("1x800+800", n=N, sn_kva=SN_KVA) == (Units(n=2, sn_kva=800.0),)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *(("80%", "0.8"), ("29 %", "0.29"), ("12.5%", "0.125"), ("１００％", "1")),
        *(("1,200", "1200"), ("0.80", "0.80"), ("YJV22-8.7/15-3x240", "YJV22-8.7/15-3x240")),
    ],
)
def test_settings_are_plain_numbers_or_texts(text, value):
    assert numbers.setting(text, comma_is_decimal=False) == value


def test_settings_of_german_tables_have_points():
    assert [numbers.setting(t, comma_is_decimal=True) for t in ("0,8", "80,5%")] == ["0.8", "0.805"]
