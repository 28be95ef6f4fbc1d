"""The scheme as a map: buildings, parking, paths, trenches, cables by transformer, substations."""

from collections.abc import Iterator

import numpy as np
import shapely
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Polygon

from gridcalc.design.records import Design
from gridcalc.report.curve_style import INK, PALE
from gridcalc.report.design_facts import loading_of_units, site_totals
from gridcalc.report.plot_style import Form, Plot, picture, words_for
from gridcalc.report.route_words import metres
from gridcalc.report.wording import Wording

_WIDTH_IN, _LEAST_IN, _MOST_IN = 10.5, 5.6, 10.5
_MAP_IN, _KEY_IN = 6.95, 2.9
_LEFT_IN, _FOOT_IN, _HEAD_IN = 0.45, 0.4, 0.85
_BORDER = 0.05
_FOOT_SHARE = 0.06
_COLOURS = (
    *("#D55E00", "#0072B2", "#009E73", "#CC79A7", "#E69F00", "#56B4E9"),
    *("#8C564B", "#7F7F7F", "#6A3D9A", "#117733", "#882255", "#B8A000"),
)
_AREA = {"building": "#ece7de", "parking": "#dfe9f3", "shed": "#e3efdd"}
_EDGE = {"building": "#b9ae9b", "parking": "#a9bfd6", "shed": "#a8c49a"}
_PATH, _TRENCH, _MV = "#dddddd", "#cdb892", "#b00020"
_PATH_PT, _TRENCH_PT, _TRUNK_PT, _BOX_PT = 1.6, 9.0, 2.0, 1.1
_APART = 0.0048
"""Distance between cables beside each other over the width of the window. [-]"""
_MV_PT, _MV_DASHES, _MV_LANE = 1.6, (0, (4, 1.6)), "mv"
_LABELS_RIGHT = 0.9
"""Part of the width from which labels stand to the left of their points. [-]"""
_STEPS_M = (10, 20, 50, 100, 200, 500, 1000)
_N_UNITS = 12
_LINE_IN = 0.25


def design_plot(found: Design, wording: Wording, *, form: Form) -> Plot:
    """Return a map of the scheme as the bytes of its file, and what its reader should be told.

    Chinese words that no installed font can draw into a PNG are left to English.
    """
    words = words_for(form, wording)
    said = words.wording
    return Plot(data=picture(lambda: _figure(found, said), form), remark=words.remark)


def _figure(found: Design, wording: Wording) -> Figure:
    x0, x1, y0, y1 = _extent(found)
    least_in = max(_LEAST_IN, _key_in(found, wording))
    tall_in = min(max(_MAP_IN * (y1 - y0) / (x1 - x0), least_in), _MOST_IN)
    height_in = tall_in + _FOOT_IN + _HEAD_IN
    figure = Figure(figsize=(_WIDTH_IN, height_in), facecolor="white")
    axes = figure.add_axes(
        (_LEFT_IN / _WIDTH_IN, _FOOT_IN / height_in, _MAP_IN / _WIDTH_IN, tall_in / height_in)
    )
    box = _filled((x0, x1, y0, y1), tall_in / _MAP_IN)
    axes.set_xlim(box[0], box[1])
    axes.set_ylim(box[2], box[3])
    _areas(axes, found)
    _paths(axes, found)
    _cables(axes, found, box[1] - box[0])
    _points(axes, found)
    axes.set_aspect("equal", adjustable="box")
    axes.set_xticks([])
    axes.set_yticks([])
    for side in axes.spines.values():
        side.set_color("#cccccc")
    _scale(axes, box)
    own = found.site.name
    name = own if wording.lang == "zh" or own.isascii() else ""
    head = found.site.id if own == found.site.id else f"{found.site.id}  {name}".rstrip()
    figure.text(_LEFT_IN / _WIDTH_IN, 1 - 0.4 / height_in, head, fontsize=13, color=INK)
    said = _subtitle(found, wording)
    figure.text(_LEFT_IN / _WIDTH_IN, 1 - 0.68 / height_in, said, fontsize=9, color=INK)
    left = (_LEFT_IN + _MAP_IN + 0.2) / _WIDTH_IN
    key = (left, _FOOT_IN / height_in, _KEY_IN / _WIDTH_IN, tall_in / height_in)
    _key(figure.add_axes(key), found, wording, height_in=tall_in)
    return figure


