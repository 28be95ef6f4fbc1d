"""Options no plan needs: another at the same place costs no more and helps as much everywhere."""

from collections.abc import Mapping, Sequence

import numpy as np

from gridcalc.network.arrays import Floats
from gridcalc.upgrade.search.pattern_rows import Row
from gridcalc.upgrade.search.space import Var


def undominated(
    options: Mapping[str, Sequence[Var]], cost: Mapping[Var, float], rows: Sequence[Row]
) -> set[Var]:
    """Return the options of which none is dominated by another one that is returned.

    A place takes exactly one of its options. Where one costs no more than another and weighs no
    less in any row, a plan stays possible and gets no dearer when it takes the one for the
    other; so the cheapest plan needs only one of them.

    Parameters
    ----------
    options
        The options by place, without those that may not be taken.
    cost
        Of each option.
    rows
        What a plan obeys besides taking one option at each place.
    """
    weights: dict[Var, dict[int, float]] = {}
    for k, row in enumerate(rows):
        for var, weight in row.weights.items():
            weights.setdefault(var, {})[k] = weight
    return {var for mine in options.values() for var in _kept(mine, cost, weights)}


def _kept(
    options: Sequence[Var], cost: Mapping[Var, float], weights: Mapping[Var, Mapping[int, float]]
) -> list[Var]:
    ranked = sorted(options, key=lambda var: (cost[var], var))
    if len(ranked) == 1:
        return ranked
    known = [weights.get(var, {}) for var in ranked]
    columns = {k: column for column, k in enumerate(sorted({k for row in known for k in row}))}
    table: Floats = np.zeros((len(ranked), len(columns)))
    for i, row in enumerate(known):
        for k, weight in row.items():
            table[i, columns[k]] = weight
    kept: list[int] = []
    for i in range(len(ranked)):
        if not (table[kept] >= table[i]).all(axis=1).any():
            kept.append(i)
    return [ranked[i] for i in kept]
