"""The engine of one machine: nothing is lost, whatever dies.

Expected results are those of the toy work computed in this process.
"""

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from gridcalc.city.engine import alone, pool, task
from gridcalc.city.engine.alone import results_alone
from gridcalc.city.engine.pool import run_local
from gridcalc.city.records import CityQuestion, CityRow, CityTable
from gridcalc.city.store import (
    Job,
    enter,
    keys,
    manifest,
    manifest_of,
    results_of,
    write_compounds,
)
from gridcalc.errors import GridcalcError
from tests.unit import city_toys

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals")
ROOT = Path(__file__).parents[2]
QUESTION = city_toys.QUESTION
ROWS = city_toys.rows(12)


def same_program(set_attribute):
    """Have the program keep its digest while somebody works on it."""
    for module in (keys, manifest):
        set_attribute(module, "program_digest", lambda: "this one")


@pytest.fixture(autouse=True)
def _same_program(monkeypatch):
    same_program(monkeypatch.setattr)


def _entered(folder, rows, entry="new", *, question=QUESTION):
    table = CityTable(file="t.csv", sha256="", rows=rows, bad=(), columns={}, ignored=())
    found, chunks = manifest_of(table, question, chunk=3)
    done = enter(folder, found, entry)
    return found, [chunk for chunk in chunks if chunk.no not in done]


def _ran(folder, rows=ROWS, entry="new", *, n_workers=2, compute=city_toys.toy, **options):
    """Run chunks of 3 rows and return the file of all compounds."""
    question = options.pop("question", QUESTION)
    found, chunks = _entered(folder, rows, entry, question=question)
    job = Job(folder=str(folder), question=question, compute=compute)
    on_done = options.pop("on_done", lambda _: None)
    run_local(job, chunks, n_workers=n_workers, on_done=on_done, **options)
    return write_compounds(folder, found, question)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    return _ran(tmp_path_factory.mktemp("undisturbed") / "r", n_workers=1).read_bytes()


def _statuses(path):
    return [result.status for result in results_of(path)]


def test_two_workers_give_the_bytes_of_one(tmp_path, undisturbed):
    path = _ran(tmp_path / "r", n_workers=2)

    assert path.read_bytes() == undisturbed
    assert tuple(results_of(path)) == city_toys.toy(ROWS, QUESTION)


def test_each_chunk_is_told_once_with_its_counts(tmp_path):
    told = []

    _ran(tmp_path / "r", city_toys.rows(7, broken=6), on_done=told.append)

    counts = {done.no: dict(done.n_by_status) for done in told}
    assert len(told) == 3
    assert counts == {0: {"ok": 3}, 1: {"ok": 3}, 2: {"failed": 1}}


def test_a_worker_killed_in_the_middle_loses_nothing(tmp_path, undisturbed):
    """C004 kills its first process; the marker file keeps it from doing so again."""
    question = replace(QUESTION, prices=str(tmp_path / "C004.marker"))
    (tmp_path / "r").mkdir()

    path = _ran(tmp_path / "r", compute=city_toys.killed_once, question=question)

    assert (tmp_path / "C004.marker").exists()
    assert tuple(results_of(path)) == city_toys.toy(ROWS, QUESTION)


def test_rows_that_kill_are_found_and_all_others_have_their_results(tmp_path):
    rows = city_toys.rows(12, kill=4, exit=10)

    path = _ran(tmp_path / "r", rows)

    found = {result.row.id: result for result in results_of(path)}
    assert [name for name, result in found.items() if result.status == "crashed"] == [
        "C004",
        "C010",
    ]
    assert found["C004"].error == "its process ended with signal 9 (SIGKILL)"
    assert found["C010"].error == "its process ended with exit code 7"
    others = [row for row in rows if row.template == "toy"]
    assert [found[row.id] for row in others] == list(city_toys.toy(others, QUESTION))


