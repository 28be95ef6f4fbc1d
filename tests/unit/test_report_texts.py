"""Numbers, citations, CSV, JSON, Markdown and column widths as people and programs get them."""

import json

import pytest
from rich.cells import cell_len

from gridcalc.cli.layout import GAP, column_widths
from gridcalc.cli.screen import drawn
from gridcalc.policy import load_policy
from gridcalc.report.basis import Basis, basis_short, basis_text
from gridcalc.report.blocks import (
    NO_BREAK,
    Column,
    FactSheet,
    Heading,
    Paragraph,
    Table,
    Text,
    plain,
)
from gridcalc.report.figures import comparison, number, quantity, value_text
from gridcalc.report.markdown import markdown
from gridcalc.report.plaintext import csv_text, guarded, json_text
from gridcalc.report.wording import load_wording

EN = load_wording("en")
ZH = load_wording("zh")


@pytest.mark.parametrize(
    ("value", "decimals", "shown"), [(131.24, 1, "131.2"), (-0.04, 1, "0.0"), (-0.06, 1, "-0.1")]
)
def test_numbers_are_rounded_without_a_negative_zero(value, decimals, shown):
    assert number(value, decimals) == shown


def test_a_limit_that_is_hardly_broken_is_seen_to_be_broken():
    assert comparison(85.0004, 85.0, "%", EN) == ("85.0004 %", "> 85 %")
    assert comparison(1.299, 1.3, "-", EN) == ("1.299", "< 1.3")
    assert comparison(-10.02, -10.0, "%", EN) == ("-10.02 %", "< -10 %")


def test_a_value_that_is_not_there_is_a_dash():
    assert quantity(None, "%", EN) == "-"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "-"),
        (True, "是"),
        (0.6666666666666666, "0.666667"),
        (("fire_pump", "passenger_lift"), "消防泵、客梯"),
        (({"n_sockets": 10, "factor": 0.8},), "插座数 10、系数 0.8"),
        ("23:00", "23:00"),
    ],
)
def test_values_of_rules_are_said_in_one_line(value, shown):
    assert value_text(value, ZH) == shown


@pytest.mark.parametrize("confidence", ["secondary", "recalled", "assumed"])
def test_what_was_not_read_is_never_per_a_clause(confidence):
    basis = Basis(source="gb-51348-2019", clause="4.3.2", confidence=confidence)

    assert not basis_text(basis, EN).startswith("per ")
    assert "to be verified" in basis_text(basis, EN)
    assert "依据" not in basis_text(basis, ZH)
    assert "待核实" in basis_text(basis, ZH)


def test_what_was_read_is_cited_with_its_clause():
    basis = Basis(source="gb-51348-2019", clause="4.3.2", confidence="seen")

    assert basis_text(basis, ZH) == "依据 GB 51348-2019 民用建筑电气设计标准 4.3.2"


def test_the_pack_that_judges_is_named_in_the_language_of_the_report():
    pack = load_policy("ningxia-2025")
    basis = Basis(source=pack.id, clause="二 1", confidence="seen")

    assert basis_text(basis, EN, pack) == f"per {pack.title_en}, 二 1"
    assert basis_text(basis, ZH, pack) == f"依据 {pack.title} 二 1"
    assert basis_short(basis, EN, pack) == "per ningxia-2025, 二 1"


def test_sources_of_users_are_named_as_they_are():
    own = Basis(source="user:transformers.csv", clause="", confidence="assumed")
    pack = Basis(source="user", clause="", confidence="seen")

    assert basis_text(own, EN).startswith("user:transformers.csv; to be verified")
    assert basis_text(pack, EN) == "per the user's own policy pack"


@pytest.mark.parametrize("text", ["=1+1", "+86", "-1-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_text_that_a_spreadsheet_would_compute_is_guarded(text):
    assert guarded(text) == f"'{text}"


def test_numbers_in_csv_are_full_and_not_guarded():
    assert csv_text([{"a": -0.1234567890123, "b": None, "c": "x,y"}]) == (
        'a,b,c\n-0.1234567890123,,"x,y"\n'
    )


def test_no_rows_make_an_empty_csv():
    assert csv_text([]) == ""


def test_json_refuses_what_is_not_a_number():
    with pytest.raises(ValueError, match="not JSON compliant"):
        json_text({"value": float("nan")})


def test_json_keeps_order_words_and_precision():
    text = json_text({"b": 0.1 + 0.2, "a": "小区"})

    assert list(json.loads(text)) == ["b", "a"]
    assert "0.30000000000000004" in text
    assert "小区" in text
    assert text.endswith("}\n")


def _table(*texts: str, wraps: bool = True) -> Table:
    columns = tuple(Column(title=f"title {i}", wraps=wraps) for i, _ in enumerate(texts))
    return Table(columns=columns, rows=(plain(*texts),), caption="caption", note="note")


def test_markdown_escapes_what_would_break_a_table():
    text = markdown([_table("a|b", f"1{NO_BREAK}kW", "<b>")])

    assert "| a\\|b | 1 kW | &lt;b> |" in text
    assert text.startswith("### caption\n")
    assert text.endswith("\n\nnote\n")


def test_markdown_of_facts_is_a_list():
    sheet = FactSheet(rows=(("Verdict", Text("ready", "good")), ("Rules", Text("national"))))

    assert markdown([Heading(text="T", level=2), sheet]) == (
        "## T\n\n- Verdict: **ready**\n- Rules: national\n"
    )


@pytest.mark.parametrize("width", [30, 60, 80, 100, 200])
@pytest.mark.parametrize("wraps", [True, False])
def test_columns_fit_the_width_they_are_given(width, wraps):
    table = _table("x" * 40, "电缆" * 30, "12 %", wraps=wraps)

    widths = column_widths(table, width)

    assert sum(widths) + GAP * 2 <= width


def test_nothing_of_a_table_is_cut_off_when_it_is_too_wide():
    texts = ("T1-F2-BB1-MB7-C" * 4, "电压偏差" * 20, "YJV22-0.6/1-4x240" * 3, "98.5 %")

    text = drawn([_table(*texts, wraps=False)])

    assert "…" not in text
    assert max(cell_len(line) for line in text.splitlines()) <= 100
    for part in texts:
        assert all(text.count(c) >= part.count(c) for c in set(part) - {" "})


def test_identifiers_stay_whole_where_there_is_room():
    columns = (Column(title="Element"), Column(title="Remark", wraps=True))
    rows = (plain("T1-F2-BB1-MB7-C", "a remark that is longer than the line " * 4),)

    text = drawn([Table(columns=columns, rows=rows)])

    assert "T1-F2-BB1-MB7-C" in text


def test_a_name_is_not_repeated_where_columns_merge():
    columns = (Column(title="Transformer", merges=True), Column(title="Scenario"))
    table = Table(columns=columns, rows=(plain("T1", "today"), plain("T1", "ev-100")))

    assert drawn([table]).count("T1") == 1
    assert markdown([table]).count("T1") == 2


def test_a_line_is_not_broken_between_number_and_unit():
    words = f"{'word ' * 18}40{NO_BREAK}kilometres"

    lines = drawn([Paragraph(text=Text(words))]).splitlines()

    assert lines[-1] == "40 kilometres"


def test_what_is_not_for_a_terminal_has_no_colour():
    assert "\x1b" not in drawn([Paragraph(text=Text("bad", "bad"))])
