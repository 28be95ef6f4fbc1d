"""The runs of a compound, each the worst of its seasons."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import isfinite

from gridcalc.city.records import RunResult

RunKey = tuple[str, str]
"""Scenario and charging mode."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorstRun:
    """What a run comes to in its worst season, each value by itself; ``None`` where none has one.

    Attributes
    ----------
    passed
        Whether all limits hold in every season.
    loading_percent, phase_loading_percent, cable_loading_percent
        Of the transformer, of its worst phase, of the cable. [%]
    vm_min_pu
        Lowest voltage. [pu]
    """

    passed: bool
    loading_percent: float | None
    phase_loading_percent: float | None
    cable_loading_percent: float | None
    vm_min_pu: float | None


def worst_runs(runs: Sequence[RunResult]) -> dict[RunKey, WorstRun]:
    """Return the worst of the seasons of each run, in the order of the runs."""
    groups: dict[RunKey, list[RunResult]] = {}
    for run in runs:
        groups.setdefault((run.scenario, run.charging), []).append(run)
    return {
        key: WorstRun(
            passed=all(run.passed for run in group),
            loading_percent=_highest(run.loading_percent for run in group),
            phase_loading_percent=_highest(run.phase_loading_percent for run in group),
            cable_loading_percent=_highest(run.cable_loading_percent for run in group),
            vm_min_pu=min(_finite(run.vm_min_pu for run in group), default=None),
        )
        for key, group in groups.items()
    }


def _highest(values: Iterable[float | None]) -> float | None:
    return max(_finite(values), default=None)


def _finite(values: Iterable[float | None]) -> list[float]:
    return [value for value in values if value is not None and isfinite(value)]
