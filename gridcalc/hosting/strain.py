"""How far each limit is used on each draw: one column for a limit at an element."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from gridcalc.checks.case import Case
from gridcalc.checks.facts import Site
from gridcalc.checks.finding import WORST_UTILISATION
from gridcalc.checks.protection import OVERLOAD, below_rating
from gridcalc.checks.transformer import loading_rules
from gridcalc.demand.charging.service import Service
from gridcalc.demand.groups import Kind
from gridcalc.hosting.records import Limit
from gridcalc.network.arrays import Bools, Floats
from gridcalc.powerflow.days import DayResults, Reals
from gridcalc.simulation.days import SimulatedDays
from gridcalc.simulation.units import FREE_KINDS, Units
from gridcalc.standards.third_harmonic import (
    loading_factor,
    neutral_current_a,
    neutral_harmonic_derating,
)
from gridcalc.units import N_PHASES, PERCENT, VN_MV_KV

_UNSOLVED = 1e6
_SMALLEST_SHARE = 1e-6
_TOLERANCE = 1e-6
"""Single precision of the results: a limit met exactly is not broken."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Strain:
    """Use of every limit on every draw.

    ``use`` is value over limit in the sense of each check, above 1 a violation, shape
    (n_draws, n_limits); ``limits`` names the columns. ``solved`` are the draws with a solution,
    shape (n_draws,); the last column is theirs alone.
    """

    limits: tuple[Limit, ...]
    use: Floats
    solved: Bools

    def broken(self, today: "Strain", allowed: Bools, same_share: float) -> Bools:
        """Return which limits each draw breaks beyond what it breaks today.

        ``allowed`` marks limits that do not count, shape (n_limits,); a violation of today
        counts from ``same_share`` above its own size on. A draw without a solution breaks
        nothing but that, whatever today is like: its other figures mean nothing.
        """
        beyond = (self.use > 1 + _TOLERANCE) & (self.use > today.use * (1 + same_share))
        beyond &= (self.solved & today.solved)[:, None] & ~allowed
        beyond[:, -1] = ~self.solved
        return np.asarray(beyond)


def strain(
    case: Case, units: Mapping[Kind, Units], done: SimulatedDays, *, s_today_kva: Floats
) -> Strain:
    """Return the use of every limit that load can reach; the limits do not depend on ``done``.

    Parameters
    ----------
    case, units
        The compound, and its single bays, chargers and sockets.
    done
        The simulated draws: what was connected, extremes, and service.
    s_today_kva
        What each source supplies on the same draw today, zero for a new compound.
        [kVA], shape (n_draws, n_sources)
    """
    site, results = case.site, done.results
    three_phase = _three_phase(site, units, done)
    columns = [*_transformers(site, results), *_cables(site, results)]
    columns += [*_voltages(site, three_phase, results), *_sources(site, results, s_today_kva)]
    columns += _service(site, len(results.solved), done.service)
    solved = results.solved.all(axis=1)
    unsolved = np.where(solved, 0.0, _UNSOLVED)
    columns.append((Limit(check="voltage.deviation", element="compound", quantity=""), unsolved))
    return Strain(
        limits=tuple(limit for limit, _ in columns),
        use=np.column_stack([use for _, use in columns]).astype(np.float64),
        solved=np.asarray(solved),
    )


Column = tuple[Limit, Reals]


def _transformers(site: Site, results: DayResults) -> Iterator[Column]:
    trafos, policy = site.network.transformers, site.policy
    rules = loading_rules(site.compound)
    s_kva = results.s_trafo_kva.max(axis=1)
    phase_kva = results.s_trafo_phase_max_kva.max(axis=2) * N_PHASES
    phase_limit = policy.number("transformer.max_phase_loading_percent") / PERCENT
    devices = site.protection()
    for k, name in enumerate(trafos.ids):
        limit_kva = policy.number(rules[name]) / PERCENT * trafos.sn_kva[k]
        yield _limit("transformer.loading", name), s_kva[:, k] / limit_kva
        phase = phase_kva[:, k] / (phase_limit * trafos.sn_kva[k])
        yield _limit("transformer.loading", name, "phase"), phase
        device = devices.get(name)
        rated_a = below_rating(device, float(trafos.sn_kva[k]))
        if device is not None and rated_a is not None:
            share = rated_a / float(trafos.sn_kva[k]) / device.in_a
            yield _limit(OVERLOAD, name, "protective_device"), phase_kva[:, k] * share


