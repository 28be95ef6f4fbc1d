"""The documentation builds as a site without a warning, and no page needs the network."""

import json
import os
import re
import subprocess
import sys
import time
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from tests.browser.chromium import browser, program

ROOT = Path(__file__).parents[2]
LOADED = {"img": "src", "script": "src", "iframe": "src", "source": "src", "link": "href"}
TUTORIALS = ("first-compound", "first-upgrade", "first-route", "first-city")
SEARCH_S = 20.0
QUIET_LINKS = {"canonical", "next", "prev"}
STYLE_URL = re.compile(r"(?:url\(|@import)\s*['\"]?((?:https?:)?//[^'\")\s]*)")


class Resources(HTMLParser):
    """What a page loads when it is opened, and what a reader may follow."""

    def __init__(self) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.links: list[str] = []
        self.ids: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.ids |= {found[name] or "" for name in ("id", "name") if name in found}
        if tag == "a" and found.get("href"):
            self.links.append(found["href"] or "")
        elif tag in LOADED and found.get("rel") not in QUIET_LINKS:
            self.loaded.append(found.get(LOADED[tag]) or "")


def read(page: Path) -> Resources:
    resources = Resources()
    resources.feed(page.read_text(encoding="utf-8"))
    return resources


def build(folder: Path) -> None:
    words = [sys.executable, "-m", "mkdocs", "build", "--strict", "-d", str(folder)]
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    built = subprocess.run(
        words, check=False, cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert built.returncode == 0, built.stderr


def style_urls(site: Path) -> set[str]:
    styles = (path.read_text(encoding="utf-8") for path in site.rglob("*.css"))
    return {url for style in styles for url in STYLE_URL.findall(style)}


def dead_links(site: Path, pages: dict[Path, Resources]) -> list[str]:
    dead = []
    for page, found in pages.items():
        for link in {*found.links, *found.loaded}:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc or page.name == "404.html":
                continue
            there = (page.parent / unquote(parts.path)).resolve() if parts.path else page
            known = pages[there].ids if there in pages else set()
            if not there.is_file() or (
                known and parts.fragment and unquote(parts.fragment) not in known
            ):
                dead.append(f"{page.relative_to(site)}: {link}")
    return dead


def test_the_site_builds_and_needs_no_network(tmp_path):
    build(tmp_path)

    pages = {page: read(page) for page in sorted(tmp_path.rglob("*.html"))}
    for name in TUTORIALS:
        assert tmp_path / "tutorial" / f"{name}.html" in pages
        assert tmp_path / "zh" / "tutorial" / f"{name}.html" in pages
    loaded = {url for found in pages.values() for url in found.loaded}
    assert {url for url in loaded if urlsplit(url).netloc} == set()
    assert style_urls(tmp_path) == set()
    assert dead_links(tmp_path, pages) == []
    index = json.loads((tmp_path / "search" / "search_index.json").read_text(encoding="utf-8"))
    assert any("需要系数" in entry["text"] for entry in index["docs"])


@pytest.mark.skipif(program() is None, reason="no browser: make browser-deps")
def test_the_search_works_from_a_folder_and_finds_chinese_words(tmp_path):
    build(tmp_path)
    hits = "[...document.querySelectorAll('.md-search-result__link')].map(a => a.pathname).join()"

    with browser() as page:
        page.open(tmp_path / "index.html")
        page.type("[data-md-component=search-query]", "需要系数")
        page.press("End")
        until = time.monotonic() + SEARCH_S
        while not page.value(hits) and time.monotonic() < until:
            time.sleep(0.2)

        assert "zh/tutorial/first-compound.html" in page.value(hits)
        assert all(url.startswith(("file:", "data:")) for url in page.requests())


def test_a_page_that_loads_from_the_network_is_noticed(tmp_path):
    page = tmp_path / "page.html"
    page.write_text(
        '<script src="https://a.example/b.js"></script><a href="https://c.example">c</a>'
        '<img src="there.png"><a href="#nowhere">x</a><p id="somewhere">',
        encoding="utf-8",
    )
    style = tmp_path / "style.css"
    style.write_text("@import '//d.example/e.css'; a { b: url(https://f.example/g) }")

    found = read(page)

    assert found.loaded == ["https://a.example/b.js", "there.png"]
    assert style_urls(tmp_path) == {"//d.example/e.css", "https://f.example/g"}
    assert sorted(dead_links(tmp_path, {page: found})) == [
        "page.html: #nowhere",
        "page.html: there.png",
    ]
