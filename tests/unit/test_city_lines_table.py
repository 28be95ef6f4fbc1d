"""Tables of 10 kV lines: words, units and curves, and every bad row with all that is wrong."""

import pytest

from gridcalc.city.lines.line_headings import field_of
from gridcalc.city.lines.line_table import read_line_table
from gridcalc.city.lines.line_words import kva_per
from gridcalc.city.lines.placing import line_ids
from gridcalc.errors import InputError
from tests.unit.city_table_cases import write_table

SQRT3 = 3**0.5


def text_table(folder, *lines, name="lines.csv", encoding="utf-8", columns=None):
    path = folder / name
    path.write_bytes("\n".join(lines).encode(encoding))
    return read_line_table(path, columns=columns, power_factor=0.95)


def column_map(folder, text):
    path = folder / "map.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def messages(bad):
    return [f"{problem.key}: {problem.message}" for problem in bad.problems]


def file_messages(folder, *lines, **options):
    with pytest.raises(InputError) as error:
        text_table(folder, *lines, **options)
    return [f"{problem.key}: {problem.message}" for problem in error.value.problems]


ROWS = [
    {
        "编号": "L1",
        "线路名称": "10kV东一线",
        "限流值(A)": 400,
        "最大负荷（MW）": 4.2,
        "功率因数": 0.9,
        "含小区": "是",
        "装接容量": 9800,
        "所属主变": "城东1号主变",
        "主变容量(MVA)": 50,
        "主变最大负荷(MW)": 36,
        "联络线路": "L2",
    },
    {
        "编号": "L2",
        "线路名称": "10kV东二线",
        "限流值(A)": 300,
        "最大负荷（MW）": None,
        "功率因数": None,
        "含小区": "否",
        "装接容量": None,
        "所属主变": "城东1号主变",
        "主变容量(MVA)": 50,
        "主变最大负荷(MW)": None,
        "联络线路": "L1",
    },
]


@pytest.mark.parametrize(
    "form", ["csv", "csv-bom", "csv-gb18030", "csv-semicolon", "tsv", "xlsx", "parquet"]
)
def test_every_format_gives_the_same_lines(tmp_path, form):
    table = read_line_table(write_table(tmp_path, form, ROWS), columns=None, power_factor=0.95)

    assert table.bad == ()
    first, second = table.lines
    assert (first.id, first.name, first.tie) == ("L1", "10kV东一线", "L2")
    assert first.capacity_kva == pytest.approx(SQRT3 * 10 * 400)
    assert first.peak_kva == pytest.approx(4200 / 0.9)
    assert first.includes_compounds
    assert first.installed_kva == 9800
    assert first.main_transformer == "城东1号主变"
    assert first.main_transformer_kva == 50_000
    assert first.main_transformer_peak_kva == pytest.approx(36_000 / 0.9)
    assert second.peak_kva is None
    assert not second.includes_compounds
    assert second.installed_kva is None
    assert table.columns["限流值(A)"] == "ampacity_a"
    assert len(table.sha256) == 64


def test_rows_have_the_numbers_of_their_file(tmp_path):
    table = text_table(tmp_path, "id,ampacity_a", "L1,400", "", "L2,abc", "L3,300")

    assert [line.row for line in table.lines] == [2, 5]
    assert [bad.row for bad in table.bad] == [4]


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("线路编号", "id"),
        ("10kV线路名称", "name"),
        ("限流值（A）", "ampacity_a"),
        ("线路容量/kVA", "capacity_kva"),
        ("最大电流(A)", "existing_peak_a"),
        ("最大负荷(kW)", "existing_peak_kw"),
        ("装见容量(kVA)", "installed_kva"),
        ("主变", "main_transformer"),
        ("互联线路", "tie"),
        ("Installed capacity (MVA)", "installed_kva"),
        ("Existing peak kW", "existing_peak_kw"),
        ("main_transformer_peak_kva", "main_transformer_peak_kva"),
        ("投运日期", None),
    ],
)
def test_headings_are_known_in_both_languages(heading, name):
    assert field_of(heading) == name


def test_units_are_those_of_the_heading(tmp_path):
    # 5 MVA; 250 A at 10 kV are 4330 kVA
    table = text_table(tmp_path, "name,供电能力(MVA),最大电流", "东一线,5,250")

    line = table.lines[0]
    assert line.id == line.name == "东一线"
    assert line.capacity_kva == 5000
    assert line.peak_kva == pytest.approx(SQRT3 * 10 * 250)


