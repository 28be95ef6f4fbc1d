"""Results per transformer, cable and node, each taken from the level that judges it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from gridcalc.network.arrays import Network, PhaseLoads
from gridcalc.powerflow.flows import Flows
from gridcalc.powerflow.solution import Solution
from gridcalc.units import N_PHASES, PERCENT

_EQUAL = 3
"""Decimals of a loading in percent beyond which phases count as equal."""

Triple = tuple[float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LevelResult:
    """One solved level."""

    level: str
    loads: PhaseLoads
    solution: Solution
    flows: Flows


@dataclass(frozen=True, slots=True, kw_only=True)
class TransformerResult:
    """A transformer; loading is load at the LV terminals over rated power.

    Attributes
    ----------
    above_80_percent_h
        Hours of a day above the heavy-load threshold; ``None`` without a clock. [h]
    loading_low_percent, loading_high_percent
        95 % interval of the loading from the number of simulated days; ``None`` without days,
        and no upper end where the days are too few for one.
    peak_time
        Clock time of the peak on the day that is reported; empty without a clock.
    parts_kw
        What each kind of load contributes to the peak. [kW]
    """

    id: str
    sn_kva: float
    s_peak_kva: float
    p_peak_kw: float
    loading_percent: float
    loading_phase_percent: Triple
    above_80_percent_h: float | None
    level: str
    loading_low_percent: float | None = None
    loading_high_percent: float | None = None
    peak_time: str = ""
    parts_kw: Mapping[str, float] = field(default_factory=dict)

    @property
    def worst_phase(self) -> tuple[str, float]:
        """Letter and loading of the heaviest phase; the first of those that are equal. [%]."""
        rounded = [round(value, _EQUAL) for value in self.loading_phase_percent]
        return "abc"[rounded.index(max(rounded))], max(self.loading_phase_percent)


@dataclass(frozen=True, slots=True, kw_only=True)
class BranchResult:
    """A cable at the level that judges it; currents of all parallel cables together."""

    id: str
    from_id: str
    to_id: str
    type: str
    length_m: float
    vn_kv: float
    i_max_a: float
    i_phase_a: Triple
    i_neutral_a: float
    ampacity_a: float
    loading_percent: float
    level: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeResult:
    """Voltages of a node at feeder level, in pu of 10 kV or of 380/220 V."""

    id: str
    vn_kv: float
    vm_min_pu: float
    vm_phase_pu: Triple
    vm_line_min_pu: float
    unbalance_percent: float
    level: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MvResult:
    """The 10 kV side at station level."""

    s_peak_kva: float
    p_peak_kw: float
    p_loss_kw: float
    s_source_kva: Mapping[str, float]


def triple(values: Iterable[float]) -> Triple:
    """Return three values as plain numbers."""
    a, b, c = (float(value) for value in values)
    return a, b, c


def transformer_results(network: Network, station: LevelResult) -> tuple[TransformerResult, ...]:
    """Return one row per transformer, sorted by id."""
    trafos = network.transformers
    rows = []
    for k, name in enumerate(trafos.ids):
        s_phase = station.flows.s_lv_phase_kva[k]
        sn_kva = float(trafos.sn_kva[k])
        s_peak = float(np.abs(s_phase.sum()))
        rows.append(
            TransformerResult(
                id=name,
                sn_kva=sn_kva,
                s_peak_kva=s_peak,
                p_peak_kw=float(s_phase.sum().real),
                loading_percent=PERCENT * s_peak / sn_kva,
                loading_phase_percent=triple(PERCENT * np.abs(s_phase) * N_PHASES / sn_kva),
                above_80_percent_h=None,
                level=station.level,
            )
        )
    return tuple(rows)


def branch_results(
    network: Network, solved: Mapping[str, LevelResult], level_of_cable: Mapping[str, str]
) -> tuple[BranchResult, ...]:
    """Return one row per closed cable whose level was solved, sorted by id."""
    cables = network.cables
    rows = []
    for k, name in enumerate(cables.ids):
        result = solved.get(level_of_cable[name])
        if result is None or cables.is_open[k]:
            continue
        i_phase = result.flows.i_phase_a[k]
        ampacity = float(cables.ampacity_a[k])
        i_max = float(i_phase.max())
        rows.append(
            BranchResult(
                id=name,
                from_id=network.node_ids[cables.from_node[k]],
                to_id=network.node_ids[cables.to_node[k]],
                type=cables.types[k],
                length_m=float(cables.length_m[k]),
                vn_kv=float(network.vn_kv[cables.from_node[k]]),
                i_max_a=i_max,
                i_phase_a=triple(i_phase),
                i_neutral_a=float(result.flows.i_neutral_a[k]),
                ampacity_a=ampacity,
                loading_percent=PERCENT * i_max / ampacity,
                level=result.level,
            )
        )
    return tuple(sorted(rows, key=lambda row: row.id))


def node_results(network: Network, feeder: LevelResult) -> tuple[NodeResult, ...]:
    """Return one row per node, sorted by id."""
    vm = feeder.solution.vm_pu
    vm_line = feeder.solution.vm_line_pu
    unbalance = feeder.solution.unbalance_percent
    rows = [
        NodeResult(
            id=name,
            vn_kv=float(network.vn_kv[i]),
            vm_min_pu=float(vm[i].min()),
            vm_phase_pu=triple(vm[i]),
            vm_line_min_pu=float(vm_line[i].min()),
            unbalance_percent=float(unbalance[i]),
            level=feeder.level,
        )
        for i, name in enumerate(network.node_ids)
    ]
    return tuple(sorted(rows, key=lambda row: row.id))


def mv_result(network: Network, station: LevelResult) -> MvResult:
    """Return the totals of the 10 kV side."""
    s = station.flows.s_source_kva
    names = network.sources.ids
    return MvResult(
        s_peak_kva=float(np.abs(s.sum())),
        p_peak_kw=float(s.sum().real),
        p_loss_kw=station.flows.p_loss_kw,
        s_source_kva={name: float(np.abs(s[k])) for k, name in enumerate(names)},
    )
