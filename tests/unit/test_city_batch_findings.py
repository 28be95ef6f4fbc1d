"""Every limit of every check, held side by side: the findings of each compound by itself.

The other tests compare what leaves a chunk, the deciding limit above all; here each finding of
``checks.run.check`` with a limit has its twin in the families of the batch, and none is missing.
"""

from collections import defaultdict

import numpy as np
import pytest

from gridcalc.checks.case import evaluate, prepare, scenario_units
from gridcalc.checks.run import check
from gridcalc.city.batch.few import few_findings
from gridcalc.city.batch.field import field_of
from gridcalc.city.batch.limits_fixed import fixed_families
from gridcalc.city.batch.limits_load import load_families, source_kva
from gridcalc.city.batch.results import ready
from gridcalc.city.batch.solving import solve, vm_low_load_pu
from gridcalc.city.compounds import catalogue_of, describe
from gridcalc.city.records import CityRow
from gridcalc.compound.defaults import resolve_defaults
from gridcalc.demand.scenario import parse_scenario
from gridcalc.powerflow.engine import solve_state
from tests.cli.conftest import HAMLET
from tests.unit.test_city_batch import ASKED, SMALL, TEMPLATES

PACK = "national"
SCENARIOS = tuple(parse_scenario(name) for name in ("today", "ev-50", "ev-100+ebike-50"))
OWN_NAMES = {"supply.mode", "mv.ring_n_minus_1"}
"""Checks whose quantity names the load or the end that is lost; the batch has one name for all."""
WITH_LIMITS = {
    "cable.loading",
    "cable.short_circuit",
    "charging.ebike_share",
    "charging.private_share",
    "charging.public_pairs",
    "mv.line_capacity",
    "mv.open_capacity",
    "mv.ring_n_minus_1",
    "mv.spare_bays",
    "protection.breaking",
    "protection.disconnection",
    "siting.floor",
    "supply.mode",
    "transformer.loading",
    "transformer.n_minus_1",
    "protection.overload",
    "voltage.deviation",
    "voltage.unbalance",
}
NOT_IN_BATCH = ("protection.overload", "device_setting")
"""What only a study tells: the device before a cable without its own; it never breaks a limit."""
RTOL = 1e-6  # as in ``test_city_batch``


GUARDED = """\
protection:
  - {element: T1, in_a: 250, i_trip_a: 1000}
  - {element: T1-F1, in_a: 200, i_trip_a: 800, clearing_s: 0.02, breaking_ka: 4}
"""
"""Devices that trip faster than a fault is counted, or of which little is known."""
ALONE = """\
protection:
  - {element: T1, in_a: 60, i_trip_a: 600, clearing_s: 0.4, breaking_ka: 50}
"""
"""A main breaker far below its transformer, slower than the packs say, before bare cables."""


OWN_PACK = """\
gridcalc_policy: 1
id: harmonics
title: harmonics
date: "2026-01"
extends: national
rules:
  cable.third_harmonic_percent: {{value: {share}}}
"""


def rows(root, folder):
    facts = {"policy": PACK, "year": 2010}
    sizes = {"resettlement": 200}
    drawn = [
        CityRow(row=k, id=name, name=name, template=name, n_households=sizes.get(name, 60), **facts)
        for k, name in enumerate(TEMPLATES)
    ]
    files = [
        CityRow(row=50 + k, id=name, name=name, file=str(root / name), policy=PACK)
        for k, name in enumerate(SMALL)
    ]
    doubled = HAMLET.replace("length_m: 100}", "length_m: 100, parallel: 2}")
    assert doubled != HAMLET
    (folder / "guarded.yaml").write_text(doubled + GUARDED, encoding="utf-8")
    (folder / "alone.yaml").write_text(HAMLET + ALONE, encoding="utf-8")
    devices = [
        CityRow(row=90 + k, id=name, name=name, file=str(folder / f"{name}.yaml"), policy=PACK)
        for k, name in enumerate(("guarded", "alone"))
    ]
    return [*drawn, *files, *devices]