def test_what_nobody_thought_of_fails_one_row_only(tmp_path):
    path = _ran(tmp_path / "r", city_toys.rows(6, nan=1, **{"raise": 4}), n_workers=1)

    found = list(results_of(path))
    assert _statuses(path) == ["ok", "failed", "ok", "ok", "failed", "ok"]
    assert found[1].error.startswith("ValueError: ")
    assert found[4].error == "ZeroDivisionError: nobody thought of it"


def test_a_row_that_takes_too_long_is_given_up(tmp_path):
    path = _ran(tmp_path / "r", city_toys.rows(6, slow=4), item_timeout_s=1.0)

    found = list(results_of(path))
    assert _statuses(path) == ["ok"] * 4 + ["crashed", "ok"]
    assert found[4].error == "stopped after --item-timeout of 1 s"


def test_memory_full_is_one_clear_error_and_what_is_done_stays(tmp_path):
    """One worker takes the chunks in order; the third of four runs out of memory."""
    with pytest.raises(GridcalcError, match=r"no memory left.*--workers.*--resume"):
        _ran(tmp_path / "r", city_toys.rows(12, memory=7), n_workers=1)

    assert len(list((tmp_path / "r/parts").iterdir())) == 2


def test_a_part_that_cannot_be_written_is_one_clear_error(tmp_path):
    _, chunks = _entered(tmp_path / "r", ROWS)
    (tmp_path / "r/parts").rmdir()
    job = Job(folder=str(tmp_path / "r"), question=QUESTION, compute=city_toys.toy)

    with pytest.raises(GridcalcError, match=r"cannot be written: no such file.*--resume"):
        run_local(job, chunks, n_workers=2, on_done=lambda _: None)


def test_work_that_cannot_be_loaded_ends_the_run(tmp_path):
    _, chunks = _entered(tmp_path / "r", ROWS)
    job = Job(folder=str(tmp_path / "r"), question=QUESTION, compute=_hidden)

    with pytest.raises(GridcalcError, match="Error"):
        run_local(job, chunks, n_workers=1, on_done=lambda _: None)


def _hidden(rows, question):
    """Work whose module cannot be imported elsewhere."""
    raise AssertionError


_hidden.__module__ = "nowhere_at_all"
sys.modules["nowhere_at_all"] = sys.modules[__name__]


def test_workers_that_do_not_start_end_the_run(tmp_path, monkeypatch):
    _, chunks = _entered(tmp_path / "r", ROWS)
    monkeypatch.setattr("gridcalc.city.engine.launching._SERVE", "import sys; sys.exit(5)")
    job = Job(folder=str(tmp_path / "r"), question=QUESTION, compute=city_toys.toy)

    with pytest.raises(GridcalcError, match="do not start: they end with exit code 5"):
        run_local(job, chunks, n_workers=2, on_done=lambda _: None)
    with pytest.raises(GridcalcError, match="do not start: they end with exit code 5"):
        results_alone(job, ROWS)


def test_a_machine_that_kills_everything_is_blamed_and_not_the_rows(tmp_path, monkeypatch):
    monkeypatch.setattr(alone, "_HOPELESS", 2)
    rows = [replace(row, template="kill") for row in ROWS]
    job = Job(folder=str(tmp_path), question=QUESTION, compute=city_toys.toy)

    with pytest.raises(GridcalcError, match=r"2 rows one after the other.*SIGKILL"):
        results_alone(job, rows)


def test_the_interrupt_key_ends_all_workers(tmp_path, monkeypatch):
    started = []
    start = pool.start
    monkeypatch.setattr(pool, "start", lambda *args: started.append(start(*args)) or started[-1])

    def interrupted(_done):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        _ran(tmp_path / "r", compute=city_toys.slow_toy, on_done=interrupted)

    assert len(started) == 2
    assert [worker.process.poll() is None for worker in started] == [False, False]


def test_a_worker_uses_one_thread_and_prints_nothing_into_the_answers(tmp_path):
    job = Job(folder=str(tmp_path), question=QUESTION, compute=city_toys.environment)

    (result,) = results_alone(job, ROWS[:1])

    assert result.error == "1 1 1 1"


