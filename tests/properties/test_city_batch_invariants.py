"""What must hold for any compounds side by side: each gets its own study, in any company.

The compounds are those of ``test_invariants``: random trees of cables with loads anywhere, so
that levels between feeder and box occur, and neighbours with and without them.
"""

from dataclasses import replace
from functools import cache

from hypothesis import given
from hypothesis import strategies as st

from gridcalc.city.batch.parts import part_of
from gridcalc.city.batch.results import Ready, factor_results
from gridcalc.city.compounds import catalogue_of
from gridcalc.city.records import CityRow, RunResult
from gridcalc.policy import load_policy
from tests.properties.test_invariants import compounds, trying
from tests.unit.test_city_batch import (
    ASKED,
    assert_as_study,
    by_study,
    random_rows,
    together,
)

RTOL = 1e-9  # the worst of two sums in another order
PACKS = ("national", "changji-2026", "ningxia-2025")


@cache
def national():
    """Return the pack; not as a fixture, which hypothesis would print."""
    return load_policy("national")


def ready_of(number, compound, policy):
    row = CityRow(row=number, id=f"R{number}", name="random", template="walk-up")
    part = part_of(compound, catalogue=catalogue_of(ASKED), policy=policy)
    return Ready(row=row, policy=policy, part=part)


@trying(8)
@given(files=st.lists(compounds(), min_size=1, max_size=4))
def test_random_compounds_side_by_side_get_what_their_studies_say(read, files):
    records = [read(file) for file in files]
    members = [ready_of(k, one, national()) for k, one in enumerate(records)]

    found = factor_results(members, ASKED)

    for k, compound in enumerate(records):
        assert_as_study(found[k], compound, by_study(compound, national()))


@trying(8)
@given(files=st.lists(compounds(), min_size=2, max_size=5), data=st.data())
def test_company_and_order_change_nothing(read, files, data):
    # Bit for bit: a tree is swept by itself, and all states of a compound fit one block of lanes.
    members = [ready_of(k, read(file), national()) for k, file in enumerate(files)]
    order = data.draw(st.permutations(members))

    found, other = factor_results(members, ASKED), factor_results(order, ASKED)

    assert other == found
    for member in members:
        assert factor_results([member], ASKED) == {member.row.row: found[member.row.row]}


@trying(6)
@given(seed=st.integers(0, 2**16))
def test_everything_connected_loads_transformers_no_less_than_today(seed):
    # at constant power; what does not hold of single voltages holds of the three-phase total
    rows = random_rows(seed, 8, 200)

    for result in together(rows, ASKED):
        by_name: dict[str, RunResult] = {run.scenario: run for run in result.runs}
        today, all_of_it = by_name["today"], by_name["ev-100+ebike-50"]
        if today.loading_percent is None or all_of_it.loading_percent is None:
            continue
        assert all_of_it.loading_percent >= today.loading_percent * (1 - RTOL)
        fits = result.n_max_uncontrolled
        assert fits is None or 0 <= fits <= result.n_private_bays
        assert (result.verdict == "ready") == all(run.passed for run in result.runs)


@trying(4)
@given(seed=st.integers(0, 2**16), pack=st.sampled_from(PACKS))
def test_rows_under_different_packs_do_not_meet(seed, pack):
    rows = random_rows(seed, 6, 150)
    others = [replace(row, row=row.row + 100, policy=pack) for row in rows]

    mixed = together([*rows, *others], ASKED)

    assert mixed == together(rows, ASKED) + together(others, ASKED)