def test_units_of_power_by_hand():
    # 1 A at 10 kV: sqrt(3) x 10 kVA; 1 kW at 0.8: 1.25 kVA
    assert kva_per("A", power_factor=0.8) == pytest.approx(17.3205, rel=1e-5)
    assert kva_per("kW", power_factor=0.8) == pytest.approx(1.25)
    assert kva_per("kVA", power_factor=0.8) == 1
    assert kva_per("MVA", power_factor=0.8) == 1000


def test_of_several_capacities_the_least_counts_and_of_several_peaks_the_apparent_one(tmp_path):
    table = text_table(
        tmp_path,
        "id,ampacity_a,capacity_kva,existing_peak_kw,existing_peak_a",
        "L1,400,6000,3000,200",
        "L2,,6000,3000,",
    )

    # 400 A are 6928 kVA; 200 A are 3464 kVA; 3000 kW at 0.95
    assert table.lines[0].capacity_kva == 6000
    assert table.lines[0].peak_kva == pytest.approx(SQRT3 * 10 * 200)
    assert table.lines[1].peak_kva == pytest.approx(3000 / 0.95)


def test_a_curve_in_one_cell_is_scaled_to_the_metered_peak(tmp_path):
    curve = " ".join(["10"] * 95 + ["20"])

    table = text_table(
        tmp_path, "id,ampacity_a,existing_peak_kva,curve_96_kw", f"L1,400,500,{curve}"
    )

    assert table.lines[0].curve_kva[0] == 250
    assert table.lines[0].curve_kva[95] == 500


def test_the_highest_value_of_a_curve_is_the_peak_where_none_is_given(tmp_path):
    curve = ";".join(["950"] * 95 + ["1900"])

    table = text_table(tmp_path, "id,ampacity_a,curve_96_kw", f'L1,400,"{curve}"')

    assert table.lines[0].peak_kva == pytest.approx(2000)
    assert table.lines[0].curve_kva[0] == pytest.approx(1000)


QUARTERS = [f"{m // 60}:{m % 60:02d}" for m in range(0, 1441, 15)]


@pytest.mark.parametrize(
    "names",
    [
        QUARTERS[:96],
        QUARTERS[1:],
        [f"{name}:00" for name in QUARTERS[:96]],
        [f"curve_{k}" for k in range(1, 97)],
        [str(k) for k in range(1, 97)],
        [f"P{k:02d}" for k in range(1, 97)],
    ],
    ids=["begin", "end", "with seconds", "curve_", "numbers", "P"],
)
def test_a_curve_can_stand_in_96_columns(tmp_path, names):
    head = ",".join(["id", "ampacity_a", *names])
    values = ",".join(str(k) for k in range(1, 97))

    table = text_table(tmp_path, head, f"L1,400,{values}")

    line = table.lines[0]
    # 96 kW at 0.95 in the last quarter hour, 1 kW in the first
    assert line.peak_kva == pytest.approx(96 / 0.95)
    assert line.curve_kva[0] == pytest.approx(1 / 0.95)
    assert line.curve_kva[95] == pytest.approx(96 / 0.95)
    assert table.ignored == ()


def test_columns_of_hours_are_no_quarter_hours(tmp_path):
    names = [f"{hour}:00" for hour in range(24)]

    assert file_messages(tmp_path, ",".join(["id", "ampacity_a", *names]), "L1,400") == [
        "curve_96_kw: 24 columns of quarter hours were found, not 96"
    ]


def test_a_column_that_is_only_a_number_means_nothing(tmp_path):
    table = text_table(tmp_path, "id,ampacity_a,1,2", "L1,400,5,6")

    assert table.ignored == ("1", "2")


def test_everything_that_is_wrong_with_a_row_is_listed(tmp_path):
    table = text_table(
        tmp_path,
        "线路编号,限流值(A),最大负荷(MW),含小区,主变,主变容量(MVA),联络线路,功率因数",
        "L1,400,4.2,是,T1,50,L2,0.95",
        "L1,abc,4200,也许,T1,40,L1,95",
        ",300,3,否,,31.5,L1,",
    )

    assert [line.id for line in table.lines] == ["L1"]
    second, third = table.bad
    assert (second.row, second.id) == (3, "L1")
    assert sorted(messages(second)) == [
        "主变容量(MVA): 'T1' has another value on row 2; correct one",
        "功率因数: '95' is not within 0.5 to 1",
        "含小区: '也许' is neither yes nor no; write 是 or 否",
        "最大负荷(MW): '4200' is not within 0 to 200 MW; if it has another unit, write it into the"
        " heading",
        "线路编号: 'L1' is on row 2 already; ids are unique",
        "联络线路: a line cannot be tied to itself; name the other line",
        "限流值(A): 'abc' is not a number; write digits, or leave the cell empty",
    ]
    assert sorted(messages(third)) == [
        "主变容量(MVA): belongs to no main transformer; name it",
        "线路编号: is empty; name the line",
    ]