def _subtitle(found: Design, wording: Wording) -> str:
    totals = site_totals(found)
    return wording.clauses(
        [
            wording("{n} flats", n=totals["households"]),
            wording.scenario(found.asked.scenario),
            wording.term(found.asked.charging),
            wording("keeps every limit") if found.passed else wording("does not keep every limit"),
            found.policy.id,
        ]
    )


def _extent(found: Design) -> tuple[float, float, float, float]:
    """Return the window with everything in it, a border, and room for the scale. [m]."""
    graph = found.site.ground.graph
    points = [np.column_stack([graph.x_m, graph.y_m]), *(xy for _, _, xy in found.site.outlines)]
    xy_m = np.concatenate(points)
    (x0, y0), (x1, y1) = xy_m.min(axis=0).tolist(), xy_m.max(axis=0).tolist()
    border = _BORDER * max(x1 - x0, y1 - y0)
    return x0 - border, x1 + border, y0 - border - _FOOT_SHARE * (x1 - x0), y1 + border


def _filled(
    extent: tuple[float, float, float, float], tall: float
) -> tuple[float, float, float, float]:
    """Return a window widened to a proportion of height to width. [m]."""
    x0, x1, y0, y1 = extent
    wide_m = max(x1 - x0, (y1 - y0) / tall)
    spare_x, spare_y = (wide_m - (x1 - x0)) / 2, (wide_m * tall - (y1 - y0)) / 2
    return x0 - spare_x, x1 + spare_x, y0 - spare_y, y1 + spare_y


def _areas(axes: Axes, found: Design) -> None:
    largest_first = sorted(
        found.site.outlines, key=lambda row: (-shapely.Polygon(row[2]).area, row[0])
    )
    for name, kind, xy_m in largest_first:
        axes.add_patch(
            Polygon(xy_m, facecolor=_AREA[kind], edgecolor=_EDGE[kind], linewidth=0.9, zorder=1)
        )
        x, y = shapely.get_coordinates(shapely.point_on_surface(shapely.Polygon(xy_m)))[0]
        axes.text(x, y, name, ha="center", va="center", fontsize=8, color=INK, zorder=2)


def _paths(axes: Axes, found: Design) -> None:
    ground = found.site.ground
    lines = [shapely.get_coordinates(line) for line in ground.line]
    axes.add_collection(LineCollection(lines, colors=_PATH, linewidths=_PATH_PT, zorder=2))
    dug = [lines[edge] for edge in found.scheme.trenches.edges]
    axes.add_collection(
        LineCollection(
            dug, colors=_TRENCH, linewidths=_TRENCH_PT, alpha=0.45, capstyle="round", zorder=2.5
        )
    )


def _cables(axes: Axes, found: Design, wide_m: float) -> None:
    """Draw what each transformer's cables and the 10 kV cable use of the paths, side by side."""
    lanes, trunks = _lanes(found)
    ground = found.site.ground
    names = [_MV_LANE, *(unit.id for unit in found.scheme.units)]
    for edge, users in sorted(lanes.items()):
        xy_m = shapely.get_coordinates(ground.line[edge])
        order = sorted(users, key=names.index)
        for k, name in enumerate(order):
            line_m = _beside(xy_m, (k - (len(order) - 1) / 2) * _APART * wide_m)
            is_mv = name == _MV_LANE
            axes.plot(
                line_m[:, 0],
                line_m[:, 1],
                color=_MV if is_mv else _COLOURS[(names.index(name) - 1) % len(_COLOURS)],
                linewidth=_MV_PT if is_mv else _TRUNK_PT if (name, edge) in trunks else _BOX_PT,
                linestyle=_MV_DASHES if is_mv else "-",
                solid_capstyle="round",
                zorder=5 if is_mv else 4,
            )


