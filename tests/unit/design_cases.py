"""A small design site as plain data, and how tests change it.

Two rows of buildings along one street of 160 m, drawn in metres of the zone EPSG:4548::

    entry ── K1 ──┬── B1 ──┬── P1 ──┬── B2 ── K2
                  S1
"""

import json
from copy import deepcopy
from typing import Any

from gridcalc.design.places import DesignSite
from gridcalc.design.site_door import read_design_site
from gridcalc.policy import load_policy

X, Y = 400_000.0, 3_170_000.0

File = dict[str, Any]


def at(x: float, y: float) -> list[float]:
    """Return a point of the site."""
    return [X + x, Y + y]


def point(x: float, y: float) -> dict[str, Any]:
    return {"type": "Point", "coordinates": at(x, y)}


def line(*points: tuple[float, float]) -> dict[str, Any]:
    return {"type": "LineString", "coordinates": [at(*row) for row in points]}


def block(x: float, y: float, wide: float, deep: float) -> dict[str, Any]:
    corners = [(x, y), (x + wide, y), (x + wide, y + deep), (x, y + deep), (x, y)]
    return {"type": "Polygon", "coordinates": [[at(*row) for row in corners]]}


def feature(geometry: dict[str, Any], **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def collection(*features: dict[str, Any]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": list(features)}


SOURCE = {
    "id": "SRC1",
    "kind": "rmu_bay",
    "line": "L1",
    "i_sc_max_ka": 10,
    "i_sc_min_ka": 6,
    "open_capacity_kva": 3000,
    "spare_bays": 1,
    "line_installed_kva": 4000,
}

_SITE: File = {
    "gridcalc": 1,
    "id": "street",
    "name": "小街",
    "policy": "national",
    "crs": "EPSG:4548",
    "template": "walk-up",
    "area_m2": 90,
    "entry": {"x": X, "y": Y, "outside_m": 150},
    "sources": [SOURCE],
    "layers": {
        "buildings": collection(
            feature(block(30, 8, 40, 12), id="B1", households=30, floors=6),
            feature(block(100, 8, 40, 12), id="B2", households=24, floors=5),
        ),
        "parking": collection(
            feature(block(75, 6, 20, 20), id="P1", private_bays=20, public_bays=4)
        ),
        "ebike_sheds": collection(feature(point(50, -6), id="S1", bikes=60)),
        "paths": collection(
            feature(line((0, 0), (80, 0)), kind="local_road"),
            feature(line((80, 0), (160, 0)), kind="footpath"),
        ),
        "substation_sites": collection(
            feature(point(20, 4), id="K1", kind="prefabricated", floor=1),
            feature(point(155, 4), id="K2", kind="prefabricated", floor=1),
        ),
    },
}


def street() -> File:
    """Return the site; every test gets its own copy to change."""
    return deepcopy(_SITE)


def features_of(site: File, layer: str) -> list[dict[str, Any]]:
    """Return the features of a layer, to be changed in place."""
    found: list[dict[str, Any]] = site["layers"][layer]["features"]
    return found


def text_of(site: File) -> str:
    """Return the site as a file; JSON is YAML too."""
    return json.dumps(site, ensure_ascii=False, indent=0)


def read(site: File) -> DesignSite:
    """Return the site as the door reads it."""
    return read_design_site("site.yaml", policy_of=load_policy, text=text_of(site))
