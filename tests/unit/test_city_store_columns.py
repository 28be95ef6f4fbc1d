"""Results in columns: every bit comes back, and the columns mean what they say."""

import json
import math
import struct

import pyarrow.parquet as pq
import pyproj
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gridcalc.city.records import (
    BindingResult,
    CityQuestion,
    CityResult,
    CityRow,
    CityTable,
    DataGrade,
    MeasureResult,
    PlanResult,
    RunResult,
    Units,
)
from gridcalc.city.store import enter, manifest_of, results_of, write_compounds
from gridcalc.city.store.columns import columns_of
from gridcalc.city.store.parts import check_results, keep_files, part_files
from gridcalc.city.store.records import Chunk
from tests.unit import city_toys

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
REALS = st.floats(allow_nan=False, allow_infinity=False)
WHOLES = st.integers(0, 2**40)
UNITS = st.lists(st.builds(Units, n=WHOLES, sn_kva=REALS), max_size=2).map(tuple)
OUTLINE = shapely.to_wkb(shapely.box(87.0, 44.0, 87.1, 44.1))

ROWS = st.builds(
    CityRow,
    row=WHOLES,
    id=TEXTS,
    name=TEXTS,
    template=st.none() | TEXTS,
    file=st.none() | TEXTS,
    settings=st.dictionaries(TEXTS, TEXTS, max_size=2),
    policy=st.none() | TEXTS,
    area=TEXTS,
    line=TEXTS,
    category=st.none() | TEXTS,
    year=st.none() | WHOLES,
    n_households=st.none() | WHOLES,
    n_private_bays=st.none() | WHOLES,
    n_public_bays=st.none() | WHOLES,
    n_ebikes=st.none() | WHOLES,
    transformers=UNITS,
    metered_peak_kw=st.none() | REALS,
    lon=st.none() | REALS,
    lat=st.none() | REALS,
    outline_wkb=st.none() | st.just(OUTLINE),
)
RUNS = st.builds(
    RunResult,
    scenario=st.sampled_from(["today", "ev-100"]),
    charging=st.sampled_from(["uncontrolled", "managed"]),
    season=TEXTS,
    passed=st.booleans(),
    s_peak_kva=st.none() | REALS,
    loading_percent=st.none() | REALS,
    phase_loading_percent=st.none() | REALS,
    cable_loading_percent=st.none() | REALS,
    vm_min_pu=st.none() | REALS,
)
PLANS = st.builds(
    PlanResult,
    depth=st.sampled_from(["quick", "full"]),
    cost_yuan=REALS,
    payers=st.dictionaries(st.sampled_from(["utility", "owners", "others"]), REALS),
    measures=st.lists(
        st.builds(
            MeasureResult, kind=TEXTS, text=TEXTS, quantity=REALS, unit=TEXTS, cost_yuan=REALS
        ),
        max_size=2,
    ).map(tuple),
    is_verified=st.booleans(),
    working_days=st.none() | REALS,
)
RESULTS = st.builds(
    CityResult,
    row=ROWS,
    status=st.sampled_from(["ok", "failed", "crashed", "skipped"]),
    error=TEXTS,
    policy=TEXTS,
    n_households=WHOLES,
    n_private_bays=WHOLES,
    n_public_bays=WHOLES,
    n_ebikes=WHOLES,
    transformers=UNITS,
    verdict=TEXTS,
    binding=st.none()
    | st.builds(
        BindingResult,
        scenario=TEXTS,
        check=TEXTS,
        element=TEXTS,
        value=st.none() | REALS,
        limit=st.none() | REALS,
        unit=TEXTS,
        utilisation=REALS,
    ),
    runs=st.lists(RUNS, max_size=3).map(tuple),
    n_max_uncontrolled=st.none() | WHOLES,
    n_max_managed=st.none() | WHOLES,
    next_binding=TEXTS,
    plan=st.none() | PLANS,
    data=st.none()
    | st.builds(
        DataGrade,
        grade=TEXTS,
        given_percent=REALS,
        missing=st.lists(TEXTS, max_size=2).map(tuple),
        could_flip=st.none() | st.booleans(),
    ),
    day_kw=st.dictionaries(TEXTS, st.lists(REALS, min_size=2, max_size=3).map(tuple), max_size=2),
)
QUESTION = CityQuestion(method="stochastic", scenarios=("today", "ev-100"))
CHUNK = Chunk(no=0, key="k", rows=())


def _part(path, results, question=QUESTION):
    (data,) = part_files(results, CHUNK, question).values()
    path.write_bytes(data)
    return path


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(results=st.lists(RESULTS, max_size=3))
def test_every_result_comes_back_bit_for_bit(tmp_path, results):
    """repr tells -0.0 from 0.0 and every last bit, which == does not."""
    found = list(results_of(_part(tmp_path / "p.parquet", results)))

    assert repr(found) == repr(results)


def _cells(tmp_path, result, question=QUESTION):
    return pq.read_table(_part(tmp_path / "p.parquet", [result], question)).to_pylist()[0]


