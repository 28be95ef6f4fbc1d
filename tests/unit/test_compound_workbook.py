"""The fill-in workbook: what is written reads back as the same compound, to the last digit.

Every expected compound is the one that was written; that it survives is the claim.
"""

import io
import math
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from gridcalc.compound.model import Compound
from gridcalc.compound.reader import read_compound
from gridcalc.compound.templates import list_templates
from gridcalc.compound.templates.expanding import expand
from gridcalc.compound.workbook.fields import GENERAL, OFFERS, TABLES, columns
from gridcalc.compound.workbook.reading import read_workbook
from gridcalc.compound.workbook.words import (
    SHEETS,
    choice_word,
    heading,
    hint,
    labels,
    sheet_name,
    term,
)
from gridcalc.compound.writer import compound_yaml
from gridcalc.messages import LANGS, messages
from tests.unit.workbook_cases import CATALOGUE, changed, read_back, workbook

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted([*ROOT.glob("examples/*/compound.yaml"), *ROOT.glob("examples/*/upgraded.yaml")])
COLUMNS = [column for sheet in (GENERAL, *TABLES) for column in columns(sheet)]


# ------------------------------------------------------------------ there and back


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("template", list_templates(), ids=lambda row: row.name)
def test_every_template_comes_back_as_the_same_yaml(template, lang):
    compound = expand(template, {}, catalogue=CATALOGUE)

    assert compound_yaml(read_back(workbook(compound, lang))) == compound_yaml(compound)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_every_example_comes_back_as_the_same_yaml(path, lang):
    compound = read_compound(str(path), catalogue=CATALOGUE)

    assert compound_yaml(read_back(workbook(compound, lang))) == compound_yaml(compound)


def test_the_same_compound_gives_the_same_bytes(read, small):
    assert workbook(read(small)) == workbook(read(small))


def test_a_workbook_saved_by_another_program_reads_the_same(read, small):
    saved = changed(workbook(read(small)), lambda _book: None)

    assert read_back(saved) == read(small)


# ------------------------------------------------------------------ anything the format can hold

REFUSED = "".join(chr(code) for code in range(32) if chr(code) not in "\t\n\r")  # by every file
SIGNS = st.characters(
    codec="utf-8", exclude_characters=f"{REFUSED}\ufffe\uffff\ufeff\u200b\u200e\u200f"
)
NAMES = st.one_of(
    st.sampled_from(["=cmd|' /C calc'!A0", "<script>alert(1)</script>", "+1", "@x", " 滨河 家园 "]),
    st.sampled_from(["true", "12", "1e5", "2005-06-01", "a\nb", "_x0041_", "#备注", "http://x"]),
    st.text(SIGNS, min_size=1, max_size=30).filter(lambda text: text.strip() != ""),
)
IDS = st.from_regex(r"\A[A-Za-z0-9_\u4e00-\u9fff][A-Za-z0-9_.\-\u4e00-\u9fff]{0,12}\Z")
TYPES = st.sampled_from(
    ["YJV22-0.6/1-4x240", "a b", "=1+1", "1", "ＹＪＶ", "EPSG:4490", "p/a.yaml"]
)


def numbers(low, high):
    """Return floats with all their digits, whole numbers among them."""
    return st.one_of(
        st.floats(low, high, allow_nan=False),
        st.integers(math.ceil(low), math.floor(high)).map(float),
    )


def field_of(column):
    """Return values of a field, from its range as the column knows it."""
    if column.form == "flag":
        return st.booleans()
    if column.form in {"choice", "phases"}:
        return st.sampled_from(column.choices)
    if column.form == "text":
        return NAMES
    if column.form == "name":
        return TYPES if column.key in {"type", "policy", "location.crs"} else IDS
    high = 1e12 if column.maximum is None else column.maximum
    if column.form == "whole":
        return st.integers(int(column.minimum), int(high))
    low = column.minimum if column.minimum is not None else (column.above or 0) + 1e-9
    return numbers(low, high)


@st.composite
def records(draw, sheet):
    """Return a row of a sheet as the file has it: required fields and some of the others."""
    row = {}
    for column in columns(sheet):
        if column.is_required or draw(st.booleans()):
            row[column.key] = draw(field_of(column))
    if "phases" in row and sheet != "ebikes" and draw(st.booleans()):
        row["phases"] = draw(st.tuples(*[st.integers(0, 99)] * 3).filter(any))
        row["count"] = sum(row["phases"])
    for first, second in (("area_m2", "kw_each"),):
        row = {key: one for key, one in row.items() if not (key == second and first in row)}
    for low, high in (("i_sc_min_ka", "i_sc_max_ka"), ("vm_peak_pu", "vm_low_load_pu")):
        if low in row and high in row:
            row[low], row[high] = sorted((row[low], row[high]))
    return row


