"""The bytes of the map page: complete, harmless, the same every time, small."""

import hashlib
import json
import re
from base64 import b64encode
from dataclasses import replace
from html.parser import HTMLParser
from importlib.resources import files
from math import inf, nan

import pytest
import shapely

from gridcalc.city.records import CityResult, CityRow, RunResult
from gridcalc.errors import InputError
from gridcalc.report.city_map import Background, city_map_page, read_background
from gridcalc.report.city_map.curves import STEPS, curve_text, curves_shown, worst_of_seasons
from gridcalc.report.city_map.rows import FIELDS
from gridcalc.report.wording import load_wording
from tests.browser.city_samples import head, lines, results

ROWS = list(results(114))
ASSETS = files("gridcalc") / "report" / "city_map" / "assets"
KEY = re.compile(r'\bt\((?:[^"()]*\? ?)?"([A-Za-z0-9_]+)"(?: : "([A-Za-z0-9_]+)")?')


class _Tags(HTMLParser):
    """The names of the elements of a page as a reader of HTML finds them."""

    def __init__(self):
        super().__init__()
        self.tags = []

    def handle_starttag(self, tag, _attrs):
        self.tags.append(tag)


def _data(page):
    text = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    return json.loads(text[1])


def _row(page, name):
    data = _data(page)
    return next(
        dict(zip(data["page"]["fields"], row, strict=True))
        for row in data["rows"]
        if row[0] == name
    )


def _program():
    return "".join(
        path.read_text(encoding="utf-8")
        for path in sorted(ASSETS.iterdir(), key=lambda path: path.name)
        if path.name.endswith(".js")
    )


def test_the_same_results_give_the_same_bytes_in_any_order():
    page = city_map_page(ROWS, head(), lang="zh")

    assert city_map_page(iter(ROWS), head(), lang="zh") == page
    assert _data(city_map_page(reversed(ROWS), head()))["rows"][0][0] == _data(page)["rows"][0][0]


def test_no_compound_is_lost():
    rows = _data(city_map_page(ROWS, head()))["rows"]

    assert sorted(row[0] for row in rows) == sorted(row.row.id for row in ROWS)
    assert {len(row) for row in rows} == {len(FIELDS)}


def test_values_of_a_compound_stand_in_its_row():
    result = next(row for row in ROWS if row.verdict == "upgrade" and row.row.lon)
    page = city_map_page(ROWS, head(), lang="zh")
    row, texts = _row(page, result.row.id), _data(page)["page"]["lists"]

    assert row["name"] == result.row.name
    assert texts["area"][row["area"]] == result.row.area
    assert texts["outcome"][row["outcome"]] == "upgrade"
    assert row["lon"] == pytest.approx(result.row.lon, abs=1e-6)  # 0.1 m
    assert row["fitUncontrolled"] == result.n_max_uncontrolled
    assert row["plan"][0] == round(result.plan.cost_yuan)
    assert texts["measure"][row["plan"][4][0][0]] == "更换变压器"
    assert len(row["runs"]) == 12  # four scenarios in three charging modes, two seasons folded
    assert len(row["curves"]) == 4


def test_a_run_shows_the_worst_of_its_seasons():
    def run(season, loading, voltage, passed):
        return RunResult(
            scenario="ev-100",
            charging="managed",
            season=season,
            passed=passed,
            s_peak_kva=1.0,
            loading_percent=loading,
            phase_loading_percent=None,
            cable_loading_percent=50.0,
            vm_min_pu=voltage,
        )

    runs = [run("summer", 81.26, 0.95, True), run("winter", 60.0, 0.9212, False)]

    found = worst_of_seasons(runs)

    # by hand: the higher loading to one decimal, the lower voltage to three; one season fails
    assert found == {("ev-100", "managed", False): [81.3, None, 50.0, 0.921]}


