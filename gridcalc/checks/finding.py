"""A finding: one limit, the value held against it, and where the limit comes from."""

from dataclasses import dataclass
from typing import Literal

from gridcalc.notes import NO_NOTE, Note
from gridcalc.policy import Rule
from gridcalc.provenance import Confidence

Status = Literal["pass", "fail", "info", "not_checked"]

HOLDS_WITHIN = 1e-9
WORST_UTILISATION = 1e6
RANK_DECIMALS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """The outcome of one check at one element.

    Parameters
    ----------
    check
        Id of the check, such as ``cable.loading``.
    element
        Id of the element, or ``compound``.
    quantity
        What was compared where a check compares several things, such as ``phase`` or ``neutral``.
    value, limit, unit
        The comparison; ``None`` where there is nothing to compare.
    status
        ``not_checked`` says in ``note`` which data are missing; ``info`` is not judged.
    utilisation
        Value over limit in the sense of the check: above 1 is a violation. [-]
    pre_existing
        The same violation exists in the scenario ``today``.
    worsened
        It exists today, and this scenario makes it worse.
    source, clause, confidence
        Where the limit comes from.
    level
        Level of the factor method the value was taken from; empty where it does not matter.
    n_checked
        How many elements this row stands for: a passing row is the tightest of them.
    note
        What to know or to do.
    """

    check: str
    element: str
    quantity: str = ""
    value: float | None
    limit: float | None
    unit: str
    status: Status
    utilisation: float
    pre_existing: bool = False
    worsened: bool = False
    source: str
    clause: str
    confidence: Confidence
    level: str = ""
    n_checked: int = 1
    note: Note = NO_NOTE

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes findings of two scenarios the same."""
        return self.check, self.element, self.quantity

    @property
    def rank(self) -> float:
        """Utilisation without numerical noise, so that equals are told apart by name. [-]."""
        return round(self.utilisation, RANK_DECIMALS)

    @property
    def is_unsolved(self) -> bool:
        """Whether it says that a load state has no solution: a violation without a value."""
        return self.status == "fail" and self.value is None

    @property
    def is_added(self) -> bool:
        """Whether this is a violation that does not exist today, or not to this degree."""
        return self.status == "fail" and (not self.pre_existing or self.worsened)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What is judged: the check, the element and, where a check has several, the quantity."""

    check: str
    element: str
    quantity: str = ""
    level: str = ""
    note: Note = NO_NOTE


def at_most(subject: Subject, value: float, rule: Rule, *, limit: float, unit: str) -> Finding:
    """Return the finding that ``value`` may not exceed ``limit``; a limit met exactly passes."""
    holds = value <= limit + HOLDS_WITHIN * max(1.0, abs(limit))
    utilisation = value / limit if limit > 0 else (0.0 if holds else WORST_UTILISATION)
    return _judged(subject, rule, (value, limit, unit), holds=holds, utilisation=utilisation)


def at_least(subject: Subject, value: float, rule: Rule, *, limit: float, unit: str) -> Finding:
    """Return the finding that ``value`` may not fall below ``limit``, both above zero."""
    holds = value >= limit - HOLDS_WITHIN * max(1.0, abs(limit))
    utilisation = limit / value if value > 0 else (0.0 if holds else WORST_UTILISATION)
    return _judged(subject, rule, (value, limit, unit), holds=holds, utilisation=utilisation)


def deviation(subject: Subject, value: float, rule: Rule, *, limit: float) -> Finding:
    """Return the finding that a deviation in percent stays between zero and a signed limit."""
    outward = value if limit > 0 else -value
    holds = outward <= abs(limit) + HOLDS_WITHIN
    utilisation = outward / abs(limit)
    return _judged(subject, rule, (value, limit, "%"), holds=holds, utilisation=utilisation)


def yes(subject: Subject, holds: bool, rule: Rule) -> Finding:  # noqa: FBT001  it is the value
    """Return the finding that something must be there."""
    return meets(subject, rule, holds=holds, value=float(holds), limit=1.0, unit="-")


def meets(
    subject: Subject, rule: Rule, *, holds: bool, value: float, limit: float, unit: str
) -> Finding:
    """Return the finding of a condition that has no degree: it holds or it does not."""
    utilisation = 0.0 if holds else WORST_UTILISATION
    return _judged(subject, rule, (value, limit, unit), holds=holds, utilisation=utilisation)


def _judged(
    subject: Subject,
    rule: Rule,
    compared: tuple[float, float, str],
    *,
    holds: bool,
    utilisation: float,
) -> Finding:
    value, limit, unit = compared
    status: Status = "pass" if holds else "fail"
    return _row(subject, rule, status, value=value, limit=limit, unit=unit, utilisation=utilisation)


def info(
    subject: Subject, rule: Rule, *, value: float | None, limit: float | None, unit: str
) -> Finding:
    """Return a row that tells a value without judging it."""
    return _row(subject, rule, "info", value=value, limit=limit, unit=unit)


def not_checked(subject: Subject, rule: Rule, *, value: float | None = None, unit: str) -> Finding:
    """Return a row that says what is missing; ``subject.note`` names the data to give."""
    return _row(subject, rule, "not_checked", value=value, limit=None, unit=unit)


def _row(
    subject: Subject,
    rule: Rule,
    status: Status,
    *,
    value: float | None,
    limit: float | None,
    unit: str,
    utilisation: float = 0.0,
) -> Finding:
    return Finding(
        check=subject.check,
        element=subject.element,
        quantity=subject.quantity,
        value=value,
        limit=limit,
        unit=unit,
        status=status,
        utilisation=utilisation,
        source=rule.document,
        clause=rule.clause,
        confidence=rule.confidence,
        level=subject.level,
        note=subject.note,
    )
