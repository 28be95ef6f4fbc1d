"""The map door: a site in, a checked and projected map or one list of every problem out."""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import numpy as np
import shapely

from gridcalc.compound.door import validate
from gridcalc.errors import InputError, Problem
from gridcalc.notes import note
from gridcalc.routing.coordinates import Crs, Points, to_lon_lat, to_zone, zone_epsg
from gridcalc.routing.corridors.corridor_graph import Built, build_graph
from gridcalc.routing.records import MapArea, MapWarning, Reach, SiteMap, SourcePoint
from gridcalc.routing.site.layer_crs import same_datum
from gridcalc.routing.site.layers import Areas, Corridors, no_areas
from gridcalc.routing.site.map_layer import projected
from gridcalc.routing.site.obstacle_features import areas_of
from gridcalc.routing.site.site_file import SiteFile
from gridcalc.routing.site.site_forms import Opened, open_site
from gridcalc.routing.site.site_layers import SiteLayers, read_layers
from gridcalc.routing.site.source_features import source_points
from gridcalc.routing.site.suspicions import MAX_LISTED, shift_warnings, warning_at
from gridcalc.routing.site.target import target_place


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Checked:
    """A site in order, in the coordinates it was written in."""

    site: SiteFile
    layers: SiteLayers
    place: Points
    crs: Crs
    reach: Reach


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Drawn:
    """A site in metres of one zone; the target is the last of the points."""

    epsg: int
    points_m: Points
    corridors: Corridors
    areas: Areas


def read_site(path: str, *, text: str | None = None, reach: Callable[[str], Reach]) -> SiteMap:
    """Return the map of a site.

    Parameters
    ----------
    path
        A site file (YAML or JSON), or a GeoPackage or GeoJSON file that holds the whole site.
    text
        Content of a YAML site file; ``path`` is then only shown, and its folder is where
        relative paths start. None reads the file.
    reach
        What holds by the policy pack that the site names; the site may give its own
        ``snap_tolerance_m``. It may raise an ``InputError`` of the pack.

    Raises
    ------
    InputError
        Every problem of the site file, of its layers and of its pack at once; or, for a site
        that is in order, a target with no corridor in reach.
    """
    with _collector_paused():
        return _read(open_site(path, text=text), reach)


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Keep the garbage collector from walking a large map over and over while it is read."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _read(opened: Opened, reach: Callable[[str], Reach]) -> SiteMap:
    checked = _checked(opened, reach)
    site, max_m = checked.site, checked.reach.max_connector_m
    datum_warnings = same_datum({**checked.layers.crs, "target": checked.crs}, opened.document)
    drawn = _drawn(checked)
    shifted = shift_warnings(drawn.points_m, drawn.corridors.line, epsg=drawn.epsg)
    built = build_graph(
        drawn.corridors,
        drawn.areas,
        drawn.points_m,
        epsg=drawn.epsg,
        reach=replace(
            checked.reach,
            snap_tolerance_m=site.snap_tolerance_m or checked.reach.snap_tolerance_m,
        ),
    )
    if not built.reached[-1]:
        raise _unreached(opened, drawn, max_m, shifted)
    sources = source_points(checked.layers.sources, drawn.points_m[:-1])
    lonely = _lonely(sources, built, max_m, drawn.epsg)
    file = site.target.compound
    return SiteMap(
        id=site.id,
        name=site.name or site.id,
        policy=site.policy,
        demand_kva=site.demand_kva,
        supply=site.supply,
        cable=site.cable,
        file=opened.document.file,
        compound_file=str(opened.folder / file) if file is not None else None,
        epsg=drawn.epsg,
        sources=sources,
        source_node=built.node[:-1],
        target_node=int(built.node[-1]),
        graph=built.graph,
        warnings=(*checked.layers.warnings, *datum_warnings, *shifted, *built.warnings, *lonely),
        layer_names=tuple((role, layer.where) for role, layer in opened.layers.items()),
        areas=_map_areas(drawn.areas),
    )


