"""What the checks of one scenario look at."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gridcalc.catalogue import Catalogue
from gridcalc.compound.model import Compound, Protection
from gridcalc.compound.topology import LvTopology
from gridcalc.demand.groups import LoadGroup
from gridcalc.demand.scenario import Scenario
from gridcalc.network.arrays import Network
from gridcalc.policy import PolicyPack
from gridcalc.powerflow.elements import BranchResult, MvResult, NodeResult, TransformerResult
from gridcalc.powerflow.short_circuit import ShortCircuit
from gridcalc.simulation.bands import DayBand


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Site:
    """What is the same in all scenarios of a compound.

    Attributes
    ----------
    source_of_node
        The source that feeds each 10 kV and LV node in normal switching.
    engine
        Name of the engine that solved the low load.
    vm_max_low_load_pu
        Highest phase voltage of each node at low load and highest source voltage. [pu]
    """

    compound: Compound
    policy: PolicyPack
    catalogue: Catalogue
    network: Network
    topology: LvTopology
    groups: tuple[LoadGroup, ...]
    short_circuit: ShortCircuit
    source_of_node: Mapping[str, str]
    engine: str
    vm_max_low_load_pu: Mapping[str, float]

    def protection(self) -> dict[str, Protection]:
        """Return the protective devices by the cable or transformer they stand at."""
        return {device.element: device for device in self.compound.protection}

    def guards(self) -> dict[str, Protection]:
        """Return what ``guards_of`` does for this compound."""
        return guards_of(self.protection(), self.topology, self.network.cables.ids)


def guards_of(
    devices: Mapping[str, Protection], topology: LvTopology, cable_ids: Iterable[str]
) -> dict[str, Protection]:
    """Return the device that clears a fault on each cable, by cable.

    A cable's own, else the nearest towards the transformer, else the LV main breaker; a cable
    that no device stands before is left out.

    Parameters
    ----------
    devices
        By the cable or transformer they stand at.
    topology
        The way from every LV place to its transformer.
    cable_ids
        All cables, those at 10 kV too.
    """
    found = {name: devices[name] for name in cable_ids if name in devices}
    for place in topology.places:
        way = (*reversed(place.path), place.transformer)
        nearest = next((name for name in way if name in devices), None)
        if place.path and nearest is not None:
            found[place.path[-1]] = devices[nearest]
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class HotSpot:
    """Thermal second opinion on a transformer over the simulated days.

    ``hot_spot_celsius`` is the daily maximum and ``life_days_per_day`` the days of life used up
    in a day, both at the percentile of the run; ``max_celsius`` is the limit of the kind.
    """

    id: str
    hot_spot_celsius: float
    max_celsius: float
    source: str
    life_days_per_day: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """How cars under orderly control were served, at the percentile of the run and on average.

    ``energy_delivered_percent`` is delivered over requested energy of a day;
    ``sessions_served_percent`` the share of charges with at least 99 % of their energy; both
    are what the stated share of days reaches. [%]
    """

    participation_percent: float
    energy_delivered_percent: float
    energy_delivered_mean_percent: float
    sessions_served_percent: float
    sessions_served_mean_percent: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DayFacts:
    """What only simulated days can tell.

    ``percentile`` is of the daily extreme [%]; ``n_unsolved`` counts days with a slot without
    a solution; ``served`` is ``None`` where nobody controls.
    """

    engine: str
    percentile: float
    n_days: int
    n_unsolved: int
    served: Served | None
    hot_spots: tuple[HotSpot, ...]
    bands: tuple[DayBand, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Facts:
    """One scenario: results per element, and what was connected.

    Attributes
    ----------
    engine
        Name of the solver; empty where nothing was solved.
    method, season, charging
        How the load was found; the factor method has no clock, its season is ``design``.
    days
        Of simulated days; ``None`` for the factor method.
    units
        Units in use per load group, in the order of ``site.groups``.
    grade12_kva
        Demand of grade 1 and 2 loads per transformer. [kVA]
    s_today_kva
        Peak of each source today. [kVA]
    failed_levels
        Levels at which the power flow found no solution.
    """

    site: Site
    scenario: Scenario
    charging: str
    units: tuple[int, ...]
    engine: str = ""
    method: str = "factor"
    season: str = "design"
    days: DayFacts | None = None
    transformers: tuple[TransformerResult, ...]
    branches: tuple[BranchResult, ...]
    nodes: tuple[NodeResult, ...]
    mv: MvResult | None
    grade12_kva: Mapping[str, float]
    s_today_kva: Mapping[str, float]
    failed_levels: tuple[str, ...]

    def n_units(self, kind: str) -> int:
        """Return how many units of a kind are in use."""
        rows = zip(self.site.groups, self.units, strict=True)
        return sum(n for group, n in rows if group.kind == kind)
