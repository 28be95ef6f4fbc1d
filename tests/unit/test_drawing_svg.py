"""SVG of the diagrams: what users write stays text."""

import json
from xml.etree import ElementTree as ET

from gridcalc.report.drawing.layers import LV_CABLE, LV_TEXT
from gridcalc.report.drawing.shapes import Circle, Label, Panel, Path, Sign
from gridcalc.report.drawing.single_line import single_line_svg
from gridcalc.report.drawing.svg_pen import svg_text
from gridcalc.report.drawing.symbols import METER_BOX
from gridcalc.report.wording import load_wording
from tests.conftest import SMALL
from tests.unit.drawing_cases import of_text

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "</text><script>alert(1)</script>&\"'\u202e"


def _svg(*shapes, title: str = "t") -> str:
    panel = Panel(width_mm=100.0, height_mm=50.0, shapes=shapes)
    return svg_text(panel, title=title, text="d")


def test_every_text_of_a_drawing_is_escaped():
    said = _svg(
        Label(layer=LV_TEXT, at=(1.0, 2.0), text=HOSTILE),
        Path(layer=LV_CABLE, points=((0.0, 0.0), (1.0, 1.0)), hint=HOSTILE),
        Sign(layer=LV_TEXT, block=METER_BOX, at=(3.0, 3.0), hint=HOSTILE),
        title=HOSTILE,
    )

    root = ET.fromstring(said)
    tags = {element.tag for element in root.iter()}
    assert f"{SVG}script" not in tags
    assert "<script" not in said
    assert "\u202e" not in said
    shown = "</text><script>alert(1)</script>&\"'"
    assert root.find(f"{SVG}title").text == shown
    assert root.find(f"{SVG}text").text == shown


def test_names_of_a_compound_are_escaped():
    text = SMALL.replace("name: 小样小区", f"name: {json.dumps(HOSTILE)}").replace(
        "line: L1", 'line: "<img src=x onerror=alert(1)>"'
    )
    found = of_text(text)

    said = single_line_svg(found, load_wording("zh"), found.deciding_run)

    assert "<script" not in said
    assert "<img" not in said
    assert "http" not in said.replace("http://www.w3.org/2000/svg", "")
    assert "<img src=x onerror=alert(1)>" in " ".join(ET.fromstring(said).itertext())


def test_shapes_are_where_they_were_put():
    root = ET.fromstring(
        _svg(
            Path(layer=LV_CABLE, points=((1.0, 2.0), (3.5, 2.0)), dashed=True, closed=True),
            Circle(layer=LV_CABLE, centre=(4.0, 5.0), radius_mm=1.5),
            Label(layer=LV_TEXT, at=(6.0, 7.0), text="T1", anchor="middle", bold=True),
            Sign(layer=LV_TEXT, block=METER_BOX, at=(8.0, 9.0), turn_deg=90),
        )
    )

    path, circle, text, sign = list(root)[-4:]
    assert path.attrib["d"] == "M1 2L3.5 2Z"
    assert "stroke-dasharray" in path.attrib
    assert [circle.attrib[name] for name in ("cx", "cy", "r")] == ["4", "5", "1.5"]
    assert (text.attrib["x"], text.attrib["text-anchor"]) == ("6", "middle")
    assert text.attrib["font-weight"] == "700"
    assert sign.attrib["transform"] == "translate(8 9) rotate(90)"
