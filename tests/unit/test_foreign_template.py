"""Foreign networks as compounds, against the hamlet of foreign_cases worked out by hand."""

import json
from dataclasses import replace

import pytest

from gridcalc.catalogue import load_catalogue
from gridcalc.compound.templates.importing import Origin, import_compound
from gridcalc.errors import InputError
from gridcalc.foreign.load_map import NO_MAP, LoadMap, MapRow
from gridcalc.foreign.representing import compound_of_network
from gridcalc.foreign.representing_ids import unique_ids
from gridcalc.network.foreign_tables import ForeignTables
from gridcalc.policy import load_policy
from tests.unit.foreign_cases import changed, frame, hamlet, tables_of

NATIONAL = load_policy("national")
CATALOGUE = load_catalogue()
RATED = {"max_i_ka": [0.2, 0.1, 0.15]}


def line(**columns):
    """Return the lines of the hamlet, all rated, with some columns replaced."""
    inner = json.loads(hamlet()["line"]["_object"])
    given = {name: [row[k] for row in inner["data"]] for k, name in enumerate(inner["columns"])}
    return {"line": frame({**given, **RATED, **columns})}


def represented(tables: ForeignTables, given: LoadMap = NO_MAP, catalogue=CATALOGUE):
    return compound_of_network(
        tables, name="hamlet", catalogue=catalogue, policy=NATIONAL, given=given
    )


def said(found):
    return "\n".join(map(str, found.notes))


def lacks(tables):
    with pytest.raises(InputError) as raised:
        represented(tables)
    return "\n".join(f"{row.key}: {row.message}" for row in raised.value.problems)


def test_elements_become_those_of_a_compound(tmp_path):
    found = represented(tables_of(tmp_path, **line())).compound

    assert [(row.id, row.kind) for row in found.sources] == [("G", "line_tap")]
    assert [(s.id, s.kind) for s in found.substations] == [("grid", "prefabricated")]
    assert found.transformers[0].fed_from == "G"
    assert found.mv_cables == ()
    # L2 is written from b to a; the end nearer the transformer is a
    ends = [(row.id, row.from_id, row.to_id, row.length_m) for row in found.lv_cables]
    assert ends == [("L1", "T.LV", "a", 100), ("L2", "a", "b", 50), ("L3", "T.LV", "c", 200)]
    boxes = [(row.id, row.kind) for row in found.lv_nodes]
    assert boxes == [("a", "meter_box"), ("b", "meter_box"), ("c", "distribution_box")]


def test_flats_draw_at_the_station_what_the_file_says(tmp_path):
    found = represented(tables_of(tmp_path, **line())).compound

    # 12 kW are two flats of 6, 5 kW one; the pack has K = 1.0 for three flats
    rows = [(row.node, row.count, row.kw_each, row.phases) for row in found.households]
    assert rows == [("a", 2, 6.0, "three"), ("b", 1, 5.0, "three")]
    # the shop: sqrt(10² + 2²) = 10.198, 10 / 10.198 = 0.9806
    (shop,) = found.public_loads
    assert (shop.node, shop.kw, shop.demand_factor, shop.power_factor) == ("c", 10, 1, 0.9806)
    assert [(row.node, row.count) for row in found.private_bays] == [("a", 2), ("b", 1)]
    assert [(row.node, row.bikes) for row in found.ebikes] == [("a", 2), ("b", 1)]


def test_more_flats_get_more_power_each_by_their_demand_factor(tmp_path):
    given = LoadMap(rows=(MapRow(load="House 1", kind="household", households=99),))
    found = represented(tables_of(tmp_path, **line()), given)

    # 99 flats of x kW and one of y draw K (99 x + y) = 12 + 5 kW, each load its own share, so
    # K x 99 = 12 and K y = 5; K of 100 flats lies between a third and two thirds in every table
    big, small = found.compound.households
    assert big.kw_each * 99 / 12 == pytest.approx(small.kw_each / 5, rel=1e-3)
    assert 1.5 < small.kw_each / 5 < 3
    assert big.phases == (33, 33, 33)
    assert f"up to {small.kw_each / 5:.2f} times" in said(found)