def test_a_curve_is_read_back_to_one_step_of_its_peak():
    kw = [0.0, 12.5, 99.0, 100.0, 33.3]

    text = curve_text(kw)

    back = [100.0 * STEPS.index(sign) / (len(STEPS) - 1) for sign in text]
    assert back == pytest.approx(kw, abs=100.0 / (len(STEPS) - 1) / 2)


def test_a_curve_without_load_and_an_empty_one_are_drawn():
    assert curve_text([0.0, 0.0]) == STEPS[0] * 2
    assert curve_text([]) == ""
    assert curve_text([-5.0, 10.0]) == STEPS[0] + STEPS[-1]


def test_curves_of_the_last_scenario_are_shown_beside_today():
    days = {
        "today/uncontrolled": (1.0, 2.0),
        "ev-50/uncontrolled": (2.0, 2.0),
        "ev-100/uncontrolled": (3.0, 4.0),
        "ev-100/tou": (3.0, 4.0),
        "ev-100/managed": (3.0, 3.0),
    }

    assert list(curves_shown(days)) == [
        "today/uncontrolled",
        "ev-100/uncontrolled",
        "ev-100/managed",
    ]
    assert curves_shown({}) == {}
    assert list(curves_shown({"today/tou": (1.0,)})) == ["today/tou"]


def test_signs_of_a_curve_are_never_escaped():
    page = city_map_page([replace(ROWS[0], day_kw={"today/tou": tuple(range(88))})], head())

    assert _row(page, ROWS[0].row.id)["curves"][0][2] == STEPS
    assert len(STEPS) == 88  # the signs of ASCII from # to ~ but for & < > and the backslash


def test_numbers_that_are_none_do_not_stop_the_page():
    binding = replace(ROWS[0].binding, value=nan, utilisation=inf)

    page = city_map_page([replace(ROWS[0], binding=binding)], head())

    assert _row(page, ROWS[0].row.id)["utilisation"] is None


def test_names_cannot_end_the_data_or_the_title():
    name = "</script><!--<script>\u2028&"
    row = CityRow(row=2, id=name, name=name, area=name, line=name, template=name)
    page = city_map_page([CityResult(row=row, status="failed", error=name)], head(title=name))

    parser = _Tags()
    parser.feed(page)
    assert parser.tags.count("script") == 2  # the data and the program
    assert _data(page)["rows"][0][1] == name
    block = page.split('id="data">')[1].split("</script>")[0]
    assert not set(block) & set("<>&\u2028\u2029")
    assert "\u2028" not in page.split("</title>")[1]


def test_the_policy_names_exactly_the_program_and_the_style():
    page = city_map_page(ROWS[:1], head())
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)[1]
    blocks = {
        "script": re.search(r"<script>(.*?)</script>", page, re.DOTALL)[1],
        "style": re.search(r"<style>(.*?)</style>", page, re.DOTALL)[1],
    }

    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    for kind, text in blocks.items():
        digest = b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy


def test_the_page_names_no_address_outside():
    page = city_map_page(ROWS, head())

    assert set(re.findall(r"https?://[^\s\"']+", page)) == {"http://www.w3.org/2000/svg"}
    assert not re.search(
        r"\b(?:innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval)\b", page
    )


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_word_that_the_program_asks_for_is_a_term(lang):
    text = _program()
    keys = {key for pair in KEY.findall(text) for key in pair if key}
    keys |= {f"column_{name}" for name in re.findall(r'{ name: "(\w+)", width', text)}
    csv_columns = re.search(r"CSV_COLUMNS = \[(.*?)\]", text, re.DOTALL)[1]
    keys |= {f"csv_{name}" for name in re.findall(r'"(\w+)"', csv_columns)}
    terms = load_wording(lang).terms

    assert {"count", "no_match", "column_rank", "csv_cost", "could_flip_n"} <= keys
    assert [key for key in sorted(keys) if f"map.{key}" not in terms] == []


