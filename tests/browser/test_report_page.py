"""The report page in a real browser: nothing is asked for, nothing sticks out, all is printed."""

import base64
import re
from dataclasses import replace

import pytest

from gridcalc.report.page import report_page
from gridcalc.report.wording import load_wording
from tests.unit.page_cases import dossier, page

LANGS = ("en", "zh")
PX_PER_MM = 96 / 25.4
A4_TEXT_PX = round((210 - 2 * 14) * PX_PER_MM)
"""Width of A4 between the margins of the page's style."""
LONG = "W" * 150 + "名" * 50
HOSTILE = '</title></style><script>window.hit = 1</script><img src=x onerror="window.hit = 1">'


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return a folder with the page in both languages, and with hostile and long names."""
    found = tmp_path_factory.mktemp("report")
    for lang in LANGS:
        (found / f"{lang}.html").write_bytes(page(lang).encode("utf-8"))
    for name, text in (("long", LONG), ("hostile", HOSTILE)):
        compound = dossier().compound.model_copy(update={"name": text})
        content = report_page(replace(dossier(), compound=compound), load_wording("zh"))
        (found / f"{name}.html").write_bytes(content)
    return found


@pytest.fixture
def opened(chromium, folder):
    """Return how a page is opened; no test may leave requests or complaints behind."""
    paths = []

    def open_page(name, **size):
        paths.append(folder / f"{name}.html")
        chromium.open(paths[-1], **size)
        return chromium

    yield open_page
    chromium.send("Emulation.setEmulatedMedia", media="")
    asked = [url for url in chromium.requests() if not url.startswith("data:image/svg+xml")]
    assert asked == [paths[-1].resolve().as_uri()]
    assert chromium.complaints() == []


def _sticks_out(browser):
    """Return what is wider than the window, apart from what scrolls on its own."""
    return browser.value(
        "[...document.querySelectorAll('body *')]"
        ".filter(e => e.getBoundingClientRect().right > innerWidth + 1"
        " && !e.closest('.table') && !e.closest('svg')).map(e => e.outerHTML.slice(0, 90))"
    )


@pytest.mark.parametrize("name", [*LANGS, "long", "hostile"])
@pytest.mark.parametrize("width", [1200, 1440, 420])
def test_nothing_is_wider_than_the_window(opened, name, width):
    browser = opened(name, width=width)

    assert browser.value("document.documentElement.scrollWidth") <= width
    assert _sticks_out(browser) == []


@pytest.mark.parametrize("name", [*LANGS, "long"])
def test_nothing_is_wider_than_the_paper(opened, name):
    browser = opened(name, width=A4_TEXT_PX)
    browser.send("Emulation.setEmulatedMedia", media="print")

    assert browser.value("document.documentElement.scrollWidth") <= A4_TEXT_PX
    tables = "[...document.querySelectorAll('table')].map(e => e.getBoundingClientRect().right)"
    assert max(browser.value(tables)) <= A4_TEXT_PX + 1
    assert _sticks_out(browser) == []


@pytest.mark.parametrize("lang", LANGS)
def test_the_page_is_drawn(opened, lang):
    browser = opened(lang, width=1200)
    data = browser.picture()
    colours = browser.value(
        "getComputedStyle(document.querySelector('.verdict .band')).backgroundColor"
    )

    assert data.startswith(b"\x89PNG")
    assert len(data) > 50_000  # an empty page of this size is below 10 kB
    assert colours == "rgb(164, 0, 25)"  # the tone of a verdict that asks for works
    for picture in ("img", ".drawing svg", ".chart"):
        sizes = browser.value(
            f"[...document.querySelectorAll('main {picture}')]"
            ".map(e => Math.min(e.getBoundingClientRect().width, e.getBoundingClientRect().height))"
        )
        assert sizes
        assert min(sizes) > 100, picture
    loaded = "[...document.images].every(e => e.complete && e.naturalWidth > 0)"
    assert browser.value(loaded)


@pytest.mark.parametrize("lang", LANGS)
def test_a_drawing_is_legible_on_a_narrow_window(opened, lang):
    # drawn for about 900 px: at 420 px its texts would be 5 px high; it is moved sideways instead
    browser = opened(lang, width=420)

    widths = browser.value(
        "[...document.querySelectorAll('figure.drawing')]"
        ".map(e => [e.clientWidth, e.scrollWidth, e.querySelector('svg').clientWidth])"
    )

    assert widths
    assert all(inside <= 420 and 860 <= drawn <= moved for inside, moved, drawn in widths)


def test_rows_and_parts_that_fold_open_without_a_program(opened):
    browser = opened("en", width=1200)
    hidden = "[...document.querySelectorAll('.rest')].filter(e => e.offsetHeight === 0).length"
    folded = "[...document.querySelectorAll('.folded')].filter(e => e.offsetHeight === 0).length"
    before = browser.value(hidden), browser.value(folded)
    seen = "[...document.querySelectorAll('.table > label')].find(e => e.offsetHeight).id = 'seen'"
    browser.value(seen)
    browser.click("#seen")
    after = browser.value(hidden)
    browser.click(".fold > label")

    assert after < before[0]
    assert browser.value(folded) == before[1] - 1
    assert browser.n("script") == 0


def test_a_switch_is_reached_and_turned_with_the_keys(opened):
    browser = opened("en", width=1200)
    browser.value("document.querySelector('.fold > input').focus()")
    browser.press(" ", 32)

    assert browser.value("document.querySelector('.fold > input').checked")
    assert browser.value("document.querySelector('.folded').offsetHeight") > 0


def test_everything_that_folds_is_printed(opened):
    browser = opened("zh", width=A4_TEXT_PX)
    browser.send("Emulation.setEmulatedMedia", media="print")
    nowhere = "[...document.querySelectorAll('.rest, .folded')].filter(e => !e.offsetHeight).length"

    assert browser.n(".rest, .folded") > 5
    assert browser.value(nowhere) == 0
    assert browser.value("getComputedStyle(document.querySelector('thead')).display") == (
        "table-header-group"
    )


def test_every_printed_page_is_an_upright_a4(opened):
    browser = opened("zh", width=1200)
    answer = browser.send("Page.printToPDF", printBackground=True, preferCSSPageSize=True)
    boxes = re.findall(rb"/MediaBox ?\[0 0 ([\d.]+) ([\d.]+)\]", base64.b64decode(answer["data"]))
    sides = [(round(float(w)), round(float(h))) for w, h in boxes]

    # A4 in points: 595 by 842
    assert len(sides) > 5
    assert {side == pytest.approx((595, 842), abs=2) for side in sides} == {True}


def test_a_hostile_name_does_nothing(opened):
    browser = opened("hostile", width=1200)

    assert browser.value("window.hit === undefined")
    assert browser.text("h1") == HOSTILE
    assert browser.value("document.title").endswith("small")


@pytest.mark.parametrize("lang", LANGS)
def test_texts_stand_out_from_their_ground(opened, lang):
    """Texts keep a contrast of at least 4.5 : 1, as WCAG 2.1 asks for at level AA."""
    browser = opened(lang, width=1200)
    low = browser.value(
        """(() => {
          const rgb = text => text.match(/[\\d.]+/g).map(Number);
          const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
            .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
            .reduce((sum, v, k) => sum + v * [0.2126, 0.7152, 0.0722][k], 0);
          const ground = e => {
            for (; e; e = e.parentElement) {
              const [r, g, b, a = 1] = rgb(getComputedStyle(e).backgroundColor);
              if (a > 0) return [r, g, b];
            }
            return [255, 255, 255];
          };
          return [...document.querySelectorAll('body *:not(svg *)')]
            .filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()))
            .filter(e => e.offsetHeight)
            .map(e => [light(rgb(getComputedStyle(e).color)), light(ground(e)), e])
            .map(([a, b, e]) => [(Math.max(a, b) + .05) / (Math.min(a, b) + .05), e.outerHTML])
            .filter(([ratio]) => ratio < 4.5).map(([ratio, text]) => [ratio, text.slice(0, 90)]);
        })()"""
    )

    assert low == []
