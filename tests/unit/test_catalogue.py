"""The catalogue: shipped tables, the user's tables over them, near names, lists and sources."""

import csv
from pathlib import Path

import pytest

from gridcalc.catalogue import list_kinds, load_catalogue, load_sources, rows
from gridcalc.catalogue.nearest import nearest_name
from gridcalc.catalogue.sources import parse_sources
from gridcalc.errors import InputError
from gridcalc.tables import data_text

CATALOGUE = load_catalogue()


def shipped_row(file, name, /, **changes):
    """Return heading and one row of a shipped table, with some cells changed."""
    columns, *lines = csv.reader(data_text(file).splitlines())
    (cells,) = [cells for cells in lines if cells[0] == name]
    row = dict(zip(columns, cells, strict=True)) | {key: str(new) for key, new in changes.items()}
    return ",".join(columns), ",".join(f'"{cell}"' for cell in row.values())


def write(folder: Path, file: str, *lines: str, encoding: str = "utf-8") -> None:
    (folder / file).write_bytes(("\n".join(lines) + "\n").encode(encoding))


def problems_of(folder: Path) -> list[tuple[str, int, str, str]]:
    with pytest.raises(InputError) as caught:
        load_catalogue(folder)
    return [(Path(p.file).name, p.line, p.key, p.message) for p in caught.value.problems]


def test_all_equipment_is_found_by_name():
    assert len(CATALOGUE.transformers) == 171
    assert len(CATALOGUE.cables) == 42
    assert CATALOGUE.rmus["RMU-2in-4out"].n_bays == 6
    assert CATALOGUE.breakers["MCCB-400"].pickup_i_a == 4000


def test_the_shipped_catalogue_is_read_once():
    assert load_catalogue() is load_catalogue()


def test_derived_voltages_of_a_transformer_follow_from_its_losses():
    # S20-800: 6000 W / 800 kVA = 0.75 %; sqrt(4.5^2 - 0.75^2) = 4.43706 %.
    row = CATALOGUE.transformers["S20-800"]

    assert row.vkr_percent == pytest.approx(0.75)
    assert row.vk_percent == 4.5
    assert row.vkx_percent == pytest.approx(4.43706, rel=1e-5)


def test_a_cable_column_has_its_own_mark():
    # Values of the table: 95 mm2 -> 247 A was read in a worked example, its reactance was not.
    cable = CATALOGUE.cables["YJV22-0.6/1-4x95"]

    assert cable.mark("max_i_soil25_rho2_a") == "seen"
    assert cable.mark("x_ohm_per_km") == "recalled"
    assert cable.mark("u0_kv") == cable.confidence


@pytest.mark.parametrize(
    ("kind", "name", "expected"),
    [
        ("cables", "YJV-4x999", "YJV22-0.6/1-4x240"),
        ("cables", "YJLV-4x240", "YJLV22-0.6/1-4x240"),
        ("cables", "ZC-YJV22-8.7/15-3*230", "YJV22-8.7/15-3x240"),
        ("cables", "yjlv22-8.7/15-3x310", "YJLV22-8.7/15-3x300"),
        ("transformers", "s13-810", "S13-800"),
        ("transformers", "S14-800", "S13-800"),
        ("transformers", "SCB14-630", "SCB14-630-uk4"),
        ("rmus", "RMU-2in-3out", "RMU-2in-4out"),
        ("breakers", "MCCB-275", "MCCB-250"),
    ],
)
def test_the_nearest_name_keeps_kind_and_size(kind, name, expected):
    assert CATALOGUE.nearest(kind, name) == expected


def test_nothing_is_near_a_name_of_another_world():
    assert CATALOGUE.nearest("cables", "???") is None
    assert nearest_name("S13-800", []) is None


def test_a_user_row_is_added_with_the_file_as_its_source(tmp_path):
    write(
        tmp_path,
        "transformers.csv",
        *shipped_row("transformers.csv", "S13-800", name="S13-900", sn_kva=900),
    )

    catalogue = load_catalogue(tmp_path)

    assert catalogue.transformers["S13-900"].source == "user:transformers.csv"
    assert len(catalogue.transformers) == 172
    assert catalogue.cables == CATALOGUE.cables


def test_a_user_row_replaces_the_shipped_row_of_the_same_name(tmp_path):
    write(tmp_path, "rmus.csv", *shipped_row("rmus.csv", "RMU-2in-4out", max_i_sc_ka=25))

    catalogue = load_catalogue(tmp_path)

    assert catalogue.rmus["RMU-2in-4out"].max_i_sc_ka == 25
    assert list(catalogue.rmus) == list(CATALOGUE.rmus)
    assert CATALOGUE.rmus["RMU-2in-4out"].max_i_sc_ka == 20


