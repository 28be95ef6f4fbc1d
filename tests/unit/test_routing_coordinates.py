"""Coordinates: vectors computed by other programs, round trips, zones, faults."""

import numpy as np
import pytest
from pyproj import CRS

from gridcalc.routing.coordinates import (
    LON_LAT,
    misplaced,
    parse_crs,
    stored_crs,
    to_lon_lat,
    to_zone,
    zone_epsg,
    zone_to_lon_lat,
)
from gridcalc.routing.gcj import bd_from_gcj, gcj_from_bd, gcj_from_wgs, wgs_from_gcj

METRES_PER_DEGREE = 111_320


def cities():
    """Ten thousand places all over the country, and their corners."""
    draw = np.random.default_rng(1)
    return draw.uniform(73.5, 135.0, 10_000), draw.uniform(18.0, 53.5, 10_000)


def test_gcj_is_that_of_the_coord_convert_package():
    lon, lat = gcj_from_wgs(np.array([120.0]), np.array([40.0]))

    # test vector of coord-convert, reproduced by a second independent implementation
    assert lon[0] == pytest.approx(120.00567568355486, abs=1e-13)
    assert lat[0] == pytest.approx(40.0013047896019, abs=1e-13)


def test_gcj_and_back_is_exact_to_a_hundred_millionth_of_a_metre():
    lon, lat = cities()

    back = wgs_from_gcj(*gcj_from_wgs(lon, lat))

    assert np.abs(back[0] - lon).max() * METRES_PER_DEGREE < 1e-8
    assert np.abs(back[1] - lat).max() * METRES_PER_DEGREE < 1e-8


def test_bd_and_back_is_exact_to_a_hundred_millionth_of_a_metre():
    lon, lat = cities()

    back = gcj_from_bd(*bd_from_gcj(lon, lat))

    assert np.abs(back[0] - lon).max() * METRES_PER_DEGREE < 1e-8
    assert np.abs(back[1] - lat).max() * METRES_PER_DEGREE < 1e-8


@pytest.mark.parametrize(
    ("lon", "lat", "shift_m"),
    # distances published for these cities, rounded to whole metres
    [(87.6168, 43.8256, 266), (113.2644, 23.1291, 621), (106.2309, 38.4872, 387)],
)
def test_gcj_shifts_cities_by_a_few_hundred_metres(lon, lat, shift_m):
    lon_there, lat_there = gcj_from_wgs(np.array([lon]), np.array([lat]))

    east_m = (lon_there[0] - lon) * METRES_PER_DEGREE * np.cos(np.radians(lat))
    north_m = (lat_there[0] - lat) * METRES_PER_DEGREE

    assert np.hypot(east_m, north_m) == pytest.approx(shift_m, abs=12)


def test_gcj_leaves_places_outside_its_box_alone():
    lon, lat = gcj_from_wgs(np.array([2.35]), np.array([48.86]))

    assert (lon[0], lat[0]) == (2.35, 48.86)


@pytest.mark.parametrize(
    ("name", "easting_m"),
    # printed by pyproj 3.7 for longitude 113.5, latitude 30.5; the second with the zone number
    [("EPSG:4547", 452000.239), ("EPSG:4526", 38452000.239)],
)
def test_the_projection_is_that_of_the_registry(name, easting_m):
    there = to_zone(np.array([[113.5, 30.5]]), LON_LAT, epsg=int(name[5:]))

    assert there[0] == pytest.approx([easting_m, 3375648.033], abs=1e-3)
    assert to_lon_lat(there, parse_crs(name))[0] == pytest.approx([113.5, 30.5], abs=1e-11)


@pytest.mark.parametrize("meridian", range(75, 136, 3))
def test_each_of_the_21_zones_has_its_meridian(meridian):
    epsg = zone_epsg(float(meridian))

    assert CRS(epsg).name == f"CGCS2000 / 3-degree Gauss-Kruger CM {meridian}E"
    assert to_zone(np.array([[meridian, 35.0]]), LON_LAT, epsg=epsg)[0, 0] == pytest.approx(500e3)
    assert zone_epsg(meridian + 1.49) == epsg == zone_epsg(meridian - 1.49)


