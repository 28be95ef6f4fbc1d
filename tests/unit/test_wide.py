"""Lines of Chinese and Latin text on a terminal: nothing too wide, nothing lost, units kept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridcalc.cli.screen import drawn
from gridcalc.cli.wide import folded, width_of
from gridcalc.report.blocks import NO_BREAK, Column, FactSheet, Table, Text, plain

SIGNS = st.text(alphabet=f"变压器负载率汽车，。；、（）ab19 %-/.+{NO_BREAK}", max_size=80)


def squeezed(text: str) -> str:
    return "".join(text.split())


@given(text=SIGNS, width=st.integers(2, 40))
def test_no_line_is_too_wide_and_no_sign_is_lost(text, width):
    lines = folded(text, width)

    assert squeezed("".join(lines)) == squeezed(text)
    assert all(width_of(line.rstrip()) <= width for line in lines)


def test_a_text_that_fits_is_left_as_it_is():
    assert folded("  ░░░   0.5 %", 13) == ["  ░░░   0.5 %"]


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("电流335 A，保护电器额定315 A", 20, ["电流335 A，保护电器", "额定315 A"]),
        ("76.6 %\u00a021:45", 8, ["76.6 %", "21:45"]),
        ("公共充电桩配比、10kV线路", 14, ["公共充电桩配", "比、10kV线路"]),
        ("限值不得超过10； 另有 4 项取值", 22, ["限值不得超过10；", "另有 4 项取值"]),
        ("户数、固定车位数、电动自行车", 20, ["户数、固定车位数、", "电动自行车"]),
        ("依据 changji-2026 二、工作任务", 22, ["依据 changji-2026", "二、工作任务"]),
        ("获得电力服务水平 全面打造营商环境", 24, ["获得电力服务水平", "全面打造营商环境"]),
        ("二〇二五年征求意见稿（2026）", 20, ["二〇二五年征求意见稿", "（2026）"]),
        ("松屿安置小区, 雅槐花园, 岚露雅居", 28, ["松屿安置小区, 雅槐花园,", "岚露雅居"]),
    ],
)
def test_a_line_ends_where_a_reader_would_end_it(text, width, lines):
    assert folded(text, width) == lines


def test_a_value_in_a_narrow_column_keeps_its_unit():
    columns = (Column(title="变压器"), Column(title="有序充电", align="right"))
    rows = (plain("变压器" * 16, "84 °C、0.03 天/日、1.2 h" * 3),)

    text = drawn([Table(columns=columns, rows=rows)])

    assert max(map(width_of, text.splitlines())) <= 100
    assert len(text.splitlines()) > 3
    assert text.count("84 °C") == text.count("1.2 h") == 3


def test_facts_stand_beside_their_labels():
    sheet = FactSheet(rows=(("依据", Text("昌吉州居民小区供配电设施改造实施方案" * 4)),))

    first, second = drawn([sheet]).splitlines()

    # Two columns of the label's two signs each and the gap; as many signs as fit into 94.
    assert width_of(first) == 6 + 94
    assert second.startswith("      ")
