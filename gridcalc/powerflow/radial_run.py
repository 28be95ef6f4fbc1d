"""Load states one after the other through the compiled sweep, tile by tile."""

import zlib
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, cast

import numpy as np
from numba import njit
from numpy.typing import NDArray

from gridcalc.network.arrays import Bools, Floats, Ints
from gridcalc.network.day_loads import DayLoads, Floats32
from gridcalc.powerflow.aligned import aligned
from gridcalc.powerflow.radial_kernel import (
    clear_steps,
    compensate,
    expand,
    judge,
    keep_voltages,
    settle,
    start_flat,
    sweep,
)
from gridcalc.powerflow.radial_rows import BLOCK, LANES, S0, n_lane_numbers
from gridcalc.powerflow.radial_tree import NODE, Tree


class Rows(NamedTuple):
    """The loads of a block of days as the kernel wants them; ``at`` is a place in a tile."""

    curves: Floats
    shaped_at: Ints
    shaped_curve: Ints
    shaped_p_kw: Floats
    shaped_tan_phi: Floats
    free_at: Ints
    free_p_kw: Floats32
    free_tan_phi: Floats
    free_bits: NDArray[np.int32]


class Limits(NamedTuple):
    """When a lane is solved or given up, and what the capacitors aim at."""

    tolerance_pu: float
    max_sweeps: int
    tan_target: float


def rows_of(tree: Tree, loads: DayLoads) -> Rows:
    """Return the loads with the places of their nodes in a tile."""
    node_of_row = tree.place[:, NODE]
    row_of_node = np.argsort(node_of_row)

    def at(node: Ints, phase: Ints) -> Ints:
        return np.asarray(row_of_node[node] * BLOCK + int(S0) + 2 * LANES * phase, dtype=np.int64)

    free_p_kw = np.ascontiguousarray(loads.free_p_kw, dtype=np.float32)
    return Rows(
        curves=np.ascontiguousarray(loads.curves, dtype=np.float64),
        shaped_at=at(loads.shaped_node, loads.shaped_phase),
        shaped_curve=np.ascontiguousarray(loads.shaped_curve, dtype=np.int64),
        shaped_p_kw=np.ascontiguousarray(loads.shaped_p_kw, dtype=np.float64),
        shaped_tan_phi=np.ascontiguousarray(loads.shaped_tan_phi, dtype=np.float64),
        free_at=at(loads.free_node, loads.free_phase),
        free_p_kw=free_p_kw,
        free_tan_phi=np.ascontiguousarray(loads.free_tan_phi, dtype=np.float64),
        free_bits=free_p_kw.view(np.int32),
    )


def run_slots(
    tree: Tree, flat: Floats, rows: Rows, source_vm_pu: Floats, limits: Limits
) -> tuple[Floats, Bools]:
    """Return the voltages of every slot, and which slots have a solution.

    Voltages are real and imaginary parts by phase, shape (n_days, n_slots, n_nodes, 6).
    """
    n_days, n_slots = rows.shaped_p_kw.shape[1], rows.curves.shape[1]
    n_nodes, n_trafos = len(tree.place), len(tree.lv_row)
    volts = np.zeros((n_days, n_slots, n_nodes, 6))
    solved = np.zeros((n_days, n_slots), dtype=np.bool_)
    tile, lane = aligned(n_nodes * BLOCK), aligned(n_lane_numbers(n_trafos))
    _run(tile, tile, lane, tree, flat, rows, source_vm_pu, limits, volts, solved)
    return volts, solved


def stamp() -> int:
    """Return a number that changes with the text of the compiled modules."""
    here = Path(__file__).parent
    files = [here / "vector_extremes.py", *sorted(here.glob("radial_*.py"))]
    texts = [file.read_bytes() for file in files]
    return zlib.crc32(b"".join(texts))


def _compiled(text_stamp: int) -> Callable[..., int]:
    """Return the loop over tiles; numba compiles it anew when the stamp changes.

    Its cache on disk looks at the file of a function only, not at what the function calls, but
    a number the function refers to belongs to the key.
    """

    @njit(nogil=True, error_model="numpy", cache=True)  # type: ignore[untyped-decorator]
    def run(  # noqa: PLR0913, PLR0917  numba unpacks records of the innermost loops badly
        w: Floats,
        up: Floats,
        lane: Floats,
        tree: Tree,
        flat: Floats,
        rows: Rows,
        source_vm_pu: Floats,
        limits: Limits,
        volts: Floats,
        solved: Bools,
    ) -> int:
        """Solve tile by tile; a tile starts from the voltages of the same hours the day before."""
        _ = text_stamp
        place, value = tree.place, tree.value
        lv_row, compensation_kvar = tree.lv_row, tree.compensation_kvar
        n_days, n_slots = solved.shape
        start_flat(w, lane, flat)
        sweeps = 0
        for first in range(0, n_slots, LANES):
            for day in range(n_days):
                expand(w, lane, place, rows, day, first)
                compensate(w, lane, lv_row, compensation_kvar, flat, limits.tan_target)
                clear_steps(lane)
                for count in range(limits.max_sweeps + 1):
                    sweep(w, up, lane, place, value, source_vm_pu, count == 0)
                    if count > 0:
                        sweeps += 1
                        if judge(w, lane, flat, limits.tolerance_pu) == 0:
                            break
                settle(w, lane, flat, first, n_slots, solved[day])
                keep_voltages(w, place, solved, volts, day, first)
        return sweeps

    return cast("Callable[..., int]", run)


_run = _compiled(stamp())
