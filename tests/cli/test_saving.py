"""``--save``: a result in a file that a spreadsheet on Windows opens as it is."""

import codecs
import csv
import io
import json

import pytest

from tests.cli.test_conventions import RESULTS

UNSAVED = {("city", "run"), ("city", "status")}
"""A run of a city is a folder; its ``--force`` throws that away, and must not be asked for here."""
NAME = "我的 结果 (1).csv"


def test_every_other_command_with_a_result_saves_it_and_can_be_forced_to():
    for path, command in RESULTS.items():
        names = {option for parameter in command.params for option in parameter.opts}
        assert ("--save" in names) is (path not in UNSAVED), path
        assert path in UNSAVED or "--force" in names, path


def test_a_csv_file_begins_with_the_mark_of_utf_8_and_standard_output_does_not(run, tmp_path):
    # Excel on a Chinese Windows reads a file without this mark as GBK
    target = tmp_path / NAME
    saved = run("policy", "list", "--lang", "zh", "--save", str(target))
    shown = run("policy", "list", "--lang", "zh", "--format", "csv")

    assert saved.exit_code == shown.exit_code == 0
    assert saved.stdout == ""
    assert str(target) in saved.stderr
    assert not shown.stdout_bytes.startswith(codecs.BOM_UTF8)
    assert target.read_bytes() == codecs.BOM_UTF8 + shown.stdout_bytes
    rows = list(csv.DictReader(io.StringIO(target.read_text(encoding="utf-8-sig"))))
    assert "吴江区打造全国一流用电营商环境实施方案" in {row["title"] for row in rows}


@pytest.mark.parametrize("form", ["json", "md"])
def test_other_files_are_what_standard_output_is(run, tmp_path, form):
    target = tmp_path / f"a.{form}"

    assert run("policy", "list", "--save", str(target)).exit_code == 0
    assert target.read_bytes() == run("policy", "list", "--format", form).stdout_bytes


def test_an_older_file_is_replaced_with_force_only(run, hamlet, tmp_path):
    target = tmp_path / "a.json"
    target.write_text("old", encoding="utf-8")
    words = ("check", str(hamlet), "--method", "factor", "--save", str(target))

    refused = run(*words)
    kept = target.read_text(encoding="utf-8")
    forced = run(*words, "--force")

    assert (refused.exit_code, kept) == (1, "old")
    assert "exists already" in refused.stderr
    assert forced.exit_code == 0
    assert json.loads(target.read_text(encoding="utf-8"))["command"] == "check"


def test_a_name_without_a_form_is_wrong_usage(run, tmp_path):
    refused = run("policy", "list", "--save", str(tmp_path / "a.txt"))

    assert refused.exit_code == 2
    assert ".csv or .json or .md" in " ".join(refused.stderr.split())
