"""The engine of many machines, on a real Dask cluster of processes on this one.

Expected results are those of the toy work computed in this process.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from gridcalc.city.engine import cluster
from gridcalc.city.engine.cluster import Access, on_worker, run_on_cluster
from gridcalc.city.engine.worker import Stopped
from gridcalc.city.records import CityTable
from gridcalc.city.store import Done, Job, enter, manifest_of, results_of, write_compounds
from gridcalc.errors import GridcalcError
from tests.unit import city_toys

distributed = pytest.importorskip("distributed", reason="the extra 'city' is not installed")
pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
ROOT = Path(__file__).parents[2]
QUESTION = city_toys.QUESTION
ROWS = city_toys.rows(12)


def _entered(folder, rows=ROWS):
    table = CityTable(file="t.csv", sha256="", rows=rows, bad=(), columns={}, ignored=())
    manifest, chunks = manifest_of(table, QUESTION, chunk=3)
    done = enter(folder, manifest, "resume")
    return manifest, [chunk for chunk in chunks if chunk.no not in done]


def _ran(folder, address, rows=ROWS, *, compute=city_toys.toy, on_done=lambda _: None, **access):
    manifest, chunks = _entered(folder, rows)
    job = Job(folder=str(folder), question=QUESTION, compute=compute)
    run_on_cluster(job, chunks, access=Access(address=address, **access), on_done=on_done)
    return write_compounds(folder, manifest, QUESTION)


@pytest.fixture(scope="module")
def address():
    with distributed.LocalCluster(
        processes=True, n_workers=2, threads_per_worker=1, dashboard_address="127.0.0.1:0"
    ) as found:
        yield found.scheduler_address


def test_a_cluster_of_two_processes_gives_the_results_of_one(tmp_path, address):
    told = []

    path = _ran(tmp_path / "r", address, on_done=told.append)

    assert tuple(results_of(path)) == city_toys.toy(ROWS, QUESTION)
    assert sorted(done.no for done in told) == [0, 1, 2, 3]


def test_parts_sent_back_are_those_that_workers_write(tmp_path, address):
    sent = _ran(tmp_path / "a", address, gather=True)
    written = _ran(tmp_path / "b", address)

    assert sent.read_bytes() == written.read_bytes()
    assert [p.name for p in sorted((tmp_path / "a/parts").iterdir())] == [
        p.name for p in sorted((tmp_path / "b/parts").iterdir())
    ]


def test_what_nobody_thought_of_fails_one_row_only(tmp_path, address):
    path = _ran(tmp_path / "r", address, city_toys.rows(6, nan=1, **{"raise": 4}))

    assert [result.status for result in results_of(path)] == [
        *("ok", "failed", "ok", "ok", "failed", "ok"),
    ]


def test_memory_full_on_a_worker_is_one_clear_error(tmp_path, address):
    with pytest.raises(GridcalcError, match="no memory left"):
        _ran(tmp_path / "r", address, city_toys.rows(3, memory=1))


def test_a_worker_of_another_version_is_refused(tmp_path, address):
    _, chunks = _entered(tmp_path / "r")
    job = Job(folder=str(tmp_path / "r"), question=QUESTION, compute=city_toys.toy, identity="0")

    with pytest.raises(GridcalcError, match="2 of 2 workers run another version of gridcalc"):
        run_on_cluster(job, chunks, access=Access(address=address), on_done=lambda _: None)


def test_a_worker_checks_its_version_and_the_directory_itself(tmp_path):
    _, (chunk, *_) = _entered(tmp_path / "r")
    here = Job(folder=str(tmp_path / "r"), question=QUESTION, compute=city_toys.toy)
    elsewhere = Job(folder=str(tmp_path / "x"), question=QUESTION, compute=city_toys.toy)
    other = Job(folder=here.folder, question=QUESTION, compute=city_toys.toy, identity="0")

    assert on_worker(here, chunk, gather=False) == Done(no=0, n_by_status={"ok": 3})
    unseen = on_worker(elsewhere, chunk, gather=False)
    assert isinstance(unseen, Stopped)
    assert "--gather" in unseen.reason
    assert isinstance(on_worker(other, chunk, gather=True), Stopped)


def test_a_scheduler_that_does_not_answer_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(cluster, "_CONNECT_S", 0.3)

    with pytest.raises(GridcalcError, match=r"tcp://127\.0\.0\.1:9 cannot be reached"):
        _ran(tmp_path / "r", "tcp://127.0.0.1:9")


def test_a_cluster_without_workers_is_not_waited_for_for_ever(tmp_path, monkeypatch):
    monkeypatch.setattr(cluster, "_PATIENCE_S", 0.5)
    monkeypatch.setattr(cluster, "_GLANCE_S", 0.2)

    with (
        distributed.LocalCluster(
            processes=False, n_workers=0, dashboard_address="127.0.0.1:0"
        ) as empty,
        pytest.raises(GridcalcError, match=r"no workers.*--resume"),
    ):
        _ran(tmp_path / "r", empty.scheduler_address)


class Cluster:
    """A scheduler and workers started by their own commands, as on machines of their own."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.file = folder / "scheduler.json"
        self.options = options
        self.folder = folder
        self.environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        self.processes = [
            self._start("dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-show")
        ]
        _wait_for(self.file.exists)
        self.workers = [
            self._start("dask_worker", "--nthreads", "1", "--no-nanny") for _ in range(2)
        ]
        self.processes += self.workers

    def _start(self, module: str, *options: str) -> "subprocess.Popen[bytes]":
        with (self.folder / "log.txt").open("ab") as log:
            return subprocess.Popen(
                [
                    *(sys.executable, "-m", f"distributed.cli.{module}", "--no-dashboard"),
                    *("--scheduler-file", str(self.file), *options, *self.options),
                ],
                cwd=self.folder,
                env=self.environment,
                stdout=log,
                stderr=log,
            )

    @property
    def address(self) -> str:
        return json.loads(self.file.read_text(encoding="utf-8"))["address"]

    def stop(self) -> None:
        for process in self.processes:
            process.kill()
            process.wait()


