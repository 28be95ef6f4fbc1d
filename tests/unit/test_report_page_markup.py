"""Markup of the report page: what users wrote stays text, and long tables stay readable."""

import base64
import re
from dataclasses import replace

import pytest

from gridcalc.report.blocks import Column, Heading, Table, Text, plain
from gridcalc.report.page import report_page
from gridcalc.report.page.grid import N_SHOWN, N_SHOWN_OF_GROUP, gathered, grid
from gridcalc.report.page.markup import css_text, neutral, picture_address
from gridcalc.report.page.parts import split_at, without_title
from gridcalc.report.wording import load_wording
from tests.unit.page_cases import dossier, tags, texts

EN = load_wording("en")
HOSTILE = (
    "<script>window.hit = 1</script>",
    "</style><script>window.hit = 1</script>",
    '"><img src=x onerror="window.hit = 1">',
    "]]>--><svg onload=window.hit=1>",
    "}} {{ 7 * 7 }} {% raw %}",
    "\u202egnirts\u2066",
    "a\x00b\x1b[31mc\x85",
    "\ud800",
    "url(https://example.org/x)",
    "$x_{^$ $\\frac",
    "名" * 200,
    "W" * 200,
)


def _named(name):
    """Return the dossier with a name at every place that a user names freely."""
    found = dossier()
    compound = found.compound.model_copy(update={"name": name})
    sources = tuple(row.model_copy(update={"line": name}) for row in found.resolved.sources)
    resolved = found.resolved.model_copy(update={"name": name, "sources": sources})
    case = replace(found.case, site=replace(found.case.site, compound=resolved))
    files = tuple(replace(row, name=name) for row in found.inputs)
    site = replace(found.connection.site, name=name)
    timed = replace(found.connection, site=site)
    return replace(found, compound=compound, case=case, inputs=files, connection=timed)


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_names_are_text_and_nothing_else(name):
    markup = report_page(_named(name), EN).decode("utf-8")
    found = tags(markup)

    assert found.wrong == []
    assert found.open == []
    assert not {"script", "iframe", "object", "link"} & {tag for tag, _ in found.found}
    assert [row for _, row in found.found if any(key.startswith("on") for key in row)] == []
    assert not re.search(r"url\(", markup.split("</style>")[0])
    assert "49" not in texts(markup.split("<h1>")[1].split("</h1>")[0])
    assert "\u202e" not in markup


def test_the_pictures_hold_no_markup_of_users():
    markup = report_page(_named(HOSTILE[0]), EN).decode("utf-8")
    pictures = re.findall(r'src="data:image/svg\+xml;base64,([^"]+)"', markup)

    assert len(pictures) == 2
    for picture in pictures:
        assert b"<script" not in base64.b64decode(picture)


def test_a_name_in_the_footer_stays_a_string_of_the_style():
    assert css_text('a"b') == '"a\\22 b"'
    assert css_text("小区 1") == '"小区\\20 1"'
    assert not set("<>;{}()") & set(css_text("</style>;{url(x)}"))
    assert neutral("tab\tline\n") == "tab\tline\n"
    assert neutral("a\u202eb\x07\ud800\u2028") == "a\ufffdb\ufffd\ufffd\ufffd"


def test_a_picture_keeps_its_styles_to_itself():
    address = picture_address("<svg>\u202e小区</svg>".encode())

    assert address.startswith("data:image/svg+xml;base64,")
    assert base64.b64decode(address.split(",")[1]).decode() == "<svg>\ufffd小区</svg>"


def _table(n, *, caption="", merges=False, first="strong"):
    columns = (Column(title="a", merges=merges), Column(title="b", align="right"))
    rows = tuple((Text("x", first), Text(str(k))) for k in range(n))
    return Table(columns=columns, rows=rows, caption=caption)


def test_rows_of_a_long_table_are_hidden_behind_those_shown():
    found = grid([_table(N_SHOWN + 5)])
    (group,) = found.groups

    assert found.is_long
    assert [row.is_rest for row in group.rows] == [False] * N_SHOWN + [True] * 5
    assert not grid([_table(N_SHOWN + 4)]).is_long


def test_a_sum_is_shown_though_rows_above_it_are_not():
    rows = (*_table(30, first="plain").rows, (Text("Sum", "strong"), Text("9")))
    found = grid([replace(_table(1), rows=rows)])

    assert found.groups[0].rows[29].is_rest
    assert not found.groups[0].rows[30].is_rest


def test_tables_with_the_same_columns_become_groups_of_one():
    other = replace(_table(2), columns=plainly("c", "d"))
    found = gathered(
        [_table(19, caption="one"), _table(22, caption="two"), Heading(text="h"), other]
    )
    first, heading, last = found

    assert [group.caption for group in first.groups] == ["one", "two"]
    assert [sum(not row.is_rest for row in group.rows) for group in first.groups] == [
        N_SHOWN_OF_GROUP,
        N_SHOWN_OF_GROUP,
    ]
    assert heading == Heading(text="h")
    assert last.n_rows == 2


def plainly(*titles):
    return tuple(Column(title=title) for title in titles)


def test_a_text_that_repeats_the_row_above_is_left_out_up_to_the_first_that_differs():
    table = Table(
        columns=(Column(title="a", merges=True), Column(title="b", merges=True)),
        rows=(plain("T1", "x"), plain("T1", "x"), plain("T2", "x")),
    )
    rows = grid([table]).groups[0].rows

    assert [[cell.text.text for cell in row.cells] for row in rows] == [
        ["T1", "x"],
        ["", ""],
        ["T2", "x"],
    ]


def test_the_shares_of_the_columns_fill_the_table():
    shares = grid([_table(3)]).shares

    assert sum(shares) == pytest.approx(100, abs=len(shares))


def test_a_story_is_split_at_a_heading():
    title, first, second = Heading(text="t", level=1), Heading(text="a"), Heading(text="b")

    assert without_title((title, first)) == (first,)
    assert split_at((first, second, first), "b") == ((first,), (first,))
    assert split_at((first,), "b") == ((first,), ())