def _checked(opened: Opened, reach: Callable[[str], Reach]) -> _Checked:
    """Return a site in order.

    Raises
    ------
    InputError
        All its problems and those of its policy pack.
    """
    is_told = not opened.document.value and opened.problems
    site, problems = (None, []) if is_told else validate(SiteFile, opened.document)
    layers, found = read_layers(opened)
    distances, of_the_pack = _distances(opened, reach)
    problems += [*opened.problems, *found, *of_the_pack]
    if site is None:
        raise InputError(problems)
    place, crs, found = target_place(site.target, site.crs, opened.document, opened.folder)
    problems += found
    nothing = layers.corridors is None or not layers.sources
    if problems or crs is None or distances is None or nothing:
        raise InputError(problems)
    return _Checked(site=site, layers=layers, place=place, crs=crs, reach=distances)


def _distances(opened: Opened, reach: Callable[[str], Reach]) -> tuple[Reach | None, list[Problem]]:
    """Return what holds by the pack that a site names, or what is wrong with the pack."""
    named = (opened.document.value or {}).get("policy")
    if not isinstance(named, str) or not named:
        return None, []
    try:
        return reach(named), []
    except InputError as error:
        return None, list(error.problems)


def _drawn(checked: _Checked) -> _Drawn:
    layers, given = checked.layers, checked.layers.corridors
    assert given is not None  # noqa: S101  the door refuses a site without corridors
    epsg = zone_epsg(float(to_lon_lat(checked.place, checked.crs)[0, 0]))
    places_m = to_zone(layers.source_points, layers.crs["sources"], epsg=epsg)
    return _Drawn(
        epsg=epsg,
        points_m=np.concatenate([places_m, to_zone(checked.place, checked.crs, epsg=epsg)]),
        corridors=replace(given, line=projected(given.line, layers.crs["corridors"], epsg=epsg)),
        areas=_areas(layers, epsg),
    )


def _areas(layers: SiteLayers, epsg: int) -> Areas:
    if layers.obstacles is None:
        return no_areas()
    return areas_of(layers.obstacles, layers.crs["obstacles"], epsg=epsg)


def _map_areas(areas: Areas) -> tuple[MapArea, ...]:
    rows = zip(areas.ids, areas.kind, areas.blocked.tolist(), areas.polygon, strict=True)
    return tuple(
        MapArea(id=name, kind=kind, blocked=blocked, polygon=polygon)
        for name, kind, blocked, polygon in rows
    )


def _unreached(
    opened: Opened, drawn: _Drawn, max_connector_m: float, shifted: tuple[MapWarning, ...]
) -> InputError:
    away_m = float(shapely.distance(drawn.corridors.line, shapely.points(drawn.points_m[-1])).min())
    reason = (
        f"lies {away_m:.0f} m from the nearest corridor, more than the {max_connector_m:g} m"
        " a connector may have; correct it or add the corridor that leads there"
        if away_m > max_connector_m
        else "has no corridor in reach that can be used: blocked areas lie between or on them"
    )
    hint = "".join(f"; {warning.text}" for warning in shifted)
    return InputError([opened.document.problem(("target",), f"the target {reason}{hint}")])


def _lonely(
    sources: tuple[SourcePoint, ...], built: Built, max_connector_m: float, epsg: int
) -> tuple[MapWarning, ...]:
    """Return a warning for each source that no connector joins to a corridor."""
    alone = [source for source, ok in zip(sources, built.reached[:-1], strict=True) if not ok]
    listed = [
        warning_at(
            "isolated",
            note(
                "source {source}: no usable corridor within {reach_m:g} m, so that no route leads"
                " there; add the corridor",
                source=source.id,
                reach_m=max_connector_m,
            ),
            np.array([source.x_m, source.y_m]),
            epsg=epsg,
        )
        for source in alone[:MAX_LISTED]
    ]
    n_more = len(alone) - len(listed)
    if n_more:
        text = note("sources without a corridor in reach: {n} more", n=n_more)
        listed.append(MapWarning(kind="isolated", text=text))
    return tuple(listed)
