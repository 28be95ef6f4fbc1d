"""The compound file as records: what the engineer describes, and nothing derived from it."""

from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from gridcalc.compound.attached_route import AttachedRoute
from gridcalc.compound.record import Id, Record

Share = Annotated[float, Field(ge=0, le=1)]
Laying = Literal["buried", "duct", "trench", "tray", "ladder", "air"]
Season = Literal["summer", "winter"]
PhaseCounts = Annotated[
    tuple[Annotated[int, Field(ge=0)], Annotated[int, Field(ge=0)], Annotated[int, Field(ge=0)]],
    Field(strict=False),
]
Phases = PhaseCounts | Literal["round_robin", "three"]


class Build(Record):
    """Whether the compound is new, when it was built and who owns the supply."""

    kind: Literal["new", "existing"] = Field(description="New build or existing compound")
    year: int | None = Field(None, ge=1949, le=2100, description="Year of completion")
    category: Literal["utility", "owners_metered", "combined_meter", "old_courtyard"] = Field(
        "utility", description="Ownership category of the supply"
    )


class Location(Record):
    """A point of the compound in any coordinate system."""

    lon: float = Field(description="Longitude, or easting in a projected system [deg or m]")
    lat: float = Field(description="Latitude, or northing in a projected system [deg or m]")
    crs: str = Field("EPSG:4490", description="EPSG:<code>, gcj02 or bd09")


class Ambient(Record):
    """Conditions at the cables; what is missing comes from the policy pack."""

    soil_celsius: float | None = Field(None, ge=-10, le=50, description="Soil temperature [°C]")
    air_celsius: float | None = Field(None, ge=-30, le=60, description="Air temperature [°C]")
    soil_rho_k_m_per_w: float | None = Field(
        None, gt=0, le=5, description="Thermal resistivity of the soil [K·m/W]"
    )


class Source(Record):
    """A 10 kV connection point."""

    id: Id
    kind: Literal["rmu_bay", "line_tap", "switching_station_bay"] = Field(
        description="What the compound's cable connects to"
    )
    line: str | None = Field(None, description="Name of the 10 kV line")
    busbar: str | None = Field(None, description="Busbar behind the line")
    substation: str | None = Field(None, description="Substation behind the line")
    dedicated: bool = Field(default=False, description="A line for this compound alone")
    i_sc_max_ka: float | None = Field(None, gt=0, le=63, description="Largest fault current [kA]")
    i_sc_min_ka: float | None = Field(None, gt=0, le=63, description="Smallest fault current [kA]")
    vm_peak_pu: float | None = Field(
        None, ge=0.8, le=1.2, description="Voltage at peak load, lowest of the range [pu of 10 kV]"
    )
    vm_low_load_pu: float | None = Field(
        None, ge=0.8, le=1.2, description="Voltage at low load, highest of the range [pu of 10 kV]"
    )
    open_capacity_kva: float | None = Field(None, ge=0, description="Open capacity [kVA]")
    spare_bays: int | None = Field(None, ge=0, description="Spare bays before this compound")
    line_installed_kva: float | None = Field(
        None, ge=0, description="Installed on the line without this compound [kVA]"
    )

    @model_validator(mode="after")
    def _fault_range(self) -> "Source":
        if self.i_sc_max_ka and self.i_sc_min_ka and self.i_sc_min_ka > self.i_sc_max_ka:
            raise ValueError(
                f"i_sc_min_ka {self.i_sc_min_ka} is above i_sc_max_ka {self.i_sc_max_ka};"
                " exchange them"
            )
        if self.vm_peak_pu and self.vm_low_load_pu and self.vm_peak_pu > self.vm_low_load_pu:
            raise ValueError(
                f"vm_peak_pu {self.vm_peak_pu} is above vm_low_load_pu {self.vm_low_load_pu};"
                " the voltage is lowest at peak load"
            )
        return self


class Rmu(Record):
    """A ring main unit of the compound."""

    id: Id
    type: str = Field(description="Name in the catalogue")
    n_bays: int | None = Field(None, ge=1, le=40, description="Bays, when they differ from type")


class MvCable(Record):
    """A 10 kV cable."""

    id: Id
    from_id: Id = Field(alias="from", description="Source, RMU, substation or transformer")
    to_id: Id = Field(alias="to", description="Source, RMU, substation or transformer")
    type: str = Field(description="Name in the catalogue")
    length_m: float = Field(ge=0.5, le=50_000, description="Length [m]")
    laying: Laying | None = Field(None, description="How it is laid")
    grouping: int | None = Field(
        None, ge=1, le=6, description="Loaded cables side by side; the tables end at 6"
    )
    normally_open: bool = Field(default=False, description="The open point of the ring")


