"""A design told: tables, plain values, map layers, picture."""

import json
import re
from dataclasses import replace

import numpy as np
import pytest

from gridcalc.catalogue import load_catalogue
from gridcalc.cost import load_price_book
from gridcalc.design.designing import design_supply
from gridcalc.design.records import Design, DesignAsked
from gridcalc.notes import note
from gridcalc.policy import load_policy
from gridcalc.report.blocks import FactSheet, Table
from gridcalc.report.design_plot import design_plot
from gridcalc.report.design_report import design_output
from gridcalc.report.design_tree import design_features, design_tree
from gridcalc.report.geo_files import geojson_text
from gridcalc.report.markdown import markdown
from gridcalc.report.plaintext import csv_text, json_text
from gridcalc.report.wording import load_wording
from gridcalc.routing.records import MapWarning
from tests.unit.design_cases import X, Y, read, street


@pytest.fixture(scope="module")
def found() -> Design:
    return design_supply(
        read(street()),
        catalogue=load_catalogue(),
        policy=load_policy("national"),
        prices=load_price_book("national-2025"),
        asked=DesignAsked(),
    )


@pytest.fixture(scope="module")
def short_of_capacity() -> Design:
    site = street()
    site["sources"][0]["open_capacity_kva"] = 100
    return design_supply(
        read(site),
        catalogue=load_catalogue(),
        policy=load_policy("national"),
        prices=load_price_book("national-2025"),
        asked=DesignAsked(),
    )


def test_the_json_says_what_was_built_and_what_it_rests_on(found):
    tree = json.loads(json_text(design_tree(found)))

    assert tree["passed"] is True
    assert (tree["n_households"], tree["n_private_bays"], tree["n_bikes"]) == (54, 20, 60)
    assert sum(row["n_households"] for row in tree["transformers"]) == 54
    assert tree["trenches"]["length_m"] == pytest.approx(sum(m for _, m in found.trench_m))
    assert tree["trenches"]["lower_bound_yuan"] <= (
        tree["trenches"]["trench_yuan"] + tree["trenches"]["cable_yuan"]
    )
    assert tree["cost_yuan"]["typical"] == float(found.bill.cost_yuan.typical)
    assert tree["study"]["verdict"] == "ready"
    assert {"name", "value", "source", "confidence"} <= set(tree["assumptions"][0])


def test_csv_has_one_row_per_cable(found):
    compound = found.scheme.compound
    rows = csv_text(design_output(found, load_wording("en"), show_all=False).rows).splitlines()

    assert len(rows) == 1 + len(compound.lv_cables) + len(compound.mv_cables)


def test_the_story_starts_with_the_answer(found):
    blocks = design_output(found, load_wording("en"), show_all=False).blocks
    facts = {label: text.text for label, text in _facts(blocks)}

    assert facts["Result"] == "keeps every limit"
    assert facts["Transformers"] == "1 x S20-400 at K1"
    assert "54 flats" in facts["To be supplied"]


def test_the_nearest_limit_is_that_of_the_run_that_decides(found):
    managed = replace(found, asked=replace(found.asked, scenario="today"))
    said = [dict(_facts(_story(row)))["Nearest limit"].text for row in (found, managed)]

    assert "in ev-100+ebike-50: " in said[0]
    assert "in today: " in said[1]


def test_a_failure_is_told_with_the_reason_why_it_was_not_corrected(short_of_capacity):
    blocks = design_output(short_of_capacity, load_wording("en"), show_all=False).blocks
    facts = dict(_facts(blocks))
    tables = [block for block in blocks if isinstance(block, Table)]

    assert facts["Result"].text.startswith("breaks 1 limit; what still fails")
    assert facts["Result"].tone == "bad"
    assert tables[0].rows[0][1].text == "SRC1"


