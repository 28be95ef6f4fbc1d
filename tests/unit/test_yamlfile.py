"""The one YAML reader: YAML 1.2 core values, lines of every key, nothing executed or expanded."""

import math

import pytest

from gridcalc.errors import InputError
from gridcalc.yamlfile import key_text, parse_yaml


def value_of(text):
    return parse_yaml(text, file="x.yaml").value


def message_of(text):
    with pytest.raises(InputError) as caught:
        parse_yaml(text, file="x.yaml")
    return str(caught.value)


# ------------------------------------------------------------------ values


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("no", "no"),  # a boolean in YAML 1.1, a text in the core schema of YAML 1.2.2, 10.3.2
        ("on", "on"),
        ("yes", "yes"),
        ("Y", "Y"),
        ("22:30", "22:30"),  # 1350 in YAML 1.1
        ("2026-01-01", "2026-01-01"),  # a date in YAML 1.1
        ("1_000", "1_000"),
        ("0777", 777),  # octal in YAML 1.1, decimal in YAML 1.2
        ("true", True),
        ("False", False),
        ("~", None),
        ("Null", None),
        ("", None),
        ("-12", -12),
        ("+3", 3),
        ("1.5", 1.5),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("-2.5E-1", -0.25),
        ("'12'", "12"),
        ('"true"', "true"),
        ("<<", "<<"),
        ("小区", "小区"),
    ],
)
def test_plain_scalars_follow_the_core_schema_of_yaml_1_2(text, expected):
    value = value_of(f"a: {text}")["a"]

    assert value == expected
    assert type(value) is type(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (".inf", math.inf),
        ("+.inf", math.inf),
        ("-.Inf", -math.inf),
        (".INF", math.inf),
        ("1e999", math.inf),
    ],
)
def test_infinite_numbers_are_read_as_such_for_the_record_to_refuse(text, expected):
    assert value_of(f"a: {text}")["a"] == expected


@pytest.mark.parametrize("text", [".nan", ".NaN", ".NAN"])
def test_undefined_numbers_are_read_as_such_for_the_record_to_refuse(text):
    assert math.isnan(value_of(f"a: {text}")["a"])


@pytest.mark.parametrize("digits", [19, 20, 400, 5000])
def test_a_huge_whole_number_is_read_without_an_error_of_python(digits):
    # int() of more than 4300 digits raises in Python 3.11
    value = value_of("a: " + "9" * digits)["a"]

    assert value >= 10**18


def test_an_empty_text_holds_nothing():
    assert value_of("") is None
    assert value_of("# only a comment\n") is None


def test_keys_are_texts_whatever_they_look_like():
    assert value_of("1: a\ntrue: b\n~: c") == {"1": "a", "true": "b", "~": "c"}


def test_a_merge_key_is_an_ordinary_key():
    assert value_of("a:\n  <<: {b: 1}") == {"a": {"<<": {"b": 1}}}


# ------------------------------------------------------------------ lines


def test_every_key_and_entry_has_its_line():
    document = parse_yaml("a: 1\nb:\n  - x: 2\n    y: 3\n\n  - {x: 4}\n", file="x.yaml")

    assert document.line(("a",)) == 1
    assert document.line(("b",)) == 2
    assert document.line(("b", 0)) == 3
    assert document.line(("b", 0, "y")) == 4
    assert document.line(("b", 1, "x")) == 6


def test_a_key_has_the_line_of_the_key_and_not_of_its_value():
    document = parse_yaml("a:\n\n  - 1\n", file="x.yaml")

    assert document.line(("a",)) == 1
    assert document.line(("a", 0)) == 3


def test_a_path_that_is_not_there_has_the_line_of_its_nearest_parent():
    document = parse_yaml("\n\na:\n  - b: 1\n", file="x.yaml")

    assert document.line(("a", 0, "c", "d")) == 4
    assert document.line(("z",)) == 3


def test_a_problem_of_a_document_knows_file_line_and_key():
    document = parse_yaml("a:\n  - b: 1\n", file="x.yaml")

    problem = document.problem(("a", 0, "b"), "1 is too small")

    assert (problem.file, problem.line, problem.key) == ("x.yaml", 2, "a[0].b")
    assert str(problem) == "line 2, a[0].b: 1 is too small"


def test_paths_are_written_as_users_write_them():
    assert key_text(()) == ""
    assert key_text(("a",)) == "a"
    assert key_text(("a", 0, "b", 12, "c")) == "a[0].b[12].c"