def test_phases_of_unbalanced_loads_are_kept(tmp_path):
    load = {
        "bus": [2, 3],
        "name": ["one phase", "two phases"],
        **{f"q_{phase}_mvar": [0.0, 0.0] for phase in "abc"},
        "p_a_mw": [0.0, 0.012],
        "p_b_mw": [0.006, 0.006],
        "p_c_mw": [0.0, 0.0],
        "scaling": [1.0, 1.0],
        "in_service": [True, True],
    }
    none = {name: [] for name in ("bus", "p_mw", "q_mvar", "scaling", "in_service")}
    parts = {"asymmetric_load": frame(load), "load": frame(none)}
    found = represented(tables_of(tmp_path, **line(), **parts)).compound

    # 6 kW on b is one flat there; 12 and 6 kW are three flats, two of them on a
    assert [row.phases for row in found.households] == [(0, 1, 0), (2, 1, 0)]


def test_what_the_catalogue_has_is_named_and_the_rest_written_beside(tmp_path):
    # Al 4x150 buried at 25 °C and 2.0 K m/W carries 247 A, in a duct 0.85 of it, 209.95 A
    data = {
        "r_ohm_per_km": [0.206, 0.206, 0.2],
        "x_ohm_per_km": [0.077, 0.077, 0.08],
        "max_i_ka": [0.21, 0.247, 0.15],
        "std_type": ["any", "any", "NAYY 4x150"],
    }
    found = represented(tables_of(tmp_path, **line(**data)))

    assert [(row.type, row.laying) for row in found.compound.lv_cables] == [
        ("YJLV22-0.6/1-4x150", "duct"),
        ("YJLV22-0.6/1-4x150", "buried"),
        ("NAYY 4x150", "buried"),
    ]
    folder = tmp_path / "own"
    folder.mkdir()
    for name, text in found.tables.items():
        (folder / name).write_text(text, encoding="utf-8")
    own = load_catalogue(folder)
    cable = own.cables["NAYY 4x150"]
    # 0.2 ohm/km times 150 mm² is 1.06 times the 28.26 of aluminium: section and metal go together
    kept = (cable.conductor, cable.area_mm2, cable.r20_ohm_per_km, cable.max_i_soil25_rho2_a)
    assert kept == ("Al", 150, 0.2, 150)
    assert (cable.insulation, cable.confidence) == ("PVC", "assumed")
    # 1.5 % of 100 kVA are 1500 W
    unit = own.transformers["0.1 MVA 10/0.4 kV Dyn5"]
    assert (unit.sn_kva, unit.pk_w, unit.p0_w, unit.uk_percent) == (100, 1500, 200, 4)
    assert unit.vector_group == "Dyn11"


def test_a_section_that_does_not_fit_the_resistance_is_computed(tmp_path):
    data = {"std_type": ["4x999", "4x999", "4x999"], "r_ohm_per_km": [0.3] * 3}
    found = represented(tables_of(tmp_path, **line(**data)))

    # aluminium, middle of 1.0 to 1.2: 1.1 x 28.26 / 0.3 = 103.62
    rows = [row for name, row in found.catalogue.cables.items() if name.startswith("4x999")]
    assert {row.area_mm2 for row in rows} == {103.6}
    assert {row.max_i_soil25_rho2_a for row in rows} == {200, 100, 150}


def test_a_line_without_a_rating_takes_that_of_a_cable_like_it_or_is_refused(tmp_path):
    like = {"r_ohm_per_km": [0.206] * 3, "x_ohm_per_km": [0.077] * 3}
    found = represented(tables_of(tmp_path, **line(max_i_ka=[0.21, 0.21, 99999.0], **like)))

    assert found.compound.lv_cables[2].type == "YJLV22-0.6/1-4x150"
    assert "1 lines without a rating" in said(found)
    unlike = lacks(tables_of(tmp_path, **line(max_i_ka=[0.2, 0.1, None], x_ohm_per_km=[0.3] * 3)))
    assert unlike.startswith("line L3: has no rating")


def test_overhead_lines_lie_in_air(tmp_path):
    found = represented(tables_of(tmp_path, **line(type=["ol", "cs", "cs"])))

    assert [row.laying for row in found.compound.lv_cables] == ["air", "buried", "buried"]
    assert "1 overhead lines" in said(found)


