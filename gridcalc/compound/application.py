"""Facts of an application for supply that only the office knows, for the reply sheet."""

from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import Field

from gridcalc.compound.door import read_mapping, read_text, validate
from gridcalc.compound.record import Record
from gridcalc.errors import InputError

Words = Annotated[str, Field(max_length=200)]
Day = Annotated[date, Field(strict=False)]


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
    date: Day | None = Field(None, description="Day of the reply")
    valid_until: Day | None = Field(None, description="Last day on which the scheme is valid")
    utility: Words = Field("", description="Office that replies")
    clerk: Words = Field("", description="Person in charge")
    fees: Annotated[tuple[Fee, ...], Field(strict=False, description="Fees")] = ()
    metering: Annotated[tuple[Metering, ...], Field(strict=False, description="Meters")] = ()
    remarks: Annotated[tuple[Words, ...], Field(strict=False, description="Remarks")] = ()


def read_application(file: str) -> SupplyApplication:
    """Return the application of a YAML file.

    Raises
    ------
    InputError
        All problems of the file at once.
    """
    document = read_mapping(read_text(Path(file)), file=file, what="application")
    found, problems = validate(SupplyApplication, document)
    if problems or found is None:
        raise InputError(problems)
    return found
