"""Random radial networks with loads, written down as arrays without the compound file.

Impedances, losses and lengths are drawn from ranges around real equipment; nothing here is a
catalogue value and no expected number comes from here. The same seed gives the same network.
"""

from dataclasses import dataclass, field, replace

import numpy as np

from gridcalc.network.arrays import Cables, Network, PhaseLoads, Sources, Transformers

STIFF_MVA = 1e9
"""A source this strong holds the negative sequence at zero like the positive one."""

BOX_PHASE_KW = 50.0
"""The most on one phase of a box: about 230 A; more would have no solution behind thin cables."""


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """A network, its loads and the voltage of its sources."""

    network: Network
    loads: PhaseLoads
    source_vm_pu: np.ndarray


@dataclass
class _Draft:
    """Rows collected while a network is drawn."""

    rng: np.random.Generator
    node_ids: list[str] = field(default_factory=list)
    vn_kv: list[float] = field(default_factory=list)
    p_kw: list[np.ndarray] = field(default_factory=list)
    q_kvar: list[np.ndarray] = field(default_factory=list)
    cables: list[dict] = field(default_factory=list)
    trafos: list[dict] = field(default_factory=list)

    def node(self, name: str, vn_kv: float) -> int:
        self.node_ids.append(name)
        self.vn_kv.append(vn_kv)
        self.p_kw.append(np.zeros(3))
        self.q_kvar.append(np.zeros(3))
        return len(self.node_ids) - 1

    def mv_cable(self, start: int, end: int, *, is_open: bool = False) -> None:
        r1 = float(self.rng.choice([0.0961, 0.1581, 0.2461, 0.4103]))
        x1 = float(self.rng.uniform(0.085, 0.12))
        self.cables.append(
            {
                "start": start,
                "end": end,
                "length_m": float(self.rng.uniform(50, 1500)),
                "parallel": 1,
                "r1": r1,
                "x1": x1,
                "r0": 4 * r1,
                "x0": 4 * x1,
                "r20": r1 / 1.275,
                "c": float(self.rng.uniform(150, 400)),
                "is_open": is_open,
            }
        )

    def lv_cable(self, start: int, end: int, *, r1: float, length_m: float, parallel: int) -> None:
        x1 = float(self.rng.uniform(0.075, 0.082))
        pen = float(self.rng.choice([1.0, 2.0]))  # full or half PEN section
        self.cables.append(
            {
                "start": start,
                "end": end,
                "length_m": length_m,
                "parallel": parallel,
                "r1": r1,
                "x1": x1,
                "r0": r1 * (1 + 3 * pen),
                "x0": x1 * (1 + 3 * pen),
                "r20": r1 / 1.275,
                "c": 0.0,
                "is_open": False,
            }
        )


def random_network(
    seed: int,
    *,
    n_sources: int = 1,
    n_trafos: int | None = None,
    iron: bool = True,
    s_sc_mva: float = STIFF_MVA,
    loading: float = 0.7,
    single_phase_share: float = 0.3,
) -> Drawn:
    """Return a network of 1–4 transformers on a 10 kV chain with one open ring cable.

    Parameters
    ----------
    seed
        Of everything drawn.
    n_sources
        One or two; the second feeds the chain's far half over the open cable.
    n_trafos
        Drawn from 1 to 4 where not given.
    iron
        Whether the transformers have no-load losses.
    s_sc_mva
        Short-circuit power of the sources. [MVA]
    loading
        Load of each transformer over its rated power. [-]
    single_phase_share
        Share of boxes whose whole load sits on one phase. [-]
    """
    rng = np.random.default_rng(seed)
    n_trafos = n_trafos or int(rng.integers(1, 5))
    draft = _Draft(rng)
    starts = [draft.node(f"S{k}", 10.0) for k in range(n_sources)]
    last = list(starts)
    for k in range(n_trafos):
        side = k % n_sources
        bus = draft.node(f"R{k}", 10.0)
        draft.mv_cable(last[side], bus)
        last[side] = bus
        _transformer(draft, k, bus, loading=loading, single_phase_share=single_phase_share)
    draft.mv_cable(last[-1], starts[0] if last[0] == last[-1] else last[0], is_open=True)
    network = _network(draft, starts, iron=iron, s_sc_mva=s_sc_mva)
    loads = PhaseLoads(p_kw=np.array(draft.p_kw), q_kvar=np.array(draft.q_kvar))
    vm = np.round(rng.uniform(0.97, 1.05, n_sources), 3)
    return Drawn(network=network, loads=loads, source_vm_pu=vm)


