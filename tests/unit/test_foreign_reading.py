"""A pandapower file is text: nothing it names is run, and every wrong cell is listed."""

import json
import zipfile
from pathlib import Path

import pytest

from gridcalc.errors import InputError
from gridcalc.foreign.json_file import read_json
from gridcalc.foreign.opening import is_foreign, read_foreign
from tests.unit.foreign_cases import changed, frame, hamlet, signed, tables_of, written


def refused(text: str) -> str:
    with pytest.raises(InputError) as caught:
        read_json(text, "net.json")
    return str(caught.value)


def wrong(folder: Path, **parts) -> str:
    with pytest.raises(InputError) as caught:
        tables_of(folder, **parts)
    return str(caught.value)


def test_the_hamlet_is_read(tmp_path):
    tables = tables_of(tmp_path)

    assert {name: table.n for name, table in tables.frames.items()} == {
        "bus": 5,
        "line": 3,
        "trafo": 1,
        "load": 3,
        "ext_grid": 1,
    }
    assert tables.frame("line").texts("name") == ("L1", "L2", "L3")


def test_buses_are_renumbered_so_that_a_huge_index_costs_nothing(tmp_path):
    parts = hamlet()
    inner = json.loads(parts["bus"]["_object"])
    inner["index"][4] = 900_000_000
    bus = {**parts["bus"], "_object": json.dumps(inner)}
    line = changed("line", "to_bus", 900_000_000, row=2)
    load = changed("load", "bus", 900_000_000, row=2)

    tables = tables_of(tmp_path, bus=bus, **line, **load)

    assert tables.frame("line").places("to_bus")[2] == 4
    assert tables.frame("bus").index[4] == 900_000_000


def test_a_module_that_is_no_table_is_refused_and_not_imported():
    bomb = {"_module": "os", "_class": "system", "_object": "touch /tmp/owned"}

    assert "names 'os'.'system'" in refused(signed({**hamlet(), "bus": bomb}))
    assert "nothing that a file names is run" in refused(signed({**hamlet(), "mine": bomb}))
    assert "names 'os'.'system'" in refused(json.dumps(bomb))


def test_a_module_deep_inside_a_part_of_no_use_is_refused():
    bomb = {"a": [{"b": {"_module": "subprocess", "_class": "Popen", "_object": []}}]}

    assert "'subprocess'.'Popen'" in refused(signed({**hamlet(), "notes": bomb}))


@pytest.mark.parametrize("name", ["f_hz", "name", "sn_mva", "user_pf_options"])
def test_a_parameter_that_is_a_strange_object_is_refused_and_no_default_taken(name):
    bomb = {"_module": "os", "_class": "system", "_object": "50"}

    message = refused(signed({**hamlet(), name: bomb}))

    assert f"{name}: names 'os'.'system'" in message


def test_controllers_are_left_out_without_a_look(tmp_path):
    thing = {"_module": "my.own", "_class": "Controller", "_object": "{}"}
    tables = tables_of(tmp_path, controller=frame({"object": [thing]}))

    assert tables.ignored == ("controller",)


@pytest.mark.parametrize(
    "cell",
    [
        {"py/object": "__main__.Bomb"},
        {"py/reduce": [{"py/function": "os.system"}, ["id"]]},
        {"_module": "os", "_class": "system", "_object": "id"},
        ["eval", "__import__('os')"],
        "__import__('os').system('id')",
        "eval: 1+1",
        "1e3 or exit()",
    ],
)
def test_objects_and_code_in_cells_are_no_numbers(tmp_path, cell):
    message = wrong(tmp_path, **changed("line", "length_km", cell))

    assert "line[0].length_km" in message
    assert "is not a number" in message


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (1e308, "no quantity of a network"),
        (-5.0, "is not above 0"),
        (0, "is not above 0"),
        (True, "is not a number"),
        (None, "is empty"),
    ],
)
def test_a_length_that_cannot_be_is_listed_with_its_place(tmp_path, value, said):
    message = wrong(tmp_path, **changed("line", "length_km", value, row=1))

    assert "line[1].length_km: " in message
    assert said in message


@pytest.mark.parametrize("literal", ["Infinity", "-Infinity", "1e999", "9" * 5000])
def test_numbers_without_end_are_refused(tmp_path, literal):
    part = hamlet()["trafo"]
    text = part["_object"].replace("0.1,", f"{literal},", 1)

    message = wrong(tmp_path, trafo={**part, "_object": text})

    assert "trafo[0].sn_mva" in message
    assert "no quantity of a network" in message


