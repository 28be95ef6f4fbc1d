"""The program speaks Chinese throughout: help, click's words, wrong usage, broken files."""

import ast
import gettext
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest
from babel.messages.pofile import read_po

import gridcalc
from gridcalc.cli.language import language_of
from gridcalc.cli.wide import width_of

ROOT = Path(__file__).parents[2]
LOCALE = Path(gridcalc.__file__).parent / "locale"
CHINESE = re.compile(r"[\u4e00-\u9fff]")
ENGLISH = re.compile(r"[a-z]{2,} (?!-)[a-z]{2,}")
"""Two English words in a row, not a command with its option."""
WIDTH = 80
PREPARED = {
    "unknown_key.yaml": "gridcalc: 1\nid: x\nname: x\nhouseholdz: []\n",
    "wrong_number.yaml": "gridcalc: 1\nid: x\nhouseholds:\n  - {node: A, count: many}\n",
    "duplicate.yaml": "gridcalc: 1\nid: x\nid: y\n",
    "bad.yaml": "gridcalc: [1,\nid: x",
    "empty.yaml": "",
    "list.yaml": "- 1\n- 2\n",
    "anchor.yaml": "gridcalc: &a 1\nid: *a\n",
    "heading.csv": "a,b\n1,2\n",
    "table.csv": "area,n_compounds\n城区,x\n",
    "bad.json": "{",
    "bad.xlsx": "no workbook",
}
"""Files of every kind, each broken in its own way."""
LINES = [
    *(["check", f"{name}"] for name in PREPARED if name.endswith("yaml")),
    ["check", "bad.json"],
    ["check", "bad.xlsx"],
    ["check", "nowhere.yaml"],
    ["check", "."],
    ["check"],
    ["check", "--nonsense"],
    ["check", "x.yaml", "--participation", "0.8"],
    ["check", "x.yaml", "--dxf"],
    ["check", "empty.yml"],
    ["--lang", "zh", "check", "x.yaml"],
    ["x.yaml", "check"],
    ["check", "x.yaml", "--days", "many"],
    ["check", "x.yaml", "--days", "0"],
    ["check", "x.yaml", "--percentile", "nan"],
    ["check", "x.yaml", "--season", "spring"],
    ["check", "x.yaml", "--seed"],
    ["check", "x.yaml", "y.yaml", "--plot", "x.svg"],
    ["check", "x.yaml", "--plot", "x.pdf"],
    ["nonsense"],
    ["template", "show", "nowhere"],
    ["template", "show", "high-rise", "more"],
    ["template", "new", "high-rise", "-o", "list.yaml"],
    ["template", "new", "high-rise", "-o", "no/such/folder.yaml"],
    ["template", "new", "high-rise", "-o", "x.yaml", "--set", "hoseholds=3"],
    ["template", "new", "high-rise", "-o", "x.yaml", "--set", "households=many"],
    ["template", "new", "high-rise", "-o", "x.yaml", "--set", "households"],
    ["policy", "show", "nowhere"],
    ["policy", "show", "empty.yaml"],
    ["catalogue", "list", "nowhere"],
    ["cost"],
    ["cost", "list.yaml"],
    ["cost", "--survey", "table.csv"],
    ["route", "list.yaml"],
    ["design", "unknown_key.yaml"],
    ["upgrade", "bad.yaml", "--prices", "nowhere"],
    ["timeline", "unknown_key.yaml", "--start", "soon"],
    ["export", "list.yaml", "--to", "pandapower"],
    ["city", "run", "heading.csv"],
    ["city", "run", "heading.csv", "-o", "out"],
    ["city", "run", "nowhere.csv", "-o", "out"],
    ["city", "run", "bad.xlsx", "-o", "out"],
    ["city", "status", "nowhere"],
    ["city", "summary", "."],
]


