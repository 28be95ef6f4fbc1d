"""What is known of a foreign network once it is read: kinds of loads, gaps filled, corrections."""

from dataclasses import dataclass
from typing import Literal

from gridcalc.hosting.records import Hosting
from gridcalc.network.foreign_tables import ForeignTables
from gridcalc.notes import Note
from gridcalc.outcome import Study
from gridcalc.policy import PolicyPack
from gridcalc.provenance import Assumption

LoadKind = Literal["household", "charger", "commerce", "heat_pump", "other"]
LOAD_KINDS: tuple[LoadKind, ...] = ("household", "charger", "commerce", "heat_pump", "other")
KindRule = Literal["map", "profile", "name", "voltage"]
KIND_RULES: tuple[KindRule, ...] = ("map", "profile", "name", "voltage")
LoadTable = Literal["load", "asymmetric_load"]
LOAD_TABLES: tuple[LoadTable, ...] = ("load", "asymmetric_load")
LV_BELOW_KV = 1.0
"""Low voltage ends here, as in the standards of the field. [kV]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """A load of the file and what it is taken for.

    Attributes
    ----------
    id, table, place, bus
        Its name; the table and row it stands in; the row of its bus.
    kind, rule
        What it is, and how that was told.
    p_kw
        As given, all phases. [kW]
    phase
        The only phase it hangs on; ``None`` for several or all.
    households, bays, ebikes, chargers
        Flats behind it, their private bays and e-bikes, and chargers that it already is.
    """

    id: str
    table: LoadTable
    place: int
    bus: int
    kind: LoadKind
    rule: KindRule
    p_kw: float
    phase: int | None
    households: int
    bays: int
    ebikes: int
    chargers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Completed:
    """Tables ready for an unbalanced power flow.

    ``reasons`` say why there can be none; ``assumptions`` are the gaps filled, ``notes`` what
    was read in another way than it stands.
    """

    tables: ForeignTables
    reasons: tuple[str, ...]
    assumptions: tuple[Assumption, ...]
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What the user decides about a foreign network.

    Attributes
    ----------
    keep
        Take numbers that look wrong by a power of ten as they stand.
    vector_group
        Group that transformers of groups without an unbalanced model are taken for; empty where
        none is to be.
    """

    keep: bool = False
    vector_group: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What happened to a file on its way in.

    Attributes
    ----------
    counts
        Rows of each table that were read.
    ignored
        Parts of the file that do not enter the calculation.
    notes
        Corrections first, then what was read in another way than it stands.
    loads
        Every load in service.
    n_unrated
        Lines in service without a usable rating.
    """

    file: str
    name: str
    format_version: str
    counts: tuple[tuple[str, int], ...]
    ignored: tuple[str, ...]
    corrected: tuple[Note, ...]
    notes: tuple[Note, ...]
    loads: tuple[Load, ...]
    n_unrated: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignStudy:
    """A foreign network, how it was read, and whether it carries the chargers."""

    study: Study
    imported: Imported
    policy: PolicyPack


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignHosting:
    """How many chargers a foreign network carries, and what that rests on."""

    hosting: Hosting
    imported: Imported
    policy: PolicyPack
    assumptions: tuple[Assumption, ...]