class TransformerUnit(Record):
    """A transformer 10/0.4 kV; its LV board is the node ``<id>.LV``."""

    id: Id
    type: str = Field(description="Name in the catalogue")
    tap: int = Field(
        0, ge=-5, le=5, description="Tap step; positive selects more HV turns, a lower LV voltage"
    )
    compensation_kvar: float | None = Field(
        None, ge=0, description="Installed automatic compensation [kvar]"
    )
    fed_from: Id | None = Field(
        None, description="10 kV node that feeds it; the substation or its own cable if missing"
    )


class Substation(Record):
    """A substation 10/0.4 kV: a room or a prefabricated housing."""

    id: Id
    kind: Literal["room", "prefabricated"]
    floor: int | None = Field(None, ge=-9, le=200, description="1 is ground level, -1 is B1")
    flood_protected: bool | None = Field(None, description="Protected against backwater")
    generator_interface: bool | None = Field(
        None, description="Mobile generator interface at ground level"
    )
    lv_tie: bool = Field(default=False, description="LV boards tied, units back each other up")
    transformers: Annotated[tuple[TransformerUnit, ...], Field(strict=False, min_length=1)]


class LvNode(Record):
    """A box of the 0.4 kV network."""

    id: Id
    kind: Literal["branch_box", "meter_box", "charger_box", "ebike_shed", "distribution_box"]


class LvCable(Record):
    """A 0.4 kV four-core cable; ``from`` is the end nearer the transformer."""

    id: Id
    from_id: Id = Field(alias="from", description="<transformer>.LV or an LV node")
    to_id: Id = Field(alias="to", description="LV node")
    type: str = Field(description="Name in the catalogue")
    length_m: float = Field(ge=0.5, le=5_000, description="Length [m]")
    laying: Laying | None = Field(None, description="How it is laid")
    grouping: int | None = Field(
        None, ge=1, le=6, description="Loaded cables side by side; the tables end at 6"
    )
    parallel: int = Field(1, ge=1, le=6, description="Equal cables in parallel")


class _Units(Record):
    """Units of one kind at one node, spread over the phases."""

    node: Id = Field(description="LV node")
    count: int = Field(ge=1, le=100_000, description="Number of units")
    phases: Phases = Field("round_robin", description="round_robin, three or [n_a, n_b, n_c]")

    @model_validator(mode="after")
    def _phase_counts(self) -> "_Units":
        if isinstance(self.phases, tuple) and sum(self.phases) != self.count:
            raise ValueError(f"phases {list(self.phases)} do not add up to count {self.count}")
        return self


class Households(_Units):
    """Flats of one size at one meter box."""

    area_m2: float | None = Field(None, gt=0, le=2_000, description="Floor area of each [m²]")
    kw_each: float | None = Field(None, gt=0, le=200, description="Design power of each [kW]")

    @model_validator(mode="after")
    def _one_basis(self) -> "Households":
        if self.area_m2 is not None and self.kw_each is not None:
            raise ValueError("give either area_m2 or kw_each, not both")
        return self


class PrivateBays(_Units):
    """Private parking spaces wired from one node."""

    charger_kw: float | None = Field(None, gt=0, le=22, description="Charger per space [kW]")
    equipped_share: Share | None = Field(None, description="Share that has a charger today [-]")
    reserved_share: Share | None = Field(
        None, description="Share with charger or with capacity, duct and tray reserved [-]"
    )


class PublicBays(_Units):
    """Public parking spaces that share chargers."""

    charger_kw: float | None = Field(None, gt=0, le=480, description="Power of a charger [kW]")
    equipped_share: Share | None = Field(None, description="Share of spaces served today [-]")


class Ebikes(Record):
    """E-bikes of one shed."""

    node: Id = Field(description="LV node")
    bikes: int = Field(ge=0, le=100_000, description="Number of e-bikes")
    sockets: int | None = Field(None, ge=0, le=100_000, description="Sockets there today")
    kw_per_socket: float | None = Field(None, gt=0, le=3, description="Power of a socket [kW]")
    phases: Literal["round_robin", "three"] = "round_robin"


class PublicLoad(Record):
    """A lift, pump, lighting or other common load."""

    node: Id = Field(description="LV node or <transformer>.LV")
    kind: str = Field(description="Kind, such as passenger_lift or domestic_water_pump")
    kw: float = Field(ge=0, le=5_000, description="Installed power [kW]")
    grade: Literal[1, 2, 3] = Field(3, description="Supply grade")
    demand_factor: Share | None = Field(None, description="Demand factor [-]")
    power_factor: float | None = Field(None, gt=0, le=1, description="Power factor [-]")