def _spoken(folder: Path, lang: str) -> dict:
    for name, text in PREPARED.items():
        (folder / name).write_text(text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(ROOT / "tests/cli/speaking.py"), lang],
        cwd=folder,
        input=json.dumps(LINES),
        env=os.environ | {"PYTHONUTF8": "1", "PYTHONPATH": str(ROOT), "COLUMNS": str(WIDTH)},
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=200,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def zh(tmp_path_factory) -> dict:
    return _spoken(tmp_path_factory.mktemp("zh"), "zh")


@pytest.fixture(scope="module")
def en(tmp_path_factory) -> dict:
    return _spoken(tmp_path_factory.mktemp("en"), "en")


def _prose(text: str) -> str:
    """Return a text without what stands in quotes, and without options with their values."""
    return re.sub(r"'[^']*('|$)|“[^”]*”|--[a-z-]+( [a-z]+)?", "", text)


def test_every_help_page_is_in_chinese(zh):
    for path, page in zh["help"].items():
        assert page.startswith("用法：gridcalc"), path
        lines = re.split(r"\n *示例：", page)[0].splitlines()[1:]
        assert [line for line in lines if ENGLISH.search(_prose(line))] == [], path
        assert "Options" not in page
        assert "Example" not in page


def test_every_option_has_a_chinese_help(zh):
    missing = [
        (path, name)
        for path, options in zh["options"].items()
        for name, text in options.items()
        if not CHINESE.search(text)
    ]

    assert missing == []


def test_no_line_of_a_help_page_is_wider_than_the_terminal(zh):
    wide = [
        line
        for page in zh["help"].values()
        for line in page.splitlines()
        if width_of(line) > WIDTH and not line.lstrip().startswith(("gridcalc ", "--"))
    ]

    assert wide == []


def test_the_english_program_is_as_it_was(en):
    for path, page in en["help"].items():
        assert page.startswith("Usage: gridcalc"), path
        assert not CHINESE.search(re.split(r"\n *Example:", page)[0])
    for code, text in en["runs"]:
        assert code in {1, 2}
        assert text.splitlines()[-1]


@pytest.mark.parametrize("k", range(len(LINES)), ids=lambda k: " ".join(LINES[k]))
def test_what_is_wrong_is_said_in_chinese(zh, en, k):
    code, text = zh["runs"][k]
    lines = [line for line in text.splitlines() if line and not line.startswith("用法")]

    assert code == en["runs"][k][0]
    assert lines[0].startswith("错误：")
    assert [line for line in lines if not CHINESE.search(line)] == []
    assert [line for line in lines if ENGLISH.search(_prose(line))] == []


def test_what_is_wrong_is_said_at_the_same_places(zh, en):
    for (_, chinese), (_, english) in zip(zh["runs"], en["runs"], strict=True):
        assert len(chinese.splitlines()) == len(english.splitlines())
        lines = re.findall(r"line (\d+)", english)
        assert re.findall(r"第(\d+)行", chinese) == lines


def _gridcalc(*args: str, lang: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "gridcalc", *args],
        cwd=ROOT,
        env=os.environ | {"GRIDCALC_LANG": lang},
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=60,
    )


def test_lang_behind_the_command_says_help_and_errors_too():
    page = _gridcalc("check", "--lang", "zh", "--help", lang="en")
    error = _gridcalc("check", "nowhere.yaml", "--lang=zh", lang="en")
    usage = _gridcalc("check", "--lang", "zh", lang="en")

    assert page.stdout.startswith("用法：gridcalc check")
    assert error.stderr == "错误：nowhere.yaml有误：\n  - 无法读取：没有此文件或文件夹\n"
    assert error.returncode == 1
    assert "错误：缺少参数'FILE…'" in usage.stderr
    assert usage.returncode == 2


def test_lang_goes_before_the_environment():
    page = _gridcalc("check", "--lang", "en", "--help", lang="zh")
    error = _gridcalc("check", "nowhere.yaml", "--lang", "en", lang="zh")

    assert page.stdout.startswith("Usage: gridcalc check")
    assert error.stderr.startswith("Error: nowhere.yaml is not usable:\n")


