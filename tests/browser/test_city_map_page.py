"""The map page in a real browser: filters, search, clicks, sorting, keys, print, no requests.

Expected numbers are counted here from the results that the page was made of, not by the page.
"""

import csv
import io
from collections import Counter
from dataclasses import replace

import pytest

from gridcalc.report.city_map import city_map_page
from gridcalc.report.wording import load_wording
from tests.browser.city_samples import head, lines, results
from tests.unit.city_line_results import two_lines
from tests.unit.city_summary_cases import city

ROWS = list(results(114))
BY_ID = {row.row.id: row for row in ROWS}
VERDICTS = Counter(row.verdict for row in ROWS if row.status == "ok")
READY = "ready"
COST_FROM_WAN, YUAN_PER_WAN = 30.0, 10_000
MOST_BYTES_OF_10000 = 12_000_000


def _shown(page):
    return page.value("cityMap.shown()")


def _selected(page):
    return page.value("cityMap.selected()")


def _point(page, name):
    """Return where a compound is drawn in the window."""
    x, y = page.value(f"cityMap.screenOf('{name}')")
    left, top = page.value(
        "(() => { const b = document.getElementById('map').getBoundingClientRect();"
        " return [b.x, b.y]; })()"
    )
    return left + x, top + y


def test_all_compounds_are_shown_at_first(page):
    assert len(_shown(page)) == 114
    assert page.text("#count") == "114 of 114 compounds"
    assert page.text("h1") == head().title


def test_a_verdict_filters_the_compounds_and_a_second_one_adds(page):
    page.click(".chip-upgrade")
    only = len(_shown(page))
    page.click(".chip-no_solution")

    assert only == VERDICTS["upgrade"]
    assert len(_shown(page)) == VERDICTS["upgrade"] + VERDICTS["no_solution"]
    assert page.text("#count").startswith(f"{VERDICTS['upgrade'] + VERDICTS['no_solution']} of")


def test_compounds_without_a_result_have_a_filter_of_their_own(page):
    page.click(".chip-none")

    assert {BY_ID[name].status for name in _shown(page)} == {"failed"}


@pytest.mark.parametrize(
    ("field", "value", "holds"),
    [
        ("area", "奇台县", lambda row: row.row.area == "奇台县"),
        ("policy", "national", lambda row: row.policy == "national"),
        ("status", "failed", lambda row: row.status == "failed"),
        ("grade", "D", lambda row: row.data is not None and row.data.grade == "D"),
    ],
)
def test_a_list_filters_the_compounds(page, field, value, holds):
    page.choose(f"#filter-{field}", value)

    assert set(_shown(page)) == {row.row.id for row in ROWS if holds(row)}
    assert page.n(".grid-row") > 0


def test_a_10_kv_line_filters_the_compounds(page):
    line = ROWS[0].row.line
    page.choose("#filter-line", line)

    assert set(_shown(page)) == {row.row.id for row in ROWS if row.row.line == line}


def test_a_range_of_cost_filters_the_compounds(page):
    page.type("#filter-costFrom", f"{COST_FROM_WAN:g}")

    dear = {
        row.row.id
        for row in ROWS
        if row.plan and row.plan.cost_yuan >= COST_FROM_WAN * YUAN_PER_WAN
    }
    assert set(_shown(page)) == dear
    assert 0 < len(dear) < 114


def test_reset_takes_all_filters_back(page):
    page.click(".chip-ready")
    page.type("#search", "花园")
    page.click("#reset")

    assert len(_shown(page)) == 114
    assert page.value("document.getElementById('search').value") == ""


def test_a_name_is_searched_as_it_is_typed(page):
    page.type("#search", "天山")

    assert set(_shown(page)) == {row.row.id for row in ROWS if "天山" in row.row.name}


def test_an_id_is_searched_whatever_its_case(page):
    page.type("#search", "xq00007")

    assert _shown(page) == ["XQ00007"]


def test_no_match_is_said(page):
    page.type("#search", "nowhere")

    assert _shown(page) == []
    assert "No compound" in page.text("#grid-empty")


def test_a_click_on_a_marker_opens_its_details_and_its_row(page):
    name = next(row.row.id for row in ROWS if row.verdict == "upgrade" and row.row.lon)
    page.value(f"cityMap.show('{name}')")
    page.settle()
    page.click_at(*_point(page, name))

    assert _selected(page) == name
    panel = page.text("#panel")
    assert BY_ID[name].row.name in panel
    assert "replace transformer" in panel
    assert page.n(f".grid-row[data-id='{name}'][aria-selected='true']") == 1
    assert page.n("#panel svg.day polyline") == 4  # today, and three modes of the last scenario


def test_a_click_beside_all_markers_closes_the_details(page):
    page.click(".grid-row")
    page.value("cityMap.show('XQ00001')")
    page.settle()
    box = page.value(
        "(() => { const b = document.getElementById('map').getBoundingClientRect();"
        " return [b.x + b.width - 12, b.y + b.height - 60]; })()"
    )
    page.click_at(*box)

    assert _selected(page) is None


