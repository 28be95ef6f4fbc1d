"""Where a number comes from: every constant carries a source and a confidence mark."""

from dataclasses import dataclass
from typing import Literal, get_args

Confidence = Literal["seen", "secondary", "recalled", "computed", "assumed"]
"""How far a value can be trusted; see docs/data.md. Anything but ``seen`` and ``computed`` is
printed as "to be verified" (待核实)."""

CONFIDENCES: tuple[str, ...] = get_args(Confidence)

Value = float | int | str | bool | None | tuple["Value", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumption:
    """A value that the user did not give and gridcalc had to choose.

    Parameters
    ----------
    name
        Dotted name of the quantity, such as ``charger.power_factor``.
    value
        The value used.
    unit
        Unit of the value; ``-`` for ratios and names.
    source
        Key into ``sources.yaml``, or ``user``.
    confidence
        The mark of the value.
    note
        One sentence: what the value does, or how to replace it.
    """

    name: str
    value: Value
    unit: str
    source: str
    confidence: Confidence
    note: str = ""


def is_verified(confidence: Confidence) -> bool:
    """Return whether a value of this mark may be printed without "to be verified".

    Examples
    --------
    >>> is_verified("recalled")
    False
    """
    return confidence in {"seen", "computed"}


def weakest(*confidences: Confidence) -> Confidence:
    """Return the weakest of some marks; a result is as good as its weakest input.

    Examples
    --------
    >>> weakest("seen", "recalled", "computed")
    'recalled'
    """
    order: tuple[Confidence, ...] = ("assumed", "recalled", "secondary", "computed", "seen")
    return min(confidences, key=order.index)
