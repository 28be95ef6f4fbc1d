"""DXF files of the single-line diagram, read back by ezdxf."""

import io
import re

import ezdxf
import pytest
from ezdxf import recover

from gridcalc.report.drawing import layers, symbols
from gridcalc.report.drawing.dxf_pen import (
    DASHED,
    FONT_FAMILY,
    FONT_FILE,
    STYLE,
    TAGS,
    Place,
    add_shapes,
    cad_text,
    document_bytes,
    new_document,
)
from gridcalc.report.drawing.layers import SINGLE_LINE_LAYERS, layer_title
from gridcalc.report.drawing.shapes import Circle, Label, Path, Sign
from gridcalc.report.drawing.single_line import single_line_dxf, single_line_sheets
from gridcalc.report.wording import load_wording
from tests.conftest import SMALL
from tests.unit.drawing_cases import TEMPLATES, labels, of_template, of_text

ZH, EN = load_wording("zh"), load_wording("en")


def read_back(data: bytes):
    """Return a drawing and the number of things its audit complains of."""
    document, auditor = recover.read(io.BytesIO(data))
    return document, len(auditor.errors) + len(auditor.fixes)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", TEMPLATES)
def test_the_audit_finds_nothing_and_every_text_is_in_the_file(name, lang):
    found, wording = of_template(name), load_wording(lang)

    document, n_faults = read_back(single_line_dxf(found, wording))

    drawn = sorted(row.dxf.text for row in document.modelspace().query("TEXT"))
    sheets = single_line_sheets(found, wording)
    assert n_faults == 0
    assert drawn == sorted(cad_text(row.text) for s in sheets for row in labels(s.shapes))


def test_layers_units_style_and_version_are_as_documented():
    document, _ = read_back(single_line_dxf(of_template("high-rise"), ZH))

    assert document.dxfversion == "AC1024"  # R2010
    assert (document.units, document.header["$MEASUREMENT"]) == (4, 1)  # 4: millimetres
    for layer in SINGLE_LINE_LAYERS:
        row = document.layers.get(layer.name)
        assert (row.color, row.description) == (layer.colour, layer_title(layer, ZH))
    style = document.styles.get(STYLE)
    assert style.dxf.font == FONT_FILE
    assert style.get_extended_font_data()[0] == FONT_FAMILY
    texts = document.modelspace().query("TEXT")
    assert {row.dxf.style for row in texts} == {STYLE}
    assert {row.dxf.layer for row in document.modelspace()} <= {
        layer.name for layer in SINGLE_LINE_LAYERS
    }
    assert DASHED in document.linetypes


def test_blocks_carry_id_type_and_rating():
    document, _ = read_back(single_line_dxf(of_template("high-rise"), ZH))
    inserts = document.modelspace().query("INSERT")

    names = {row.dxf.name for row in inserts}
    assert names >= {
        *(symbols.TRANSFORMER, symbols.RING_BAY, symbols.SWITCH_FUSE, symbols.BREAKER),
        *(symbols.BRANCH_BOX, symbols.METER_BOX, symbols.CHARGER_BOX, symbols.EBIKE_SHED),
    }
    for row in inserts:
        assert {tag.dxf.tag for tag in row.attribs} == set(TAGS)
    units = [row for row in inserts if row.dxf.name == symbols.TRANSFORMER]
    said = {tuple(row.get_attrib_text(tag) for tag in TAGS) for row in units}
    # four units of 1000 kVA, and the one of the legend, which stands for none
    wanted = {(f"T{k}", "SCB14-1000", "1000 kVA") for k in range(1, 5)}
    assert wanted < said
    assert all(row.is_invisible for unit in units for row in unit.attribs)


def test_chinese_text_comes_back_as_it_was():
    document, _ = read_back(single_line_dxf(of_template("high-rise"), ZH))

    texts = {row.dxf.text for row in document.modelspace().query("TEXT")}
    assert "SRC1 10kV凤凰甲线" in texts
    assert "比例 不按比例" in texts
    assert "张次 1 / 2" in texts


