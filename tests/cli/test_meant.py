"""What the program says to words in the wrong place and to names not quite right."""

import pytest
from click.testing import CliRunner

from gridcalc.cli.main import cli

COMPOUND = "gridcalc: 1\nid: x\n"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def said(*words: str) -> str:
    result = CliRunner().invoke(cli, words, env={"GRIDCALC_LANG": "en"})
    assert result.exit_code != 0
    assert result.stdout == ""
    return " ".join(result.stderr.split())


def test_a_file_before_the_command_is_told_to_stand_behind_it():
    assert "as in 'gridcalc check block.yaml'." in said("block.yaml", "check")
    assert "as in" not in said("nonsense")


def test_an_option_before_the_command_is_told_to_stand_behind_it():
    assert "as in 'gridcalc check block.yaml --lang'." in said("--lang", "zh", "check", "x.yaml")


def test_an_option_of_another_command_names_that_command():
    assert "It is an option of 'gridcalc report'." in said("check", "x.yaml", "--dxf")
    assert "It is an option of" not in said("check", "x.yaml", "--nonsense")


def test_an_option_misspelt_is_named_and_not_its_other_commands():
    assert said("check", "x.yaml", "--polici").endswith("Did you mean '--policy'?")


def test_a_missing_file_names_the_one_that_is_there(folder):
    (folder / "block.yaml").write_text(COMPOUND, encoding="utf-8")
    (folder / "block.xlsx").write_bytes(b"")

    assert said("check", "block.yml").endswith("did you mean 'block.yaml'?")
    assert said("check", "blokc.yaml").endswith("did you mean 'block.yaml'?")
    assert "did you mean" not in said("check", "tower.yaml")
    assert "did you mean" not in said("check", "nowhere/block.yaml")


def test_an_ending_that_windows_hides_is_shown(folder):
    (folder / "block.yaml.txt").write_text(COMPOUND, encoding="utf-8")

    assert said("check", "block.yaml").endswith("did you mean 'block.yaml.txt'?")


def test_a_name_with_spaces_is_asked_to_stand_in_quotes(folder):
    (folder / "new block.yaml").write_text(COMPOUND, encoding="utf-8")

    assert said("check", "new", "block.yaml").count('in quotes: "new block.yaml"') == 2


def test_a_file_of_another_kind_is_one_problem(folder):
    made = CliRunner().invoke(cli, ["template", "new", "walk-up", "-o", "block.yaml"])
    assert made.exit_code == 0
    (folder / "site.yaml").write_text("gridcalc: 1\nid: x\nlayers: {}\n", encoding="utf-8")
    (folder / "plan.yaml").write_text("gridcalc_plan: 1\nid: x\n", encoding="utf-8")

    for command in ("route", "cost"):
        text = said(command, "block.yaml")
        assert text.endswith(
            "- this is a compound file; it is read by 'gridcalc check' and the like"
        )
        assert text.count(" - ") == 1
    assert "it is read by 'gridcalc route' or 'gridcalc design'" in said("check", "site.yaml")
    assert "it is read by 'gridcalc cost'" in said("validate", "plan.yaml")


def test_a_key_too_many_makes_no_other_kind_of_file(folder):
    CliRunner().invoke(cli, ["template", "new", "walk-up", "-o", "block.yaml"])
    with (folder / "block.yaml").open("a", encoding="utf-8") as file:
        file.write("layers: {}\n")

    assert said("check", "block.yaml").endswith("layers: unknown key; remove it")


@pytest.mark.parametrize("option", ["--participation", "--trigger-loading", "--target-loading"])
def test_a_fraction_where_percent_is_asked_for_is_refused(option):
    text = said("upgrade", "x.yaml", option, "0.8")

    assert "0.8 is a fraction; in percent write 80" in text


@pytest.mark.parametrize("form", ["json", "csv", "md"])
def test_a_form_written_as_an_option_names_the_option(form):
    text = said("check", "x.yaml", f"--{form}")

    assert text.endswith(f"No such option '--{form}'. Write '--format {form}'.")