def _transformer(
    draft: _Draft, k: int, bus: int, *, loading: float, single_phase_share: float
) -> None:
    rng = draft.rng
    board = draft.node(f"T{k}.LV", 0.38)
    sn_kva = float(rng.choice([400.0, 630.0, 800.0, 1000.0]))
    draft.trafos.append(
        {
            "hv": bus,
            "lv": board,
            "sn": sn_kva,
            "vk": float(rng.uniform(4, 6)),
            "vkr": float(rng.uniform(0.6, 1.1)),
            "p0": sn_kva * float(rng.uniform(0.0008, 0.0015)),
            "i0": float(rng.uniform(0.4, 1.0)),
            "tap": int(rng.integers(-2, 3)),
        }
    )
    boxes = []
    for f in range(int(rng.integers(1, 4))):
        branch = draft.node(f"T{k}F{f}", 0.38)
        parallel = int(rng.integers(1, 3))
        r1 = float(rng.choice([0.0961, 0.1603]))
        draft.lv_cable(
            board, branch, r1=r1, length_m=float(rng.uniform(30, 120)), parallel=parallel
        )
        for b in range(int(rng.integers(1, 5))):
            box = draft.node(f"T{k}F{f}B{b}", 0.38)
            r1 = float(rng.choice([0.1951, 0.3417, 0.568]))
            draft.lv_cable(branch, box, r1=r1, length_m=float(rng.uniform(10, 40)), parallel=1)
            boxes.append(box)
    for box in boxes:
        share = rng.uniform(0.2, 1.0, 3)
        if rng.random() < single_phase_share:
            share = np.eye(3)[rng.integers(3)]
        p = loading * sn_kva * 0.9 / len(boxes) * share / share.sum()
        p *= min(1.0, BOX_PHASE_KW / p.max())
        draft.p_kw[box] = p
        draft.q_kvar[box] = p * rng.uniform(0.1, 0.6, 3)
    draft.q_kvar[board] = np.full(3, -loading * sn_kva * 0.15 / 3)  # capacitors


def _network(draft: _Draft, starts: list[int], *, iron: bool, s_sc_mva: float) -> Network:
    def cable(key: str, dtype: type = float) -> np.ndarray:
        return np.array([row[key] for row in draft.cables], dtype=dtype)

    def trafo(key: str, dtype: type = float) -> np.ndarray:
        return np.array([row[key] for row in draft.trafos], dtype=dtype)

    n, m, s = len(draft.cables), len(draft.trafos), len(starts)
    keep = 1.0 if iron else 0.0
    return Network(
        node_ids=tuple(draft.node_ids),
        vn_kv=np.array(draft.vn_kv),
        sources=Sources(
            ids=tuple(draft.node_ids[node] for node in starts),
            node=np.array(starts),
            vm_peak_pu=np.ones(s),
            vm_low_load_pu=np.ones(s),
            s_sc_max_mva=np.full(s, s_sc_mva),
            s_sc_min_mva=np.full(s, 0.6 * s_sc_mva),
            r_over_x=np.full(s, 0.1),
        ),
        cables=Cables(
            ids=tuple(f"C{k}" for k in range(n)),
            types=("drawn",) * n,
            from_node=cable("start", int),
            to_node=cable("end", int),
            length_m=cable("length_m"),
            parallel=cable("parallel", int),
            r1_ohm_per_km=cable("r1"),
            x1_ohm_per_km=cable("x1"),
            r0_ohm_per_km=cable("r0"),
            x0_ohm_per_km=cable("x0"),
            r20_ohm_per_km=cable("r20"),
            c_nf_per_km=cable("c"),
            ampacity_a=np.full(n, 300.0),
            is_open=cable("is_open", bool),
        ),
        transformers=Transformers(
            ids=tuple(f"T{k}" for k in range(m)),
            types=("drawn",) * m,
            hv_node=trafo("hv", int),
            lv_node=trafo("lv", int),
            sn_kva=trafo("sn"),
            vn_hv_kv=np.full(m, 10.0),
            vn_lv_kv=np.full(m, 0.4),
            vk_percent=trafo("vk"),
            vkr_percent=trafo("vkr"),
            p0_kw=trafo("p0") * keep,
            i0_percent=trafo("i0") * keep,
            tap=trafo("tap", int),
            tap_step_percent=np.full(m, 2.5),
            compensation_kvar=np.zeros(m),
        ),
    )


def closed(drawn: Drawn) -> Drawn:
    """Return a drawn network with every cable closed: one source then feeds a ring."""
    cables = drawn.network.cables
    cables = replace(cables, is_open=np.zeros_like(cables.is_open))
    return replace(drawn, network=replace(drawn.network, cables=cables))
