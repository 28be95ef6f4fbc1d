"""Workers that are launched early, taken over by a run, and sent on errands in the end."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from gridcalc.city.engine.crew import hired, under_way
from gridcalc.city.engine.forking import Forked
from gridcalc.city.engine.launching import launched
from gridcalc.city.engine.pool import run_local
from gridcalc.city.engine.worker import Errand, Prepare
from gridcalc.city.store import Job, results_of, write_compounds
from gridcalc.cli.city_reporting import prepare_layers
from tests.unit import city_toys
from tests.unit.test_city_engine import QUESTION, ROWS, _entered, same_program

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals")
ROOT = Path(__file__).parents[2]
TOYS = (city_toys.__name__,)


@pytest.fixture(autouse=True)
def _same_program(monkeypatch):
    same_program(monkeypatch.setattr)


def _ran(folder, crew, compute=city_toys.toy):
    found, chunks = _entered(folder, ROWS)
    job = Job(folder=str(folder), question=QUESTION, compute=compute)
    run_local(job, chunks, n_workers=2, on_done=lambda _: None, crew=crew)
    return write_compounds(folder, found, QUESTION)


def _note(path, text):
    """Write who did it; a process that is told to dies."""
    if text == "die" and "HOME_PID" in os.environ and os.environ["HOME_PID"] != str(os.getpid()):
        os.kill(os.getpid(), signal.SIGKILL)
    if text == "fail":
        raise OSError(f"no place for {text}")
    Path(path).write_text(f"{os.getpid()} {text}", encoding="utf-8")


def _pid(path):
    return int(path.read_text(encoding="utf-8").split()[0])


def _number(process):
    return process.parent.pids[process.place] if isinstance(process, Forked) else process.pid


def test_processes_launched_early_compute_and_then_run_errands(tmp_path):
    """4 chunks of 3 rows by two processes that were there before; each then writes one file."""
    errands = [Errand(_note, (tmp_path / name, name)) for name in ("a", "b")]

    with launched(2, TOYS) as spare:
        early = list(spare)
        with hired(spare) as crew:
            path = _ran(tmp_path / "r", crew)
            idle = list(crew.idle)
            with under_way(errands, crew):
                pass

    assert tuple(results_of(path)) == city_toys.toy(ROWS, QUESTION)
    assert {worker.process for worker in idle} == set(early)
    assert {_pid(tmp_path / "a"), _pid(tmp_path / "b")} == {_number(one) for one in early}
    assert [worker.process.wait(0) for worker in idle] == [0, 0]


def test_processes_without_a_job_run_errands_too(tmp_path):
    """Where a run that goes on finds all chunks done."""
    with launched(1, TOYS) as spare, hired(spare) as crew:
        pid = spare[0].pid
        with under_way([Errand(_note, (tmp_path / name, name)) for name in "abc"], crew):
            pass

    assert {_pid(tmp_path / name) for name in "abc"} == {pid}


def test_without_a_crew_errands_are_run_here(tmp_path):
    with hired([]) as crew, under_way([Errand(_note, (tmp_path / "a", "a"))], crew):
        pass

    assert _pid(tmp_path / "a") == os.getpid()


def test_an_errand_that_kills_its_process_is_run_here(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME_PID", str(os.getpid()))
    errands = [Errand(_note, (tmp_path / name, name)) for name in ("die", "b")]

    with launched(2, TOYS) as spare, hired(spare) as crew, under_way(errands, crew):
        pass

    assert _pid(tmp_path / "die") == os.getpid()
    assert _pid(tmp_path / "b") != os.getpid()


def test_an_errand_that_fails_fails_here_with_its_own_error(tmp_path):
    errands = [Errand(_note, (tmp_path / name, name)) for name in ("fail", "b")]

    with (
        launched(1, TOYS) as spare,
        hired(spare) as crew,
        pytest.raises(OSError, match="no place for fail"),
        under_way(errands, crew),
    ):
        pass


def test_what_the_caller_does_meanwhile_may_fail_and_no_process_stays():
    with (
        launched(1, TOYS) as spare,
        hired(spare) as crew,
        pytest.raises(ValueError, match="meanwhile"),
        under_way([Errand(time.sleep, (60,))], crew),
    ):
        raise ValueError("meanwhile")

    assert spare == []


def test_a_process_that_died_before_its_job_is_replaced(tmp_path):
    with launched(2, TOYS) as spare, hired(spare) as crew:
        spare[0].kill()
        spare[0].wait()
        path = _ran(tmp_path / "r", crew)

    assert tuple(results_of(path)) == city_toys.toy(ROWS, QUESTION)


def test_processes_that_nobody_took_are_ended():
    with launched(2, ("time",)) as spare:
        left = list(spare)

    assert all(process.wait(0) for process in left)


def test_a_module_that_cannot_be_loaded_ahead_is_no_harm(tmp_path):
    with launched(1, ("nowhere.at.all",)) as spare, hired(spare, Prepare(_broken)) as crew:
        path = _ran(tmp_path / "r", crew)

    assert tuple(results_of(path)) == city_toys.toy(ROWS, QUESTION)


def _broken():
    raise AssertionError("done ahead, and nobody hears of it")


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")
def test_processes_end_when_who_launched_them_is_killed():
    program = (
        "import time\nfrom gridcalc.city.engine.launching import launched\n"
        "with launched(1, ('time',)) as spare:\n    print(spare[0].pid, flush=True)\n"
        "    time.sleep(60)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as driver:
        pid = int(driver.stdout.readline())
        driver.kill()

    for _ in range(500):
        if not Path(f"/proc/{pid}").exists():
            return
        time.sleep(0.02)
    pytest.fail("it is still there")


def test_the_driver_loads_nothing_that_computes():
    """What the workers load, and pandas, would only delay the reading of the table."""
    program = (
        "import sys, gridcalc.cli.city_running\n"
        "heavy = ('numba', 'scipy', 'pandas', 'pandapower', 'networkx', 'matplotlib', 'rich')\n"
        "print([name for name in heavy if name in sys.modules])"
    )

    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert done.stdout == "[]\n"


def test_a_worker_does_without_pandas(tmp_path):
    """Arrow would load it with the first array, the library of map files with itself."""
    errands = [Errand(prepare_layers), Errand(_note_pandas, (tmp_path / "a",))]

    with launched(1, TOYS) as spare, hired(spare) as crew:
        _ran(tmp_path / "r", crew)
        with under_way(errands, crew):
            pass

    assert _pid(tmp_path / "a") != os.getpid()
    assert (tmp_path / "a").read_text(encoding="utf-8").endswith("False, then True")


def _note_pandas(path):
    before = "pandas" in sys.modules
    import pandas  # noqa: F401  may still be loaded by who needs it

    _note(path, f"{before}, then {'pandas' in sys.modules}")
