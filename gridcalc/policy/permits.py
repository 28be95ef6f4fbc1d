"""The permit classes of a pack as records."""

from typing import Any, cast

from gridcalc.policy.records import PolicyPack
from gridcalc.policy.schema import PermitClass


def permit_classes(pack: PolicyPack) -> tuple[PermitClass, ...]:
    """Return the permit classes in the order in which they are tried; empty without a local rule.

    Examples
    --------
    >>> from gridcalc.policy import load_policy
    >>> [row.max_reg_length_m for row in permit_classes(load_policy("wujiang-2021"))]
    [600.0, None]
    """
    rows = cast("tuple[dict[str, Any], ...]", pack.rows("permit.classes"))
    return tuple(PermitClass.model_construct(**row) for row in rows)
