"""The diagram of the network after works that change its shape: what is new is seen as new."""

import io
from dataclasses import replace
from functools import cache

import pytest
from ezdxf import recover

from gridcalc.compound.model import Compound
from gridcalc.cost import load_price_book
from gridcalc.dossier import Dossier, with_plans
from gridcalc.question import Question
from gridcalc.report.drawing import layers, symbols
from gridcalc.report.drawing.frame import SHEET_MM
from gridcalc.report.drawing.planned import planned
from gridcalc.report.drawing.shapes import Panel, Path, Sign, scaled, wire
from gridcalc.report.drawing.single_line import (
    pages_after_works,
    single_line_dxf,
    single_line_sheets,
)
from gridcalc.report.wording import load_wording
from gridcalc.study import study
from gridcalc.upgrade.applying import apply
from gridcalc.upgrade.measures import Measure, NewSubstation, ReplaceCable
from tests.unit import plan_cases
from tests.unit.drawing_cases import SCENARIO, labels, of_template, outside, overlapping

ZH = load_wording("zh")
NEW = NewSubstation(
    substation_id="PD9",
    transformer_id="T9",
    type="S20-400",
    mv_from="SRC1",
    mv_cable_type="YJLV22-8.7/15-3x150",
    mv_length_m=120.0,
    rmu_type=None,
    feeders=("T1-F3",),
)
THICKER = ReplaceCable(
    cable="T1-F1", type="YJLV22-0.6/1-4x240", parallel=2, grouping=None, breaker=None
)


def _planned(*measures: Measure) -> Dossier:
    """Return the dossier of the old courtyard with a plan of some works."""
    found = of_template("old-courtyard")
    after: Compound = apply(found.compound, measures, catalogue=found.catalogue)
    outcome = study(
        after,
        catalogue=found.catalogue,
        policy=found.policy,
        question=Question(scenarios=(SCENARIO,), methods=("factor",)),
    )
    prices = load_price_book("national-2025")
    plans = plan_cases.upgrade(found.compound, found.policy, prices)
    answers = tuple(
        replace(row, compound_after=after, study_after=outcome) for row in plans.answers
    )
    return with_plans(found, replace(plans, answers=answers))


@cache
def _moved() -> Dossier:
    return _planned(NEW, THICKER)


def _built(sheets: tuple[Panel, ...]) -> list[Path | Sign]:
    shapes = [shape for sheet in sheets for shape in sheet.shapes]
    return [row for row in shapes if isinstance(row, Path | Sign) and row.tone == "built"]


def test_what_is_built_is_what_both_compounds_do_not_share():
    plan = planned(_moved())

    # the new unit with its cable, the feeder it takes over, and the cable that is replaced
    assert plan.built == {"T9", "PD9-MC", "T1-F3", "T1-F1"}
    assert plan.needs_drawing


def test_works_that_change_the_shape_get_sheets_of_their_own():
    before = single_line_sheets(of_template("old-courtyard"), ZH)
    sheets = single_line_sheets(_moved(), ZH)

    after = sheets[len(before) :]
    assert after
    texts = {row.text for row in labels(after[0].shapes)}
    assert "改造后电气单线图" in texts
    assert ZH.term("tone.built") in texts
    signs = [row for row in _built(after) if isinstance(row, Sign)]
    assert {dict(row.attributes)["ID"] for row in signs} == {"T9"}
    lines = [row for row in _built(after) if isinstance(row, Path) and row.layer != layers.LEGEND]
    # one 10 kV cable and two LV cables; all are thick and on the layer of works
    assert len(lines) == 3
    assert {row.layer for row in lines} == {layers.NEW_WORKS}
    assert min(row.width_mm for row in lines) >= 0.7
    assert _built(before) == []


def test_sheets_after_the_works_are_as_tidy_as_others():
    for sheet in single_line_sheets(_moved(), ZH):
        assert overlapping(sheet.shapes) == []
        assert outside(sheet) == []
        assert (sheet.width_mm, sheet.height_mm) == SHEET_MM


def test_the_layer_of_works_is_red_in_the_file():
    document, auditor = recover.read(io.BytesIO(single_line_dxf(_moved(), ZH)))

    assert auditor.errors == []
    row = document.layers.get(layers.NEW_WORKS)
    assert (row.dxf.color, row.description) == (1, "新建、更换或改接")
    units = [
        sign for sign in document.modelspace().query("INSERT") if sign.dxf.layer == layers.NEW_WORKS
    ]
    assert {sign.dxf.name for sign in units} == {symbols.TRANSFORMER}


def test_pages_after_the_works_show_their_results():
    found = _moved().after
    pages = pages_after_works(_moved(), ZH)

    assert found is not None
    run = found.deciding_run
    loading = {row.id: row.loading_percent for row in run.transformers}["T9"]
    assert any(f"{loading:.1f}" in page for page in pages)
    assert all("改造后供电系统图" in page for page in pages)


@pytest.mark.parametrize("works", [(THICKER,), ()])
def test_works_that_notes_can_show_need_no_sheet(works):
    found = _planned(*works)

    assert pages_after_works(found, ZH) == ()
    assert len(single_line_sheets(found, ZH)) == len(
        single_line_sheets(of_template("old-courtyard"), ZH)
    )


def test_what_is_known_after_the_works_rests_on_the_compound_with_them():
    after = _moved().after

    # NEW adds T9; no works of another plan are left to be built on the compound with these
    assert {unit.id for unit in after.resolved.transformers} == {
        *(unit.id for unit in of_template("old-courtyard").compound.transformers), "T9",
    }  # fmt: skip
    assert set(after.case.site.network.transformers.ids) >= {"T9"}
    assert (after.plan, after.after) == (None, None)


def test_plans_without_works_take_away_what_was_after_others():
    found = _moved()
    none = tuple(replace(row, works=()) for row in found.upgrade.answers)

    assert with_plans(found, replace(found.upgrade, answers=none)).after is None


def test_without_a_plan_there_is_nothing_after_it():
    assert of_template("villa").after is None


def test_a_panel_in_another_size_keeps_its_lines_and_shrinks_its_symbols():
    sign = Sign(layer="0", block=symbols.FUSE, at=(10.0, 20.0))
    panel = Panel(width_mm=100, height_mm=50, shapes=(sign, wire("0", (0, 0), (100, 50))))

    small = scaled(panel, 0.5)

    assert (small.width_mm, small.height_mm) == (50, 25)
    assert (small.shapes[0].at, small.shapes[0].scale) == ((5.0, 10.0), 0.5)
    assert (small.shapes[1].points[-1], small.shapes[1].width_mm) == ((50.0, 25.0), 0.25)
