"""What the labels of a single-line diagram say: results of a run, loads and devices by id."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields

from gridcalc.checks.case import scenario_units
from gridcalc.checks.voltage import DEVIATION as VOLTAGE_DEVIATION
from gridcalc.compound.model import Compound, Protection, Source, Substation, TransformerUnit
from gridcalc.demand.scenario import parse_scenario
from gridcalc.dossier import Dossier
from gridcalc.outcome import Run
from gridcalc.powerflow.elements import BranchResult, NodeResult, TransformerResult
from gridcalc.report.drawing.planned import Planned, planned
from gridcalc.report.drawing.shapes import Tone
from gridcalc.report.transformer_tables import design_limits
from gridcalc.units import PERCENT

NEAR = 0.8
"""Share of a limit from which a value is shown as near to it. [-]"""
_HIGH = "_max"
"""End of the quantities of a voltage that are the highest ones."""
_N_OF = {
    "private_charger": "private_chargers",
    "public_charger": "public_chargers",
    "ebike_socket": "sockets",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Loads:
    """What is connected at some nodes in a scenario; ``common_kw`` is installed. [kW]."""

    households: int = 0
    private_bays: int = 0
    private_chargers: int = 0
    public_bays: int = 0
    public_chargers: int = 0
    bikes: int = 0
    sockets: int = 0
    common_kw: float = 0.0

    def __add__(self, other: "Loads") -> "Loads":
        """Return the loads of both."""
        names = [field.name for field in fields(self)]
        return Loads(**{name: getattr(self, name) + getattr(other, name) for name in names})

    @property
    def kinds(self) -> tuple[bool, ...]:
        """Which kinds of units there are, whatever is switched on."""
        counted = (self.households, self.private_bays, self.public_bays, self.bikes)
        return (*(n > 0 for n in counted), self.common_kw > 0)


NO_LOADS = Loads()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Readings:
    """Results, loads and devices by the id of their element.

    Attributes
    ----------
    transformer_limits
        Design limit of the loading of each transformer. [%]
    vector_groups
        By the type of the transformer.
    ik3_max_ka
        Largest three-phase fault current by node. [kA]
    planned
        What the plan changes.
    built
        Ids of cables and transformers that works have built, where the drawing shows that.
    low_nodes, rise_percent
        Nodes whose lowest voltage breaks a limit, and by how much the highest voltage of others,
        at low load, is above nominal where that breaks a limit. [%]
    given_sources
        The sources as the user gives them, by id.
    cable_limit_percent, max_drop_percent, max_three_phase_percent
        Limits of the loading of cables, and of the voltage drop of one phase and of three-phase
        loads at LV nodes. [%]
    """

    compound: Compound
    run: Run
    cables: Mapping[str, BranchResult]
    nodes: Mapping[str, NodeResult]
    transformers: Mapping[str, TransformerResult]
    loads: Mapping[str, Loads]
    devices: Mapping[str, Protection]
    transformer_limits: Mapping[str, float]
    vector_groups: Mapping[str, str]
    ik3_max_ka: Mapping[str, float]
    planned: Planned
    built: frozenset[str]
    low_nodes: frozenset[str]
    rise_percent: Mapping[str, float]
    given_sources: Mapping[str, Source]
    cable_limit_percent: float
    max_drop_percent: float
    max_three_phase_percent: float

    def placed(self, transformer: str) -> tuple[Substation, TransformerUnit]:
        """Return a transformer with the substation it stands in."""
        return next(
            (station, unit)
            for station in self.compound.substations
            for unit in station.transformers
            if unit.id == transformer
        )

    def cable_tone(self, loading_percent: float | None) -> Tone:
        """Return how near a cable is to its limit."""
        return tone(loading_percent, self.cable_limit_percent)

    def transformer_tone(self, name: str) -> Tone:
        """Return how near a transformer is to its limit."""
        row = self.transformers.get(name)
        return tone(row.loading_percent if row else None, self.transformer_limits[name])

    def deviation_percent(self, node: str) -> float | None:
        """Return the lowest phase voltage of an LV node as deviation from nominal. [%]."""
        row = self.nodes.get(node)
        return None if row is None else PERCENT * (row.vm_min_pu - 1)

    def voltage_tone(self, nodes: Iterable[str], deviation_percent: float | None) -> Tone:
        """Return how near the voltages of some nodes are to their limits.

        A finding of the run counts as well: three-phase loads have a limit of their own.
        """
        if any(node in self.low_nodes or node in self.rise_percent for node in nodes):
            return "over"
        drop = None if deviation_percent is None else -deviation_percent
        return tone(drop, self.max_drop_percent)


def tone(value: float | None, limit: float) -> Tone:
    """Return how near a value is to its upper limit; ``plain`` without a value.

    Examples
    --------
    >>> tone(100.0, 100.0), tone(100.1, 100.0), tone(None, 100.0)
    ('near', 'over', 'plain')
    """
    if value is None:
        return "plain"
    if value > limit:
        return "over"
    return "near" if value >= NEAR * limit else "ok"


def readings(dossier: Dossier, run: Run, *, built: frozenset[str] = frozenset()) -> Readings:
    """Return what a diagram says about a compound in one run; ``built`` is shown as new."""
    compound, site = dossier.resolved, dossier.case.site
    transformers = dossier.catalogue.transformers
    failed = (row for row in run.findings if row.status == "fail")
    broken = [row for row in failed if row.check == VOLTAGE_DEVIATION]
    fault_ka = site.short_circuit.ik3_max_ka.tolist()
    return Readings(
        compound=compound,
        run=run,
        cables={row.id: row for row in run.branches},
        nodes={row.id: row for row in run.nodes},
        transformers={row.id: row for row in run.transformers},
        loads=_loads(dossier, run),
        devices=site.protection(),
        transformer_limits=design_limits(compound, dossier.policy),
        vector_groups={row.name: row.vector_group for row in transformers.values()},
        ik3_max_ka=dict(zip(site.network.node_ids, fault_ka, strict=True)),
        planned=planned(dossier),
        built=built,
        low_nodes=frozenset(row.element for row in broken if not row.quantity.endswith(_HIGH)),
        rise_percent={
            row.element: row.value
            for row in broken
            if row.quantity.endswith(_HIGH) and row.value is not None
        },
        given_sources={row.id: row for row in dossier.compound.sources},
        cable_limit_percent=dossier.policy.number("cable.max_loading_percent"),
        max_drop_percent=dossier.policy.number("voltage.max_drop_single_phase_percent"),
        max_three_phase_percent=dossier.policy.number("voltage.max_deviation_three_phase_percent"),
    )


def _loads(dossier: Dossier, run: Run) -> dict[str, Loads]:
    compound = dossier.resolved
    rows = [(row.node, Loads(households=row.count)) for row in compound.households]
    rows += [(row.node, Loads(private_bays=row.count)) for row in compound.private_bays]
    rows += [(row.node, Loads(public_bays=row.count)) for row in compound.public_bays]
    rows += [(row.node, Loads(bikes=row.bikes)) for row in compound.ebikes]
    rows += [(row.node, Loads(common_kw=row.kw)) for row in compound.public_loads]
    n_units = scenario_units(dossier.case, parse_scenario(run.scenario))
    for group, n in zip(dossier.case.site.groups, n_units.tolist(), strict=True):
        if group.kind in _N_OF:
            rows.append((group.node, Loads(**{_N_OF[group.kind]: n})))
    found: dict[str, Loads] = {}
    for node, loads in rows:
        found[node] = found.get(node, NO_LOADS) + loads
    return found