def test_a_duplicate_key_keeps_the_first_value_and_is_a_problem_at_the_second():
    document = parse_yaml("a: 1\nb:\n  - {c: 2,\n     c: 3}\na: 4\n", file="x.yaml")

    assert document.value == {"a": 1, "b": [{"c": 2}]}
    assert [str(p) for p in sorted(document.problems)] == [
        "line 4, b[0].c: the key 'c' stands twice; keep one",
        "line 5, a: the key 'a' stands twice; keep one",
    ]


# ------------------------------------------------------------------ hostile texts


@pytest.mark.parametrize(
    "tag", ["!!python/object/apply:os.system", "!!int", "!!str", "!mine", "!", "!!timestamp"]
)
def test_every_tag_is_refused_with_its_line(tag):
    assert "line 2: the tag" in message_of(f"a: 1\nb: {tag} 'x'\n")


def test_anchors_and_aliases_are_refused_each_with_its_line():
    message = message_of("a: &x 1\nb: 2\nc: *x\n")

    assert "line 1: anchors and aliases are not allowed here" in message
    assert "line 3: anchors and aliases are not allowed here" in message


def test_a_billion_laughs_are_refused_before_anything_is_expanded():
    levels = [f"l{i}: &l{i} [{', '.join([f'*l{i - 1}'] * 10)}]" for i in range(1, 10)]

    message = message_of("\n".join(["l0: &l0 [ha]", *levels]))

    # one for each of ten lines; of many equal ones three are shown
    assert message.count("anchors and aliases are not allowed here") == 3
    assert "(and 7 more of this kind, lines 4, 5, 6, 7, 8, 9, 10)" in message


def test_nesting_is_allowed_to_twenty_levels_and_no_further():
    twenty = "[" * 20 + "]" * 20

    assert value_of(twenty) is not None
    assert "line 1: nested deeper than 20 levels" in message_of(f"[{twenty}]")


@pytest.mark.parametrize("opening", ["[", "{a: ", "- "])
def test_very_deep_nesting_is_an_input_error_and_no_crash(opening):
    assert "nested deeper than 20 levels" in message_of("\n" * 3 + opening * 50_000)


def test_a_text_above_fifty_megabytes_is_refused_unread():
    assert "is larger than 50 MB; is it the right file?" in message_of(" " * 50_000_001)


@pytest.mark.parametrize(
    ("text", "fragment"),
    [
        ("a: 1\nb: 'x\n", "line 3: this is not valid YAML"),
        ("a: 1\n\tb: 2\n", "line 2: this is not valid YAML"),
        ("a: [1, 2\nb: 3\n", "line 2: this is not valid YAML"),
        ("--- 1\n--- 2\n", "line 2: this is not valid YAML: but found another document"),
        ("a: \x00\n", "this is not valid YAML: unacceptable character #x0000"),
    ],
)
def test_a_text_that_is_not_yaml_names_the_line(text, fragment):
    assert fragment in message_of(text)


def test_bytes_smuggled_in_by_standard_input_are_an_input_error():
    # Python reads undecodable bytes of standard input as lone surrogates in the C locale
    assert "this is not valid YAML" in message_of("name: \udcff\n")


@pytest.mark.parametrize(
    "sign",
    # what XML 1.0, 2.2 leaves out of Char, as a double-quoted scalar of YAML writes it
    [r"\0", r"\a", r"\b", r"\v", r"\f", r"\e", r"\x1f", r"\ufffe", r"\uffff"],
)
def test_a_text_that_xml_cannot_hold_is_a_problem_with_line_and_key(sign):
    document = parse_yaml(f'a: 1\nb:\n  - {{name: "mi{sign}ni"}}\n', file="x.yaml")

    (problem,) = document.problems
    assert (problem.line, problem.key) == (3, "b[0].name")
    assert problem.message.endswith("ni' holds signs that cannot be shown; write it anew")
    assert problem.message.isprintable()


def test_a_key_that_xml_cannot_hold_is_a_problem_of_its_group():
    document = parse_yaml('a:\n  "b\\e": 1\n  c: 2\n', file="x.yaml")

    assert document.value == {"a": {"c": 2}}
    assert [str(problem) for problem in document.problems] == [
        r"line 2, a: 'b\x1b' holds signs that cannot be shown; write it anew"
    ]


def test_ends_of_lines_tabs_and_letters_of_all_planes_are_texts():
    text = "a\tb\nc 小区 \U00020bb7 👨"  # the last but one of 𠮷野家, beyond the first plane

    document = parse_yaml('a: "a\\tb\\nc 小区 \\U00020bb7 👨"', file="x.yaml")

    assert (document.value, document.problems) == ({"a": text}, ())


def test_a_list_or_a_group_as_a_key_is_refused():
    # shown to the user it would be "[ScalarNode(tag=…", and it can mean nothing in our files
    assert "line 1" in message_of("? [a, b]\n: 1\n")