@st.composite
def compounds(draw):
    """Return a compound of any content; links need not lead anywhere."""
    file = {}
    for column in columns(GENERAL):
        group, dot, key = column.key.partition(".")
        if not dot and (column.is_required or draw(st.booleans())):
            file[group] = draw(field_of(column))
        elif dot and (column.is_required or draw(st.booleans())):
            file.setdefault(group, {})[key] = draw(field_of(column))
    if not {"lon", "lat"} <= file.get("location", {}).keys():
        file.pop("location", None)
    some = {name: st.lists(records(name), max_size=3) for name in TABLES}
    lists = {name: draw(rows) for name, rows in some.items() if name != "transformers"}
    lists["sources"] = lists["sources"] or [draw(records("sources"))]
    stations = lists["substations"] or [draw(records("substations"))]
    lists["substations"] = list({row["id"]: row for row in stations}.values())
    for row in lists["substations"]:
        units = draw(st.lists(records("transformers"), min_size=1, max_size=2))
        row["transformers"] = [{k: v for k, v in u.items() if k != "substation"} for u in units]
    routes = {row["cable"]: row for row in lists["routes"]}
    for part in lists.pop("route_parts"):
        if routes:
            kept = {k: v for k, v in part.items() if k not in {"cable", "part"}}
            owner = routes[draw(st.sampled_from(sorted(routes)))]
            owner.setdefault(part["part"], []).append(kept)
    lists["routes"] = list(routes.values())
    metered = {row["transformer"]: row for row in lists["metered"]}
    for row in metered.values():
        if "peak_kw" not in row:
            row["curve_96_kw"] = draw(st.lists(numbers(0, 1e4), min_size=96, max_size=96))
            row["curve_96_kw"][0] += 1
    lists["metered"] = list(metered.values())
    return Compound.model_validate(file | lists, by_alias=True, by_name=False)


@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(compound=compounds(), lang=st.sampled_from(LANGS))
def test_any_compound_comes_back_value_for_value(compound, lang):
    document = read_workbook(workbook(compound, lang), file="x.xlsx")

    assert document.problems == ()
    again = Compound.model_validate(document.value, by_alias=True, by_name=False)
    assert again == compound
    assert compound_yaml(again) == compound_yaml(compound)


def test_digits_beyond_the_sixteenth_are_kept(read, small):
    # 0.1 + 0.2 needs 17 digits, as IEEE 754 double precision has it
    small["location"] = {"lon": 106.2 + 0.1 + 0.2, "lat": 0.1 + 0.2, "crs": "EPSG:4490"}

    location = read_back(workbook(read(small))).location

    assert (location.lon, location.lat) == (106.2 + 0.1 + 0.2, 0.30000000000000004)


# ------------------------------------------------------------------ what a person sees


def test_nothing_a_user_wrote_is_a_formula_or_a_link(read, small):
    small["name"] = "=cmd|' /C calc'!A0"
    small["sources"][0]["line"] = '=HYPERLINK("http://x","y")'
    book = openpyxl.load_workbook(io.BytesIO(workbook(read(small))))

    cells = [cell for name in ("总体", "电源点") for row in book[name] for cell in row]

    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert [cell.hyperlink for cell in cells if cell.hyperlink] == []


def test_headings_carry_units_and_keys_are_those_of_the_yaml_file(read, small):
    book = openpyxl.load_workbook(io.BytesIO(workbook(read(small))))
    sheet = book["低压电缆"]

    heads = [cell.value for cell in sheet[3]]
    keys = [cell.value for cell in sheet[4]]

    assert heads[:5] == ["编号", "起点", "终点", "型号规格", "长度 (m)"]
    assert keys == [
        *("id", "from", "to", "type", "length_m", "laying", "grouping", "parallel"),
    ]
    assert [cell.value for cell in sheet[5]][:5] == ["F1", "T1.LV", "BB1", "YJV22-0.6/1-4x240", 100]
    assert sheet.freeze_panes == "B5"
    assert "0.5～5000" in sheet["E3"].comment.text


def test_drop_downs_offer_equipment_words_and_ids(read, small):
    book = openpyxl.load_workbook(io.BytesIO(workbook(read(small))))
    rules = {}
    for rule in book["低压电缆"].data_validations.dataValidation:
        for area in rule.sqref.ranges:
            rules[area.coord.rstrip("0123456789")] = rule

    def listed(reference):
        sheet, _, cells = reference.partition("!")
        return [row[0].value for row in book[sheet.strip("'")][cells.replace("$", "")]]

    by_column = {area.split(":")[0].rstrip("0123456789"): rule for area, rule in rules.items()}
    types = listed(by_column["D"].formula1)
    assert "YJV22-0.6/1-4x240" in types
    assert "YJV22-8.7/15-3x150" not in types  # a 10 kV cable
    assert listed(by_column["F"].formula1) == ["直埋", "穿管", "电缆沟", "桥架", "梯架", "空气中"]
    assert by_column["B"].formula1 == "gridcalc_lv_ends"
    names = book.defined_names["gridcalc_lv_ends"].attr_text
    assert names.startswith("'下拉选项'!")
    assert book["下拉选项"].sheet_state == "hidden"
    assert by_column["E"].formula1 == "AND(ISNUMBER(E5),E5>=0.5,E5<=5000)"


