"""All days of a block through the compiled sweeps, tile by tile."""

import zlib
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, cast

import numpy as np
from numba import njit

from gridcalc.network.arrays import Network
from gridcalc.powerflow.aligned import aligned
from gridcalc.powerflow.days_extremes import (
    Extremes,
    keep_extremes,
    keep_loads,
    no_extremes,
)
from gridcalc.powerflow.days_loads import Rows, compensate, expand
from gridcalc.powerflow.days_rows import BLOCK, LANES, LEAF_BLOCK, Floats32, n_lane_numbers
from gridcalc.powerflow.days_sweep import (
    ALL,
    FIRST,
    GUESS,
    INNER,
    clear_steps,
    judge,
    settle,
    start_flat,
    sweep,
)
from gridcalc.powerflow.days_tree import DaysTree

FIRST_INNER = 2
"""Sweeps over inner nodes after the leaves drew their first currents; later rounds need one."""


class Limits(NamedTuple):
    """When a lane is solved or given up, and what the capacitors aim at."""

    tolerance_pu: float
    max_rounds: int
    tan_target: float


def run_days(
    tree: DaysTree, rows: Rows, network: Network, limits: Limits, *, n_slots: int
) -> Extremes:
    """Return the extremes of every day."""
    n_trafos = len(tree.lv_row)
    out = no_extremes(
        n_days=rows.shaped_p_kw.shape[1],
        n_slots=n_slots,
        n_nodes=network.n_nodes,
        n_cables=len(network.cables.ids),
        n_trafos=n_trafos,
        n_sources=len(network.sources.ids),
    )
    tile = aligned(len(tree.place) * BLOCK, np.float32)
    leaves = aligned(len(tree.leaf_place) * LEAF_BLOCK, np.float32)
    lane = aligned(n_lane_numbers(n_trafos), np.float32)
    _run(tile, tile, leaves, lane, tree, rows, limits, out)
    return out


def stamp() -> int:
    """Return a number that changes with the text of the compiled modules."""
    here = Path(__file__).parent
    files = [here / "vector_extremes.py", *sorted(here.glob("days_*.py"))]
    texts = [file.read_bytes() for file in files]
    return zlib.crc32(b"".join(texts))


def _compiled(text_stamp: int) -> Callable[..., int]:
    """Return the loop over tiles; numba compiles it anew when the stamp changes.

    Its cache on disk looks at the file of a function only, not at what the function calls, but
    a number the function refers to belongs to the key.
    """

    @njit(nogil=True, error_model="numpy", cache=True)  # type: ignore[untyped-decorator]
    def run(  # noqa: PLR0913, PLR0917  numba unpacks records of the innermost loops badly
        w: Floats32,
        up: Floats32,
        u: Floats32,
        lane: Floats32,
        tree: DaysTree,
        rows: Rows,
        limits: Limits,
        out: Extremes,
    ) -> int:
        """Solve tile by tile; a tile starts from the voltages of the same hours the day before."""
        _ = text_stamp
        n_days, n_slots = out.solved.shape
        start_flat(w, u, lane)
        n_rounds = 0
        for first in range(0, n_slots, LANES):
            for day in range(n_days):
                expand(w, u, lane, tree, rows, day, first)
                keep_loads(lane, len(tree.lv_row), out.p_load_kw, day, first)
                compensate(w, u, lane, tree, limits.tan_target)
                sweep(w, up, u, lane, tree, rows.draws, GUESS)
                sweep(w, up, u, lane, tree, rows.draws, INNER)
                clear_steps(lane)
                for count in range(limits.max_rounds):
                    sweep(w, up, u, lane, tree, rows.draws, FIRST if count == 0 else ALL)
                    for _ in range(FIRST_INNER if count == 0 else 1):
                        sweep(w, up, u, lane, tree, rows.draws, INNER)
                    n_rounds += 1
                    if judge(w, u, lane, limits.tolerance_pu) == 0:
                        break
                if settle(w, u, lane, first, n_slots, out.solved[day]):
                    keep_extremes(w, up, u, lane, tree, out, day, first)
        return n_rounds

    return cast("Callable[..., int]", run)


_run = _compiled(stamp())
