"""Single-line diagrams of all templates: nothing covers anything else or leaves the page."""

import re
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from gridcalc.report.drawing.flowing import sheets_of
from gridcalc.report.drawing.frame import ROOM_MM, SHEET_MM, Title, framed
from gridcalc.report.drawing.lv_panel import lv_panels
from gridcalc.report.drawing.lv_scheme import lv_tree
from gridcalc.report.drawing.mv_panel import mv_panels
from gridcalc.report.drawing.mv_scheme import mv_lines
from gridcalc.report.drawing.readings import readings
from gridcalc.report.drawing.shapes import Label, Panel, Path, fitted, label_box, text_mm
from gridcalc.report.drawing.single_line import (
    single_line_pages,
    single_line_sheets,
    single_line_svg,
)
from gridcalc.report.wording import load_wording
from tests.conftest import SMALL
from tests.unit.drawing_cases import (
    TEMPLATES,
    labels,
    of_template,
    of_text,
    outside,
    overlapping,
)

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", TEMPLATES)
def test_no_text_covers_another_and_nothing_leaves_the_sheet(name, lang):
    sheets = single_line_sheets(of_template(name), load_wording(lang))

    for sheet in sheets:
        assert len(labels(sheet.shapes)) > 10
        assert overlapping(sheet.shapes) == []
        assert outside(sheet) == []


@pytest.mark.parametrize("name", TEMPLATES)
def test_sheets_of_the_templates_are_plain_a3(name):
    sheets = single_line_sheets(of_template(name), load_wording("zh"))

    assert {(sheet.width_mm, sheet.height_mm) for sheet in sheets} == {SHEET_MM}


def test_the_check_for_overlaps_sees_one():
    label = Label(layer="0", at=(10.0, 10.0), text="T1-F1")
    beside = replace(label, at=(10.0 + text_mm("T1-F1"), 10.0))

    assert overlapping([label, beside]) == []
    assert overlapping([label, replace(label, at=(12.0, 11.0))]) == [("T1-F1", "T1-F1")]
    assert outside(Panel(width_mm=25, height_mm=20, shapes=(label,))) == []
    assert outside(Panel(width_mm=12, height_mm=20, shapes=(label,))) == [label]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_long_names_are_cut_before_they_cover_anything(lang):
    # ids may have 64 letters, names of lines have no end
    long = "W" * 60
    text = re.sub(r"\b(BB1|MB1|CB1|F1|PD1)\b", rf"\1{long}", SMALL)
    text = text.replace("line: L1", f"line: {'很长的线路名称' * 40}")
    text = text.replace("小样小区", "滨河家园" * 50)

    for sheet in single_line_sheets(of_text(text), load_wording(lang)):
        assert overlapping(sheet.shapes) == []
        assert outside(sheet) == []


def test_a_text_that_is_cut_is_not_wider_than_its_room():
    for text in ("滨河家园一期", "YJV22-0.6/1-4×240", "WWWWWWWW", "iiiiiiiiiiii"):
        assert text_mm(fitted(text, 12.0)) <= 12.0
    assert fitted("T1", 12.0) == "T1"


def test_boxes_of_texts_follow_their_anchor():
    # 2 Chinese characters of 3 mm are 6 mm wide
    start = Label(layer="0", at=(10.0, 10.0), text="小区", size_mm=3.0)
    middle, end = replace(start, anchor="middle"), replace(start, anchor="end")

    assert [round(label_box(row)[0], 6) for row in (start, middle, end)] == [10.0, 7.0, 4.0]
    assert [round(label_box(row)[2], 6) for row in (start, middle, end)] == [16.0, 13.0, 10.0]


def test_the_svg_has_its_own_size_title_and_description():
    found = of_template("walk-up")
    root = ET.fromstring(single_line_svg(found, load_wording("zh"), found.deciding_run))

    width, height = (float(root.attrib[name].removesuffix("mm")) for name in ("width", "height"))
    assert root.attrib["viewBox"].split() == [f"{0}", "0", f"{width:g}", f"{height:g}"]
    assert "多层" in root.find(f"{SVG}title").text
    assert "汽车100%" in root.find(f"{SVG}desc").text


