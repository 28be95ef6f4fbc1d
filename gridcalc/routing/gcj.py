"""The shifted coordinates of Chinese web maps: GCJ-02 and, on top of it, BD-09.

The formulas are the ones in common use; none is published by an authority. GCJ-02 shifts inside
a box around China and nowhere else. Each inverse is a fixed-point iteration: a step shrinks the
error about two hundredfold, so that eight steps reach the last digit of a double.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Degrees = NDArray[np.float64]
Shift = Callable[[Degrees, Degrees], tuple[Degrees, Degrees]]

CHINA_LON_DEG = (72.004, 137.8347)
CHINA_LAT_DEG = (0.8293, 55.8271)
"""The box in which GCJ-02 shifts."""

_AXIS_M = 6378245.0
_ECCENTRICITY_SQUARED = 0.00669342162296594323
_LON_0_DEG, _LAT_0_DEG = 105.0, 35.0
_BD_LON_DEG, _BD_LAT_DEG = 0.0065, 0.006
_BD_RADIUS_DEG, _BD_ANGLE_RAD = 0.00002, 0.000003
_BD_WAVE = np.pi * 3000 / 180
_N_STEPS = 8


def in_china(lon_deg: Degrees, lat_deg: Degrees) -> NDArray[np.bool_]:
    """Return which points lie in the box in which GCJ-02 shifts.

    Examples
    --------
    >>> in_china(np.array([120.0, 30.0]), np.array([40.0, 120.0])).tolist()
    [True, False]
    """
    lon_ok = (lon_deg >= CHINA_LON_DEG[0]) & (lon_deg <= CHINA_LON_DEG[1])
    return lon_ok & (lat_deg >= CHINA_LAT_DEG[0]) & (lat_deg <= CHINA_LAT_DEG[1])


def gcj_from_wgs(lon_deg: Degrees, lat_deg: Degrees) -> tuple[Degrees, Degrees]:
    """Return GCJ-02 of WGS 84 or CGCS2000, in degrees.

    Examples
    --------
    >>> lon, lat = gcj_from_wgs(np.array([120.0]), np.array([40.0]))
    >>> round(float(lon[0]), 9), round(float(lat[0]), 9)
    (120.005675684, 40.00130479)
    """
    x_deg, y_deg = lon_deg - _LON_0_DEG, lat_deg - _LAT_0_DEG
    waves = 20 * np.sin(6 * x_deg * np.pi) + 20 * np.sin(2 * x_deg * np.pi)
    east_m = 300 + x_deg + 2 * y_deg + 0.1 * x_deg**2 + 0.1 * x_deg * y_deg
    east_m += 0.1 * np.sqrt(np.abs(x_deg))
    east_m += (waves + 20 * np.sin(x_deg * np.pi) + 40 * np.sin(x_deg / 3 * np.pi)) * 2 / 3
    east_m += (150 * np.sin(x_deg / 12 * np.pi) + 300 * np.sin(x_deg / 30 * np.pi)) * 2 / 3
    north_m = -100 + 2 * x_deg + 3 * y_deg + 0.2 * y_deg**2 + 0.1 * x_deg * y_deg
    north_m += 0.2 * np.sqrt(np.abs(x_deg))
    north_m += (waves + 20 * np.sin(y_deg * np.pi) + 40 * np.sin(y_deg / 3 * np.pi)) * 2 / 3
    north_m += (160 * np.sin(y_deg / 12 * np.pi) + 320 * np.sin(y_deg * np.pi / 30)) * 2 / 3
    phi = np.radians(lat_deg)
    curvature = 1 - _ECCENTRICITY_SQUARED * np.sin(phi) ** 2
    meridian_m = _AXIS_M * (1 - _ECCENTRICITY_SQUARED) / curvature**1.5
    inside = in_china(lon_deg, lat_deg)
    d_lon = np.degrees(east_m / (_AXIS_M / np.sqrt(curvature) * np.cos(phi)))
    d_lat = np.degrees(north_m / meridian_m)
    return lon_deg + np.where(inside, d_lon, 0), lat_deg + np.where(inside, d_lat, 0)


def wgs_from_gcj(lon_deg: Degrees, lat_deg: Degrees) -> tuple[Degrees, Degrees]:
    """Return WGS 84 or CGCS2000 of GCJ-02, in degrees."""
    return _inverse(gcj_from_wgs, lon_deg, lat_deg)


def bd_from_gcj(lon_deg: Degrees, lat_deg: Degrees) -> tuple[Degrees, Degrees]:
    """Return BD-09 of GCJ-02, in degrees."""
    radius = np.hypot(lon_deg, lat_deg) + _BD_RADIUS_DEG * np.sin(lat_deg * _BD_WAVE)
    angle = np.arctan2(lat_deg, lon_deg) + _BD_ANGLE_RAD * np.cos(lon_deg * _BD_WAVE)
    return radius * np.cos(angle) + _BD_LON_DEG, radius * np.sin(angle) + _BD_LAT_DEG


def gcj_from_bd(lon_deg: Degrees, lat_deg: Degrees) -> tuple[Degrees, Degrees]:
    """Return GCJ-02 of BD-09, in degrees."""
    return _inverse(bd_from_gcj, lon_deg, lat_deg)


def _inverse(shift: Shift, lon_deg: Degrees, lat_deg: Degrees) -> tuple[Degrees, Degrees]:
    lon, lat = lon_deg, lat_deg
    for _step in range(_N_STEPS):
        lon_there, lat_there = shift(lon, lat)
        lon, lat = lon + (lon_deg - lon_there), lat + (lat_deg - lat_there)
    return lon, lat
