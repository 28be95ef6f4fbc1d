"""The one CSV reader: columns equal fields, every bad cell is reported with line and column."""

from dataclasses import dataclass
from typing import Literal

import pytest

from gridcalc.errors import InputError
from gridcalc.tables import parse_table, read_user_table


@dataclass(frozen=True, slots=True, kw_only=True)
class Cable:
    name: str
    conductor: Literal["Cu", "Al"]
    area_mm2: float
    n_cores: int
    max_i_a: float | None
    armoured: bool


HEAD = "name,conductor,area_mm2,n_cores,max_i_a,armoured\n"


def rows_of(text):
    return parse_table(Cable, text, file="cables.csv")


def problems_of(text):
    with pytest.raises(InputError) as caught:
        rows_of(text)
    return [str(problem) for problem in caught.value.problems]


def test_cells_are_converted_by_the_type_of_their_field():
    (row,) = rows_of(HEAD + "A1, Cu ,35,4,140.5,yes\n")

    assert row == Cable(
        name="A1", conductor="Cu", area_mm2=35.0, n_cores=4, max_i_a=140.5, armoured=True
    )


def test_an_empty_cell_of_an_optional_field_is_not_given():
    (row,) = rows_of(HEAD + "A1,Cu,35,4,,false\n")

    assert row.max_i_a is None


def test_columns_may_stand_in_any_order():
    (row,) = rows_of("armoured,n_cores,area_mm2,max_i_a,conductor,name\ntrue,4,35,,Al,A1\n")

    assert (row.name, row.conductor) == ("A1", "Al")


def test_a_heading_without_rows_is_an_empty_table():
    assert rows_of(HEAD) == ()


def test_blank_lines_are_skipped_and_still_counted():
    (problem,) = problems_of(HEAD + "\n,,,,,\nA1,Cu,x,4,,no\n")

    assert problem == "line 4, area_mm2: 'x' is not a number"


def test_missing_and_unknown_columns_are_all_named():
    problems = problems_of("name,conductor,area,n_cores,max_i_a\nA1,Cu,35,4,\n")

    assert [problem.split(";")[0] for problem in problems] == [
        "line 1, area: this column is not known",
        "line 1, area_mm2: this column is missing",
        "line 1, armoured: this column is missing",
    ]


def test_an_empty_text_lacks_every_column():
    assert len(problems_of("")) == 6


def test_a_column_that_stands_twice_is_refused():
    # otherwise the second silently replaces the first
    text = HEAD.strip() + ",area_mm2\nA1,Cu,35,4,,no,70\n"

    assert "area_mm2" in problems_of(text)[0]


def test_every_bad_cell_of_every_line_is_reported_at_once():
    problems = problems_of(HEAD + "A1,Fe,35,4,,no\nA2,Cu,wide,4.5,,perhaps\nA3,Cu,35\n")

    assert problems == [
        "line 2, conductor: 'Fe' is not one of Cu, Al",
        "line 3, area_mm2: 'wide' is not a number",
        "line 3, armoured: 'perhaps' is neither true nor false",
        "line 3, n_cores: '4.5' is not a number",
        "line 4: 3 cells where the heading has 6",
    ]


@pytest.mark.parametrize("cell", ["nan", "inf", "-inf", "1e999"])
def test_numbers_must_be_finite(cell):
    assert problems_of(HEAD + f"A1,Cu,{cell},4,,no\n") == [
        f"line 2, area_mm2: {cell!r} is not a finite number"
    ]


def test_an_empty_cell_of_a_field_that_is_needed_is_a_problem():
    assert problems_of(HEAD + "A1,Cu,,4,,no\n") == ["line 2, area_mm2: '' is not a number"]


def test_a_cell_with_a_line_break_does_not_shift_the_lines_of_later_problems():
    # line 2 and 3 of the file are one row, the fault stands on line 4
    problems = problems_of(HEAD + '"A\n1",Cu,35,4,,no\nA2,Cu,x,4,,no\n')

    assert problems == ["line 4, area_mm2: 'x' is not a number"]


def test_a_cell_longer_than_the_csv_module_takes_is_an_input_error():
    assert problems_of(HEAD + "A" * 200_000 + ",Cu,35,4,,no\n")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_user_tables_are_read_in_utf_8_with_or_without_mark_and_in_gb18030(tmp_path, encoding):
    path = tmp_path / "cables.csv"
    path.write_bytes((HEAD + "铝缆,Al,35,4,,no\n").encode(encoding))

    (row,) = read_user_table(Cable, path)

    assert row.name == "铝缆"


def test_a_user_table_that_is_not_there_is_an_input_error(tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        read_user_table(Cable, tmp_path / "nowhere.csv")
