"""What a single-line diagram shows is what the compound and the run say."""

import re
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from gridcalc.compound.model import Compound, LvCable
from gridcalc.report.drawing import symbols
from gridcalc.report.drawing.legend import wrapped
from gridcalc.report.drawing.lv_scheme import Branch, feeders, lv_tree
from gridcalc.report.drawing.lv_words import change_text, hint_text, voltage_text
from gridcalc.report.drawing.mv_scheme import mv_lines
from gridcalc.report.drawing.planned import Change, planned
from gridcalc.report.drawing.readings import NO_LOADS, Loads, readings, tone
from gridcalc.report.drawing.shapes import Sign
from gridcalc.report.drawing.single_line import single_line_sheets, single_line_svg
from gridcalc.report.wording import load_wording
from tests.conftest import SMALL
from tests.unit.drawing_cases import TEMPLATES, labels, of_template, of_text, template

SVG = "{http://www.w3.org/2000/svg}"
EN = load_wording("en")


def _shown(name: str):
    found = of_template(name)
    return readings(found, found.deciding_run)


def _all(branches: tuple[Branch, ...]) -> list[Branch]:
    return [*branches, *(below for row in branches for below in _all(row.branches))]


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_cable_and_box_is_drawn_exactly_once(name):
    shown = _shown(name)
    tree = lv_tree(shown)

    drawn = [row for unit in shown.compound.transformers for row in _all(feeders(tree, unit.id))]

    cables = sorted(cable for row in drawn for cable in row.cables)
    nodes = sorted(node for row in drawn for node in row.nodes)
    assert cables == sorted(row.id for row in shown.compound.lv_cables)
    assert nodes == sorted(row.id for row in shown.compound.lv_nodes)


@pytest.mark.parametrize("name", TEMPLATES)
def test_nothing_that_is_connected_is_lost_when_feeders_are_drawn_as_one(name):
    shown, compound = _shown(name), template(name)
    tree = lv_tree(shown)

    total = NO_LOADS
    for unit in compound.transformers:
        total += shown.loads.get(f"{unit.id}.LV", NO_LOADS)
        for row in _all(feeders(tree, unit.id)):
            total += row.loads

    # sums over the compound file, and the numbers of the run
    assert total.households == sum(row.count for row in compound.households)
    assert total.private_bays == sum(row.count for row in compound.private_bays)
    assert total.bikes == sum(row.bikes for row in compound.ebikes)
    assert total.common_kw == pytest.approx(sum(row.kw for row in compound.public_loads))
    assert total.private_chargers == shown.run.n_private_chargers
    assert total.public_chargers == shown.run.n_public_chargers
    assert total.sockets == shown.run.n_ebike_sockets


@pytest.mark.parametrize("name", TEMPLATES)
def test_only_equal_cables_are_drawn_as_one(name):
    shown = _shown(name)
    tree = lv_tree(shown)
    cables = {row.id: row for row in shown.compound.lv_cables}
    kinds = {row.id: row.kind for row in shown.compound.lv_nodes}

    for unit in shown.compound.transformers:
        for row in _all(feeders(tree, unit.id)):
            same = [cables[cable] for cable in row.cables]
            assert {(c.type, c.parallel) for c in same} == {(row.type, row.parallel)}
            assert {kinds[node] for node in row.nodes} == {row.box}
            assert {shown.devices[c.id].in_a for c in same} == {row.in_a}
            # the longest is at most twice the shortest
            lengths = [c.length_m for c in same]
            assert row.length_m == (min(lengths), max(lengths))
            assert max(lengths) <= 2 * min(lengths)


def test_feeders_of_the_high_rise_collapse_as_counted_by_hand():
    # T1 of the template: F1-F2 with three meter boxes and a shed each; F3-F4 with two meter
    # boxes; F5-F9 with three charger boxes; F10 with two; F11 to a distribution box
    shown = _shown("high-rise")

    rows = feeders(lv_tree(shown), "T1")

    assert [row.n for row in rows] == [2, 2, 5, 1, 1]
    assert [[below.n for below in row.branches] for row in rows] == [[6, 2], [4], [15], [2], []]
    assert rows[2].branches[0].loads.private_bays == 150