def _wait_for(condition, seconds=60.0):
    for _ in range(int(seconds / 0.05)):
        if condition():
            return
        time.sleep(0.05)
    pytest.fail("waited in vain")


@pytest.fixture
def machines(tmp_path):
    found = Cluster(tmp_path)
    yield found
    found.stop()


def test_a_worker_killed_in_the_middle_loses_nothing(tmp_path, machines):
    told = []

    def kill_one(done):
        told.append(done.no)
        if len(told) == 1:
            machines.workers[0].send_signal(signal.SIGKILL)

    path = _ran(
        tmp_path / "r",
        machines.address,
        compute=city_toys.slow_toy,
        on_done=kill_one,
    )

    assert machines.workers[0].wait() == -signal.SIGKILL
    assert tuple(results_of(path)) == city_toys.toy(ROWS, QUESTION)
    assert sorted(told) == [0, 1, 2, 3]


@pytest.mark.slow
def test_a_scheduler_lost_in_the_middle_is_a_clear_error_and_parts_stay(
    tmp_path, machines, monkeypatch
):
    monkeypatch.setattr(cluster, "_PATIENCE_S", 2.0)

    def kill_scheduler(_done):
        machines.processes[0].kill()

    with pytest.raises(GridcalcError, match="--resume"):
        _ran(
            tmp_path / "r",
            machines.address,
            city_toys.rows(40),
            compute=city_toys.slow_toy,
            on_done=kill_scheduler,
        )

    assert list((tmp_path / "r/parts").glob("part-*"))


@pytest.mark.slow
def test_a_row_that_kills_its_workers_is_found_at_home(tmp_path, address):
    path = _ran(tmp_path / "r", address, city_toys.rows(12, kill=4, exit=10))

    crashed = [result.row.id for result in results_of(path) if result.status == "crashed"]
    assert crashed == ["C004", "C010"]


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("openssl") is None, reason="makes certificates with openssl")
def test_a_cluster_with_tls_lets_in_only_those_with_its_certificates(tmp_path, monkeypatch):
    key, cert = tmp_path / "key.pem", tmp_path / "cert.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-subj", "/CN=gridcalc-test", "-keyout", str(key), "-out", str(cert)),
        ],
        check=True,
        capture_output=True,
    )
    files = {"tls_ca": str(cert), "tls_cert": str(cert), "tls_key": str(key)}
    options = ("--tls-ca-file", str(cert), "--tls-cert", str(cert), "--tls-key", str(key))
    machines = Cluster(tmp_path, *options, "--protocol", "tls")
    try:
        address = machines.address
        path = _ran(tmp_path / "r", address, **files)
        monkeypatch.setattr(cluster, "_CONNECT_S", 1)
        with pytest.raises(GridcalcError, match="cannot be reached"):
            _ran(tmp_path / "s", address.replace("tls://", "tcp://"))
    finally:
        machines.stop()

    assert address.startswith("tls://")
    assert tuple(results_of(path)) == city_toys.toy(ROWS, QUESTION)
