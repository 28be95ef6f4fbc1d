"""Charts of the report page: geometry by hand, curves against the bands they are drawn from."""

import re
from dataclasses import replace

import pytest

from gridcalc.compound.reader import parse_compound
from gridcalc.report.page.capacity import capacity_charts
from gridcalc.report.page.chart import Plane, apart, path, round_steps
from gridcalc.report.page.day_curves import N_TRANSFORMERS, curves_notes, day_charts
from gridcalc.report.page.feeder_lines import FeederLine, envelope, feeder_lines
from gridcalc.report.page.strokes import dashes_of
from gridcalc.report.page.voltage_profile import MOST_LINES, run_after_works, voltage_charts
from gridcalc.report.wording import load_wording
from tests.conftest import SMALL
from tests.unit.page_cases import bare, dossier
from tests.unit.report_cases import band, day_run, days, run, transformer

EN = load_wording("en")
PLANE = Plane(left=50, top=20, width=200, height=100, x=(0.0, 100.0), y=(0.9, 1.1))


def _points(d):
    """Return the points of a path as numbers."""
    pairs = re.findall(r"(-?[\d.]+) (-?[\d.]+)", d)
    return [(float(x), float(y)) for x, y in pairs]


def test_values_become_pixels_from_the_lower_left():
    assert PLANE.at(0.0, 0.9) == (50, 120)
    assert PLANE.at(100.0, 1.1) == (250, 20)
    assert PLANE.at(25.0, 1.0) == pytest.approx((100, 70))


@pytest.mark.parametrize(
    ("low", "high", "most", "steps"),
    [
        (0, 100, 5, (0, 20, 40, 60, 80, 100)),
        (0, 730, 5, (0, 200, 400, 600)),
        (0.89, 1.08, 6, (0.9, 0.95, 1.0, 1.05)),
        (0, 0, 4, (0,)),
    ],
)
def test_ticks_are_round(low, high, most, steps):
    assert round_steps(low, high, most) == pytest.approx(steps)


def test_names_beside_a_chart_keep_their_distance_and_stay_inside():
    assert apart([50, 51, 52], 12, 0, 100) == (50, 62, 74)
    assert apart([95, 96, 97], 12, 0, 100) == (76, 88, 100)
    assert apart([], 12, 0, 100) == ()


def test_a_path_is_empty_or_through_all_points():
    assert path([(1, 2), (3.04, 4.06)]) == "M1 2L3 4.1"


def _voltages(**changed):
    usual = {
        "T1.LV": 1.02, "BB1": 1.0, "MB1": 0.99, "MB2": 0.98, "CB1": 0.97, "ES1": 1.01,
    }  # fmt: skip
    return {**usual, **changed}


@pytest.fixture
def compound(catalogue):
    return parse_compound(SMALL, file="small.yaml", catalogue=catalogue)


def test_feeders_run_from_the_board_to_their_lowest_node(compound):
    # SMALL: F1 100 m to BB1, then C1 30 m to MB1 and C2 40 m to MB2; F2 80 m; F3 120 m.
    lines = feeder_lines(compound, _voltages())
    f1 = next(line for line in lines if line.id == "F1")

    assert [line.id for line in lines] == ["F2", "F1", "F3"]
    assert f1.trunk == ((0, 1.02), (100, 1.0), (140, 0.98))
    assert f1.branches == (((100, 1.0), (130, 0.99)),)
    assert lines[0].trunk == ((0, 1.02), (80, 0.97))


def test_nodes_without_a_voltage_are_left_out(compound):
    some = {name: vm for name, vm in _voltages().items() if name != "MB2"}

    assert feeder_lines(compound, {}) == ()
    f1 = next(line for line in feeder_lines(compound, some) if line.id == "F1")
    assert f1.trunk[-1] == (130, 0.99)


def test_the_range_of_many_feeders_ends_with_the_longest():
    lines = [
        FeederLine(id=f"F{k}", transformer="T1", trunk=((0, 1.0), (100 + k, 0.9)), branches=())
        for k in range(3)
    ]

    rows = envelope(lines, 4)

    assert rows[0] == (0.0, 1.0, 1.0)
    assert rows[-1] == (102.0, pytest.approx(0.9), pytest.approx(0.9))
    # half way along 102 m the shortest feeder has fallen furthest: 1 - 0.1 * 51 / 100
    assert rows[2] == (51.0, pytest.approx(0.949), pytest.approx(0.95))


def test_the_profile_shows_today_the_deciding_run_and_the_works():
    (found,) = voltage_charts(dossier(), EN)
    titles = [chart.title for chart in found.charts]

    assert titles[-1].startswith("after the works: ")
    assert 2 <= len(titles) <= 3
    assert run_after_works(dossier()).scenario == dossier().deciding_run.scenario


def test_the_lowest_node_stands_at_its_voltage():
    decided = dossier().deciding_run
    (found,) = voltage_charts(dossier(), EN)
    chart = found.charts[-2]
    lowest = min((row for row in decided.nodes if row.vn_kv < 1), key=lambda row: row.vm_min_pu)
    mark = chart.marks[0]

    assert mark.title.endswith(f"{lowest.vm_min_pu:.3f} pu")
    low, high = chart.plane.y
    share = (chart.plane.bottom - mark.y) / chart.plane.height
    assert low + share * (high - low) == pytest.approx(lowest.vm_min_pu)


