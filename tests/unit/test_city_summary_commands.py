"""``city summary`` and ``city report`` on a result directory that holds the small made-up city."""

import io
import json
import zipfile

import pytest
from click.testing import CliRunner

from gridcalc.city.lines.evaluating import evaluate_lines
from gridcalc.city.lines.rows import feeder_columns, feeder_rows
from gridcalc.city.records import CityQuestion, CityTable
from gridcalc.city.store import Failure, enter, failures, manifest_of, write_compounds, write_rows
from gridcalc.city.store.parts import keep_files, part_files
from gridcalc.cli.city_reading import PAYERS, report, summary
from gridcalc.cli.city_reporting import failed_csv, failed_rows
from gridcalc.cli.main import Program
from gridcalc.policy import PAYERS as PAYERS_OF_POLICIES
from gridcalc.policy import load_policy
from gridcalc.report.city_run_report import failed_text
from tests.unit import city_line_cases
from tests.unit.city_summary_cases import city

QUESTION = CityQuestion(method="factor", charging=("uncontrolled",), plan="quick")
COMMANDS = Program("city", commands={"summary": summary, "report": report})


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Write the results of the made-up city as a run would."""
    path = tmp_path_factory.mktemp("run") / "result"
    results = tuple(city())
    table = CityTable(
        file="city.csv",
        sha256="aa",
        rows=tuple(row.row for row in results),
        bad=(),
        columns={},
        ignored=(),
    )
    manifest, (chunk,) = manifest_of(table, QUESTION, chunk=100)
    enter(path, manifest, "new")
    keep_files(part_files(results, chunk, QUESTION), path)
    write_compounds(path, manifest, QUESTION)
    failed = failed_text(tuple(failures(path, ())))
    (path / "failed.csv").write_text(failed, encoding="utf-8-sig", newline="")
    return path


def run(*args):
    return CliRunner().invoke(COMMANDS, [str(arg) for arg in args], prog_name="gridcalc city")


def test_the_payers_of_the_option_are_those_of_the_policies():
    assert PAYERS == PAYERS_OF_POLICIES


def test_the_summary_is_that_of_the_results(folder):
    found = run("summary", folder, "--format", "json")

    tree = json.loads(found.stdout)
    assert found.exit_code == 0
    assert tree["table"] == "city.csv"
    assert tree["total"]["cost_yuan"] == 4000.0
    assert [row["id"] for row in tree["ranking"]] == ["c2", "c4", "c3", "c5", "c6", "c7"]
    assert tree["year_plan"] is None


def test_a_budget_brings_years_five_unless_said_otherwise(folder):
    five = json.loads(run("summary", folder, "--budget", 900, "--format", "json").stdout)
    two = run("summary", folder, "--budget", 900, "--years", 2, "--start", 2026, "--format", "json")

    assert [year["year"] for year in five["year_plan"]["years"]] == [1, 2, 3, 4, 5]
    assert [year["year"] for year in json.loads(two.stdout)["year_plan"]["years"]] == [2026, 2027]


def test_a_budget_of_900_pays_the_works_of_1000_only_where_it_carries_over(folder):
    def years(*more):
        found = run("summary", folder, "--budget", 900, "--format", "json", *more)
        return [year["compounds"] for year in json.loads(found.stdout)["year_plan"]["years"]]

    # 900 a year: 1000 for c4 after two years, 3000 more for c3 after five (4500).
    assert years() == [[], [], [], [], []]
    assert years("--carry-over") == [[], ["c4"], [], [], ["c3"]]
    # Of the owners: nothing of c4 and 1000 of c3.
    assert years("--budget-of", "owners") == [["c4"], [], [], [], []]


@pytest.mark.parametrize("fmt", ["table", "json", "csv", "md"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_form_is_written_in_both_languages(folder, fmt, lang):
    found = run("summary", folder, "--budget", 900, "--format", fmt, "--lang", lang)

    assert found.exit_code == 0
    assert found.stdout.endswith("\n")
    assert found.stderr == ""


@pytest.mark.parametrize(
    "args",
    [
        ("--years", 2),
        ("--start", 2026),
        ("--carry-over",),
        ("--budget-of", "utility"),
        ("--budget", 0),
        ("--budget", "nan"),
        ("--budget", 5, "--years", 0),
        ("--by", "mayor"),
    ],
)
def test_wrong_usage_is_refused(folder, args):
    found = run("summary", folder, *args)

    assert found.exit_code == 2
    assert found.stdout == ""


def test_a_folder_without_a_run_is_refused(tmp_path):
    found = run("summary", tmp_path)

    assert found.exit_code == 1
    assert found.stdout == ""
    assert "no manifest.json here" in found.stderr


def test_a_run_that_is_not_finished_is_refused(folder, tmp_path):
    (tmp_path / "manifest.json").write_bytes((folder / "manifest.json").read_bytes())

    found = run("summary", tmp_path)

    assert found.exit_code == 1
    assert "finish the run with 'gridcalc city run … --resume'" in found.stderr


def test_a_damaged_table_of_results_is_refused(folder, tmp_path):
    (tmp_path / "manifest.json").write_bytes((folder / "manifest.json").read_bytes())
    (tmp_path / "compounds.parquet").write_bytes(b"PAR1 and nothing else")

    found = run("summary", tmp_path)

    assert found.exit_code == 1
    assert "cannot be read" in found.stderr


def test_the_report_writes_all_files_into_a_new_folder(folder, tmp_path):
    target = tmp_path / "a" / "b"

    found = run("report", folder, "-o", target, "--lang", "zh")

    assert (found.exit_code, found.stdout) == (0, "")
    assert sorted(path.name for path in target.iterdir()) == [
        "compounds.gpkg",
        "map.html",
        "summary.xlsx",
    ]
    assert "小区3" in (target / "map.html").read_text(encoding="utf-8")
    book = zipfile.ZipFile(io.BytesIO((target / "summary.xlsx").read_bytes()))
    sheets = [book.read(name).decode("utf-8") for name in book.namelist() if "sheet" in name]
    assert any("the template is not known" in text for text in sheets)


def test_the_report_has_the_lines_of_a_run_that_asked_for_them(folder, tmp_path):
    run_with_lines = tmp_path / "run"
    run_with_lines.mkdir()
    for name in ("manifest.json", "compounds.parquet", "failed.csv"):
        (run_with_lines / name).write_bytes((folder / name).read_bytes())
    found = evaluate_lines(
        [city_line_cases.a_line("L1", name="10kV丰禾线")],
        city_line_cases.on("L1", "c2"),
        city_line_cases.source(city_line_cases.curves("c2", 300.0, uncontrolled=500.0)),
        policy=load_policy("national"),
    )
    write_rows(feeder_rows(found), run_with_lines / "feeders.parquet", feeder_columns(found))

    assert run("report", run_with_lines, "-o", tmp_path / "out").exit_code == 0
    assert "10kV丰禾线" in (tmp_path / "out" / "map.html").read_text(encoding="utf-8")

    (run_with_lines / "feeders.parquet").write_bytes(b"PAR1")
    damaged = run("report", run_with_lines, "-o", tmp_path / "other")

    assert damaged.exit_code == 1
    assert "feeders.parquet" in damaged.stderr


def test_the_report_is_the_same_twice(folder, tmp_path):
    for name in ("one", "two"):
        run("report", folder, "-o", tmp_path / name, "--lang", "en")

    for name in ("compounds.gpkg", "map.html", "summary.xlsx"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_the_report_writes_what_is_chosen_and_overwrites_only_by_force(folder, tmp_path):
    assert run("report", folder, "-o", tmp_path, "--html").exit_code == 0
    assert [path.name for path in tmp_path.iterdir()] == ["map.html"]

    again = run("report", folder, "-o", tmp_path, "--html", "--xlsx")

    assert again.exit_code == 1
    assert "exists already" in again.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["map.html"]
    assert run("report", folder, "-o", tmp_path, "--html", "--xlsx", "--force").exit_code == 0


def test_failures_are_read_back_as_they_were_written(tmp_path):
    written = (
        Failure(row=2, id="=cmd", name="+86", status="bad", column="户数", problem="-1 is too few"),
        Failure(row=3, id="'a", name="b,c", status="failed", column="", problem="two\nlines"),
    )
    text = failed_text(written)
    (tmp_path / "failed.csv").write_bytes(text.encode("utf-8-sig"))

    assert "'=cmd" in text
    assert failed_rows(tmp_path) == written


def test_chinese_failures_stand_beside_the_english_that_programs_read(tmp_path):
    problem = "'x' is not a number"
    written = (Failure(row=2, id="a", name="a", status="bad", column="户数", problem=problem),)
    data = failed_csv(written, "zh")
    (tmp_path / "failed.csv").write_bytes(data)

    assert data.decode("utf-8-sig").splitlines() == [
        "row,id,name,status,column,problem,problem_zh",
        "2,a,a,bad,户数,'x' is not a number,'x'不是数字",
    ]
    assert failed_rows(tmp_path) == written
    assert failed_csv(written, "en").decode("utf-8-sig") == failed_text(written)


def test_a_report_without_the_list_of_failures_is_refused(folder, tmp_path):
    for name in ("manifest.json", "compounds.parquet"):
        (tmp_path / name).write_bytes((folder / name).read_bytes())

    found = run("report", tmp_path, "--xlsx")

    assert found.exit_code == 1
    assert "failed.csv" in found.stderr
    assert not (tmp_path / "summary.xlsx").exists()


def test_a_folder_that_cannot_be_made_is_told(folder, tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")

    found = run("report", folder, "-o", tmp_path / "file" / "below")

    assert found.exit_code == 1
    assert "cannot be made" in found.stderr