DRIVER = """
import sys
from pathlib import Path
from gridcalc.city.engine.pool import run_local
from gridcalc.city.store import Job
from tests.unit import city_toys
from tests.unit.test_city_engine import _entered, same_program
same_program(setattr)
folder = Path(sys.argv[1])
_, chunks = _entered(folder, city_toys.rows(12), "resume")
job = Job(folder=str(folder), question=city_toys.QUESTION, compute=city_toys.slow_toy)
run_local(job, chunks, n_workers=2, on_done=lambda done: None)
"""


def _children(pid):
    """Return the processes that a process started, from the kernel's own table."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == pid:
            found.append(int(path.parent.name))
    return found


def _is_alive(pid):
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def _wait_for(condition, seconds=30.0):
    for _ in range(int(seconds / 0.02)):
        if condition():
            return
        time.sleep(0.02)
    pytest.fail("waited in vain")


def _killed_run(folder, n_parts):
    """Start a driver, kill it when some parts are there, and return its workers."""
    driver = subprocess.Popen([sys.executable, "-c", DRIVER, str(folder)], cwd=ROOT)
    try:
        parts = folder / "parts"
        _wait_for(
            lambda: len(list(parts.glob("part-*"))) >= n_parts and len(_children(driver.pid)) == 2
        )
        workers = _children(driver.pid)
    finally:
        driver.send_signal(signal.SIGKILL)
        driver.wait()
    return workers


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")
def test_a_killed_driver_leaves_no_orphans_and_resume_gives_the_same_bytes(tmp_path, undisturbed):
    workers = _killed_run(tmp_path / "r", 1)

    _wait_for(lambda: not any(_is_alive(pid) for pid in workers), seconds=5)
    path = _ran(tmp_path / "r", entry="resume")

    assert path.read_bytes() == undisturbed


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")
@pytest.mark.parametrize("delay_s", [0.05 * i for i in range(10)])
def test_killed_at_ten_moments_resume_gives_the_same_bytes(tmp_path, undisturbed, delay_s):
    driver = subprocess.Popen([sys.executable, "-c", DRIVER, str(tmp_path / "r")], cwd=ROOT)
    _wait_for((tmp_path / "r/manifest.json").exists)
    time.sleep(delay_s * 4)
    workers = _children(driver.pid)
    driver.send_signal(signal.SIGKILL)
    driver.wait()

    _wait_for(lambda: not any(_is_alive(pid) for pid in workers), seconds=5)

    assert _ran(tmp_path / "r", entry="resume").read_bytes() == undisturbed


def test_rows_are_computed_some_at_a_time_by_their_households(monkeypatch):
    """1800 households, at most 700 at a time: three batches of about 600.

    A row that does not say counts as 500. Rows begin at household 0, 400 | 700, 1050, 1100 | 1600,
    and each stands in the batch of 600 in which it begins.
    """
    monkeypatch.setattr(task, "_MOST_HOUSEHOLDS", 700)
    sizes = (400, 300, 350, 50, None, 200)
    rows = [replace(row, n_households=n) for row, n in zip(ROWS, sizes, strict=False)]

    found = task.batches(rows)

    assert [[row.n_households for row in some] for some in found] == [
        [400, 300],
        [350, 50, None],
        [200],
    ]
    assert task.batches([]) == ()
    assert task.batches(rows[:1]) == ((rows[0],),)


def test_rows_computed_some_at_a_time_have_the_results_of_all_at_once(monkeypatch):
    rows = [
        CityRow(row=i, id=f"C{i}", name="", template=template, n_households=60 + 20 * i)
        for i, template in enumerate(["walk-up", "old-courtyard", "walk-up", "mid-rise"])
    ]
    question = CityQuestion(plan="none")
    together = task.city_work(rows, question)
    monkeypatch.setattr(task, "_MOST_HOUSEHOLDS", 100)

    assert len(task.batches(rows)) == 3
    assert task.city_work(rows, question) == together
