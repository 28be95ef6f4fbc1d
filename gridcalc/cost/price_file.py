"""The price book file as users write it."""

from typing import Annotated, Literal

from pydantic import Field

from gridcalc.compound.record import Record
from gridcalc.cost.prices import Level, Section, Tax
from gridcalc.provenance import Confidence

Name = Annotated[str, Field(min_length=1, max_length=64)]
Amount = Annotated[float, Field(ge=0, le=1e9)]
Year = Annotated[int, Field(ge=1990, le=2100)]
Names = Annotated[tuple[str, ...], Field(strict=False)]


class RangeEntry(Record):
    """What every entry has: three values and where they come from."""

    low: Amount | None = Field(None, description="Low estimate")
    typical: Amount | None = Field(None, description="Typical value")
    high: Amount | None = Field(None, description="High estimate")
    section: Section | None = Field(None, description="Section of the bill")
    year: Year | None = Field(None, description="Price level; that of the book if missing")
    source: str = Field("user", min_length=1, description="Key of the source, or user")
    confidence: Confidence = Field("assumed", description="How far the value can be trusted")
    title_zh: str = Field("", description="Short Chinese name")
    title_en: str = Field("", description="Short English name")
    note: str = Field("", description="What it holds, or how it was derived")


class PriceEntry(RangeEntry):
    """The price of one item; one that the extended book holds needs only the three values."""

    unit: str | None = Field(None, pattern=r"^yuan/[a-z0-9]+$", description="yuan/m, yuan/piece, …")


class SurchargeEntry(RangeEntry):
    """A cost that is a share of others."""

    unit: Literal["%"] = Field("%", description="A share in percent")
    base: Names = Field((), description="Sections, families of items or earlier surcharges")


class PriceFile(Record):
    """A price book, format 1."""

    gridcalc_prices: Literal[1] = Field(description="Version of the file format")
    id: Name = Field(description="Short name")
    title: Name = Field(description="Title of the book")
    title_en: str = Field("", description="English title; the title if missing")
    region: str = Field("", description="Where the prices hold")
    year: Year = Field(description="Price level of entries that name none")
    level: Level | None = Field(None, description="detailed or survey; detailed if missing")
    tax: Tax | None = Field(
        None, description="Value-added tax in the prices; as in the extended book, else not_stated"
    )
    extends: str | None = Field(None, description="The shipped book it builds on")
    note: str = Field("", description="What to know about the book")
    items: dict[str, PriceEntry] = Field({}, description="Prices by item")
    surcharges: dict[str, SurchargeEntry] = Field({}, description="Shares, in order")
