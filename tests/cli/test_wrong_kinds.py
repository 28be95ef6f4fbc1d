"""A file of another kind than the command reads is told, with the command that reads it."""

import csv

import openpyxl
import pytest
from click.testing import CliRunner

from gridcalc.cli.main import cli
from tests.unit.workbook_cases import workbook


@pytest.fixture
def folder(tmp_path, monkeypatch, read, small):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "one.xlsx").write_bytes(workbook(read(small)))
    (tmp_path / "one.yaml").write_text("gridcalc: 1\n", encoding="utf-8")
    rows = [["小区编号", "模板", "户数"], ["A1", "多层", "300"]]
    with (tmp_path / "many.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(rows)
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(tmp_path / "many.xlsx")
    return tmp_path


def said(*words: str) -> str:
    result = CliRunner().invoke(cli, words, env={"GRIDCALC_LANG": "en"})
    assert result.exit_code == 1
    return result.stderr


@pytest.mark.parametrize("name", ["one.xlsx", "one.yaml"])
def test_a_city_run_names_the_command_for_one_compound(folder, name):
    assert said("city", "run", name, "-o", "out").splitlines() == [
        f"Error: {name} is not usable:",
        "  - holds one compound; 'gridcalc check' reads it, a city table has a row for each",
    ]
    assert not (folder / "out").exists()


@pytest.mark.parametrize("command", ["check", "validate"])
@pytest.mark.parametrize("name", ["many.csv", "many.xlsx"])
def test_a_list_of_compounds_names_the_command_for_many(folder, command, name):
    assert "'gridcalc city run' reads a table of many compounds" in said(command, name)


def test_cost_says_what_it_reads_in_place_of_a_workbook(folder):
    assert "is a workbook; give the plan of works in YAML" in said("cost", "one.xlsx")
    assert "is a workbook by its content; a text file is read here" in said(
        "cost", "--survey", "one.xlsx"
    )


def test_a_missing_table_is_still_missing(folder):
    assert "cannot be read: no such file" in said("check", "none.csv")
    assert "is not one of a table" in said("city", "run", "none.yaml", "-o", "out")
