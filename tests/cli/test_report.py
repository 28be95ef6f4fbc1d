"""``gridcalc report``: which files are written, and that nothing is written by halves."""

import zipfile
from pathlib import Path

import pytest

from tests.cli.conftest import HAMLET, Run

FAST = ("--days", "20", "--no-plan", "--no-hosting")
ALL = {
    "report.html",
    "calculation-book.xlsx",
    "single-line.dxf",
    "reply.html",
    "reply.xlsx",
    "asset-register.xlsx",
}


@pytest.fixture
def hamlet(tmp_path: Path) -> Path:
    path = tmp_path / "hamlet.yaml"
    path.write_text(HAMLET, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def written(tmp_path_factory, run: Run) -> Path:
    folder = tmp_path_factory.mktemp("report")
    path = folder / "hamlet.yaml"
    text = HAMLET.replace("build:", "location: {lon: 106.2, lat: 38.5}\nbuild:", 1)
    path.write_text(text, encoding="utf-8")
    result = run("report", str(path), "-o", str(folder / "out"), "--lang", "zh", *FAST)
    assert result.exit_code == 0, result.output
    return folder / "out"


def test_without_a_choice_every_file_is_written(written):
    assert {path.name for path in written.iterdir()} == {*ALL, "network.gpkg"}
    for path in written.glob("*.xlsx"):
        assert zipfile.is_zipfile(path)
    assert "小河村" in (written / "report.html").read_text(encoding="utf-8")


def test_the_same_inputs_give_the_same_bytes(written, run, tmp_path):
    again = tmp_path / "again"
    source = written.parent / "hamlet.yaml"

    assert run("report", str(source), "-o", str(again), "--lang", "zh", *FAST).exit_code == 0

    for path in written.iterdir():
        assert (again / path.name).read_bytes() == path.read_bytes(), path.name


def test_a_choice_writes_only_that(hamlet, run, tmp_path):
    result = run("report", str(hamlet), "-o", str(tmp_path / "out"), "--register", *FAST)

    assert result.exit_code == 0
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["asset-register.xlsx"]


def test_what_exists_is_refused_before_anything_is_computed(hamlet, run, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "report.html").write_text("mine", encoding="utf-8")

    result = run("report", str(hamlet), "-o", str(out), *FAST)

    assert result.exit_code == 1
    assert "report.html" in result.output
    assert (out / "report.html").read_text(encoding="utf-8") == "mine"
    assert [path.name for path in out.iterdir()] == ["report.html"]


def test_gis_files_asked_for_by_name_need_a_place(hamlet, run, tmp_path):
    result = run("report", str(hamlet), "-o", str(tmp_path / "out"), "--gpkg", *FAST)

    assert result.exit_code == 1
    assert "--layout" in result.output
    assert not (tmp_path / "out").exists()


def test_every_problem_of_every_input_is_listed(hamlet, run, tmp_path):
    application = tmp_path / "application.yaml"
    application.write_text("acount: 1\n", encoding="utf-8")
    hamlet.write_text(HAMLET.replace("kind: new", "kind: old"), encoding="utf-8")

    result = run(
        "report", str(hamlet), "-o", str(tmp_path / "out"), "--application", str(application),
        "--prices", "nowhere", *FAST,
    )  # fmt: skip

    assert result.exit_code == 1
    assert "hamlet.yaml is not usable" in result.output
    assert "application.yaml is not usable" in result.output
    assert "nowhere" in result.output
