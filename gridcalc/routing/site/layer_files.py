"""The one door of map files: GeoJSON, GeoPackage, Shapefile and DXF on this disk, nothing else.

A file is opened by the map library only after its suffix and first bytes were found to agree.
"""

import re
import warnings
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.errors import ShapelyError

from gridcalc.compound.door import read_text
from gridcalc.errors import InputError, Problem
from gridcalc.routing.site.geojson_layer import feature_layer, parse_json
from gridcalc.routing.site.map_layer import MapLayer, Role, file_document
from gridcalc.userfile import refuse_devices

MAX_MAP_MB = 400
"""Largest GeoJSON file that is read."""
DXF_LAYER = "Layer"
"""Column in which the layer of a DXF entity stands."""

_REMOTE = re.compile(r"^/vsi|^[A-Za-z][A-Za-z0-9+.-]+:(?!\\)|^//|^\\\\")
_SUFFIXES = (".geojson", ".json", ".gpkg", ".shp", ".dxf")
_JSON = (".geojson", ".json")
_HEAD_BYTES = 4096
_SQLITE, _GPKG_AT, _SHAPE = b"SQLite format 3\x00", 68, b"\x00\x00\x27\x0a"
_BINARY_DXF = b"AutoCAD Binary DXF"
_DXF_START = re.compile(rb"^(\xef\xbb\xbf)?\s*(999\s*\n[^\n]*\n\s*)*0\s*\n\s*SECTION")
_DBF_NAME_CHARACTERS = 10
_DXF_ENCODING = "DXF_ENCODING"
_DXF_ESCAPE = re.compile(r"\\U\+([0-9A-Fa-f]{4})")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Features:
    """All features of a layer with all that is known of them.

    Attributes
    ----------
    names
        Names of the properties.
    columns
        Values of each property; ``None`` where one is missing.
    wkb
        Geometry of each feature in WKB; ``None`` where it has none.
    numbers
        Number of each feature in its file.
    stored_crs
        What the file says of its system; empty where it says nothing.
    """

    names: tuple[str, ...]
    columns: tuple[list[Any], ...]
    wkb: list[bytes | None]
    numbers: list[int]
    stored_crs: str


def local_path(text: str, folder: Path, *, start: str = "the site file") -> Path:
    """Return the path of a file on this disk, relative to a folder; ``start`` is what it is of.

    Raises
    ------
    ValueError
        The text is an address, or there is no such file.
    """
    if _REMOTE.match(text):
        raise ValueError(f"{text!r} is an address; give a file on this disk")
    path = folder / text
    if not path.is_file():
        raise ValueError(f"{text!r} does not exist or is no file; paths start at {start}")
    return path


def read_layer_file(
    path: Path, *, shown: str, role: Role, layer: str | None, wanted: Collection[str]
) -> MapLayer:
    """Return a layer of a file.

    Parameters
    ----------
    path, shown
        The file, and how messages call it.
    role
        What the layer is for.
    layer
        Which layer of a GeoPackage; None takes the only one or the one named like the role.
    wanted
        Properties that matter.

    Raises
    ------
    InputError
        The file is not what its suffix says, cannot be read, or has no such layer.
    """
    suffix = checked_suffix(path, shown)
    if layer is not None and suffix != ".gpkg":
        raise _error(shown, f"only a GeoPackage has layers by name; leave {layer!r} out")
    if suffix in _JSON:
        return feature_layer(
            parse_json(read_text(path, max_mb=MAX_MAP_MB), file=shown),
            role=role,
            where=shown,
            wanted=wanted,
            document=file_document(shown),
            path=(),
        )
    chosen = _layer_of(path, shown, role, layer) if suffix == ".gpkg" else None
    return _vector_layer(path, shown=shown, role=role, layer=chosen, wanted=wanted)


def read_features(path: Path, *, shown: str, layer: str | None, usual: str) -> Features:
    """Return all features of a layer of a GeoPackage.

    Parameters
    ----------
    path, shown
        The file, and how messages call it.
    layer
        Which layer; None takes the only one or the usual one.
    usual
        Name of the layer that is taken when there are several.

    Raises
    ------
    InputError
        The file is not what its suffix says, cannot be read, or has no such layer.
    """
    checked_suffix(path, shown)
    meta, ids, shapes, fields = _read(path, shown, _layer_of(path, shown, usual, layer))
    return Features(
        names=tuple(str(name) for name in meta["fields"]),
        columns=tuple(_values(column) for column in fields),
        wkb=[None] * len(ids) if shapes is None else list(shapes),
        numbers=[int(number) for number in ids],
        stored_crs=meta["crs"] or "",
    )


def checked_suffix(path: Path, shown: str) -> str:
    """Return the suffix of a file whose first bytes agree with it.

    Raises
    ------
    InputError
        The suffix is not known, or the file holds something else.
    """
    suffix = path.suffix.lower()
    if suffix not in _SUFFIXES:
        known = ", ".join(_SUFFIXES)
        raise _error(shown, f"{path.suffix or 'no suffix'!r} is no map file; known are {known}")
    if suffix in _JSON:
        return suffix
    try:
        refuse_devices(path, file=shown)
        with path.open("rb") as stream:
            head = stream.read(_HEAD_BYTES)
    except OSError as error:
        raise _error(shown, f"cannot be read: {(error.strerror or 'unknown').lower()}") from None
    if head.startswith(_BINARY_DXF):
        raise _error(shown, "is a binary DXF; save it as an ASCII DXF")
    genuine = {
        ".gpkg": head.startswith(_SQLITE) and head[_GPKG_AT : _GPKG_AT + 2] == b"GP",
        ".shp": head.startswith(_SHAPE),
        ".dxf": bool(_DXF_START.match(head)),
    }
    if not genuine[suffix]:
        raise _error(shown, f"is not a {suffix[1:].upper()} file, whatever its name says")
    return suffix


