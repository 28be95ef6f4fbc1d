"""The rows of a city table: what each cell becomes, and what is said of those that are wrong."""

import pytest

from gridcalc.city.records import CityRow, Units
from gridcalc.city.table import read_city_table
from gridcalc.errors import InputError
from tests.unit.city_table_cases import POLICIES, many_rows, read, text_table, write_table

HEAD = "id,name,template,n_households,n_private_bays,transformers,metered_peak_kw,lon,lat,floors"


def messages(row):
    return [f"{problem.line}|{problem.key}|{problem.message}" for problem in row.problems]


def only_bad(table):
    assert table.rows == ()
    assert len(table.bad) == 1
    return table.bad[0]


def test_a_full_row_becomes_a_compound(tmp_path):
    head = "小区编号,小区名称,小区类型,政策,区县,所属线路,产权类别,建成年份,户数（户）,固定车位"
    more = "公共车位,电动自行车,变压器,最高负荷(kW),经度,纬度,楼层数,备注"
    cells = "CJ-7,宁边小区,多层,changji-2026,昌吉市,10kV宁边线,合表,1998年,480,120,30"
    rest = '600,2×800kVA + 630,512.5,87.3,44.01,6,"东门,西门"'

    table = text_table(tmp_path, f"{head},{more}", f"{cells},{rest}")

    assert table.bad == ()
    assert table.rows == (
        CityRow(
            row=2,
            id="CJ-7",
            name="宁边小区",
            template="walk-up",
            settings={"floors": "6"},
            policy="changji-2026",
            area="昌吉市",
            line="10kV宁边线",
            category="combined_meter",
            year=1998,
            n_households=480,
            n_private_bays=120,
            n_public_bays=30,
            n_ebikes=600,
            transformers=(Units(n=2, sn_kva=800.0), Units(n=1, sn_kva=630.0)),
            metered_peak_kw=512.5,
            lon=87.3,
            lat=44.01,
        ),
    )


def test_what_was_read_as_what_and_what_was_not_is_told(tmp_path):
    table = text_table(tmp_path, "小区编号,模板,备注,,户数", "A,walk-up,x,y,12", name="表.csv")

    assert table.file == "表.csv"
    assert table.columns == {"小区编号": "id", "模板": "template", "户数": "n_households"}
    assert table.ignored == ("备注", "(column 4)")


def test_the_sum_of_the_bytes_is_told(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"id,template\nA,walk-up\n")

    table = read(path)

    # printf 'id,template\nA,walk-up\n' | sha256sum
    assert table.sha256 == "955a11ef7a6295ac9a33333cbb88549ab1ff982b9ffbf8eeb6c7f4d4925b9cfe"


def test_all_that_is_wrong_with_a_row_is_told_at_once(tmp_path):
    table = text_table(
        tmp_path, HEAD, "A,Ost,walkup2,1200户,12.5,2x,0,200,44,6", "B,West,walk-up,,,,,,,"
    )

    assert [row.id for row in table.rows] == ["B"]
    assert [(row.row, row.id, row.name) for row in table.bad] == [(2, "A", "Ost")]
    assert messages(table.bad[0]) == [
        "2|lon|(200, 44) looks like metres, but is read in EPSG:4490, which has degrees;"
        " correct the crs",
        "2|metered_peak_kw|'0' is not within 0.1 to 100000 kW; correct it",
        "2|n_households|'1200户' is not a number; write 1200",
        "2|n_private_bays|'12.5' is not a whole number; correct it",
        "2|template|'walkup2' is not a known template; did you mean 'walk-up'?",
        "2|transformers|'2x' is not a list of transformers; write it like 2x800+1x630",
    ]
    assert {problem.file for problem in table.bad[0].problems} == {str(tmp_path / "city.csv")}


def test_a_missing_name_is_the_id_and_a_missing_id_is_bad(tmp_path):
    table = text_table(tmp_path, "id,name,template", "A,,walk-up", ",West,walk-up")

    assert table.rows[0].name == "A"
    assert [(row.row, row.id, row.name) for row in table.bad] == [(3, "", "West")]
    assert messages(table.bad[0]) == ["3|id|is empty; give every compound an id of its own"]


