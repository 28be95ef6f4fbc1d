"""Obstacles out of a layer of areas; rivers and railways may be lines with a width."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from gridcalc.errors import Problem
from gridcalc.routing.coordinates import Crs
from gridcalc.routing.kinds import obstacle_kinds, obstacle_words
from gridcalc.routing.records import MapWarning
from gridcalc.routing.site.feature_kinds import (
    feature_kinds,
    fitting_entities,
    is_drawing,
    kind_column,
    truth,
)
from gridcalc.routing.site.layers import Areas
from gridcalc.routing.site.map_layer import (
    MapLayer,
    absent,
    geometry_problems,
    misspelt,
    numbers,
    projected,
    without_geometry,
)
from gridcalc.routing.site.site_file import LayerFile, printable

PROPERTIES = ("kind", "id", "name", "passable", "width_m")
"""Properties of an obstacle that matter."""

_AREAS = {"Polygon": "Polygon", "MultiPolygon": "MultiPolygon"}
_LINES = {"LineString": "", "MultiLineString": ""}
_WIDTHS_M = (0.1, 5000.0)
_LONGEST_NAME = 100


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Obstacles:
    """Obstacles as they were drawn.

    Parameters
    ----------
    shape
        Areas, and lines that have a width. dtype object
    width_m
        Width of lines; NaN for areas. [m]
    ids, kind
        Name and kind of each.
    blocked
        Whether it may not be passed.
    """

    shape: NDArray[np.object_]
    width_m: NDArray[np.float64]
    ids: tuple[str, ...]
    kind: tuple[str, ...]
    blocked: NDArray[np.bool_]


def obstacles_of(
    layer: MapLayer, entry: LayerFile
) -> tuple[Obstacles, list[Problem], tuple[MapWarning, ...]]:
    """Return the obstacles of a layer in its own coordinates, with problems and warnings.

    Parameters
    ----------
    layer
        Areas with the properties ``kind``, ``id``, ``name``, ``passable``, ``width_m``.
    entry
        What the site file says of the layer.
    """
    warnings: tuple[MapWarning, ...] = ()
    if is_drawing(layer):
        layer, warnings = fitting_entities(layer, entry, obstacle_words())
    words, problems = feature_kinds(layer, entry, obstacle_words())
    width_m, found = numbers(layer, "width_m", least=_WIDTHS_M[0], most=_WIDTHS_M[1])
    passable, more = _passable(layer)
    nameless = [row for row, word in enumerate(words) if word is None]
    if not problems and nameless:
        text = f"has no kind; write one of {', '.join(obstacle_kinds())}"
        problems += layer.problems(nameless, text, kind_column(layer, entry))
    problems += [
        *geometry_problems(layer, _AREAS | _LINES if _has_lines(layer) else _AREAS),
        *_line_problems(layer, words, width_m),
        *_broken(layer),
        *found,
        *more,
    ]
    missing = np.array([shape is None for shape in layer.geometry.tolist()], dtype=bool)
    rows = [] if problems else np.flatnonzero(~missing).tolist()
    kind = tuple(str(words[row]) for row in rows)
    obstacles = Obstacles(
        shape=layer.geometry[rows],
        width_m=width_m[rows],
        ids=_names(layer, rows, kind),
        kind=kind,
        blocked=_blocked(kind, [passable[row] for row in rows]),
    )
    warnings += (
        *misspelt(layer, (*PROPERTIES, entry.kind_field, kind_column(layer, entry))),
        *without_geometry(layer, np.flatnonzero(missing)),
    )
    return obstacles, problems, warnings


def _blocked(kinds: Sequence[str], passable: Sequence[bool | None]) -> NDArray[np.bool_]:
    """Return which areas may not be passed, by their kind unless the layer says it."""
    own = [obstacle_kinds()[kind].passage == "blocked" for kind in kinds]
    said = zip(own, passable, strict=True)
    return np.array([kind if given is None else not given for kind, given in said], dtype=bool)


def areas_of(obstacles: Obstacles, crs: Crs, *, epsg: int) -> Areas:
    """Return the obstacles as areas in a metric zone; lines get their width.

    Parameters
    ----------
    obstacles
        As drawn.
    crs
        System they are drawn in.
    epsg
        The zone.
    """
    polygon = projected(obstacles.shape, crs, epsg=epsg)
    is_line = np.isin(shapely.get_type_id(polygon), _LINE_TYPES)
    half_m = obstacles.width_m[is_line] / 2
    polygon[is_line] = shapely.buffer(polygon[is_line], half_m, cap_style="flat")
    return Areas(polygon=polygon, ids=obstacles.ids, kind=obstacles.kind, blocked=obstacles.blocked)


_LINE_TYPES = (1, 5)
"""LineString and MultiLineString by number."""


def _is_line(layer: MapLayer) -> NDArray[np.bool_]:
    return np.isin(shapely.get_type_id(layer.geometry), _LINE_TYPES)


def _has_lines(layer: MapLayer) -> bool:
    return bool(_is_line(layer).any())


def _line_problems(
    layer: MapLayer, words: list[str | None], width_m: NDArray[np.float64]
) -> list[Problem]:
    """Return problems of lines that are no river or railway, or have no width."""
    crossed = [kind for kind, row in obstacle_kinds().items() if row.passage == "crossing"]
    lines = np.flatnonzero(_is_line(layer)).tolist()
    plain = [row for row in lines if words[row] is not None and words[row] not in crossed]
    thin = [row for row in lines if words[row] in crossed and not width_m[row] > 0]
    with np.errstate(over="ignore", invalid="ignore"):
        length = shapely.length(layer.geometry[lines])
    no_length = [row for row, metres in zip(lines, length, strict=True) if metres == 0]
    text = f"is a line; only {' and '.join(crossed)} may be, draw the area as a Polygon"
    return [
        *layer.problems(plain, text),
        *layer.problems(no_length, "is a line of no length; redraw it"),
        *layer.problems(thin, "is a line without width_m; give the width or draw the area"),
    ]


def _broken(layer: MapLayer) -> list[Problem]:
    shapes = layer.geometry
    finite = np.ones(len(shapes), dtype=bool)
    points, owner = shapely.get_coordinates(shapes, return_index=True)
    finite[owner[~np.isfinite(points).all(axis=1)]] = False
    rows = np.flatnonzero(finite & (shapely.get_dimensions(shapes) == 2))
    rows = rows[~shapely.is_valid(shapes[rows])]
    found = []
    for row in rows.tolist():
        reason, _bracket, place = str(shapely.is_valid_reason(shapes[row])).partition("[")
        where = f" at ({place.rstrip(']').replace(' ', ', ')})" if place else ""
        crosses = "elf-intersection" in reason
        what = "crosses itself" if crosses else f"is no proper area ({reason.strip().lower()})"
        found.append(layer.problem(row, f"{what}{where}; redraw it"))
    return found


def _passable(layer: MapLayer) -> tuple[list[bool | None], list[Problem]]:
    values = layer.column("passable")
    result = [None if absent(value) else truth(value) for value in values]
    wrong = [row for row, value in enumerate(values) if not absent(value) and result[row] is None]
    return result, layer.problems(wrong, "is neither true nor false", "passable")


def _names(layer: MapLayer, rows: list[int], kind: tuple[str, ...]) -> tuple[str, ...]:
    """Return ``id``, else ``name``, else the kind and the number of the feature."""
    ids, names = layer.column("id"), layer.column("name")
    return tuple(
        printable(str(next((name for name in (ids[row], names[row]) if not absent(name)), "")))[
            :_LONGEST_NAME
        ]
        or f"{word}-{layer.number[row]}"
        for row, word in zip(rows, kind, strict=True)
    )
