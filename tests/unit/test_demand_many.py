"""The factor method for many compounds at once, held against its twin for one compound.

Hypothesis draws counts of units; whole compounds come from the templates. The twins are
``phases.first_units``, ``phases.build_out``, ``design.design_demand`` and the metered scale of
``design.demand_model``, which have tests of their own.
"""

from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridcalc.city.batch.field import field_of
from gridcalc.city.batch.parts import part_of
from gridcalc.city.compounds import catalogue_of, describe
from gridcalc.city.records import CityRow
from gridcalc.compound.defaults import resolve_defaults
from gridcalc.compound.topology import lv_topology
from gridcalc.demand.design import demand_model, design_demand, units
from gridcalc.demand.diversity import GroupTable
from gridcalc.demand.groups import KINDS
from gridcalc.demand.levels import STATION
from gridcalc.demand.many import (
    ManyGroups,
    Sets,
    count_rule,
    first_units_of,
    level_demands,
    turn,
    units_per_phase,
)
from gridcalc.demand.many_build_out import build_out_of, built_out
from gridcalc.demand.many_records import Counts
from gridcalc.demand.phases import build_out, first_units
from gridcalc.demand.scenario import parse_scenario
from tests.properties.test_invariants import trying
from tests.unit.test_city_batch import ASKED, TEMPLATES

RTOL = 1e-12  # the same sums of floats, in another order


# ------------------------------------------------------------------ the first units


def test_the_first_units_of_every_small_group_are_those_of_one_group():
    rows = [
        (total, start, n)
        for total in product(range(5), repeat=3)
        for start in range(3)
        for n in range(sum(total) + 1)
    ]
    total, start, n = (np.array(column) for column in zip(*rows, strict=True))

    found = first_units_of(total, start, n)

    assert found.tolist() == [list(first_units(*row[:1], n=row[2], start=row[1])) for row in rows]


@trying(100)
@given(
    rows=st.lists(
        st.tuples(st.tuples(*[st.integers(0, 400)] * 3), st.integers(0, 2), st.floats(0, 1)),
        min_size=1,
        max_size=20,
    )
)
def test_the_first_units_of_large_groups_are_those_of_one_group(rows):
    total = np.array([row[0] for row in rows])
    start = np.array([row[1] for row in rows])
    n = np.array([round(row[2] * sum(row[0])) for row in rows])

    found = first_units_of(total, start, n)

    for k, (counts, first, _) in enumerate(rows):
        assert tuple(found[k]) == first_units(counts, n=int(n[k]), start=first)


# ------------------------------------------------------------------ turns


@trying(100)
@given(key=st.lists(st.integers(0, 6), max_size=30))
def test_a_turn_is_the_number_of_equal_entries_before(key):
    found = turn(np.array(key, dtype=np.int64))

    assert found.tolist() == [key[:k].count(entry) for k, entry in enumerate(key)]


# ------------------------------------------------------------------ build-out