def test_limits_of_the_voltage_are_those_of_the_policy():
    # the national pack: +7 % and -10 % for 220 V, as in GB/T 12325
    (found,) = voltage_charts(bare(), EN)

    assert {label.text for label in found.charts[0].labels} >= {"limit +7 %", "limit -10 %"}


def _with_feeders(n):
    """Return the bare dossier with n feeders like F2."""
    found = bare()
    cable = next(row for row in found.compound.lv_cables if row.id == "F2")
    box = next(row for row in found.compound.lv_nodes if row.id == "CB1")
    cables = tuple(cable.model_copy(update={"id": f"G{k}", "to_id": f"B{k}"}) for k in range(n))
    boxes = tuple(box.model_copy(update={"id": f"B{k}"}) for k in range(n))
    resolved = found.resolved.model_copy(
        update={
            "lv_cables": (*found.resolved.lv_cables, *cables),
            "lv_nodes": (*found.resolved.lv_nodes, *boxes),
        }
    )
    node = next(row for row in found.deciding_run.nodes if row.id == "CB1")
    nodes = tuple(replace(node, id=f"B{k}") for k in range(n))
    runs = tuple(replace(run, nodes=(*run.nodes, *nodes)) for run in found.study.runs)
    binding = replace(found.study, runs=runs)
    site = replace(found.case.site, compound=resolved)
    return replace(found, study=binding, case=replace(found.case, site=site))


def test_many_feeders_become_a_range():
    (few,) = voltage_charts(_with_feeders(5), EN)
    (many,) = voltage_charts(_with_feeders(MOST_LINES), EN)

    assert few.charts[0].areas == ()
    assert len(many.charts[0].areas) == 1
    assert "range of the other feeders" in [key.text for key in many.keys]


def _days(*, top=400.0, names=("T1",), **changed):
    runs = [
        run("today", transformers=(transformer(300.0),)),
        run("ev-100", transformers=(transformer(550.0),), n_private_chargers=10),
    ]
    for scenario, height in (("today", 200.0), ("ev-100", top)):
        for mode in ("uncontrolled", "tou", "managed"):
            least = 1.0 if scenario == "today" or mode == "uncontrolled" else 0.9
            bands = tuple(band(name, least * height) for name in names)
            units = tuple(transformer(least * height, name=name, time="20:00") for name in names)
            runs.append(day_run(mode, scenario, days=days(bands=bands), transformers=units))
    found = bare()
    return replace(found, study=replace(found.study, runs=tuple(runs), **changed))


def test_a_day_is_drawn_from_noon_with_its_peak_at_twenty():
    # tests/unit/report_cases.py: slot 80 of 96 holds 400 kVA, 20:00 to 20:15
    (found,) = day_charts(_days(), EN)
    chart = found.charts[1]
    upper = next(line for line in chart.lines if line.dashes == "" and line.width < 1)
    peak = min(_points(upper.d), key=lambda point: point[1])
    x, y = chart.plane.at(20.125, 400.0)

    assert len(_points(upper.d)) == 96
    assert peak == pytest.approx((x, y), abs=0.06)
    assert chart.plane.x == (12, 36)
    assert [tick.text for tick in chart.x_ticks] == ["12", "16", "20", "0", "4", "8", "12"]


def test_modes_that_are_alike_are_drawn_once():
    (found,) = day_charts(_days(), EN)

    assert [chart.title for chart in found.charts] == ["today", "ev-100"]
    assert len(found.charts[0].areas) == 1
    # tou and managed of ev-100 share one band
    assert len(found.charts[1].areas) == 2


def test_limit_rating_and_factor_stand_at_their_kva():
    # T1 of the case: 500 kVA, limit 85 % = 425 kVA, by factor 550 kVA
    (found,) = day_charts(_days(), EN)
    chart = found.charts[1]
    heights = {round(_points(line.d)[0][1], 1) for line in chart.lines if len(_points(line.d)) == 2}

    for kva in (500.0, 425.0, 550.0):
        assert round(chart.plane.at(0, kva)[1], 1) in heights
    assert "limit 85 % = 425 kVA" in [key.text for key in found.keys]
    assert "valley tariff 23:00" in [key.text for key in found.keys]


def test_transformers_that_are_not_drawn_are_counted():
    names = tuple(f"T{k}" for k in range(1, N_TRANSFORMERS + 3))

    assert "2 more transformers are not shown" in list(curves_notes(_days(names=names), EN))


def test_without_simulated_days_there_are_no_curves():
    assert list(day_charts(bare(), EN)) == []


def test_dashes_tell_the_modes_apart_in_grey():
    assert len({dashes_of(mode) for mode in ("uncontrolled", "tou", "managed")}) == 3


def test_the_risk_is_drawn_in_percent():
    hosting = dossier().hosting
    (found,) = capacity_charts(hosting, EN)
    chart = found.charts[0]
    first = next(row for row in hosting.results if row.curve)
    x, y = chart.plane.at(100.0, 100 * first.curve[-1].violation_probability)

    assert _points(chart.lines[0].d)[-1] == pytest.approx((x, y), abs=0.06)
    assert chart.labels[0].text == "5 %"