@pytest.mark.parametrize("show_all", [False, True])
def test_the_chinese_story_has_no_english_sentence(found, show_all):
    said = markdown(design_output(found, load_wording("zh"), show_all=show_all).blocks)

    for word in (" of ", " the ", "topic.", "site.", "template.", "place.", "arrangement."):
        assert word not in said, word


def _warned(found: Design) -> Design:
    text = note("{n} paths end at {gap} m", n=3, gap=1.5)
    warnings = (MapWarning(kind="gap", text=text, lon=116.0, lat=28.6),)
    return replace(found, site=replace(found.site, warnings=warnings))


def test_remarks_on_the_map_are_plain_sentences(found):
    warned = _warned(found)
    tree = json.loads(json_text(design_tree(warned)))

    assert tree["warnings"] == [
        {"kind": "gap", "text": "3 paths end at 1.5 m", "lon": 116.0, "lat": 28.6}
    ]
    story = markdown(design_output(warned, load_wording("en"), show_all=False).blocks)
    assert "3 paths end at 1.5 m (116.000000, 28.600000)" in story


def test_a_site_without_a_name_is_called_by_its_id_once(found):
    nameless = replace(found, site=replace(found.site, name=found.site.id))
    story = markdown(design_output(nameless, load_wording("en"), show_all=False).blocks)

    assert story.startswith("# street\n")
    assert b"street  street" not in design_plot(nameless, load_wording("en"), form="svg").data


def test_a_garage_does_not_hide_the_building_above_it(found):
    # the outline of a garage around everything; drawn first, because it is the largest
    around = np.add((X, Y), [(-50, -50), (250, -50), (250, 90), (-50, 90)])
    site = replace(found.site, outlines=(*found.site.outlines, ("G", "parking", around)))
    drawn = design_plot(replace(found, site=site), load_wording("en"), form="svg").data.decode()

    assert 0 < drawn.index(">G<") < drawn.index(">B1<")


def test_the_key_has_room_for_every_line(found):
    many = replace(found.scheme, units=found.scheme.units * 13)
    drawn = design_plot(replace(found, scheme=many), load_wording("en"), form="svg").data.decode()
    height = float(re.search(r'viewBox="0 0 \S+ (\S+)"', drawn)[1])
    texts = re.findall(r'<text[^>]*?translate\(\S+ (\S+)\)|<text[^>]*? y="([^"]+)"', drawn)

    assert len(texts) > 20
    assert max(float(a or b) for a, b in texts) < height


def test_map_layers_hold_every_cable_that_has_a_way(found):
    features = design_features(found)
    layers = [row.layer for row in features]

    assert layers.count("cables") == sum(bool(run.edges) for run in found.scheme.runs)
    assert layers.count("trenches") == len(found.scheme.trenches.edges)
    assert layers.count("substations") == 1
    assert layers.count("boxes") == len(found.scheme.compound.lv_nodes)
    assert layers.count("places") == 4
    assert json.loads(geojson_text(features))["features"][0]["geometry"]["type"] == "LineString"


def test_a_cable_on_the_map_runs_from_its_beginning_to_its_end(found):
    # the trunk begins at K1, (20, 4) in the drawing: the substation's point
    features = design_features(found)
    station = next(row for row in features if row.layer == "substations")
    trunk = next(row for row in features if row.properties["id"] == "T1-F1")

    assert trunk.geometry["coordinates"][0] == pytest.approx(
        station.geometry["coordinates"], abs=1e-8
    )


def test_the_picture_has_the_same_bytes_twice(found):
    wording = load_wording("en")
    drawn = design_plot(found, wording, form="svg")
    first, remark = drawn.data, drawn.remark

    assert remark == ""
    assert first == design_plot(found, wording, form="svg").data
    assert b"T1  S20-400" in first
    assert design_plot(found, wording, form="png").data.startswith(b"\x89PNG")


def _story(found):
    return design_output(found, load_wording("en"), show_all=False).blocks


def _facts(blocks):
    return next(block for block in blocks if isinstance(block, FactSheet)).rows