def test_every_later_row_with_an_id_is_bad_and_names_the_first(tmp_path):
    table = text_table(
        tmp_path, "id,template", "A,walk-up", "B,walk-up", "A,walk-up", "A,high-rise"
    )

    assert [row.row for row in table.rows] == [2, 3]
    text = "'A' is the id of row 2 already; give every compound its own"
    assert [messages(row) for row in table.bad] == [[f"4|id|{text}"], [f"5|id|{text}"]]


def test_an_id_of_a_bad_row_is_taken_too(tmp_path):
    table = text_table(tmp_path, "id,template", "A,nothing-like-it", "A,walk-up")

    assert [row.row for row in table.bad] == [2, 3]


def test_empty_rows_are_left_out_and_rows_keep_their_numbers(tmp_path):
    table = text_table(tmp_path, "", "id,template", ",", "A,walk-up", "", "B,walk-up", " ,\u3000")

    assert [(row.row, row.id) for row in table.rows] == [(4, "A"), (6, "B")]
    assert table.bad == ()


def test_a_record_over_several_lines_has_the_number_of_its_first(tmp_path):
    table = text_table(tmp_path, "id,template,name", 'A,walk-up,"a\nb"', "B,walk-up,c")

    assert [(row.row, row.name) for row in table.rows] == [(2, "a b"), (4, "c")]


@pytest.mark.parametrize("line", ["合计,,,68864", ",合计,,68864", ",,合　计,5", "Total,,,7"])
def test_a_row_that_sums_others_is_bad(tmp_path, line):
    table = text_table(tmp_path, "id,name,template,户数", "A,Ost,walk-up,5", line)

    assert [row.row for row in table.rows] == [2]
    assert "is a sum, not a compound; leave the line out" in messages(table.bad[0])[0]
    assert len(table.bad[0].problems) == 1


def test_a_compound_called_like_a_sum_is_one_if_it_has_a_template(tmp_path):
    table = text_table(tmp_path, "id,name,template", "A,Total,walk-up")

    assert table.rows[0].name == "Total"


