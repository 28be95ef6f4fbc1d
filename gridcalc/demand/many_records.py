"""What the compiled count rule reads and fills: groups, sets, counts, and room to count in."""

from typing import NamedTuple

import numpy as np

from gridcalc.demand.diversity import Bools, Floats, Ints
from gridcalc.demand.groups import KINDS


class Rows(NamedTuple):
    """Load groups; ``weight_kw`` is what one unit draws before diversity. Shape (n_groups,)."""

    kind: Ints
    p_unit_kw: Floats
    weight_kw: Floats
    tan_phi: Floats
    balanced: Bools


class Members(NamedTuple):
    """Groups by set and kind, and the policy pack of each set; ``first`` ends with their number."""

    order: Ints
    first: Ints
    pack: Ints


class Counts(NamedTuple):
    """Diversified numbers of units, as in ``Diversity``; shape (n_packs, n_kinds, n_max + 1).

    ``factor`` is the phase factor, of shape (n_packs, n_kinds).
    """

    total: Floats
    phase: Floats
    factor: Floats


class Last(NamedTuple):
    """The state before: units, ties, and what came of them; a set with the same has the same."""

    units: Floats
    tie: Ints
    critical: Ints
    p_kw: Floats


class Sizes(NamedTuple):
    """Room for the units of one kind in one set, by size from the largest down."""

    size_kw: Floats
    n_single: Floats
    single_kw: Floats
    n_balanced: Floats
    balanced_kw: Floats


class Kinds(NamedTuple):
    """Room for the demand of every kind in one set: per phase, and all phases.

    The columns of ``whole`` are demand by all units, demand and power of three-phase units.
    """

    single: Floats
    by_phase: Floats
    whole: Floats


def room(n_sizes: int) -> tuple[Sizes, Kinds]:
    """Return room for sets with some different sizes of units at most."""
    n, k = max(n_sizes, 1), len(KINDS)
    sizes = Sizes(
        size_kw=np.zeros(n),
        n_single=np.zeros((n, 3)),
        single_kw=np.zeros((n, 3)),
        n_balanced=np.zeros(n),
        balanced_kw=np.zeros(n),
    )
    return sizes, Kinds(single=np.zeros((k, 3)), by_phase=np.zeros((k, 3)), whole=np.zeros((k, 3)))
