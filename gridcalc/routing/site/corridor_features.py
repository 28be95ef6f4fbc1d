"""Corridors out of a layer of lines."""

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gridcalc.compound.door import nearest
from gridcalc.errors import Problem
from gridcalc.notes import note
from gridcalc.routing.kinds import EXISTING_DUCT, UNKNOWN, corridor_kinds, corridor_words
from gridcalc.routing.records import MapWarning
from gridcalc.routing.site.feature_kinds import (
    feature_kinds,
    fitting_entities,
    is_drawing,
    kind_column,
    truth,
)
from gridcalc.routing.site.layers import ALONG_UNKNOWN, NOT_ALONG, Corridors, kind_names
from gridcalc.routing.site.map_layer import (
    MapLayer,
    absent,
    geometry_problems,
    misspelt,
    numbers,
    shown,
    without_geometry,
)
from gridcalc.routing.site.site_file import LayerFile

PROPERTIES = ("kind", "spare_ducts", "along", "year", "bridge", "layer")
"""Properties of a corridor that matter."""

_ACCEPTED = {"LineString": "LineString", "MultiLineString": "MultiLineString"}
_YEARS = (1900, 2100)
_LEVELS = (-10, 10)
_MOST_DUCTS = 1000
_BRIDGES = frozenset({"viaduct", "overpass"})
_NONE = "none"


def corridors_of(
    layer: MapLayer, entry: LayerFile
) -> tuple[Corridors, list[Problem], tuple[MapWarning, ...]]:
    """Return the corridors of a layer in its own coordinates, with problems and warnings.

    Parameters
    ----------
    layer
        Lines with the properties ``kind``, ``spare_ducts``, ``along``, ``year``, ``layer`` or
        ``bridge``.
    entry
        What the site file says of the layer.
    """
    warnings: tuple[MapWarning, ...] = ()
    if is_drawing(layer):
        layer, warnings = fitting_entities(layer, entry, corridor_words())
    problems = geometry_problems(layer, _ACCEPTED)
    words, found = feature_kinds(layer, entry, corridor_words())
    index = {word: kind_names().index(word or UNKNOWN) for word in set(words)}
    kind = np.array([index[word] for word in words], dtype=np.int64)
    along, more = _along(layer, kind)
    year, year_problems = numbers(layer, "year", least=_YEARS[0], most=_YEARS[1], whole=True)
    ducts, duct_problems = numbers(layer, "spare_ducts", least=0, most=_MOST_DUCTS, whole=True)
    level, level_problems = _levels(layer)
    problems += [*found, *more, *year_problems, *duct_problems, *level_problems]
    full = (kind == kind_names().index(EXISTING_DUCT)) & ~(ducts >= 1)
    missing = np.array([shape is None for shape in layer.geometry.tolist()], dtype=bool)
    rows = np.flatnonzero(~full & ~missing)
    line, part_of = shapely.get_parts(layer.geometry[rows], return_index=True)
    part_of = rows[part_of]
    short = np.zeros(len(line), dtype=bool) if problems else _is_short(line)
    owner = part_of[~short]
    corridors = Corridors(
        line=line[~short],
        kind=kind[owner],
        along=along[owner],
        level=level[owner],
        year=year[owner],
    )
    if not problems and not len(owner):
        problems.append(layer.whole("no corridor is left that a cable could follow; add some"))
    known_names = (*PROPERTIES, entry.kind_field, kind_column(layer, entry))
    warnings += (
        *misspelt(layer, known_names),
        *_kind_warnings(words, full),
        *without_geometry(layer, np.flatnonzero(missing)),
        *_of_no_length(layer, np.unique(part_of[short])),
    )
    return corridors, problems, warnings


def _along(layer: MapLayer, kind: NDArray[np.int64]) -> tuple[NDArray[np.int64], list[Problem]]:
    """Return the road each corridor belongs to: its own kind, or what ``along`` says."""
    roads = {name: i for i, name in enumerate(kind_names()) if corridor_kinds()[name].is_road}
    is_road = np.isin(kind, list(roads.values()))
    unknown = kind == kind_names().index(UNKNOWN)
    along = np.where(is_road, kind, np.where(unknown, ALONG_UNKNOWN, NOT_ALONG))
    said: dict[str, int] = {**roads, _NONE: NOT_ALONG, UNKNOWN: ALONG_UNKNOWN}
    problems = []
    wrong: dict[str, list[int]] = {}
    for row, value in enumerate(layer.columns.get("along") or ()):
        if absent(value):
            continue
        word = corridor_words().get(str(value), str(value))
        if word in roads or (word in said and not is_road[row]):
            along[row] = said[word]
        else:
            wrong.setdefault(word, []).append(row)
    for word, rows in wrong.items():
        guess = nearest(word, sorted(said)) or f"; write one of {', '.join(said)}"
        if word in said:
            guess = "; a road is always along itself, leave it out"
        text = f"{shown(word)} ({len(rows)} features) is not the road of this corridor{guess}"
        problems.append(layer.problem(rows[0], text, "along"))
    return np.asarray(along, dtype=np.int64), problems


def _levels(layer: MapLayer) -> tuple[NDArray[np.int64], list[Problem]]:
    level = np.zeros(len(layer.geometry), dtype=np.int64)
    if "layer" in layer.columns:
        level += np.array([_level(value) for value in layer.column("layer")], dtype=np.int64)
    if "bridge" in layer.columns:
        over = np.array([_is_bridge(value) for value in layer.column("bridge")], dtype=bool)
        level[over & (level == 0)] = 1
    wrong = np.flatnonzero((level < _LEVELS[0]) | (level > _LEVELS[1]))
    text = f"is no level of {_LEVELS[0]} to {_LEVELS[1]}; write 0 for the ground"
    return level, layer.problems(wrong.tolist(), text, "layer")


def _level(value: Any) -> int:
    """Return a level; one outside the range where it is none."""
    try:
        number = 0.0 if absent(value) else float(value)
        is_level = number.is_integer() and _LEVELS[0] <= number <= _LEVELS[1]
        return int(number) if is_level else _LEVELS[1] + 1
    except (TypeError, ValueError, OverflowError):
        return _LEVELS[1] + 1


def _is_short(line: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Return which lines have no length; what lies beyond all numbers has one."""
    with np.errstate(over="ignore", invalid="ignore"):
        is_short: NDArray[np.bool_] = shapely.length(line) == 0
    return is_short


def _is_bridge(value: Any) -> bool:
    return bool(truth(value)) or str(value).strip().lower() in _BRIDGES


def _of_no_length(layer: MapLayer, rows: NDArray[np.int64]) -> tuple[MapWarning, ...]:
    if not len(rows):
        return ()
    text = note(
        "{layer}: lines of no length: {n}, left out; the first is features[{first}]",
        layer=layer.role,
        n=len(rows),
        first=int(layer.number[rows[0]]),
    )
    return (MapWarning(kind="repaired", text=text),)


def _kind_warnings(words: list[str | None], full: NDArray[np.bool_]) -> tuple[MapWarning, ...]:
    warnings = []
    n_open, n_full = words.count(None), int(full.sum())
    if n_open:
        text = note(
            "corridors without kind: {n} of {total}; they are priced like a road and their permit"
            " needs confirmation",
            n=n_open,
            total=len(words),
        )
        warnings.append(MapWarning(kind="no_kind", text=text))
    if n_full:
        text = note(
            "existing ducts without a spare duct: {n}, left out; give spare_ducts where there is"
            " one",
            n=n_full,
        )
        warnings.append(MapWarning(kind="no_spare_duct", text=text))
    return tuple(warnings)
