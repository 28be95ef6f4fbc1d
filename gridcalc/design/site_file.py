"""The design site as users write it: buildings, parking, paths, sites for substations, sources."""

from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from gridcalc.compound.model import Build, Source
from gridcalc.compound.record import Id, Record
from gridcalc.routing.coordinates import parse_crs
from gridcalc.routing.site.site_file import CRS_HINT, CrsName, Layer

Arrangement = Literal["chain", "ring", "double"]

_GROUND_FLOOR = 1


def _known_crs(value: object) -> object:
    if isinstance(value, str) and parse_crs(value) is None:
        raise ValueError(f"{value!r} is not a coordinate system known here; {CRS_HINT}")
    return value


def _whole(value: object) -> object:
    """Tables of maps hold whole numbers as decimals."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


class DesignLayers(Record):
    """The layers of a design site."""

    buildings: Layer = Field(description="Buildings with their flats, areas")
    parking: Layer | None = Field(None, description="Parking, areas or points")
    ebike_sheds: Layer | None = Field(None, description="E-bike sheds, points or areas")
    paths: Layer = Field(description="Internal paths a cable may follow, lines")
    substation_sites: Layer = Field(description="Where a substation may stand, points")


class Entry(Record):
    """Where the 10 kV cable comes in."""

    x: float = Field(description="Easting or longitude [m or deg]")
    y: float = Field(description="Northing or latitude [m or deg]")
    crs: CrsName | None = Field(None, description="Its system; that of the site if missing")
    outside_m: float | None = Field(
        None, ge=0.5, le=40_000, description="Cable from the source to the entry [m]"
    )

    _crs = field_validator("crs")(_known_crs)


class DesignFile(Record):
    """A site whose supply is to be designed, format 1."""

    gridcalc: Literal[1] = Field(description="Version of the file format")
    id: Id
    name: str | None = Field(None, min_length=1, max_length=200, description="Name of the site")
    policy: str = Field(
        min_length=1, description="Policy pack: an id, a whole title, or the path of a file"
    )
    crs: CrsName = Field(description="System of inline layers and of the entry")
    template: str | None = Field(
        None, min_length=1, description="Standard compound whose equipment is used"
    )
    arrangement: Arrangement | None = Field(None, description="How the 10 kV cables run")
    build: Build = Build(kind="new")
    area_m2: float | None = Field(
        None, gt=0, le=2_000, description="Floor area of a flat where its building has none [m²]"
    )
    snap_tolerance_m: float | None = Field(
        None, gt=0, le=20, description="Ends of paths as close as this are joined [m]"
    )
    layers: DesignLayers = Field(description="The map")
    entry: Entry = Field(description="Where the 10 kV cable comes in")
    sources: Annotated[tuple[Source, ...], Field(strict=False, min_length=1, max_length=2)]

    _crs = field_validator("crs")(_known_crs)

    @field_validator("gridcalc", mode="before")
    @classmethod
    def _version_is_a_number(cls, value: object) -> object:
        if isinstance(value, bool):
            raise ValueError(f"{value!r} is not a version; write 1")  # noqa: TRY004  pydantic
        return value


Name = Annotated[str, Field(min_length=1, max_length=64)]
Count = Annotated[int, Field(ge=0, le=100_000)]


class _Properties(Record):
    """Properties of a feature; all others are left alone."""

    id: Name

    @field_validator("id", mode="before")
    @classmethod
    def _text(cls, value: object) -> object:
        """Tables of maps hold names that consist of digits as numbers."""
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            return value
        return str(int(value)) if float(value).is_integer() else str(value)


class BuildingProperties(_Properties):
    """The properties of a building."""

    households: Count | None = Field(None, description="Flats")
    floors: int | None = Field(None, ge=1, le=200, description="Floors")
    area_m2: float | None = Field(None, gt=0, le=2_000, description="Floor area of a flat [m²]")

    _counts = field_validator("households", "floors", mode="before")(_whole)


class ParkingProperties(_Properties):
    """The properties of a parking area."""

    private_bays: Count | None = Field(None, description="Private spaces")
    public_bays: Count | None = Field(None, description="Public spaces")

    _counts = field_validator("private_bays", "public_bays", mode="before")(_whole)


class ShedProperties(_Properties):
    """The properties of an e-bike shed."""

    bikes: Count | None = Field(None, description="E-bikes")

    _counts = field_validator("bikes", mode="before")(_whole)


class SubstationProperties(_Properties):
    """The properties of a place where a substation may stand."""

    kind: Literal["room", "prefabricated"] | None = Field(None, description="Room or housing")
    floor: int | None = Field(None, ge=-9, le=200, description="1 is ground level, -1 is B1")
    flood_protected: bool | None = Field(None, description="Protected against backwater")
    generator_interface: bool | None = Field(None, description="Mobile generator interface")

    _counts = field_validator("floor", mode="before")(_whole)

    @model_validator(mode="after")
    def _housing_stands_outdoors(self) -> "SubstationProperties":
        if self.kind == "prefabricated" and self.floor not in {None, _GROUND_FLOOR}:
            raise ValueError(
                f"a prefabricated substation does not stand on floor {self.floor};"
                " give floor 1, or kind room"
            )
        return self
