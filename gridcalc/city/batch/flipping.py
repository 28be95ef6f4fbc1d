"""Whether the verdict of a compound would change within the range of the data it lacks."""

from collections.abc import Sequence

import numpy as np

from gridcalc.city.batch.deciding import fails_per_state
from gridcalc.city.batch.family import Family
from gridcalc.city.batch.few import FewFinding
from gridcalc.city.batch.field import Field
from gridcalc.city.batch.limits_load import load_families
from gridcalc.city.batch.solving import solve
from gridcalc.network.arrays import Bools, Floats, Ints


def could_flip(
    field: Field,
    state: Ints,
    *,
    factors: Floats,
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
    factors
        On the loads of each compound: heavier where it fits, lighter where it does not.
        By kind, shape (n_compounds, n_kinds)
    fits
        Whether each compound fits as it is. Shape (n_compounds,)
    fixed
        Limits that load does not change, of many elements and of few.
    s_today_kva
        Load of each source today. [kVA]
    """
    groups = field.groups
    scale = factors[groups.compound, groups.table.kind]
    solved = solve(field, [state], scale=scale)
    families = tuple(load_families(field, solved, [state], s_today_kva))
    n = field.n_compounds
    fails_of_load = fails_per_state(families, (), n, 1)[:, 0]
    fails_anyway = fails_per_state(*fixed, n, 1)[:, 0]
    changed = (factors != 1.0).any(axis=1)
    return np.asarray(changed & np.where(fits, fails_of_load, ~fails_of_load & ~fails_anyway))