def test_no_term_of_the_page_is_idle():
    text = _program() + city_map_page([], head())
    names = [name for name in load_wording("en").terms if name.startswith("map.")]
    made = ("column_", "csv_")

    idle = [
        name
        for name in names
        if f'"{name.removeprefix("map.")}"' not in text
        and not name.removeprefix("map.").startswith(made)
        and name.removeprefix("map.") not in ("no_script", "zoom_in", "zoom_out", "no_result")
    ]

    assert idle == []


def test_ten_thousand_compounds_are_at_most_12_megabytes():
    n = 400
    page = city_map_page(results(n), head(), lang="zh")
    empty = city_map_page([], head(), lang="zh")
    per_compound = (len(page.encode()) - len(empty.encode())) / n

    assert len(empty.encode()) + 10_000 * per_compound < 12_000_000


def test_lines_are_told_with_their_states():
    page = city_map_page(ROWS, head(), lang="zh", lines=lines(ROWS))
    line = _data(page)["page"]["lines"][2]

    assert [state["loading"] for state in line["states"]] == [48.0, 101.0, 88.0]
    assert line["states"][1]["name"] == "汽车100%、无序充电"
    assert line["states"][1]["relief"] == 880  # (101 - 90) * 80 kVA in the sample
    assert line["relief"] == 1


def test_outlines_are_drawn_and_other_shapes_are_not():
    square = shapely.to_wkb(shapely.box(87.0, 44.0, 87.1, 44.1))
    with_outline = replace(ROWS[0].row, outline_wkb=square)
    with_line = replace(
        ROWS[1].row, outline_wkb=shapely.to_wkb(shapely.LineString([(0, 0), (1, 1)]))
    )
    broken = replace(ROWS[2].row, outline_wkb=b"\x01nothing")
    rows = [
        replace(result, row=row)
        for result, row in zip(ROWS, (with_outline, with_line, broken), strict=False)
    ]

    page = city_map_page(rows, head())

    assert len(_row(page, ROWS[0].row.id)["outline"][0]) == 10  # five corners
    assert _row(page, ROWS[1].row.id)["outline"] == []
    assert _row(page, ROWS[2].row.id)["outline"] == []


def _geojson(tmp_path, *geometries, **properties):
    rows = [{"type": "Feature", "properties": properties, "geometry": g} for g in geometries]
    path = tmp_path / "roads.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": rows}), encoding="utf-8")
    return path


def test_roads_and_areas_of_the_user_are_the_background(tmp_path):
    line = {"type": "LineString", "coordinates": [[87.0, 44.0], [87.1, 44.05, 600.0]]}
    park = {"type": "MultiPolygon", "coordinates": [[[[87, 44], [87.1, 44], [87, 44.1], [87, 44]]]]}
    point = {"type": "Point", "coordinates": [87, 44]}

    found = read_background(_geojson(tmp_path, line, park, point, highway="primary_link"))

    assert found == Background(
        main=([87.0, 44.0, 87.1, 44.05],),
        areas=([87.0, 44.0, 87.1, 44.0, 87.0, 44.1, 87.0, 44.0],),
    )
    assert "87.1,44.05" in city_map_page([], head(), background=found)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "cannot be read"),
        ("[]", "FeatureCollection"),
        ('{"features": 3}', "FeatureCollection"),
    ],
)
def test_a_background_that_is_no_geojson_is_refused(tmp_path, text, message):
    path = tmp_path / "roads.geojson"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(InputError, match=message):
        read_background(path)


def test_every_feature_beyond_longitude_and_latitude_is_named(tmp_path):
    metres = {"type": "LineString", "coordinates": [[487000.0, 4400000.0], [1, 2]]}
    words = {"type": "LineString", "coordinates": [["a", "b"]]}
    good = {"type": "LineString", "coordinates": [[87, 44], [88, 44]]}
    path = _geojson(tmp_path, metres, good, words)

    with pytest.raises(InputError) as found:
        read_background(path)

    assert [problem.key for problem in found.value.problems] == ["features[0]", "features[2]"]


def test_a_background_that_is_not_there_is_said(tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        read_background(tmp_path / "none.geojson")