def test_a_gap_written_as_nan_is_a_gap(tmp_path):
    part = hamlet()["line"]
    text = part["_object"].replace("99999.0", "NaN")

    tables = tables_of(tmp_path, line={**part, "_object": text})

    assert tables.frame("line").column("max_i_ka")[2] is None


def test_every_problem_is_listed_at_once(tmp_path):
    parts = {
        **changed("line", "to_bus", 77),
        **changed("load", "p_mw", "many"),
        **changed("trafo", "hv_bus", -1),
        "svc": frame({"bus": [1]}),
    }

    message = wrong(tmp_path, **parts)

    assert "line[0].to_bus: there is no bus 77" in message
    assert "load[0].p_mw: 'many' is not a number" in message
    assert "trafo[0].hv_bus: -1 is not the index of an element" in message
    assert "svc: is not solved here" in message


def test_columns_and_tables_that_are_missing_are_named(tmp_path):
    part = hamlet()["load"]
    inner = json.loads(part["_object"])
    k = inner["columns"].index("p_mw")
    inner["columns"].pop(k)
    inner["data"] = [row[:k] + row[k + 1 :] for row in inner["data"]]
    message = wrong(tmp_path, load={**part, "_object": json.dumps(inner)}, ext_grid=frame({}))

    assert "load.p_mw: this column is missing" in message
    assert "the network has no source" in message


def test_an_index_that_stands_twice_is_a_problem(tmp_path):
    part = hamlet()["load"]
    inner = json.loads(part["_object"])
    inner["index"] = [0, 0, 2]

    message = wrong(tmp_path, load={**part, "_object": json.dumps(inner)})

    assert "load[0]: the index stands twice" in message


def test_a_table_of_a_million_rows_is_refused():
    n = 1_000_000
    inner = f'{{"columns":["name"],"index":{list(range(n))},"data":{[["x"]] * n}}}'
    bus = {**hamlet()["bus"], "_object": inner.replace("'", '"')}

    assert "has 1000000 rows; at most 200000 are read" in refused(signed({**hamlet(), "bus": bus}))


def test_nesting_without_end_is_refused():
    assert "nested too deeply" in refused('{"a":' * 100_000 + "1" + "}" * 100_000)


def test_a_key_that_stands_twice_is_a_problem():
    text = signed(hamlet()).replace('"f_hz"', '"bus": {}, "f_hz"')

    assert "the key 'bus' stands twice" in refused(text)


def test_text_that_is_no_json_or_no_utf8_is_refused(tmp_path):
    assert "this is not JSON" in refused("{'a': 1}")
    path = tmp_path / "net.json"
    path.write_bytes(b'{"_module": "\xff\xfe"}')
    with pytest.raises(InputError, match="not text in UTF-8"):
        read_foreign(path)


def test_a_format_of_the_first_pandapower_is_refused(tmp_path):
    message = wrong(tmp_path, version="1.4.0", format_version="1.4.0")

    assert "not a format of pandapower 2 or 3" in message


def test_names_lose_what_would_break_a_table(tmp_path):
    tables = tables_of(tmp_path, **changed("bus", "name", "a\n\x1b[31m" + "x" * 500))

    name = tables.frame("bus").texts("name")[0]
    assert "\n" not in name
    assert "\x1b" not in name
    assert len(name) <= 200


def test_settings_are_taken_by_name_and_type_only(tmp_path):
    settings = {"trafo_model": "pi", "init": "results", "tolerance_mva": 1e-9, "algorithm": "gs"}

    tables = tables_of(tmp_path, user_pf_options=settings)

    assert tables.options == {"trafo_model": "pi", "tolerance_mva": 1e-9}


def test_files_are_told_apart_by_content(tmp_path):
    net = written(tmp_path / "any.txt", hamlet())
    compound = tmp_path / "compound.yaml"
    compound.write_text("gridcalc: 1\nid: x\n", encoding="utf-8")
    workbook = tmp_path / "book.xlsx"
    with zipfile.ZipFile(workbook, "w") as parts:
        parts.writestr("xl/workbook.xml", '<sheet name="General"/><sheet name="households"/>')

    assert is_foreign(net)
    assert not is_foreign(compound)
    assert not is_foreign(workbook)
    assert not is_foreign(tmp_path / "nothing.json")


def test_a_workbook_that_unpacks_to_gigabytes_is_refused(tmp_path):
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/workbook.xml", '<sheet name="bus"/><sheet name="ext_grid"/>')
        parts.writestr("xl/_rels/workbook.xml.rels", "<Relationships/>")
        parts.writestr("xl/worksheets/sheet1.xml", b" " * 300_000_000)

    assert is_foreign(path)
    with pytest.raises(InputError, match="unpacks to"):
        read_foreign(path)
