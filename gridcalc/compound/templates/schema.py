"""The template file as records: parameters with ranges, and the layout they fill in."""

import re
from typing import Annotated, Any, Literal

from pydantic import Field, PlainValidator, WithJsonSchema, model_validator

from gridcalc.compound.model import Build, Laying, Location, Share, Source
from gridcalc.compound.record import Record

Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_\-]*$", max_length=64)]
Positive = Annotated[float, Field(gt=0)]
Percent = Annotated[float, Field(ge=0, le=100)]
Factors = Annotated[tuple[Annotated[float, Field(ge=1)], ...], Field(strict=False, min_length=1)]
Sizes = Annotated[tuple[Positive, ...], Field(strict=False, min_length=1)]
Count = Annotated[int, Field(ge=1)]

_GIVEN_ID = re.compile(r"(?:T|PD|RMU|MC)\d+(?:-.*)?")


def _scalar(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        message = f"{value!r} is neither a number nor a text"
        raise ValueError(message)  # noqa: TRY004  pydantic collects ValueError only
    return value


Scalar = Annotated[
    int | float | str, PlainValidator(_scalar), WithJsonSchema({"type": ["number", "string"]})
]
"""A value of a parameter: a whole number, a number or a text."""


def _number(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        message = f"{value!r} is not a number"
        raise ValueError(message)  # noqa: TRY004  pydantic collects ValueError only
    return value


Number = Annotated[int | float, PlainValidator(_number), WithJsonSchema({"type": "number"})]


class Bilingual(Record):
    """A text in Chinese and English."""

    zh: str = Field(min_length=1, max_length=500, description="Chinese")
    en: str = Field(min_length=1, max_length=500, description="English")


class Parameter(Record):
    """What a user may choose; ``$name`` in the layout stands for its value."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=64, description="Used as $name")
    default: Scalar = Field(
        description="A whole number admits whole numbers only, 0.5 or 2.0 any number"
    )
    min: Number | None = Field(None, description="Smallest value")
    max: Number | None = Field(None, description="Largest value")
    unit: str = Field(description="Unit; '-' for counts, ratios and names")
    description_zh: str = Field(min_length=1, description="What it is, in Chinese")
    description_en: str = Field(min_length=1, description="What it is, in English")
    choices: Annotated[tuple[Scalar, ...], Field(strict=False)] | None = Field(
        None, description="The only values allowed"
    )

    @property
    def is_text(self) -> bool:
        """Whether the value is a text."""
        return isinstance(self.default, str)

    @property
    def is_whole(self) -> bool:
        """Whether only whole numbers are allowed."""
        return isinstance(self.default, int)

    @model_validator(mode="after")
    def _default_allowed(self) -> "Parameter":
        if isinstance(self.default, str):
            if not self.choices:
                raise ValueError(f"{self.name!r} is a text; list its choices")
        elif self.min is None or self.max is None:
            raise ValueError(f"{self.name!r} is a number; give min and max")
        elif not self.min <= self.default <= self.max:
            raise ValueError(f"the default {self.default} is not within {self.min} to {self.max}")
        if self.choices is not None and self.default not in self.choices:
            raise ValueError(f"the default {self.default!r} is not one of the choices")
        return self


class Buildings(Record):
    """The buildings and their flats."""

    households: int = Field(ge=1, le=20_000, description="Number of flats")
    area_m2: float = Field(gt=0, le=2_000, description="Floor area of a flat [m²]")
    floors: int = Field(ge=1, le=100, description="Floors of a building")
    flats_per_floor: int = Field(ge=1, le=100, description="Flats on a floor of one building")
    flats_per_meter_box: int = Field(ge=1, le=100, description="Largest number of flats at a box")
    three_phase: bool = Field(default=False, description="Every flat has a three-phase supply")
    grade_2_from_floors: int = Field(ge=1, description="Buildings this high have grade 2 loads")
    grade_1_from_floors: int = Field(ge=1, description="Buildings this high have grade 1 loads")


class Parking(Record):
    """Parking spaces and how their chargers are wired."""

    private_bays_per_household: float = Field(ge=0, le=10, description="Fixed spaces per flat")
    public_bays_per_household: float = Field(ge=0, le=10, description="Public spaces per flat")
    wiring: Literal["own_feeders", "branch_boxes", "meter_boxes"] = Field(
        description="Chargers on feeders of their own, on the branch boxes or on the meter boxes"
    )
    cables_reserved: bool = Field(description="LV cables are laid for a charger on every space")
    bays_per_box: int = Field(ge=1, le=60, description="Largest number of spaces at a charger box")
    charger_kw: float | None = Field(None, gt=0, le=22, description="Power of a charger [kW]")
    equipped_share: Share = Field(description="Private spaces with a charger today [-]")
    reserved_share: Share | None = Field(
        None, description="Private spaces with charger or reserved [-]"
    )
    public_equipped_share: Share = Field(0, description="Public spaces served today [-]")


class EbikeParking(Record):
    """E-bikes and their sheds."""

    per_household: float = Field(ge=0, le=10, description="E-bikes per flat")
    socket_share: Share = Field(description="Sockets there today per e-bike [-]")
    bikes_per_shed: int = Field(ge=1, le=1_000, description="Largest number of e-bikes at a box")


class PublicLoadRule(Record):
    """A common load of every building, every transformer or every flat."""

    kind: str = Field(description="Kind, such as passenger_lift")
    kw: float = Field(gt=0, le=5_000, description="Installed power of each [kW]")
    per: Literal["building", "transformer", "household"] = Field(
        description="Building loads get a box of their own, the others stand at the LV board"
    )
    grade: Literal["by_height", 1, 2, 3] = Field(3, description="Supply grade")
    from_floors: int = Field(1, ge=1, description="Only in buildings at least this high")
    demand_factor: Share | None = Field(None, description="Demand factor [-]")
    power_factor: float | None = Field(None, gt=0, le=1, description="Power factor [-]")


class Commerce(Record):
    """Shops and offices in the compound, spread evenly over the transformers."""

    area_m2: float = Field(ge=0, le=1_000_000, description="Floor area [m²]")
    w_per_m2: float = Field(gt=0, le=1_000, description="Installed power per area [W/m²]")
    kw_per_box: float = Field(gt=0, le=1_000, description="Largest installed power at a box [kW]")
    demand_factor: Share = Field(description="Demand factor [-]")
    power_factor: float = Field(gt=0, le=1, description="Power factor [-]")


class Substations(Record):
    """Substations, and how transformers are sized."""

    kind: Literal["room", "prefabricated"]
    floor: int = Field(ge=-9, le=200, description="1 is ground level, -1 is B1")
    flood_protected: bool = Field(description="Protected against backwater")
    generator_interface: bool = Field(description="Mobile generator interface at ground level")
    units_per_substation: Literal[1, 2] = Field(description="Transformers in one substation")
    lv_tie: bool = Field(description="The two units back each other up")
    transformer_series: str = Field(description="Series in the catalogue, such as S20")
    sizes_kva: Sizes = Field(description="Sizes the automatic choice may take [kVA]")
    transformer_kva: float = Field(ge=0, description="Size of a unit; 0 is automatic [kVA]")
    n_transformers: int = Field(ge=0, le=200, description="Number of units; 0 is automatic")
    units_kva: Annotated[tuple[Positive, ...], Field(strict=False, max_length=200)] = Field(
        (), description="Size of each unit where they differ; goes before size and number [kVA]"
    )
    compensation_percent: Percent = Field(description="Capacitors, in percent of the rating")
    loss_allowance_percent: Percent = Field(description="Added to the load for LV losses")

    @model_validator(mode="after")
    def _tie(self) -> "Substations":
        if self.lv_tie and self.units_per_substation == 1:
            raise ValueError("lv_tie needs units_per_substation: 2")
        return self


class LowVoltage(Record):
    """LV cables and how they are chosen."""

    cable_family: str = Field(description="Catalogue name up to the section")
    trunk_mm2: Sizes = Field(description="Sections of trunks, from which the smallest fits [mm²]")
    box_mm2: Sizes = Field(description="Sections of the cables to boxes [mm²]")
    laying: Laying
    trunk_m: float = Field(gt=0, le=2_000, description="Mean length of a trunk [m]")
    box_m: float = Field(gt=0, le=1_000, description="Mean length of a cable to a box [m]")
    length_pattern: Sizes = Field(description="Lengths in turn, as factors of the mean")
    max_boxes_per_feeder: Count = Field(description="Most boxes behind one branch box")
    reserve_factor: float = Field(ge=1, le=5, description="On the current without chargers")
    charger_reserve_factor: float = Field(ge=1, le=5, description="On the current with chargers")
    max_trunk_drop_percent: float = Field(gt=0, le=20, description="Voltage drop of a trunk")
    max_box_drop_percent: float = Field(gt=0, le=20, description="Voltage drop to a box")


class MediumVoltage(Record):
    """The 10 kV supply."""

    arrangement: Literal["chain", "ring", "double"] = Field(
        description="One source; an open ring of RMUs between two; or two chains, one per source"
    )
    rmu: str | None = Field(None, description="RMU type; a chain has none")
    spare_bays_per_rmu: int = Field(0, ge=0, le=20, description="Feeder bays kept free")
    cable: str = Field(description="10 kV cable of the main route")
    cable_m: float = Field(gt=0, le=20_000, description="Mean length of a section [m]")
    branch_cable: str | None = Field(None, description="Cable from an RMU to a transformer")
    branch_m: float | None = Field(None, gt=0, le=5_000, description="Its mean length [m]")
    laying: Laying
    sources: Annotated[tuple[Source, ...], Field(strict=False, min_length=1)]

    @model_validator(mode="after")
    def _complete(self) -> "MediumVoltage":
        ids = [source.id for source in self.sources]
        taken = [name for name in ids if _GIVEN_ID.fullmatch(name)]
        if taken:
            raise ValueError(f"the program itself gives the id {taken[0]!r}; use another, say SRC1")
        if len(set(ids)) < len(ids):
            raise ValueError("two sources have the same id")
        wanted = 1 if self.arrangement == "chain" else 2
        if len(self.sources) != wanted:
            raise ValueError(
                f"{self.arrangement} takes {wanted} sources; there are {len(self.sources)}"
            )
        if wanted > 1 and None in (self.rmu, self.branch_cable, self.branch_m):
            raise ValueError(f"{self.arrangement} needs rmu, branch_cable and branch_m")
        return self


class Devices(Record):
    """Settings of protective devices."""

    main_clearing_s: float = Field(gt=0, le=5, description="LV main breaker, short delay [s]")
    trunk_clearing_s: float = Field(gt=0, le=5, description="Trunk breaker, short delay [s]")
    box_clearing_s: float = Field(gt=0, le=5, description="Breaker of a box, instantaneous [s]")
    main_trip_factor: float = Field(ge=1, le=20, description="Setting over rated current")
    trunk_trip_factors: Factors = Field(
        description="Settings over rated current, first one tried first"
    )
    box_trip_factors: Factors = Field(
        description="Settings over rated current, first one tried first"
    )
    fault_margin_factor: float = Field(
        ge=1, le=5, description="On the sensitivity that is required"
    )


class Layout(Record):
    """A standard compound by rules; the program turns it into boxes, cables and loads."""

    build: Build
    location: Location | None = None
    orderly_charging: bool = Field(description="Chargers take orderly control")
    one_household_one_meter: bool = Field(description="Every flat has its own meter")
    buildings: Buildings
    parking: Parking
    ebikes: EbikeParking
    public_loads: Annotated[tuple[PublicLoadRule, ...], Field(strict=False)] = ()
    commerce: Commerce | None = None
    substations: Substations
    lv: LowVoltage
    mv: MediumVoltage
    protection: Devices


class TemplateFile(Record):
    """A template file, format 1: a layout with parameters, or a finished compound."""

    gridcalc_template: Literal[1] = Field(description="Version of the file format")
    name: Name = Field(description="Name of the template, as of its file")
    title: Bilingual
    description: Bilingual
    policy: str = Field(description="Policy pack: an id, a whole title, or the path of a file")
    parameters: Annotated[tuple[Parameter, ...], Field(strict=False)] = ()
    layout: Layout | None = None
    compound: dict[str, Any] | None = Field(None, description="A finished compound file")

    @model_validator(mode="after")
    def _one_content(self) -> "TemplateFile":
        if (self.layout is None) == (self.compound is None):
            raise ValueError("give either layout or compound")
        return self
