"""The works an upgrade is made of: small records, applied to a copy of a compound."""

from dataclasses import dataclass
from typing import ClassVar

WHOLE_COMPOUND = "compound"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderlyCharging:
    """Put a controller at every transformer with private bays, so that they charge in turn.

    Parameters
    ----------
    bays_percent
        Private bays below each transformer that get a charger under control; above 0, up to
        100. [%]
    """

    bays_percent: float = 100.0
    kind: ClassVar[str] = "orderly_charging"

    @property
    def element(self) -> str:
        """The compound as a whole."""
        return WHOLE_COMPOUND


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplaceTransformer:
    """Put another transformer in place of one; its LV main breaker grows with it.

    Parameters
    ----------
    transformer
        Id of the unit.
    type
        Name of the new one in the catalogue.
    """

    transformer: str
    type: str
    kind: ClassVar[str] = "replace_transformer"

    @property
    def element(self) -> str:
        """Id of the transformer."""
        return self.transformer


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplaceBreaker:
    """Put a larger LV main breaker in place of the one of a transformer that stays.

    Parameters
    ----------
    transformer
        Id of the unit.
    breaker
        Name of the new one in the catalogue.
    """

    transformer: str
    breaker: str
    kind: ClassVar[str] = "replace_breaker"

    @property
    def element(self) -> str:
        """Id of the transformer."""
        return self.transformer


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplaceCable:
    """Lay other cables in place of one, or equal ones beside it.

    Parameters
    ----------
    cable
        Id of a 0.4 kV or 10 kV cable.
    type
        Name in the catalogue; today's, where only ``parallel`` grows.
    parallel
        Equal cables in parallel afterwards; 1 at 10 kV. [-]
    breaker
        Name of the breaker that takes the place of the cable's device, because the old one would
        limit; None keeps the device. ``cabling.cable_replacement`` chooses it.
    grouping
        Loaded cables side by side afterwards, where more in parallel make it more; None leaves
        what the file says. [-]
    """

    cable: str
    type: str
    parallel: int
    breaker: str | None
    grouping: int | None = None
    kind: ClassVar[str] = "replace_cable"

    @property
    def element(self) -> str:
        """Id of the cable."""
        return self.cable


@dataclass(frozen=True, slots=True, kw_only=True)
class SetTap:
    """Move the off-circuit tap of a transformer.

    Parameters
    ----------
    transformer
        Id of the unit.
    tap
        The new step; positive lowers the LV voltage. [-]
    """

    transformer: str
    tap: int
    kind: ClassVar[str] = "set_tap"

    @property
    def element(self) -> str:
        """Id of the transformer."""
        return self.transformer


@dataclass(frozen=True, slots=True, kw_only=True)
class AddCapacitor:
    """Add automatic compensation at the LV board of a transformer.

    Parameters
    ----------
    transformer
        Id of the unit.
    kvar
        What is added to the compensation there. [kvar]
    """

    transformer: str
    kvar: float
    kind: ClassVar[str] = "add_capacitor"

    @property
    def element(self) -> str:
        """Id of the transformer."""
        return self.transformer


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondTransformer:
    """Put one more unit into a substation and give it whole LV feeders.

    It is fed at 10 kV like its neighbour, the unit of the substation that fed the first of the
    feeders, and takes over its tap and its compensation in proportion to the rating.

    Parameters
    ----------
    substation
        Id of the substation.
    transformer_id
        Id of the new unit.
    type
        Name in the catalogue.
    feeders
        Ids of the first cables of the feeders it takes over; boxes keep their names.
    """

    substation: str
    transformer_id: str
    type: str
    feeders: tuple[str, ...]
    kind: ClassVar[str] = "second_transformer"

    @property
    def element(self) -> str:
        """Id of the new transformer."""
        return self.transformer_id


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSubstation:
    """Build a prefabricated substation at ground level and give it whole LV feeders.

    The new substation stands beside those feeders where they leave their old board, so they keep
    their length. It has an interface for a mobile generator; tap and compensation (in proportion
    to the rating) are those of the unit that fed the first of the feeders.

    Parameters
    ----------
    substation_id, transformer_id
        Ids of what is new; cables and RMU get ids that begin with the substation's.
    type
        Transformer by its name in the catalogue.
    mv_from
        Id of the source, RMU or substation whose 10 kV bus feeds it.
    mv_cable_type, mv_length_m
        The 10 kV cable that is laid; its length. [m]
    rmu_type
        RMU by its name in the catalogue, cut midway into a cable at ``mv_from`` because that has
        no spare bay; None where it has one.
    feeders
        Ids of the first cables of the feeders it takes over; boxes keep their names.
    """

    substation_id: str
    transformer_id: str
    type: str
    mv_from: str
    mv_cable_type: str
    mv_length_m: float
    rmu_type: str | None
    feeders: tuple[str, ...]
    kind: ClassVar[str] = "new_substation"

    @property
    def element(self) -> str:
        """Id of the new substation."""
        return self.substation_id


@dataclass(frozen=True, slots=True, kw_only=True)
class RebalancePhases:
    """Deal private bays and households of a box out over the phases again.

    Parameters
    ----------
    node
        Id of the LV node; only rows with counts per phase change.
    """

    node: str
    kind: ClassVar[str] = "rebalance_phases"

    @property
    def element(self) -> str:
        """Id of the node."""
        return self.node


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveFeeder:
    """Connect a whole LV feeder to the board of another transformer of the same substation.

    Parameters
    ----------
    feeder
        Id of its first cable, which keeps its length; boxes keep their names.
    transformer
        Id of the unit that feeds it from now on.
    """

    feeder: str
    transformer: str
    kind: ClassVar[str] = "move_feeder"

    @property
    def element(self) -> str:
        """Id of the feeder."""
        return self.feeder


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitFeeder:
    """Give a box that hangs on another box a feeder of its own.

    A new cable runs from an LV board to the box, along the path that leads there today and laid
    like its first cable. The cable from box to box goes; the new one has its id.

    Parameters
    ----------
    cable
        Id of the LV cable that feeds the box from another box.
    transformer
        Id of the unit that feeds the box from now on: today's, or another one of its substation.
    type
        Name of the new cable in the catalogue.
    parallel
        Equal cables in parallel. [-]
    breaker
        Name of the breaker at the board; None only where the file gives no device of the feeder
        and of the cable. ``options.split_options`` chooses it.
    """

    cable: str
    transformer: str
    type: str
    parallel: int = 1
    breaker: str | None = None
    kind: ClassVar[str] = "split_feeder"

    @property
    def element(self) -> str:
        """Id of the cable."""
        return self.cable


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveToSource:
    """Let a 10 kV cable start at another source of the compound.

    A new cable of its type is laid, in the way the old one is; it keeps the id, and the open
    point where it is one.

    Parameters
    ----------
    cable
        Id of a 10 kV cable that starts at a source.
    source
        Id of the source it starts at from now on.
    length_m
        Length of the new cable. [m]
    """

    cable: str
    source: str
    length_m: float
    kind: ClassVar[str] = "move_to_source"

    @property
    def element(self) -> str:
        """Id of the cable."""
        return self.cable


LineMove = MoveFeeder | SplitFeeder | MoveToSource
"""Works that let a line start somewhere else."""

Measure = (
    OrderlyCharging
    | ReplaceTransformer
    | ReplaceBreaker
    | ReplaceCable
    | SetTap
    | AddCapacitor
    | SecondTransformer
    | NewSubstation
    | RebalancePhases
    | LineMove
)
"""Any of the works."""
