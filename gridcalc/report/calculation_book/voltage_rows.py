"""Voltage drop by hand along LV feeders: segments, what flows through them, and which are shown."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from gridcalc.checks.case import loads_at, scenario_units
from gridcalc.demand.levels import FEEDER
from gridcalc.demand.scenario import parse_scenario
from gridcalc.dossier import Dossier
from gridcalc.outcome import Run
from gridcalc.powerflow.elements import NodeResult
from gridcalc.powerflow.impedance import transformer_ohm
from gridcalc.units import M_PER_KM, PERCENT, VN_LV_KV, VN_MV_KV

_MOST_NODES = 60
"""Up to so many LV nodes all are shown, else the worst path of every feeder."""
_PER_KV2 = 10.0
"""ΔU in percent of kV² where P is in kW and R in ohm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """An LV cable with what flows through it at feeder level.

    Attributes
    ----------
    node, before
        Its ends; the drop is summed from the LV board.
    length_m, parallel, r_ohm_per_km, x_ohm_per_km
        Of the cable, at the conductor temperature of the power flow.
    p_kw, q_kvar
        Of everything behind it.
    drop_percent, drop_sum_percent
        Of this cable, and from the LV board on. [% of 380 V]
    flow
        The power flow at its far end; ``None`` without a solution.
    """

    transformer: str
    feeder: str
    node: str
    before: str
    cable: str
    type: str
    length_m: float
    parallel: int
    r_ohm_per_km: float
    x_ohm_per_km: float
    p_kw: float
    q_kvar: float
    drop_percent: float
    drop_sum_percent: float
    flow: NodeResult | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """The LV board of a transformer.

    Attributes
    ----------
    mv_percent
        Deviation at its 10 kV terminals by power flow, mean of the phases. [%]
    ratio
        LV voltage without load in pu of 380 V at nominal voltage on the 10 kV side. [-]
    r_ohm, x_ohm
        Of the transformer, LV side.
    p_kw, q_kvar
        Its load at feeder level, compensation counted.
    """

    transformer: str
    mv_percent: float | None
    vn_hv_kv: float
    vn_lv_kv: float
    ratio_tap: float
    r_ohm: float
    x_ohm: float
    p_kw: float
    q_kvar: float
    flow: NodeResult | None

    @property
    def no_load_percent(self) -> float:
        """Deviation of the LV side without load. [%]."""
        mv_pu = 1 + (self.mv_percent or 0.0) / PERCENT
        ratio = VN_MV_KV / self.vn_hv_kv * self.vn_lv_kv / VN_LV_KV / self.ratio_tap
        return PERCENT * (mv_pu * ratio - 1)

    @property
    def drop_percent(self) -> float:
        """Drop in the transformer. [% of 380 V]."""
        return drop_percent(self.p_kw, self.q_kvar, self.r_ohm, self.x_ohm)


@dataclass(frozen=True, slots=True, kw_only=True)
class VoltageRows:
    """What the sheet of voltages shows; ``is_whole`` where no node is left out."""

    scenario: str
    boards: tuple[Board, ...]
    segments: tuple[Segment, ...]
    is_whole: bool


def drop_percent(p_kw: float, q_kvar: float, r_ohm: float, x_ohm: float) -> float:
    """Return the drop of a balanced load at 380 V. [%].

    Examples
    --------
    >>> round(drop_percent(100.0, 20.0, 0.02, 0.01), 3)
    1.524
    """
    return (p_kw * r_ohm + q_kvar * x_ohm) / (_PER_KV2 * VN_LV_KV**2)


def _deciding_factor_run(dossier: Dossier) -> Run | None:
    """Return the run by factor of the deciding scenario; ``None`` where none was asked for."""
    scenario = dossier.deciding_run.scenario
    runs = (run for run in dossier.study.runs if run.days is None and run.scenario == scenario)
    return next(runs, None)


