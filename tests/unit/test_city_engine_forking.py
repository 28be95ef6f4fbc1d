"""Workers forked from one parent: as good as those that load everything for themselves.

Expected results are those of the toy work computed in this process.
"""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from gridcalc.city.engine.crew import hired
from gridcalc.city.engine.forking import CAN_FORK
from gridcalc.city.engine.launching import CITY_WORK, launched
from gridcalc.city.engine.pool import run_local
from gridcalc.city.engine.process import start, stop
from gridcalc.city.engine.worker import Gone
from gridcalc.city.records import CityTable
from gridcalc.city.store import Job, enter, manifest_of, results_of, write_compounds
from tests.unit import city_toys

pytestmark = pytest.mark.skipif(not CAN_FORK, reason="workers are not forked on this system")
ROOT = Path(__file__).parents[2]
TOYS = ("tests.unit.city_toys",)
QUESTION = city_toys.QUESTION


def _ran(folder, rows):
    table = CityTable(file="t.csv", sha256="", rows=rows, bad=(), columns={}, ignored=())
    found, chunks = manifest_of(table, QUESTION, chunk=3)
    enter(folder, found, "new")
    job = Job(folder=str(folder), question=QUESTION, compute=city_toys.toy)
    with launched(2, TOYS) as spare, hired(spare) as crew:
        run_local(job, chunks, n_workers=2, on_done=lambda _: None, crew=crew)
    return write_compounds(folder, found, QUESTION)


def _is_there(pid):
    try:
        return "zombie" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


def _born(worker):
    """Return the process number of a forked worker, once it has one."""
    until = time.monotonic() + 20
    while worker.place not in worker.parent.pids:
        assert time.monotonic() < until
        time.sleep(0.01)
    return worker.parent.pids[worker.place]


def test_they_compute_what_any_worker_computes(tmp_path):
    rows = city_toys.rows(12)

    assert tuple(results_of(_ran(tmp_path / "r", rows))) == city_toys.toy(rows, QUESTION)


def test_a_row_that_kills_them_is_found_and_all_others_have_their_results(tmp_path):
    rows = city_toys.rows(12, kill=4, exit=10)

    found = {result.row.id: result for result in results_of(_ran(tmp_path / "r", rows))}

    assert found["C004"].error == "its process ended with signal 9 (SIGKILL)"
    assert found["C010"].error == "its process ended with exit code 7"
    others = [row for row in rows if row.template == "toy"]
    assert [found[row.id] for row in others] == list(city_toys.toy(others, QUESTION))


def test_the_code_of_each_is_its_own():
    with launched(2, TOYS) as spare:
        killed, told = spare
        os.kill(_born(killed), signal.SIGTERM)
        _born(told)

        assert killed.wait(20) == -signal.SIGTERM
        with pytest.raises(subprocess.TimeoutExpired):
            told.wait(0.05)
        told.stdin.close()
        assert told.wait(20) == 0


def test_workers_end_when_who_launched_them_is_killed():
    program = (
        "import time\nfrom gridcalc.city.engine.launching import launched\n"
        "with launched(2, ('time',)) as spare:\n    time.sleep(1)\n"
        "    parent = spare[0].parent\n    print(parent.process.pid, *parent.pids.values())\n"
        "    print(flush=True)\n    time.sleep(60)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as driver:
        pids = driver.stdout.readline().split()
        driver.kill()

    assert len(pids) == 3
    until = time.monotonic() + 20
    while any(_is_there(pid) for pid in pids):
        assert time.monotonic() < until
        time.sleep(0.02)


def test_nobody_is_left_when_nobody_wanted_them():
    with launched(3, TOYS) as spare:
        pids = [_born(worker) for worker in spare]
        parent = spare[0].parent.process

    assert not any(_is_there(pid) for pid in pids)
    assert parent.returncode == 0


def test_those_that_are_not_born_yet_never_are():
    with launched(2, (CITY_WORK,)) as spare:
        parent = spare[0].parent

    assert parent.process.returncode == -signal.SIGKILL
    assert not parent.pids
    assert parent.codes == {0: -signal.SIGKILL, 1: -signal.SIGKILL}


def test_the_end_of_the_parent_before_they_are_born_is_heard(tmp_path):
    job = Job(folder=str(tmp_path), question=QUESTION, compute=city_toys.toy)
    with launched(2, (CITY_WORK,)) as spare, hired(spare) as crew:
        worker = start(job, crew.mailbox, spare.pop())
        worker.process.parent.process.kill()

        assert crew.mailbox.get(timeout=20) == (worker.process, Gone(-signal.SIGKILL))
        stop(worker, at_once=True)


def test_workers_end_with_their_parent():
    with launched(2, TOYS) as spare:
        pids = [_born(worker) for worker in spare]
        spare[0].parent.process.kill()

        assert [worker.wait(20) for worker in spare] == [-signal.SIGKILL] * 2
        until = time.monotonic() + 20
        while any(_is_there(pid) for pid in pids):
            assert time.monotonic() < until
            time.sleep(0.01)


def test_the_parent_has_one_thread_when_it_forks_with_all_of_the_work_loaded():
    """A fork takes over locks that other threads hold; nobody would ever release them."""
    with launched(2, (CITY_WORK,)) as spare:
        _born(spare[1])
        parent = spare[0].parent.process.pid

        assert len(list(Path(f"/proc/{parent}/task").iterdir())) == 1