ONES = ["1"] * 95


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ("1 2 3", "has 3 values, not 96; give one per quarter hour"),
        (" ".join(["0"] * 96), "is zero all day; leave it out"),
        (
            " ".join([*ONES, "x"]),
            "'x' is not a number; write digits, or leave the cell empty",
        ),
        (
            " ".join([*ONES, "-5"]),
            "'-5' is not within 0 to 200000 kW; if it has another unit, write it into the heading",
        ),
    ],
)
def test_a_curve_that_is_none_is_told(tmp_path, cell, message):
    table = text_table(tmp_path, "id,ampacity_a,curve_96_kw", f"L1,400,{cell}")

    assert messages(table.bad[0]) == [f"curve_96_kw: {message}"]


def test_a_curve_with_a_gap_is_told(tmp_path):
    head = ",".join(["id", "ampacity_a", *(f"P{k}" for k in range(1, 97))])

    table = text_table(tmp_path, head, f"L1,400,{','.join(['7'] * 50 + [''] + ['7'] * 45)}")

    assert messages(table.bad[0]) == [
        "curve_96_kw: has 95 values, not 96; give one per quarter hour"
    ]


@pytest.mark.parametrize("word", ["是", "含", "yes", "Y", "TRUE", "1", ""])
def test_words_for_yes(tmp_path, word):
    table = text_table(tmp_path, "id,ampacity_a,includes_compounds", f"L1,400,{word}")

    assert table.lines[0].includes_compounds


@pytest.mark.parametrize("word", ["否", "不含", "no", "N", "false", "0"])
def test_words_for_no(tmp_path, word):
    table = text_table(tmp_path, "id,ampacity_a,includes_compounds", f"L1,400,{word}")

    assert not table.lines[0].includes_compounds


def test_words_for_nothing_are_no_values(tmp_path):
    table = text_table(tmp_path, "id,ampacity_a,tie,existing_peak_kw", "L1,/,无此线,—")

    assert table.lines[0].capacity_kva is None
    assert table.lines[0].peak_kva is None


def test_headings_that_do_not_fit_are_all_told(tmp_path):
    found = file_messages(tmp_path, "最大负荷(kW),最高负荷(kW),功率因数(kW),备注", "1,1,1,1")

    assert found == [
        "ampacity_a: no column says what the lines carry; add ampacity_a or capacity_kva",
        "id: no column names the lines; add one, such as id or 线路名称",
        "功率因数(kW): names a unit that does not fit; write one of A, kA, kVA, MVA, kW, MW",
        "最高负荷(kW): means the same as '最大负荷(kW)'; keep one of them",
    ]


def test_a_column_map_names_headings(tmp_path):
    chosen = column_map(tmp_path, "columns: {id: Strang, ampacity_a: Strom}\n")

    table = text_table(tmp_path, "Strang,Strom,name", "A1,250,x", columns=chosen)

    assert table.lines[0].id == "A1"
    assert table.lines[0].capacity_kva == pytest.approx(SQRT3 * 10 * 250)


def test_the_column_map_wins_over_a_heading_that_is_known(tmp_path):
    chosen = column_map(tmp_path, "columns: {existing_peak_kw: 修正最大负荷}\n")

    table = text_table(
        tmp_path, "id,ampacity_a,最大负荷,修正最大负荷", "L1,400,1,950", columns=chosen
    )

    assert table.lines[0].peak_kva == pytest.approx(1000)
    assert table.ignored == ("最大负荷",)


def test_everything_wrong_with_a_column_map_is_told(tmp_path):
    chosen = column_map(tmp_path, "column: {}\ncolumns: {ampacity: x, tie: 3, id: 编号}\n")

    assert file_messages(tmp_path, "id,ampacity_a", "L1,1", columns=chosen) == [
        "column: unknown key; did you mean 'columns'?",
        "columns.ampacity: unknown key; did you mean 'ampacity_a'?",
        "columns.tie: is not a text; put it in quotes",
    ]


def test_a_heading_of_the_map_that_is_not_there_is_told(tmp_path):
    chosen = column_map(tmp_path, "columns: {tie: 备用}\n")

    assert file_messages(tmp_path, "id,ampacity_a", "L1,1", columns=chosen) == [
        "tie: there is no column '备用', as the column map says"
    ]


def test_columns_of_a_map_that_are_a_list_are_told(tmp_path):
    chosen = column_map(tmp_path, "columns: [a, b]\n")

    assert file_messages(tmp_path, "id,ampacity_a", "L1,1", columns=chosen) == [
        "columns: is not a group of keys; write 'id: 编号'"
    ]


