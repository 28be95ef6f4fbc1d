"""Number and size of transformers in columns of their own; expected lists are worked by hand."""

import pytest

from gridcalc.city.records import Units
from gridcalc.city.table import read_city_table
from gridcalc.errors import InputError
from tests.unit.test_city_table_untidy import told, with_map, workbook

TEMPLATES = {"walk-up": frozenset({"n_transformers", "transformer_kva", "floors"})}
HINT = "write 单台容量 or 总容量 in the heading, beside 变压器台数"


def table_of(folder, *lines, **options):
    path = folder / "city.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    return read_city_table(path, known_templates=TEMPLATES, known_policies=(), **options)


def refused(folder, *lines, **options):
    with pytest.raises(InputError) as caught:
        table_of(folder, *lines, **options)
    return [f"{one.line}|{one.key}|{one.message}" for one in caught.value.problems]


def units(*pairs):
    return tuple(Units(n=n, sn_kva=kva) for n, kva in pairs)


@pytest.mark.parametrize(
    "heading",
    [
        "单台容量(kVA)",
        "每台容量",
        "变压器单台容量（kVA）",
        "单台变压器容量",
        "配变每台容量",
        "变压器容量（单台）",
        "变压器容量（kVA，每台）",
        "transformer capacity each (kVA)",
    ],
)
def test_number_and_size_of_each(tmp_path, heading):
    table = table_of(tmp_path, f"id,template,变压器台数,{heading}", "A,walk-up,2,800")

    assert (table.rows[0].transformers, table.ignored) == (units((2, 800)), ())
    assert table.rows[0].settings == {}


@pytest.mark.parametrize(
    "heading",
    ["总容量(kVA)", "变压器总容量", "变压器容量合计（kVA）", "配变容量（总，kVA）", "合计容量/kVA"],
)
def test_number_and_sum_of_the_sizes(tmp_path, heading):
    table = table_of(
        tmp_path,
        f"id,template,配变台数,{heading}",
        "A,walk-up,2台,1600",
        'B,walk-up,3,"1,890kVA"',
        "C,walk-up,2,800+630",
    )

    # 1600 / 2 = 800, 1890 / 3 = 630
    expected = [units((2, 800)), units((3, 630)), units((1, 800), (1, 630))]
    assert [row.transformers for row in table.rows] == expected


def test_a_sum_of_unlike_transformers_is_told(tmp_path):
    table = table_of(
        tmp_path,
        "id,template,变压器台数,变压器总容量",
        "A,walk-up,2,1430",
        "B,walk-up,,1600",
        "C,walk-up,2,",
    )

    text = "1430 kVA are not 2 equal transformers of a usual size; write the sizes like 1x800+1x630"
    missing = "is the sum of transformers whose number is missing; give it in 变压器台数"
    assert [told(one) for one in table.bad] == [
        [f"变压器总容量|{text}"],
        [f"变压器总容量|{missing}"],
    ]
    assert table.rows[0].settings == {"n_transformers": "2"}


def test_a_size_that_can_be_of_one_or_of_all_refuses_the_table_once(tmp_path):
    found = refused(
        tmp_path,
        "id,template,变压器台数,变压器容量(kVA)",
        "A,walk-up,1,630",
        "B,walk-up,2,1600",
        "C,walk-up,4,3200",
    )

    text = f"1600 kVA (row 3) can be the size of one transformer or of all; {HINT}"
    assert found == [f"1|变压器容量(kVA)|{text}"]


@pytest.mark.parametrize("heading", ["变压器容量", "容量(kVA)", "配变容量"])
def test_a_size_whose_heading_says_neither_is_read_where_it_is_clear(tmp_path, heading):
    table = table_of(
        tmp_path, f"id,template,变压器台数,{heading}", "A,walk-up,2,2x800", "B,walk-up,1,630"
    )

    assert [row.transformers for row in table.rows] == [units((2, 800)), units((1, 630))]


