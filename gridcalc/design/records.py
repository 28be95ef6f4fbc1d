"""What a design is made from and what it consists of."""

from dataclasses import dataclass, field
from typing import Literal

from gridcalc.catalogue import Transformer
from gridcalc.checks.finding import Finding
from gridcalc.compound.model import Compound
from gridcalc.compound.templates.allotment import Box
from gridcalc.cost import Bill
from gridcalc.design.places import DesignSite
from gridcalc.notes import Note
from gridcalc.outcome import Study
from gridcalc.policy import PolicyPack
from gridcalc.provenance import Assumption
from gridcalc.routing.trench.records import TrenchPlan

Charging = Literal["uncontrolled", "managed"]
Lever = Literal["load", "current", "drop", "mv"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DesignAsked:
    """What the user asks; ``None`` leaves it to the site, the template or the policy pack.

    Parameters
    ----------
    scenario
        What has to fit, such as ``ev-100+ebike-50``.
    charging
        Whether orderly charging may be counted on.
    households
        Flats of the site, spread over the buildings that have no number. [-]
    bays_per_household, ebikes_per_household
        Private spaces and e-bikes per flat, where the layers have no numbers. [-]
    area_m2
        Floor area of a flat where its building has none. [m²]
    """

    scenario: str = "ev-100+ebike-50"
    charging: Charging = "uncontrolled"
    households: int | None = None
    bays_per_household: float | None = None
    ebikes_per_household: float | None = None
    area_m2: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadBox:
    """A box and the place where it stands.

    Parameters
    ----------
    place
        Index of the place.
    node
        Node of the ground.
    box
        What hangs on it.
    """

    place: int
    node: int
    box: Box


@dataclass(frozen=True, slots=True, kw_only=True)
class Reserve:
    """How much more than needed is built, because of limits that were broken: factors from 1.

    Parameters
    ----------
    load
        On the load transformers are sized for. [-]
    current
        On the design current of LV cables. [-]
    drop
        On the voltage drop: limits are divided by it. [-]
    mv
        Sections of 10 kV cable above that of the standard compound. [-]
    places
        Places at whose feeders ``current`` and ``drop`` count.
    """

    load: float = 1.0
    current: float = 1.0
    drop: float = 1.0
    mv: int = 0
    places: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A transformer.

    Parameters
    ----------
    id, transformer
        Its name and its type.
    candidate
        Where it stands.
    load_kva
        What it was sized for. [kVA]
    boxes
        What it supplies.
    """

    id: str
    transformer: Transformer
    candidate: int
    load_kva: float
    boxes: tuple[LoadBox, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Feeder:
    """A feeder before it is cabled.

    Parameters
    ----------
    id, unit
        Its name, and the transformer it leaves.
    branch_node
        Where its branch box stands; the node of the box for a feeder of one box.
    boxes
        What it supplies.
    is_direct
        Whether it ends at its only box without a branch box.
    """

    id: str
    unit: str
    branch_node: int
    boxes: tuple[LoadBox, ...]
    is_direct: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A cable on its way.

    Parameters
    ----------
    id
        Cable of the compound.
    voltage
        ``lv`` or ``mv``.
    way_m
        Length along the paths. [m]
    length_m
        Length of cable, with slack and ends. [m]
    edges
        Edges of the ground from its beginning to its end.
    origin
        Node at which it begins.
    """

    id: str
    voltage: Literal["lv", "mv"]
    way_m: float
    length_m: float
    edges: tuple[int, ...] = field(repr=False)
    origin: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scheme:
    """A complete supply and how it lies on the ground.

    Parameters
    ----------
    compound
        The compound file.
    arrangement
        How the 10 kV cables run.
    units, feeders
        Transformers and feeders.
    station_candidate
        Candidate at which each substation stands, by id of the substation.
    node_of
        Node of the ground at which each element with a place stands, by id.
    runs
        Every cable.
    trenches
        Which paths are dug.
    """

    compound: Compound
    arrangement: Literal["chain", "ring", "double"]
    units: tuple[Unit, ...]
    feeders: tuple[Feeder, ...]
    station_candidate: tuple[tuple[str, int], ...]
    node_of: tuple[tuple[str, int], ...]
    runs: tuple[Run, ...]
    trenches: TrenchPlan = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One round of the design: the reserve it was made with, and how many limits it broke."""

    reserve: Reserve
    n_failed: int
    levers: tuple[Lever, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Design:
    """The answer.

    Parameters
    ----------
    site, asked, policy
        What it was asked with; places of ``site`` are complete.
    template
        Standard compound whose equipment is used.
    scheme
        The last scheme.
    steps
        Every round, the first one first.
    study
        What the study says of the last scheme.
    failed
        Limits that are broken, the worst first; empty where it passes.
    passed
        Whether it keeps every limit in the scenario asked for.
    stopped
        Why no further correction was made where it does not pass; empty where it passes.
    trench_m
        Length of path that is dug, by kind of corridor. [m]
    bill
        What everything costs.
    assumptions
        Every value nobody gave.
    """

    site: DesignSite
    asked: DesignAsked
    policy: PolicyPack
    template: str
    scheme: Scheme
    steps: tuple[Step, ...]
    study: Study
    failed: tuple[Finding, ...]
    passed: bool
    stopped: Note
    trench_m: tuple[tuple[str, float], ...]
    bill: Bill = field(repr=False)
    assumptions: tuple[Assumption, ...] = field(repr=False)
