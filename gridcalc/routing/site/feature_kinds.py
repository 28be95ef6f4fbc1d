"""The kind of each feature: a word of a property, translated where the site file says how."""

from collections import Counter
from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
import shapely
from shapely.geometry import Polygon

from gridcalc.compound.door import nearest
from gridcalc.errors import Problem
from gridcalc.notes import note
from gridcalc.routing.kinds import listed_words
from gridcalc.routing.records import MapWarning
from gridcalc.routing.site.layer_files import DXF_LAYER
from gridcalc.routing.site.map_layer import MapLayer, absent, shown, some_features
from gridcalc.routing.site.site_file import LayerFile

_TRUE, _FALSE = frozenset({"true", "yes", "1"}), frozenset({"false", "no", "0"})
_RING_POINTS = 4
_FITTING = {
    "corridors": ("LineString", "MultiLineString"),
    "obstacles": ("Polygon", "MultiPolygon", "LineString", "MultiLineString"),
}


def feature_kinds(
    layer: MapLayer, entry: LayerFile, known: Mapping[str, str]
) -> tuple[list[str | None], list[Problem]]:
    """Return the kind of each feature, None where it has none; one problem per unknown word.

    Parameters
    ----------
    layer
        The layer.
    entry
        What the site file says of it: the property, and kinds for words of it.
    known
        The kind of each word there is.
    """
    name = kind_column(layer, entry)
    words = [_word(value) for value in layer.column(name)]
    meaning = _meaning(words, entry.kinds, known)
    unknown = Counter(word for word in words if word is not None and word not in meaning)
    problems = []
    for word, count in unknown.items():
        guess = nearest(word, sorted(known)) or f"; known are {listed_words(known)}"
        text = (
            f"{shown(word)} ({count} feature{'s' if count > 1 else ''}) is no kind of {layer.role}"
        )
        problems.append(layer.problem(words.index(word), f"{text}{guess}", name))
    return [meaning.get(word) if word is not None else None for word in words], problems


def kind_column(layer: MapLayer, entry: LayerFile) -> str:
    """Return the property in which the kind stands; the layer of the entity in a drawing."""
    return DXF_LAYER if is_drawing(layer) else entry.kind_field


def is_drawing(layer: MapLayer) -> bool:
    """Return whether a layer comes from a DXF drawing."""
    return layer.document.file.lower().endswith(".dxf")


def fitting_entities(
    layer: MapLayer, entry: LayerFile, known: Mapping[str, str]
) -> tuple[MapLayer, tuple[MapWarning, ...]]:
    """Return a drawing without what is on other layers or is no line or area.

    Closed lines become areas in a layer of obstacles.
    """
    names = [_word(value) for value in layer.column(DXF_LAYER)]
    meaning = _meaning(names, entry.kinds, known)
    types = [shape.geom_type if shape is not None else "" for shape in layer.geometry.tolist()]
    fits = [
        name in meaning and kind in _FITTING[layer.role]
        for name, kind in zip(names, types, strict=True)
    ]
    rows = np.flatnonzero(np.array(fits, dtype=bool))
    kept = some_features(layer, rows)
    if layer.role == "obstacles":
        closed = shapely.is_closed(kept.geometry) & (
            shapely.get_num_points(kept.geometry) >= _RING_POINTS
        )
        kept.geometry[closed] = [Polygon(ring) for ring in kept.geometry[closed].tolist()]
    others = sorted({str(name) for name in names if name not in meaning})
    if not others:
        return kept, ()
    text = note(
        "{file}: entities on other layers are left out: {names}",
        file=layer.document.file,
        names=", ".join(others),
    )
    return kept, (MapWarning(kind="other_layers", text=text),)


def truth(value: Any) -> bool | None:
    """Return a yes or no as maps write it, or None.

    Examples
    --------
    >>> truth("yes"), truth(0.0), truth("viaduct")
    (True, False, None)
    """
    word = f"{value:g}" if isinstance(value, float) else str(value).strip().lower()
    return True if word in _TRUE else False if word in _FALSE else None


def _meaning(
    words: Collection[str | None], kinds: Mapping[str, str], known: Mapping[str, str]
) -> dict[str | None, str]:
    """Return the kind of every word that has one in this layer."""
    said = {word: kinds.get(word, word) for word in dict.fromkeys(words) if word is not None}
    return {word: known[meant] for word, meant in said.items() if meant in known}


def _word(value: Any) -> str | None:
    return value if type(value) is str and value else _rare_word(value)


def _rare_word(value: Any) -> str | None:
    return None if absent(value) else str(value)
