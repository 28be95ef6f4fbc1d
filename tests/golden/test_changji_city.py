"""The made-up city of examples/changji-city: its script, its table, and its survey.

Compounds, households and ring main units of the counties are those of the annex of the Changji
draft, typed in beside ``test_changji_annex``; so the survey must cost what the annex prints, but
for the two cells that are printed rounded there and the sums that hold them.
"""

import csv
import subprocess
import sys
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from gridcalc.city.table.reader import read_city_table
from gridcalc.compound.templates import list_templates
from gridcalc.cost import load_price_book, read_survey, survey_cost
from gridcalc.policy import list_policies
from tests.validation.test_changji_annex import (
    COLUMNS,
    PRINTED,
    PRINTED_ROUNDED,
    SUMS_OF_THEM,
    printed,
)

EXAMPLE = Path(__file__).parents[2] / "examples" / "changji-city"
ANNEX = Path(__file__).parents[2] / "examples" / "changji-survey"
TABLES = ("compounds.csv", "lines.csv", "survey.csv")


def records(name):
    with (EXAMPLE / name).open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(scope="module")
def table():
    templates = {t.name: frozenset(p.name for p in t.parameters) for t in list_templates()}
    return read_city_table(
        EXAMPLE / "compounds.csv",
        known_templates=templates,
        known_policies=frozenset(pack.id for pack in list_policies()),
    )


def test_the_script_writes_the_committed_tables(tmp_path):
    command = [
        sys.executable,
        str(EXAMPLE / "make_table.py"),
        "--seed",
        "2026",
        "-o",
        str(tmp_path),
    ]

    subprocess.run(command, check=True, timeout=60)

    for name in TABLES:
        assert (tmp_path / name).read_bytes() == (EXAMPLE / name).read_bytes(), name


def test_another_seed_writes_another_city_with_the_same_survey(tmp_path):
    command = [sys.executable, str(EXAMPLE / "make_table.py"), "--seed", "7", "-o", str(tmp_path)]

    subprocess.run(command, check=True, timeout=60)

    assert (tmp_path / "survey.csv").read_bytes() == (EXAMPLE / "survey.csv").read_bytes()
    assert (tmp_path / "compounds.csv").read_bytes() != (EXAMPLE / "compounds.csv").read_bytes()


def test_every_row_can_be_read(table):
    assert table.bad == ()
    assert len(table.rows) == 114
    assert sum(row.n_households for row in table.rows) == 68_864
    assert table.ignored == ("高压及土建户数", "新增环网柜(台)")


def test_compounds_and_households_of_each_county_are_those_of_the_annex(table):
    n_compounds = Counter(row.area for row in table.rows)
    n_households = Counter()
    for row in table.rows:
        n_households[row.area] += row.n_households
    counts = [line.split()[:3] for line in PRINTED.splitlines()][:-1]

    assert [(a, str(n_compounds[a]), str(n_households[a])) for a, _, _ in counts] == [
        tuple(row) for row in counts
    ]


def test_the_survey_is_added_up_from_the_table():
    rows = records("compounds.csv")
    for area in records("survey.csv"):
        own = [row for row in rows if row["区县"] == area["area"]]

        assert len(own) == int(area["n_compounds"])
        assert sum(int(row["户数"]) for row in own) == int(area["n_households"])
        assert sum(int(row["高压及土建户数"]) for row in own) == int(area["n_households_civil"])
        assert sum(int(row["新增环网柜(台)"]) for row in own) == int(area["n_rmus"])


def test_the_annex_implies_49055_households_with_civil_works_and_33_rmus_in_the_city():
    (city,) = [row for row in records("survey.csv") if row["area"] == "昌吉市"]

    assert (city["n_households_civil"], city["n_rmus"]) == ("49055", "33")


def test_the_survey_costs_what_the_annex_prints_but_for_the_two_rounded_cells_and_their_sums():
    areas = read_survey((EXAMPLE / "survey.csv").read_text(encoding="utf-8"), file="survey.csv")
    found = survey_cost(areas, load_price_book("changji-survey-2026"))
    rows = [*((row.area, row) for row in found.rows), ("合计", found.total)]
    computed = {(area, c): getattr(row, f"{c}_wan_yuan") for area, row in rows for c in COLUMNS}
    stated = {**PRINTED_ROUNDED, **SUMS_OF_THEM}

    assert computed == printed() | {place: Decimal(value) for place, value in stated.items()}


def test_the_survey_of_the_table_equals_the_survey_of_the_annex():
    own, annex = (
        survey_cost(
            read_survey((folder / "survey.csv").read_text(encoding="utf-8"), file="survey.csv"),
            load_price_book("changji-survey-2026"),
        )
        for folder in (EXAMPLE, ANNEX)
    )

    assert own.rows == annex.rows
    assert own.total == annex.total


def test_data_are_missing_here_and_there_as_in_a_real_table(table):
    assert any(row.n_ebikes is None for row in table.rows)
    assert any(not row.transformers for row in table.rows)
    assert any(row.metered_peak_kw is None for row in table.rows)
    assert any(row.line == "" for row in table.rows)
    assert any(row.lon is None for row in table.rows)
    assert all(row.name and row.area and row.policy == "changji-2026" for row in table.rows)


def test_names_and_ids_are_unique_and_lines_are_known(table):
    lines = {line["线路编号"] for line in records("lines.csv")}

    assert len({row.id for row in table.rows}) == len({row.name for row in table.rows}) == 114
    assert {row.line for row in table.rows} - {""} <= lines
    assert all(line["联络线路"] in {*lines, ""} for line in records("lines.csv"))


def test_compounds_lie_in_the_towns_of_their_counties(table):
    # Public coordinates of the county towns, to about 0.01 degrees.
    towns = {
        "玛纳斯县": (86.22, 44.30),
        "呼图壁": (86.90, 44.19),
        "吉木萨尔县": (89.18, 44.00),
        "木垒县": (90.29, 43.83),
        "奇台县": (89.59, 44.02),
        "阜康市": (87.98, 44.16),
        "昌吉市": (87.30, 44.01),
    }
    for row in table.rows:
        if row.lon is not None:
            lon, lat = towns[row.area]

            assert abs(row.lon - lon) < 0.08
            assert abs(row.lat - lat) < 0.05
