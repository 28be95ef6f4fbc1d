"""Names that are programs, markup or formulas do nothing on the page and in what it exports."""

import csv
import io
from dataclasses import replace

import pytest

from gridcalc.city.records import CityResult, CityRow
from gridcalc.report.city_map import city_map_page
from tests.browser.city_samples import head, results

NAMES = (
    "<script>window.hit = 1</script>",
    "</script><script>window.hit = 1</script>",
    '"><img src=x onerror="window.hit = 1">',
    "'; window.hit = 1; //",
    "<!--",
    "]]>",
    "\u2028\u2029\\u003c",
    "🏘️ 👨‍👩‍👧 𠮷小区",
    "=cmd|' /C calc'!A0",
    "+1+1",
    "@SUM(A1)",
    "\t=1+1",
    'a,b"c\r\nd',
    "${window.hit = 1}",
    "{n}",
    "javascript:window.hit=1",
    "\ud800",
    "\x00\x01",
)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    base = list(results(len(NAMES)))
    rows = [
        replace(
            result,
            row=replace(result.row, name=name, id=f"{name}{i}", area=name, line=name),
            error=name,
        )
        for i, (name, result) in enumerate(zip(NAMES, base, strict=True))
    ]
    path = tmp_path_factory.mktemp("hostile") / "page.html"
    title = "</title><script>window.hit = 1</script>"
    text = city_map_page(rows, head(title=title, audit=NAMES[2], notes=(NAMES[0],)))
    path.write_text(text, encoding="utf-8", newline="\n")
    return path


def test_no_name_is_run_as_a_program(chromium, hostile):
    chromium.open(hostile)
    for place in range(len(NAMES)):
        chromium.value(
            f"document.querySelectorAll('.grid-row')[{place}]?.click();"
            "document.getElementById('map').dispatchEvent(new PointerEvent('pointermove',"
            " {clientX: 400, clientY: 300}))"
        )
    chromium.settle()

    assert chromium.value("window.hit") is None
    assert chromium.n("#panel img, #panel script, .grid img, .grid script") == 0
    assert chromium.complaints() == []
    assert chromium.requests() == [hostile.resolve().as_uri()]


def test_names_are_shown_as_they_are(chromium, hostile):
    chromium.open(hostile)
    names = chromium.value("[...document.querySelectorAll('.c-name')].map(e => e.textContent)")

    assert {"<script>window.hit = 1</script>", "🏘️ 👨‍👩‍👧 𠮷小区", "{n}"} <= set(names)
    assert chromium.value("document.title") == "</title><script>window.hit = 1</script>"


def test_the_policy_lets_nothing_else_run(chromium, hostile):
    chromium.open(hostile)
    chromium.value(
        "(() => { const s = document.createElement('script'); s.textContent = 'window.hit = 2';"
        " document.body.append(s); const i = new Image(); i.src = 'http://127.0.0.1:9/x.png';"
        " document.body.append(i);"
        " return fetch('http://127.0.0.1:9/').catch(() => 0); })()"
    )

    assert chromium.value("window.hit") is None
    blocked = [text for text in chromium.complaints() if "Content Security Policy" in text]
    assert len(blocked) >= 3


def test_exported_cells_are_no_formulas(chromium, hostile):
    chromium.open(hostile)
    text = chromium.value("cityMap.csv()")
    cells = [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]

    assert not [cell for cell in cells if cell.strip()[:1] in ("=", "+", "@")]
    assert "'=cmd|' /C calc'!A0" in cells
    assert 'a,b"c\r\nd' in cells


def test_a_page_without_coordinates_or_results_still_opens(chromium, tmp_path):
    rows = [
        CityResult(row=CityRow(row=2, id="a", name="a"), status="skipped"),
        CityResult(row=CityRow(row=3, id="b", name="b", lon=87.0, lat=44.0), status="ok"),
    ]
    for n in (0, 1, 2):
        path = tmp_path / f"{n}.html"
        path.write_text(city_map_page(rows[:n], head()), encoding="utf-8", newline="\n")
        chromium.open(path)

        assert chromium.value("cityMap.shown().length") == n
        assert chromium.complaints() == []