def test_a_wrong_language_is_refused_in_the_language_of_the_environment():
    refused = _gridcalc("check", "nowhere.yaml", "--lang", "fr", lang="zh")

    assert refused.returncode == 2
    assert "'--lang'的值无效：'fr'不在可用值中" in refused.stderr


def test_what_was_written_is_said_in_the_language(tmp_path):
    target = str(tmp_path / "x.yaml")

    done = _gridcalc("template", "new", "villa", "-o", target, lang="zh")

    assert done.stderr == f"已写出{target}\n"


@pytest.mark.parametrize(
    ("line", "lang"),
    [
        (["check", "x.yaml", "--lang", "zh"], "zh"),
        (["--lang=zh"], "zh"),
        (["check", "--lang", "en", "--lang", "zh"], "zh"),
        (["check", "--lang"], "en"),
        (["check", "--lang", "fr"], "en"),
    ],
)
def test_the_language_is_read_from_the_line(monkeypatch, line, lang):
    monkeypatch.setenv("GRIDCALC_LANG", "en")

    assert language_of(line) == lang


def _words_of_click() -> set[str]:
    """Return what click gives to gettext for users, in the version that is installed."""
    found = set()
    for path in sorted(Path(click.__file__).parent.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            name = getattr(getattr(node, "func", None), "id", "")
            if name in {"_", "ngettext"}:
                found |= {a.value for a in node.args if isinstance(a, ast.Constant)}
    return {text for text in found if isinstance(text, str)}


FOR_PROGRAMMERS = re.compile(
    r"completion|editor|start character|colour|declar|flag for true|iterable|Deprecation|Choice\("
    r"|defined twice|^d$"
)
"""Words of click about mistakes of a programmer, and about what this program does not use."""


def test_every_word_of_click_that_users_see_is_translated():
    content = (LOCALE / "zh/LC_MESSAGES/messages.po").read_bytes()
    rows = [row for row in read_po(io.BytesIO(content)) if row.id]
    known = {text for row in rows for text in (row.id if isinstance(row.id, tuple) else (row.id,))}
    words = {text for text in _words_of_click() if not FOR_PROGRAMMERS.search(text)}

    assert words - known == set()
    assert known - words == {"required"}


def test_click_finds_its_words_where_the_program_tells_it_to_look():
    found = gettext.translation("messages", LOCALE, languages=["zh"])

    assert found.gettext("Options") == "选项"
    said = found.ngettext("{value!r} is not {choice}.", "{value!r} is not one of {choices}.", 1)
    assert said.format(value="x", choice="a", choices="a") == "'x'不在可用值中：a。"


def test_no_help_text_in_chinese_is_idle():
    content = (LOCALE / "zh/LC_MESSAGES/commands.po").read_bytes()
    entries = {row.id for row in read_po(io.BytesIO(content)) if row.id}
    script = (
        "import click, inspect, json, sys\n"
        "from gridcalc.cli.main import cli\n"
        "found = []\n"
        "def walk(c):\n"
        "    found.extend(t for t in (c.help, c.short_help) if t)\n"
        "    found.extend(line for line in (c.epilog or '').splitlines())\n"
        "    for p in c.params:\n"
        "        found.append(p.type.name.removesuffix(' range'))\n"
        "        found.extend(t for t in (getattr(p, 'help', 0), getattr(p, 'show_default', 0))\n"
        "                     if isinstance(t, str))\n"
        "    for d in getattr(c, 'commands', {}).values():\n"
        "        walk(d)\n"
        "walk(cli)\n"
        "json.dump([inspect.cleandoc(t) for t in found], sys.stdout)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, check=True, timeout=60
    )

    assert entries - set(json.loads(done.stdout)) == set()
