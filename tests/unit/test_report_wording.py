"""Every phrase of the reports has a Chinese wording, and the right values in it."""

import ast
import io
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from typing import get_args

import pytest
from babel.messages.pofile import read_po

import gridcalc
from gridcalc.catalogue import load_catalogue, load_sources
from gridcalc.checks.finding import Status
from gridcalc.demand.groups import KINDS
from gridcalc.messages import OF_CLICK, messages
from gridcalc.notes import Note
from gridcalc.policy import list_policies, load_policy
from gridcalc.provenance import CONFIDENCES
from gridcalc.question import METHODS
from gridcalc.report.wording import load_wording
from gridcalc.simulation.settings import CHARGING_MODES, SEASONS
from gridcalc.verdict import Verdict
from tools.catalogues import compiled

PACKAGE = Path(gridcalc.__file__).parent
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def _first_texts(folder: str, function: str) -> Iterator[str]:
    """Yield the constant first argument of every call of a function, wherever it stands."""
    for path in sorted((PACKAGE / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and getattr(node.func, "id", "") == function
                and node.args
            ):
                assert isinstance(node.args[0], ast.Constant), f"{path.name} line {node.lineno}"
                yield node.args[0].value


def _check_ids() -> set[str]:
    found = set()
    pattern = re.compile(r'^[A-Z_0-9]+ = "([a-z]+\.[a-z_0-9]+)"', re.MULTILINE)
    for path in sorted((PACKAGE / "checks").glob("*.py")):
        found |= set(pattern.findall(path.read_text("utf-8")))
    return found


def _quantities() -> set[str]:
    found = set()
    for path in sorted((PACKAGE / "checks").glob("*.py")):
        text = path.read_text("utf-8")
        found |= set(re.findall(r'quantity="([a-z_]+)"', text))
        found |= set(re.findall(r'"((?:phase|line|mv)_(?:min|max))"', text))
        found |= set(re.findall(r'FLOOR, "([a-z_]+)"', text))
    return found


PHRASES = sorted({*_first_texts("report", "wording"), *_first_texts("cli", "wording")})
NOTES = sorted(
    {
        text
        for room in (
            "checks",
            "compound",
            "demand",
            "upgrade",
            "routing",
            "foreign",
            "connection",
            "design",
            "city",
        )
        for text in _first_texts(room, "note")
    }
)


def _placeholders(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name}


def test_phrases_and_notes_were_found():
    assert "Verdict" in PHRASES
    assert "the floor is not given" in NOTES


@pytest.mark.parametrize("phrase", [*PHRASES, *NOTES])
def test_every_phrase_has_a_chinese_wording_with_the_same_values(phrase):
    chinese = load_wording("zh").phrases[phrase]

    assert _placeholders(chinese) == _placeholders(phrase)


def _of_the_command_line() -> set[str]:
    """Return the texts of help pages, which tests/cli/test_language.py looks at."""
    path = PACKAGE / "locale" / "zh" / "LC_MESSAGES" / "commands.po"
    return {row.id for row in read_po(io.BytesIO(path.read_bytes())) if row.id}


def test_no_chinese_wording_is_idle():
    assert set(load_wording("zh").phrases) - {*PHRASES, *NOTES} - _of_the_command_line() == set()


def test_every_check_has_a_chinese_name():
    ids = _check_ids()

    assert {"transformer.loading", "siting.floor"} <= ids
    assert [name for name in sorted(ids) if not CHINESE.search(load_wording("zh").term(name))] == []


def test_every_check_has_an_english_name_on_pages_and_an_id_on_consoles():
    ids, words = _check_ids(), load_wording("en").with_named_checks()

    assert [name for name in sorted(ids) if words.term(name) == name] == []
    assert set(messages("en")["check"]) == ids
    assert words.term("T1.LV") == "T1.LV"
    assert load_wording("en").term("siting.floor") == "siting.floor"
    assert load_wording("zh").with_named_checks() == load_wording("zh")


def test_every_quantity_status_verdict_and_mark_is_said_in_both_languages():
    names = {
        *_quantities(),
        *get_args(Status),
        *CONFIDENCES,
        *(f"verdict.{verdict}" for verdict in get_args(Verdict)),
        *(f"short.{verdict}" for verdict in get_args(Verdict)),
        *(f"policy.{pack.status}" for pack in list_policies()),
    }

    for lang in ("en", "zh"):
        assert names - set(load_wording(lang).terms) == set()


def test_every_kind_of_load_mode_and_method_is_said_in_both_languages():
    names = {
        *(f"kind.{kind}" for kind in KINDS),
        *(f"mode.{mode}" for mode in ("factor", "any", *CHARGING_MODES)),
        *(f"label.{method}" for method in METHODS),
        *METHODS,
        *CHARGING_MODES,
        *SEASONS,
    }

    for lang in ("en", "zh"):
        assert names - set(load_wording(lang).terms) == set()


def test_every_value_of_the_simulation_that_is_a_word_has_a_chinese_one():
    prefixes = ("season", "orderly", "ageing", "stochastic", "timer", "ev", "hosting")
    words = {
        rule.value
        for rule in load_policy("national").rules.values()
        if rule.name.split(".")[0] in prefixes
        and isinstance(rule.value, str)
        and re.search(r"[a-z]{3}", rule.value)
    }
    zh = load_wording("zh")

    assert "least_laxity" in words
    assert [word for word in sorted(words) if not CHINESE.search(zh.term(word))] == []


def test_every_kind_of_common_load_has_a_chinese_name():
    from gridcalc.catalogue import rows

    kinds = {str(row["name"]) for row in rows("public_loads")}
    rules_of_sums = {name for name in kinds if "simultaneity" in name}

    assert kinds - rules_of_sums - set(load_wording("zh").terms) == set()


def test_every_unit_of_a_rule_that_is_a_word_has_a_chinese_name():
    words = {
        rule.unit
        for pack in list_policies()
        for rule in pack.rules.values()
        if re.search(r"[a-z]{4}", rule.unit)
    }

    assert words - set(load_wording("zh").terms) == set()


def test_every_topic_of_an_assumption_has_a_name():
    from gridcalc.stated import _OF_SIMULATED_DAYS, _SETTINGS

    names = (*_SETTINGS, *_OF_SIMULATED_DAYS, "equipment.S20-630")
    topics = {f"topic.{name.split('.')[0]}" for name in names}

    for lang in ("en", "zh"):
        assert topics - set(load_wording(lang).terms) == set()


def test_every_document_that_rules_and_equipment_cite_has_a_chinese_title():
    catalogue = load_catalogue()
    tables = (catalogue.transformers, catalogue.cables, catalogue.rmus, catalogue.breakers)
    cited = {row.source for table in tables for row in table.values()}
    cited |= {rule.document for pack in list_policies() for rule in pack.rules.values()}
    titles = load_wording("zh").titles

    missing = [
        key
        for key in sorted(cited)
        if key not in titles and not CHINESE.match(load_sources()[key].title)
    ]

    assert missing == []
    assert [key for key in titles if key not in load_sources()] == []


def _catalogues() -> list[Path]:
    return sorted((PACKAGE / "locale").glob("*/LC_MESSAGES/*.po"))


def test_no_text_stands_in_two_catalogues_of_a_language():
    for lang in ("en", "zh"):
        keys = [
            (row.context, row.id)
            for path in _catalogues()
            if path.parts[-3] == lang and path.with_suffix(".mo").name != OF_CLICK
            for row in read_po(io.BytesIO(path.read_bytes()), abort_invalid=True)
            if row.id
        ]

        assert [key for key, n in Counter(keys).items() if n > 1] == []


@pytest.mark.parametrize("path", _catalogues(), ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_compiled_catalogues_are_up_to_date(path):
    assert path.with_suffix(".mo").read_bytes() == compiled(path), "run make catalogues"


def test_a_note_is_said_with_its_values_in_chinese():
    note = Note("{sockets} sockets for {bikes} e-bikes", (("sockets", 3), ("bikes", 9)))

    assert load_wording("zh").note(note) == "9辆电动自行车配3个插座"
    assert load_wording("en").note(note) == "3 sockets for 9 e-bikes"


def test_a_source_in_a_note_is_named_by_its_title_in_chinese():
    note = Note(
        "{life:.2f} days of life used in a day; limit of {source}",
        (("life", 0.5), ("source", "iec-60076-7")),
    )

    assert load_wording("zh").note(note).endswith("油浸式电力变压器负载导则")
    assert load_wording("en").note(note).endswith("iec-60076-7")


def test_an_unknown_phrase_stands_for_itself():
    assert load_wording("zh")("never seen {n}", n=3) == "never seen 3"


@pytest.mark.parametrize(
    ("name", "said"),
    [("today", "现状"), ("ev-30", "汽车30%"), ("ebike-50", "电动自行车50%")],
)
def test_scenarios_are_said_in_chinese(name, said):
    assert load_wording("zh").scenario(name) == said
    assert load_wording("en").scenario(name) == name