def test_a_feeder_that_differs_in_one_thing_stands_alone():
    def n_feeders(compound: Compound) -> list[int]:
        found = of_template("high-rise")
        shown = replace(readings(found, found.deciding_run), compound=compound)
        return [row.n for row in feeders(lv_tree(shown), "T1")]

    def changed(**values: object) -> Compound:
        cables = [
            row.model_copy(update=values) if row.id == "T1-F5" else row
            for row in template("high-rise").lv_cables
        ]
        return template("high-rise").model_copy(update={"lv_cables": tuple(cables)})

    assert n_feeders(changed()) == [2, 2, 5, 1, 1]
    assert n_feeders(changed(parallel=2)) == [2, 2, 1, 4, 1, 1]
    assert n_feeders(changed(type="YJLV22-0.6/1-4x240")) == [2, 2, 1, 4, 1, 1]
    # 161 m is more than twice the 80 m of the shortest of the others, 160 m is not
    assert n_feeders(changed(length_m=160.0)) == [2, 2, 5, 1, 1]
    assert n_feeders(changed(length_m=161.0)) == [2, 2, 4, 1, 1, 1]


def test_the_worst_of_equal_feeders_is_shown_with_the_range():
    shown = _shown("walk-up")
    loading = {row.id: row.loading_percent for row in shown.run.branches}
    voltage = {row.id: row.vm_min_pu for row in shown.run.nodes}

    row = feeders(lv_tree(shown), "T1")[0]

    values = {cable: loading[cable] for cable in row.cables}
    assert row.cables == ("T1-F1", "T1-F2")
    assert row.loading_percent == (min(values.values()), max(values.values()))
    assert values[row.worst] == max(values.values())
    # pu of 220 V as a deviation in percent
    assert row.deviation_percent == pytest.approx(min(voltage[n] for n in row.nodes) * 100 - 100)
    assert hint_text(row, EN) == f"T1-F1, T1-F2; highest loading: {row.worst}"


def test_the_labels_carry_the_numbers_of_the_run():
    found = of_text(SMALL)
    run = found.deciding_run
    texts = {row.text for sheet in single_line_sheets(found, EN) for row in labels(sheet.shapes)}

    (unit,) = run.transformers
    cables = {row.id: row for row in run.branches}
    assert f"{unit.loading_percent:.1f} %  {unit.s_peak_kva:.0f} kVA" in texts
    assert f"{cables['F1'].loading_percent:.0f} %" in texts
    low, high = sorted(cables[name].loading_percent for name in ("C1", "C2"))
    assert f"{low:.0f}–{high:.0f} %".replace(f"{high:.0f}–{high:.0f}", f"{high:.0f}") in texts
    # counts of the file; the scenario has a charger on every bay, one for two public bays, and
    # sockets for half of the bikes
    assert "32 flats" in texts
    assert "30 private bays (30 chargers), 4 public bays (2 chargers)" in texts
    assert "40 e-bikes (20 sockets)" in texts
    assert "common 22 kW" in texts
    # national pack: 85 % without a tie, 100 %, 10 % and 7 %
    assert "Limits: transformers 85 %, cables 100 %, ΔU -10 %, three-phase loads -7 %." in texts
    fault = found.case.site.short_circuit.ik3_max_ka[
        found.case.site.network.node_ids.index("T1.LV")
    ]
    assert f"tap 0 Ik {fault:.1f} kA" in texts


def test_colours_follow_the_limits():
    assert tone(None, 100.0) == "plain"
    assert [tone(value, 100.0) for value in (79.9, 80.0, 100.0, 100.1)] == [
        *("ok", "near", "near"),
        "over",
    ]


def test_overloaded_cables_and_units_are_red_in_the_svg():
    found = of_template("resettlement")
    shown = readings(found, found.deciding_run)
    root = ET.fromstring(single_line_svg(found, EN, found.deciding_run))

    red = [text.text for text in root.iter(f"{SVG}text") if text.attrib["fill"] == "#b3261e"]

    over = [row for row in found.deciding_run.transformers if row.loading_percent > 85]
    assert len(over) == 8
    # each stands on the 10 kV side and on its own 0.4 kV side
    assert len([text for text in red if "kVA" in text]) == 16
    assert {shown.transformer_tone(row.id) for row in over} == {"over"}


