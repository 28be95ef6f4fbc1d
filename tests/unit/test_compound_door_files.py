"""Hostile and odd files at the door of compounds, the record behind it, and its JSON schema."""

import json

import pytest

from gridcalc.compound.door import nearest, read_mapping, read_text
from gridcalc.compound.model import Compound
from gridcalc.compound.outline import SECTIONS
from gridcalc.compound.reader import parse_compound, read_compound
from gridcalc.errors import InputError


@pytest.fixture
def problems(catalogue):
    def of(text):
        with pytest.raises(InputError) as caught:
            parse_compound(text, file="x.yaml", catalogue=catalogue)
        return [str(problem) for problem in caught.value.problems]

    return of


# ------------------------------------------------------------------ hostile and odd files


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "this is not a compound file; it holds nothing"),
        ("- 1\n", "this is not a compound file; it holds a list"),
        ("hello\n", "this is not a compound file; it holds the single value 'hello'"),
        ("a: !!python/object/apply:os.system ['true']\n", "the tag "),
        ("a: &a [x]\nb: *a\n", "anchors and aliases are not allowed here"),
        ("a: " + "[" * 100_000, "nested deeper than 20 levels"),
        ("a: 'x\n", "this is not valid YAML"),
    ],
)
def test_what_is_not_a_compound_file_is_said_in_one_sentence(problems, text, message):
    assert message in problems(text)[0]


def test_a_mapping_is_read_with_the_name_of_what_it_should_be():
    with pytest.raises(InputError, match=r"this is not a template file; it holds a list"):
        read_mapping("- 1", file="x.yaml", what="template")


def test_a_nearest_word_is_only_offered_when_it_is_near():
    assert nearest("ebike", ["ebikes", "households"]) == "; did you mean 'ebikes'?"
    assert nearest("qqq", ["ebikes", "households"]) == ""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_files_of_chinese_editors_are_read(tmp_path, catalogue, small_text, encoding):
    path = tmp_path / "compound.yaml"
    path.write_bytes(small_text.encode(encoding))

    assert read_compound(str(path), catalogue=catalogue).name == "小样小区"


def test_line_ends_of_windows_change_nothing(tmp_path, catalogue, small_text):
    path = tmp_path / "compound.yaml"
    path.write_bytes(small_text.replace("\n", "\r\n").encode())

    compound = read_compound(str(path), catalogue=catalogue)

    assert compound == parse_compound(small_text, file="x", catalogue=catalogue)


def test_a_binary_file_is_refused_with_what_to_do(tmp_path):
    path = tmp_path / "compound.yaml"
    path.write_bytes(b"\x89PNG\xff\xfe\x00\xff")

    with pytest.raises(InputError, match="is not text in UTF-8 or GB18030; save it as UTF-8"):
        read_text(path)


def test_a_file_that_is_not_there_or_is_a_folder_is_an_input_error(tmp_path, catalogue):
    with pytest.raises(InputError, match="cannot be read: no such file or directory"):
        read_compound(str(tmp_path / "nowhere.yaml"), catalogue=catalogue)
    with pytest.raises(InputError, match="cannot be read: is a directory"):
        read_compound(str(tmp_path), catalogue=catalogue)


# ------------------------------------------------------------------ the record


def test_what_a_file_says_is_what_the_record_holds(catalogue, small_text):
    compound = parse_compound(small_text, file="x.yaml", catalogue=catalogue)

    assert (compound.id, compound.is_new) == ("small", True)
    assert [unit.id for unit in compound.transformers] == ["T1"]
    assert (compound.lv_cables[0].from_id, compound.lv_cables[0].to_id) == ("T1.LV", "BB1")
    assert compound.private_bays[0].equipped_share is None  # not given, and nothing guessed


def test_a_record_cannot_be_changed(catalogue, small_text):
    compound = parse_compound(small_text, file="x.yaml", catalogue=catalogue)

    with pytest.raises(ValueError, match="frozen"):
        compound.name = "other"  # type: ignore[misc]


def test_the_json_schema_can_be_exported_and_speaks_the_keys_of_the_file():
    schema = json.loads(json.dumps(Compound.model_json_schema(by_alias=True)))

    assert set(SECTIONS) <= set(schema["properties"])
    assert set(schema["$defs"]["LvCable"]["required"]) == {"id", "from", "to", "type", "length_m"}
    assert "from_id" not in schema["$defs"]["LvCable"]["properties"]
    records = [schema, *(part for part in schema["$defs"].values() if "properties" in part)]
    assert all(part["additionalProperties"] is False for part in records)
