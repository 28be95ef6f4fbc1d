"""Which coordinate system a layer is in, when several places say so."""

from collections.abc import Mapping

import numpy as np
import shapely

from gridcalc.errors import InputError, Problem
from gridcalc.notes import note
from gridcalc.routing.coordinates import Crs, misplaced, parse_crs, stored_crs, to_lon_lat
from gridcalc.routing.records import MapWarning
from gridcalc.routing.site.map_layer import MapLayer, Role
from gridcalc.routing.site.site_file import CRS_HINT
from gridcalc.yamlfile import Document

_SAME_DEG = 1e-5
"""Systems that place a layer closer than this are the same, about a metre. [deg]"""


def layer_crs(
    layer: MapLayer, given: str | None, site_crs: Crs | None
) -> tuple[Crs | None, list[Problem]]:
    """Return the system of a layer: the one given for it, else that of its file or of the site.

    GeoJSON stores none that counts. ``gcj02`` and ``bd09`` cannot be stored in a file, so they
    may be given for one that says it is in degrees.

    Parameters
    ----------
    layer
        The layer.
    given
        The system that the site file gives for it.
    site_crs
        That of the site; None if it is not known.
    """
    stored = stored_crs(layer.stored_crs) if layer.stored_crs else None
    wanted = parse_crs(given) if given else None
    if wanted is not None and stored is not None and not _agree(layer, wanted, stored):
        text = (
            f"the file says {stored.name} but the layer is given as {wanted.name}: mixed"
            " coordinate systems; correct one of them"
        )
        return None, [layer.whole(text)]
    if wanted is not None or stored is not None:
        return wanted or stored, []
    if layer.stored_crs:
        text = f"its coordinate system is not usable here; give the layer a crs: {CRS_HINT}"
        return None, [layer.whole(text)]
    return site_crs, []


def same_datum(systems: Mapping[Role, Crs], document: Document) -> tuple[MapWarning, ...]:
    """Return a warning if all layers are on an old datum.

    Parameters
    ----------
    systems
        System of each layer and of the target.
    document
        The site file.

    Raises
    ------
    InputError
        Layers are on different datums, and how these lie to each other is not known.
    """
    datums = {str(name): crs.datum for name, crs in systems.items() if crs.datum}
    if not datums:
        return ()
    if len({crs.datum for crs in systems.values()}) > 1:
        told = ", ".join(f"{name} on {datum}" for name, datum in sorted(datums.items()))
        text = (
            f"{told}, the rest on CGCS2000 or WGS 84: how they lie to each other is not known"
            " exactly; convert all layers to CGCS2000"
        )
        raise InputError([document.problem(("layers",), text)])
    datum = next(iter(datums.values()))
    remark = note(
        "all layers are on {datum}, whose shift to CGCS2000 is not known exactly: lengths hold,"
        " places on a CGCS2000 map do not",
        datum=datum,
    )
    return (MapWarning(kind="datum", text=remark),)


def _agree(layer: MapLayer, wanted: Crs, stored: Crs) -> bool:
    """Return whether two systems put the layer at the same place."""
    if wanted.name == stored.name:
        return True
    if wanted.in_degrees and wanted.kind != "degrees":
        return stored.in_degrees
    points = shapely.get_coordinates(layer.geometry)
    points = points[np.isfinite(points).all(axis=1)][:1]
    if not len(points) or misplaced(points, stored)[1]:
        return True
    apart = np.abs(to_lon_lat(points, wanted) - to_lon_lat(points, stored))
    return bool(np.isfinite(apart).all() and apart.max() < _SAME_DEG)