def test_a_voltage_that_breaks_the_limit_of_three_phase_loads_is_red():
    found = of_text(SMALL)
    shown = readings(found, found.deciding_run)

    # 8 % is within the 10 % of single-phase loads; a finding of the run says otherwise
    assert shown.voltage_tone(["MB1"], -7.9) == "ok"
    low = replace(shown, low_nodes=frozenset({"MB1"}))
    assert low.voltage_tone(["MB2", "MB1"], -7.9) == "over"
    assert low.voltage_tone(["MB2"], -10.1) == "over"


def test_a_voltage_that_is_too_high_is_told_instead_of_the_lowest():
    found = of_text(SMALL.replace("type: S20-630}", "type: S20-630, tap: -2}"))
    run = found.deciding_run
    shown = readings(found, run)
    (high,) = (row for row in run.findings if row.element == "ES1" and row.quantity == "phase_max")

    (row,) = (row for row in feeders(lv_tree(shown), "T1") if row.nodes == ("ES1",))

    assert (high.status, row.rise_percent) == ("fail", high.value)
    assert row.deviation_percent > 0
    assert voltage_text(row, EN) == f"ΔU +{high.value:.1f} % low load"
    assert shown.voltage_tone(row.nodes, row.deviation_percent) == "over"


def test_sources_say_what_is_given_and_no_assumption():
    def texts(source: str) -> set[str]:
        sheets = single_line_sheets(of_text(source), EN)
        return {row.text for sheet in sheets for row in labels(sheet.shapes)}

    assert "fault current 10/6 kA" in texts(SMALL)
    assert not [
        text
        for text in texts(SMALL.replace("i_sc_max_ka: 10, i_sc_min_ka: 6,", ""))
        if text.startswith("fault current")
    ]


def test_a_run_without_a_solution_leaves_results_out():
    found = of_text(SMALL)
    run = replace(found.deciding_run, transformers=(), branches=(), nodes=())
    root = ET.fromstring(single_line_svg(found, EN, run))

    texts = [text.text for text in root.iter(f"{SVG}text")]
    assert "S20-630 Dyn11" in texts
    assert not [text for text in texts if re.search(r"\d %$|^ΔU [+-]", text)]


# --- the 10 kV side


def _gear(name: str) -> list[list[str]]:
    found = of_template(name)
    return [[row.id for row in line.gear] for line in mv_lines(found.resolved, found.catalogue)]


def test_switchgear_stands_in_the_order_of_its_cables():
    assert _gear("walk-up") == [["PD1", "PD2"]]
    assert _gear("high-rise") == [["RMU1"], ["RMU2"]]
    assert _gear("villa") == [["PD1"]]


@pytest.mark.parametrize(
    ("name", "tails"),
    [
        ("walk-up", [None]),
        ("mid-rise", [("source", "SRC2")]),
        ("resettlement", [("link", "RMU2"), ("link", "RMU1")]),
    ],
)
def test_open_cables_stand_at_the_ends(name, tails):
    found = of_template(name)
    lines = mv_lines(found.resolved, found.catalogue)

    assert [row.tail and (row.tail.kind, row.tail.to) for row in lines] == tails


def test_bays_are_those_of_the_unit_and_the_rest_is_spare():
    # RMU-2in-4out: one bay for the source, one for the tie, two transformers, two are left
    found = of_template("high-rise")
    (first, _) = mv_lines(found.resolved, found.catalogue)

    (gear,) = first.gear
    assert [(bay.kind, bay.to) for bay in gear.bays] == [
        *(("unit", "T1"), ("unit", "T3")),
        *(("spare", ""), ("spare", "")),
    ]


RING = """
  - {id: R1, type: RMU-2in-4out}
  - {id: R2, type: RMU-2in-4out}
  - {id: R3, type: RMU-2in-4out}
"""


