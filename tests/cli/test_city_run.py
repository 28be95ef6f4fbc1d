"""``gridcalc city run`` and ``city status``: options, directory, exit codes, files.

Most runs use toy work, which costs nothing; one runs the real one from end to end.
"""

import csv
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import nullcontext
from functools import partial
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from gridcalc.city.engine import pool
from gridcalc.city.engine.launching import launched
from gridcalc.city.engine.pool import run_local
from gridcalc.city.engine.task import do_chunk
from gridcalc.city.store import CHUNK_SIZES
from gridcalc.cli import city_running
from gridcalc.cli.city import _LEAST_ROWS
from gridcalc.cli.said import said as in_language
from gridcalc.errors import GridcalcError
from tests.unit import city_toys
from tests.unit.test_city_engine import same_program

ROOT = Path(__file__).parents[2]
FILES = [
    "compounds.gpkg",
    "compounds.parquet",
    "failed.csv",
    "manifest.json",
    "map.html",
    "parts",
    "summary.xlsx",
]
HEAD = "小区编号,小区名称,模板,户数,经度,纬度,备注\n"
SMALL = ("--workers", "1", "--chunk", "3", "--plan", "none", "--audit", "0")


@pytest.fixture(autouse=True)
def _toy_work(monkeypatch):
    same_program(monkeypatch.setattr)
    monkeypatch.setattr(city_running, "city_work", city_toys.toy)
    monkeypatch.setattr(city_running, "CITY_WORK", city_toys.__name__)
    monkeypatch.setattr("gridcalc.cli.city.launched", lambda _: nullcontext([]))
    monkeypatch.setattr(pool, "run_local", _in_this_process)


def _in_this_process(job, chunks, *, n_workers, on_done, item_timeout_s, crew):
    for chunk in chunks:
        on_done(do_chunk(job, chunk))


@pytest.fixture
def processes(_toy_work, monkeypatch):
    """Compute in real worker processes, launched at once, which write the final files too."""
    early = partial(launched, modules=(city_toys.__name__,))
    monkeypatch.setattr("gridcalc.cli.city.launched", early)
    monkeypatch.setattr(pool, "run_local", run_local)


def _write(path, n=7, extra=""):
    rows = [f"C{i},小区{i},walk-up,{100 + i},87.{i + 10},44.1,x\n" for i in range(n)]
    path.write_text(HEAD + "".join(rows) + extra, encoding="utf-8")
    return str(path)


@pytest.fixture
def table(tmp_path):
    return _write(tmp_path / "t.csv")


@pytest.fixture
def city(run, table, tmp_path):
    """Return how to run the table into a directory; further options may be given."""

    def call(*options, into="out", table=table):
        return run("city", "run", table, "-o", str(tmp_path / into), *SMALL, *options)

    return call


