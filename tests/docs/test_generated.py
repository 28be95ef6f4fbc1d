"""The generated pages of the documentation are those that the program would write today.

``GRIDCALC_UPDATE_DOCS=1 pytest tests/docs``, or ``make docs``, writes them.
"""

import csv
import os

import pytest

from gridcalc.catalogue import list_kinds
from tools.generate_docs import DOCS, generated_folders, main, pages


@pytest.fixture(scope="module")
def current() -> dict[str, str]:
    if os.environ.get("GRIDCALC_UPDATE_DOCS"):
        main()
    return {str(path.relative_to(DOCS)): text for path, text in pages().items()}


def test_generated_pages_are_current(current):
    standing = {name: DOCS / name for name in current}

    stale = [
        name
        for name, path in standing.items()
        if not path.is_file() or path.read_text(encoding="utf-8") != current[name]
    ]

    assert stale == []


def test_no_page_of_a_table_or_pack_is_left_behind(current):
    names = {str(path.relative_to(DOCS)) for path in generated_folders()}

    assert names <= current.keys()


def test_every_table_is_described():
    with (DOCS / "tables.csv").open(encoding="utf-8", newline="") as file:
        described = [row["kind"] for row in csv.DictReader(file)]

    assert described == sorted(list_kinds())


@pytest.mark.parametrize("name", ["tables/transformers.md", "policies/national.md", "sources.md"])
def test_every_row_of_a_page_has_as_many_cells_as_its_heading(current, name):
    tables = [part for part in current[name].split("\n\n") if part.startswith("|")]

    assert tables
    for table in tables:
        widths = {row.replace("\\|", "").count("|") for row in table.strip().split("\n")}
        assert len(widths) == 1
