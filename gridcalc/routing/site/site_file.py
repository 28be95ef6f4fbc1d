"""The site file as users write it, and the properties of a source on the map."""

from math import isfinite
from typing import Annotated, Literal

from pydantic import Field, WithJsonSchema, field_validator, model_validator

from gridcalc.compound.door import nearest
from gridcalc.compound.record import Id, Record
from gridcalc.routing.coordinates import parse_crs
from gridcalc.routing.kinds import (
    SourceKind,
    corridor_words,
    listed_words,
    obstacle_words,
    source_words,
)

CRS_HINT = "write EPSG:<code>, gcj02 or bd09, such as EPSG:4490"
_CODE_PATTERN = r"^([Ee][Pp][Ss][Gg]:\d{4,6}|gcj02|bd09)$"

CrsName = Annotated[str, Field(json_schema_extra={"pattern": _CODE_PATTERN})]


def _known_crs(value: object) -> object:
    if isinstance(value, str) and parse_crs(value) is None:
        raise ValueError(f"{value!r} is not a coordinate system known here; {CRS_HINT}")
    return value


class LayerFile(Record):
    """A layer in a file of its own."""

    path: str = Field(min_length=1, description="File, relative to the site file")
    layer: str | None = Field(None, description="Layer of a GeoPackage")
    crs: CrsName | None = Field(None, description="Its system; that of the file, else of the site")
    kinds: dict[str, str] = Field({}, description="Kind for each value, or for each layer of a DXF")
    kind_field: str = Field("kind", min_length=1, description="Property that holds the value")

    _crs = field_validator("crs")(_known_crs)

    @field_validator("kinds")
    @classmethod
    def _known_kinds(cls, value: dict[str, str]) -> dict[str, str]:
        known = {*corridor_words(), *obstacle_words()}
        unknown = sorted({kind for kind in value.values() if kind not in known})
        if unknown:
            raise ValueError(
                f"{', '.join(map(repr, unknown))}: no kind of corridor or obstacle;"
                f" known are {listed_words(corridor_words())}; {listed_words(obstacle_words())}"
            )
        return value


_INLINE = {
    "type": "object",
    "description": "A GeoJSON FeatureCollection in the crs of the site",
    "required": ["type", "features"],
    "properties": {"type": {"const": "FeatureCollection"}, "features": {"type": "array"}},
}
_FORMS = {
    "anyOf": [
        {"type": "string", "description": "File, relative to the site file"},
        LayerFile.model_json_schema(),
        _INLINE,
    ]
}
Layer = Annotated[LayerFile, WithJsonSchema(_FORMS)]
"""The forms of a layer; what is not a group with ``path`` is made one before validation."""


class LayerFiles(Record):
    """The layers of a site."""

    corridors: Layer = Field(description="Lines a cable may follow")
    obstacles: Layer | None = Field(None, description="Areas that hinder or forbid a cable")
    sources: Layer = Field(description="10 kV connection points")


class Target(Record):
    """Where the new cable ends: a point, or the location of a compound."""

    x: float | None = Field(None, description="Easting or longitude [m or deg]")
    y: float | None = Field(None, description="Northing or latitude [m or deg]")
    crs: CrsName | None = Field(None, description="Its system; that of the site if missing")
    compound: str | None = Field(None, min_length=1, description="File of the compound")

    _crs = field_validator("crs")(_known_crs)

    @model_validator(mode="after")
    def _one_form(self) -> "Target":
        point = (self.x, self.y)
        if self.compound is None and None in point:
            raise ValueError("give x and y, or compound with the file of the compound")
        if self.compound is not None and (point != (None, None) or self.crs is not None):
            raise ValueError("give either x and y or compound; a compound has its own location")
        return self


class SiteFile(Record):
    """A site to be supplied, format 1."""

    gridcalc: Literal[1] = Field(description="Version of the file format")
    id: Id
    name: str | None = Field(None, min_length=1, max_length=200, description="Name of the site")
    policy: str = Field(
        min_length=1, description="Policy pack: an id, a whole title, or the path of a file"
    )
    crs: CrsName = Field(description="System of inline layers and of the target")
    demand_kva: float | None = Field(
        None, gt=0, le=100_000, description="Capacity asked for; may be left to a compound [kVA]"
    )
    supply: Literal["single", "double"] = Field("single", description="Sources that supply it")
    cable: str | None = Field(None, min_length=1, description="Type of the new cable")
    target: Target = Field(description="Where the new cable ends")
    snap_tolerance_m: float | None = Field(
        None, gt=0, le=20, description="Ends as close as this are joined [m]"
    )
    layers: LayerFiles = Field(description="The map")

    _crs = field_validator("crs")(_known_crs)

    @field_validator("name", mode="before")
    @classmethod
    def _on_one_line(cls, value: object) -> object:
        return printable(value) if isinstance(value, str) else value

    @field_validator("gridcalc", mode="before")
    @classmethod
    def _version_is_a_number(cls, value: object) -> object:
        if isinstance(value, bool):
            raise ValueError(f"{value!r} is not a version; write 1")  # noqa: TRY004  pydantic
        return value

    @model_validator(mode="after")
    def _demand_from_somewhere(self) -> "SiteFile":
        if self.demand_kva is None and self.target.compound is None:
            raise ValueError("demand_kva is missing; only a compound as target can stand for it")
        return self


def printable(text: str) -> str:
    r"""Return a text on one line, without control characters and blanks around it.

    Examples
    --------
    >>> printable(" I段\n母线\x00 ")
    'I段 母线'
    """
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


Label = Annotated[str, Field(min_length=1, max_length=200)]
Percent = Annotated[float, Field(ge=0, le=1_000)]


class SourceProperties(Record):
    """The properties of a source; every other property of its feature is left alone."""

    id: Annotated[str, Field(min_length=1, max_length=100)]
    kind: SourceKind = Field("rmu_bay", description="What the cable connects to")
    open_capacity_kva: float | None = Field(None, ge=0, description="Open capacity [kVA]")
    spare_bays: int | None = Field(None, ge=0, description="Bays that are free")
    line_load_percent: Percent | None = Field(None, description="Loading of the line [%]")
    main_transformer_load_percent: Percent | None = Field(
        None, description="Loading of the main transformer [%]"
    )
    users: int | None = Field(None, ge=0, description="Customers on the line")
    line: Label | None = Field(None, description="10 kV line")
    busbar: Label | None = Field(None, description="Busbar behind the line")
    substation: Label | None = Field(None, description="Substation behind the line")
    i_sc_max_ka: float | None = Field(None, gt=0, le=63, description="Largest fault current [kA]")

    @field_validator("kind", mode="before")
    @classmethod
    def _known_kind(cls, value: object) -> object:
        """Maps call a kind by many words."""
        words = source_words()
        if isinstance(value, str) and value not in words:
            guess = nearest(value, sorted(words))
            raise ValueError(
                f"{value!r} is no kind of source{guess}; known are {listed_words(words)}"
            )
        return words[value] if isinstance(value, str) else value

    @field_validator("spare_bays", "users", mode="before")
    @classmethod
    def _whole(cls, value: object) -> object:
        """Tables of maps hold whole numbers as decimals."""
        return int(value) if isinstance(value, float) and value.is_integer() else value

    @field_validator("id", "line", "busbar", "substation", mode="before")
    @classmethod
    def _text(cls, value: object) -> object:
        """Tables of maps hold names that consist of digits as numbers, and fill up with blanks."""
        if isinstance(value, str):
            return printable(value)
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            return value
        if isinstance(value, float) and not isfinite(value):
            return value
        return str(int(value)) if value == int(value) else str(value)
