"""Every error message has a Chinese wording, and is found again from the sentence it became."""

import ast
import io
import re
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.pofile import read_po

import gridcalc
from gridcalc.cli.said import CONTEXT, error_text, said
from gridcalc.errors import ConvergenceError, InputError, Problem
from gridcalc.messages import messages
from tools.messages import BEYOND, FROM_LIBRARIES, NEVER_SEEN, shape, templates
from tools.source_index import Scope, Source, index
from tools.texts import texts

PACKAGE = Path(gridcalc.__file__).parent
CHINESE = re.compile(r"[\u4e00-\u9fff]")
FOUND = {shape(row.text): row for row in templates()}
ENTRIES = messages("zh")[CONTEXT]
PLACES = ("in {path}", "{name} on {datum}")
"""Too short to be more than a part of a message."""
BY_SHAPE = {shape(text): text for text in ENTRIES}


def _names(template: str) -> list[str]:
    return sorted({name for _, name, _, _ in Formatter().parse(template) if name})


def _filled(template: str) -> str:
    """Return a template with values that are no words: V1, V2 and so on."""
    return template.format(**{name: f"V{k}" for k, name in enumerate(_names(template), start=1)})


def test_messages_were_found_where_they_stand():
    # one each: a plain text, an f-string, a part behind a semicolon, a dictionary of texts, a
    # text handed to a function, a pair of a generator, a text of another room
    wanted = (
        "give either area_m2 or kw_each, not both",
        "{} stands twice; keep one row",
        "did you mean {}?",
        "{} is above the largest allowed value {}",
        "is no Excel workbook (.xlsx), whatever its name says",
        "is empty, but a place needs both coordinates",
        "looks like metres, but is read in {}, which has degrees; correct the crs",
    )

    assert [text for text in wanted if text not in FOUND] == []


def test_every_message_has_a_chinese_wording():
    missing = [f"{row.place}: {row.text}" for key, row in FOUND.items() if key not in BY_SHAPE]

    assert missing == [], "add it to gridcalc/locale/zh/LC_MESSAGES/errors.po"


def test_no_wording_of_a_message_is_idle():
    known = {*FOUND, *map(shape, FROM_LIBRARIES), *map(shape, BEYOND)}

    assert [text for key, text in BY_SHAPE.items() if key not in known] == []


def test_what_is_not_followed_still_stands_in_the_source():
    words = "\n".join(
        node.value
        for path in sorted(PACKAGE.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )
    gone = [
        text
        for text in BEYOND
        for literal, _, _, _ in Formatter().parse(text)
        if literal not in words and literal.replace(" ", "_") not in words
    ]

    assert gone == []


@pytest.mark.parametrize("text", sorted(ENTRIES))
def test_a_wording_has_the_values_of_its_message_and_chinese_signs(text):
    assert _names(ENTRIES[text]) == _names(text)
    assert CHINESE.search(ENTRIES[text])
    assert "  " not in ENTRIES[text]


@pytest.mark.parametrize("text", [text for text in sorted(ENTRIES) if text not in PLACES])
def test_a_message_is_found_again_from_the_sentence_it_became(text):
    wanted = ENTRIES[text].format(**{name: f"V{k}" for k, name in enumerate(_names(text), start=1)})
    parts = (f"{_filled(text)}; unheard of", f"gis: {_filled(text)}")

    assert said(_filled(text), "zh") == wanted
    assert all(CHINESE.search(said(part, "zh")) for part in parts)


def test_places_of_mistakes_of_the_program_exist_and_have_a_reason():
    assert [place for place in NEVER_SEEN if not (PACKAGE / place).exists()] == []
    assert all(NEVER_SEEN.values())


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("'kw' is not a number; write digits", "'kw'不是数字；请写数字"),
        (
            "there is no policy pack 'ningxia'; did you mean 'ningxia-2025'?",
            "没有规则包'ningxia'；是否为'ningxia-2025'？",
        ),
        ("cannot be read: Permission denied", "无法读取：没有权限"),
        ("cannot be written: no space left on device", "无法写入：磁盘空间不足"),
        ("is empty; write a number (and 3 more features)", "为空；请写数字（另有3个要素相同）"),
        ("households[2]: 'x' is not a number", "households[2]：'x'不是数字"),
        ("unknown key; did you mean 'bays'?", "未知的键；是否为'bays'？"),
        ("the id 'T1' stands already on line 7", "编号'T1'已在第7行出现"),
        (
            "'T1' stands already in LV cables!D7; keep one",
            "'T1'已在单元格LV cables!D7出现；请只留一个",
        ),
        ("unknown key; remove it", "未知的键；请删除"),
    ],
)
def test_messages_are_said_with_their_parts(text, wanted):
    assert said(text, "zh") == wanted
    assert said(text, "en") == text


