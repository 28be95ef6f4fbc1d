"""``gridcalc report``: which files are written, and that nothing is written by halves."""

import os
import zipfile
from errno import ENOSPC
from pathlib import Path
from typing import IO

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


def _refused(run: Run, hamlet: Path, folder: str, *more: str) -> str:
    result = run("report", str(hamlet), "-o", folder, "--html", *FAST, *more)
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit), result.exception
    return result.output


def test_a_folder_that_cannot_be_is_refused_before_anything_is_computed(
    hamlet, run, tmp_path, monkeypatch
):
    monkeypatch.setattr("gridcalc.cli.reporting.compiled", None)
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    (tmp_path / "out" / "report.html").mkdir(parents=True)

    assert "name a folder" in _refused(run, hamlet, str(tmp_path / "file" / "out"))
    assert "standard output; name a folder" in _refused(run, hamlet, "-")
    assert "file name too long" in _refused(run, hamlet, str(tmp_path / ("x" * 300)))
    assert "a folder, not a file" in _refused(run, hamlet, str(tmp_path / "out"), "--force")


def test_a_folder_that_may_not_be_written_to_is_refused_first(hamlet, run, tmp_path, monkeypatch):
    monkeypatch.setattr("gridcalc.cli.reporting.compiled", None)
    monkeypatch.setattr("gridcalc.cli.reporting.os.access", lambda *_: False)

    assert "permission denied" in _refused(run, hamlet, str(tmp_path / "new"))


def test_on_a_full_disk_nothing_is_written(hamlet, run, tmp_path, monkeypatch):
    out = tmp_path / "out"
    out.mkdir()
    (out / "report.html").write_text("mine", encoding="utf-8")
    opened, real = [], os.fdopen

    def full(handle: int, mode: str) -> IO[bytes]:
        opened.append(handle)
        if len(opened) == 3:
            os.close(handle)
            raise OSError(ENOSPC, os.strerror(ENOSPC))
        return real(handle, mode)

    monkeypatch.setattr("gridcalc.cli.output.os.fdopen", full)
    result = run("report", str(hamlet), "-o", str(out), "--force", *FAST)

    assert result.exit_code == 1
    assert "no space left on device" in result.output
    assert [path.name for path in out.iterdir()] == ["report.html"]
    assert (out / "report.html").read_text(encoding="utf-8") == "mine"
