"""Where the new cable ends: a point of the site file, or the location of its compound."""

from pathlib import Path

import numpy as np

from gridcalc.compound.door import validate
from gridcalc.compound.model import Location
from gridcalc.compound.reader import read_document
from gridcalc.errors import InputError, Problem
from gridcalc.routing.coordinates import Crs, Points, misplaced, parse_crs
from gridcalc.routing.site.layer_files import local_path
from gridcalc.routing.site.site_file import CRS_HINT, Target
from gridcalc.yamlfile import Document


def target_place(
    target: Target, site_crs: str, document: Document, folder: Path
) -> tuple[Points, Crs | None, list[Problem]]:
    """Return the point of a target, its system, and what is wrong with them.

    Parameters
    ----------
    target
        The target of a site.
    site_crs
        System of a point that names none.
    document, folder
        The site file, and where its paths start.
    """
    if target.compound is not None:
        return _compound_place(target.compound, document, folder)
    crs = parse_crs(target.crs or site_crs)
    place = np.array([[target.x, target.y]], dtype=float)
    return place, crs, _place_problems(place, crs, document, ("target",))


def _compound_place(
    file: str, document: Document, folder: Path
) -> tuple[Points, Crs | None, list[Problem]]:
    nowhere = np.empty((0, 2))
    key = ("target", "compound")
    try:
        compound = read_document(local_path(file, folder), file=file)
    except ValueError as error:
        return nowhere, None, [document.problem(key, str(error))]
    except InputError as error:
        return nowhere, None, list(error.problems)
    given = compound.value.get("location")
    if given is None:
        text = f"{file!r} has no location; add one to it, or give x and y here"
        return nowhere, None, [document.problem(key, text)]
    lines = {path[1:]: line for path, line in compound.lines.items() if path[:1] == ("location",)}
    cells = {path[1:]: cell for path, cell in compound.cells.items() if path[:1] == ("location",)}
    own = Document(file=file, value=given, lines=lines, problems=(), cells=cells)
    location, problems = validate(Location, own)
    if location is None:
        return nowhere, None, problems
    place = np.array([[location.lon, location.lat]])
    crs = parse_crs(location.crs)
    if crs is None:
        text = f"{location.crs!r} is not a coordinate system known here; {CRS_HINT}"
        return place, None, [own.problem(("crs",), text)]
    return place, crs, _place_problems(place, crs, own, ())


def _place_problems(
    place: Points, crs: Crs | None, document: Document, path: tuple[str, ...]
) -> list[Problem]:
    text = misplaced(place, crs)[1] if crs is not None else ""
    x, y = place[0].tolist()
    return [document.problem(path, f"({x:.10g}, {y:.10g}) {text}")] if text else []