def test_rows_of_a_users_catalogue_stand_beside_the_template_too(tmp_path):
    tables = tables_of(tmp_path, **line())
    first = represented(tables)
    own = {
        name: replace(row, source="user:cables_lv.csv")
        for name, row in first.catalogue.cables.items()
        if name not in CATALOGUE.cables
    }
    given = replace(CATALOGUE, cables={**CATALOGUE.cables, **own})
    again = represented(tables, catalogue=given)

    assert again.compound.lv_cables == first.compound.lv_cables
    for name in own:
        assert name in again.tables["cables_lv.csv"]


def test_capacitors_at_the_board_are_compensation(tmp_path):
    given = LoadMap(rows=(MapRow(load="Shop", kind="commerce"),))
    tables = tables_of(tmp_path, **line(), **changed("load", "q_mvar", -0.03, row=2))
    found = represented(tables, given)

    assert found.compound.transformers[0].compensation_kvar == 30
    assert found.compound.public_loads[0].power_factor == 1
    assert "30.0 kvar of compensation" in said(found)


def test_chargers_of_the_file_stand_at_bays(tmp_path):
    given = LoadMap(rows=(MapRow(load="Shop", kind="charger"),))
    found = represented(tables_of(tmp_path, **line()), given).compound

    # 10 kW over 7 kW is one charger
    (bay,) = (row for row in found.private_bays if row.node == "c")
    assert (bay.count, bay.equipped_share) == (1, 1)
    assert {row.id: row.kind for row in found.lv_nodes}["c"] == "charger_box"


def test_what_is_out_of_service_or_idle_is_left_out_and_said(tmp_path):
    tables = tables_of(tmp_path, **line(in_service=[True, True, False]))
    found = represented(tables)

    assert [row.id for row in found.compound.lv_cables] == ["L1", "L2"]
    assert "1 lines out of service" in said(found)
    assert "1 loads without supply or power" in said(found)


def test_the_end_of_a_line_without_a_load_stays(tmp_path):
    found = represented(tables_of(tmp_path, **line(), **changed("load", "p_mw", 0.0, row=2)))

    (idle,) = found.compound.public_loads
    assert (idle.node, idle.kw) == ("c", 0)


def test_buses_joined_by_switches_are_one(tmp_path):
    tie = {"bus": [1], "element": [2], "et": ["b"], "closed": [True]}
    tables = tables_of(tmp_path, **line(in_service=[False, True, True]), switch=frame(tie))
    found = represented(tables)

    ends = [(row.from_id, row.to_id) for row in found.compound.lv_cables]
    assert ends == [("T.LV", "b"), ("T.LV", "c")]
    assert found.compound.households[0].node == "T.LV"
    assert "1 buses behind closed switches" in said(found)


def test_an_open_10_kv_line_stays_as_the_open_point_of_a_ring(tmp_path):
    bus = {
        "name": ["grid", "board", "a", "b", "c", "X"],
        "vn_kv": [10.0, 0.4, 0.4, 0.4, 0.4, 10.0],
        "in_service": [True] * 6,
    }
    ring = {
        "name": ["L1", "L2", "L3", "M1", "M2"],
        "from_bus": [1, 3, 1, 0, 5],
        "to_bus": [2, 2, 4, 5, 0],
        "length_km": [0.1, 0.05, 0.2, 0.3, 0.4],
        "r_ohm_per_km": [0.2, 0.2, 0.2, 0.125, 0.125],
        "x_ohm_per_km": [0.08, 0.08, 0.08, 0.087, 0.087],
        "c_nf_per_km": [0.0] * 5,
        "g_us_per_km": [0.0] * 5,
        "max_i_ka": [0.2, 0.1, 0.15, 0.248, 0.248],
        "df": [1.0] * 5,
        "parallel": [1, 2, 1, 1, 1],
        "in_service": [True, True, True, True, False],
    }
    found = represented(tables_of(tmp_path, bus=frame(bus), line=frame(ring))).compound

    # Al 3x240: 292 A in soil times 0.85 in a duct are 248.2 A
    mv = [(row.id, row.from_id, row.to_id, row.normally_open) for row in found.mv_cables]
    assert mv == [("M1", "G", "X", False), ("M2", "X", "G", True)]
    assert {row.type for row in found.mv_cables} == {"YJLV22-8.7/15-3x240"}
    assert [(row.id, row.n_bays) for row in found.rmus] == [("X", None)]
    assert found.lv_cables[1].parallel == 2


