"""The factor method on bare arrays: totals, the critical phase, and what the others carry.

The factor tables of this module are invented for easy sums: a group of n units counts as D(n)
units, D = 0, 1, 1.8, 2.4, 2.8, 3.0, 3.0 … in total and on a phase, with 1.1 on a phase.
"""

import numpy as np
import pytest

from gridcalc.demand.factor import Diversity, GroupTable, demand_kw
from gridcalc.demand.groups import KINDS

COUNTS = np.array([0.0, 1.0, 1.8, 2.4, 2.8, *[3.0] * 20])
SINGLE = tuple(kind for kind in KINDS if kind != "public_load")


@pytest.fixture
def demand():
    """Return the demand of rows ``(kind, kW, units per phase, balanced)`` that form one set."""

    def of(*rows, tie=0, member=None, phase_factor=1.1):
        table = GroupTable(
            kind=np.array([KINDS.index(row[0]) for row in rows]),
            p_unit_kw=np.array([float(row[1]) for row in rows]),
            tan_phi=np.zeros(len(rows)),
            demand_factor=np.full(len(rows), 0.8),
            balanced=np.array([len(row) > 3 for row in rows]),
        )
        diversity = Diversity(
            total=dict.fromkeys(SINGLE, COUNTS),
            phase=dict.fromkeys(SINGLE, COUNTS),
            phase_factor=dict.fromkeys(SINGLE, phase_factor),
        )
        units = np.array([row[2] for row in rows], dtype=float)
        sets = np.zeros(len(rows), dtype=np.int64) if member is None else np.array(member)
        ties = np.full(sets.max() + 1, tie)
        p_kw, critical = demand_kw(table, units, sets, diversity, ties)
        return p_kw, critical

    return of


def test_the_total_is_that_of_the_factor_for_all_units(demand):
    p_kw, _ = demand(("private_charger", 10, (2, 2, 2)))

    # D(6) = 3.0 of 6 units: 30 kW in all
    assert p_kw.sum() == pytest.approx(30)


def test_the_critical_phase_carries_what_the_count_on_that_phase_gives(demand):
    p_kw, critical = demand(("private_charger", 10, (3, 2, 1)))

    # phase a: 1.1 · D(3) = 2.64 units; the rest of D(6) = 3.0, that is 0.36, goes 2 : 1
    assert critical.tolist() == [0]
    assert p_kw[0] == pytest.approx([26.4, 2.4, 1.2])


def test_the_factor_on_a_phase_is_never_above_one(demand):
    p_kw, _ = demand(("private_charger", 10, (1, 1, 0)))

    # 1.1 · D(1) would be 1.1 units; one charger draws at most its power; D(2) = 1.8
    assert p_kw[0] == pytest.approx([10, 8, 0])


def test_a_phase_never_counts_less_than_its_share_of_the_total(demand):
    p_kw, _ = demand(("private_charger", 10, (2, 2, 2)), phase_factor=0.5)

    # 0.5 · D(2) = 0.9 units, but a third of D(6) is 1.0
    assert p_kw[0] == pytest.approx([10, 10, 10])


def test_a_phase_with_all_units_may_exceed_the_total_of_the_group(demand):
    p_kw, _ = demand(("private_charger", 10, (6, 0, 0)))

    # 1.1 · D(6) = 3.3 units on the phase, nothing left for the others
    assert p_kw[0] == pytest.approx([33, 0, 0])


def test_the_critical_phase_is_that_of_all_kinds_together(demand):
    p_kw, critical = demand(
        ("private_charger", 10, (3, 1, 1)), ("household", 20, (1, 3, 1)), phase_factor=1.0
    )

    # chargers: a D(3) = 24, b 10, c 10; flats: a 20, b 20 · 2.4 = 48, c 20 → b with 58 kW.
    # D(5) = 3: chargers 30 in all, 10 on b, 20 left in the ratio 3 : 1; flats 60, 48 on b
    assert critical.tolist() == [1]
    assert p_kw[0] == pytest.approx([15, 10, 5])
    assert p_kw[1] == pytest.approx([6, 48, 6])


def test_rows_of_one_kind_and_place_count_together_and_share_by_power(demand):
    p_kw, _ = demand(
        ("private_charger", 10, (2, 2, 2)), ("private_charger", 20, (0, 0, 0)), phase_factor=1.0
    )
    both, _ = demand(
        ("private_charger", 10, (1, 1, 1)), ("private_charger", 20, (1, 1, 1)), phase_factor=1.0
    )

    # equal chargers: D(6) · 10; unequal ones, the large ones first: 20 · D(3) + 10 · (D(6) - D(3));
    # phase a: 20 · D(1) + 10 · (D(2) - D(1)) = 28, shared 1 : 2
    assert p_kw.sum() == pytest.approx(30)
    assert both.sum() == pytest.approx(54)
    assert both[:, 0] == pytest.approx([28 / 3, 56 / 3])


def test_units_of_other_sets_do_not_count(demand):
    rows = [("private_charger", 10, (1, 1, 1)), ("private_charger", 10, (1, 1, 1))]

    apart, _ = demand(*rows, member=[0, 1])

    assert apart.sum(axis=1) == pytest.approx([24, 24])  # D(3) each, not D(6)


@pytest.mark.parametrize(
    ("units", "tie", "critical"),
    [
        ((2, 1, 1), 2, 0),
        ((2, 2, 1), 2, 0),  # a leads b
        ((1, 2, 2), 0, 1),  # b leads c
        ((2, 1, 2), 1, 2),  # c leads a
        ((2, 2, 2), 0, 0),  # all equal: the tie decides
        ((2, 2, 2), 2, 2),
    ],
)
def test_of_two_equal_phases_the_leading_one_is_critical(demand, units, tie, critical):
    _, found = demand(("private_charger", 10, units), tie=tie)

    assert found.tolist() == [critical]


def test_three_phase_units_load_the_phases_equally_and_count_with_the_others(demand):
    p_kw, _ = demand(
        ("private_charger", 10, (1, 1, 1), "balanced"), ("private_charger", 10, (2, 1, 0))
    )

    # three-phase units by their own count: 10 · D(3) = 24 kW, 8 on each phase. Phase a together:
    # 11 · D(2) + 10 / 3 · (D(5) - D(2)) = 23.8, of which 15.8 are single-phase; all chargers
    # 10 · D(6) = 30 is less than 24 + 15.8, so nothing is left for the other phases
    assert p_kw[0] == pytest.approx([8, 8, 8])
    assert p_kw[1] == pytest.approx([15.8, 0, 0])


def test_a_common_load_has_its_own_factor_and_no_diversity(demand):
    p_kw, critical = demand(("public_load", 30, (1 / 3, 1 / 3, 1 / 3), "balanced"), tie=1)

    assert p_kw[0] == pytest.approx([8, 8, 8])  # 30 kW · 0.8 over three phases
    assert critical.tolist() == [1]


def test_no_units_draw_nothing(demand):
    p_kw, _ = demand(("private_charger", 10, (0, 0, 0)), ("household", 5, (0, 0, 0)))

    assert p_kw.sum() == 0
    assert np.isfinite(p_kw).all()
