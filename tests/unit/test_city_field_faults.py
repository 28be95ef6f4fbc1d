"""Fault levels of compounds side by side whose packs have different rules for them."""

from dataclasses import fields, replace

import numpy as np
import pytest

from gridcalc.city.batch.field import field_under
from gridcalc.city.batch.results import ready
from gridcalc.city.records import CityRow
from gridcalc.powerflow.short_circuit import ShortCircuit
from tests.unit.test_city_batch import ASKED

LARGER = 1.2
RTOL = 1e-12  # one product more


def with_larger_faults(policy):
    """Return a pack whose voltage factor for the smallest LV fault is larger than the usual one."""
    name = "short_circuit.c_min_lv"
    rule = policy.rule(name)
    changed = replace(rule, value=LARGER * policy.number(name))
    return replace(policy, rules={**policy.rules, name: changed})


@pytest.fixture(scope="module")
def members():
    rows = [
        CityRow(row=k, id=f"F{k}", name="f", template=name, n_households=n)
        for k, (name, n) in enumerate((("walk-up", 60), ("high-rise", 200), ("walk-up", 90)))
    ]
    return [ready(row, ASKED) for row in rows]


def test_every_compound_has_the_fault_levels_of_its_own_pack(members):
    usual = members[0].policy
    other = with_larger_faults(usual)
    policies = [other, usual, other]
    parts = [member.part for member in members]

    found = field_under(parts, policies)

    for k, (part, policy) in enumerate(zip(parts, policies, strict=True)):
        own = slice(found.first_node[k], found.first_node[k + 1])
        alone = field_under([part], [policy]).short_circuit
        for one in fields(ShortCircuit):
            column = getattr(found.short_circuit, one.name)[own]
            expected = getattr(alone, one.name)
            assert np.array_equal(column, expected, equal_nan=True), (k, one.name)


def test_the_smallest_lv_fault_follows_the_voltage_factor(members):
    # Ik1 = c U0 / Z, and Z does not know the smallest c
    usual = members[0].policy
    parts = [members[0].part, members[0].part]

    found = field_under(parts, [usual, with_larger_faults(usual)])

    ik1_ka = found.short_circuit.ik1_min_ka.reshape(2, -1)
    ik3_ka = found.short_circuit.ik3_max_ka.reshape(2, -1)
    is_lv = found.forest.network.vn_kv.reshape(2, -1)[0] < 1
    assert is_lv.any()
    assert ik1_ka[1, is_lv] == pytest.approx(LARGER * ik1_ka[0, is_lv], rel=RTOL)
    assert ik3_ka[1].tolist() == ik3_ka[0].tolist()