def test_the_zone_is_kept_at_the_ends_of_the_country():
    assert (zone_epsg(73.4), zone_epsg(136.9)) == (4534, 4554)


def test_wgs84_and_cgcs2000_are_one():
    place = np.array([[113.5, 30.5]])

    one = to_zone(place, parse_crs("EPSG:4326"), epsg=4547)

    assert one[0] == pytest.approx(to_zone(place, LON_LAT, epsg=4547)[0], abs=1e-9)


def test_five_hundred_metres_read_a_little_more_at_the_edge_of_the_zone():
    # meridian radius at latitude 30: 6335439 / (1 - 0.00669438 * 0.25)^1.5 = 6351377 m;
    # scale at 1.5 degrees from the meridian: 1 + (0.02618 * cos 30)^2 / 2 = 1.000257
    south = np.array([[114.0, 30.0], [115.5, 30.0]])
    north = south + np.array([0, np.degrees(500 / 6351377)])

    along_m = to_zone(north, LON_LAT, epsg=4547) - to_zone(south, LON_LAT, epsg=4547)

    assert np.hypot(*along_m.T) == pytest.approx([500.0, 500.13], abs=0.01)


@pytest.mark.parametrize("name", ["gcj02", "bd09", "GCJ02"])
def test_a_shifted_layer_lands_where_the_plain_one_does(name):
    place = np.array([[113.5, 30.5]])
    shifted = gcj_from_wgs(*place.T)
    shifted = bd_from_gcj(*shifted) if name == "bd09" else shifted

    there = to_zone(np.column_stack(shifted), parse_crs(name), epsg=4547)

    assert there == pytest.approx(to_zone(place, LON_LAT, epsg=4547), abs=1e-6)


def test_there_and_back_again():
    there = np.array([[452000.0, 3375648.0]])

    assert to_zone(zone_to_lon_lat(there, epsg=4547), LON_LAT, epsg=4547) == pytest.approx(there)


@pytest.mark.parametrize("name", ["4490", "WGS84", "EPSG:999999", "epsg:", "EPSG:5773", "wgs 84"])
def test_what_is_no_system_is_none(name):
    assert parse_crs(name) is None


def test_a_projection_file_of_another_program_is_recognised():
    wkt = CRS(4547).to_wkt("WKT1_ESRI")

    assert stored_crs(wkt).name == "EPSG:4547"
    assert stored_crs("no such thing") is None


@pytest.mark.parametrize(
    ("point", "crs", "told"),
    [
        ((30.5, 113.5), "EPSG:4490", "look exchanged; write the longitude first"),
        ((30.5, 85.5), "gcj02", "look exchanged"),
        ((113.5, 30.5), "EPSG:4547", "looks like longitude and latitude"),
        ((452000.0, 3375648.0), "EPSG:4490", "looks like metres"),
        ((38452000.0, 3375648.0), "EPSG:4547", "outside China"),
        ((3375648.0, 452000.0), "EPSG:4547", "outside China"),
        ((2.35, 48.86), "EPSG:4326", "outside China"),
        ((float("nan"), 30.0), "EPSG:4490", "not a finite number"),
        ((113.5, float("inf")), "bd09", "not a finite number"),
        ((500000.0, 3375648.0), "EPSG:32649", ""),
        ((452000.0, 3375648.0), "EPSG:4547", ""),
    ],
)
def test_misplaced_coordinates_are_told(point, crs, told):
    wrong, text = misplaced(np.array([point, point]), parse_crs(crs))

    assert wrong.tolist() == [bool(told)] * 2
    assert told in text if told else not text


def test_a_wrong_zone_is_found_by_the_area_of_the_system():
    # longitude 87.6 read in the zone of 114 degrees is 2.5 million metres west of its meridian
    far = to_zone(np.array([[104.0, 36.0]]), LON_LAT, epsg=4547)

    assert "the area that EPSG:4547 is made for" in misplaced(far, parse_crs("EPSG:4547"))[1]