def test_a_size_without_any_number_is_not_left_out_silently(tmp_path):
    assert refused(tmp_path, "id,template,变压器容量", "A,walk-up,800") == [
        f"1|变压器容量|800 kVA (row 2) can be the size of one transformer or of all; {HINT}"
    ]
    table = table_of(tmp_path, "id,template,变压器容量", "A,walk-up,2x800", "B,walk-up,")
    assert [row.transformers for row in table.rows] == [units((2, 800)), ()]


@pytest.mark.parametrize("heading", ["总容量", "容量", "变压器总容量"])
def test_a_sum_without_a_column_of_numbers_is_listed_as_not_read(tmp_path, heading):
    table = table_of(tmp_path, f"id,template,{heading}", "A,walk-up,800")

    assert (table.rows[0].transformers, table.ignored) == ((), (heading,))


def test_numbers_alone_stay_parameters_of_the_template(tmp_path):
    table = table_of(
        tmp_path,
        "id,template,变压器台数,单台变压器容量",
        "A,walk-up,2,",
        "B,walk-up,,800",
        "C,walk-up,0,800",
    )

    assert [row.settings for row in table.rows] == [
        {"n_transformers": "2"},
        {"transformer_kva": "800"},
        {"n_transformers": "0", "transformer_kva": "800"},
    ]


def test_columns_that_contradict_each_other_are_told(tmp_path):
    table = table_of(
        tmp_path,
        "id,template,变压器台数,单台容量,总容量,变压器容量",
        "A,walk-up,2,800,1600,1600",
        "B,walk-up,2,800,1600,800",
        "C,walk-up,2,800,1260,",
        "D,walk-up,2,800,1600,630",
        "E,walk-up,3,,,2x800",
        "F,walk-up,2.5,800,,",
        "G,walk-up,2,5,,",
    )

    assert [row.transformers for row in table.rows] == [units((2, 800))] * 2
    several = "2x800 are 2 transformers, but 3 are given as their number; correct one"
    neither = "630 kVA are neither the size of one nor the sum of 2x800; correct one"
    assert [told(one) for one in table.bad] == [
        ["总容量|2x630 contradicts 2x800 of another column; correct one"],
        [f"变压器容量|{neither}"],
        [f"变压器容量|{several}"],
        ["变压器台数|'2.5' is not a whole number; correct it"],
        ["单台容量|'5' is not within 10 to 10000 kVA; correct it"],
    ]


def test_a_list_beside_its_number(tmp_path):
    table = table_of(
        tmp_path, "id,template,变压器,变压器台数", "A,walk-up,2x800,2", "B,walk-up,2x800,3"
    )

    assert (table.rows[0].transformers, table.rows[0].settings) == (units((2, 800)), {})
    assert [one.id for one in table.bad] == ["B"]


def test_a_row_with_a_file_takes_no_sizes(tmp_path):
    (tmp_path / "a.yaml").write_text("", encoding="utf-8")
    headings = "id,template,file,变压器台数,变压器容量"

    table = table_of(tmp_path, headings, "A,,a.yaml,,1600", "B,,a.yaml,2,1600")

    # the file says what is installed; a parameter beside it stays a fault
    assert [(row.id, row.transformers) for row in table.rows] == [("A", ())]
    text = "a compound file takes no parameter 'n_transformers'; leave the cell empty"
    assert [told(one) for one in table.bad] == [[f"变压器台数|{text}"]]


def test_sizes_in_another_unit_are_told(tmp_path):
    assert refused(tmp_path, "id,template,变压器台数,总容量(MVA)", "A,walk-up,2,1.6") == [
        "1|总容量(MVA)|is in MVA; give it in kVA and correct the heading"
    ]


def test_headings_of_two_rows_and_a_column_map(tmp_path):
    rows = [["编号", "模板", "变压器", None], [None, None, "台数", "总容量(kVA)"]]
    path = workbook(tmp_path, 台账=[*rows, ["A", "walk-up", 2, 1600]])
    table = read_city_table(path, known_templates=TEMPLATES, known_policies=())
    assert table.rows[0].transformers == units((2, 800))

    chosen = with_map(tmp_path, "columns: {n_transformers: 数, transformers_total_kva: 量}\n")
    table = table_of(tmp_path, "id,template,数,量", "A,walk-up,2,1260", columns=chosen)
    assert table.rows[0].transformers == units((2, 630))
