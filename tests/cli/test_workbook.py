"""The fill-in workbook on the command line: written, filled in, read by every command."""

import json
import sys
from pathlib import Path
from types import ModuleType

import openpyxl
import pytest
import yaml
from click.testing import CliRunner

from gridcalc.catalogue import load_catalogue
from gridcalc.cli.main import cli
from gridcalc.compound.reader import read_compound
from tests.unit.plan_cases import upgrade

OWN_POLICY = """\
gridcalc_policy: 1
id: own
title: 自定
title_en: own
issuer: 自定
date: "2025"
status: draft
valid_from:
region: 自定
extends: national
note: "of a test"
rules: {}
"""


@pytest.fixture
def workbook(run, hamlet, tmp_path):
    """Return the workbook of the small compound."""
    path = tmp_path / "hamlet.xlsx"
    result = run("export", hamlet, "--to", "workbook", "-o", str(path), "--lang", "zh")
    assert result.exit_code == 0, result.stderr
    return str(path)


def changed(path, sheet, **cells):
    """Change cells of a workbook in its file."""
    book = openpyxl.load_workbook(path)
    for address, value in cells.items():
        book[sheet][address] = value
    book.save(path)
    return path


def test_a_template_as_a_workbook_is_the_template(run, tmp_path):
    book, text = str(tmp_path / "a.xlsx"), str(tmp_path / "a.yaml")
    options = ("--set", "households=120", "--id", "a", "--name", "滨河园")

    for target in (book, text):
        result = run("template", "new", "mid-rise", "-o", target, *options, "--lang", "zh")
        assert result.exit_code == 0, result.stderr
        assert result.stderr == f"wrote {target}\n"

    catalogue = load_catalogue()
    assert read_compound(book, catalogue=catalogue) == read_compound(text, catalogue=catalogue)
    assert openpyxl.load_workbook(book)["总体"]["B7"].value == "滨河园"


def test_both_forms_lead_to_each_other_byte_for_byte(run, workbook, tmp_path):
    text, book = str(tmp_path / "b.yaml"), str(tmp_path / "b.xlsx")

    assert run("export", workbook, "--to", "yaml", "-o", text).exit_code == 0
    result = run("export", text, "--to", "workbook", "-o", book, "--lang", "zh")

    assert result.exit_code == 0
    assert Path(workbook).read_bytes() == Path(book).read_bytes()


def test_yaml_goes_to_standard_output_and_from_there_on(run, workbook, hamlet):
    result = run("export", workbook, "--to", "yaml", "-o", "-")

    assert result.exit_code == 0
    cables = yaml.safe_load(Path(hamlet).read_text("utf-8"))["lv_cables"]
    assert yaml.safe_load(result.stdout)["lv_cables"] == cables


def test_a_study_of_a_workbook_is_that_of_the_yaml_file(run, workbook, hamlet):
    studies = [
        json.loads(run("check", file, "--method", "factor", "--format", "json").stdout)
        for file in (workbook, hamlet)
    ]

    assert studies[0] == studies[1]


@pytest.mark.parametrize(
    "command",
    [
        ("validate", "--format", "json"),
        ("hosting", "--charging", "uncontrolled", "--draws", "2", "--format", "json"),
        ("timeline", "--start", "2026-03-02"),
        ("export", "--to", "pandapower", "-o", "-"),
    ],
    ids=lambda command: command[0],
)
def test_other_commands_read_it_and_say_the_same(run, workbook, hamlet, command):
    name, *options = command

    results = [run(name, file, *options) for file in (workbook, hamlet)]

    assert [result.exit_code for result in results] == [0, 0], results[0].stderr
    assert results[0].stdout.replace(".xlsx", ".yaml") == results[1].stdout


def test_mistakes_are_told_by_sheet_and_cell(run, workbook):
    changed(workbook, "低压电缆", E5="12 m", D6="YJV22-0.6/1-4x241")
    changed(workbook, "住户", B5=0)

    result = run("check", workbook)

    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.splitlines() == [
        f"Error: {workbook} is not usable:",
        "  - 低压电缆!E5 length_m: '12 m' is not a number; write 12; the unit stands in the"
        " heading",
        "  - 低压电缆!D6 type: 'YJV22-0.6/1-4x241' is not in the catalogue; the nearest is"
        " 'YJV22-0.6/1-4x240'; other types go into a table of --catalogue",
        "  - 住户!B5 count: 0 is not at least 1",
    ]