def layer_names(path: Path, shown: str) -> tuple[str, ...]:
    """Return the names of the layers of a GeoPackage."""
    import pyogrio  # noqa: PLC0415  loads a library

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return tuple(str(name) for name in pyogrio.list_layers(path)[:, 0])
    except (RuntimeError, ValueError) as error:
        raise _unreadable(shown, error) from None


def _layer_of(path: Path, shown: str, usual: str, layer: str | None) -> str:
    names = layer_names(path, shown)
    wanted = layer or (names[0] if len(names) == 1 else usual)
    if wanted not in names:
        held = ", ".join(names) or "none"
        raise _error(shown, f"has no layer {wanted!r}; its layers are {held}; name one as 'layer'")
    return wanted


def _vector_layer(
    path: Path, *, shown: str, role: Role, layer: str | None, wanted: Collection[str]
) -> MapLayer:
    meta, _ids, shapes, fields = _read(path, shown, layer)
    names = tuple(str(name) for name in meta["fields"])
    if path.suffix.lower() == ".shp":
        names = tuple(_long_name(name, wanted) for name in names)
    columns = dict(zip(names, fields, strict=True))
    try:
        geometry = np.asarray(shapely.force_2d(shapely.from_wkb(shapes)), dtype=object)
    except ShapelyError:
        raise _error(shown, "holds geometry that cannot be read; draw it without curves") from None
    geometry[shapely.is_empty(geometry)] = None
    return MapLayer(
        role=role,
        where=f"{shown} ({layer})" if layer else shown,
        geometry=geometry,
        columns={name: _values(columns[name]) for name in names if name in wanted},
        names=names,
        stored_crs=meta["crs"] or "",
        document=file_document(shown),
        path=("features",),
        number=np.arange(len(geometry)),
    )


def _read(path: Path, shown: str, layer: str | None) -> tuple[Any, Any, Any, Any]:
    """Return meta data, numbers, WKB, columns; a Shapefile without .cpg as UTF-8, else GB18030."""
    import pyogrio.raw  # noqa: PLC0415  loads a library

    guessed = path.suffix.lower() == ".shp" and not _has_code_page(path)
    for encoding in ("UTF-8", "GB18030") if guessed else (None,):
        try:
            with warnings.catch_warnings(), _drawing_text(path):
                warnings.simplefilter("ignore")
                meta, ids, shapes, fields = pyogrio.raw.read(
                    path,
                    layer=layer,
                    encoding=encoding,
                    force_2d=True,
                    return_fids=True,
                    datetime_as_string=True,
                )
        except UnicodeDecodeError:
            continue
        except (RuntimeError, ValueError) as error:
            raise _unreadable(shown, error) from None
        return meta, ids, shapes, fields
    hint = "add a .cpg file that names it" if guessed else "save it anew"
    raise _error(shown, f"names and texts are in no known encoding; {hint}")


@contextmanager
def _drawing_text(path: Path) -> Iterator[None]:
    """Have a DXF read in the encoding it is in: newer ones are UTF-8 and still name a code page."""
    import pyogrio  # noqa: PLC0415  loads a library

    if path.suffix.lower() != ".dxf":
        yield
        return
    before = pyogrio.get_gdal_config_option(_DXF_ENCODING)
    try:
        path.read_bytes().decode("utf-8")
        encoding = "UTF-8"
    except UnicodeDecodeError:
        encoding = "CP936"
    pyogrio.set_gdal_config_options({_DXF_ENCODING: encoding})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({_DXF_ENCODING: before})


def _has_code_page(path: Path) -> bool:
    return any(path.with_suffix(suffix).is_file() for suffix in (".cpg", ".CPG"))


def _long_name(name: str, wanted: Collection[str]) -> str:
    """Return the property that a name of a Shapefile, cut at ten characters, stands for."""
    short = name.lower()
    full = [long for long in wanted if long[:_DBF_NAME_CHARACTERS].lower() == short]
    return full[0] if full else name


def _values(column: NDArray[Any]) -> list[Any]:
    """Return plain values, None for what is missing."""
    if column.dtype.kind == "f":
        return [None if value != value else value for value in column.tolist()]  # noqa: PLR0124
    return [_unescaped(value) if isinstance(value, str) else value for value in column.tolist()]


def _unescaped(text: str) -> str:
    r"""Return a text with the ``\U+4E2D`` of older drawings as characters."""
    return _DXF_ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)


def _unreadable(shown: str, error: Exception) -> InputError:
    reason = " ".join(str(error).split())
    return _error(shown, f"cannot be read as a map: {reason}")


def _error(shown: str, message: str) -> InputError:
    return InputError([Problem(shown, 0, "", message)])
