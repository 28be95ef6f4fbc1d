"""The way of a 10 kV cable as a compound file holds it."""

from typing import Annotated

from pydantic import Field

from gridcalc.compound.record import Id, Record


class RoutePart(Record):
    """Metres of a route along or across something."""

    kind: Id = Field(description="Kind of corridor or area, such as secondary_road")
    length_m: float = Field(ge=0, le=50_000, description="Length [m]")


class AttachedRoute(Record):
    """The way of a 10 kV cable on the map, as the permit rules ask; 'gridcalc route' writes it."""

    cable: Id = Field(description="10 kV cable that takes this way")
    length_m: float = Field(gt=0, le=50_000, description="Length of the route [m]")
    reg_length_m: float | None = Field(
        None, ge=0, le=50_000, description="Length that counts for the threshold, if less [m]"
    )
    along: Annotated[tuple[RoutePart, ...], Field(strict=False)] = Field(
        (), description="Metres laid along roads, by kind"
    )
    crossings: Annotated[tuple[RoutePart, ...], Field(strict=False)] = Field(
        (), description="Roads and areas that are crossed"
    )
    green_m2: float = Field(0, ge=0, le=1_000_000, description="Green land that is dug [m²]")
    important_m: float = Field(
        0, ge=0, le=50_000, description="Metres in important infrastructure [m]"
    )
    opens_roads: bool = Field(default=True, description="Roads are opened on the way")
    youngest_road_year: int | None = Field(
        None, ge=1949, le=2100, description="Year of the youngest road that is opened, if known"
    )
    works_year: int | None = Field(None, ge=1949, le=2100, description="Year of the works")