def test_what_was_filled_in_counts(run, workbook):
    changed(workbook, "住户", B5=17)

    facts = run("export", workbook, "--to", "yaml", "-o", "-").stdout

    assert yaml.safe_load(facts)["households"][0]["count"] == 17


def test_an_upgraded_compound_is_written_as_a_workbook(run, workbook, tmp_path, monkeypatch):
    found = []

    def search(compound, **asked):
        found.append(upgrade(compound, asked["policy"], asked["prices"], asked["settings"]))
        return found[0]

    module = ModuleType("gridcalc.planning.plan")
    module.plan_upgrade = search
    monkeypatch.setitem(sys.modules, module.__name__, module)
    after = str(tmp_path / "after.xlsx")

    result = run("upgrade", workbook, "--apply", after, "--lang", "zh")

    assert result.exit_code == 0, result.stderr
    built = found[0].answer("least_cost").compound_after
    assert read_compound(after, catalogue=load_catalogue()) == built
    assert "住户" in openpyxl.load_workbook(after).sheetnames


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("template", "new", "villa", "-o", "x.xlsm"), "are written as .xlsx only"),
        (("template", "new", "villa", "-o", "x.ods"), "are written as .xlsx only"),
        (("export", "x.yaml", "--to", "workbook", "-o", "-"), "a name in .xlsx"),
        (("export", "x.yaml", "--to", "workbook", "-o", "x.yaml"), "a name in .xlsx"),
        (("export", "x.yaml", "--to", "yaml", "-o", "x.xlsx"), "a name in .yaml or .yml"),
        (("export", "--to", "workbook", "-o", "x.xlsx"), "needs FILE, a compound file"),
        (("upgrade", "x.yaml", "-o", "plan.xlsx"), "written as YAML only"),
        (("upgrade", "x.yaml", "--apply", "x.xls"), "are written as .xlsx only"),
    ],
    ids=lambda value: value if isinstance(value, str) else " ".join(value),
)
def test_names_that_do_not_fit_are_wrong_usage(run, args, message):
    result = run(*args)

    assert result.exit_code == 2
    assert message in result.stderr


def test_an_existing_workbook_is_kept_without_force(run, workbook, hamlet):
    again = ("export", hamlet, "--to", "workbook", "-o", workbook)

    assert "exists already" in run(*again).stderr
    assert run(*again, "--force").exit_code == 0


def test_a_name_no_workbook_can_hold_is_refused_not_changed(run, hamlet, tmp_path):
    target = tmp_path / "x.xlsx"
    # ECMA-376, 22.9.2.19: _x005F_ stands for "_", so this text reads back as _x0041_
    text = Path(hamlet).read_text("utf-8").replace("name: 小河村", "name: _x005F_x0041_")
    source = tmp_path / "odd.yaml"
    source.write_text(text, encoding="utf-8")

    result = run("export", str(source), "--to", "workbook", "-o", str(target))

    assert result.exit_code == 1
    assert "would not read back: name hold what this file cannot" in result.stderr
    assert not target.exists()


def test_a_policy_beside_the_workbook_is_found(run, hamlet, tmp_path):
    (tmp_path / "own.yaml").write_text(OWN_POLICY, encoding="utf-8")
    text = Path(hamlet).read_text("utf-8").replace("policy: ningxia-2025", "policy: own.yaml")
    (tmp_path / "a.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "sub").mkdir()
    target = tmp_path / "sub" / "a.xlsx"

    result = run("export", str(tmp_path / "a.yaml"), "--to", "workbook", "-o", str(target))

    assert result.exit_code == 0, result.stderr
    assert openpyxl.load_workbook(target)["General"]["B8"].value == "../own.yaml"


def test_a_workbook_on_standard_input_says_what_to_do(run, workbook):
    content = Path(workbook).read_bytes()

    result = CliRunner().invoke(cli, ["check", "-"], input=content)

    assert result.exit_code == 1
    assert "<stdin> is not usable" in result.stderr
