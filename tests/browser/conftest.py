"""One browser for all tests of a page; without a browser they are skipped, and say so loudly."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gridcalc.report.city_map import city_map_page
from tests.browser.chromium import Browser, browser, program
from tests.browser.city_samples import head, results

MISSING = "NOT TESTED: no Chromium is installed; 'make browser-deps' installs what these tests need"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip the tests of this folder where no browser is installed."""
    if program() is not None:
        return
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.skip(reason=MISSING))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Return a browser that stays open for all tests of a worker."""
    with browser() as page:
        yield page


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the pages of 114 compounds in both languages."""
    folder = tmp_path_factory.mktemp("pages")
    rows = list(results(114))
    for lang in ("en", "zh"):
        text = city_map_page(rows, head(), lang=lang)
        (folder / f"{lang}.html").write_text(text, encoding="utf-8", newline="\n")
    return folder


@pytest.fixture
def page(chromium: Browser, written: Path) -> Iterator[Browser]:
    """Return the English page, freshly opened; no test may leave errors or requests behind."""
    chromium.open(written / "en.html")
    yield chromium
    assert chromium.complaints() == []
    assert chromium.requests() == [(written / "en.html").resolve().as_uri()]