def many_groups(rows):
    """Return groups of (compound, kind, today, total); what they draw does not matter here."""
    compound, kind, today, total = (np.array(c, dtype=np.int64) for c in zip(*rows, strict=True))
    none, n = np.zeros(len(rows)), int(compound.max()) + 1
    nothing = Counts(total=np.zeros((1, 4, 1)), phase=np.zeros((1, 4, 1)), factor=np.ones((1, 4)))
    spread = np.stack([total - 2 * (total // 3), total // 3, total // 3], axis=1)
    return ManyGroups(
        table=GroupTable(
            kind=kind, p_unit_kw=none, tan_phi=none, demand_factor=none, balanced=none > 0
        ),
        total=spread,
        today=today,
        start=np.zeros(len(rows), dtype=np.int64),
        compound=compound,
        pack=np.zeros(n, dtype=np.int64),
        transformer_compound=np.arange(n),
        levels={STATION: Sets(member=compound, transformer=np.arange(n))},
        station=nothing,
        cables=nothing,
        metered_scale=np.ones(n),
    )


@st.composite
def groups_of_compounds(draw):
    """Return rows of (compound, kind, today, total), compound by compound."""
    rows = []
    for compound in range(draw(st.integers(1, 5))):
        for _ in range(draw(st.integers(1, 8))):
            total = draw(st.integers(0, 40))
            today = draw(st.integers(0, total))
            rows.append((compound, draw(st.integers(0, len(KINDS) - 1)), today, total))
    return rows


@trying(150)
@given(rows=groups_of_compounds(), kind=st.sampled_from(KINDS), data=st.data())
def test_every_compound_is_built_out_as_it_is_alone(rows, kind, data):
    groups = many_groups(rows)
    order = build_out_of(groups, kind)
    code = KINDS.index(kind)
    compounds = sorted({row[0] for row in rows})
    own = {c: [k for k, row in enumerate(rows) if row[:2] == (c, code)] for c in compounds}
    most = [sum(rows[k][3] for k in own[c]) for c in compounds]
    wanted = np.array([data.draw(st.integers(0, n)) for n in most])

    found = built_out(groups, order, wanted)

    assert order.n_total.tolist() == most
    assert order.n_today.tolist() == [sum(rows[k][2] for k in own[c]) for c in compounds]
    for c in compounds:
        today, total = (np.array([rows[k][j] for k in own[c]], dtype=np.int64) for j in (2, 3))
        n = max(int(wanted[c]), int(today.sum()))  # never fewer than today
        expected = build_out(today, total, n) if own[c] else today
        assert found[own[c]].tolist() == expected.tolist()
    others = [k for k, row in enumerate(rows) if row[1] != code]
    assert found[others].tolist() == [rows[k][2] for k in others]


@trying(50)
@given(rows=groups_of_compounds())
def test_one_unit_more_adds_one_to_one_group_of_each_compound(rows):
    groups = many_groups(rows)
    order = build_out_of(groups, "private_charger")
    steps = int((order.n_total - order.n_today).max()) + 1

    built = [built_out(groups, order, order.n_today + k) for k in range(steps)]

    for k, (before, after) in enumerate(pairwise(built)):
        grown = after - before
        assert grown.min() >= 0
        per_compound = np.bincount(groups.compound, weights=grown, minlength=groups.n_compounds)
        left = order.n_total - order.n_today - k
        assert per_compound.tolist() == (left > 0).astype(float).tolist()


# ------------------------------------------------------------------ whole compounds


def row_of(number, template, **facts):
    return CityRow(row=number, id=f"D{number}", name="d", template=template, **facts)


ROWS = (
    *(row_of(k, name, policy="national", n_households=100) for k, name in enumerate(TEMPLATES)),
    row_of(20, "walk-up", policy="national", n_households=90, metered_peak_kw=200.0),
    row_of(
        21,
        "mid-rise",
        policy="national",
        n_households=250,
        metered_peak_kw=350.0,
        settings={"equipped_share": "0.3"},
    ),
    row_of(22, "villa", policy="national", n_households=50, metered_peak_kw=1.0),
    row_of(
        23,
        "walk-up",
        policy="national",
        n_households=60,
        metered_peak_kw=0.5,
        settings={"equipped_share": "0.5"},
    ),
)


class Twins:
    """The compounds of the rows, side by side and each by itself."""

    def __init__(self):
        described = [describe(row, ASKED) for row in ROWS]
        self.policy = described[0].policy
        catalogue = catalogue_of(ASKED)
        parts = [part_of(d.compound, catalogue=catalogue, policy=self.policy) for d in described]
        self.field = field_of(parts, self.policy)
        full = [resolve_defaults(d.compound, self.policy).compound for d in described]
        self.models = [demand_model(one, lv_topology(one), self.policy) for one in full]
        sizes = np.cumsum([0, *(len(model.groups) for model in self.models)])
        self.own = [slice(a, b) for a, b in pairwise(sizes)]

    def units(self, scenario):
        """Return the units of every compound in a scenario, each counted by itself."""
        return [units(model, parse_scenario(scenario)) for model in self.models]


@pytest.fixture(scope="module")
def twins():
    return Twins()


@pytest.mark.parametrize("scenario", ["today", "ev-30", "ev-100+ebike-50"])
def test_the_demand_at_every_level_is_that_of_each_compound(twins, scenario):
    n_units = twins.units(scenario)

    found = level_demands(count_rule(twins.field.groups), np.concatenate(n_units))

    for own, model, n in zip(twins.own, twins.models, n_units, strict=True):
        for level in model.levels:
            expected = design_demand(model, n, level).p_kw
            assert found[level.name][own] == pytest.approx(expected, rel=RTOL, abs=RTOL)


def test_units_per_phase_are_those_of_each_group(twins):
    n_units = twins.units("ev-30")

    found = units_per_phase(twins.field.groups, np.concatenate(n_units))

    for own, model, n in zip(twins.own, twins.models, n_units, strict=True):
        rows = [group.per_phase(int(k)) for group, k in zip(model.groups, n, strict=True)]
        assert found[own] == pytest.approx(np.array(rows))


def test_metered_peaks_scale_as_in_each_compound(twins):
    found = twins.field.groups.metered_scale

    first = twins.field.first_trafo
    for k, model in enumerate(twins.models):
        expected = model.metered_scale
        assert found[first[k] : first[k + 1]] == pytest.approx(expected, rel=RTOL)
        assert (expected != 1).any() == (ROWS[k].metered_peak_kw is not None)


def test_what_a_station_draws_today_is_its_metered_peak(twins):
    # shared by the sizes of the transformers, so the sum over them is the peak of the row;
    # chargers that draw more than the peak leave nothing for the flats, and no less
    rule = count_rule(twins.field.groups)
    p_kw = level_demands(rule, twins.field.groups.today)[STATION].sum(axis=1)

    for own, row, model in zip(twins.own, ROWS, twins.models, strict=True):
        if row.metered_peak_kw is not None:
            kinds = np.array([KINDS.index(group.kind) for group in model.groups])
            chargers = p_kw[own][np.isin(kinds, (1, 2, 3))].sum()
            assert p_kw[own].sum() == pytest.approx(max(row.metered_peak_kw, chargers), rel=1e-6)


def test_asking_again_and_for_something_else_in_between_gives_the_same(twins):
    rule = count_rule(twins.field.groups)
    today, full = np.concatenate(twins.units("today")), np.concatenate(twins.units("ev-100"))

    first = level_demands(rule, today)
    level_demands(rule, full)
    again = level_demands(rule, today)

    assert set(first) == set(again)
    for name, p_kw in first.items():
        assert np.array_equal(p_kw, again[name])