def test_all_that_a_compound_cannot_hold_comes_in_one_list(tmp_path):
    inner = json.loads(line()["line"]["_object"])
    ring = {
        name: [row[k] for row in inner["data"]] + [inner["data"][0][k]]
        for k, name in enumerate(inner["columns"])
    }
    ring["from_bus"][3], ring["to_bus"][3], ring["name"][3] = 3, 4, "L4"
    sgen = {"bus": [2], "p_mw": [0.01], "q_mvar": [0.0], "scaling": [1.0], "in_service": [True]}
    parts = {
        "line": frame(ring),
        "sgen": frame(sgen),
        **changed("bus", "vn_kv", 20.0),
        **changed("trafo", "std_type", "0.25 MVA 20/0.4 kV Yzn5"),
        **changed("load", "bus", 0, row=2),
    }
    found = lacks(tables_of(tmp_path, **parts))

    assert "this network 20 kV" in found
    assert "sgen: a compound has no generators" in found
    assert "T: what it feeds below 1 kV is not radial" in found
    assert "T: it has the vector group Yzn5" in found
    assert "load: a compound has no loads above 1 kV: Shop" in found


@pytest.mark.parametrize(
    ("part", "message"),
    [
        (changed("ext_grid", "bus", 1), "this source stands at 0.4 kV"),
        (changed("ext_grid", "in_service", value=False), "there is no source in service"),
        (changed("trafo", "parallel", 2), "it counts 2 times"),
        (changed("trafo", "pfe_kw", 0.0), "p0_w: 0 is not above 0"),
        (changed("ext_grid", "vm_pu", 1.5), "sources[0].vm_peak_pu"),
        (changed("bus", "vn_kv", 11.0), "this network 11 kV"),
    ],
)
def test_a_network_beyond_a_compound_is_refused(tmp_path, part, message):
    assert message in lacks(tables_of(tmp_path, **{**line(), **part}))


def test_a_length_beyond_the_format_is_refused_and_a_short_one_lengthened(tmp_path):
    assert "lv_cables[0].length_m" in lacks(tables_of(tmp_path, **line(length_km=[6, 0.1, 0.1])))

    found = represented(tables_of(tmp_path, **line(length_km=[0.0001, 0.1, 0.1])))
    assert found.compound.lv_cables[0].length_m == 0.5
    assert "1 cables shorter than 0.5 m" in said(found)


def test_hostile_names_become_ids_and_plain_cells(tmp_path):
    names = ["=cmd|' /C calc'!A0", "T.LV", "../../x"]
    data = {"name": names, "std_type": ["=1+1", '","x', "a\nb: {c: d}"], "r_ohm_per_km": [0.3] * 3}
    found = represented(tables_of(tmp_path, **line(**data)))

    assert [row.id for row in found.compound.lv_cables] == ["cmd-C-calc-A0", "T-LV", "x"]
    lines = found.tables["cables_lv.csv"].splitlines()
    assert [row.split(",")[0] for row in lines[1:]] == ["1+1", "a b c d", "x"]


def test_ids_are_told_apart_without_case_and_cut():
    long = "A" * 100

    assert unique_ids(["t1", "T1", long, long, "", "№ 3"], taken=["t1"]) == (
        "t1-2",
        "T1-3",
        "A" * 56,
        "A" * 56 + "-2",
        "x",
        "3",
    )


def test_equipment_of_an_import_before_does_not_stay(tmp_path):
    found = represented(tables_of(tmp_path, **line()))
    origin = Origin(head="h", zh="z", en="e", remarks=("one\ncompound: x",))
    rest = {"compound": found.compound, "name": "own", "user_dir": tmp_path, "origin": origin}
    template, folder = import_compound(tables=found.tables, **rest)

    assert folder is not None
    assert sorted(path.name for path in folder.iterdir()) == ["cables_lv.csv", "transformers.csv"]
    assert "# one compound: x" in template.read_text(encoding="utf-8").splitlines()
    with pytest.raises(InputError, match="--force"):
        import_compound(tables={}, **rest)
    assert import_compound(tables={}, force=True, **rest) == (template, None)
    assert list(folder.iterdir()) == []
