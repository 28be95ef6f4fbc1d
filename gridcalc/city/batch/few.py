"""Checks that look at few things of a compound: shares, bays, siting, meters, routes."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from gridcalc.catalogue import Catalogue
from gridcalc.checks.charging import (
    charging_ebike_share,
    charging_orderly,
    charging_private_share,
    charging_public_pairs,
)
from gridcalc.checks.facts import Facts, Site
from gridcalc.checks.finding import Finding
from gridcalc.checks.mv import mv_line_capacity, mv_spare_bays
from gridcalc.checks.route import route_permit
from gridcalc.checks.run import Check
from gridcalc.checks.siting import metering, siting_floor, siting_generator_interface
from gridcalc.checks.supply import public_lines
from gridcalc.city.batch.field import Field
from gridcalc.city.batch.parts import Part
from gridcalc.demand.groups import KINDS, LoadGroup
from gridcalc.demand.scenario import Scenario
from gridcalc.network.arrays import Floats, Ints
from gridcalc.policy import PolicyPack
from gridcalc.powerflow.short_circuit import ShortCircuit

_FIXED: tuple[Check, ...] = (
    mv_spare_bays,
    mv_line_capacity,
    public_lines,
    siting_floor,
    siting_generator_interface,
    metering,
    route_permit,
)
_SHARES: tuple[tuple[Check, tuple[str, ...], Callable[[Scenario], float | None]], ...] = (
    (charging_private_share, ("private_charger",), lambda row: row.ev_share),
    (charging_ebike_share, ("ebike_socket",), lambda row: row.ebike_share),
    (charging_public_pairs, ("public_charger",), lambda row: row.ev_share),
    (charging_orderly, ("private_charger", "public_charger"), lambda _: None),
)
"""Checks with the kinds of units and the share of the scenario that they look at."""
_NO_UNITS = LoadGroup(
    kind="household",
    node="",
    p_unit_kw=0.0,
    power_factor=1.0,
    total=(0, 0, 0),
    today=0,
    start=0,
    balanced=False,
)
_ONE_OF_EACH = tuple(replace(_NO_UNITS, kind=kind) for kind in KINDS)
_NO_FAULTS = ShortCircuit(
    ik3_max_ka=np.zeros(0), ip_max_ka=np.zeros(0), ik3_min_ka=np.zeros(0), ik1_min_ka=np.zeros(0)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FewFinding:
    """A finding of one compound in one state; ``state`` is ``None`` where all are alike."""

    compound: int
    state: int | None
    finding: Finding


def few_findings(
    field: Field, catalogue: Catalogue, scenarios: Sequence[Scenario], states: Sequence[Ints]
) -> Iterator[FewFinding]:
    """Yield the findings that have a limit.

    Parameters
    ----------
    field, catalogue
        The compounds and the equipment they name.
    scenarios, states
        What is asked, and the units of each load group.
    """
    kind, compound = field.groups.table.kind, field.groups.compound
    n_kinds = len(KINDS)
    counts = [
        np.bincount(
            compound * n_kinds + kind, weights=n_units, minlength=len(field.parts) * n_kinds
        ).reshape(-1, n_kinds)
        for n_units in states
    ]
    source_of_node = field.forest.source_of_node
    for i, part in enumerate(field.parts):
        first = field.first_node[i]
        own = source_of_node[first + part.network.transformers.hv_node] - field.first_source[i]
        site = _site(part, field.policies[field.pack[i]], catalogue, own)
        facts = no_facts(site, scenarios[0], counts[0][i])
        for check in _FIXED:
            for finding in _limited(check, facts):
                yield FewFinding(compound=i, state=None, finding=finding)
        for k, finding in _shares(facts, scenarios, [row[i] for row in counts]):
            yield FewFinding(compound=i, state=k, finding=finding)


def _shares(
    facts: Facts, scenarios: Sequence[Scenario], counts: Sequence[Floats]
) -> Iterator[tuple[int, Finding]]:
    """Yield the findings of each scenario; those with the same units and share are found once."""
    known: dict[tuple[object, ...], tuple[Finding, ...]] = {}
    for k, (scenario, units) in enumerate(zip(scenarios, counts, strict=True)):
        n_units = units.astype(int).tolist()
        for check, kinds, share in _SHARES:
            own = [n_units[KINDS.index(kind)] for kind in kinds]
            key = (check, share(scenario), *own)
            if key not in known:
                seen = replace(facts, scenario=scenario, units=tuple(n_units))
                known[key] = tuple(_limited(check, seen))
            for finding in known[key]:
                yield k, finding


def _limited(check: Check, facts: Facts) -> Iterator[Finding]:
    for finding in check(facts):
        if finding.limit is not None and finding.status in {"pass", "fail"}:
            yield finding


def site_of(part: Part, field: Field, catalogue: Catalogue, source_of_trafo: Ints) -> Site:
    """Return the site of a compound of a field under one pack."""
    return _site(part, field.policy, catalogue, source_of_trafo)


def _site(part: Part, policy: PolicyPack, catalogue: Catalogue, source_of_trafo: Ints) -> Site:
    """Return the site of a compound with one load group for each kind."""
    network = part.network
    hv = [network.node_ids[node] for node in network.transformers.hv_node]
    return Site(
        compound=part.compound,
        policy=policy,
        catalogue=catalogue,
        network=network,
        topology=part.topology,
        groups=_ONE_OF_EACH,
        short_circuit=_NO_FAULTS,
        source_of_node={
            node: network.sources.ids[k] for node, k in zip(hv, source_of_trafo, strict=True)
        },
        engine="",
        vm_max_low_load_pu={},
    )


def no_facts(site: Site, scenario: Scenario, counts: Ints) -> Facts:
    """Return facts without results, for checks that look at what is connected only."""
    return Facts(
        site=site,
        scenario=scenario,
        charging="uncontrolled",
        units=tuple(counts.astype(int)),
        transformers=(),
        branches=(),
        nodes=(),
        mv=None,
        grade12_kva={},
        s_today_kva={},
        failed_levels=(),
    )