def test_every_symbol_that_is_used_is_defined():
    found = of_template("high-rise")
    root = ET.fromstring(single_line_svg(found, load_wording("en"), found.deciding_run))

    used = {use.attrib["href"].removeprefix("#") for use in root.iter(f"{SVG}use")}
    defined = {group.attrib["id"] for group in root.find(f"{SVG}defs")}
    assert used == defined
    assert "gc-transformer" in used


def test_pages_of_a_large_compound_are_upright_and_hold_every_transformer_once():
    found = of_template("resettlement")
    pages = single_line_pages(found, load_wording("zh"), found.deciding_run)

    roots = [ET.fromstring(page) for page in pages]
    # 1.3 is the ratio of the page; the margin adds 4 mm at each edge
    for root in roots:
        _, _, width, height = map(float, root.attrib["viewBox"].split())
        assert height - 8 <= 1.3 * (width - 8)
    titles = [text.text for root in roots for text in root.iter(f"{SVG}text") if text.text == "T5"]
    assert len(pages) > 1
    assert titles == ["T5"]


def test_the_same_diagram_gives_the_same_bytes():
    found = of_template("villa")
    wording = load_wording("zh")

    first, second = (single_line_svg(found, wording, found.deciding_run) for _ in range(2))

    assert first == second


def test_a_side_that_is_too_high_is_drawn_in_parts_with_every_feeder_once():
    found = of_template("mid-rise")
    shown = readings(found, found.deciding_run)
    wording = load_wording("en")

    # 22 mm of head and foot leave room for four lines of 10 mm, one of them for the LV board:
    # F1 (two lines) and F5, then F6, F12 and F13, then F14 and the board
    parts = list(lv_panels(lv_tree(shown), "T1", wording, height_mm=70.0))

    texts = [row.text for part in parts for row in labels(part.shapes)]
    assert [name for name in texts if name.startswith("T1 (")] == [
        "T1 (1/3)",
        "T1 (2/3)",
        "T1 (3/3)",
    ]
    for name in ("T1-F1… ×4", "T1-F5", "T1-F12", "T1-F13", "at the LV board"):
        assert texts.count(name) == 1


def test_a_chain_that_is_too_long_is_cut_and_the_parts_name_each_other():
    found = of_template("walk-up")
    shown = readings(found, found.deciding_run)
    lines = mv_lines(found.resolved, found.catalogue)

    (whole,) = mv_panels(shown, lines, load_wording("en"), height_mm=400.0)
    parts = list(mv_panels(shown, lines, load_wording("en"), height_mm=100.0))

    assert len(parts) == 2
    texts = [{row.text for row in labels(part.shapes)} for part in parts]
    assert "to PD2" in texts[0]
    assert "from PD1" in texts[1]
    assert not {"to PD2", "from PD1"} & {row.text for row in labels(whole.shapes)}


def test_panels_go_to_the_next_sheet_where_a_sheet_is_full():
    panel = Panel(width_mm=100.0, height_mm=90.0, shapes=(Path(layer="0", points=((0, 0),)),))

    # rows of three panels are 316 mm wide; two rows and the gap are 188 mm high
    sheets = sheets_of([panel] * 7, width_mm=320.0, height_mm=200.0)

    assert [len(sheet.shapes) for sheet in sheets] == [6, 1]
    assert (sheets[0].width_mm, sheets[0].height_mm) == (316.0, 188.0)


def test_a_drawing_larger_than_a3_gets_a_frame_that_is_larger_by_the_same_factor():
    big = Panel(width_mm=2 * ROOM_MM[0], height_mm=50.0, shapes=())
    title = Title(
        project="a", drawing="b", number="c", remark="d", version="e", scale="f", unit="g"
    )

    sheet = framed(big, title, load_wording("en"), k=1, n=1)

    assert (sheet.width_mm, sheet.height_mm) == (2 * SHEET_MM[0], 2 * SHEET_MM[1])
    assert outside(sheet) == []