def _files(folder):
    """Return the contents of all files below a folder by their names."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_a_run_writes_all_files_and_ends_with_0(city, tmp_path):
    result = city()

    assert result.exit_code == 0, result.output
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == FILES
    assert len(list((tmp_path / "out/parts").iterdir())) == 3


def test_counts_and_columns_that_were_not_read_are_shown(city):
    """7 rows with file rows 2..8: four even ones need works, three odd ones are ready."""
    text = city("--lang", "zh").stdout

    assert "小区批量计算：t.csv" in text
    rows = [line.split() for line in text.splitlines()]
    assert ["满足", "3"] in rows
    assert ["需要改造", "4"] in rows
    assert ["未识别的列", "备注"] in rows


def test_json_has_counts_files_and_what_was_ignored(city):
    tree = json.loads(city("--format", "json").stdout)

    assert (tree["command"], tree["input"], tree["n_rows"]) == ("city run", "t.csv", 7)
    assert tree["statuses"] == {"ok": 7, "failed": 0, "crashed": 0, "skipped": 0}
    assert tree["verdicts"] == {"ready": 3, "ready_managed": 0, "upgrade": 4, "no_solution": 0}
    assert tree["files"] == [
        *("compounds.parquet", "failed.csv", "compounds.gpkg", "map.html", "summary.xlsx"),
    ]
    assert tree["missing_parts"] == []
    assert tree["ignored_columns"] == ["备注"]
    assert tree["rules_of_templates"] == {"national": 7}


def test_rules_that_nobody_chose_are_told(city):
    """The rows name templates and no policy."""
    text = "".join(city("--lang", "zh").stdout.split())

    assert "未指定政策包，按各模板自带的执行：national（7个小区）" in text


def test_what_no_column_gives_is_told_and_what_a_column_may_mean(city, tmp_path):
    path = tmp_path / "few.csv"
    path.write_text("小区编号,模板,户数量\nA1,多层,120\n", encoding="utf-8")

    text = city("--lang", "zh", table=str(path)).stdout

    bare = "".join(text.split())
    assert "表中没有户数（1个小区）、固定车位（1个小区）、变压器（1个小区）列" in bare
    assert "户数量（是否指“户数”？）" in bare


def test_a_policy_of_the_command_is_a_choice(city):
    tree = json.loads(city("--format", "json", "--policy", "national").stdout)

    assert tree["rules_of_templates"] == {}


def test_a_scenario_named_twice_is_asked_once(city, tmp_path):
    asked = ("ev-100", "today", "ev-100")
    options = [part for name in asked for part in ("--scenario", name)]

    assert city(*options).exit_code == 0

    manifest = json.loads((tmp_path / "out/manifest.json").read_text(encoding="utf-8"))
    assert manifest["question"]["scenarios"] == ["ev-100", "today"]


def test_csv_is_one_row_of_counts(city):
    (row,) = csv.DictReader(io.StringIO(city("--format", "csv").stdout))

    assert (row["n_rows"], row["n_ready"], row["n_bad"]) == ("7", "3", "0")


def test_bad_rows_are_listed_the_rest_runs_and_the_exit_code_is_1(city, tmp_path):
    bad = '"=cmd|x",坏,walk-up,0,,,\nC3,again,walk-up,5,,,\nD,d,nowhere,5,,,\n'

    result = city(table=_write(tmp_path / "b.csv", extra=bad))

    data = (tmp_path / "out/failed.csv").read_bytes()
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    assert result.exit_code == 1
    assert data.startswith(b"\xef\xbb\xbf")
    assert [(row["row"], row["status"], row["column"]) for row in rows] == [
        ("9", "bad", "户数"),
        ("10", "bad", "小区编号"),
        ("11", "bad", "模板"),
    ]
    assert rows[0]["id"] == "'=cmd|x"
    assert "needs works" in result.stdout


@pytest.mark.parametrize(
    ("n_bytes", "options", "n"),
    [
        (100, (), 1),
        (100_000, (), 3),
        (100, ("--chunk", "2"), 3),
        (100_000, ("--scheduler", "tcp://127.0.0.1:1"), 0),
        (None, (), 0),
    ],
)
def test_no_more_processes_are_launched_early_than_the_table_may_need(
    run, tmp_path, monkeypatch, n_bytes, options, n
):
    """A row has at least 20 bytes and a chunk at least 10 rows: 100 bytes are one chunk.

    In chunks of 2 rows they are at most 1 + 5 // 2 = 3.
    """
    asked = []
    monkeypatch.setattr("gridcalc.cli.city.launched", lambda n: asked.append(n) or nullcontext([]))
    if n_bytes is not None:
        (tmp_path / "t.csv").write_bytes(b"x" * n_bytes)

    run("city", "run", str(tmp_path / "t.csv"), "-o", "out", "--workers", "3", *options)

    assert asked == [n]


def test_the_help_tells_the_sizes_of_chunks(run):
    text = " ".join(run("city", "run", "--help").stdout.split())

    assert (
        f"[default: {CHUNK_SIZES['factor']}, with --method stochastic {CHUNK_SIZES['stochastic']}]"
        in text
    )
    assert min(CHUNK_SIZES.values()) == _LEAST_ROWS


def test_a_crashed_compound_is_named_and_the_exit_code_is_1(
    city, processes, monkeypatch, run, tmp_path
):
    monkeypatch.setattr(city_running, "city_work", city_toys.kills_c4)

    result = city("--format", "json")
    status = json.loads(run("city", "status", str(tmp_path / "out"), "--format", "json").stdout)

    assert result.exit_code == 1
    assert json.loads(result.stdout)["statuses"]["crashed"] == 1
    assert status["crashed"] == ["C4"]
    assert "SIGKILL" in (tmp_path / "out/failed.csv").read_text(encoding="utf-8-sig")


def test_final_files_are_the_same_bytes_for_any_number_of_workers(city, processes, tmp_path):
    city(into="one")
    city("--workers", "2", into="two")

    assert _files(tmp_path / "one") == _files(tmp_path / "two")


def test_a_second_run_is_refused_and_resume_gives_the_same_bytes(city, tmp_path):
    city()
    before = _files(tmp_path / "out")

    refused = city()
    resumed = city("--resume")

    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "--resume" in refused.stderr
    assert resumed.exit_code == 0
    assert _files(tmp_path / "out") == before


def test_resume_computes_a_part_that_is_gone_and_a_part_that_is_damaged(city, tmp_path):
    city()
    before = _files(tmp_path / "out")
    first, second, _ = sorted((tmp_path / "out/parts").iterdir())
    first.unlink()
    second.write_bytes(second.read_bytes()[:-9])
    (tmp_path / "out/map.html").unlink()

    assert city("--resume").exit_code == 0

    assert _files(tmp_path / "out") == before


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--seed", "2"), "the setting seed: 1 then, 2 now"),
        (("--chunk", "4"), "--chunk: 3 then, 4 now"),
        (("--policy", "ningxia-2025"), "the setting policy: not given then, ningxia-2025 now"),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_resume_with_another_question_is_refused_and_force_starts_anew(city, options, said):
    city()

    refused = city("--resume", *options)
    forced = city("--force", *options)

    assert (refused.exit_code, refused.stdout) == (1, "")
    assert said in refused.stderr
    assert forced.exit_code == 0


def test_resume_with_a_changed_table_is_refused_and_force_keeps_untouched_chunks(
    city, table, tmp_path
):
    city()
    first, second, third = sorted((tmp_path / "out/parts").iterdir())
    text = Path(table).read_text(encoding="utf-8")
    Path(table).write_text(text.replace("C4,小区4", "C4,新名"), encoding="utf-8")

    refused = city("--resume")
    taken = city("--resume", "--force")

    assert "belongs to another run: the table t.csv" in refused.stderr
    assert taken.exit_code == 0
    after = sorted((tmp_path / "out/parts").iterdir())
    assert (after[0], after[2]) == (first, third)
    assert after[1] != second


def test_a_directory_with_something_else_is_never_touched(city, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out/thesis.docx").write_text("years of work", encoding="utf-8")

    results = [city(*options) for options in ((), ("--resume",), ("--force",))]

    assert [result.exit_code for result in results] == [1, 1, 1]
    assert all("thesis.docx" in result.stderr for result in results)
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["thesis.docx"]


def test_shards_share_a_directory_and_the_last_one_finishes(city, run, tmp_path):
    city(into="whole")

    first = city("--shard", "1/2", "--format", "json")
    status = json.loads(run("city", "status", str(tmp_path / "out"), "--format", "json").stdout)
    last = city("--shard", "2/2")

    assert first.exit_code == 0
    assert [name[:10] for name in json.loads(first.stdout)["missing_parts"]] == ["part-00001"]
    assert (status["n_parts"], status["n_parts_done"], status["is_finished"]) == (3, 2, False)
    assert last.exit_code == 0
    assert _files(tmp_path / "out") == _files(tmp_path / "whole")


def test_resume_finishes_what_shards_left(city, tmp_path):
    city(into="whole")

    city("--shard", "2/3")
    city("--resume")

    assert _files(tmp_path / "out") == _files(tmp_path / "whole")


def test_the_interrupt_key_says_how_to_go_on(city, monkeypatch):
    def interrupted(*_args, **_kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(pool, "run_local", interrupted)

    result = city()

    assert result.exit_code == 1
    assert "0 of 3 chunks were done; go on with --resume" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_full_disk_is_a_clear_error_and_what_is_done_stays(city, tmp_path, monkeypatch):
    """The parts are written, then the table of all compounds cannot be."""

    def full(_number):
        raise OSError(28, os.strerror(28))

    city("--shard", "1/2")
    city("--shard", "2/2")
    (tmp_path / "out/compounds.parquet").unlink()
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        result = city("--resume")

    assert (result.exit_code, result.stdout) == (1, "")
    assert "compounds.parquet is not usable" in result.stderr
    assert "no space left on device" in result.stderr
    assert len(list((tmp_path / "out/parts").iterdir())) == 3
    assert not (tmp_path / "out/compounds.parquet").exists()


def test_a_lost_cluster_is_one_clear_error(city, monkeypatch):
    def lost(*_args, **_kwargs):
        raise GridcalcError("the scheduler is lost")

    monkeypatch.setattr("gridcalc.city.engine.cluster.run_on_cluster", lost)

    result = city("--scheduler", "tcp://127.0.0.1:1")

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "Error: the scheduler is lost\n"


@pytest.mark.parametrize(
    "options",
    [
        ("--gather",),
        ("--tls-ca", "ca.pem"),
        ("--shard", "0/2"),
        ("--shard", "3/2"),
        ("--shard", "half"),
        ("--shard", "1/2", "--force"),
        ("--shard", "1/2", "--scheduler", "tcp://h:1"),
        ("--charging", "managed"),
        ("--item-timeout", "nan"),
        ("--item-timeout", "5", "--scheduler", "tcp://h:1"),
        ("--workers", "0"),
        ("--chunk", "0"),
        ("--item-timeout", "0"),
    ],
    ids=" ".join,
)
def test_options_that_make_no_sense_are_wrong_usage(city, options):
    result = city(*options)

    assert (result.exit_code, result.stdout) == (2, "")


def test_everything_wrong_with_the_question_is_told_at_once_and_nothing_is_made(city, tmp_path):
    result = city("--scenario", "ev-999", "--policy", "nowhere", "--prices", "none.yaml")

    assert result.exit_code == 1
    for word in ("ev-999", "nowhere", "none.yaml"):
        assert word in result.stderr
    assert not (tmp_path / "out").exists()


def test_both_tables_are_checked_before_anything_is_made(city, tmp_path):
    result = city("--feeders", str(tmp_path / "no-lines.csv"), table=str(tmp_path / "no.csv"))

    assert result.exit_code == 1
    assert "no.csv" in result.stderr
    assert "no-lines.csv" in result.stderr
    assert not (tmp_path / "out").exists()


HEAD_LINES = "小区编号,模板,户数,政策,线路\n"


@pytest.fixture
def with_lines(tmp_path, city):
    """Return how to run compounds on lines; rows are given below the usual headings."""

    def call(compounds, lines, *options):
        table, feeders = tmp_path / "on_lines.csv", tmp_path / "lines.csv"
        table.write_text(HEAD_LINES + compounds, encoding="utf-8")
        feeders.write_text("编号,名称,限流值(A),最大负荷(kW)\n" + lines, encoding="utf-8")
        return city("--feeders", str(feeders), *options, table=str(table))

    return call


def _rows_of(tmp_path, name):
    return pq.read_table(tmp_path / "out" / name).to_pylist()


@pytest.mark.parametrize(
    ("options", "season", "policy"),
    [
        ((), "winter", "changji-2026"),
        (("--policy", "national"), "summer", "national"),
        (("--season", "summer"), "summer", "changji-2026"),
    ],
)
def test_lines_are_judged_by_the_pack_of_their_compounds(
    with_lines, tmp_path, options, season, policy
):
    """The governing season is winter in changji-2026.yaml and summer in national.yaml."""
    with_lines("A,多层,100,changji-2026,L1\n", "L1,东,400,\n", *options)

    manifest = json.loads((tmp_path / "out/manifest.json").read_text(encoding="utf-8"))
    assert manifest["question"]["line_seasons"] == [season]
    assert manifest["question"]["n_days_of_lines"] == 200
    assert [row["policy"] for row in _rows_of(tmp_path, "feeders.parquet")] == [policy]


def test_a_line_has_one_name_in_all_results(with_lines, tmp_path, run):
    with_lines("A,多层,100,,L1\nB,多层,100,,东\nC,多层,100,,L9\n", "L1,东,400,\n")

    assert [row["line"] for row in _rows_of(tmp_path, "compounds.parquet")] == ["L1", "L1", "L9"]
    found = run("city", "summary", str(tmp_path / "out"), "--by", "line", "--format", "csv")
    groups = [row.split(",")[:2] for row in found.stdout.splitlines()[1:]]
    assert groups == [["L1", "2"], ["L9", "1"]]


def test_compounds_that_are_not_counted_are_those_of_bad_rows_too(with_lines, tmp_path):
    """A has no curves in a toy run; the rows of B and of one without an id are bad."""
    bad = "B,多层,x,,东\n,多层,5,,L1\n合计,,105,,L1\n"

    result = with_lines(f"A,多层,100,,L1\n{bad}", "L1,东,400,\n")

    (row,) = _rows_of(tmp_path, "feeders.parquet")
    assert result.exit_code == 1
    assert (row["without_curves"], row["not_read"], row["n_not_counted"]) == ("A", "B 4", 3)


def test_what_is_doubtful_about_lines_is_told(with_lines, tmp_path):
    lines = "L1,东,400,4.2\nL2,南,400,\nL3,南,400,\n"

    told = with_lines("A,多层,100,,南\nB,多层,100,,南\n", lines).stderr.splitlines()

    # 4.2 kW at 0.95 are 4.42 kVA; 400 A at 10 kV 6928 kVA
    assert told[1] == (
        "2 compounds name the line '南', but L2, L3 are called so; write the id of one of them"
    )
    assert [in_language(text, "zh") for text in told] == [
        "10kV线路L1：实测最大负荷4.42 kVA为线路限流容量6928 kVA的0.0638%；请核对两者的单位",
        "2个小区填的线路名称'南'对应L2、L3多条线路；请改填其中一条的线路编号",
    ]
    assert _rows_of(tmp_path, "feeders.parquet")[0]["doubts"].startswith("the metered peak of 4.42")


def test_many_doubts_are_cut(with_lines):
    lines = "".join(f"L{k},线{k},400,4.2\n" for k in range(12))

    told = with_lines("A,多层,100,,L1\n", lines).stderr.splitlines()

    assert len(told) == 11
    assert told[-1] == "and 2 more, in the column doubts of feeders.parquet"


def test_status_says_what_is_damaged(city, run, tmp_path):
    city()
    second = sorted((tmp_path / "out/parts").iterdir())[1]
    second.write_bytes(b"PAR1")

    shown = run("city", "status", str(tmp_path / "out"))
    rows = list(
        csv.DictReader(
            io.StringIO(run("city", "status", str(tmp_path / "out"), "--format", "csv").stdout)
        )
    )

    assert shown.exit_code == 0
    assert second.name in shown.stdout
    assert [row["state"] for row in rows] == ["done", "damaged", "done"]


def test_status_of_another_directory_is_refused(run, tmp_path):
    result = run("city", "status", str(tmp_path))

    assert (result.exit_code, result.stdout) == (1, "")
    assert "no directory of 'gridcalc city run'" in result.stderr


KILLED = """
import sys
from gridcalc.city.engine import pool
from gridcalc.city.engine.pool import run_local
from gridcalc.city.engine.task import do_chunk
from gridcalc.city.store import CHUNK_SIZES
from gridcalc.cli import city_running
from gridcalc.cli.city import _LEAST_ROWS
from gridcalc.cli.main import cli
from tests.unit import city_toys
from tests.unit.test_city_engine import same_program
same_program(setattr)
city_running.city_work = city_toys.slow_toy
cli(sys.argv[1:])
"""


def _killed(table, folder, *, after):
    """Start the program, kill it when a condition holds, and say whether it was still at work."""
    args = ("city", "run", table, "-o", str(folder), *SMALL)
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, *args],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    for _ in range(3000):
        if after() or process.poll() is not None:
            break
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    return process.wait() == -signal.SIGKILL


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_killed_after_a_part_resume_gives_the_same_bytes(city, processes, table, tmp_path):
    city(into="whole")

    parts = tmp_path / "out/parts"
    was_at_work = _killed(table, tmp_path / "out", after=lambda: any(parts.glob("part-*")))
    before = len(list(parts.glob("part-*")))
    resumed = city("--resume")

    assert was_at_work
    assert before in {1, 2}
    assert resumed.exit_code == 0
    assert _files(tmp_path / "out") == _files(tmp_path / "whole")


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_killed_at_ten_moments_resume_gives_the_same_bytes(city, table, tmp_path):
    """From before the directory is there to while the final files are written."""
    city(into="whole")
    began = time.monotonic()
    assert not _killed(table, tmp_path / "all", after=lambda: False)
    whole_s = time.monotonic() - began

    for i in range(10):
        shutil.rmtree(tmp_path / "out", ignore_errors=True)
        ends = time.monotonic() + whole_s * (i + 0.5) / 10
        _killed(table, tmp_path / "out", after=lambda ends=ends: time.monotonic() > ends)
        assert city("--resume").exit_code == 0
        assert _files(tmp_path / "out") == _files(tmp_path / "whole")


class TestRealWork:
    """The work of a city with compounds of templates and of files."""

    @pytest.fixture
    def table(self, tmp_path, hamlet_text):
        (tmp_path / "files").mkdir()
        (tmp_path / "files/hamlet.yaml").write_text(hamlet_text, encoding="utf-8")
        text = (
            "id,name,template,file,households\n"
            "A,a,walk-up,,120\nB,b,old-courtyard,,80\nC,c,,files/hamlet.yaml,\n"
        )
        (tmp_path / "t.csv").write_text(text, encoding="utf-8")
        return str(tmp_path / "t.csv")

    @pytest.mark.usefixtures("processes")
    def test_from_end_to_end_from_any_folder(self, city, tmp_path, monkeypatch):
        from gridcalc.city.engine.task import city_work

        monkeypatch.setattr(city_running, "city_work", city_work)

        first = city("--format", "json", "--audit", "2", into="a")
        monkeypatch.chdir(tmp_path)
        second = city(table="t.csv", into="b")

        assert first.exit_code == 0, first.output
        tree = json.loads(first.stdout)
        assert tree["statuses"]["ok"] == 3
        assert len(tree["audit"]["compounds"]) == 2
        assert tree["audit"]["max_vm_pu"] < 1e-6
        assert second.exit_code == 0
        assert _files(tmp_path / "a") == _files(tmp_path / "b")
        assert str(tmp_path).encode() not in (tmp_path / "a/manifest.json").read_bytes()


class TestLines:
    """``--feeders``: the table of 10 kV lines."""

    @pytest.fixture
    def lines(self, tmp_path):
        path = tmp_path / "lines.csv"
        path.write_text("id,name,capacity_kva\nL1,一号线,8000\nL1,twice,1\n", encoding="utf-8")
        return str(path)

    def test_its_results_are_written_and_its_bad_rows_listed(self, city, tmp_path, lines):
        result = city("--feeders", lines)

        failed = (tmp_path / "out/failed.csv").read_text(encoding="utf-8-sig")
        assert result.exit_code == 1, result.output
        assert (tmp_path / "out/feeders.parquet").is_file()
        assert "3,L1,,bad_line,id," in failed

    def test_a_changed_one_refuses_to_resume(self, city, lines):
        city("--feeders", lines)
        text = Path(lines).read_text(encoding="utf-8")
        Path(lines).write_text(text.replace("8000", "9000"), encoding="utf-8")

        result = city("--feeders", lines, "--resume")

        assert result.exit_code == 1
        assert "the table lines.csv has changed" in result.stderr


@pytest.mark.slow
def test_a_cluster_gives_the_bytes_of_this_machine(city, monkeypatch, tmp_path):
    """Its workers know nothing of the digest that this process pretends to have."""
    distributed = pytest.importorskip("distributed")
    monkeypatch.setattr(city_running, "program_identity", lambda: "")
    city(into="here")

    with distributed.LocalCluster(
        processes=True, n_workers=2, threads_per_worker=1, dashboard_address="127.0.0.1:0"
    ) as cluster:
        city("--scheduler", cluster.scheduler_address, into="there")
        city("--scheduler", cluster.scheduler_address, "--gather", into="sent")

    assert _files(tmp_path / "there") == _files(tmp_path / "here")
    assert _files(tmp_path / "sent") == _files(tmp_path / "here")