def test_a_user_table_may_come_from_a_chinese_spreadsheet(tmp_path):
    heading, line = shipped_row("lv_breakers.csv", "MCCB-400", name="塑壳-400")
    write(tmp_path, "lv_breakers.csv", heading, line, encoding="gb18030")

    assert "塑壳-400" in load_catalogue(tmp_path).breakers


def test_an_empty_folder_changes_nothing(tmp_path):
    assert load_catalogue(tmp_path) == CATALOGUE


def test_every_problem_of_every_user_table_is_reported_at_once(tmp_path):
    heading, kilowatts = shipped_row("transformers.csv", "S13-800", pk_w=75000)
    _, negative = shipped_row("transformers.csv", "S13-630", name="X-630", p0_w=-1)
    write(tmp_path, "transformers.csv", heading, "", kilowatts, negative, kilowatts)
    write(
        tmp_path,
        "cables_mv.csv",
        *shipped_row("cables_mv.csv", "YJV22-8.7/15-3x240", conductor="Al"),
    )
    write(tmp_path, "rmus.csv", "name,n_bays", "R,4")

    problems = problems_of(tmp_path)

    assert [p[:3] for p in problems if p[0] != "rmus.csv"] == [
        ("cables_mv.csv", 2, "r20_ohm_per_km"),
        ("transformers.csv", 3, "pk_w"),
        ("transformers.csv", 4, "p0_w"),
        ("transformers.csv", 5, "name"),
        ("transformers.csv", 5, "pk_w"),
    ]
    messages = {p[2]: p[3] for p in problems}
    # 0.0754 x 240 / 28.26 = 0.640
    assert "0.64 times the resistance of Al, not 1 to 1.2" in messages["r20_ohm_per_km"]
    assert "9.38 %, not below uk_percent 4.5" in messages["pk_w"]
    assert "stands twice" in messages["name"]
    assert messages["n_bays"].startswith("this column is not known")


@pytest.mark.parametrize(
    ("changes", "key", "message"),
    [
        ({"max_i_air40_a": 0}, "max_i_air40_a", "0 is not above 0"),
        ({"area_mm2": -240}, "area_mm2", "-240 is not above 0"),
        ({"c_nf_per_km": -1}, "c_nf_per_km", "-1 is below 0"),
        ({"r20_ohm_per_km": 75.4}, "r20_ohm_per_km", "check conductor, area_mm2 and the unit"),
        # Copper carries 4 to 42 A per mm2^0.6 of equipment_bounds.csv: 240^0.6 = 26.80, so 107 to
        # 1126 A; a decimal point shifted either way is found.
        ({"max_i_soil25_rho2_a": 4080}, "max_i_soil25_rho2_a", "the 107 to 1126 A of a Cu cable"),
        ({"max_i_air40_a": 47.8}, "max_i_air40_a", "47.8 A is not within the 107 to 1126 A"),
        ({"name": ""}, "name", "give the type a name"),
        ({"conductor": "Fe"}, "conductor", "'Fe' is not one of Cu, Al"),
    ],
)
def test_a_doubtful_cable_is_refused_with_the_column(tmp_path, changes, key, message):
    write(
        tmp_path,
        "cables_mv.csv",
        *shipped_row("cables_mv.csv", "YJV22-8.7/15-3x240", **changes),
    )

    ((file, line, found, text),) = problems_of(tmp_path)

    assert (file, line, found) == ("cables_mv.csv", 2, key)
    assert message in text


def test_a_cable_without_any_ampacity_is_refused(tmp_path):
    columns = data_text("cables_mv.csv").splitlines()[0].split(",")
    empty = {name: "" for name in columns if name.startswith("max_i_")}
    write(tmp_path, "cables_mv.csv", *shipped_row("cables_mv.csv", "YJV22-8.7/15-3x240", **empty))

    ((_, _, key, text),) = problems_of(tmp_path)

    assert key == "max_i_air40_a"
    assert "no ampacity is given" in text


@pytest.mark.parametrize(
    ("changes", "key", "message"),
    [
        ({"vn_lv_kv": 400}, "vn_lv_kv", "400 is not within 0.38 to 0.42 kV"),
        ({"vn_hv_kv": 35}, "vn_hv_kv", "35 is not within 9 to 11.5 kV"),
        ({"uk_percent": 400}, "uk_percent", "400 is not within 2 to 20 %; check the unit"),
        ({"sn_kva": 1e12}, "sn_kva", "1e+12 is not within 1 to 100000 kVA"),
    ],
)
def test_a_transformer_outside_the_bounds_is_refused(tmp_path, changes, key, message):
    write(tmp_path, "transformers.csv", *shipped_row("transformers.csv", "S13-800", **changes))

    ((file, line, found, text),) = problems_of(tmp_path)

    assert (file, line, found) == ("transformers.csv", 2, key)
    assert message in text