def test_a_ring_of_many_compounds_opens_into_its_members(page):
    scale = page.text("#panel .panel-head p")
    x, y = _point(
        page, next(row.row.id for row in ROWS if row.row.area == "奇台县" and row.row.lon)
    )
    page.click_at(x, y)

    assert _selected(page) is None
    assert page.text("#panel .panel-head p") == scale
    far = next(row.row.id for row in ROWS if row.row.area == "昌吉市" and row.row.lon)
    px, _ = page.value(f"cityMap.screenOf('{far}')")
    assert px < -1000  # Changji is 180 km west of Qitai: far outside of the window now


def test_a_click_on_a_row_shows_the_compound_on_the_map(page):
    page.type("#search", "XQ00050")
    page.click(".grid-row")

    assert _selected(page) == "XQ00050"
    x, y = page.value("cityMap.screenOf('XQ00050')")
    assert 0 < x < 1100
    assert 0 < y < 500


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("households", lambda row: row.row.n_households),
        ("cost", lambda row: row.plan.cost_yuan if row.plan else None),
    ],
)
def test_a_heading_sorts_the_list_and_sorts_back(page, column, value):
    page.click(f"[data-column='{column}'] button")
    down = [value(BY_ID[name]) for name in _shown(page)]
    page.click(f"[data-column='{column}'] button")
    up = [value(BY_ID[name]) for name in _shown(page)]

    given = sorted(value(row) for row in ROWS if value(row) is not None)
    missing = [None] * (114 - len(given))
    assert down == [*reversed(given), *missing]
    assert up == [*given, *missing]
    assert page.n(f"[data-column='{column}'][aria-sort='ascending']") == 1


def test_the_best_compounds_stand_first(page):
    first = [BY_ID[name] for name in _shown(page)[: VERDICTS[READY]]]

    assert {row.verdict for row in first} == {READY}


def test_the_list_is_walked_with_the_keys(page):
    page.value("document.getElementById('grid').focus()")
    page.press("ArrowDown", 40)
    first = _selected(page)
    page.press("ArrowDown", 40)
    second = _selected(page)
    page.press("End", 35)

    assert [first, second, _selected(page)] == [_shown(page)[0], _shown(page)[1], _shown(page)[-1]]
    page.press("Escape", 27)
    assert _selected(page) is None


def test_the_map_is_moved_with_the_keys(page):
    page.value("document.getElementById('map').focus()")
    name = next(row.row.id for row in ROWS if row.row.lon)
    x, y = page.value(f"cityMap.screenOf('{name}')")
    page.press("ArrowRight", 39)

    assert page.value(f"cityMap.screenOf('{name}')") == [pytest.approx(x - 80), pytest.approx(y)]


def test_a_slash_goes_to_the_search(page):
    page.press("/", 191)

    assert page.value("document.activeElement.id") == "search"
    assert page.value("document.getElementById('search').value") == ""


def test_compounds_without_coordinates_are_counted_and_listed(page):
    nowhere = [row for row in ROWS if row.row.lon is None]

    assert f"{len(nowhere)} without coordinates" in page.text("#map-note")
    page.type("#search", nowhere[0].row.id)
    page.click(".grid-row")
    assert "no coordinates" in page.text("#panel")


def test_a_failed_compound_says_why(page):
    failed = next(row for row in ROWS if row.status == "failed")
    page.type("#search", failed.row.id)
    page.click(".grid-row")

    assert failed.error in page.text("#panel")


def test_the_overview_adds_up_what_is_shown(page):
    page.choose("#filter-area", "阜康市")
    here = [row for row in ROWS if row.row.area == "阜康市"]
    cost = sum(round(row.plan.cost_yuan) for row in here if row.plan) / YUAN_PER_WAN

    panel = page.text("#panel")
    assert f"{len(here)} compounds" in panel
    assert f"{cost:,.2f}" in panel


def test_the_exported_rows_are_those_shown(page):
    page.choose("#filter-area", "阜康市")
    text = page.value("cityMap.csv()")
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))

    assert text.startswith("\ufeff")
    assert [row[0] for row in rows[1:]] == _shown(page)
    assert len({len(row) for row in rows}) == 1


def test_the_printed_page_holds_the_whole_list(page):
    data = page.printed()

    assert data.startswith(b"%PDF")
    pages = data.count(b"/Type /Page\n") + data.count(b"/Type /Page ")
    assert pages >= 4  # map and totals, then 114 rows of the list at about 40 a page


def test_the_page_is_drawn_in_chinese(chromium, written):
    chromium.open(written / "zh.html")

    assert chromium.value("document.documentElement.lang") == "zh-CN"
    assert chromium.text(".chip-upgrade").replace("\n", " ").startswith("需要改造")
    chromium.click(".grid-row")
    panel = chromium.text("#panel")
    assert "各场景负载率" in panel
    assert "无序充电" in panel
    assert chromium.complaints() == []


