"""The engine of many machines: a Dask cluster that others have set up."""

import queue
import time
from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from gridcalc.city.engine.pool import OnDone, isolate
from gridcalc.city.engine.task import computed
from gridcalc.city.engine.worker import Stopped
from gridcalc.city.store.keys import program_identity
from gridcalc.city.store.manifest import MANIFEST
from gridcalc.city.store.parts import keep_files
from gridcalc.city.store.records import Chunk, Done, Job
from gridcalc.errors import GridcalcError

if TYPE_CHECKING:
    from distributed import Client, Future

_CONNECT_S = 20
_GLANCE_S = 1.0
_PATIENCE_S = 60.0
"""How long a cluster may be without workers, or out of reach."""
_PER_THREAD = 2
_ANSWER_S = 10.0
_LOST = 3
_RESUME = "what is done stays; go on with --resume"

Files: TypeAlias = Mapping[str, bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """How a cluster is reached.

    Attributes
    ----------
    address
        Of its scheduler, ``tcp://…`` or ``tls://…``.
    tls_ca, tls_cert, tls_key
        Files of the certificates for ``tls://``.
    gather
        Whether workers send parts back instead of writing them into the result directory.
    """

    address: str
    tls_ca: str | None = None
    tls_cert: str | None = None
    tls_key: str | None = None
    gather: bool = False


@dataclass(slots=True, kw_only=True)
class _Run:
    """What the driver keeps track of while a cluster computes."""

    client: "Client"
    job: Job
    gather: bool
    waiting: deque[Chunk]
    n_threads: int = 0
    open: dict[str, tuple["Future", Chunk]] = field(default_factory=dict)
    mailbox: "queue.SimpleQueue[Future]" = field(default_factory=queue.SimpleQueue)
    suspects: list[Chunk] = field(default_factory=list)
    lost: Counter[int] = field(default_factory=Counter)


def run_on_cluster(job: Job, chunks: Sequence[Chunk], *, access: Access, on_done: OnDone) -> None:
    """Compute chunks on a Dask cluster; workers write the parts, or send them back.

    A chunk of a worker that dies is computed by another. One that kills as many workers as the
    scheduler allows is computed row by row on this machine; the row that ends its process is
    ``crashed``.

    Raises
    ------
    GridcalcError
        The cluster cannot be reached, runs another version, does not see the result directory,
        has no workers, or is lost; parts written so far stay.
    """
    with _connected(access) as client:
        run = _Run(client=client, job=job, gather=access.gather, waiting=deque(chunks))
        _check_versions(client, job)
        _compute(run, on_done)
    isolate(job, run.suspects, on_done=on_done)


def on_worker(job: Job, chunk: Chunk, *, gather: bool) -> Done | Stopped | tuple[Done, Files]:
    """Compute a chunk on a worker of the cluster.

    Errors come back as records: some exceptions do not survive the way.
    """
    try:
        if job.identity and program_identity() != job.identity:
            return Stopped("a worker runs another version of gridcalc or of its libraries")
        if not gather and not _sees(Path(job.folder), chunk):
            message = f"a worker does not see {job.folder}; share it under this path, or --gather"
            return Stopped(message)
        found, files = computed(job, chunk)
        if gather:
            return found, files
        keep_files(files, Path(job.folder))
        return found
    except MemoryError:
        return Stopped("a worker has no memory left; give each less to do at a time")
    except GridcalcError as error:
        return Stopped(str(error))


def _sees(folder: Path, chunk: Chunk) -> bool:
    try:
        return chunk.key in (folder / MANIFEST).read_text(encoding="utf-8")
    except OSError:
        return False


@contextmanager
def _connected(access: Access) -> "Iterator[Client]":
    try:
        from distributed import Client  # noqa: PLC0415  of the extra "city", half a second
        from distributed.security import Security  # noqa: PLC0415
    except ModuleNotFoundError:
        message = "--scheduler needs Dask: pip install 'gridcalc[city]'"
        raise GridcalcError(message) from None
    security = None
    if access.address.startswith("tls://"):
        security = Security(
            tls_ca_file=access.tls_ca,
            tls_client_cert=access.tls_cert,
            tls_client_key=access.tls_key,
            require_encryption=True,
        )
    try:
        client = Client(access.address, security=security, timeout=_CONNECT_S, set_as_default=False)
    except (OSError, TimeoutError, ValueError, TypeError) as error:
        message = f"the scheduler {access.address} cannot be reached: {error or 'no answer'}"
        raise GridcalcError(message) from None
    try:
        yield client
    finally:
        client.close(timeout=_GLANCE_S)


def _check_versions(client: "Client", job: Job) -> None:
    """Refuse workers whose results would differ."""
    try:
        client.get_versions(check=True)
        identities: Mapping[str, str] = client.run(program_identity) if job.identity else {}
    except (OSError, ValueError, ImportError) as error:
        raise GridcalcError(f"the cluster does not fit: {error}") from None
    others = sorted(worker for worker, found in identities.items() if found != job.identity)
    if others:
        message = (
            f"{len(others)} of {len(identities)} workers run another version of gridcalc or of its"
            f" libraries, such as {others[0]}; install the same everywhere"
        )
        raise GridcalcError(message)


def _compute(run: _Run, on_done: OnDone) -> None:
    looked = last_sign = time.monotonic()
    _fill(run)
    while run.open or run.waiting:
        with suppress(queue.Empty):
            _take(run, run.mailbox.get(timeout=_GLANCE_S), on_done)
        now = time.monotonic()
        if now - looked > _GLANCE_S:
            looked = now
            last_sign = now if _is_alive(run) else last_sign
        if now - last_sign > _PATIENCE_S:
            message = f"the cluster is out of reach or has no workers; {_RESUME}"
            raise GridcalcError(message)
        _fill(run)


def _is_alive(run: _Run) -> bool:
    """Return whether the scheduler answers and has workers; take note of how many."""
    if run.client.status == "closed":
        raise GridcalcError(f"the scheduler is lost; {_RESUME}")
    if run.client.status != "running":
        return False
    try:
        run.n_threads = sum(run.client.nthreads().values())
    except OSError:
        return False
    return run.n_threads > 0


def _fill(run: _Run) -> None:
    """Submit chunks until every thread of the cluster has one in hand and one in wait."""
    if run.n_threads == 0:
        _is_alive(run)
    for _ in range(max(run.n_threads, 1) * _PER_THREAD - len(run.open)):
        if not run.waiting:
            return
        chunk = run.waiting.popleft()
        future = run.client.submit(
            on_worker,
            run.job,
            chunk,
            gather=run.gather,
            key=f"gridcalc-{chunk.no}-{chunk.key}-{time.monotonic_ns()}",
            pure=False,
        )
        run.open[future.key] = (future, chunk)
        future.add_done_callback(run.mailbox.put)


def _take(run: _Run, future: "Future", on_done: OnDone) -> None:
    """Note what became of a chunk; an answer lost with its worker is computed once more."""
    from distributed.scheduler import KilledWorker  # noqa: PLC0415  of the extra "city"

    chunk = run.open.pop(future.key)[1]
    if run.client.status != "running":
        raise GridcalcError(f"the scheduler is lost; {_RESUME}")
    try:
        answer: Any = future.result(timeout=_ANSWER_S)
    except KilledWorker:
        run.suspects.append(chunk)
        return
    except (TimeoutError, OSError, CancelledError):
        run.lost[chunk.no] += 1
        (run.suspects if run.lost[chunk.no] > _LOST else run.waiting).append(chunk)
        return
    except Exception as error:  # noqa: BLE001  whatever a worker raises ends the run
        raise GridcalcError(f"a worker failed: {type(error).__name__}: {error}") from None
    if isinstance(answer, Stopped):
        raise GridcalcError(answer.reason)
    if isinstance(answer, tuple):
        answer, files = answer
        keep_files(files, Path(run.job.folder))
    on_done(answer)
