"""What the compiled count rule takes over from another set or state instead of counting it.

Counts are made up: of three units of 1 kW one draws 1 kW, all three together 2 kW. The critical
phase draws what its own unit draws, 1 kW, and the others share the rest, 0.5 kW each.
"""

from typing import NamedTuple

import numpy as np
import pytest

from gridcalc.demand.groups import KINDS
from gridcalc.demand.many_kernel import set_demands
from gridcalc.demand.many_records import Counts, Last, Members, Rows, room

FLAT, BAY, COMMON = (KINDS.index(k) for k in ("household", "private_charger", "public_load"))
N_MOST = 100
MANY = (31.0, 0.0, 0.0)
"""Sets are looked up by what they draw times 64, 2048 places in all: with 31 units, sets whose
kind differs by one meet in one place."""


class Group(NamedTuple):
    """Three units, one on each phase, unless told otherwise."""

    kind: int = FLAT
    p_kw: float = 1.0
    weight: float = 1.0
    tan_phi: float = 0.5
    balanced: bool = False
    units: tuple[float, float, float] = (1.0, 1.0, 1.0)


class Set(NamedTuple):
    """Groups that count together, under a pack; ``tie`` is the phase taken of equal ones."""

    groups: tuple[Group, ...] = (Group(),)
    pack: int = 0
    tie: int = 0


def one_of(**properties):
    return Set(groups=(Group(**properties),))


def counts():
    """Return diversified counts of two packs; the second knows no diversity."""
    number = np.arange(N_MOST + 1.0)
    diverse = np.where(number > 1, (number + 1) / 2, number)
    table = np.repeat(np.stack([diverse, number])[:, None, :], COMMON, axis=1)
    table[:, BAY] *= 0.9
    return Counts(total=table, phase=table, factor=np.ones((2, COMMON)))


def demand_of(sets, last=None):
    """Return what the sets draw; they know ``last`` if it is given."""
    columns = list(zip(*(group for one in sets for group in one.groups), strict=True))
    sizes = [len(one.groups) for one in sets]
    units = np.array(columns[5], dtype=np.float64)
    tie = np.array([one.tie for one in sets], dtype=np.int64)
    nothing = Last(
        units=np.full(units.shape, -1.0),
        tie=tie,
        critical=np.zeros(len(sets), dtype=np.int64),
        p_kw=np.zeros(units.shape),
    )
    critical, p_kw = set_demands(
        Rows(
            kind=np.array(columns[0], dtype=np.int64),
            p_unit_kw=np.array(columns[1], dtype=np.float64),
            weight_kw=np.array(columns[2], dtype=np.float64),
            tan_phi=np.array(columns[3], dtype=np.float64),
            balanced=np.array(columns[4], dtype=np.bool_),
        ),
        units,
        Members(
            order=np.arange(len(units)),
            first=np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
            pack=np.array([one.pack for one in sets], dtype=np.int64),
        ),
        counts(),
        tie,
        room(2),
        last or nothing,
    )
    return Last(units=units, tie=tie, critical=critical, p_kw=p_kw)


def test_of_equal_phases_that_of_the_tie_is_critical():
    found = demand_of([Set(tie=1)])

    assert found.critical.tolist() == [1]
    assert found.p_kw.tolist() == [[0.5, 1.0, 0.5]]


def test_a_set_whose_units_stay_but_whose_tie_moves_is_counted_again():
    before = demand_of([Set(tie=0)])
    assert before.p_kw.tolist() == [[1.0, 0.5, 0.5]]

    after = demand_of([Set(tie=2)], before)

    assert after.critical.tolist() == [2]
    assert after.p_kw.tolist() == [[0.5, 0.5, 1.0]]


def test_a_set_whose_units_change_is_counted_again():
    before = demand_of([one_of(units=(1.0, 0.0, 0.0))])
    assert before.p_kw.tolist() == [[1.0, 0.0, 0.0]]

    assert demand_of([Set()], before).p_kw.tolist() == [[1.0, 0.5, 0.5]]


def test_sets_with_the_same_units_draw_the_same_but_for_their_tie():
    found = demand_of([Set(tie=0), Set(tie=1), Set(tie=0)])

    assert found.p_kw.tolist() == [[1.0, 0.5, 0.5], [0.5, 1.0, 0.5], [1.0, 0.5, 0.5]]


def with_pump(tan_phi):
    """Return a flat on phase a and a pump on phase b, whose power factor decides who leads."""
    pump = Group(kind=COMMON, p_kw=0.9, weight=0.9, tan_phi=tan_phi, units=(0.0, 1.0, 0.0))
    return Set(groups=(Group(units=(1.0, 0.0, 0.0)), pump))


def with_bay_of_4_kw(p_kw):
    """Return spaces of some power beside a space of 4 kW: the larger ones count first.

    Behind another group, sets whose powers differ by 16 meet in one place.
    """
    one = Group(kind=BAY, p_kw=4.0, units=(0.0, 1.0, 0.0))
    return Set(groups=(Group(kind=BAY, p_kw=p_kw, units=MANY), one))


PAIRS = {
    "pack": (Set(), Set(pack=1)),
    "tie": (Set(), Set(tie=1)),
    "number of groups": (Set(), Set(groups=(Group(), Group(units=(0.0, 1.0, 0.0))))),
    "phases": (one_of(units=(1.0, 0.0, 2.0)), one_of(units=(2.0, 1.0, 0.0))),
    "units": (Set(), one_of(units=(33.0, 1.0, 1.0))),
    "weight": (Set(), one_of(weight=2.0)),
    "size": (with_bay_of_4_kw(1.0), with_bay_of_4_kw(17.0)),
    "balanced": (Set(), one_of(balanced=True)),
    "kind": (one_of(units=MANY), one_of(units=MANY, kind=BAY)),
    "power factor": (with_pump(0.0), with_pump(1.0)),
}


@pytest.mark.parametrize("name", PAIRS)
def test_a_set_draws_the_same_in_any_company(name):
    sets = [*PAIRS[name], *PAIRS[name]]

    found = demand_of(sets)

    first = np.cumsum([0, *(len(one.groups) for one in sets)])
    for k, one in enumerate(sets):
        alone = demand_of([one])
        assert found.p_kw[first[k] : first[k + 1]].tolist() == alone.p_kw.tolist()
        assert found.critical[k] == alone.critical[0]


def test_reactive_power_decides_which_phase_is_critical():
    # a flat of 1 kW at tan 0.5 is 1.12 kVA; a pump of 0.9 kW is 0.9 kVA at tan 0, 1.27 at tan 1
    assert demand_of([with_pump(0.0), with_pump(1.0)]).critical.tolist() == [0, 1]
