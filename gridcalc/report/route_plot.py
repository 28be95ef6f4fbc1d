"""The routes as a map: areas, corridors, sources, the target, the ways beside each other."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import shapely
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path
from shapely.geometry import Polygon
from shapely.geometry.polygon import orient

from gridcalc.connection.records import Connection, RouteOption
from gridcalc.report.curve_style import INK, PALE
from gridcalc.report.plot_style import Form, Plot, picture, words_for
from gridcalc.report.route_report import rank_text
from gridcalc.report.route_words import metres, permit_text, way
from gridcalc.report.text_room import text_width
from gridcalc.report.wording import Wording
from gridcalc.routing.records import SourcePoint

Box = tuple[float, float, float, float]
Named = tuple[tuple[str, RouteOption], ...]
_Seen = tuple[list[tuple[str, Polygon]], np.ndarray]
Sign = tuple[str, dict[str, Any]]

_MAP_IN, _KEY_IN, _LEFT_IN, _GAP_IN, _RIGHT_IN = 6.6, 2.95, 0.45, 0.2, 0.3
_WIDTH_IN = _LEFT_IN + _MAP_IN + _GAP_IN + _KEY_IN + _RIGHT_IN
_HEAD_IN, _FOOT_IN, _LEAST_IN, _MOST_IN = 0.85, 0.25, 4.2, 8.4
_LINE_IN, _BETWEEN_IN, _INDENT_IN = 0.2, 0.17, 0.42
_SIGNS, _SIGN_ROW_IN = 4, 0.24
_BORDER, _NEAR = 0.1, 0.3
_LEAST_M = 60.0
_N_ROUTES = 6
_KEY_PT, _SIGN_PT, _LABEL_PT, _PT_PER_IN = 8.6, 8.0, 8.5, 72.0
_COLOURS = ("#D55E00", "#0072B2", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
_DASHES = ("-", (0, (6, 2)), (0, (2, 1.2)), (0, (6, 2, 1.5, 2)), (0, (1, 1)), (0, (8, 3)))
_WIDTHS_PT = (5.0, 3.8, 2.8, 2.0, 1.4, 0.9)
"""Widths of the routes, each above the one before: where they share a way, all are seen."""
_CORRIDORS: dict[str, dict[str, Any]] = {
    "primary_road": {"color": "#a08050", "linewidth": 3.4},
    "secondary_road": {"color": "#d0b060", "linewidth": 2.6},
    "local_road": {"color": "#b9b9b9", "linewidth": 2.0},
    "footpath": {"color": "#9a9a9a", "linewidth": 1.0, "linestyle": (0, (3, 2))},
    "greenway": {"color": "#6aa84f", "linewidth": 1.4, "linestyle": (0, (7, 2, 1, 2))},
    "existing_duct": {"color": "#5b4bb0", "linewidth": 1.6, "linestyle": (0, (5, 1.5, 1, 1.5))},
    "connector": {"color": "#9a9a9a", "linewidth": 0.8, "linestyle": (0, (1, 2))},
    "unknown": {"color": "#dddddd", "linewidth": 1.0},
}
_AREAS: dict[str, dict[str, Any]] = {
    "river": {"facecolor": "#d9eaf6", "edgecolor": "#a9cfe8"},
    "lake": {"facecolor": "#d9eaf6", "edgecolor": "#a9cfe8"},
    "green": {"facecolor": "#e4f1dc", "edgecolor": "#b5d3a4"},
    "building": {"facecolor": "#e9e9e9", "edgecolor": "#bfbfbf"},
    "railway": {"facecolor": "#f1f1f1", "edgecolor": "#8c8c8c", "linestyle": (0, (5, 3))},
    "protected": {"facecolor": "#fdf0f0", "edgecolor": "#e3b4b4", "hatch": "///"},
    "important_infrastructure": {"facecolor": "#ece3f4", "edgecolor": "#b79fd0"},
}
_BLOCKED = "#e3b4b4"
_SOURCE: dict[str, Any] = {"marker": "s", "markersize": 7, "color": INK}
_FULL: dict[str, Any] = {"marker": "x", "markersize": 7, "color": PALE}
_TARGET: dict[str, Any] = {"marker": "*", "markersize": 15, "color": "#b00020", "mec": "white"}
_TONE = {"good": "#1b7f3b", "warn": "#a15c00", "plain": INK, "bad": "#b00020"}
_STEPS_M = (10, 20, 50, 100, 200, 500, 1000, 2000, 5000)
_SIDES = ((1, 1), (-1, 1), (1, -1), (-1, -1), (0, 1), (0, -1), (1, 0), (-1, 0))
"""Where a name may stand beside its point, the usual place first."""


def route_plot(found: Connection, wording: Wording, *, form: Form) -> Plot:
    """Return a map of the routes.

    Chinese words that no installed font can draw into a PNG are left to English.
    """
    words = words_for(form, wording)
    said = words.wording
    name = found.site.name if words.has_chinese or found.site.name.isascii() else ""
    head = f"{found.site.id}  {name}".rstrip()
    return Plot(data=picture(lambda: _figure(found, said, head), form), remark=words.remark)


def _figure(found: Connection, wording: Wording, head: str) -> Figure:
    drawn = _distinct(found)
    key = [_key_lines(names, row, wording) for names, row in drawn]
    x0, x1, y0, y1 = _extent(found)
    key_in = sum(len(lines) * _LINE_IN + _BETWEEN_IN for lines in key)
    tall_in = max(min(max(_MAP_IN * (y1 - y0) / (x1 - x0), _LEAST_IN), _MOST_IN), key_in)
    box = _filled((x0, x1, y0, y1), tall_in / _MAP_IN)
    seen = (_seen_areas(found, box), _seen_edges(found, box))
    signs = list(_signs(found, seen, wording))
    signs_in = _SIGN_ROW_IN * -(-len(signs) // _SIGNS)
    high_in = _FOOT_IN + signs_in + _GAP_IN + tall_in + _HEAD_IN
    figure = Figure(figsize=(_WIDTH_IN, high_in), facecolor="white")

    def room(left_in: float, below_in: float, wide_in: float, tall_in: float) -> Axes:
        shares = (left_in / _WIDTH_IN, below_in / high_in, wide_in / _WIDTH_IN, tall_in / high_in)
        return figure.add_axes(shares)

    below_in = _FOOT_IN + signs_in + _GAP_IN
    _map(room(_LEFT_IN, below_in, _MAP_IN, tall_in), found, drawn, seen, box)
    _key(room(_LEFT_IN + _MAP_IN + _GAP_IN, below_in, _KEY_IN, tall_in), key, tall_in)
    wide_in = _WIDTH_IN - _LEFT_IN - _RIGHT_IN
    _signs_below(room(_LEFT_IN, _FOOT_IN, wide_in, signs_in), signs, wide_in, signs_in)
    left = _LEFT_IN / _WIDTH_IN
    figure.text(left, 1 - 0.42 / high_in, head, fontsize=13, color=INK)
    figure.text(left, 1 - 0.7 / high_in, _subtitle(found, wording), fontsize=9, color=INK)
    return figure


def _subtitle(found: Connection, wording: Wording) -> str:
    asked = wording("{n:g} kVA", n=found.demand_kva)
    supply = wording.term(f"supply.{found.site.supply}")
    return wording.clauses([asked, supply, found.cable.name, found.policy.id])


def _distinct(found: Connection) -> Named:
    """Return the routes to draw with their ranks; one that stands in several pairs only once."""
    ranks: dict[tuple[Any, ...], list[str]] = {}
    routes: dict[tuple[Any, ...], RouteOption] = {}
    for k, row in enumerate(found.routes):
        same = (row.source.id, row.cost_yuan, row.x_m.tobytes(), row.y_m.tobytes())
        ranks.setdefault(same, []).append(rank_text(k, found))
        routes.setdefault(same, row)
    return tuple((", ".join(ranks[same]), row) for same, row in routes.items())[:_N_ROUTES]


def _extent(found: Connection) -> Box:
    """Return the window [m]: routes, target and the sources near them, with a border."""
    graph, target = found.site.graph, found.site.target_node
    ways = [np.column_stack([row.x_m, row.y_m]) for row in found.routes]
    xy_m = np.concatenate([[[graph.x_m[target], graph.y_m[target]]], *ways])
    sources_m = np.array([[row.x_m, row.y_m] for row in found.site.sources]).reshape(-1, 2)
    near_m = _NEAR * max(*np.ptp(xy_m, axis=0).tolist(), _LEAST_M) if ways else np.inf
    low_m, high_m = xy_m.min(axis=0) - near_m, xy_m.max(axis=0) + near_m
    near = ((sources_m >= low_m) & (sources_m <= high_m)).all(axis=1)
    xy_m = np.concatenate([xy_m, sources_m[near]])
    border = max(*np.ptp(xy_m, axis=0).tolist(), _LEAST_M) * _BORDER
    (x0, y0), (x1, y1) = xy_m.min(axis=0).tolist(), xy_m.max(axis=0).tolist()
    return x0 - border, x1 + border, y0 - 2 * border, y1 + border


def _filled(extent: Box, tall: float) -> Box:
    """Return a window widened to a proportion of height to width. [m]."""
    x0, x1, y0, y1 = extent
    wide_m = max(x1 - x0, (y1 - y0) / tall)
    spare_x, spare_y = (wide_m - (x1 - x0)) / 2, (wide_m * tall - (y1 - y0)) / 2
    return x0 - spare_x, x1 + spare_x, y0 - spare_y, y1 + spare_y


def _seen_areas(found: Connection, box: Box) -> list[tuple[str, Polygon]]:
    """Return kind and outline of what of the areas lies in the window."""
    window = shapely.box(box[0], box[2], box[1], box[3])
    return [
        (area.kind, part)
        for area in found.site.areas
        for part in shapely.get_parts(
            shapely.get_parts(shapely.intersection(shapely.make_valid(area.polygon), window))
        ).tolist()
        if isinstance(part, Polygon) and not part.is_empty
    ]


def _seen_edges(found: Connection, box: Box) -> np.ndarray:
    """Return the corridors that reach into the window."""
    x0, y0, x1, y1 = shapely.bounds(found.site.graph.line).T
    apart = (x1 < box[0]) | (x0 > box[1]) | (y1 < box[2]) | (y0 > box[3])
    seen: np.ndarray = np.flatnonzero(~apart)
    return seen


def _map(axes: Axes, found: Connection, drawn: Named, seen: _Seen, box: Box) -> None:
    axes.set_xlim(box[0], box[1])
    axes.set_ylim(box[2], box[3])
    axes.set_aspect("equal", adjustable="box")
    axes.set_xticks([])
    axes.set_yticks([])
    for side in axes.spines.values():
        side.set_color("#cccccc")
    for kind, polygon in seen[0]:
        style = _AREAS.get(kind, _AREAS["building"])
        axes.add_patch(PathPatch(_outline(polygon), linewidth=0.8, zorder=0.5, **style))
    _corridors(axes, found, seen[1])
    for k, (_, row) in enumerate(drawn):
        axes.plot(row.x_m, row.y_m, zorder=6 + k * 0.1, **_stroke(k), solid_capstyle="round")
    _points(axes, found, drawn, box)
    _scale(axes, box)


def _outline(polygon: Polygon) -> Path:
    turned = orient(polygon)
    rings = (np.asarray(ring.coords) for ring in (turned.exterior, *turned.interiors))
    return Path.make_compound_path(*(Path(ring[:, :2], closed=True) for ring in rings))


def _corridors(axes: Axes, found: Connection, edges: np.ndarray) -> None:
    graph = found.site.graph
    for code, kind in enumerate(graph.kinds):
        style = _CORRIDORS.get(kind, _CORRIDORS["unknown"])
        chosen = edges[graph.kind[edges] == code]
        lines = LineCollection(
            [np.asarray(graph.geometry(int(k)).coords)[:, :2] for k in chosen],
            colors=[_BLOCKED if row else style["color"] for row in graph.blocked[chosen]],
            linewidths=style["linewidth"],
            linestyles=[style.get("linestyle", "-")],
            capstyle="butt",
            zorder=1 if kind != "existing_duct" else 2,
        )
        axes.add_collection(lines)


def _stroke(k: int) -> dict[str, Any]:
    return {"color": _COLOURS[k], "linestyle": _DASHES[k], "linewidth": _WIDTHS_PT[k]}


def _points(axes: Axes, found: Connection, drawn: Named, box: Box) -> None:
    graph, target = found.site.graph, found.site.target_node
    place = (float(graph.x_m[target]), float(graph.y_m[target]))
    axes.plot(*place, **_TARGET, zorder=8)
    near = [
        row
        for row in found.sources
        if box[0] <= row.source.x_m <= box[1] and box[2] <= row.source.y_m <= box[3]
    ]
    lines = [shapely.linestrings(row.x_m, row.y_m) for _, row in drawn if len(row.x_m) > 1]
    per_pt = (box[1] - box[0]) / (_MAP_IN * _PT_PER_IN)
    taken = [shapely.Point(*place).buffer(8 * per_pt)]
    taken += [shapely.Point(row.source.x_m, row.source.y_m).buffer(3 * per_pt) for row in near]
    for row in near:
        sign = _SOURCE if row.accepted else _FULL
        axes.plot(row.source.x_m, row.source.y_m, **sign, zorder=8)
        room = _free_room(row.source, (box, per_pt), lines, taken)
        taken.append(room)
        axes.text(
            room.bounds[0],
            room.bounds[1],
            row.source.id,
            fontsize=_LABEL_PT,
            color=sign["color"],
            va="bottom",
            bbox={"facecolor": "white", "alpha": 0.7, "edgecolor": "none", "pad": 0.4},
            zorder=9,
        )


def _free_room(
    source: SourcePoint, window: tuple[Box, float], lines: Sequence[Any], taken: Sequence[Any]
) -> Polygon:
    """Return where the name of a source covers least: in the window, no other name, no route."""
    (x0, x1, y0, y1), per_pt = window
    wide, tall = 1.15 * text_width(source.id, _LABEL_PT) * per_pt, 1.2 * _LABEL_PT * per_pt
    inside = shapely.box(x0, y0, x1, y1)
    rooms, costs = [], []
    for right, up in _SIDES:
        x = source.x_m + right * 7 * per_pt + (0.5 * right - 0.5) * wide
        y = source.y_m + up * 5 * per_pt + (0.5 * up - 0.5) * tall
        room = shapely.box(x, y, x + wide, y + tall)
        covered_m = shapely.length(shapely.intersection(lines, room.buffer(2 * per_pt)))
        n_met = sum(room.intersects(other) for other in taken)
        rooms.append(room)
        costs.append((not inside.contains(room), n_met, float(covered_m.sum())))
    return rooms[costs.index(min(costs))]


def _scale(axes: Axes, box: Box) -> None:
    width = box[1] - box[0]
    step = max((s for s in _STEPS_M if s <= width / 4), default=_STEPS_M[0])
    x, y = box[0] + 0.03 * width, box[2] + 0.025 * width
    axes.plot([x, x + step], [y, y], color=INK, linewidth=2, solid_capstyle="butt", zorder=9)
    axes.text(x + step / 2, y + 0.01 * width, f"{step} m", ha="center", fontsize=8, color=INK)


def _key_lines(names: str, row: RouteOption, wording: Wording) -> list[tuple[str, str]]:
    """Return what the key says of a route, line by line, with colours."""
    said = wording("{source}: {length}", source=row.source.id, length=metres(row.length_m, wording))
    permit = permit_text(row.permit, wording)
    texts = (
        (f"{names}  {said}", INK),
        (wording("{n:,.0f} yuan", n=row.cost_yuan), INK),
        (permit.text, _TONE[permit.tone]),
    )
    width_pt = (_KEY_IN - _INDENT_IN) * _PT_PER_IN
    return [(line, colour) for text, colour in texts for line in _wrapped(text, width_pt)]


def _wrapped(text: str, width_pt: float) -> list[str]:
    """Return a text in lines; Latin words stay whole."""
    lines = [""]
    for part in re.findall(r"[!-~]+ *|.", text):
        if lines[-1] and text_width(f"{lines[-1]}{part}".rstrip(), _KEY_PT) > width_pt:
            lines.append("")
        lines[-1] += part
    return [line.strip() for line in lines]


def _key(axes: Axes, key: Sequence[Sequence[tuple[str, str]]], tall_in: float) -> None:
    axes.set_axis_off()
    axes.set_xlim(0, _KEY_IN)
    axes.set_ylim(-tall_in, 0)
    y = -0.5 * _LINE_IN
    for k, lines in enumerate(key):
        axes.add_line(Line2D([0.0, _INDENT_IN - 0.12], [y, y], **_stroke(k)))
        for text, colour in lines:
            axes.text(_INDENT_IN, y, text, fontsize=_KEY_PT, color=colour, va="center")
            y -= _LINE_IN
        y -= _BETWEEN_IN


def _signs(found: Connection, seen: _Seen, wording: Wording) -> Iterator[Sign]:
    """Yield word and style of everything on the map that is no route."""
    graph, (areas, edges) = found.site.graph, seen
    if any(row.accepted for row in found.sources):
        yield wording("source that can be used"), {**_SOURCE, "linestyle": ""}
    if not all(row.accepted for row in found.sources):
        yield wording("source that cannot be used"), {**_FULL, "linestyle": ""}
    yield wording("target"), {**_TARGET, "markersize": 12, "linestyle": ""}
    used = set(np.unique(graph.kind[edges]).tolist())
    for code, kind in enumerate(graph.kinds):
        if code in used and kind in _CORRIDORS:
            yield way(kind, wording), _CORRIDORS[kind]
    if graph.blocked[edges].any():
        yield wording("not passable"), {"color": _BLOCKED, "linewidth": 2}
    present = {kind for kind, _ in areas}
    for kind, style in _AREAS.items():
        if kind in present:
            yield way(kind, wording), style


def _signs_below(axes: Axes, signs: Sequence[Sign], wide_in: float, tall_in: float) -> None:
    axes.set_axis_off()
    axes.set_xlim(0, wide_in)
    axes.set_ylim(-tall_in, 0)
    for k, (word, style) in enumerate(signs):
        x, y = k % _SIGNS * wide_in / _SIGNS, -(k // _SIGNS + 0.5) * _SIGN_ROW_IN
        if "facecolor" in style:
            corner = (x, y - 0.3 * _SIGN_ROW_IN)
            tall = 0.6 * _SIGN_ROW_IN
            axes.add_patch(Rectangle(corner, 0.3, tall, linewidth=0.8, clip_on=False, **style))
        else:
            ends = [x + 0.15] if "marker" in style else [x, x + 0.3]
            axes.add_line(Line2D(ends, [y] * len(ends), **style))
        axes.text(x + _INDENT_IN, y, word, fontsize=_SIGN_PT, color=INK, va="center")
