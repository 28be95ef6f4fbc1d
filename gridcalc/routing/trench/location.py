"""The capacitated location program: sites that are used, points at one site each."""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from gridcalc.routing.trench.integer import Program
from gridcalc.routing.trench.records import Bools, Floats, Ints

_SAVING = 1e-9
_N_SWEEPS = 20
_TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Location:
    """Points, sites and what it costs to supply one from the other.

    Parameters
    ----------
    supply_yuan
        [yuan], shape (n_sites, n_points)
    allowed
        Which site may supply which point. shape (n_sites, n_points)
    load_kva
        Of the points. [kVA], shape (n_points,)
    capacity_kva, fixed_yuan
        Of the sites. [kVA], [yuan], shape (n_sites,)
    n_used
        How many sites are used; None for any number.
    """

    supply_yuan: Floats
    allowed: Bools
    load_kva: Floats
    capacity_kva: Floats
    fixed_yuan: Floats
    n_used: int | None

    @property
    def n_points(self) -> int:
        """Number of points."""
        return len(self.load_kva)

    def together(self, cluster_of: Ints) -> "Location":
        """Return the same with points put together."""
        n = int(cluster_of.max(initial=-1)) + 1
        inside = (cluster_of[:, None] == np.arange(n)).astype(np.float64)
        return Location(
            supply_yuan=np.where(self.allowed, self.supply_yuan, 0.0) @ inside,
            allowed=(~self.allowed).astype(np.float64) @ inside == 0,
            load_kva=self.load_kva @ inside,
            capacity_kva=self.capacity_kva,
            fixed_yuan=self.fixed_yuan,
            n_used=self.n_used,
        )

    def program(self) -> Program:
        """Return the program: which site supplies each point, then which sites are used."""
        site, point = np.nonzero(self.allowed)
        n_pairs, n_sites = len(site), len(self.fixed_yuan)
        pair, used = np.arange(n_pairs), n_pairs + np.arange(n_sites)
        ones, all_sites = np.ones(n_pairs), np.arange(n_sites)
        room = np.maximum(self.capacity_kva * (1 + _TOLERANCE), np.finfo(np.float64).tiny)
        blocks = [
            [(point, pair, ones)],
            [(pair, pair, ones), (pair, used[site], -ones)],
            [
                (site, pair, self.load_kva[point] / room[site]),
                (all_sites, used, -np.ones(n_sites)),
            ],
            [(site, pair, -ones), (all_sites, used, np.ones(n_sites))],
            [(np.zeros(n_sites, dtype=np.int64), used, np.ones(n_sites))],
        ]
        sizes = [self.n_points, n_pairs, n_sites, n_sites, 1]
        starts = np.concatenate([[0], np.cumsum(sizes)])
        parts = [
            (start + rows, columns, values)
            for start, block in zip(starts, blocks, strict=False)
            for rows, columns, values in block
        ]
        rows, columns, values = (np.concatenate(part) for part in zip(*parts, strict=True))
        low = np.full(starts[-1], -np.inf)
        high = np.zeros(starts[-1])
        low[: self.n_points] = high[: self.n_points] = 1.0
        high[-1] = n_sites
        if self.n_used is not None:
            low[-1] = high[-1] = self.n_used
        return Program(
            cost=np.concatenate([self.supply_yuan[site, point], self.fixed_yuan]),
            a=csr_array((values, (rows, columns)), shape=(starts[-1], n_pairs + n_sites)),
            low=low,
            high=high,
            whole=np.ones(n_pairs + n_sites, dtype=bool),
        )

    def sites_of(self, x: Floats) -> Ints:
        """Return the site of each point in a solution."""
        site, point = np.nonzero(self.allowed)
        taken = x[: len(site)] > 1 / 2
        found = np.empty(self.n_points, dtype=np.int64)
        found[point[taken]] = site[taken]
        return found

    def cost_yuan(self, site_of: Ints) -> float:
        """Return what sites and supply cost. [yuan]."""
        supply = self.supply_yuan[site_of, np.arange(self.n_points)]
        return float(supply.sum() + self.fixed_yuan[np.unique(site_of)].sum())

    def improved(self, site_of: Ints) -> Ints:
        """Return the sites of points after single ones have moved between sites in use."""
        found = site_of.copy()
        room = self.capacity_kva * (1 + _TOLERANCE)
        for _ in range(_N_SWEEPS):
            moved = False
            for point in range(self.n_points):
                load = np.bincount(found, weights=self.load_kva, minlength=len(room))
                n_at = np.bincount(found, minlength=len(room))
                now = found[point]
                if self.n_used is not None and n_at[now] == 1:
                    continue
                fits = self.allowed[:, point] & (load + self.load_kva[point] <= room) & (n_at > 0)
                fits[now] = True
                cost = np.where(fits, self.supply_yuan[:, point], np.inf)
                best = int(np.argmin(cost))
                if cost[best] < cost[now] * (1 - _SAVING):
                    found[point], moved = best, True
            if not moved:
                break
        return found
