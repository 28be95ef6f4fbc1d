"""The layers of a site, each checked in its own coordinates."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import shapely

from gridcalc.errors import Problem
from gridcalc.routing.coordinates import Crs, Points, parse_crs
from gridcalc.routing.records import MapWarning
from gridcalc.routing.site.corridor_features import corridors_of
from gridcalc.routing.site.layer_crs import layer_crs
from gridcalc.routing.site.layers import Corridors
from gridcalc.routing.site.map_layer import MapLayer, Role, place_problems
from gridcalc.routing.site.obstacle_features import Obstacles, obstacles_of
from gridcalc.routing.site.site_file import SourceProperties
from gridcalc.routing.site.site_forms import INLINE, Opened
from gridcalc.routing.site.source_features import sources_of


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SiteLayers:
    """Layers in their own coordinates; None and empty where a layer is missing.

    Parameters
    ----------
    crs
        System of each layer.
    corridors, obstacles, sources
        What they hold.
    source_points
        Where the sources stand. shape (n_sources, 2)
    warnings
        What may be a mistake.
    """

    crs: Mapping[Role, Crs]
    corridors: Corridors | None
    obstacles: Obstacles | None
    sources: tuple[SourceProperties, ...]
    source_points: Points
    warnings: tuple[MapWarning, ...]


def read_layers(opened: Opened) -> tuple[SiteLayers, list[Problem]]:
    """Return what the layers of a site hold, with every problem of every layer."""
    crs, problems = _systems(opened)
    warnings: list[MapWarning] = []
    corridors = obstacles = None
    sources: tuple[SourceProperties, ...] = ()
    points = np.empty((0, 2))
    layers, entries = opened.layers, opened.entries
    if "corridors" in layers:
        corridors, found, more = corridors_of(layers["corridors"], entries["corridors"])
        problems += found
        warnings += more
    if "obstacles" in layers and not _says_none(layers["obstacles"]):
        obstacles, found, more = obstacles_of(layers["obstacles"], entries["obstacles"])
        problems += found
        warnings += more
    if "sources" in layers:
        sources, found, more = sources_of(layers["sources"])
        points = shapely.get_coordinates(layers["sources"].geometry)
        problems += found
        warnings += more
    checked = SiteLayers(
        crs=crs,
        corridors=corridors,
        obstacles=obstacles,
        sources=sources,
        source_points=points,
        warnings=tuple(warnings),
    )
    return checked, problems


def _says_none(layer: MapLayer) -> bool:
    """Return whether a site file says that it has no obstacles; an empty file may be a mistake."""
    return layer.where == INLINE and not len(layer.geometry)


def _systems(opened: Opened) -> tuple[dict[Role, Crs], list[Problem]]:
    """Return the system of each layer whose coordinates agree with it."""
    crs: dict[Role, Crs] = {}
    problems: list[Problem] = []
    said = opened.document.value.get("crs")
    site_crs = parse_crs(said) if isinstance(said, str) else None
    for role, layer in opened.layers.items():
        system, found = layer_crs(layer, opened.entries[role].crs, site_crs)
        problems += found
        if system is not None:
            crs[role] = system
            problems += place_problems(layer, system)
    return crs, problems