def test_every_sheet_has_its_own_frame_beside_the_last():
    document, _ = read_back(single_line_dxf(of_template("high-rise"), EN))

    frames = [
        row
        for row in document.modelspace().query("LWPOLYLINE")
        if row.dxf.layer == layers.FRAME and row.closed
    ]
    # A3 sheets, 420 mm and 30 mm between them
    outlines = [row for row in frames if abs(_width(row) - 420) < 1e-9]
    assert sorted(min(x for x, *_ in row.get_points()) for row in outlines) == [0.0, 450.0]


def _width(row) -> float:
    xs = [x for x, *_ in row.get_points()]
    return max(xs) - min(xs)


def test_the_order_of_a_set_does_not_reach_the_file(monkeypatch):
    # the kinds of entities stand in a set of texts, whose order is another one in every process
    made = set()
    for is_backwards in (False, True):
        document = new_document(SINGLE_LINE_LAYERS, EN, metres=False, properties={})
        kinds = sorted(document.entitydb.dxf_types_in_use(), reverse=is_backwards)
        monkeypatch.setattr(document.entitydb, "dxf_types_in_use", lambda kinds=kinds: kinds)
        made.add(document_bytes(document))

    assert len(made) == 1


def test_the_same_diagram_gives_the_same_bytes_and_settings_are_put_back():
    found = of_template("villa")
    before = ezdxf.options.write_fixed_meta_data_for_testing

    assert single_line_dxf(found, ZH) == single_line_dxf(found, ZH)
    assert ezdxf.options.write_fixed_meta_data_for_testing is before


def test_coordinates_turn_over_and_signs_turn_with_them():
    # y runs down on paper and up in CAD: (3, 4) below a corner at (100, 200) is (103, 196)
    document = new_document(SINGLE_LINE_LAYERS, EN, metres=False, properties={})
    shapes = (
        Path(layer=layers.LV_CABLE, points=((3.0, 4.0), (5.0, 4.0)), width_mm=0.9),
        Circle(layer=layers.LV_BOX, centre=(3.0, 4.0), radius_mm=2.0),
        Sign(layer=layers.LV_BOX, block=symbols.FUSE, at=(3.0, 4.0), turn_deg=90),
        Label(layer=layers.LV_TEXT, at=(3.0, 4.0), text="T1", anchor="end"),
    )

    add_shapes(document, shapes, Place(x=100.0, y=200.0))

    line, circle, sign, text = document.modelspace()
    assert line.get_points("xy") == [(103.0, 196.0), (105.0, 196.0)]
    assert line.dxf.const_width == 0.9
    assert (circle.dxf.center.x, circle.dxf.center.y, circle.dxf.radius) == (103.0, 196.0, 2.0)
    assert (sign.dxf.insert.x, sign.dxf.insert.y, sign.dxf.rotation) == (103.0, 196.0, -90)
    assert text.get_placement()[0].name == "RIGHT"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("50%%d", "50％％d"),
        ("a\\U+0041", "a＼U+0041"),
        ("a^Jb", "a＾Jb"),
        ("one\ntwo\x07", "one two"),
        ("T1\u202eexe", "T1 exe"),
        ("90 %", "90 %"),
    ],
)
def test_codes_of_cad_programs_are_neutral(name, shown):
    assert cad_text(name) == shown


def test_a_hostile_name_stays_text_in_the_file():
    hostile = "%%c^J\\\\P{\\\\fArial;<script>\\r\\n0\\nEOF"
    text = SMALL.replace("name: 小样小区", f'name: "{hostile}"')

    data = single_line_dxf(of_text(text), ZH)

    document, n_faults = read_back(data)
    texts = [row.dxf.text for row in document.modelspace().query("TEXT")]
    (name,) = {row for row in texts if "script" in row}
    assert n_faults == 0
    assert "％％c＾J＼P{＼fArial;<script> 0 EOF".startswith(name.rstrip("…"))
    assert not re.search(r"%%|\\|\^|\n", name)
    assert data.count(b"\nEOF\n") == 1


def test_an_empty_drawing_can_be_read():
    document = new_document(SINGLE_LINE_LAYERS, EN, metres=True, properties={"CRS": "EPSG:4547"})

    found, n_faults = read_back(document_bytes(document))

    assert n_faults == 0
    assert found.units == 6  # metres
    assert found.header.custom_vars.get("CRS") == "EPSG:4547"
