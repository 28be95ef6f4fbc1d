"""How far a run is: what a look into its directory tells, also while it goes on."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from statistics import median

from gridcalc.city.store.folder import COMPOUNDS, FAILED, FINAL_FILES
from gridcalc.city.store.manifest import Manifest, read_manifest
from gridcalc.city.store.parquet import read_columns
from gridcalc.city.store.parts import PARTS, PartState, states_of


@dataclass(frozen=True, slots=True, kw_only=True)
class RunStatus:
    """What of a run is done.

    Attributes
    ----------
    folder
        The result directory.
    manifest
        What it belongs to.
    parts
        One state per chunk, in the order of the table.
    n_by_status
        Compounds in whole parts by their status.
    crashed
        Ids of compounds that ended their process.
    files
        Final files that are there.
    remaining_s
        Time the missing chunks take at the pace of the parts; ``None`` where there are none or
        too few to tell. [s]
    """

    folder: str
    manifest: Manifest
    parts: tuple[PartState, ...]
    n_by_status: Mapping[str, int]
    crashed: tuple[str, ...]
    files: tuple[str, ...]
    remaining_s: float | None

    @property
    def is_finished(self) -> bool:
        """Whether all chunks are done and the table of all compounds is written."""
        return not self.open_parts and {COMPOUNDS, FAILED} <= set(self.files)

    @property
    def open_parts(self) -> tuple[PartState, ...]:
        """Parts that are missing or damaged."""
        return tuple(part for part in self.parts if part.state != "done")


def status_of(folder: Path) -> RunStatus:
    """Return how far the run of a result directory is.

    Raises
    ------
    InputError
        The directory is none of a city run, or its manifest is damaged.
    """
    manifest = read_manifest(folder)
    parts = tuple(states_of(folder, manifest, thorough=True))
    rows = [
        (cells["id"], cells["status"])
        for part in parts
        if part.state == "done"
        for cells in read_columns(folder / PARTS / part.name, ("id", "status"))
    ]
    return RunStatus(
        folder=str(folder),
        manifest=manifest,
        parts=parts,
        n_by_status=Counter(status for _, status in rows),
        crashed=tuple(name for name, status in rows if status == "crashed"),
        files=tuple(name for name in FINAL_FILES if (folder / name).is_file()),
        remaining_s=_remaining_s(folder, parts),
    )


def _remaining_s(folder: Path, parts: Sequence[PartState]) -> float | None:
    """Return how long the missing parts take at the median pace of those that are there."""
    done = [part.name for part in parts if part.state == "done"]
    if len(done) in {len(parts), 0, 1}:
        return None
    times = sorted((folder / PARTS / name).stat().st_mtime for name in done)
    pace_s = median(after - before for before, after in pairwise(times))
    return pace_s * (len(parts) - len(done))
