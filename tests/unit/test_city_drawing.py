"""Templates drawn into arrays: what is remembered for one must not leak into another."""

from dataclasses import fields, replace

import numpy as np
import pytest

from gridcalc.city.batch.drawing import design_of, drawn_part, drawn_parts
from gridcalc.city.batch.parts import part_of
from gridcalc.city.compounds import catalogue_of, describe, sketch
from gridcalc.city.records import CityQuestion, CityRow
from tests.unit.test_city_batch import random_rows

QUESTION = CityQuestion()
ROW = CityRow(row=2, id="a", name="a", template="walk-up")


def test_layouts_that_differ_in_provisions_only_keep_their_own():
    # Two templates may share their 10 kV side and differ in what the file says of control and
    # meters; the second must not get the records remembered for the first.
    first = sketch(ROW, QUESTION)
    layout = first.layout
    turned = layout.model_copy(
        update={
            "orderly_charging": not layout.orderly_charging,
            "one_household_one_meter": not layout.one_household_one_meter,
        }
    )
    catalogue = catalogue_of(QUESTION)

    one = drawn_part(first, catalogue).compound
    other = drawn_part(replace(first, layout=turned), catalogue).compound

    assert one.orderly_charging is layout.orderly_charging
    assert one.one_household_one_meter is layout.one_household_one_meter
    assert other.orderly_charging is not layout.orderly_charging
    assert other.one_household_one_meter is not layout.one_household_one_meter


# ------------------------------------------------------------------ both doors


def arrays_of(record):
    """Return the columns of a record of arrays; ids as lists."""
    return {one.name: getattr(record, one.name) for one in fields(record)}


def assert_same(found, expected):
    for name, values in arrays_of(expected).items():
        if isinstance(values, tuple):
            assert tuple(getattr(found, name)) == values, name
        else:
            kind = values.dtype.kind
            equal = np.array_equal(getattr(found, name), values, equal_nan=kind == "f")
            assert equal, name


ODD = (
    replace(ROW, row=100, n_households=1, n_private_bays=0),
    replace(ROW, row=101, n_households=900, n_public_bays=70, n_ebikes=400),
    replace(ROW, row=102, template="mixed-use", n_households=350, policy="changji-2026"),
    replace(ROW, row=103, template="villa", n_households=7, n_ebikes=1),
    replace(ROW, row=104, template="old-courtyard", n_households=2500, n_private_bays=3000),
)


@pytest.mark.parametrize("row", [*random_rows(11, 40), *ODD], ids=lambda row: str(row.row))
def test_a_drawn_template_has_the_arrays_of_its_records(row):
    # the other door: the compound as its records, read like any file
    catalogue = catalogue_of(QUESTION)
    described = describe(row, QUESTION)

    expected = part_of(described.compound, catalogue=catalogue, policy=described.policy)
    found = drawn_part(sketch(row, QUESTION), catalogue)

    assert found.network.node_ids == expected.network.node_ids
    for name in ("cables", "transformers", "sources"):
        assert_same(getattr(found.network, name), getattr(expected.network, name))
    assert_same(found.groups, expected.groups)
    assert_same(found.devices, expected.devices)
    assert set(found.levels) == set(expected.levels)
    for name, (member, transformer) in expected.levels.items():
        assert np.array_equal(found.levels[name][0], member)
        assert np.array_equal(found.levels[name][1], transformer)
    assert list(found.cable_level) == list(expected.cable_level)
    assert np.array_equal(found.station, expected.station)
    assert found.metered_peak_kw == pytest.approx(expected.metered_peak_kw, nan_ok=True)
    pairs = [sorted(zip(p.common_node, p.common_kw, strict=True)) for p in (found, expected)]
    assert pairs[0] == pairs[1]


def different(found, expected):
    """Yield the names of what differs between two compounds as arrays."""
    for name in ("cables", "transformers", "sources"):
        yield from differing(getattr(found.network, name), getattr(expected.network, name))
    for name in ("groups", "devices"):
        yield from differing(getattr(found, name), getattr(expected, name))
    same = (
        found.network.node_ids == expected.network.node_ids,
        found.compound == expected.compound,
        list(found.cable_level) == list(expected.cable_level),
        list(found.levels) == list(expected.levels),
        *(
            np.array_equal(found.levels[name][k], sets[k])
            for name, sets in expected.levels.items()
            for k in (0, 1)
        ),
        np.array_equal(found.network.vn_kv, expected.network.vn_kv),
        np.array_equal(found.common_kw, expected.common_kw),
        np.array_equal(found.common_node, expected.common_node),
        np.array_equal(found.metered_peak_kw, expected.metered_peak_kw, equal_nan=True),
    )
    yield from (str(k) for k, is_same in enumerate(same) if not is_same)


def differing(found, expected):
    for name, values in arrays_of(expected).items():
        if isinstance(values, tuple):
            is_same = getattr(found, name) == values
        else:
            own = getattr(found, name)
            is_same = own.dtype == values.dtype and np.array_equal(
                own, values, equal_nan=values.dtype.kind == "f"
            )
        if not is_same:
            yield name


def test_templates_drawn_together_are_those_drawn_one_by_one():
    catalogue = catalogue_of(QUESTION)
    rows = [
        *ODD,
        *random_rows(5, 12),
        replace(ROW, row=105, settings={"equipped_share": "0.3"}),
        replace(ROW, row=106, n_households=90, settings={"equipped_share": "0.2"}),
    ]
    designs = [design_of(sketch(row, QUESTION), catalogue) for row in rows]

    together = drawn_parts(designs)

    for design, found in zip(designs, together, strict=True):
        (alone,) = drawn_parts([design])
        assert list(different(found, alone)) == []
    assert sum(part.groups.today.sum() for part in together) > 0


def test_load_groups_of_two_compounds_are_no_set_though_their_nodes_have_one_number():
    # nodes count within a compound, and groups of one node are a set
    catalogue = catalogue_of(QUESTION)
    rows = (
        replace(ROW, row=110, template="resettlement", n_households=30),
        replace(ROW, row=111, template="high-rise", n_households=900),
    )
    designs = [design_of(sketch(row, QUESTION), catalogue) for row in rows]

    first, second = drawn_parts(designs)

    assert first.groups.node[-1] == second.groups.node[0]
    for found, row in ((first, rows[0]), (second, rows[1])):
        alone = drawn_part(sketch(row, QUESTION), catalogue)
        assert list(different(found, alone)) == []


def test_nothing_is_drawn_of_nothing():
    assert drawn_parts([]) == []