def test_a_template_or_a_file_but_not_both_and_not_none(tmp_path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a.yaml").write_text("gridcalc: 1\n")

    table = text_table(
        tmp_path,
        "id,template,file,floors",
        "A,,sub/a.yaml,",
        "B,walk-up,sub/a.yaml,",
        "C,,,",
        "D,,sub\\b.yaml,",
        "E,,http://example.org/a.yaml,",
        "F,,sub/a.yaml,6",
    )

    assert [(row.id, row.file) for row in table.rows] == [("A", str(tmp_path / "sub/a.yaml"))]
    assert [messages(row) for row in table.bad] == [
        ["3|file|stands beside the template 'walk-up'; give one of the two"],
        ["4|template|is empty; name a template (walk-up, high-rise, mixed-use) or a compound file"],
        [
            "5|file|'sub\\\\b.yaml' does not exist or is no file;"
            " paths start at the folder of the table"
        ],
        ["6|file|'http://example.org/a.yaml' is an address; give a file on this disk"],
        ["7|floors|a compound file takes no parameter 'floors'; leave the cell empty"],
    ]


def test_parameters_of_the_template_are_settings(tmp_path):
    table = text_table(
        tmp_path,
        "id,template,floors,param:mv_cable,Box_M,param: households",
        "A,walk-up,６,YJV22-8.7/15-3x240,80%,'",
        "B,high-rise,27,,,",
        "C,high-rise,,YJV,,",
    )

    assert table.rows[0].settings == {
        "floors": "6",
        "mv_cable": "YJV22-8.7/15-3x240",
        "box_m": "0.8",
        "households": "'",
    }
    assert table.rows[1].settings == {"floors": "27"}
    text = "the template 'high-rise' has no parameter 'mv_cable'; leave the cell empty"
    assert messages(table.bad[0]) == [f"4|param:mv_cable|{text}"]


def test_policies_are_known_packs_or_files(tmp_path):
    (tmp_path / "own.yaml").write_text("id: own\n")

    table = text_table(
        tmp_path,
        "id,template,policy",
        "A,walk-up,National",
        "B,walk-up,own.yaml",
        "C,walk-up,changji",
        "D,walk-up,other.yaml",
    )

    assert [row.policy for row in table.rows] == ["national", str(tmp_path / "own.yaml")]
    assert [messages(row) for row in table.bad] == [
        ["4|policy|'changji' is not a known policy pack; did you mean 'changji-2026'?"],
        [
            "5|policy|'other.yaml' does not exist or is no file;"
            " paths start at the folder of the table"
        ],
    ]


def test_the_packs_there_are_are_told_in_one_order(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("id,template,policy\nA,walk-up,???\n")
    packs = [f"pack-{number}" for number in range(10)]

    table = read_city_table(
        path, known_templates={"walk-up": frozenset()}, known_policies=frozenset(packs)
    )

    assert table.bad[0].problems[0].message.endswith(f"there are {', '.join(packs)}")


def test_own_templates_are_found_by_their_titles(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("id,template\nA,老公房\n", encoding="utf-8")

    table = read(path, template_titles={"老公房": "walk-up"})

    assert table.rows[0].template == "walk-up"


def test_words_for_a_template_that_is_not_there_are_not_known(tmp_path):
    table = text_table(tmp_path, "id,template", "A,别墅", "B,商住")

    assert [row.template for row in table.rows] == ["mixed-use"]
    assert "'别墅' is not a known template" in messages(table.bad[0])[0]


@pytest.mark.parametrize("word", ["-", "—", "/", "N/A", "不详", "null", "NaN"])
def test_words_for_nothing_give_nothing(tmp_path, word):
    table = text_table(
        tmp_path, "id,template,户数,建成年份,线路", f"A,walk-up,{word},{word},{word}"
    )

    assert table.rows[0] == CityRow(row=2, id="A", name="A", template="walk-up")


def test_a_formula_is_only_a_text(tmp_path):
    table = text_table(tmp_path, "id,template,name", "=1+1,walk-up,=cmd|' /C calc'!A0")

    assert (table.rows[0].id, table.rows[0].name) == ("=1+1", "=cmd|' /C calc'!A0")


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ("1.23457E+11", "looks like a number that Excel has cut"),
        ("x" * 201, "has 201 characters; write at most 200"),
        ("a\x07b", "holds signs that cannot be shown"),
    ],
)
def test_an_id_that_nobody_can_use_is_bad(tmp_path, cell, told):
    table = text_table(tmp_path, "id,template", f"{cell},walk-up")

    assert told in messages(only_bad(table))[0]


def test_more_cells_than_headings_are_told(tmp_path):
    table = text_table(
        tmp_path, "id,template,name", "A,walk-up,Ost,West", "B,walk-up,Nord,,", "C,walk-up"
    )

    assert [row.id for row in table.rows] == ["B", "C"]
    assert messages(table.bad[0]) == [
        "2||4 cells where the headings are 3; put texts that hold the delimiter in quotation marks"
    ]


def test_a_quotation_mark_that_is_never_closed_is_told(tmp_path):
    table = text_table(
        tmp_path, "id,name,template", "A,Ost,walk-up", 'B,"West,walk-up', "C,Nord,walk-up"
    )

    assert [row.id for row in table.rows] == ["A"]
    assert "3||a quotation mark is never closed, so 2 lines were read as one row; close it" in (
        messages(table.bad[0])
    )


def test_the_range_of_each_number_is_kept(tmp_path):
    head = "id,template,year,n_households,n_private_bays,n_public_bays,n_ebikes,metered_peak_kw"
    table = text_table(
        tmp_path,
        head,
        "A,walk-up,1949,1,0,0,0,0.1",
        "B,walk-up,2100,100000,100000,100000,100000,100000",
        "C,walk-up,1948,0,-1,-1,-1,0.09",
        "D,walk-up,2101,100001,100001,100001,100001,100000.1",
    )

    assert [row.id for row in table.rows] == ["A", "B"]
    keys = sorted(head.split(",")[2:])
    assert [[problem.key for problem in row.problems] for row in table.bad] == [keys, keys]


def test_without_headings_of_its_columns_a_table_is_not_usable(tmp_path):
    with pytest.raises(InputError) as caught:
        text_table(tmp_path, "小区,户数", "Ost,12")

    assert [problem.key for problem in caught.value.problems] == ["id", "template"]
    text = str(caught.value)
    assert "its heading is 'id' or '编号', the headings are 小区, 户数" in text
    assert "there is no column of templates (walk-up, high-rise, mixed-use)" in text
    assert "'defaults: {template: NAME}'" in text


@pytest.mark.parametrize("lines", [("id,template",), ("id,template", ",", "")])
def test_a_table_without_rows_is_not_usable(tmp_path, lines):
    with pytest.raises(InputError, match="the table has no rows"):
        text_table(tmp_path, *lines)


def test_an_empty_file_is_not_usable(tmp_path):
    with pytest.raises(InputError, match="the table is empty"):
        text_table(tmp_path, "")


def test_lines_with_a_title_may_stand_above_the_headings(tmp_path):
    table = text_table(
        tmp_path, "昌吉市小区台账,,", "单位：供电公司,,", "小区编号,小区名称,模板", "A,Ost,walk-up"
    )

    assert [(row.row, row.name) for row in table.rows] == [(4, "Ost")]


def test_a_broken_row_does_not_keep_the_others_from_being_read(tmp_path):
    rows = many_rows(200)
    for row in rows[::20]:
        row["户数"] = -1
    path = write_table(tmp_path, "csv", rows)

    table = read(path)

    # 200 rows of which every twentieth, rows 2, 22 … 182 of the file, is broken
    assert len(table.rows) == 190
    assert [row.row for row in table.bad] == list(range(2, 200, 20))


def test_the_templates_that_are_shipped_are_all_found_by_their_titles(tmp_path):
    from gridcalc.compound.templates import list_templates

    templates = {one.name: frozenset(p.name for p in one.parameters) for one in list_templates()}
    titles = [title for one in list_templates() for title in (one.title.zh, one.title.en)]
    path = tmp_path / "a.csv"
    lines = [f"{row},{title}" for row, title in enumerate(titles)]
    path.write_text("\n".join(["id,template", *lines]), encoding="utf-8")

    table = read_city_table(path, known_templates=templates, known_policies=POLICIES)

    assert table.bad == ()
    assert [row.template for row in table.rows] == [n for n in templates for _language in "12"]


def test_the_parameters_of_shipped_templates_are_found_by_their_descriptions(tmp_path):
    from gridcalc.compound.templates import list_templates

    templates = {one.name: frozenset(p.name for p in one.parameters) for one in list_templates()}
    told = {p.description_zh: p.name for one in list_templates() for p in one.parameters}
    heads = {text.partition("，")[0]: name for text, name in told.items() if name != "households"}
    path = tmp_path / "a.csv"
    path.write_text(f"id,template,{','.join(heads)}\nA,walk-up\n", encoding="utf-8")

    table = read_city_table(path, known_templates=templates, known_policies=POLICIES)

    assert {h: f for h, f in table.columns.items() if f.startswith("param:")} == {
        head: f"param:{name}" for head, name in heads.items()
    }


def test_categories_are_those_of_a_compound_file():
    from typing import get_args

    from gridcalc.city.table.vocabulary import cell_words
    from gridcalc.compound.model import Build

    known = get_args(Build.model_fields["category"].annotation)

    assert set(cell_words("category").values()) == set(known)


def test_fields_are_those_of_a_row():
    from dataclasses import fields

    from gridcalc.city.table.vocabulary import city_columns

    kinds = {name: row.kind for name, row in city_columns().items()}
    own = {name for name, kind in kinds.items() if kind not in ("part", "setting", "sizes")}

    assert own - {"crs"} == {f.name for f in fields(CityRow)} - {"row", "settings", "outline_wkb"}


def test_no_heading_means_two_things():
    from collections import Counter

    from gridcalc.city.table.vocabulary import city_columns, word_key

    words = [
        (word_key(word), row.field)
        for row in city_columns().values()
        if row.kind != "part"
        for word in {row.field, *row.words.split(";")}
    ]
    counts = Counter(key for key, _field in set(words))

    assert [key for key, n in counts.items() if n > 1] == []
