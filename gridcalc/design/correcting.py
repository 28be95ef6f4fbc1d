"""What a study says against a scheme, and with how much more reserve the next one is made."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from gridcalc.checks.finding import Finding
from gridcalc.compound.model import lv_board
from gridcalc.demand.scenario import TODAY
from gridcalc.design.equipping import next_mv_cable
from gridcalc.design.kit import Kit
from gridcalc.design.records import Charging, Lever, Reserve, Scheme
from gridcalc.outcome import Run, Study
from gridcalc.policy import PolicyPack
from gridcalc.question import STOCHASTIC, Question, governing_method
from gridcalc.units import PERCENT

_LEVERS: dict[str, Lever] = {
    "transformer.loading": "load",
    "transformer.n_minus_1": "load",
    "charging.service": "load",
    "cable.loading": "current",
    "voltage.deviation": "drop",
    "voltage.unbalance": "drop",
    "protection.disconnection": "drop",
}
_ON_MV = frozenset({"cable.loading", "cable.short_circuit", "mv.ring_n_minus_1"})
"""Checks that a larger 10 kV cable helps."""
_LOADING = "cable.loading"
_AT_LOW_VOLTAGE = frozenset({"current", "drop"})
_VOLTAGES = frozenset({"voltage.deviation", "voltage.unbalance"})
_LARGEST_STEP = 1.5


def question_for(scenario: str, charging: Charging, policy: PolicyPack) -> Question:
    """Return what a scheme is asked: today and the scenario, by the method that decides."""
    both = Question(scenarios=tuple(dict.fromkeys((TODAY, scenario))))
    method = governing_method(policy, both)
    if charging == "uncontrolled":
        return replace(both, methods=(method,), charging=("uncontrolled", "tou"))
    alone = ("uncontrolled",) if method == STOCHASTIC else ()
    methods = tuple(dict.fromkeys((method, STOCHASTIC)))
    return replace(both, methods=methods, charging=(*alone, "managed"))


def keeps_limits(study: Study, charging: Charging) -> bool:
    """Return whether a scheme does what was asked."""
    accepted = {"ready"} if charging == "uncontrolled" else {"ready", "ready_managed"}
    return study.verdict in accepted


def failures(study: Study, scenario: str, charging: Charging) -> tuple[Finding, ...]:
    """Return the limits that are broken in the runs that decide, the worst of each first."""
    runs: Sequence[Run] = study.governing_runs
    if charging == "managed":
        managed = [run for run in study.runs if run.charging == "managed"]
        controlled = {run.scenario for run in managed if run.scenario == scenario}
        runs = [run for run in runs if run.scenario not in controlled] + managed
    worst: dict[tuple[str, str, str], Finding] = {}
    for run in runs:
        for finding in run.findings:
            if finding.status == "fail":
                known = worst.get(finding.key, finding)
                worst[finding.key] = max(known, finding, key=lambda row: row.rank)
    return tuple(sorted(worst.values(), key=lambda row: (-row.rank, row.key)))


def levers_of(found: Iterable[Finding], scheme: Scheme, kit: Kit) -> dict[Lever, float]:
    """Return what more reserve could help, in a fixed order, and how far its worst limit is broken.

    Nothing helps where a source or a site is in the way, or no larger 10 kV cable exists. [-]
    """
    is_largest = next_mv_cable(kit.layout.mv.cable, kit.catalogue) is None
    worst: dict[Lever, float] = {}
    for row, lever in _with_levers(found, scheme):
        if lever is not None and not (lever == "mv" and is_largest):
            worst[lever] = max(row.utilisation, worst.get(lever, 1.0))
    return {lever: worst[lever] for lever in sorted(worst)}


def _with_levers(found: Iterable[Finding], scheme: Scheme) -> list[tuple[Finding, Lever | None]]:
    """Return each limit with what could help.

    Behind a board that is weak no LV cable helps, and where the 10 kV cable is overloaded nothing
    at low voltage does.
    """
    rows = list(found)
    lv_cables = {row.id for row in scheme.compound.lv_cables}
    levers = [_lever(row, lv_cables) for row in rows]
    if any(
        row.check == _LOADING and lever == "mv" for row, lever in zip(rows, levers, strict=True)
    ):
        levers = ["mv" if lever in _AT_LOW_VOLTAGE else lever for lever in levers]
    boards = {lv_board(unit.id): f"{unit.id}-" for unit in scheme.units}
    weak = {row.element for row in rows if row.check in _VOLTAGES} & set(boards)
    behind = tuple(boards[name] for name in sorted(weak))
    return [
        (row, _lever_of_voltage(row, lever, weak, behind) if row.check in _VOLTAGES else lever)
        for row, lever in zip(rows, levers, strict=True)
    ]


def _lever_of_voltage(
    finding: Finding, lever: Lever | None, weak: Collection[str], behind: tuple[str, ...]
) -> Lever | None:
    """Return what helps a voltage: a board a larger transformer, what is behind it its board."""
    if lever != "drop":
        return lever
    if finding.element in weak:
        return "load"
    return None if finding.element.startswith(behind) else lever


def _lever(finding: Finding, lv_cables: Collection[str]) -> Lever | None:
    if finding.check in _ON_MV and finding.element not in lv_cables:
        return "mv"
    return _LEVERS.get(finding.check)


def weak_places(found: Iterable[Finding], scheme: Scheme, kit: Kit) -> set[str]:
    """Return the places of the feeders in which LV cables break a limit.

    All places where a limit is broken outside of the feeders, say at a board.
    """
    names: set[str] = set()
    for row, lever in _with_levers(found, scheme):
        if lever not in _AT_LOW_VOLTAGE:
            continue
        own = [
            box.place
            for feeder in scheme.feeders
            if f"{row.element}-".startswith(f"{feeder.id}-")
            for box in feeder.boxes
        ]
        names |= {kit.site.places[k].id for k in own or range(len(kit.site.places))}
    return names


def corrected(
    reserve: Reserve,
    levers: Mapping[Lever, float],
    n_pulled: Mapping[Lever, int],
    policy: PolicyPack,
) -> Reserve:
    """Return more reserve where limits are broken.

    The worst violation says how much, at least one step; the step doubles each time that the
    same reserve was raised before and did not suffice.

    Parameters
    ----------
    reserve
        That of the last scheme.
    levers
        What could help, with the worst value over its limit. [-]
    n_pulled
        How often each reserve was raised before.
    policy
        The pack, for the size of a step.
    """
    step = policy.number("design.reserve_step_percent") / PERCENT
    factor = {}
    for lever, worst in levers.items():
        least = 1 + step * 2 ** n_pulled.get(lever, 0)
        factor[lever] = min(max(worst, least), _LARGEST_STEP)
    return Reserve(
        load=reserve.load * factor.get("load", 1.0),
        current=reserve.current * factor.get("current", 1.0),
        drop=reserve.drop * factor.get("drop", 1.0),
        mv=reserve.mv + ("mv" in levers),
    )
