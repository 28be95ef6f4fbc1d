"""What is applied for, the steps that follow, their dates, and the limits they are held to."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from gridcalc.policy import Rule
from gridcalc.provenance import Assumption, Confidence, weakest

Customer = Literal["lv_residential", "lv_other", "charging", "hv_single", "hv_double"]
CUSTOMERS: tuple[Customer, ...] = (
    *("lv_residential", "lv_other", "charging", "hv_single", "hv_double"),
)
PermitKind = Literal["filing", "approval"]
Responsible = Literal["utility", "authority", "customer", "contractor"]
LimitStatus = Literal["pass", "fail", "info"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """What the user says about a connection; ``None`` means not given.

    Parameters
    ----------
    start
        Day of the application.
    customer
        Kind of customer; derived from the compound's 10 kV sources if missing.
    permit
        Filing or approval of the external works.
    important_user
        Whether the customer is an important user (重要用户), high voltage only.
    external_works
        Whether a line has to be built before the connection.
    works_days
        Duration of the external works. [working days]
    design_days
        Duration of the customer's own design, which no document counts. [working days]
    """

    start: date
    customer: Customer | None = None
    permit: PermitKind | None = None
    important_user: bool = False
    external_works: bool | None = None
    works_days: int | None = None
    design_days: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """An application without gaps.

    Parameters
    ----------
    assumptions
        What was chosen in the user's place.
    """

    start: date
    customer: Customer
    permit: PermitKind | None
    important_user: bool
    external_works: bool
    works_days: int | None
    design_days: int | None
    assumptions: tuple[Assumption, ...]

    @property
    def is_hv(self) -> bool:
        """Whether the customer is supplied at 10 kV."""
        return self.customer in {"hv_single", "hv_double"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """The rules behind a number of working days.

    Parameters
    ----------
    rules
        The first is the one that is cited; a share has the sum's rule first. Empty where the user
        gave the number.
    """

    rules: tuple[Rule, ...]

    @property
    def confidence(self) -> Confidence:
        """The weakest mark of the rules; a number of the user is taken as it is."""
        return weakest(*(rule.confidence for rule in self.rules)) if self.rules else "seen"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a connection, before it has dates.

    Parameters
    ----------
    id
        Short name such as ``supply_scheme``.
    after
        Ids of the steps that must have ended; they stand before it in the list.
    working_days
        How long it may take. [working days]
    responsible
        Who has to act.
    basis
        Where the number of days comes from.
    is_share
        Whether the document states only the sum of several steps.
    """

    id: str
    after: tuple[str, ...]
    working_days: int
    responsible: Responsible
    basis: Basis
    is_share: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """Where a step lies, counted in working days from the application.

    Parameters
    ----------
    begin_day, end_day
        Working days that have passed before it begins and when it has ended. [working days]
    slack_days
        How much longer it may take without a later finish of the whole. [working days]
    """

    begin_day: int
    end_day: int
    slack_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedStep:
    """A step on the calendar.

    Parameters
    ----------
    start, finish
        First and last working day; a step of 0 days lies on the day its predecessors end.
    slack_days
        How much longer it may take without a later finish of the whole. [working days]
    """

    step: Step
    start: date
    finish: date
    slack_days: int

    @property
    def is_critical(self) -> bool:
        """Whether any delay of the step delays the connection."""
        return self.slack_days == 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """A limit on several steps together.

    Parameters
    ----------
    id
        ``utility_steps``, ``whole_process`` or ``external_works``.
    working_days, limit_working_days
        What the steps take, and what they may take. [working days]
    is_binding
        Whether it is made for this customer; others are told for information.
    basis
        The rules that state it.
    """

    id: str
    working_days: int
    limit_working_days: int
    is_binding: bool
    basis: Basis

    @property
    def status(self) -> LimitStatus:
        """``pass`` or ``fail`` where it binds, else ``info``."""
        if not self.is_binding:
            return "info"
        return "pass" if self.working_days <= self.limit_working_days else "fail"


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """The steps of a connection with their dates.

    Parameters
    ----------
    settled
        What was applied for.
    accepted
        The day the application counts as handed in: a working day.
    working_days, calendar_days
        From the day of acceptance, and from the day of application, to the finish.
    known_until
        Last day of the holiday schedules; None where every date lies within them.
    """

    compound_id: str
    policy_id: str
    settled: Settled
    accepted: date
    finish: date
    working_days: int
    calendar_days: int
    steps: tuple[DatedStep, ...]
    limits: tuple[Limit, ...]
    assumptions: tuple[Assumption, ...]
    known_until: date | None

    @property
    def start(self) -> date:
        """The day of the application as given."""
        return self.settled.start

    @property
    def critical_path(self) -> tuple[str, ...]:
        """Ids of the steps that decide the finish, in order."""
        return tuple(row.step.id for row in self.steps if row.is_critical)

    @property
    def is_kept(self) -> bool:
        """Whether every limit that binds is kept."""
        return all(limit.status != "fail" for limit in self.limits)
