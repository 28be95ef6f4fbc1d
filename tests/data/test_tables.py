"""Rules that every table of the data folder obeys."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path

import pytest

from gridcalc.catalogue import (
    Cable,
    LvBreaker,
    Rmu,
    Transformer,
    list_kinds,
    load_sources,
    rows,
)
from gridcalc.catalogue.records import ConductorMaterial, EquipmentBound
from gridcalc.city.data_grade import DatumWeight
from gridcalc.city.lines.line_words import LineColumn
from gridcalc.city.table.vocabulary import CellWords, ColumnWords
from gridcalc.demand.shapes import HouseholdShapeRow
from gridcalc.errors import InputError
from gridcalc.provenance import CONFIDENCES, weakest
from gridcalc.routing.kinds import CorridorKind, ObstacleKind, SourceKindWords
from gridcalc.standards.demand_factor import DemandFactorRow
from gridcalc.standards.derating_table import DeratingRow
from gridcalc.standards.fault_loop import PhpReactanceRow
from gridcalc.standards.household_demand import HouseholdFactorRow, HouseholdKwRow
from gridcalc.standards.rules import (
    HarmonicCurrentLimit,
    PowerQualityLimit,
    PublicLoad,
    RangeRule,
    SupplyThreshold,
    ValueRule,
)
from gridcalc.standards.thermal_withstand import ThermalKRow
from gridcalc.tables import data_text, parse_table, read_data_table

SCHEMAS = {
    "cable_derating": DeratingRow,
    "cable_thermal_k": ThermalKRow,
    "cables_lv": Cable,
    "cables_mv": Cable,
    "charger_demand_factor": DemandFactorRow,
    "city_columns": ColumnWords,
    "city_data_weights": DatumWeight,
    "city_words": CellWords,
    "conductor_materials": ConductorMaterial,
    "corridor_kinds": CorridorKind,
    "ebike_parameters": RangeRule,
    "equipment_bounds": EquipmentBound,
    "ev_parameters": RangeRule,
    "harmonic_current_limits": HarmonicCurrentLimit,
    "household_demand_factor": HouseholdFactorRow,
    "household_kw": HouseholdKwRow,
    "household_shapes": HouseholdShapeRow,
    "line_columns": LineColumn,
    "load_grade_rules": ValueRule,
    "lv_breakers": LvBreaker,
    "lv_cable_php_reactance": PhpReactanceRow,
    "lv_protection_rules": ValueRule,
    "network_rules": RangeRule,
    "obstacle_kinds": ObstacleKind,
    "power_quality_limits": PowerQualityLimit,
    "public_loads": PublicLoad,
    "rmus": Rmu,
    "short_circuit_defaults": ValueRule,
    "source_kinds": SourceKindWords,
    "supply_thresholds": SupplyThreshold,
    "thermal_parameters": ValueRule,
    "transformer_loading_rules": RangeRule,
    "transformers": Transformer,
}
N_ROWS = {
    "transformers": 171,
    "cables_mv": 22,
    "cables_lv": 20,
    "cable_derating": 67,
    "household_demand_factor": 25,
    "charger_demand_factor": 19,
    "corridor_kinds": 8,
    "obstacle_kinds": 7,
    "source_kinds": 3,
}
UNIQUE = ("transformers", "cables_mv", "cables_lv", "rmus", "lv_breakers")

# A number column is a quantity with a unit, a ratio, or a count; nothing else.
UNITS = (
    *("kva", "mva", "kv", "kw", "w", "a", "ka", "s", "h", "m", "m2", "mm2", "mm", "celsius"),
    *("ohm_per_km", "mohm_per_m", "nf_per_km", "w_per_m2", "k_m_per_w", "ohm_mm2_per_km"),
    *("per_k", "a_sqrt_s_per_mm2", "percent", "factor", "pu", "diameters"),
)
RATIOS = ("factor_low", "factor_high", "power_factor_min", "power_factor_max")
RATIOS += ("demand_factor_min", "demand_factor_max")
COUNTS = ("gb20052_grade", "harmonic_order")
WITH_UNIT_COLUMN = ("value_min", "value_max", "limit_min", "limit_max", "value")


def unknown_sources(table: Iterable[Mapping[str, object]]) -> set[object]:
    return {row["source"] for row in table} - set(load_sources())


def too_trusting(table: Iterable[Mapping[str, object]]) -> list[Mapping[str, object]]:
    sources = load_sources()
    return [
        row
        for row in table
        if row["source"] in sources
        and weakest(row["confidence"], sources[str(row["source"])].confidence) != row["confidence"]
    ]


def unnamed_units(row_type: type) -> list[str]:
    number_types = {float, int, float | None, int | None}
    names = [field.name for field in fields(row_type) if field.type in number_types]
    with_unit_column = "unit" in {field.name for field in fields(row_type)}
    return [
        name
        for name in names
        if not name.endswith(tuple(f"_{unit}" for unit in UNITS))
        and name not in (*RATIOS, *COUNTS, "factor")
        and not name.startswith("n_")
        and not (with_unit_column and name in WITH_UNIT_COLUMN)
    ]


@pytest.mark.parametrize("kind", sorted(SCHEMAS))
def test_the_columns_of_a_table_are_the_fields_of_its_record(kind):
    table = read_data_table(SCHEMAS[kind], f"{kind}.csv")

    assert len(table) == len(rows(kind)) > 0


@pytest.mark.parametrize(("kind", "n_rows"), sorted(N_ROWS.items()))
def test_no_row_of_a_table_was_lost(kind, n_rows):
    assert len(rows(kind)) == n_rows


@pytest.mark.parametrize("kind", list_kinds())
def test_every_source_of_a_table_resolves(kind):
    assert unknown_sources(rows(kind)) == set()


@pytest.mark.parametrize("kind", list_kinds())
def test_every_mark_of_a_table_is_known(kind):
    assert {row["confidence"] for row in rows(kind)} <= set(CONFIDENCES)


@pytest.mark.parametrize("kind", list_kinds())
def test_no_row_is_trusted_more_than_its_source(kind):
    assert too_trusting(rows(kind)) == []


@pytest.mark.parametrize("kind", list_kinds())
def test_note_source_and_confidence_come_last(kind):
    assert list(rows(kind)[0])[-3:] == ["note", "source", "confidence"]


@pytest.mark.parametrize("kind", list_kinds())
def test_a_name_column_comes_first(kind):
    columns = list(rows(kind)[0])

    assert "name" not in columns[1:]


@pytest.mark.parametrize("kind", UNIQUE)
def test_names_of_equipment_are_unique(kind):
    counts = Counter(row["name"] for row in rows(kind))

    assert [name for name, n in counts.items() if n > 1] == []


@pytest.mark.parametrize("row_type", sorted(set(SCHEMAS.values()), key=lambda t: t.__name__))
def test_every_number_column_is_named_with_its_unit(row_type):
    assert unnamed_units(row_type) == []


def test_every_schema_of_this_test_has_its_table():
    assert set(SCHEMAS) <= set(list_kinds())


def test_a_planted_unknown_source_is_found():
    assert unknown_sources([{"source": "hearsay"}]) == {"hearsay"}


def test_a_planted_raised_mark_is_found():
    planted = {"source": "gb-20052-oil", "confidence": "seen"}

    assert too_trusting([planted]) == [planted]


def test_a_planted_column_without_unit_is_found():
    @dataclass(frozen=True)
    class Planted:
        loading: float
        length_m2: float

    assert unnamed_units(Planted) == ["loading"]


def test_a_planted_swapped_column_is_reported_by_the_reader():
    text = "conductor,rho20\nCu,17\n"

    with pytest.raises(InputError, match="rho20: this column is not known"):
        parse_table(ConductorMaterial, text, file="planted.csv")


@pytest.mark.parametrize(
    "kind",
    [
        "city_columns",
        "city_data_weights",
        "city_words",
        "corridor_kinds",
        "line_columns",
        "obstacle_kinds",
        "source_kinds",
    ],
)
def test_ways_of_building_and_words_of_maps_are_assumed(kind):
    assert {row["confidence"] for row in rows(kind)} == {"assumed"}


def test_engineering_practice_is_marked_as_assumed_everywhere():
    marks = {
        row["confidence"]
        for kind in list_kinds()
        for row in rows(kind)
        if row["source"] in ("engineering-practice", "project-assumption")
    }

    assert marks == {"assumed"}


def test_every_source_names_a_kind_title_and_place():
    incomplete = [s.key for s in load_sources().values() if not (s.kind and s.title and s.where)]

    assert incomplete == []


def test_every_source_of_the_equipment_register_is_used():
    path = Path(__file__).parents[1] / "validation" / "golden_examples.csv"
    golden = {line.rsplit(",", 2)[1] for line in path.read_text("utf-8").splitlines()[1:]}
    used = {row["source"] for kind in list_kinds() for row in rows(kind)} | golden
    code = {"demand-factor-below-table", "demand-factor-floor", "beyond-table"}
    own = {
        line.removesuffix(":")
        for line in _data_lines("sources.yaml")
        if line.endswith(":") and not line.startswith((" ", "#"))
    }

    assert own - used - code == set()


def _data_lines(name):
    return data_text(name).splitlines()
