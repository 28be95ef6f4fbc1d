"""A layer of a map as it was read, before anything in it is believed."""

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import shapely
from numpy.typing import NDArray

from gridcalc.errors import Problem
from gridcalc.notes import note
from gridcalc.routing.coordinates import Crs, misplaced, to_zone
from gridcalc.routing.records import MapWarning
from gridcalc.yamlfile import Document, Path

Role = Literal["corridors", "obstacles", "sources", "target"]

_MISSPELT = 0.8
_MOST_TOLD = 1_000
"""Problems of one kind that are kept; equal ones are folded where they are shown."""
_MAX_SHOWN = 40


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MapLayer:
    """Features of one layer.

    Parameters
    ----------
    role
        What the layer is for.
    where
        Where it was read from, for the report.
    geometry
        Geometry of each feature, None where it has none; without heights. dtype object
    columns
        Value of each feature for the properties that matter.
    names
        Names of all properties.
    stored_crs
        What the file says of its system; empty where it says nothing.
    document, path
        Where its features stand, for messages.
    number
        Number of each feature there, from 0. shape (n_features,)
    """

    role: Role
    where: str
    geometry: NDArray[np.object_]
    columns: Mapping[str, Sequence[Any]]
    names: tuple[str, ...]
    stored_crs: str
    document: Document
    path: Path
    number: NDArray[np.int64]

    def problem(self, feature: int, message: str, name: str = "") -> Problem:
        """Return a problem of a feature or of one of its properties."""
        tail: Path = ("properties", name) if name else ()
        return self.document.problem((*self.path, int(self.number[feature]), *tail), message)

    def problems(self, features: Iterable[int], message: str, name: str = "") -> list[Problem]:
        """Return a problem for each of the first features; the last tells how many more."""
        rows = list(features)
        n_more = len(rows) - _MOST_TOLD
        found = [self.problem(row, message, name) for row in rows[:_MOST_TOLD]]
        if n_more > 0:
            text = f"{message} (and {n_more} more features)"
            found[-1] = self.problem(rows[_MOST_TOLD - 1], text, name)
        return found

    def whole(self, message: str) -> Problem:
        """Return a problem of the layer as a whole."""
        return self.document.problem(self.path, message)

    def column(self, name: str) -> Sequence[Any]:
        """Return a property of every feature; None where it is missing."""
        return self.columns.get(name) or [None] * len(self.geometry)


def some_features(layer: MapLayer, rows: NDArray[np.int64]) -> MapLayer:
    """Return a layer with some of its features; they keep their numbers in messages."""
    kept = rows.tolist()
    return replace(
        layer,
        geometry=layer.geometry[rows],
        columns={name: [values[row] for row in kept] for name, values in layer.columns.items()},
        number=layer.number[rows],
    )


def file_document(file: str) -> Document:
    """Return a document without lines, for messages on files that have none."""
    return Document(file=file, value=None, lines={(): 0}, problems=())


def geometry_problems(layer: MapLayer, accepted: Mapping[str, str]) -> list[Problem]:
    """Return one problem for an empty layer and for each type of geometry that is not accepted.

    Parameters
    ----------
    layer
        The layer.
    accepted
        Types, and those that can be told apart no further, each with how messages call them.
    """
    if not len(layer.geometry):
        remedy = "leave it out" if layer.role == "obstacles" else "give at least one feature"
        return [layer.whole(f"the layer of {layer.role} is empty; {remedy}")]
    kinds = np.array(
        [shape.geom_type if shape is not None else "" for shape in layer.geometry.tolist()]
    )
    found = []
    for kind in sorted(set(kinds.tolist()) - set(accepted) - {""}):
        rows = np.flatnonzero(kinds == kind)
        wanted = " or ".join(dict.fromkeys(accepted.values()))
        text = f"is a {kind}; {layer.role} are {wanted}{_more(len(rows))}"
        found.append(layer.problem(int(rows[0]), text))
    return found


