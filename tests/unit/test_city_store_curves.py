"""Load curves beside the parts come back bit for bit, each at hand by the id of its compound."""

from dataclasses import replace

import numpy as np
import pytest

from gridcalc.city.records import CityTable, LineCurves
from gridcalc.city.store import states_of
from gridcalc.city.store.curves import curve_source, read_curves
from gridcalc.city.store.folder import enter
from gridcalc.city.store.manifest import manifest_of
from gridcalc.city.store.parts import PARTS, curve_names, keep_files, part_files
from tests.unit import city_toys

QUESTION = replace(city_toys.QUESTION, lines=True)
ROWS = city_toys.rows(5)


def _curves(row):
    """Return curves of two days; the fourth compound has none."""
    if row.id == "C003":
        return ()
    rng = np.random.default_rng(row.row)
    states = {
        name: rng.normal(300, 50, (2, 96)).astype(np.float32)
        for name in ("today/uncontrolled", "ev-100/managed")
    }
    return tuple(
        LineCurves(id=row.id, season=season, states={name: scale * s for name, s in states.items()})
        for season, scale in (("summer", np.float32(0.5)), ("winter", np.float32(1.0)))
    )


@pytest.fixture
def folder(tmp_path):
    """A result directory with chunks of two compounds and their curves."""
    table = CityTable(file="t", sha256="", rows=ROWS, bad=(), columns={}, ignored=())
    manifest, chunks = manifest_of(table, QUESTION, chunk=2)
    enter(tmp_path / "r", manifest, "new")
    for chunk in chunks:
        results = [
            replace(result, curves=_curves(result.row))
            for result in city_toys.toy(chunk.rows, QUESTION)
        ]
        keep_files(part_files(results, chunk, QUESTION), tmp_path / "r")
    return tmp_path / "r", manifest


def test_curves_come_back_bit_for_bit_in_any_order(folder):
    path, manifest = folder
    places = {row.id: divmod(i, 2) for i, row in enumerate(ROWS)}
    paths = [path / PARTS / name for name in curve_names(manifest.keys)]
    source = curve_source(paths, places, "winter")

    found = list(source(["C004", "C000", "C003", "nobody"]))

    assert [curves.id for curves in found] == ["C004", "C000"]
    for curves, row in zip(found, (ROWS[4], ROWS[0]), strict=True):
        expected = _curves(row)[1]
        assert curves.season == "winter"
        assert list(curves.states) == list(expected.states)
        for name, values in expected.states.items():
            assert curves.states[name].dtype == np.float32
            assert curves.states[name].tobytes() == values.tobytes()


def test_without_a_season_the_first_curves_of_a_compound_are_given(folder):
    path, manifest = folder
    paths = [path / PARTS / name for name in curve_names(manifest.keys)]
    places = {"C000": (0, 0)}

    assert [one.season for one in curve_source(paths, places)(["C000"])] == ["summer"]
    assert list(curve_source(paths, places, "spring")(["C000"])) == []


def test_a_chunk_is_done_only_with_its_curves(folder):
    path, manifest = folder
    first, second, _ = (path / PARTS / name for name in curve_names(manifest.keys))
    first.unlink()
    second.write_bytes(second.read_bytes()[:-50])

    states = [state.state for state in states_of(path, manifest, thorough=True)]

    assert states == ["missing", "damaged", "done"]


def test_a_damaged_file_of_curves_is_an_error(folder):
    path, manifest = folder
    name = curve_names(manifest.keys)[0]
    (path / PARTS / name).write_bytes(b"PAR1")

    with pytest.raises(OSError, match=name):
        list(read_curves(path / PARTS / name, [0]))


def test_without_lines_no_curves_are_written(tmp_path):
    rows = ROWS[:1]
    table = CityTable(file="t", sha256="", rows=rows, bad=(), columns={}, ignored=())
    _, (chunk,) = manifest_of(table, city_toys.QUESTION, chunk=2)

    files = part_files(city_toys.toy(rows, city_toys.QUESTION), chunk, city_toys.QUESTION)

    assert list(files) == [chunk.part]
