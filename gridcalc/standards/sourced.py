"""A number with its source, and the error for a question a table cannot answer."""

from dataclasses import dataclass

from gridcalc.errors import InputError, Problem
from gridcalc.provenance import Confidence

BEYOND_TABLE = "beyond-table"
"""Source of a value taken from the end of a table that does not reach as far."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcedNumber:
    """A value taken from a table, with what is needed to print it honestly.

    Parameters
    ----------
    value
        The value, in the unit that the function returning it states.
    source
        Key into ``sources.yaml``.
    confidence
        The mark of the weakest number used.
    note
        What was interpolated, extended or chosen; empty where nothing was.
    """

    value: float
    source: str
    confidence: Confidence
    note: str = ""


def outside_table(table: str, key: str, message: str) -> InputError:
    """Return the error for an input that the named table does not cover."""
    return InputError([Problem(table, 0, key, message)])
