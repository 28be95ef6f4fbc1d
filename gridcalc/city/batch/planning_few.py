"""Limits that none of the works of a quick plan can mend, and those that works may break."""

import numpy as np

from gridcalc.catalogue import Catalogue
from gridcalc.checks.mv import OPEN_CAPACITY, mv_line_capacity, mv_spare_bays
from gridcalc.checks.siting import siting_floor, siting_generator_interface
from gridcalc.checks.supply import SUPPLY_MODE, public_lines
from gridcalc.city.batch.few import few_findings, no_facts, site_of
from gridcalc.city.batch.field import Field
from gridcalc.city.batch.planning_judging import Judged
from gridcalc.demand.groups import KINDS
from gridcalc.demand.scenario import TODAY, parse_scenario

_FOR_GOOD = frozenset({OPEN_CAPACITY, SUPPLY_MODE})


def broken_for_good(now: Judged, catalogue: Catalogue) -> dict[int, str]:
    """Return what compounds break that no works mend, as check and element."""
    found: dict[int, str] = {}
    for family in now.families:
        if family.check not in _FOR_GOOD:
            continue
        one = family.value.shape[1] == 1
        fails = (family.fails if one else family.fails[:, now.asked]).any(axis=1)
        for k in np.flatnonzero(fails).tolist():
            found.setdefault(int(family.compound[k]), f"{family.check} {family.element(k)}")
    for row in few_findings(now.field, catalogue, now.loads.wanted, now.loads.states):
        counts = row.state is None or row.state in now.asked
        if row.finding.status == "fail" and counts:
            found.setdefault(row.compound, f"{row.finding.check} {row.finding.element}")
    return found


def broken_by_units(field: Field, i: int, catalogue: Catalogue) -> str:
    """Return what larger and new units of one compound break, as check and element.

    Parameters
    ----------
    field
        One whose ``parts`` are those with the works.
    i
        The compound.
    catalogue
        The equipment.
    """
    part = field.parts[i]
    first = field.first_node[i]
    own = field.forest.source_of_node[first + part.network.transformers.hv_node]
    site = site_of(part, field, catalogue, own - field.first_source[i])
    facts = no_facts(site, parse_scenario(TODAY), np.zeros(len(KINDS), dtype=np.int64))
    checks = (
        mv_spare_bays,
        mv_line_capacity,
        public_lines,
        siting_floor,
        siting_generator_interface,
    )
    for check in checks:
        for row in check(facts):
            if row.status == "fail":
                return f"{row.check} {row.element}"
    return ""