def _lanes(found: Design) -> tuple[dict[int, set[str]], set[tuple[str, int]]]:
    """Return who uses each edge, and which of them with a trunk."""
    of_feeder = {feeder.id: feeder.unit for feeder in found.scheme.feeders}
    lanes: dict[int, set[str]] = {}
    trunks: set[tuple[str, int]] = set()
    for run in found.scheme.runs:
        unit = _MV_LANE if run.voltage == "mv" else run.id.split("-", maxsplit=1)[0]
        for edge in run.edges:
            lanes.setdefault(edge, set()).add(unit)
            if run.id in of_feeder:
                trunks.add((unit, edge))
    return lanes, trunks


def _beside(xy_m: np.ndarray, apart_m: float) -> np.ndarray:
    """Return a line moved to its left [m], the whole of it in the direction of its chord."""
    chord = xy_m[-1] - xy_m[0]
    length_m = float(np.hypot(*chord))
    if not length_m:
        return xy_m
    moved: np.ndarray = xy_m + apart_m * np.array([-chord[1], chord[0]]) / length_m
    return moved


def _points(axes: Axes, found: Design) -> None:
    graph = found.site.ground.graph
    for place in found.site.places:
        if place.kind == "shed" and not place.size_m2:
            axes.plot(place.x_m, place.y_m, marker="P", markersize=7, color="#5a8f4a", zorder=6)
            _label(axes, place.id, place.x_m, place.y_m, "#5a8f4a")
    kinds = {row.id: row.kind for row in found.scheme.compound.lv_nodes}
    branches = sorted(
        {node for name, node in found.scheme.node_of if kinds.get(name) == "branch_box"}
    )
    axes.plot(
        graph.x_m[branches],
        graph.y_m[branches],
        linestyle="none",
        marker="o",
        markersize=4.5,
        markerfacecolor="white",
        markeredgecolor=INK,
        markeredgewidth=0.9,
        zorder=7,
    )
    used = {candidate for _, candidate in found.scheme.station_candidate}
    for k, row in enumerate(found.site.candidates):
        if k not in used:
            axes.plot(row.x_m, row.y_m, marker="s", markersize=6, color="#c4c4c4", zorder=6)
            _label(axes, row.id, row.x_m, row.y_m, PALE)
    for name, candidate in found.scheme.station_candidate:
        row = found.site.candidates[candidate]
        axes.plot(
            row.x_m,
            row.y_m,
            marker="s",
            markersize=11,
            color=_MV,
            markeredgecolor="white",
            zorder=8,
        )
        _label(axes, f"{name} ({row.id})", row.x_m, row.y_m, _MV, below=True)
    entry = found.site.ground.entry_node
    axes.plot(graph.x_m[entry], graph.y_m[entry], marker="v", markersize=9, color=_MV, zorder=8)


def _label(axes: Axes, text: str, x: float, y: float, colour: str, *, below: bool = False) -> None:
    """Write beside a point, to its left near the right border."""
    low, high = axes.get_xlim()
    at_border = x > low + _LABELS_RIGHT * (high - low)
    right, up = (8, -15) if below else (7, 6)
    axes.annotate(
        text,
        (x, y),
        xytext=(-right if at_border else right, up),
        textcoords="offset points",
        ha="right" if at_border else "left",
        fontsize=8.5,
        color=colour,
        zorder=9,
        bbox={"boxstyle": "round,pad=0.12", "facecolor": "white", "alpha": 0.75, "linewidth": 0},
    )


def _scale(axes: Axes, box: tuple[float, float, float, float]) -> None:
    width = box[1] - box[0]
    step = max((s for s in _STEPS_M if s <= width / 4), default=_STEPS_M[0])
    x, y = box[0] + 0.04 * width, box[2] + 0.035 * (box[3] - box[2])
    axes.plot([x, x + step], [y, y], color=INK, linewidth=2, solid_capstyle="butt", zorder=9)
    axes.text(x + step / 2, y + 0.012 * width, f"{step} m", ha="center", fontsize=8, color=INK)


