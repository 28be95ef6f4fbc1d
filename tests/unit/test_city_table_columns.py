"""Which column is what: by its heading in two languages, by the user's column map."""

from pathlib import Path

import pytest

from gridcalc.city.table import meant_field
from gridcalc.city.table.vocabulary import city_columns
from gridcalc.errors import InputError
from tests.unit.city_table_cases import text_table


def mapped(folder, text, *lines, **options):
    """Read lines with a column map."""
    column_map = folder / "map.yaml"
    column_map.write_text(text, encoding="utf-8")
    return text_table(folder, *lines, columns=column_map, **options)


def told(error):
    return [f"{p.line}|{p.key}|{p.message}" for p in error.value.problems]


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        *(
            ("n_households", "n_households"),
            ("Households", "n_households"),
            ("户数", "n_households"),
        ),
        *(
            ("居民户数（户）", "n_households"),
            ("户 数", "n_households"),
            ("总户数/户", "n_households"),
        ),
        *(("固定（私人）车位", "n_private_bays"), ("私人车位数(个)", "n_private_bays")),
        *(
            ("公共车位", "n_public_bays"),
            ("电动自行车数量（辆）", "n_ebikes"),
            ("E-Bikes", "n_ebikes"),
        ),
        *(("变压器（台×kVA）", "transformers"), ("配变", "transformers")),
        *(("最高负荷（kW）", "metered_peak_kw"), ("年最大负荷/MW", "metered_peak_kw")),
        *(("10kV线路", "line"), ("所属10KV线路", "line"), ("１０千伏线路", "line")),
        *(("区县", "area"), ("县（市）", "area"), ("建成年份", "year"), ("产权类别", "category")),
        *(("政策", "policy"), ("楼层数", "param:floors"), ("param:floors", "param:floors")),
        *(("param：box_m", "param:box_m"), ("Box_M", "param:box_m")),
    ],
)
def test_headings_in_both_languages_are_known(tmp_path, heading, field):
    table = text_table(tmp_path, f"id,template,{heading}", "A,walk-up,")

    assert table.columns == {"id": "id", "template": "template", heading: field}


@pytest.mark.parametrize("heading", ["备注", "tranformers", "commerce", "容量", "param"])
def test_other_headings_are_ignored_and_told(tmp_path, heading):
    table = text_table(tmp_path, f"id,template,{heading}", "A,walk-up,x")

    assert table.ignored == (heading,)


def test_two_columns_for_one_field_are_told(tmp_path):
    with pytest.raises(InputError) as caught:
        text_table(tmp_path, "id,template,户数,总户数,floors,param:floors", "A,walk-up,1,2,3,4")

    hint = "remove one or name the right one in a column map"
    assert told(caught) == [
        f"1|param:floors|gives param:floors as 'floors' (column 5) does; {hint}",
        f"1|总户数|gives n_households as '户数' (column 3) does; {hint}",
    ]


def test_a_parameter_of_no_template_is_told(tmp_path):
    with pytest.raises(InputError) as caught:
        text_table(tmp_path, "id,template,param:flors,param:xyz", "A,walk-up,1,2")

    assert told(caught) == [
        "1|param:flors|no template has a parameter 'flors'; did you mean 'floors'?",
        "1|param:xyz|no template has a parameter 'xyz'; leave the column out",
    ]


def test_half_a_place_is_told(tmp_path):
    with pytest.raises(InputError, match="经度: a place needs both; add a column lat"):
        text_table(tmp_path, "id,template,经度", "A,walk-up,87")


def test_a_load_in_kva_is_told_and_one_in_mw_is_converted(tmp_path):
    # 1.25 MW = 1250 kW
    table = text_table(tmp_path, "id,template,最高负荷(MW)", "A,walk-up,1.25")

    assert table.rows[0].metered_peak_kw == 1250
    with pytest.raises(InputError, match="is in kVA; give the active power in kW"):
        text_table(tmp_path, "id,template,最高负荷(2024年，kVA)", "A,walk-up,1.25")


def test_all_that_is_wrong_with_headings_is_told_at_once(tmp_path):
    with pytest.raises(InputError) as caught:
        text_table(tmp_path, "id,户数,总户数,经度,param:xyz", "A,1,2,3,4")

    assert len(caught.value.problems) == 3


def test_a_column_map_names_columns_values_and_defaults(tmp_path):
    text = """\
columns: {id: 代号, n_households: 住户, floors: 层}
values:
  category: {自管: owners_metered, 移交: utility}
  n_private_bays: {无: 0}
defaults: {template: 多层, policy: changji-2026, year: 1998, "param:box_m": 30, category: 合表}
"""
    table = mapped(
        tmp_path,
        text,
        "代号,住户,层,category,户数,n_private_bays,year",
        "A,12,6,自管,99,无,",
        "B,13,,,99,3,2005",
        "C,13,,谁的,99,,",
    )

    first, second = table.rows
    assert (first.n_households, first.n_private_bays, first.year) == (12, 0, 1998)
    assert first.settings == {"floors": "6", "box_m": "30"}
    assert (first.template, first.policy, first.category) == (
        *("walk-up", "changji-2026"),
        "owners_metered",
    )
    assert (second.category, second.year) == ("combined_meter", 2005)
    assert table.ignored == ("户数",)
    assert [problem.key for problem in table.bad[0].problems] == ["category"]