def test_no_word_of_the_page_is_missing(chromium, written):
    """Every key that the program asks for is a term, or it would stand on the page as it is."""
    terms = {name.removeprefix("map.") for name in load_wording("zh").terms}
    chromium.open(written / "zh.html")
    for name in ("XQ00001", next(row.row.id for row in ROWS if row.plan)):
        chromium.type("#search", name)
        chromium.click(".grid-row")
        words = set(chromium.text("body").split())
        assert {word for word in words if word in terms and "_" in word} == set()
        chromium.click("#reset")


def test_the_page_fits_a_telephone(chromium, written):
    for lang in ("en", "zh"):
        chromium.open(written / f"{lang}.html", width=390, height=844, touch=True)

        assert chromium.value("document.documentElement.scrollWidth") == 390
        chromium.click(".grid-row .c-name")
        top = chromium.value("document.getElementById('panel').getBoundingClientRect().top")
        assert 200 < top < 844


def test_of_ten_thousand_compounds_only_those_in_sight_are_drawn(chromium, tmp_path):
    path = tmp_path / "large.html"
    text = city_map_page(results(10_000), head(), lang="zh")
    path.write_text(text, encoding="utf-8", newline="\n")

    chromium.open(path)
    chromium.click(".chip-upgrade")
    chromium.click("[data-column='name'] button")
    chromium.value("document.getElementById('grid').scrollTop = 60000")
    chromium.settle()

    assert len(text.encode()) <= MOST_BYTES_OF_10000
    assert chromium.n(".grid-row") < 60  # those in sight, so a click costs the same as for 100
    assert chromium.value("document.querySelector('.grid-row').style.top") != "0px"
    assert chromium.complaints() == []


def test_a_line_that_needs_relief_is_told_and_filters_its_compounds(chromium, tmp_path):
    path = tmp_path / "lines.html"
    made = lines(ROWS)
    path.write_text(city_map_page(ROWS, head(), lines=made), encoding="utf-8", newline="\n")
    first = next(row for row in made if row.relief_order == 1)
    on_it = {row.row.id for row in ROWS if row.row.line == first.line.id}

    chromium.open(path)
    panel = chromium.text("#panel")
    chromium.value(
        "[...document.querySelectorAll('#panel .link')]"
        f".find(e => e.textContent === '{first.line.name}').click()"
    )
    chromium.settle()
    shown = set(_shown(chromium))
    chromium.click(".grid-row")

    assert "Lines that need relief first" in panel
    assert shown == on_it
    assert "880 kVA too much" in chromium.text("#panel")  # (101 - 90) % of 8000 kVA in the sample
    assert chromium.complaints() == []


def test_outlines_are_drawn_where_there_is_room(chromium, written):
    name = next(row.row.id for row in ROWS if row.row.outline_wkb)
    chromium.open(written / "en.html")
    chromium.value(f"cityMap.show('{name}')")
    for _ in range(8):
        chromium.click("#zoom-in")
    x, y = chromium.value(f"cityMap.screenOf('{name}')")
    pixel = f"getImageData({x} + 14, {y} + 14, 1, 1).data"
    inside = f"[...document.getElementById('map').getContext('2d').{pixel}]"

    paper = [0xF4, 0xF6, 0xF7, 255]
    assert chromium.value(inside) != paper


def test_compounds_in_the_very_same_place_are_told(chromium, tmp_path):
    placed = [row for row in ROWS if row.row.lon is not None and row.verdict == "upgrade"][:3]
    one = placed[0].row
    same = [replace(r, row=replace(r.row, lon=one.lon, lat=one.lat)) for r in placed]
    path = tmp_path / "same.html"
    path.write_text(city_map_page(same, head()), encoding="utf-8", newline="\n")

    chromium.open(path)
    x, y = _point(chromium, one.id)
    chromium.send("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)
    chromium.settle()

    assert "3 compounds in this place" in chromium.text("#tip")
    assert chromium.value("cityMap.stacks()") == [3]
    assert chromium.text(".share") == "100 %"
    lines = "document.querySelector('.share').getClientRects().length"
    height = "document.querySelector('.share').offsetHeight"
    assert chromium.value(lines) == 1
    assert chromium.value(height) < 30  # one line of 14 px letters
    assert chromium.complaints() == []


def test_main_transformers_beyond_their_limit_are_told(chromium, tmp_path):
    # T1 stands at 81 % today and at 99 % under tou, limit 80 %; see two_lines
    path = tmp_path / "mains.html"
    text = city_map_page(city(), head(), lines=two_lines())
    path.write_text(text, encoding="utf-8", newline="\n")

    chromium.open(path)
    panel = chromium.text("#panel")
    chromium.click(".grid-row[data-id='c4']")

    assert "Main transformers beyond their limit" in panel
    assert "tou; 81.0 % today, limit 80 %; compounds stopped: 2" in panel
    assert "150 kVA too much (tou)" in panel
    said = chromium.text("#panel")
    assert "connected in ranked order: no (T1)" in said
    assert "T1: 81.0 % today, 99 % converted (tou), limit 80 %" in said
    assert "installed 13,000 kVA, limit 12,000 kVA" in said
    assert "compounds not counted: 1" in said
    assert chromium.complaints() == []
