"""The search against every plan where chargers on one phase lift the other two too high at peak.

The truth is found as in ``test_upgrade_brute_force``: every plan, the cheapest first.
"""

import numpy as np
import pytest

from gridcalc.checks.voltage import HIGHEST_AT_PEAK
from gridcalc.compound.defaults import resolve_defaults
from gridcalc.compound.reader import parse_compound
from gridcalc.policy import load_policy
from gridcalc.upgrade.search.building import build_space
from gridcalc.upgrade.search.judge import Criteria
from gridcalc.upgrade.search.loop import judged, search
from gridcalc.upgrade.search.pricing import Costs
from gridcalc.upgrade.search.space import Space
from tests.validation.test_upgrade_brute_force import EXACT, YUAN, cheapest_of_all, total
from tests.validation.upgrade_compounds import catalogue, criteria_of, price_book, shrunk

SEEDS = (0, 1, 2, 3, 4, 5)
"""Choices of the places that plans may change."""
ONE_PHASE = """\
gridcalc: 1
id: one
name: one
policy: national
build: {kind: existing, year: 2015}
one_household_one_meter: true
sources:
  - {id: SRC1, kind: rmu_bay, line: L1, i_sc_max_ka: 10, i_sc_min_ka: 6, vm_peak_pu: 1.0155,
     vm_low_load_pu: 1.0155, open_capacity_kva: 2000}
mv_cables:
  - {id: MC1, from: SRC1, to: PD1, type: YJV22-8.7/15-3x120, length_m: 200}
substations:
  - id: PD1
    kind: prefabricated
    floor: 1
    generator_interface: true
    transformers: [{id: T1, type: S20-630}]
lv_nodes:
  - {id: B1, kind: branch_box}
  - {id: M1, kind: meter_box}
  - {id: C1, kind: charger_box}
lv_cables:
  - {id: F1, from: T1.LV, to: B1, type: YJV22-0.6/1-4x240, length_m: 120}
  - {id: F1-M, from: B1, to: M1, type: YJV22-0.6/1-4x120, length_m: 30}
  - {id: F1-C, from: B1, to: C1, type: YJV22-0.6/1-4x120, length_m: 30}
households: [{node: M1, count: 6, area_m2: 100}]
private_bays: [{node: C1, count: 8, reserved_share: 1, phases: [8, 0, 0]}]
"""


def case_of(seed: int) -> tuple[Space, Criteria]:
    policy = load_policy("national")
    as_read = parse_compound(ONE_PHASE, file="one.yaml", catalogue=catalogue())
    space = build_space(
        resolve_defaults(as_read, policy).compound,
        catalogue=catalogue(),
        policy=policy,
        prices=price_book(),
        max_parallel=2,
    )
    criteria = criteria_of(policy)
    broken = judged(space, criteria, {}, ignored={})
    assert {row.finding.quantity for row in broken} == {HIGHEST_AT_PEAK}
    return shrunk(space, np.random.default_rng(seed), broken), criteria


@pytest.mark.parametrize("seed", SEEDS)
def test_the_cheapest_plan_is_found_and_no_cut_forbids_it(seed: int) -> None:
    space, criteria = case_of(seed)

    found = search(space, criteria, Costs(space=space), effort=EXACT)

    ignored = {row.finding.key: row.finding.utilisation for row in found.open}
    truth = cheapest_of_all(space, criteria, ignored)
    assert (found.selection is None) == (truth.selection is None)
    if truth.selection is None:
        return
    assert found.cost_yuan == pytest.approx(truth.cost_yuan, abs=YUAN)
    cuts = [cut for cut in found.known.cuts if cut.reason.finding.quantity == HIGHEST_AT_PEAK]
    assert cuts
    assert all(total(cut, truth.selection) >= cut.at_least for cut in cuts)