@pytest.mark.parametrize(
    "changes",
    [{"vn_hv_kv": 10.5}, {"vn_hv_kv": 11}, {"vn_lv_kv": 0.38}, {"uk_percent": 8}, {"sn_kva": 5000}],
)
def test_unusual_transformers_are_accepted(tmp_path, changes):
    # Pk of 5000 W keeps the resistive voltage below uk at every one of these ratings.
    row = shipped_row("transformers.csv", "S13-800", **{"pk_w": 5000, **changes})
    write(tmp_path, "transformers.csv", *row)

    assert load_catalogue(tmp_path).transformers["S13-800"].source == "user:transformers.csv"


def test_losses_typed_in_kilowatts_are_refused(tmp_path):
    write(
        tmp_path,
        "transformers.csv",
        *shipped_row("transformers.csv", "S13-800", p0_w=0.7, pk_w=7.5),
    )

    ((_, line, column, message),) = problems_of(tmp_path)

    # 7.5 W / 800 kVA = 0.0009375 %, half to even.
    assert (line, column) == (2, "pk_w")
    assert "0.000937 %, below 0.05 %; check that pk_w is in W" in message


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_note_may_hold_every_chinese_sign(tmp_path, encoding):
    # In UTF-8 these signs hold the byte 85, which ends a line in one of the encodings tried.
    heading, first = shipped_row("rmus.csv", "RMU-2in-4out", note="户内照片")
    _, doubtful = shipped_row("rmus.csv", "RMU-2in-6out", max_i_a=0)
    write(tmp_path, "rmus.csv", heading, first, doubtful, encoding=encoding)

    assert [problem[:3] for problem in problems_of(tmp_path)] == [("rmus.csv", 3, "max_i_a")]


def test_swapped_losses_of_a_transformer_are_refused(tmp_path):
    write(
        tmp_path,
        "transformers.csv",
        *shipped_row("transformers.csv", "S13-800", p0_w=7500, pk_w=700),
    )

    assert "are the columns swapped?" in problems_of(tmp_path)[0][3]


@pytest.mark.parametrize(
    ("file", "name", "column"),
    [("rmus.csv", "RMU-2in-4out", "max_i_a"), ("lv_breakers.csv", "MCCB-400", "rated_i_a")],
)
def test_other_equipment_needs_positive_values(tmp_path, file, name, column):
    write(tmp_path, file, *shipped_row(file, name, **{column: 0}))

    assert problems_of(tmp_path) == [(file, 2, column, "0 is not above 0")]


def test_one_name_in_both_cable_tables_is_refused(tmp_path):
    lines = shipped_row("cables_mv.csv", "YJV22-8.7/15-3x240")
    write(tmp_path, "cables_mv.csv", *lines)
    write(tmp_path, "cables_lv.csv", *lines)

    assert "stands in cables_mv.csv too" in problems_of(tmp_path)[0][3]


def test_a_file_that_is_no_catalogue_table_is_refused(tmp_path):
    write(tmp_path, "cable_mv.csv", "name")

    assert "is no catalogue table; tables are transformers.csv" in problems_of(tmp_path)[0][3]


def test_a_missing_folder_is_refused(tmp_path):
    assert "is not a folder" in problems_of(tmp_path / "none")[0][3]


def test_every_table_can_be_listed_with_source_and_mark():
    for kind in list_kinds():
        for row in rows(kind):
            assert row["source"]
            assert row["confidence"]


def test_listed_cells_are_numbers_text_or_nothing():
    row = rows("cables_lv")[0]

    assert row["area_mm2"] == 16
    assert row["name"] == "YJV22-0.6/1-4x16"
    assert row["max_i_air40_a"] is None


def test_an_unknown_table_is_answered_with_the_nearest():
    with pytest.raises(InputError, match="did you mean 'transformers'"):
        rows("transformer")


def test_a_source_tells_where_it_was_read():
    source = load_sources()["gb-50217-2007-d.0.1"]

    assert source.where == "table D.0.1"
    assert source.confidence == "seen"


def test_incomplete_and_double_sources_are_reported_together():
    good = "{kind: web, title: t, where: w, confidence: seen}"
    texts = {
        "sources.yaml": f"a: {good}\nb: {{kind: web, title: t, where: w, confidence: sure}}\nc: 1",
        "sources_policy.yaml": f"a: {good}\nd: {{kind: web, titel: t, where: w, confidence: seen}}",
    }

    with pytest.raises(InputError) as caught:
        parse_sources(texts)

    assert [(p.file, p.line, p.key) for p in caught.value.problems] == [
        ("sources.yaml", 2, "b.confidence"),
        ("sources.yaml", 3, "c"),
        ("sources_policy.yaml", 1, "a"),
        ("sources_policy.yaml", 2, "d"),
        ("sources_policy.yaml", 2, "d.titel"),
    ]


def test_a_list_of_sources_is_refused():
    with pytest.raises(InputError, match="must be a mapping of source keys"):
        parse_sources({"sources.yaml": "- a"})
