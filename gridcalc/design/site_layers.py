"""The layers of a design site, read and checked in their own coordinates."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar, cast

from gridcalc.compound.door import read_mapping, read_text, validate
from gridcalc.design.site_file import (
    BuildingProperties,
    DesignFile,
    ParkingProperties,
    ShedProperties,
    SubstationProperties,
)
from gridcalc.errors import InputError, Problem
from gridcalc.routing.coordinates import Crs, parse_crs
from gridcalc.routing.kinds import corridor_words
from gridcalc.routing.records import MapWarning
from gridcalc.routing.site import corridor_features
from gridcalc.routing.site.feature_kinds import is_drawing
from gridcalc.routing.site.geojson_layer import feature_layer, is_collection
from gridcalc.routing.site.layer_crs import layer_crs
from gridcalc.routing.site.layer_files import DXF_LAYER, local_path, read_layer_file
from gridcalc.routing.site.map_layer import (
    MapLayer,
    Role,
    absent,
    capped,
    geometry_problems,
    misspelt,
    place_problems,
)
from gridcalc.routing.site.site_file import LayerFile
from gridcalc.yamlfile import Document

Properties = BuildingProperties | ParkingProperties | ShedProperties | SubstationProperties
Model = TypeVar("Model", bound=Properties)

STDIN = "-"
PATHS = "paths"
INLINE = "inline"
_DRAWING = ".dxf"
_AREAS = {"Polygon": "Polygon", "MultiPolygon": "Polygon"}
_POINTS = {"Point": "Point"}
_MODELS: Mapping[str, type[Properties]] = {
    "buildings": BuildingProperties,
    "parking": ParkingProperties,
    "ebike_sheds": ShedProperties,
    "substation_sites": SubstationProperties,
}
_GEOMETRY = {
    "buildings": _AREAS,
    "parking": {**_AREAS, **_POINTS},
    "ebike_sheds": {**_AREAS, **_POINTS},
    "substation_sites": _POINTS,
}
_ROLES = (*_MODELS, PATHS)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ReadLayer:
    """A layer in order: its features as they stand, its system, and what each is."""

    layer: MapLayer
    crs: Crs
    records: tuple[Properties, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OpenedDesign:
    """A design site opened: the file, and its layers by name.

    Parameters
    ----------
    document
        The file with its lines.
    site
        What it says.
    layers
        Its layers.
    paths_entry
        What the file says of the layer of paths.
    warnings
        What may be a mistake.
    """

    document: Document
    site: DesignFile
    layers: Mapping[str, ReadLayer]
    paths_entry: LayerFile
    warnings: tuple[MapWarning, ...]


def open_design(file: str, *, text: str | None) -> OpenedDesign:
    """Return a design site with its layers.

    Parameters
    ----------
    file
        Path, or the name to show where the text is given.
    text
        Content of the site file; None reads the file.

    Raises
    ------
    InputError
        Every problem of the file and of its layers at once.
    """
    path = Path(file)
    shown = "<stdin>" if file == STDIN else file
    given = text if text is not None else read_text(path)
    document = read_mapping(given, file=shown, what="design site")
    document, entries, raw, problems = _raw_layers(document, path.parent)
    site, found = validate(DesignFile, document)
    problems += found
    said = document.value.get("crs")
    site_crs = parse_crs(said) if isinstance(said, str) else None
    layers: dict[str, ReadLayer] = {}
    warnings: list[MapWarning] = []
    for name, layer in raw.items():
        crs, found = layer_crs(layer, entries[name].crs, site_crs)
        records: tuple[Properties, ...] = ()
        if name != PATHS:
            records, more = _records(layer, _MODELS[name])
            found += [*geometry_problems(layer, _GEOMETRY[name]), *_empty_shapes(layer), *more]
            warnings += misspelt(layer, tuple(_MODELS[name].model_fields))
        elif is_drawing(layer):
            found += _without_kinds(layer, entries[name])
        if crs is not None:
            found += place_problems(layer, crs)
            layers[name] = ReadLayer(layer=layer, crs=crs, records=records)
        problems += found
    if problems or site is None:
        raise InputError(problems)
    return OpenedDesign(
        document=document,
        site=site,
        layers=layers,
        paths_entry=entries[PATHS],
        warnings=tuple(warnings),
    )


def _raw_layers(
    document: Document, folder: Path
) -> tuple[Document, dict[str, LayerFile], dict[str, MapLayer], list[Problem]]:
    """Return the layers that can be read; the document names them instead of holding them."""
    written = document.value.get("layers")
    named: dict[str, Any] = dict(written) if isinstance(written, dict) else {}
    entries: dict[str, LayerFile] = {}
    layers: dict[str, MapLayer] = {}
    problems: list[Problem] = []
    for name in _ROLES:
        value = named.get(name)
        if value is None:
            named.pop(name, None)
            continue
        inline = is_collection(value) and "path" not in value
        told = {"path": value} if isinstance(value, str) else value
        named[name] = {"path": INLINE} if inline else told
        entry, _told_with_the_site = validate(
            LayerFile, replace(document, value=named[name], problems=())
        )
        if entry is None:
            continue
        entries[name] = entry
        try:
            layers[name] = _layer(value if inline else None, name, entry, document, folder)
        except InputError as error:
            problems += error.problems
    if isinstance(written, dict):
        document = replace(document, value={**document.value, "layers": named})
    return document, entries, layers, problems


def _layer(inline: Any, name: str, entry: LayerFile, document: Document, folder: Path) -> MapLayer:
    is_paths_drawing = name == PATHS and entry.path.lower().endswith(_DRAWING)
    role = cast("Role", "corridors" if is_paths_drawing else name)
    wanted = (
        (*corridor_features.PROPERTIES, entry.kind_field, DXF_LAYER)
        if name == PATHS
        else tuple(_MODELS[name].model_fields)
    )
    at = ("layers", name)
    if inline is not None:
        return feature_layer(
            inline, role=role, where=INLINE, wanted=wanted, document=document, path=at
        )
    try:
        path = local_path(entry.path, folder)
    except ValueError as error:
        raise InputError([document.problem(at, str(error))]) from None
    return read_layer_file(path, shown=entry.path, role=role, layer=entry.layer, wanted=wanted)


def _records(layer: MapLayer, model: type[Model]) -> tuple[tuple[Model, ...], list[Problem]]:
    """Return what each feature says, with a problem for every wrong value and every double id."""
    found: list[Problem] = []
    records: list[Model] = []
    for row in range(len(layer.geometry)):
        given = {name: layer.column(name)[row] for name in layer.columns}
        given = {name: value for name, value in given.items() if not absent(value)}
        document = Document(file=layer.document.file, value=given, lines={(): 0}, problems=())
        record, problems = validate(model, document)
        found += [layer.problem(row, problem.message, problem.key) for problem in problems]
        records += [record] if record is not None else []
    for name, times in sorted(Counter(record.id for record in records).items()):
        if times > 1:
            text = f"{name!r} is the id of {times} features; give each its own"
            found.append(layer.whole(text))
    return tuple(records), capped(found)


def _without_kinds(layer: MapLayer, entry: LayerFile) -> list[Problem]:
    """Return a problem for a drawing of which no layer is known to hold paths."""
    names = sorted({str(name) for name in layer.column(DXF_LAYER)})
    if any(name in corridor_words() or name in entry.kinds for name in names):
        return []
    held = ", ".join(names) or "none"
    example = f"kinds: {{{names[0]}: local_road}}" if names else "kinds"
    text = f"no layer of the drawing is known to hold paths ({held}); name it, as in {example}"
    return [layer.whole(text)]


def _empty_shapes(layer: MapLayer) -> list[Problem]:
    rows = [row for row, shape in enumerate(layer.geometry.tolist()) if shape is None]
    return layer.problems(rows, "has no geometry; draw it or remove it")