def test_a_title_above_the_headings_is_passed_over(tmp_path):
    table = text_table(tmp_path, "某市10kV线路台账,,", "线路编号,限流值(A),备注", "L1,400,x")

    assert [line.id for line in table.lines] == ["L1"]
    assert table.lines[0].row == 3


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        read_line_table(tmp_path / "none.csv", columns=None, power_factor=0.95)


@pytest.mark.parametrize(
    ("heading", "cell", "said"),
    [
        ("年最大负荷(kW)", "4.2MW", "'4.2MW' is in MW, but its heading in kW; write 4200"),
        ("年最大负荷(MW)", "4200 千瓦", "'4200 千瓦' is in kW, but its heading in MW; write 4.2"),
        ("最大电流(A)", "0.4kA", "'0.4kA' is in kA, but its heading in A; write 400"),
        ("年最大负荷", "5 MVA",
         "'5 MVA' is in MVA, but its heading in kW; give it below a heading in MVA"),
        ("最大电流", "4200kW",
         "'4200kW' is in kW, but its heading in A; give it below a heading in kW"),
        ("年最大负荷", "0.42万kW", "'0.42万kW' is not a number; write it in kW, digits only"),
        ("年最大负荷", "4200kW", "'4200kW' is not a number; write 4200"),
        ("年最大负荷", "约4200", "'约4200' is not a number; write 4200"),
        ("功率因数", "0.95kW", "'0.95kW' is not a number; write 0.95"),
    ],
)  # fmt: skip
def test_a_number_with_its_own_unit_is_told_as_it_is_to_be_written(tmp_path, heading, cell, said):
    """4.2 MW are 4200 kW, and 0.4 kA 400 A; between kW and kVA a power factor would decide."""
    table = text_table(tmp_path, f"id;ampacity_a;{heading}", f"L1;400;{cell}")

    assert [messages(one) for one in table.bad] == [[f"{heading}: {said}"]]


def test_currents_may_be_in_ka(tmp_path):
    line = text_table(tmp_path, "id,限流值(kA),最大电流(kA)", "L1,0.4,0.2").lines[0]

    assert line.capacity_kva == pytest.approx(SQRT3 * 10 * 400)
    assert line.peak_kva == pytest.approx(SQRT3 * 10 * 200)


@pytest.mark.parametrize(
    ("row", "word"),
    [
        ("合计,,1200", "合计"),
        (",总计,1200", "总计"),
        ("G09,小计：,1200", "小计："),
        ("城东变小计,,", "城东变小计"),
        ("Total,,1200", "Total"),
        (",,合计", "合计"),
    ],
)
def test_a_row_of_totals_is_no_line(tmp_path, row, word):
    table = text_table(tmp_path, "id,name,ampacity_a", "L1,合计里线,400", row, row)

    assert [one.id for one in table.lines] == ["L1"]
    text = f": {word!r} is a sum, not a line; leave the row out, sums are computed"
    assert [messages(one) for one in table.bad] == [[text], [text]]


@pytest.mark.parametrize(
    "text",
    ["一号主变、二号主变", "1、2号主变", "#1主变和#2主变", "T1/T2", "城东1#、2#主变",
     "1号主变+2号主变", "no 1 transformer and no 2 transformer"],
)  # fmt: skip
def test_several_main_transformers_in_a_cell_are_refused(tmp_path, text):
    table = text_table(tmp_path, "id,ampacity_a,主变", f"L1,400,{text}")

    assert [messages(one) for one in table.bad] == [
        [
            f"主变: {text!r} are several main transformers; write the one that feeds the line in"
            " normal operation"
        ]
    ]


@pytest.mark.parametrize(
    "text",
    ["城东1号主变", "三和1号主变", "和平变2号主变", "110kV城东变/1号主变", "城东变、1号主变", "T1",
     "1号变电站;2号主变"],
)  # fmt: skip
def test_the_name_of_one_main_transformer_may_have_parts(tmp_path, text):
    table = text_table(tmp_path, "id,ampacity_a,主变", f"L1,400,{text}")

    assert [one.main_transformer for one in table.lines] == [text]


def test_a_line_knows_other_rows_of_its_name_those_that_cannot_be_used_too(tmp_path):
    table = text_table(tmp_path, "id,name,ampacity_a", "L1,东,abc", "L2,东,400", "L3,西,400")

    assert [(one.id, one.namesakes) for one in table.lines] == [("L2", ("L1",)), ("L3", ())]
    # whoever names 东 may mean the line whose row is bad
    assert line_ids(table.lines) == {"L2": "L2", "L3": "L3", "西": "L3"}