def test_values_are_not_taken_for_words():
    name = "is a directory; remove it"

    assert said(f"{name!r} is not a number", "zh") == "'is a directory; remove it'不是数字"
    assert said("'a: remove it' is not a number", "zh") == "'a: remove it'不是数字"
    assert "{x}" in said("'{x}' is not a number", "zh")
    assert said("'{0.__class__}' is not a number", "zh") == "'{0.__class__}'不是数字"


def test_what_nobody_translated_stays_as_it_is():
    assert said("zorgle fribbed the qux", "zh") == "zorgle fribbed the qux"


def test_a_long_message_made_of_joints_ends_soon():
    hostile = "; ".join(["a: is not - a ( number"] * 80)

    assert said(hostile, "zh")
    assert said("x" * 100_000, "zh") == "x" * 100_000


def test_an_error_names_files_lines_and_keys_in_chinese():
    error = InputError(
        [
            Problem("a.yaml", 14, "households[2].count", "0 is not at least 1"),
            Problem("a.yaml", 0, "住户!D7 count", "'x' is not a whole number"),
            Problem("b.yaml", 0, "", "cannot be read: no such file or directory"),
        ]
    )

    assert error_text(error, "zh").splitlines() == [
        "a.yaml有误：",
        "  - 住户!D7 count：'x'不是整数",
        "  - 第14行，households[2].count：0小于1",
        "b.yaml有误：",
        "  - 无法读取：没有此文件或文件夹",
    ]
    assert error_text(error, "en") == str(error)


def test_other_errors_are_said_too():
    text = "x.yaml: the power flow found no solution at 912 kW; the load is near or beyond what"
    error = ConvergenceError(f"{text} the network can carry")

    assert error_text(error, "zh").startswith("x.yaml：潮流在912 kW时无解；")


def _found_in(tmp_path, code: str) -> list[str]:
    path = tmp_path / "room.py"
    path.write_text(code, encoding="utf-8")
    source = Source(package=tmp_path)
    index(source, ast.parse(code), Scope(path, None))
    known = [
        text
        for scope, call in source.calls["show"]
        for text in texts(source, call.args[0], scope)
        if text is not None
    ]
    return sorted({*known, *source.found})


@pytest.mark.parametrize(
    ("code", "wanted"),
    [
        ("show('no row')", ["no row"]),
        ("show(f'{n!r} is no row')", ["{n} is no row"]),
        ("show('no row' if n else 'no column')", ["no column", "no row"]),
        ("def f(x):\n    t = 'no row'\n    show(t)", ["no row"]),
        ("def f(text):\n    show(f'at {place}: {text}')\nf('no row')", ["at {place}: no row"]),
        ("TEXTS = {1: 'no row'}\nshow(TEXTS[k])", ["no row"]),
        ("def g():\n    return 'no row'\nshow(g())", ["no row"]),
        (
            "def g():\n    yield 'id', 'no row'\ndef f():\n    for k, t in g():\n        show(t)",
            ["no row"],
        ),
        (
            "def near():\n    return '; try a row' if x else ''\nshow(f'no {n!r}{near()}')",
            ["no {n}", "try a row"],
        ),
        ("show(str(error))", []),
    ],
)
def test_texts_are_followed_back_to_their_constants(tmp_path, code, wanted):
    assert _found_in(tmp_path, code) == wanted


def test_the_catalogue_of_messages_is_sorted():
    content = (PACKAGE / "locale/zh/LC_MESSAGES/errors.po").read_bytes()
    ids = [row.id for row in read_po(io.BytesIO(content)) if row.id]

    assert ids == sorted(ids)