def test_ids_offered_are_the_boards_and_then_the_nodes(read, small):
    book = openpyxl.load_workbook(io.BytesIO(workbook(read(small))), data_only=True)
    hidden = book["下拉选项"]
    heads = {cell.value: cell.column for cell in hidden[1]}

    offered = [hidden.cell(row, heads["lv_ends"]).value for row in range(2, 10)]

    assert offered[:6] == ["T1.LV", "BB1", "MB1", "MB2", "CB1", "ES1"]
    assert offered[6:] in ([None, None], ["", ""])


def test_there_is_room_for_200_more_rows(read, small):
    book = openpyxl.load_workbook(io.BytesIO(workbook(read(small))))

    areas = {
        area.coord
        for rule in book["低压节点"].data_validations.dataValidation
        for area in rule.sqref.ranges
    }

    assert areas == {"B5:B209"}  # 5 nodes from row 5 on, and 200 rows more


# ------------------------------------------------------------------ words


@pytest.mark.parametrize("lang", LANGS)
def test_every_sheet_and_column_has_a_heading_of_its_own(lang):
    for sheet in SHEETS:
        assert len(sheet_name(sheet, lang)) <= 31  # as long as a spreadsheet allows
    for sheet in (GENERAL, *TABLES):
        heads = [heading(column, lang) for column in columns(sheet)]
        assert len(set(heads)) == len(heads)
    names = [sheet_name(sheet, lang) for sheet in SHEETS]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: column.id)
def test_a_unit_of_the_format_stands_in_the_heading(column):
    unit = column.description.partition("[")[2].partition("]")[0].replace("deg or m", "deg")
    unit = unit.replace("pu of 10 kV", "pu")

    if column.form != "phases" and unit not in {"", "-"}:
        assert all(unit in heading(column, lang) for lang in LANGS)


@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: column.id)
def test_every_field_is_explained_in_chinese(column):
    assert hint(column, "zh") or heading(column, "zh") in {"编号", "类型"}


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: column.id)
def test_words_of_a_choice_are_distinct_and_said_in_the_language(column, lang):
    words = [choice_word(value, lang) for value in column.choices]
    words += labels(column.offers, lang).values()

    assert len(set(words)) == len(words)
    if lang == "zh":
        assert [w for w in words if w.isascii() and not w.isdigit()] == []


def test_no_text_of_the_workbook_is_idle_or_missing():
    said = {
        *(f"sheet.{key}" for key in (*SHEETS, "help", "lists")),
        *(f"about.{key}" for key in SHEETS),
        *(column.id for column in COLUMNS),
        *(f"hint.{column.id}" for column in COLUMNS),
        *(f"choice.{value}" for column in COLUMNS for value in column.choices),
        *(f"form.{key}" for key in ("label", "value", "note", "key")),
        *(f"group.{key}" for key in ("build", "location", "ambient")),
        *(f"range.{key}" for key in ("number", "whole", "between", "above", "least", "over")),
        *("error", "error.choice", "error.offered", "must", "may", "yes", "no"),
        *("curves.time", "curves.p_kw", "help", "help.sheet", "help.about", "help.rows"),
        *(f"help.{n}" for n in range(1, 9)),
    }
    own = {
        lang: {
            name.removeprefix("workbook.")
            for name in messages(lang)["term"]
            if name.startswith("workbook.")
        }
        for lang in LANGS
    }

    assert own["zh"] - said == set()
    assert own["en"] - own["zh"] == set()
    optional = {name for name in own["zh"] if name.startswith("hint.")}
    assert own["zh"] - own["en"] <= optional  # English explains by the model's own descriptions


def test_every_list_that_is_offered_belongs_to_a_field():
    assert OFFERS.keys() - {column.id for column in COLUMNS} == set()


def test_a_term_is_filled_in_with_its_values():
    assert term("workbook.range.least", "en", kind="a number", low="0") == "a number, at least 0"


def test_the_reader_loads_no_workbook_library_for_yaml():
    code = (
        "import sys; from gridcalc.compound.reader import read_compound;"
        "assert not {'xlsxwriter', 'python_calamine'} & set(sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