def _cables(site: Site, results: DayResults) -> Iterator[Column]:
    cables, policy = site.network.cables, site.policy
    limit = policy.number("cable.max_loading_percent") / PERCENT
    share = policy.number("cable.third_harmonic_percent")
    harmonic = neutral_current_a(1.0, h3_share_percent=share)
    factor = neutral_harmonic_derating(share).factor
    devices = site.protection()
    for k, name in enumerate(cables.ids):
        if cables.is_open[k]:
            continue
        i_max = results.i_max_a[:, k].max(axis=1)
        is_lv = site.network.vn_kv[cables.from_node[k]] < VN_MV_KV
        i_limit = limit * cables.ampacity_a[k]
        fuller = loading_factor(share) if is_lv else 1.0
        yield _limit("cable.loading", name), i_max * fuller / i_limit
        if name in devices:
            yield _limit("cable.loading", name, "protective_device"), i_max / devices[name].in_a
        if is_lv:
            third = harmonic * results.i_max_a[:, k].mean(axis=1)
            neutral = np.hypot(results.i_neutral_max_a[:, k], third)
            yield _limit("cable.loading", name, "neutral"), neutral / factor / i_limit


def _three_phase(site: Site, units: Mapping[Kind, Units], done: SimulatedDays) -> Bools:
    """Return which draws have a three-phase load at a node, shape (n_draws, n_nodes)."""
    found = np.zeros((site.network.n_nodes, len(done.results.solved)), dtype=bool)
    index = site.network.node_index()
    base = {group.node for group in site.groups if group.balanced and group.kind not in units}
    found[[index[node] for node in sorted(base)]] = True
    for kind in FREE_KINDS:
        mine = units[kind]
        node = mine.row_node[mine.row[mine.thirds]]
        np.logical_or.at(found, node, done.case.connected[kind][mine.thirds])
    return found.T


def _voltages(site: Site, three_phase: Bools, results: DayResults) -> Iterator[Column]:
    policy, network = site.policy, site.network
    possible = {group.node for group in site.groups if group.balanced}
    drop = policy.number("voltage.max_drop_single_phase_percent") / PERCENT
    line_drop = policy.number("voltage.max_deviation_three_phase_percent") / PERCENT
    mv_drop = policy.number("voltage.max_deviation_mv_percent") / PERCENT
    unbalance = policy.number("voltage.max_unbalance_percent")
    for i, name in enumerate(network.node_ids):
        line = 1.0 - results.vm_line_min_pu[:, i]
        if network.vn_kv[i] >= VN_MV_KV:
            yield _limit("voltage.deviation", name, "mv_min"), line / mv_drop
        else:
            phase = 1.0 - results.vm_min_pu[:, i].min(axis=1)
            yield _limit("voltage.deviation", name, "phase_min"), phase / drop
            if name in possible:
                use = np.where(three_phase[:, i], line / line_drop, 0.0)
                yield _limit("voltage.deviation", name, "line_min"), use
        use = results.unbalance_max_percent[:, i] / unbalance
        yield _limit("voltage.unbalance", name), use


def _sources(site: Site, results: DayResults, s_today_kva: Floats) -> Iterator[Column]:
    """Yield what each source must supply on top of the same draw of today, where it is known."""
    position = {name: k for k, name in enumerate(site.network.sources.ids)}
    for source in sorted(site.compound.sources, key=lambda row: row.id):
        if source.open_capacity_kva is not None:
            k = position[source.id]
            added_kva = np.maximum(results.s_source_max_kva[:, k] - s_today_kva[:, k], 0.0)
            capacity_kva = max(source.open_capacity_kva, _SMALLEST_SHARE)
            yield _limit("mv.open_capacity", source.id), added_kva / capacity_kva


def _service(site: Site, n_draws: int, service: Service | None) -> Iterator[Column]:
    for quantity, rule in (
        ("energy_delivered", "orderly.min_energy_delivered_percent"),
        ("sessions_served", "orderly.min_sessions_served_percent"),
    ):
        if service is None:
            use = np.zeros(n_draws)
        else:
            share = service.energy_share if quantity == "energy_delivered" else service.full_share
            wanted = site.policy.number(rule) / PERCENT
            given = np.maximum(share, _SMALLEST_SHARE)
            use = np.where(share > 0, wanted / given, WORST_UTILISATION)
        yield _limit("charging.service", "compound", quantity), use


def _limit(check: str, element: str, quantity: str = "") -> Limit:
    return Limit(check=check, element=element, quantity=quantity)
