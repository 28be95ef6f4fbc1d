"""The result directory of a city run: parts, manifest, final files."""

from gridcalc.city.store.finishing import (
    Failure,
    Tally,
    bad_failures,
    failures,
    missing_parts,
    tally,
    write_compounds,
    write_rows,
)
from gridcalc.city.store.folder import COMPOUNDS, FAILED, FEEDERS, LAYERS, PAGE, WORKBOOK, enter
from gridcalc.city.store.keys import CHUNK_SIZES
from gridcalc.city.store.manifest import Manifest, manifest_of, read_manifest
from gridcalc.city.store.parquet import results_of
from gridcalc.city.store.parts import PartState, states_of
from gridcalc.city.store.records import Chunk, Compute, Done, Job
from gridcalc.city.store.status import RunStatus, status_of

__all__ = [
    "CHUNK_SIZES",
    "COMPOUNDS",
    "FAILED",
    "FEEDERS",
    "LAYERS",
    "PAGE",
    "WORKBOOK",
    "Chunk",
    "Compute",
    "Done",
    "Failure",
    "Job",
    "Manifest",
    "PartState",
    "RunStatus",
    "Tally",
    "bad_failures",
    "enter",
    "failures",
    "manifest_of",
    "missing_parts",
    "read_manifest",
    "results_of",
    "states_of",
    "status_of",
    "tally",
    "write_compounds",
    "write_rows",
]
