"""Which standard compound equips a site, and how the site changes it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal, cast

import numpy as np

from gridcalc.catalogue import Catalogue
from gridcalc.compound.model import Location
from gridcalc.compound.templates.equipment import equipment_problems
from gridcalc.compound.templates.loading import Template, layout_with, load_template
from gridcalc.compound.templates.schema import Layout
from gridcalc.design.places import DesignSite, Place
from gridcalc.design.records import DesignAsked, Reserve
from gridcalc.errors import InputError, Problem
from gridcalc.policy import PolicyPack
from gridcalc.routing.coordinates import zone_to_lon_lat
from gridcalc.units import PERCENT

Arrangement = Literal["chain", "ring", "double"]
_DEGREE_DECIMALS = 7
_LONE_SOURCE = 1


def template_of(site: DesignSite, policy: PolicyPack) -> Template:
    """Return the standard compound a site names, else the one for its highest building.

    Raises
    ------
    InputError
        There is no such template, or it holds a finished compound.
    """
    template = load_template(_beside(site) or site.template or _by_height(site, policy))
    if template.is_compound:
        text = f"the template {template.name!r} holds a finished compound; name one with a layout"
        raise InputError([Problem(site.file, 0, "template", text)])
    return template


def _beside(site: DesignSite) -> str:
    """Return the path of a template file that lies beside the site file; empty if none does."""
    path = Path(site.file).parent / (site.template or "")
    return str(path) if site.template and path.is_file() else ""


def _by_height(site: DesignSite, policy: PolicyPack) -> str:
    floors = max(
        (place.floors or int(policy.number("design.default_floors")) for place in site.places),
        default=1,
    )
    rows = [
        (cast("float", row["max_floors"]), cast("str", row["template"]))
        for row in policy.rows("design.templates")
    ]
    return next((name for most, name in sorted(rows) if floors <= most), max(rows)[1])


def standard_layout(template: Template, catalogue: Catalogue) -> Layout:
    """Return the layout of a template with the defaults of its parameters.

    Raises
    ------
    InputError
        It names equipment that the catalogue does not hold.
    """
    layout = layout_with(template, {row.name: row.default for row in template.parameters})
    problems = equipment_problems(layout, template.document, catalogue)
    if problems:
        raise InputError(problems)
    return layout


def layout_of_site(
    standard: Layout, site: DesignSite, places: Sequence[Place], asked: DesignAsked
) -> Layout:
    """Return a standard layout changed to what a site has: flats, sources, cables for chargers.

    Raises
    ------
    InputError
        The sources do not fit how the 10 kV cables run.
    """
    flats = np.array([place.households or 0 for place in places])
    areas = np.array([place.area_m2 or 0.0 for place in places])
    buildings = {
        "households": int(flats.sum()),
        "area_m2": float((flats * areas).sum() / flats.sum()),
        "floors": max(place.floors or 1 for place in places),
    }
    wiring = standard.parking.wiring
    parking = {
        "wiring": "own_feeders" if wiring == "meter_boxes" else wiring,
        "cables_reserved": True,
        "equipped_share": 0.0,
        "reserved_share": 1.0,
        "public_equipped_share": 0.0,
    }
    return standard.model_copy(
        update={
            "build": site.build,
            "location": _location(site),
            "orderly_charging": standard.orderly_charging or asked.charging == "managed",
            "buildings": standard.buildings.model_copy(update=buildings),
            "parking": standard.parking.model_copy(update=parking),
            "substations": standard.substations.model_copy(
                update={"transformer_kva": 0.0, "n_transformers": 0}
            ),
            "commerce": None,
            "mv": standard.mv.model_copy(
                update={"arrangement": _arrangement(standard, site), "sources": site.sources}
            ),
        }
    )


def _arrangement(standard: Layout, site: DesignSite) -> Arrangement:
    chosen = site.arrangement or (
        "chain" if len(site.sources) == _LONE_SOURCE else standard.mv.arrangement
    )
    wanted = 1 if chosen == "chain" else 2
    problems = []
    if len(site.sources) != wanted:
        text = (
            f"10 kV cables as a {chosen} take {wanted}; there are {len(site.sources)}"
            " - change the sources, the arrangement, or the template"
        )
        problems.append(Problem(site.file, 0, "sources", text))
    if wanted > 1 and None in (standard.mv.rmu, standard.mv.branch_cable):
        text = "the template has no ring main units for two sources; name another, say mid-rise"
        problems.append(Problem(site.file, 0, "template", text))
    if problems:
        raise InputError(problems)
    return chosen


def _location(site: DesignSite) -> Location:
    graph, node = site.ground.graph, site.ground.entry_node
    place_m = np.array([[graph.x_m[node], graph.y_m[node]]])
    lon, lat = zone_to_lon_lat(place_m, epsg=site.epsg)[0].tolist()
    return Location(lon=round(lon, _DEGREE_DECIMALS), lat=round(lat, _DEGREE_DECIMALS))


def next_mv_cable(name: str, catalogue: Catalogue) -> str | None:
    """Return the 10 kV cable of the next larger section of a family; None after the largest.

    Examples
    --------
    >>> from gridcalc.catalogue import load_catalogue
    >>> next_mv_cable("YJV22-8.7/15-3x240", load_catalogue())
    'YJV22-8.7/15-3x300'
    """
    own = catalogue.cables[name]
    family = name.removesuffix(f"{own.area_mm2:g}")
    larger = [
        row
        for row in catalogue.cables.values()
        if row.name == f"{family}{row.area_mm2:g}" and row.area_mm2 > own.area_mm2
    ]
    return min(larger, key=lambda row: row.area_mm2).name if larger else None


def with_reserve(layout: Layout, reserve: Reserve, catalogue: Catalogue) -> Layout:
    """Return a layout that builds more than it needs, because limits were broken."""
    lv, stations = layout.lv, layout.substations
    cable = layout.mv.cable
    for _ in range(reserve.mv):
        cable = next_mv_cable(cable, catalogue) or cable
    allowance = (PERCENT + stations.loss_allowance_percent) * reserve.load - PERCENT
    return layout.model_copy(
        update={
            "substations": stations.model_copy(update={"loss_allowance_percent": allowance}),
            "mv": layout.mv.model_copy(update={"cable": cable}),
            "lv": lv.model_copy(
                update={
                    "reserve_factor": lv.reserve_factor * reserve.current,
                    "charger_reserve_factor": lv.charger_reserve_factor * reserve.current,
                    "max_trunk_drop_percent": lv.max_trunk_drop_percent / reserve.drop,
                    "max_box_drop_percent": lv.max_box_drop_percent / reserve.drop,
                }
            ),
        }
    )