def _toy(**changes):
    return city_toys.ok(city_toys.rows(1)[0], QUESTION, load=70.0, **changes)


def test_columns_of_runs_follow_from_the_question():
    factor = [column.name for column in columns_of(CityQuestion(scenarios=("ev-100+ebike-50",)))]
    days = [column.name for column in columns_of(QUESTION)]

    assert "loading_percent_ev_100_ebike_50" in factor
    assert "loading_percent_ev_100_ebike_50_managed" not in factor
    assert {"loading_percent_ev_100", "vm_min_pu_ev_100_managed"} <= set(days)


def test_every_name_is_there_once():
    names = [column.name for column in columns_of(CityQuestion(method="stochastic"))]

    assert len(names) == len(set(names))


def test_a_column_of_a_run_is_the_worst_of_its_seasons(tmp_path):
    run = _toy().runs[0]
    summer = RunResult(
        scenario="ev-100",
        charging="managed",
        season="summer",
        passed=False,
        s_peak_kva=1.0,
        loading_percent=2.0,
        phase_loading_percent=None,
        cable_loading_percent=4.0,
        vm_min_pu=0.97,
    )
    winter = RunResult(
        scenario="ev-100",
        charging="managed",
        season="winter",
        passed=True,
        s_peak_kva=2.0,
        loading_percent=1.0,
        phase_loading_percent=None,
        cable_loading_percent=None,
        vm_min_pu=0.95,
    )
    row = CityResult(row=city_toys.rows(1)[0], status="ok", runs=(run, summer, winter))

    cells = _cells(tmp_path, row)

    end = "ev_100_managed"
    assert cells[f"passed_{end}"] is False
    assert cells[f"s_peak_kva_{end}"] == 2.0
    assert cells[f"loading_percent_{end}"] == 2.0
    assert cells[f"phase_loading_percent_{end}"] is None
    assert cells[f"cable_loading_percent_{end}"] == 4.0
    assert cells[f"vm_min_pu_{end}"] == 0.95
    assert cells["loading_percent_ev_100"] is None


def test_who_pays_stands_in_columns_in_yuan(tmp_path):
    cells = _cells(tmp_path, _toy())

    assert cells["utility_yuan"] == 1e5 / 3
    assert cells["owners_yuan"] == 0.0
    assert cells["plan_works"] == "换变压器"


def test_a_point_is_a_point_and_an_outline_an_outline(tmp_path):
    row = city_toys.rows(1)[0]
    outlined = CityRow(row=2, id="a", name="a", lon=1.0, lat=2.0, outline_wkb=OUTLINE)
    nowhere = CityRow(row=2, id="a", name="a")

    shapes = [
        _cells(tmp_path, CityResult(row=row, status="ok"))["geometry"] for row in (row, outlined)
    ]

    assert shapely.from_wkb(shapes[0]).coords[:] == [(row.lon, row.lat)]
    assert shapes[1] == OUTLINE
    assert _cells(tmp_path, CityResult(row=nowhere, status="ok"))["geometry"] is None


def test_the_final_table_is_geoparquet_in_cgcs2000(tmp_path):
    """The keys are those of the GeoParquet 1.1 specification."""
    rows = city_toys.rows(3)
    table = CityTable(file="t", sha256="", rows=rows, bad=(), columns={}, ignored=())
    manifest, (chunk,) = manifest_of(table, QUESTION, chunk=10)
    enter(tmp_path / "r", manifest, "new")
    keep_files(part_files(city_toys.toy(rows, QUESTION), chunk, QUESTION), tmp_path / "r")

    path = write_compounds(tmp_path / "r", manifest, QUESTION)
    geo = json.loads(pq.read_metadata(path).metadata[b"geo"])

    assert (geo["version"], geo["primary_column"]) == ("1.1.0", "geometry")
    assert geo["columns"]["geometry"]["encoding"] == "WKB"
    crs = pyproj.CRS.from_json_dict(geo["columns"]["geometry"]["crs"])
    assert crs.to_epsg() == 4490


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_what_is_no_number_is_refused(value):
    result = city_toys.ok(city_toys.rows(1)[0], QUESTION, load=value)

    with pytest.raises(ValueError, match="JSON"):
        check_results([result], QUESTION)


def test_half_a_character_of_a_broken_text_does_not_stop_a_run(tmp_path):
    row = CityRow(row=2, id="a", name="\ud800x")

    assert _cells(tmp_path, CityResult(row=row, status="ok"))["name"] == "?x"


def test_a_point_is_little_endian_wkb(tmp_path):
    """WKB by hand: byte order 1, type 1, then two doubles."""
    row = CityRow(row=2, id="a", name="a", lon=87.5, lat=44.25)

    cells = _cells(tmp_path, CityResult(row=row, status="ok"))

    assert cells["geometry"] == b"\x01" + struct.pack("<I", 1) + struct.pack("<dd", 87.5, 44.25)
