"""Facts of an application for supply that only the office knows, for the reply sheet."""

from datetime import date
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, model_validator

from gridcalc.compound.door import read_mapping, read_text, validate
from gridcalc.compound.record import Record
from gridcalc.errors import InputError

Words = Annotated[str, Field(max_length=200)]


def _day(value: Any) -> Any:
    """Return a day written YYYY-MM-DD; no other spelling, so that none is misread."""
    try:
        day = date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        day = None
    if value is not None and (day is None or day.isoformat() != value):
        raise ValueError(f"{value!r} is not a day; write YYYY-MM-DD, such as 2026-09-28")
    return day


Day = Annotated[date | None, BeforeValidator(_day)]


class Fee(Record):
    """A fee of the utility's business (业务费用), as the office charges it."""

    name: Words = Field(min_length=1, description="Name of the fee")
    price_yuan: float = Field(ge=0, le=1e9, description="Price of one unit [yuan]")
    amount: float = Field(gt=0, le=1e9, description="Number of units [-]")
    basis: Words = Field("", description="Document the fee rests on")


class Metering(Record):
    """What the utility decides of one metering point."""

    group: Words = Field(min_length=1, description="Number of the metering point on the sheet")
    tariff: Words = Field("", description="Tariff category")
    quota: Words = Field("", description="Fixed amount or ratio, where one is agreed")
    accuracy: Words = Field("", description="Accuracy class of the meter")
    wiring: Words = Field("", description="Rating and wiring of the meter")
    ct_accuracy: Words = Field("", description="Accuracy class of the instrument transformers")
    ct_ratio: Words = Field("", description="Ratio of the instrument transformers")


class SupplyApplication(Record):
    """An application; what is not given stays a blank field on the reply sheet."""

    account: Words = Field("", description="Account number")
    number: Words = Field("", description="Number of the application")
    applicant: Words = Field("", description="Name of the applicant")
    address: Words = Field("", description="Address of supply")
    contact: Words = Field("", description="Person to contact")
    phone: Words = Field("", description="Telephone")
    usage: Words = Field("", description="Category of use")
    industry: Words = Field("", description="Industry")
    date: Day = Field(None, description="Day of the reply")
    valid_until: Day = Field(None, description="Last day on which the scheme is valid")
    utility: Words = Field("", description="Office that replies")
    clerk: Words = Field("", description="Person in charge")
    fees: Annotated[tuple[Fee, ...], Field(strict=False, description="Fees")] = ()
    metering: Annotated[tuple[Metering, ...], Field(strict=False, description="Meters")] = ()
    remarks: Annotated[tuple[Words, ...], Field(strict=False, description="Remarks")] = ()

    @model_validator(mode="after")
    def _in_order(self) -> "SupplyApplication":
        if self.date and self.valid_until and self.valid_until < self.date:
            raise ValueError(f"valid_until {self.valid_until} is before date {self.date}")
        groups = [row.group for row in self.metering]
        for group in groups:
            if groups.count(group) > 1:
                raise ValueError(f"metering has group {group!r} twice; keep one")
        return self


def read_application(file: str) -> SupplyApplication:
    """Return the application of a YAML file.

    Raises
    ------
    InputError
        All problems of the file at once.
    """
    document = read_mapping(read_text(Path(file)), file=file, what="supply application")
    found, problems = validate(SupplyApplication, document)
    if problems or found is None:
        raise InputError(problems)
    return found
