"""The annex of the Changji draft, cell by cell.

昌吉州居民小区用户供配电设施改造移交工作实施方案（2026-2030）（征求意见稿），附件
《昌吉州各县市住宅小区电力设施非直供到户改造费用估算》: numbers of compounds and households and
the cost in 万元 by county, typed in from the draft as printed.

Prices are unit costs derived from the table itself, so the test shows that one set of eight
prices explains it. Two cells are printed rounded to whole 万元; they and the sums they enter are
the only differences, and are named below.
"""

from decimal import Decimal
from pathlib import Path

import pytest

from gridcalc.cost import load_price_book, read_survey, survey_cost

COLUMNS = (
    *("meter", "meter_box", "lv_cable", "accessories", "mv_cable", "rmu", "lv_civil", "mv_civil"),
    *("total", "per_household"),
)
PRINTED = """\
玛纳斯县 1 2163 49.75 62.4 632 64.89 223.87 0 813.29 237.93 2084.13 0.96
呼图壁 11 5245 120.64 151.32 1532.59 157.35 542.86 0 1972.12 576.95 5053.83 0.96
吉木萨尔县 8 1663 38.25 47.98 485.93 49.89 172.12 42 625.29 182.93 1644.39 0.99
木垒县 2 258 5.93 7.44 75.39 7.74 26.7 0 97 28.38 248.58 0.96
奇台县 10 3504 80.59 101.09 1023.87 105.12 362.66 168 1317.5 385.44 3544.27 1.01
阜康市 11 4169 95.89 120.28 1218.18 125.07 431.49 420 1567.54 458.59 4437.04 1.06
昌吉市 71 51862 1192.83 1496.22 15154.08 1555.86 5077.19 1386 18444.68 5396.05 49702.91 0.96
合计 114 68864 1583.88 1986.73 20122.04 2065.92 6836.89 2016 24837.42 7266.27 66715.15 0.97
"""
PRINTED_ROUNDED = {  # county, column -> value by the unit cost, printed in whole 万元
    ("玛纳斯县", "lv_cable"): "632.03",  # printed 632
    ("木垒县", "lv_civil"): "97.01",  # printed 97
}
SUMS_OF_THEM = {  # the sums that hold them
    ("玛纳斯县", "total"): "2084.16",  # printed 2084.13
    ("木垒县", "total"): "248.59",  # printed 248.58
    ("合计", "lv_cable"): "20122.07",  # printed 20122.04
    ("合计", "lv_civil"): "24837.43",  # printed 24837.42
    ("合计", "total"): "66715.19",  # printed 66715.15
}
SURVEY = Path(__file__).parents[2] / "examples" / "changji-survey" / "survey.csv"


def printed() -> dict[tuple[str, str], Decimal]:
    cells = {}
    for line in PRINTED.splitlines():
        area, _, _, *values = line.split()
        cells |= {(area, c): Decimal(v) for c, v in zip(COLUMNS, values, strict=True)}
    return cells


@pytest.fixture(scope="module")
def computed() -> dict[tuple[str, str], Decimal]:
    areas = read_survey(SURVEY.read_text(encoding="utf-8"), file="survey.csv")
    found = survey_cost(areas, load_price_book("changji-survey-2026"))
    rows = [*((row.area, row) for row in found.rows), ("合计", found.total)]
    return {(area, c): getattr(row, f"{c}_wan_yuan") for area, row in rows for c in COLUMNS}


def test_every_cell_is_printed_as_computed_but_for_the_two_rounded_ones_and_their_sums(computed):
    exceptions = {**PRINTED_ROUNDED, **SUMS_OF_THEM}

    expected = printed() | {place: Decimal(value) for place, value in exceptions.items()}

    assert computed == expected


def test_the_two_rounded_cells_are_printed_as_the_whole_part():
    cells = printed()

    assert {p: cells[p] for p in PRINTED_ROUNDED} == {
        place: Decimal(value).to_integral_value() for place, value in PRINTED_ROUNDED.items()
    }


def test_54_of_the_56_cost_cells_of_the_counties_are_exact(computed):
    costs = [p for p in printed() if p[0] != "合计" and p[1] not in ("total", "per_household")]
    exact = [place for place in costs if computed[place] == printed()[place]]

    assert (len(costs), len(exact)) == (56, 54)


def test_the_input_has_the_compounds_and_households_of_the_annex():
    areas = read_survey(SURVEY.read_text(encoding="utf-8"), file="survey.csv")
    counts = [tuple(line.split()[:3]) for line in PRINTED.splitlines()]

    assert [(a.area, str(a.n_compounds), str(a.n_households)) for a in areas] == counts[:-1]
    assert str(sum(a.n_households for a in areas)) == counts[-1][2]