def voltage_rows(dossier: Dossier) -> VoltageRows:
    """Return the drop by hand at feeder level in the deciding scenario."""
    case, run = dossier.case, _deciding_factor_run(dossier)
    scenario = dossier.deciding_run.scenario
    loads = loads_at(case, scenario_units(case, parse_scenario(scenario)), FEEDER)
    p_kw, q_kvar = loads.p_kw.sum(axis=1), loads.q_kvar.sum(axis=1)
    index = case.site.network.node_index()
    flows = {row.id: row for row in run.nodes} if run else {}
    behind: dict[str, tuple[float, float]] = {}
    for place in case.site.topology.places:
        k = index[place.id]
        for name in (f"T {place.transformer}", *place.path):
            p, q = behind.get(name, (0.0, 0.0))
            behind[name] = p + float(p_kw[k]), q + float(q_kvar[k])
    segments = _segments(dossier, behind, flows)
    shown = segments if len(segments) <= _MOST_NODES else _worst_paths(segments)
    return VoltageRows(
        scenario=scenario,
        boards=tuple(_boards(dossier, behind, flows)),
        segments=tuple(shown),
        is_whole=len(shown) == len(segments),
    )


def _boards(
    dossier: Dossier,
    behind: Mapping[str, tuple[float, float]],
    flows: Mapping[str, NodeResult],
) -> Iterable[Board]:
    network = dossier.case.site.network
    trafos = network.transformers
    z_ohm = transformer_ohm(trafos)
    for k, unit in enumerate(trafos.ids):
        high = flows.get(network.node_ids[trafos.hv_node[k]])
        p_kw, q_kvar = behind.get(f"T {unit}", (0.0, 0.0))
        yield Board(
            transformer=unit,
            mv_percent=_mean_percent(high) if high else None,
            vn_hv_kv=float(trafos.vn_hv_kv[k]),
            vn_lv_kv=float(trafos.vn_lv_kv[k]),
            ratio_tap=float(trafos.ratio_tap[k]),
            r_ohm=float(z_ohm[k].real),
            x_ohm=float(z_ohm[k].imag),
            p_kw=p_kw,
            q_kvar=q_kvar,
            flow=flows.get(network.node_ids[trafos.lv_node[k]]),
        )


def _mean_percent(row: NodeResult) -> float:
    return PERCENT * (sum(row.vm_phase_pu) / len(row.vm_phase_pu) - 1)


def _segments(
    dossier: Dossier,
    behind: Mapping[str, tuple[float, float]],
    flows: Mapping[str, NodeResult],
) -> list[Segment]:
    network = dossier.case.site.network
    cables = network.cables
    position = {name: k for k, name in enumerate(cables.ids)}
    sums: dict[str, float] = {}
    found = []
    for place in dossier.case.site.topology.places:
        if not place.path:
            continue
        k = position[place.path[-1]]
        km = float(cables.length_m[k]) / M_PER_KM / int(cables.parallel[k])
        p_kw, q_kvar = behind[place.path[-1]]
        r, x = float(cables.r1_ohm_per_km[k]), float(cables.x1_ohm_per_km[k])
        drop = drop_percent(p_kw, q_kvar, r * km, x * km)
        before = network.node_ids[cables.from_node[k]]
        sums[place.id] = sums.get(before, 0.0) + drop
        found.append(
            Segment(
                transformer=place.transformer,
                feeder=place.feeder,
                node=place.id,
                before=before,
                cable=place.path[-1],
                type=cables.types[k],
                length_m=float(cables.length_m[k]),
                parallel=int(cables.parallel[k]),
                r_ohm_per_km=r,
                x_ohm_per_km=x,
                p_kw=p_kw,
                q_kvar=q_kvar,
                drop_percent=drop,
                drop_sum_percent=sums[place.id],
                flow=flows.get(place.id),
            )
        )
    return found


def _worst_paths(segments: Sequence[Segment]) -> list[Segment]:
    """Return the cables to the lowest voltage of each feeder, in the order they stand."""
    by_node = {row.node: row for row in segments}
    worst: dict[str, Segment] = {}
    for row in segments:
        last = worst.get(row.feeder)
        if last is None or _depth_of_drop(row) > _depth_of_drop(last):
            worst[row.feeder] = row
    kept = set()
    for row in worst.values():
        node: Segment | None = row
        while node is not None:
            kept.add(node.node)
            node = by_node.get(node.before)
    return [row for row in segments if row.node in kept]


def _depth_of_drop(row: Segment) -> float:
    """Return how far the voltage falls: by power flow, else by hand. [%]."""
    if row.flow is None:
        return row.drop_sum_percent
    return PERCENT * (1 - row.flow.vm_min_pu)
