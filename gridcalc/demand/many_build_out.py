"""In which order the units of a kind are added, in many compounds at once."""

from dataclasses import dataclass

import numpy as np

from gridcalc.demand.diversity import Bools, Ints
from gridcalc.demand.many import ManyGroups, turn
from gridcalc.demand.phases import GOLDEN


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BuildOut:
    """In which order the units of one kind are added in each compound.

    Attributes
    ----------
    sequence
        Group of each unit that is not there today, compound by compound.
    first
        First entry of each compound in the sequence, and its length at the end.
    n_today, n_total
        Units of the kind per compound, today and in all. Shape (n_compounds,)
    rows
        Groups of the kind.
    """

    sequence: Ints
    first: Ints
    n_today: Ints
    n_total: Ints
    rows: Bools

    def of(self, compounds: Ints, groups: Bools) -> "BuildOut":
        """Return the order in some compounds, ascending, given which groups are theirs."""
        kept = groups[self.sequence]
        number = np.cumsum(groups) - 1
        n_of = np.diff(self.first)[compounds]
        return BuildOut(
            sequence=number[self.sequence[kept]],
            first=np.concatenate([[0], np.cumsum(n_of)]).astype(np.int64),
            n_today=self.n_today[compounds],
            n_total=self.n_total[compounds],
            rows=self.rows[groups],
        )


def build_out_of(groups: ManyGroups, kind: str) -> BuildOut:
    """Return the order of ``phases.build_out`` for one kind in every compound."""
    rows = groups.is_kind(kind)
    at = np.flatnonzero(rows)
    compound, today = groups.compound[at], groups.today[at]
    total = groups.n_total[at]
    position = turn(compound)
    entry = np.repeat(np.arange(len(at)), total - today)
    rank = turn(entry) + today[entry]
    priority = (rank + 0.5) / total[entry]
    spread = np.mod(position[entry] * GOLDEN, 1.0)
    order = np.lexsort((spread, priority, compound[entry]))
    n = groups.n_compounds
    counts = np.bincount(compound[entry], minlength=n)
    return BuildOut(
        sequence=at[entry[order]],
        first=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        n_today=np.bincount(compound, weights=today, minlength=n).astype(np.int64),
        n_total=np.bincount(compound, weights=total, minlength=n).astype(np.int64),
        rows=rows,
    )


def built_out(groups: ManyGroups, order: BuildOut, n_wanted: Ints) -> Ints:
    """Return the units of every group when each compound has some number of units of a kind.

    Parameters
    ----------
    groups
        Of the compounds.
    order
        Of the kind.
    n_wanted
        Units per compound; never fewer than today's. Shape (n_compounds,)
    """
    n_more = np.clip(n_wanted - order.n_today, 0, order.n_total - order.n_today)
    n_of = np.diff(order.first)
    place = np.arange(len(order.sequence)) - np.repeat(order.first[:-1], n_of)
    chosen = order.sequence[place < np.repeat(n_more, n_of)]
    return np.asarray(groups.today + np.bincount(chosen, minlength=len(groups.today)))
