"""Sources out of a layer of points."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
import shapely

from gridcalc.compound.door import validate
from gridcalc.errors import Problem
from gridcalc.routing.coordinates import Points
from gridcalc.routing.records import MapWarning, SourcePoint
from gridcalc.routing.site.map_layer import MapLayer, absent, capped, geometry_problems, misspelt
from gridcalc.routing.site.site_file import SourceProperties
from gridcalc.yamlfile import Document

PROPERTIES = tuple(SourceProperties.model_fields)
"""Properties of a source that matter."""

_ACCEPTED = {"Point": "Point", "MultiPoint": "Point"}


def sources_of(
    layer: MapLayer,
) -> tuple[tuple[SourceProperties, ...], list[Problem], tuple[MapWarning, ...]]:
    """Return what a layer says of each source, with problems and warnings."""
    problems = geometry_problems(layer, _ACCEPTED)
    problems += _point_problems(layer)
    rows = [
        {name: layer.column(name)[row] for name in layer.columns if name in PROPERTIES}
        for row in range(len(layer.geometry))
    ]
    records: list[SourceProperties] = []
    found: list[Problem] = []
    for row, values in enumerate(rows):
        record, more = validate(SourceProperties, _document(layer, row, values))
        found += [layer.problem(row, problem.message, problem.key) for problem in more]
        records += [record] if record else []
    count = Counter(record.id for record in records)
    ids = [values.get("id") for values in rows]
    for name in sorted(name for name, times in count.items() if times > 1):
        second = [row for row, value in enumerate(ids) if str(value) == name][-1:]
        text = f"{name!r} is the id of {count[name]} sources; give each its own"
        found.append(layer.problem(second[0] if second else 0, text, "id"))
    return tuple(records), [*problems, *capped(found)], misspelt(layer, PROPERTIES)


def source_points(records: Sequence[SourceProperties], points_m: Points) -> tuple[SourcePoint, ...]:
    """Return the sources with their places in metres."""
    return tuple(
        SourcePoint(x_m=x_m, y_m=y_m, **record.model_dump())
        for record, (x_m, y_m) in zip(records, points_m.tolist(), strict=True)
    )


def _document(layer: MapLayer, row: int, values: dict[str, object]) -> Document:
    given = {name: value for name, value in values.items() if not absent(value)}
    at = (*layer.path, int(layer.number[row]))
    line = layer.document.line(at)
    return Document(file=layer.document.file, value=given, lines={(): line}, problems=())


def _point_problems(layer: MapLayer) -> list[Problem]:
    empty = [row for row, shape in enumerate(layer.geometry.tolist()) if shape is None]
    many = np.flatnonzero(
        (shapely.get_dimensions(layer.geometry) == 0)
        & (shapely.get_num_geometries(layer.geometry) > 1)
    )
    return [
        *layer.problems(empty, "has no point; give its coordinates"),
        *layer.problems(many.tolist(), "has several points; give each source its own feature"),
    ]