def _key_in(found: Design, wording: Wording) -> float:
    """Return the height of the key [in]."""
    n_units = len(found.scheme.units)
    n_lines = min(n_units, _N_UNITS) + int(n_units > _N_UNITS) + len(list(_signs(found, wording)))
    return (n_lines + 1) * _LINE_IN


def _key(axes: Axes, found: Design, wording: Wording, *, height_in: float) -> None:
    axes.set_axis_off()
    axes.set_xlim(0, 1)
    axes.set_ylim(0, height_in)
    loading = loading_of_units(found)
    y = height_in - 0.1
    for k, unit in enumerate(found.scheme.units[:_N_UNITS]):
        colour = _COLOURS[k % len(_COLOURS)]
        axes.add_line(Line2D([0.0, 0.1], [y, y], color=colour, linewidth=3))
        said = f"{unit.id}  {unit.transformer.name}  {loading[unit.id]:.1f} %"
        axes.text(0.13, y, said, fontsize=8.6, color=INK, va="center")
        y -= _LINE_IN
    if len(found.scheme.units) > _N_UNITS:
        n = len(found.scheme.units) - _N_UNITS
        axes.text(0.13, y, wording("and {n} more", n=n), fontsize=8.6, color=INK, va="center")
        y -= _LINE_IN
    y -= _LINE_IN / 2
    for handle, text in _signs(found, wording):
        _sign(axes, handle, y)
        axes.text(0.13, y, text, fontsize=8.2, color=INK, va="center")
        y -= _LINE_IN


def _sign(axes: Axes, handle: Line2D | Patch, y: float) -> None:
    if isinstance(handle, Line2D):
        x = [0.05] if handle.get_linestyle() == "None" else [0.0, 0.1]
        handle.set_data(x, [y] * len(x))
        axes.add_line(handle)
        return
    low, high = y - _LINE_IN / 3, y + _LINE_IN / 3
    corners = [(0.01, low), (0.09, low), (0.09, high), (0.01, high)]
    axes.add_patch(
        Polygon(corners, facecolor=handle.get_facecolor(), edgecolor=handle.get_edgecolor())
    )


def _signs(found: Design, wording: Wording) -> Iterator[tuple[Line2D | Patch, str]]:
    yield Line2D([], [], color=INK, linewidth=_TRUNK_PT), wording("trunk of a feeder")
    yield Line2D([], [], color=INK, linewidth=_BOX_PT), wording("cable to a box")
    yield (
        Line2D([], [], color=_MV, linewidth=_MV_PT, linestyle=_MV_DASHES),
        wording("10 kV cable"),
    )
    dug_m = sum(length_m for _, length_m in found.trench_m)
    yield (
        Line2D([], [], color=_TRENCH, linewidth=_TRENCH_PT, alpha=0.45),
        wording("trench, {length} in all", length=metres(dug_m, wording)),
    )
    yield (
        Line2D([], [], color=_MV, marker="s", markersize=9, linestyle="none"),
        wording("substation (site)"),
    )
    yield (
        Line2D([], [], color="#c4c4c4", marker="s", markersize=6, linestyle="none"),
        wording("site not used"),
    )
    yield (
        Line2D([], [], markerfacecolor="white", markeredgecolor=INK, marker="o", linestyle="none"),
        wording("branch box"),
    )
    yield (
        Line2D([], [], color=_MV, marker="v", markersize=8, linestyle="none"),
        wording("entry of the 10 kV cable"),
    )
    kinds = dict.fromkeys(kind for _, kind, _ in found.site.outlines)
    for kind in kinds:
        yield Patch(facecolor=_AREA[kind], edgecolor=_EDGE[kind]), wording.term(f"place.{kind}")
    if any(row.kind == "shed" and not row.size_m2 for row in found.site.places):
        yield (
            Line2D([], [], color="#5a8f4a", marker="P", markersize=7, linestyle="none"),
            wording.term("place.shed"),
        )
