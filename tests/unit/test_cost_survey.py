"""Survey tables in: encodings, headings, and every broken cell in one error."""

import pytest

from gridcalc.cost import read_survey
from gridcalc.cost.survey import SurveyArea
from gridcalc.errors import InputError

HEADER = "area,n_compounds,n_households,n_households_civil,n_rmus\n"


def places(text: str) -> set[tuple[int, str]]:
    with pytest.raises(InputError) as caught:
        read_survey(text, file="s.csv")
    return {(problem.line, problem.key) for problem in caught.value.problems}


def test_an_empty_number_of_civil_households_means_all():
    (area,) = read_survey(HEADER + "甲县,2,300,,1\n", file="s.csv")

    assert area == SurveyArea(
        area="甲县", n_compounds=2, n_households=300, n_households_civil=300, n_rmus=1
    )


def test_no_household_with_civil_works_is_not_all_of_them():
    (area,) = read_survey(HEADER + "甲县,2,300,0,1\n", file="s.csv")

    assert area.n_households_civil == 0


def test_chinese_headings_in_any_order_are_understood():
    text = "户数,县市,环网柜,小区数量,土建户数\n300,甲县,1,2,200\n"

    (area,) = read_survey(text, file="s.csv")

    assert (area.n_households, area.n_households_civil, area.n_rmus) == (300, 200, 1)


def test_every_broken_row_and_column_is_in_one_error():
    text = HEADER + (
        "甲县,x,-5,,\n"  # line 2: no number, below one, empty
        "乙县,1,300,301,1.5\n"  # line 3: more civil than all, not whole
        ",0,300,,0\n"  # line 4: no name, no compound
        "合计,1,300,,0\n"  # line 5: a sum
        "丙县,1,300\n"  # line 6: cells missing
        "\n"
        "丁县,1,300,,0\n"
        "丁县,1,300,,0\n"  # line 9: twice
        "戊县,1,300,,0,7\n"  # line 10: a cell too many
        "己县,1,9999999999,,0\n"  # line 11: ten digits
    )

    assert places(text) == {
        *((2, "n_compounds"), (2, "n_households"), (2, "n_rmus")),
        *((3, "n_households_civil"), (3, "n_rmus")),
        *((4, "area"), (4, "n_compounds")),
        *((5, "area"), (6, ""), (6, "n_rmus"), (9, "area"), (10, ""), (11, "n_households")),
    }


def test_wrong_headings_are_all_named():
    text = "area,n_compounds,houses,n_households_civil,n_households_civil\n甲,1,2,3,4\n"

    assert places(text) == {
        *((1, "n_households"), (1, "n_rmus"), (1, "houses"), (1, "n_households_civil")),
    }


@pytest.mark.parametrize("text", ["", HEADER])
def test_a_table_without_rows_is_refused(text):
    assert places(text)


def test_whole_numbers_of_a_spreadsheet_may_have_a_point():
    (area,) = read_survey(HEADER + "甲县,2.0,300.00,,1\n", file="s.csv")

    assert (area.n_compounds, area.n_households) == (2, 300)
