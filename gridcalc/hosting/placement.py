"""Which bays get a charger first: a random order for each draw, chargers of today ahead."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from gridcalc.demand.charging.streams import generator
from gridcalc.demand.groups import Kind
from gridcalc.demand.phases import build_out
from gridcalc.network.arrays import Bools, Ints
from gridcalc.simulation.units import PRIVATE, PUBLIC, SOCKET, Units


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Placement:
    """Nested orders of build-out: one bay more only adds.

    Attributes
    ----------
    rank
        Position of each private bay in the order of each draw, shape (n_bays, n_draws).
    public_rank
        Position of each public charger; the same for all draws, shape (n_chargers,).
    sockets
        Sockets that are connected, shape (n_sockets, 1).
    n_today, n_public_today
        Private and public chargers there today.
    """

    rank: Ints
    public_rank: Ints
    sockets: Bools
    n_today: int
    n_public_today: int

    @property
    def n_bays(self) -> int:
        """Private bays in all."""
        return int(self.rank.shape[0])

    def connected(self, n: Ints) -> dict[Kind, Bools]:
        """Return what is connected when each draw has its own number of private chargers.

        Public chargers go in step, rounded up. ``n`` has shape (n_draws,).
        """
        n_public = len(self.public_rank)
        step = np.ceil(n / max(self.n_bays, 1) * n_public - 1e-9).astype(np.int64)
        step = np.where(n <= self.n_today, self.n_public_today, step)
        return {
            PRIVATE: self.rank < n[None, :],
            PUBLIC: self.public_rank[:, None] < np.maximum(step, self.n_public_today)[None, :],
            SOCKET: self.sockets,
        }


def random_placement(
    units: Mapping[Kind, Units],
    *,
    today: Ints,
    scenario: Ints,
    total: Ints,
    seed: int,
    compound_id: str,
    n_draws: int,
) -> Placement:
    """Return a random order of build-out for every draw.

    Parameters
    ----------
    units
        All units.
    today, scenario, total
        Units of each load group there today, in the scenario whose sockets are connected, and in
        all, shape (n_groups,).
    seed, compound_id
        Key of the random stream.
    n_draws
        Number of orders.
    """
    private, public, sockets = units[PRIVATE], units[PUBLIC], units[SOCKET]
    there = private.rank < today[private.group]
    priority = generator(seed, compound_id, "placement", 0).random((private.n, n_draws))
    order = np.argsort(priority - there[:, None], axis=0, kind="stable")
    rank = np.empty_like(order)
    np.put_along_axis(rank, order, np.arange(private.n)[:, None], axis=0)
    groups = np.unique(public.group)
    return Placement(
        rank=rank,
        public_rank=_build_out_rank(public, groups, today, total),
        sockets=sockets.first(scenario),
        n_today=int(there.sum()),
        n_public_today=int(today[groups].sum()),
    )


def _build_out_rank(public: Units, groups: Ints, today: Ints, total: Ints) -> Ints:
    """Return the position of each public charger in the order of build-out."""
    rank = np.zeros(public.n, dtype=np.int64)
    before = np.zeros(len(groups), dtype=np.int64)
    for n in range(1, public.n + 1):
        after = before
        if n > int(today[groups].sum()):
            after = build_out(today[groups], total[groups], n)
        elif n == int(today[groups].sum()):
            after = today[groups].copy()
        for g in np.flatnonzero(after > before):
            new = (public.group == groups[g]) & (public.rank >= before[g])
            rank[new & (public.rank < after[g])] = n - 1
        before = after
    return rank