class SideBySide:
    """Some compounds as a field and each as a case, with the same units in every scenario."""

    def __init__(self, asked):
        self.rows = asked
        members = [ready(row, ASKED) for row in self.rows]
        self.field = field_of([member.part for member in members], members[0].policy)
        self.cases = [self._case(row) for row in self.rows]
        self.units = [[scenario_units(case, s) for case in self.cases] for s in SCENARIOS]

    @staticmethod
    def _case(row):
        described = describe(row, ASKED)
        full = resolve_defaults(described.compound, described.policy).compound
        return prepare(
            full, catalogue=catalogue_of(ASKED), policy=described.policy, solver=solve_state
        )

    def families(self):
        states = [np.concatenate(of_scenario) for of_scenario in self.units]
        solved = solve(self.field, states)
        s_today_kva = source_kva(self.field, solved)[:, 0]
        low_load, _ = vm_low_load_pu(self.field)
        few = few_findings(self.field, catalogue_of(ASKED), SCENARIOS, states)
        of_load = load_families(self.field, solved, states, s_today_kva)
        return [*of_load, *fixed_families(self.field, low_load)], list(few)

    def expected(self, i, k):
        """Return the findings of a compound in a scenario, by check, element and quantity."""
        today = evaluate(
            self.cases[i], SCENARIOS[0], self.units[0][i], solver=solve_state, s_today_kva=None
        )
        facts = evaluate(
            self.cases[i],
            SCENARIOS[k],
            self.units[k][i],
            solver=solve_state,
            s_today_kva=today.mv.s_source_kva if k else None,
        )
        found = defaultdict(list)
        for row in check(facts):
            judged = row.limit is not None and row.status in {"pass", "fail"}
            if judged and (row.check, row.quantity) != NOT_IN_BATCH:
                found[key(row)].append((row.value, row.limit, row.status == "fail"))
        return found


def key(row):
    return row.check, row.element, "" if row.check in OWN_NAMES else row.quantity


def given(families, few, i, k):
    """Return what the batch holds against limits, in the same form."""
    found = defaultdict(list)
    for family in families:
        state = k if family.value.shape[1] > 1 else 0
        limits = np.broadcast_to(family.limit, family.value.shape)[:, state]
        for e in np.flatnonzero(family.compound == i).tolist():
            value, fails = family.value[e, state], bool(family.fails[e, state])
            if not np.isnan(value) or fails:
                quantity = "" if family.check in OWN_NAMES else family.quantity
                where = (family.check, family.element(e), quantity)
                found[where].append((float(value), float(limits[e]), fails))
    for row in few:
        if row.compound == i and row.state in {None, k}:
            finding = row.finding
            found[key(finding)].append((finding.value, finding.limit, finding.status == "fail"))
    return found


@pytest.fixture(scope="module")
def side_by_side(pytestconfig, tmp_path_factory):
    return SideBySide(rows(pytestconfig.rootpath, tmp_path_factory.mktemp("guarded")))


@pytest.fixture(scope="module")
def families(side_by_side):
    return side_by_side.families()


@pytest.mark.parametrize("k", range(len(SCENARIOS)), ids=[row.name for row in SCENARIOS])
def test_no_finding_is_missing_and_none_differs(side_by_side, families, k):
    assert_alike(side_by_side, families, k)


def assert_alike(side_by_side, families, k):
    for i, row in enumerate(side_by_side.rows):
        expected, found = side_by_side.expected(i, k), given(*families, i, k)
        assert set(found) == set(expected), row.id
        for where, values in expected.items():
            pairs = zip(sorted(found[where]), sorted(values), strict=True)
            for (value, limit, fails), (own_value, own_limit, own_fails) in pairs:
                assert fails == own_fails, (row.id, where)
                assert value == pytest.approx(own_value, rel=RTOL, abs=RTOL), (row.id, where)
                assert limit == pytest.approx(own_limit), (row.id, where)


def test_these_compounds_meet_all_checks_that_have_a_limit(side_by_side, families):
    n = range(len(side_by_side.rows))

    found = {where[0] for i in n for where in given(*families, i, len(SCENARIOS) - 1)}

    assert found >= WITH_LIMITS


@pytest.mark.parametrize(
    ("share", "factor"),
    [
        # GB 50054-2011 cl. 3.2.9: what the cable has to carry over the phase current
        (20, 1.185818),  # √(1 + 0.2²) / 0.86, on the phase
        (35, 1.220930),  # 3 · 0.35 / 0.86, on the neutral
    ],
)
def test_third_harmonics_count_as_in_a_study(tmp_path, share, factor):
    (tmp_path / "harmonics.yaml").write_text(OWN_PACK.format(share=share), encoding="utf-8")
    (tmp_path / "hamlet.yaml").write_text(HAMLET, encoding="utf-8")
    facts = {"id": "h", "name": "h", "file": str(tmp_path / "hamlet.yaml")}
    own = SideBySide([CityRow(row=1, policy=str(tmp_path / "harmonics.yaml"), **facts)])
    usual = SideBySide([CityRow(row=1, policy=PACK, **facts)])
    families, k = own.families(), len(SCENARIOS) - 1

    assert_alike(own, families, k)
    found, before = given(*families, 0, k), given(*usual.families(), 0, k)
    where = ("cable.loading", "T1-F1", "")
    # up to 15 %, as in the national pack, nothing is reduced
    assert found[where][0][0] == pytest.approx(before[where][0][0] * factor, rel=1e-6)
    mv = next(name for check, name, _ in found if check == "cable.loading" and "M" in name)
    assert found["cable.loading", mv, ""] == before["cable.loading", mv, ""]