def _branched() -> str:
    """Return the tiny compound behind R1, which also feeds R2 and R3; R3 and R2 are tied."""
    cables = [
        *(("A", "SRC1", "R1", ""), ("B", "R1", "PD1", ""), ("C", "R1", "R2", "")),
        *(("D", "R2", "R3", ""), ("E", "R3", "PD1", ", normally_open: true")),
    ]
    rows = "\n".join(
        f"  - {{id: {name}, from: {a}, to: {b}, type: YJV22-8.7/15-3x150, length_m: 90{more}}}"
        for name, a, b, more in cables
    )
    old = re.search(r"mv_cables:\n.*\n", SMALL)[0]
    return SMALL.replace(old, f"rmus:{RING}mv_cables:\n{rows}\n")


def test_what_branches_off_is_drawn_elsewhere_with_a_reference_at_both_places():
    found = of_text(_branched())
    main, branch = mv_lines(found.resolved, found.catalogue)

    assert (main.head, [row.id for row in main.gear]) == ("SRC1", ["R1", "R2", "R3"])
    assert (branch.head, branch.from_source) == ("R1", False)
    assert [row.id for row in branch.gear] == ["PD1"]
    assert ("branch", "PD1") in [(bay.kind, bay.to) for bay in main.gear[0].bays]
    # the ends of both lines are neighbours, so the open cable joins them
    assert (main.tail.kind, main.tail.to, branch.tail.to) == ("link", "PD1", "R3")
    texts = {row.text for sheet in single_line_sheets(found, EN) for row in labels(sheet.shapes)}
    assert "from R1" in texts
    assert "to PD1 B YJV22-8.7/15-3×150" in texts


def test_a_breaker_that_is_stated_is_drawn_as_one():
    text = _branched() + "protection:\n  - {element: B, kind: breaker, in_a: 630}\n"

    def n_breakers(source: str) -> int:
        (sheet, *_) = single_line_sheets(of_text(source), EN)
        signs = [row for row in sheet.shapes if isinstance(row, Sign)]
        return sum(
            row.block == symbols.BREAKER and dict(row.attributes).get("ID") == "B" for row in signs
        )

    assert (n_breakers(_branched()), n_breakers(text)) == (0, 1)


# --- the plan


def test_changes_of_a_plan_are_those_between_both_compounds():
    found = of_template("old-courtyard")
    before = found.compound

    def replaced(row: LvCable) -> LvCable:
        if row.id == "T1-F3":
            return row.model_copy(update={"type": "YJLV22-0.6/1-4x150", "parallel": 2})
        return row

    cables = tuple(replaced(row) for row in before.lv_cables)
    extra = cables[0].model_copy(update={"id": "T1-F9", "to_id": "T1-F3-BB1"})
    (station,) = before.substations
    unit = station.transformers[0].model_copy(update={"type": "S20-400", "tap": -1})
    after = before.model_copy(
        update={
            "lv_cables": (*cables, extra),
            "substations": (station.model_copy(update={"transformers": (unit,)}),),
        }
    )

    plan = planned(_WithPlan(found, after))

    assert plan.changes == {
        "T1-F3": Change(type="YJLV22-0.6/1-4x150", parallel=2),
        "T1": Change(type="S20-400", tap=-1),
    }
    assert plan.added == (f"T1-F9 {extra.type}",)
    assert change_text(plan.of("T1-F3"), EN) == "→ 2×(YJLV22-0.6/1-4×150)"
    assert change_text(plan.of("T1"), EN) == "→ S20-400, tap -1"
    assert change_text(plan.of("T1-F1"), EN) == ""
    assert planned(found).changes == {}


class _WithPlan:
    """A dossier with a plan that leads to another compound."""

    def __init__(self, found, after: Compound) -> None:
        self.compound = found.compound
        self.plan = type("Plan", (), {"compound_after": after})


def test_loads_add_up():
    one = Loads(households=3, bikes=2, sockets=1, common_kw=1.5)

    assert one + one == Loads(households=6, bikes=4, sockets=2, common_kw=3.0)
    assert (NO_LOADS + one).kinds == (True, False, False, True, True)


def test_notes_break_at_spaces_and_between_chinese_characters_but_not_before_a_full_stop():
    # 20 mm take six characters of 3 mm
    assert wrapped("滨河家园一期。", 18.0, 3.0) == ["滨河家园一", "期。"]
    assert wrapped("", 18.0, 3.0) == [""]