def test_the_default_template_is_not_for_rows_with_a_file(tmp_path):
    (tmp_path / "a.yaml").write_text("gridcalc: 1\n")

    table = mapped(
        tmp_path,
        "defaults: {template: walk-up}\n",
        "id,file,template",
        "A,a.yaml,",
        "B,,",
        "C,,高层",
    )

    assert [row.template for row in table.rows] == [None, "walk-up", "high-rise"]


def test_unknown_keys_of_a_column_map_are_told_with_the_one_that_is_meant(tmp_path):
    text = """\
colums: {id: a}
columns: {households: a, n_housholds: b, floors: c}
values: {categry: {a: b}}
defaults: {id: A, tmplate: walk-up}
"""
    with pytest.raises(InputError) as caught:
        mapped(tmp_path, text, "id,template", "A,walk-up")

    found = [line.partition(" known are")[0] for line in told(caught)]
    assert found == [
        "1|colums|unknown key; did you mean 'columns'?",
        "2|columns.n_housholds|unknown key; did you mean 'n_households'?",
        "3|values.categry|unknown key; did you mean 'category'?",
        "4|defaults.id|unknown key;",
        "4|defaults.tmplate|unknown key; did you mean 'template'?",
    ]


def test_values_of_a_wrong_kind_in_a_column_map_are_told(tmp_path):
    text = """\
columns: [id]
values: {category: none, year: {old: [1]}}
defaults: {template: {a: b}, year: }
sheet: {a: b}
"""
    with pytest.raises(InputError) as caught:
        mapped(tmp_path, text, "id,template", "A,walk-up")

    assert told(caught) == [
        "1|columns|['id'] is not a group of keys; write 'name: text'",
        "2|values.category|'none' is not a group of keys; write 'name: text'",
        "2|values.year.old|holds a list; write a number or a text",
        "3|defaults.template|holds a value of type group; write a number or a text",
        "3|defaults.year|is empty; write a text or leave it out",
        "4|sheet|holds a value of type group; write a number or a text",
    ]


def test_headings_and_defaults_that_are_wrong_are_told_at_their_lines(tmp_path):
    with pytest.raises(InputError) as caught:
        mapped(
            tmp_path,
            "columns:\n  n_households: 住户\n  floors: 层\n",
            "id,template,住户数",
            "A,walk-up,1",
        )

    hint = "its headings are id, template, 住户数"
    assert told(caught) == [
        "2|columns.n_households|the table has no column '住户'; did you mean '住户数'?",
        f"3|columns.floors|the table has no column '层'; {hint}",
    ]
    with pytest.raises(InputError) as caught:
        mapped(tmp_path, "defaults:\n  template: wlk-up\n  year: 1900\n", "id", "A")
    assert told(caught) == [
        "2|defaults.template|'wlk-up' is not a known template; did you mean 'walk-up'?",
        "3|defaults.year|'1900' is not within 1949 to 2100; correct it",
    ]


def test_a_default_without_its_mark_is_told_at_its_line(tmp_path):
    table = mapped(tmp_path, "defaults: {template: 多层, floors: 6}\n", "id", "A")

    assert table.rows[0].settings == {"floors": "6"}


def test_headings_may_have_line_breaks(tmp_path):
    table = mapped(
        tmp_path,
        'columns: {n_ebikes: "两轮\\n车"}\n',
        'id,template,"固定\n车位（个）","两轮\n\n车"',
        "A,walk-up,3,4",
    )

    assert (table.rows[0].n_private_bays, table.rows[0].n_ebikes) == (3, 4)
    assert list(table.columns) == ["id", "template", "固定 车位（个）", "两轮 车"]


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("tranformers", "transformers"),
        ("n_housholds", "n_households"),
        ("固定车位量", "n_private_bays"),
    ],
)
def test_what_an_ignored_heading_looks_like_is_known(heading, field):
    assert meant_field(heading) == field


def test_a_csv_file_has_no_sheets(tmp_path):
    with pytest.raises(InputError, match="a CSV file has no sheets; leave 'x' out"):
        mapped(tmp_path, "sheet: x\n", "id,template", "A,walk-up")


def test_a_column_map_that_is_none_is_told(tmp_path):
    with pytest.raises(InputError, match="this is not a column map file; it holds a list"):
        mapped(tmp_path, "- id\n", "id,template", "A,walk-up")


def test_tags_in_a_column_map_are_refused(tmp_path):
    with pytest.raises(InputError, match="tag"):
        mapped(tmp_path, "columns: !!python/object/apply:os.system [ls]\n", "id,template", "A,x")


def test_every_field_and_its_first_heading_stand_in_the_docs():
    page = Path(__file__).parents[2] / "docs" / "method" / "city-table.md"
    lines = page.read_text(encoding="utf-8").splitlines()
    table = [line for line in lines if line.startswith("| `")]
    own = [row for row in city_columns().values() if row.kind not in ("part", "setting")]

    for row in own:
        line = next(line for line in table if f"`{row.field}`" in line)
        assert row.words.split(";")[0] in line
        assert row.value_max is None or f"{int(row.value_max):,}".replace(",", " ") in (
            line.replace("2100", "2 100")
        )
