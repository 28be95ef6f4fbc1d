"""Some compounds cut out of a field: the same arrays as if they alone had been put together."""

from dataclasses import fields, is_dataclass

import numpy as np
import pytest

from gridcalc.city.batch.field import field_under
from gridcalc.city.batch.field_some import some_of
from gridcalc.city.batch.results import ready
from gridcalc.city.records import CityRow
from tests.unit.test_city_batch import ASKED, random_rows

PACKED = {"policies", "pack", "memo", "station", "cables", "parts"}
"""Compared on their own: packs are counted anew, tables of counts may be longer."""


def both_fields(members, chosen):
    policies = [member.policy for member in members]
    parts = [member.part for member in members]
    whole = field_under(parts, policies)
    some = some_of(whole, np.array(chosen, dtype=np.int64))
    return some, field_under([parts[k] for k in chosen], [policies[k] for k in chosen])


def different(found, expected, path=""):
    """Yield where two records of arrays differ."""
    if isinstance(expected, np.ndarray):
        equal = np.array_equal(found, expected, equal_nan=expected.dtype.kind == "f")
        if found.dtype != expected.dtype or not equal:
            yield path
    elif is_dataclass(expected):
        for one in fields(expected):
            if one.name not in PACKED or path.endswith("network"):
                a, b = getattr(found, one.name), getattr(expected, one.name)
                yield from different(a, b, f"{path}.{one.name}")
    elif hasattr(expected, "_asdict"):
        yield from different(found._asdict(), expected._asdict(), path)
    elif isinstance(expected, dict):
        assert list(found) == list(expected)
        for key, value in expected.items():
            yield from different(found[key], value, f"{path}.{key}")
    elif tuple(found) != tuple(expected):
        yield path


@pytest.fixture(scope="module")
def members():
    rows = [
        *random_rows(3, 16, most=250),
        CityRow(row=90, id="ring", name="ring", template="high-rise", n_households=700),
    ]
    return [ready(row, ASKED) for row in rows]


@pytest.mark.parametrize(
    "chosen", [[0], [16], [2, 3, 4], [0, 5, 10, 15], [1, 7, 16], list(range(17))]
)
def test_some_compounds_have_the_arrays_of_these_put_together(members, chosen):
    some, expected = both_fields(members, chosen)

    assert list(different(some, expected)) == []
    assert some.parts == expected.parts
    assert [some.policies[k] for k in some.pack] == [expected.policies[k] for k in expected.pack]
    n = expected.groups.station.total.shape[2]
    for name in ("station", "cables"):
        cut, built = getattr(some.groups, name), getattr(expected.groups, name)
        assert np.array_equal(cut.total[some.pack][:, :, :n], built.total[expected.pack])
        assert np.array_equal(cut.phase[some.pack][:, :, :n], built.phase[expected.pack])
        assert np.array_equal(cut.factor[some.pack], built.factor[expected.pack])


def test_what_a_field_remembers_is_not_taken_over(members):
    # a limit per compound, remembered for the whole, would have the wrong length
    whole = field_under([m.part for m in members], [m.policy for m in members])
    assert len(whole.number("supply.max_lv_kw")) == len(members)

    some = some_of(whole, np.array([1, 4]))

    assert len(some.number("supply.max_lv_kw")) == 2
    assert len(some.of_node) == some.forest.network.n_nodes
