"""What a study found: its runs, what decides, and the verdict."""

from collections.abc import Sequence
from dataclasses import dataclass

from gridcalc.checks.facts import DayFacts
from gridcalc.checks.finding import Finding
from gridcalc.demand.scenario import Scenario
from gridcalc.hosting import Sensitivity
from gridcalc.powerflow.elements import BranchResult, MvResult, NodeResult, TransformerResult
from gridcalc.provenance import Assumption
from gridcalc.verdict import Verdict

REACHED_BY_LOAD = frozenset(
    {
        "transformer.loading",
        "transformer.n_minus_1",
        "cable.loading",
        "protection.overload",
        "voltage.deviation",
        "voltage.unbalance",
        "mv.open_capacity",
        "mv.ring_n_minus_1",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """The finding that decides, and the scenario it was found in."""

    scenario: str
    finding: Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """The results of one scenario by one method; ``days`` is ``None`` for the factor method."""

    scenario: str
    charging: str
    method: str
    season: str
    passed: bool
    n_private_chargers: int
    n_public_chargers: int
    n_ebike_sockets: int
    transformers: tuple[TransformerResult, ...]
    branches: tuple[BranchResult, ...]
    nodes: tuple[NodeResult, ...]
    mv: MvResult | None
    findings: tuple[Finding, ...]
    days: DayFacts | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """What is known about one compound.

    ``governing_method`` is the method the verdict rests on. The verdict is ``upgrade`` when
    limits are broken: works are needed, and which ones is not searched here.
    ``sensitivity`` is ``None`` without private bays.
    """

    compound_id: str
    compound_name: str
    policy: str
    seed: int
    engine: str
    governing_method: str
    verdict: Verdict
    binding: Binding | None
    sensitivity: Sensitivity | None
    runs: tuple[Run, ...]
    assumptions: tuple[Assumption, ...]

    @property
    def governing_runs(self) -> tuple[Run, ...]:
        """The runs the verdict rests on: of the governing method, without orderly control."""
        return governing_runs(self.runs, self.governing_method)


def governing_runs(runs: Sequence[Run], method: str) -> tuple[Run, ...]:
    """Return the runs a verdict rests on: of one method, cars not under control.

    Where nothing but orderly charging was asked for, these runs decide.
    """
    mine = [run for run in runs if run.method == method]
    alone = [run for run in mine if run.charging != "managed"]
    return tuple(alone or mine)


def verdict(runs: Sequence[Run], method: str, scenarios: Sequence[Scenario]) -> Verdict:
    """Return the verdict; orderly charging helps only scenarios that add chargers to control."""
    governing = governing_runs(runs, method)
    controlled = [run for run in runs if run.charging == "managed" and run.n_private_chargers]
    if all(run.passed for run in governing):
        rests_on_control = all(run.charging == "managed" for run in governing) and controlled
        return "ready_managed" if rests_on_control else "ready"
    adds_chargers = {row.name for row in scenarios if row.ev_share is not None}
    managed = [run for run in controlled if run.scenario in adds_chargers]
    helped = {run.scenario for run in managed}
    others = [run for run in governing if run.scenario not in helped]
    if managed and all(run.passed for run in [*others, *managed]):
        return "ready_managed"
    return "upgrade"


def binding_of(runs: Sequence[Run]) -> Binding | None:
    """Return the worst violation that chargers add, else the worst old one, else the tightest.

    A state without a solution decides before all of them: nothing else is known there.
    Where all limits hold, only limits that load can reach are compared: a share of 100 % that is
    met is no lack of margin.
    """
    rows = [(run.scenario, f) for run in reversed(runs) for f in run.findings]
    rows = [row for row in rows if row[1].limit is not None]
    failed = [row for row in rows if row[1].status == "fail"]
    near = [row for row in rows if row[1].check in REACHED_BY_LOAD and row[1].level]
    first = min(failed or near, key=lambda row: _severity(row[1]), default=None)
    return Binding(scenario=first[0], finding=first[1]) if first else None


def _severity(finding: Finding) -> tuple[bool, bool, float, str, str]:
    """Order by what has no solution, what is added, then how far it goes, then name."""
    is_old = not finding.is_added
    return not finding.is_unsolved, is_old, -finding.rank, finding.check, finding.element
