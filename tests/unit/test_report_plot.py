"""The picture of the transformers' day: complete, the same bytes each time, readable in grey."""

import re

import pytest
from matplotlib.figure import Figure

from gridcalc.policy import load_policy
from gridcalc.report import plot_style
from gridcalc.report.check_report import Checked
from gridcalc.report.curve_style import STROKES
from gridcalc.report.day_panel import Panel, draw_panel
from gridcalc.report.day_plot import N_PANELS, day_plot
from gridcalc.report.plot_style import chinese_font
from gridcalc.report.wording import load_wording
from tests.unit.report_cases import (
    band,
    day_run,
    days,
    run,
    study,
    transformer,
    with_transformers,
)

EN = load_wording("en")
ZH = load_wording("zh")
PACK = load_policy("national")
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def checked(small, read):
    """Return how some transformers become a study of three charging modes."""

    def of(n_transformers=1):
        names = [f"T{i + 1}" for i in range(n_transformers)]
        runs = [run(transformers=tuple(transformer(450.0, name=name) for name in names))]
        for mode in STROKES:
            rows = tuple(transformer(420.0, name=name, time="20:00") for name in names)
            bands = tuple(band(name) for name in names)
            runs.append(day_run(mode, transformers=rows, days=days(bands=bands)))
        compound = read(with_transformers(small, names) if n_transformers > 1 else small)
        return Checked(compound=compound, policy=PACK, study=study(*runs))

    return of


def _svg(checked, wording=EN):
    return day_plot(checked, wording, form="svg").data.decode("utf-8")


def test_an_svg_holds_bands_lines_and_words_as_text(checked):
    text = _svg(checked())

    assert text.startswith("<svg ")
    assert text.rstrip().endswith("</svg>")
    for mode in STROKES:
        assert f'id="band-{mode}"' in text
    # 500 kVA, 85 % of it, and the 450 kVA of the run by factor
    words = re.findall(r"<text[^>]*>([^<]*)</text>", text)
    for said in ("rated 500 kVA", "limit 85 % = 425 kVA", "factor method 450 kVA", "T1"):
        assert said in words
    assert "valley tariff 23:00" in words
    assert "load [kVA]" in words


def test_the_day_goes_from_noon_to_noon(checked):
    words = re.findall(r"<text[^>]*>([^<]*)</text>", _svg(checked()))
    ticks = [word for word in words if re.fullmatch(r"\d\d?", word)][:13]

    assert ticks == ["12", "14", "16", "18", "20", "22", "0", "2", "4", "6", "8", "10", "12"]


def test_the_same_study_gives_the_same_bytes(checked):
    one = checked()

    for form in ("svg", "png"):
        assert day_plot(one, EN, form=form).data == day_plot(one, EN, form=form).data
    assert "<dc:date>" not in _svg(one)


def test_a_png_is_a_png(checked):
    assert day_plot(checked(), EN, form="png").data.startswith(PNG)


def test_modes_differ_in_dashes_and_marks_too():
    assert len({str(stroke.dashes) for stroke in STROKES.values()}) == len(STROKES)
    assert len({stroke.marker for stroke in STROKES.values()}) == len(STROKES)


def test_the_picture_is_chinese_where_the_report_is(checked):
    text = _svg(checked(), ZH)

    for said in ("额定容量 500 kVA", "谷段开始 23:00", "有序充电", "负荷 [kVA]"):
        assert said in text
    assert text.count("Noto Sans CJK SC") == 1


def test_a_png_without_a_chinese_font_falls_back_to_english_and_says_so(checked, monkeypatch):
    one = checked()
    english = day_plot(one, EN, form="png")

    monkeypatch.setattr(plot_style, "chinese_font", lambda: None)
    plot = day_plot(one, ZH, form="png")

    assert plot.remark == "未安装中文字体，图中文字改用英文"
    assert english.remark == ""
    assert plot.data.startswith(PNG)


@pytest.mark.skipif(chinese_font() is None, reason="needs an installed Chinese font")
def test_a_font_installed_after_the_list_of_fonts_was_made_is_found(monkeypatch):
    before = chinese_font()
    monkeypatch.setattr(plot_style.fontManager, "ttflist", [])

    assert chinese_font() == before


def test_font_files_that_are_broken_or_gone_are_left_out(monkeypatch, tmp_path):
    (tmp_path / "broken.ttf").write_bytes(b"no font")
    files = [str(tmp_path / "broken.ttf"), str(tmp_path / "gone.ttf")]
    monkeypatch.setattr(plot_style.fontManager, "ttflist", [])
    monkeypatch.setattr(plot_style, "findSystemFonts", lambda: files)

    assert chinese_font() is None


@pytest.mark.skipif(chinese_font() is None, reason="needs an installed Chinese font")
def test_a_png_with_a_chinese_font_has_no_remark(checked):
    assert day_plot(checked(), ZH, form="png").remark == ""


def test_the_heaviest_transformers_are_shown_and_the_rest_counted(checked):
    text = _svg(checked(N_PANELS + 2))

    assert text.count("band-managed") == N_PANELS
    assert len(re.findall(r">valley tariff 23:00<", text)) == N_PANELS
    assert "2 more transformers are not shown" in text


def test_without_a_solved_day_there_is_no_picture(checked, small, read):
    bare = Checked(compound=read(small), policy=PACK, study=study(run(), day_run()))

    assert day_plot(bare, EN, form="svg") is None


def test_the_evening_peak_stands_at_its_hour_and_the_mark_at_its_quarter_hour():
    panel = Panel(
        id="T1",
        sn_kva=500.0,
        limit_percent=85.0,
        valley_start="23:00",
        bands={"tou": band()},
        peaks={"tou": transformer(420.0, time="20:00")},
        factor=None,
    )
    axes = Figure().add_subplot()

    draw_panel(axes, panel, panel.highest_kva, EN)

    curves = [line for line in axes.lines if len(line.get_xdata()) == 96]
    (mark,) = [line for line in axes.lines if line.get_marker() == STROKES["tou"].marker]
    # the band is highest from 20:00 to 20:15: 400 kVA at the top, 300 kVA in the middle
    assert [
        (float(c.get_xdata()[c.get_ydata().argmax()]), c.get_ydata().max()) for c in curves
    ] == [
        (20.125, 400.0),
        (20.125, 300.0),
    ]
    assert (mark.get_xdata()[0], mark.get_ydata()[0]) == (20.125, 420.0)
    assert axes.get_xlim() == (12, 36)
