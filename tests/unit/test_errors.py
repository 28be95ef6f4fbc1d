"""What an error shows of its problems: all of a short list, the kinds of a long one."""

import pytest

from gridcalc.cli.said import error_text
from gridcalc.errors import MOST_SHOWN, InputError, Problem, shown_of

NO_NUMBER = "'x' is not a number"


def _rows(n: int, *, file: str = "bays.csv", message: str = "{n} is no id") -> list[Problem]:
    """Return one problem on each of the lines 2, 3 and so on."""
    return [Problem(file, line, "id", message.format(n=line)) for line in range(2, 2 + n)]


def test_a_list_that_is_just_short_enough_is_shown_whole():
    error = InputError(_rows(MOST_SHOWN))

    # one line names the file, one line stands for each row, none are joined
    assert len(str(error).splitlines()) == 1 + MOST_SHOWN
    assert (
        str(error).splitlines()[-1] == f"  - line {MOST_SHOWN + 1}, id: {MOST_SHOWN + 1} is no id"
    )


@pytest.mark.parametrize(("lang", "last"), [("en", "and 37 more problems"), ("zh", "另有37处问题")])
def test_a_long_list_ends_with_how_many_more_there_are(lang, last):
    error = InputError(_rows(MOST_SHOWN + 37))

    lines = error_text(error, lang).splitlines()

    assert len(lines) == 1 + MOST_SHOWN + 1
    assert lines[-1] == last


def test_equal_problems_of_a_long_list_are_one_line():
    rows = [*_rows(400_000, message=NO_NUMBER), Problem("bays.csv", 7, "kw", "is empty")]

    text = str(InputError(rows))

    # 400 000 rows: the first stands there, 399 999 more do not
    assert text.splitlines() == [
        "bays.csv is not usable:",
        f"  - line 2, id: {NO_NUMBER} (and 399999 more of this kind)",
        "  - line 7, kw: is empty",
    ]


def test_equal_problems_are_one_line_in_chinese_too():
    text = error_text(InputError(_rows(1001, message=NO_NUMBER)), "zh")

    assert text.splitlines() == ["bays.csv有误：", "  - 第2行，id：'x'不是数字（另有1000处相同）"]


def test_cells_of_a_column_and_members_of_a_list_are_of_one_kind():
    cells = [Problem("a.xlsx", 0, f"Bays!D{row} kw", NO_NUMBER) for row in range(5, 305)]
    members = [Problem("b.yaml", n, f"bays[{n}].kw", NO_NUMBER) for n in range(1, 301)]

    shown, n_left = shown_of(InputError([*cells, *members]).problems)

    assert [(row.problem.key, row.n_more) for row in shown] == [
        ("Bays!D5 kw", 299),
        ("bays[1].kw", 299),
    ]
    assert n_left == 0


def test_a_bad_table_does_not_hide_the_problems_of_another_file():
    error = InputError([*_rows(5000, file="a.csv"), Problem("b.yaml", 3, "kw", "is empty")])

    lines = str(error).splitlines()

    # two files share the lines; 5000 rows less the share of a.csv are left
    assert lines[-3:-1] == ["b.yaml is not usable:", "  - line 3, kw: is empty"]
    assert lines[-1] == f"and {5000 - MOST_SHOWN // 2} more problems"


def test_many_bad_files_do_not_make_the_error_longer():
    error = InputError(Problem(f"{n:04}.yaml", 0, "", "is empty") for n in range(1000))

    lines = str(error).splitlines()

    assert len(lines) == 2 * MOST_SHOWN + 1
    assert lines[-1] == f"and {1000 - MOST_SHOWN} more problems"


def test_an_error_keeps_every_problem_whatever_it_shows():
    rows = _rows(5000)

    assert set(InputError(rows).problems) == set(rows)


# ------------------------------------------------------------------ many equal ones of a short list


def test_many_equal_problems_of_a_short_list_are_three_and_where_the_others_are():
    text = str(
        InputError([*_rows(40, message=NO_NUMBER), Problem("bays.csv", 7, "kw", "is empty")])
    )

    # lines 2 to 41 are wrong: three are shown, 37 are left, ten of them named; line 7 stands last
    assert text.splitlines() == [
        "bays.csv is not usable:",
        f"  - line 2, id: {NO_NUMBER}",
        f"  - line 3, id: {NO_NUMBER}",
        f"  - line 4, id: {NO_NUMBER} (and 37 more of this kind,"
        " lines 5, 6, 7, 8, 9, 10, 11, 12, 13, 14 …)",
        "  - line 7, kw: is empty",
    ]


def test_many_equal_problems_of_a_short_list_are_three_in_chinese_too():
    text = error_text(InputError(_rows(6, message=NO_NUMBER)), "zh")

    assert text.splitlines()[-1] == "  - 第4行，id：'x'不是数字（另有3处相同：第5、6、7行）"


@pytest.mark.parametrize("n", [1, 5])
def test_a_few_equal_problems_are_all_shown(n):
    assert len(str(InputError(_rows(n, message=NO_NUMBER))).splitlines()) == 1 + n


def test_cells_are_named_where_many_are_left_out():
    cells = [Problem("a.xlsx", 0, f"LV cables!D{row} kw", NO_NUMBER) for row in range(5, 12)]

    assert str(InputError(cells)).splitlines()[-1] == (
        f"  - LV cables!D7 kw: {NO_NUMBER} (and 4 more of this kind: D8, D9, D10, D11)"
    )


def test_sheets_stand_in_the_order_they_are_given_and_whole_sheets_first():
    cells = [Problem("a.xlsx", 0, key, "is empty") for key in ("Z!A10", "Z!A9", "B!C5", "A")]

    assert [row.key for row in InputError(cells).problems] == ["A", "Z!A9", "Z!A10", "B!C5"]