def place_problems(layer: MapLayer, crs: Crs) -> list[Problem]:
    """Return one problem if any coordinate cannot be what the system of the layer says."""
    points, owner = shapely.get_coordinates(layer.geometry, return_index=True)
    wrong, text = misplaced(points, crs)
    rows = np.unique(owner[wrong])
    if not len(rows):
        return []
    x, y = points[np.flatnonzero(wrong)[0]].tolist()
    return [layer.problem(int(rows[0]), f"({x:.10g}, {y:.10g}) {text}{_more(len(rows))}")]


def without_geometry(layer: MapLayer, rows: NDArray[np.int64]) -> tuple[MapWarning, ...]:
    """Return a warning on features that were left out because they have no geometry, if any."""
    if not len(rows):
        return ()
    text = note(
        "{layer}: features without geometry: {n}, left out; the first is features[{first}]",
        layer=layer.role,
        n=len(rows),
        first=int(layer.number[rows[0]]),
    )
    return (MapWarning(kind="repaired", text=text),)


def misspelt(layer: MapLayer, known: Sequence[str]) -> tuple[MapWarning, ...]:
    """Return a warning for each property whose name looks like a misspelt one."""
    found = []
    for name in layer.names:
        near = difflib.get_close_matches(name.lower(), known, n=1, cutoff=_MISSPELT)
        if name not in known and near and near[0] not in layer.names:
            text = note(
                "{layer}: the property '{name}' is not known; did you mean '{near}'?",
                layer=layer.role,
                name=name,
                near=near[0],
            )
            found.append(MapWarning(kind="misspelt", text=text))
    return tuple(found)


def projected(geometry: NDArray[np.object_], crs: Crs, *, epsg: int) -> NDArray[np.object_]:
    """Return geometry in a metric zone. [m]."""
    moved = shapely.transform(geometry, lambda points: to_zone(points, crs, epsg=epsg))
    return np.asarray(moved, dtype=object)


def numbers(
    layer: MapLayer, name: str, *, least: float, most: float, whole: bool = False
) -> tuple[NDArray[np.float64], list[Problem]]:
    """Return a property as numbers, NaN where it is missing, and a problem for each other value.

    Parameters
    ----------
    layer, name
        The layer and the property.
    least, most
        The values allowed, both included.
    whole
        Whether only whole numbers are.
    """
    result = np.full(len(layer.geometry), np.nan)
    values = layer.columns.get(name)
    problems: list[Problem] = []
    for row, value in enumerate(values or ()):
        if absent(value):
            continue
        good = isinstance(value, (int, float)) and not isinstance(value, bool)
        if good and least <= value <= most and not (whole and value != int(value)):
            result[row] = value
            continue
        kind = "whole number" if whole else "number"
        problems.append(
            layer.problem(row, f"{shown(value)} is not a {kind} of {least:g} to {most:g}", name)
        )
    return result, capped(problems)


def absent(value: Any) -> bool:
    """Return whether a property says nothing.

    Examples
    --------
    >>> absent(None), absent(" "), absent(0)
    (True, True, False)
    """
    return value is None or (isinstance(value, str) and (not value or value.isspace()))


def shown(value: Any) -> str:
    """Return a value for a message, cut where it is long.

    Examples
    --------
    >>> shown("YJV"), len(shown("x" * 500))
    ("'YJV'", 41)
    """
    text = repr(value)
    return text if len(text) <= _MAX_SHOWN else f"{text[:_MAX_SHOWN]}…"


def capped(problems: list[Problem]) -> list[Problem]:
    """Return the first problems; the last one tells how many more there are."""
    n_more = len(problems) - _MOST_TOLD
    if n_more <= 0:
        return problems
    last = problems[_MOST_TOLD - 1]
    text = f"{last.message} (and {n_more} more of this kind)"
    return [*problems[: _MOST_TOLD - 1], Problem(last.file, last.line, last.key, text)]


def _more(n_rows: int) -> str:
    return f" (and {n_rows - 1} more features)" if n_rows > 1 else ""
