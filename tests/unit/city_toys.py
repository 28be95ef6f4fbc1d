"""Toy work for city runs: results by arithmetic, and rows that kill the process that has them.

A row whose template is ``kill``, ``exit``, ``raise``, ``memory``, ``slow`` or ``nan`` does so.
"""

import os
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from gridcalc.city.records import (
    BindingResult,
    CityQuestion,
    CityResult,
    CityRow,
    DataGrade,
    MeasureResult,
    PlanResult,
    RunResult,
    Units,
)

QUESTION = CityQuestion(scenarios=("today", "ev-100"))


def rows(n: int, **templates: int) -> tuple[CityRow, ...]:
    """Return n rows; ``kill=3`` makes row number 3 one that kills."""
    behaviour = {at: name for name, at in templates.items()}
    return tuple(
        CityRow(
            row=i + 2,
            id=f"C{i:03d}",
            name=f"小区{i}",
            template=behaviour.get(i, "toy"),
            lon=87.3 + i / 1000,
            lat=44.0,
        )
        for i in range(n)
    )


def toy(rows: Sequence[CityRow], question: CityQuestion) -> tuple[CityResult, ...]:
    return tuple(_result(row, question) for row in rows)


def slow_toy(rows: Sequence[CityRow], question: CityQuestion) -> tuple[CityResult, ...]:
    time.sleep(0.05 * len(rows))
    return toy(rows, question)


def killed_once(rows: Sequence[CityRow], question: CityQuestion) -> tuple[CityResult, ...]:
    """Kill the first process that computes the row named in ``prices``; a file remembers it."""
    marker = Path(str(question.prices))
    if any(row.id == marker.stem for row in rows) and not marker.exists():
        marker.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return toy(rows, question)


def _result(row: CityRow, question: CityQuestion) -> CityResult:
    match row.template:
        case "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        case "exit":
            os._exit(7)
        case "raise":
            raise ZeroDivisionError("nobody thought of it")
        case "memory":
            raise MemoryError
        case "slow":
            time.sleep(60)
        case "broken":
            return CityResult(row=row, status="failed", error="=no such template")
    return ok(row, question, load=float("nan") if row.template == "nan" else row.row / 7)


def ok(row: CityRow, question: CityQuestion, *, load: float) -> CityResult:
    return CityResult(
        row=row,
        status="ok",
        policy="national",
        n_households=row.row * 10,
        transformers=(Units(n=2, sn_kva=800.0),),
        verdict="ready" if row.row % 2 else "upgrade",
        binding=BindingResult(
            scenario="ev-100",
            check="transformer.loading",
            element="T1",
            value=load,
            limit=85.0,
            unit="%",
            utilisation=load / 85,
        ),
        runs=tuple(
            RunResult(
                scenario=scenario,
                charging="uncontrolled",
                season="design",
                passed=load < 85,
                s_peak_kva=load * 8,
                loading_percent=load,
                phase_loading_percent=load * 1.1,
                cable_loading_percent=None,
                vm_min_pu=1 - load / 1000,
            )
            for scenario in question.scenarios
        ),
        n_max_uncontrolled=row.row,
        plan=PlanResult(
            depth="quick",
            cost_yuan=1e5 / 3,
            payers={"utility": 1e5 / 3},
            measures=(
                MeasureResult(
                    kind="x", text="换变压器", quantity=1.0, unit="台", cost_yuan=1e5 / 3
                ),
            ),
            is_verified=True,
        ),
        data=DataGrade(grade="B", given_percent=66.6, missing=("n_ebikes",), could_flip=None),
        day_kw={"ev-100/uncontrolled": tuple(load * i for i in range(96))},
    )


def environment(rows: Sequence[CityRow], question: CityQuestion) -> tuple[CityResult, ...]:
    """Write into standard output, and tell how many threads libraries may use."""
    sys.stdout.write("noise of a solver\n")
    os.write(1, b"noise of a library\n")
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
    said = " ".join(os.environ[name] for name in names)
    return tuple(CityResult(row=row, status="failed", error=said) for row in rows)


def kills_c4(rows: Sequence[CityRow], question: CityQuestion) -> tuple[CityResult, ...]:
    """Kill the process that computes the compound C4."""
    if any(row.id == "C4" for row in rows):
        os.kill(os.getpid(), signal.SIGKILL)
    return toy(rows, question)
