"""Whether the verdict of a compound would change within the range of the data it lacks."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gridcalc.city.batch.deciding import fails_per_state
from gridcalc.city.batch.family import Family
from gridcalc.city.batch.few import FewFinding
from gridcalc.city.batch.field import Field
from gridcalc.city.batch.limits_load import load_families
from gridcalc.city.batch.solving import Solved
from gridcalc.network.arrays import Bools, Floats, Ints


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LoadFactors:
    """Factors on the loads by compound and kind. [-], each of shape (n_compounds, n_kinds)."""

    light: Floats
    heavy: Floats


def flipped_kw(field: Field, p_kw: Floats, factors: LoadFactors) -> Floats:
    """Return what load groups draw at the light and then at the heavy end of what is missing.

    Parameters
    ----------
    field
        The compounds.
    p_kw
        What load groups draw in the state, level by level. [kW], shape (n_groups, 3, n_levels)
    factors
        How far missing data may move the loads of each compound.

    Returns
    -------
    array
        [kW], shape (n_groups, 3, 2 * n_levels)
    """
    groups = field.groups
    at = groups.compound, groups.table.kind
    both = [p_kw * one[at][:, None, None] for one in (factors.light, factors.heavy)]
    return np.concatenate(both, axis=2)


def could_flip(
    field: Field,
    state: Ints,
    solved: Solved,
    *,
    factors: LoadFactors,
    fits: Bools,
    fixed: tuple[Sequence[Family], Sequence[FewFinding]],
    s_today_kva: Floats,
) -> Bools:
    """Return which compounds would be judged otherwise; shape (n_compounds,).

    Parameters
    ----------
    field
        The compounds.
    state
        Units of each load group in the scenario that connects the most.
    solved
        That state with the loads of each compound at the end that might flip it: heavier where
        it fits, lighter where it does not.
    factors
        How far missing data may move the loads of each compound.
    fits
        Whether each compound fits as it is. Shape (n_compounds,)
    fixed
        Limits that load does not change, of many elements and of few.
    s_today_kva
        Load of each source today. [kVA]
    """
    families = tuple(load_families(field, solved, [state], s_today_kva))
    n = field.n_compounds
    fails_of_load = fails_per_state(families, (), n, 1)[:, 0]
    fails_anyway = fails_per_state(*fixed, n, 1)[:, 0]
    moved = np.where(fits[:, None], factors.heavy, factors.light)
    changed = (moved != 1.0).any(axis=1)
    return np.asarray(changed & np.where(fits, fails_of_load, ~fails_of_load & ~fails_anyway))