class Metered(Record):
    """A metered transformer load, which replaces the household estimate."""

    transformer: Id
    peak_kw: float | None = Field(None, gt=0, description="Annual peak [kW]")
    curve_96_kw: Annotated[tuple[float, ...], Field(strict=False)] | None = Field(
        None, description="Peak day from 00:00, one value per quarter hour [kW]"
    )

    @model_validator(mode="after")
    def _one_basis(self) -> "Metered":
        if (self.peak_kw is None) == (self.curve_96_kw is None):
            raise ValueError("give either peak_kw or curve_96_kw")
        if self.curve_96_kw is not None and len(self.curve_96_kw) != 96:
            raise ValueError(f"curve_96_kw has {len(self.curve_96_kw)} values, not 96")
        if self.curve_96_kw is not None and (
            min(self.curve_96_kw) < 0 or not any(self.curve_96_kw)
        ):
            raise ValueError("curve_96_kw needs values of at least 0 and a peak above 0")
        return self


class Protection(Record):
    """A protective device at the sending end of a cable, or an LV main breaker."""

    element: Id = Field(description="Cable id, or transformer id for the LV main breaker")
    kind: Literal["breaker", "fuse"] = "breaker"
    in_a: float = Field(gt=0, le=6_300, description="Rated or set current [A]")
    i_trip_a: float | None = Field(
        None, gt=0, description="Instantaneous or short-delay setting that must act [A]"
    )
    clearing_s: float | None = Field(None, gt=0, le=5, description="Clearing time of a fault [s]")
    breaking_ka: float | None = Field(None, gt=0, le=200, description="Breaking capacity [kA]")


def _rows(description: str) -> object:
    return Field((), strict=False, description=description)


class Compound(Record):
    """A residential compound and its supply, format 1."""

    gridcalc: Literal[1] = Field(description="Version of the file format")
    id: Id
    name: str = Field(min_length=1, max_length=200)
    policy: str = Field(description="Policy pack: an id, a whole title, or the path of a file")
    build: Build
    location: Location | None = None
    ambient: Ambient = Ambient()
    orderly_charging: bool | None = Field(None, description="Chargers take orderly control")
    one_household_one_meter: bool | None = Field(None, description="Every flat has its own meter")
    sources: Annotated[tuple[Source, ...], Field(strict=False, min_length=1)]
    rmus: Annotated[tuple[Rmu, ...], _rows("Ring main units")] = ()
    mv_cables: Annotated[tuple[MvCable, ...], _rows("10 kV cables")] = ()
    substations: Annotated[tuple[Substation, ...], Field(strict=False, min_length=1)]
    lv_nodes: Annotated[tuple[LvNode, ...], _rows("0.4 kV boxes")] = ()
    lv_cables: Annotated[tuple[LvCable, ...], _rows("0.4 kV cables")] = ()
    households: Annotated[tuple[Households, ...], _rows("Flats")] = ()
    private_bays: Annotated[tuple[PrivateBays, ...], _rows("Private parking spaces")] = ()
    public_bays: Annotated[tuple[PublicBays, ...], _rows("Public parking spaces")] = ()
    ebikes: Annotated[tuple[Ebikes, ...], _rows("E-bike sheds")] = ()
    public_loads: Annotated[tuple[PublicLoad, ...], _rows("Common loads")] = ()
    metered: Annotated[tuple[Metered, ...], _rows("Metered transformer loads")] = ()
    protection: Annotated[tuple[Protection, ...], _rows("Protective devices")] = ()
    routes: Annotated[tuple[AttachedRoute, ...], _rows("Ways of 10 kV cables on the map")] = ()

    @field_validator("gridcalc", mode="before")
    @classmethod
    def _version_is_a_number(cls, value: object) -> object:
        if isinstance(value, bool):
            raise ValueError(f"{value!r} is not a version; write 1")  # noqa: TRY004  pydantic
        return value

    @property
    def transformers(self) -> tuple[TransformerUnit, ...]:
        """All transformers in file order."""
        return tuple(unit for station in self.substations for unit in station.transformers)

    @property
    def is_new(self) -> bool:
        """Whether this is a new build."""
        return self.build.kind == "new"


def lv_board(transformer_id: str) -> str:
    """Return the node id of a transformer's LV board.

    Examples
    --------
    >>> lv_board("T1")
    'T1.LV'
    """
    return f"{transformer_id}.LV"


def hv_terminal(transformer_id: str) -> str:
    """Return the node id of a transformer's 10 kV terminal, where a cable of its own ends.

    Examples
    --------
    >>> hv_terminal("T1")
    'T1.HV'
    """
    return f"{transformer_id}.HV"
