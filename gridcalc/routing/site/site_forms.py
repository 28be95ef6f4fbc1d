"""The forms of a site: a YAML or JSON file that names layers, a GeoPackage, a GeoJSON file."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from gridcalc.compound.door import nearest, read_mapping, read_text, validate
from gridcalc.errors import InputError, Problem
from gridcalc.routing.coordinates import LON_LAT, parse_crs, stored_crs
from gridcalc.routing.site import corridor_features, obstacle_features, source_features
from gridcalc.routing.site.geojson_layer import feature_layer, is_collection, parse_json, stated_crs
from gridcalc.routing.site.layer_files import (
    DXF_LAYER,
    MAX_MAP_MB,
    checked_suffix,
    layer_names,
    local_path,
    read_layer_file,
)
from gridcalc.routing.site.map_layer import MapLayer, Role, absent, file_document, some_features
from gridcalc.routing.site.site_file import LayerFile, SiteFile
from gridcalc.yamlfile import Document

INLINE = "inline"
STDIN = "-"
_ROLES: tuple[Role, ...] = ("corridors", "obstacles", "sources")
_TARGET: Role = "target"
_HEADER = tuple(
    name for name in SiteFile.model_fields if name not in {"gridcalc", "target", "layers"}
)
_WANTED: Mapping[Role, tuple[str, ...]] = {
    "corridors": corridor_features.PROPERTIES,
    "obstacles": obstacle_features.PROPERTIES,
    "sources": source_features.PROPERTIES,
    "target": _HEADER,
}
_ROLE_PROPERTY = "layer"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Opened:
    """A site opened: what it says as a site file, and its layers.

    Parameters
    ----------
    document
        The site file, or what stands for it.
    folder
        Where relative paths start.
    entries
        What is said of each layer.
    layers
        The layers that could be read.
    problems
        Why others could not.
    """

    document: Document
    folder: Path
    entries: Mapping[Role, LayerFile]
    layers: Mapping[Role, MapLayer]
    problems: tuple[Problem, ...]


def open_site(file: str, *, text: str | None) -> Opened:
    """Return a site with its layers, in whatever form it is written.

    Parameters
    ----------
    file
        Path, or the name to show where the text is given.
    text
        Content of a YAML site file; None reads the file.

    Raises
    ------
    InputError
        The file cannot be read at all.
    """
    path = Path(file)
    if text is None and path.suffix.lower() == ".gpkg":
        return _open_package(path, file)
    if text is None and path.suffix.lower() in {".geojson", ".json"}:
        value = parse_json(read_text(path, max_mb=MAX_MAP_MB), file=file)
        if is_collection(value):
            return _open_collection(value, path, file)
        if not isinstance(value, dict):
            message = "this is no site; give a FeatureCollection or the keys of a site file"
            raise InputError([Problem(file, 0, "", message)])
        return _open_keys(replace(file_document(file), value=value), path.parent)
    shown = "<stdin>" if file == STDIN else file
    given = text if text is not None else read_text(path)
    return _open_keys(read_mapping(given, file=shown, what="site"), path.parent)


def _open_keys(document: Document, folder: Path) -> Opened:
    """Return a site whose layers are named or stand in it."""
    written = document.value.get("layers")
    layers: dict[Role, MapLayer] = {}
    entries: dict[Role, LayerFile] = {}
    problems: list[Problem] = []
    named: dict[str, Any] = dict(written) if isinstance(written, dict) else {}
    for role in _ROLES:
        value = named.get(role)
        if value is None:
            continue
        inline = is_collection(value) and "path" not in value
        named[role] = {"path": INLINE} if inline else _as_file(value)
        entry, _reported_with_the_site = validate(
            LayerFile, replace(document, value=named[role], problems=())
        )
        if entry is None:
            continue
        entries[role] = entry
        try:
            if inline:
                layers[role] = _inline_layer(value, role, document)
            else:
                layers[role] = _layer_in_file(entry, role, folder, document)
        except InputError as error:
            problems += error.problems
    told = {**document.value, "layers": named} if isinstance(written, dict) else document.value
    return Opened(
        document=replace(document, value=told),
        folder=folder,
        entries=entries,
        layers=layers,
        problems=tuple(problems),
    )


def _as_file(value: Any) -> Any:
    return {"path": value} if isinstance(value, str) else value


def _inline_layer(value: Any, role: Role, document: Document) -> MapLayer:
    return feature_layer(
        value,
        role=role,
        where=INLINE,
        wanted=_WANTED[role],
        document=document,
        path=("layers", role),
    )


def _layer_in_file(entry: LayerFile, role: Role, folder: Path, document: Document) -> MapLayer:
    try:
        path = local_path(entry.path, folder)
    except ValueError as error:
        raise InputError([document.problem(("layers", role), str(error))]) from None
    return read_layer_file(
        path,
        shown=entry.path,
        role=role,
        layer=entry.layer,
        wanted=(*_WANTED[role], entry.kind_field, DXF_LAYER),
    )


def _open_package(path: Path, file: str) -> Opened:
    """Return a site of one GeoPackage with a layer for each role and one for the target."""
    if not path.is_file():
        raise InputError([Problem(file, 0, "", "cannot be read: no such file")])
    checked_suffix(path, file)
    names = layer_names(path, file)
    layers: dict[Role, MapLayer] = {}
    problems: list[Problem] = []
    for role in (*_ROLES, _TARGET):
        if role not in names:
            if role != "obstacles":
                held = ", ".join(names) or "none"
                problems.append(Problem(file, 0, "", f"has no layer {role!r}; it holds {held}"))
            continue
        try:
            layers[role] = read_layer_file(
                path, shown=file, role=role, layer=role, wanted=_WANTED[role]
            )
        except InputError as error:
            problems += error.problems
    target = layers.get(_TARGET)
    crs = stored_crs(target.stored_crs) if target is not None and target.stored_crs else None
    named = crs.name if crs is not None and parse_crs(crs.name) is not None else LON_LAT.name
    return _packaged(layers, problems, path, file, crs=named)


def _open_collection(value: Any, path: Path, file: str) -> Opened:
    """Return a site of one FeatureCollection whose features say which layer they belong to."""
    document = file_document(file)
    wanted = {_ROLE_PROPERTY, *(name for names in _WANTED.values() for name in names)}
    everything = feature_layer(
        value, role=_TARGET, where=file, wanted=wanted, document=document, path=()
    )
    roles = (*_ROLES, _TARGET)
    said = [str(word) if word is not None else "" for word in everything.column(_ROLE_PROPERTY)]
    layers: dict[Role, MapLayer] = {}
    problems: list[Problem] = []
    for word in sorted(set(said) - set(roles)):
        guess = nearest(word, list(roles)) or f"; write one of {', '.join(roles)}"
        text = f"{word!r} ({said.count(word)} features) is no layer of a site{guess}"
        problems.append(everything.problem(said.index(word), text, _ROLE_PROPERTY))
    for role in roles:
        rows = np.flatnonzero(np.array(said, dtype=object) == role)
        if len(rows):
            own = some_features(everything, rows)
            columns = {k: v for k, v in own.columns.items() if k in _WANTED[role]}
            columns.pop(_ROLE_PROPERTY, None)
            layers[role] = replace(own, role=role, where=f"{file} ({role})", columns=columns)
        elif role != "obstacles":
            text = f"has no feature whose property 'layer' is {role!r}"
            problems.append(Problem(file, 0, "", text))
    return _packaged(layers, problems, path, file, crs=stated_crs(value) or "EPSG:4326")


def _packaged(
    layers: dict[Role, MapLayer], problems: list[Problem], path: Path, file: str, *, crs: str
) -> Opened:
    """Return a site whose keys are the properties of its target."""
    target = layers.pop(_TARGET, None)
    header: dict[str, Any] = {}
    own: str | None = None
    if target is not None and len(target.geometry) == 1 and _is_point(target.geometry[0]):
        x, y = shapely.get_coordinates(target.geometry[0])[0].tolist()
        given = {name: target.column(name)[0] for name in _HEADER}
        said = {name: value for name, value in given.items() if not absent(value)}
        said["id"] = _plain_text(said.get("id"))
        named = said.get("crs")
        own = named if isinstance(named, str) and parse_crs(named) is not None else None
        header = {
            "gridcalc": 1,
            "crs": crs,
            **{name: value for name, value in said.items() if value is not None},
            "target": {"x": x, "y": y},
            "layers": {role: {"path": file} for role in _ROLES if role in layers},
        }
    elif target is not None:
        n_features = len(target.geometry)
        text = f"the target is {n_features} features; give one Point"
        problems.append(Problem(file, 0, "", text if n_features != 1 else "the target is no Point"))
    return Opened(
        document=replace(file_document(file), value=header),
        folder=path.parent,
        entries={role: LayerFile(path=file, crs=own) for role in _ROLES},
        layers=layers,
        problems=tuple(problems),
    )


def _is_point(geometry: Any) -> bool:
    return geometry is not None and len(shapely.get_coordinates(geometry)) == 1


def _plain_text(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return value
    if isinstance(value, float) and not value.is_integer():
        return value
    return str(int(value))
