"""The totals of a city, its ranked compounds, and the works of each year under a budget."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from gridcalc.city.records import MeasureResult, Status
from gridcalc.units import FEN_PER_YUAN
from gridcalc.verdict import Verdict

GroupBy = Literal["area", "line", "policy", "template"]
GROUPS: tuple[GroupBy, ...] = get_args(GroupBy)
VERDICTS: tuple[str, ...] = get_args(Verdict)
STATUSES: tuple[Status, ...] = get_args(Status)
NOT_GIVEN = ""
"""Name of the group of compounds whose row is silent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CityEntry:
    """What the totals and the ranking need to know about one compound.

    Attributes
    ----------
    row, id, name, area, line, policy, template
        As in the table; ``template`` is ``file`` for a compound with a file of its own.
    status, verdict
        As in the result; ``verdict`` is empty where there is none.
    n_households
        Flats; of the table where the compound could not be computed.
    n_private_bays
        Private bays, each of which wants a charger.
    n_fit_uncontrolled, n_fit_managed
        Chargers that fit as it is, at most the bays; ``None`` where the method does not tell.
    n_enabled
        Chargers that the works make possible on top of those that fit without control; all of
        them where that number is not known. ``None`` without a plan.
    cost_fen
        Typical cost of the plan; ``None`` without one. [fen]
    payers_fen
        Payer and part of the cost. [fen]
    measures
        Works of the plan.
    is_verified
        Whether the compound with the works was checked again; ``None`` without a plan.
    working_days
        Duration of the works on site; ``None`` where it is not told. [working days]
    check, element, scenario
        The limit that decides; empty where none does.
    grade, missing, could_flip
        Of the data; ``grade`` is empty where it is not known.
    """

    row: int
    id: str
    name: str
    area: str
    line: str
    policy: str
    template: str
    status: Status
    verdict: str
    n_households: int
    n_private_bays: int
    n_fit_uncontrolled: int | None
    n_fit_managed: int | None
    n_enabled: int | None
    cost_fen: int | None
    payers_fen: tuple[tuple[str, int], ...]
    measures: tuple[MeasureResult, ...]
    is_verified: bool | None
    working_days: float | None
    check: str
    element: str
    scenario: str
    grade: str
    missing: tuple[str, ...]
    could_flip: bool | None

    @property
    def outcome(self) -> str:
        """The verdict; the status where there is none."""
        return self.verdict if self.status == "ok" and self.verdict else self.status

    @property
    def cost_yuan(self) -> float | None:
        """Typical cost of the plan; ``None`` without one. [yuan]."""
        return None if self.cost_fen is None else self.cost_fen / FEN_PER_YUAN

    @property
    def yuan_per_charger(self) -> float | None:
        """Cost of one more charger; ``None`` without a plan or where it enables none. [yuan]."""
        if self.cost_fen is None or not self.n_enabled:
            return None
        return self.cost_fen / FEN_PER_YUAN / self.n_enabled

    @property
    def has_works(self) -> bool:
        """Whether there is a plan that costs something."""
        return bool(self.cost_fen)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """Chargers that fit as it is, over the compounds for which the number is known."""

    n_compounds: int
    n_wanted: int
    n_fit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """A group of compounds, or all.

    Attributes
    ----------
    name
        Of the group; ``NOT_GIVEN`` where the rows are silent, and for all.
    statuses, verdicts
        How many compounds have which; every name is there.
    n_chargers_wanted
        Private bays.
    uncontrolled, managed
        Chargers that fit as it is.
    n_enabled
        Chargers that the works make possible.
    n_with_works, n_households_with_works, n_verified
        Compounds whose plan costs something, their flats, and how many of them were checked again
        with the works.
    cost_yuan
        Typical cost of the plans. [yuan]
    yuan_per_household
        Cost over the flats of compounds with works; ``None`` without works. [yuan]
    yuan_per_charger
        Cost over chargers made possible; ``None`` where none is. [yuan]
    """

    name: str
    n_compounds: int
    statuses: Mapping[str, int]
    verdicts: Mapping[str, int]
    n_households: int
    n_chargers_wanted: int
    uncontrolled: Fit
    managed: Fit
    n_enabled: int
    n_with_works: int
    n_households_with_works: int
    n_verified: int
    cost_yuan: float
    yuan_per_household: float | None
    yuan_per_charger: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BindingCount:
    """How often a limit at a kind of element decides, and in which scenarios.

    ``n_chargers_missing`` are the private bays beyond what fits without control there;
    ``scenarios`` has the number of compounds by scenario, most first.
    """

    check: str
    element_kind: str
    n_compounds: int
    n_chargers_missing: int
    scenarios: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class PayerTotal:
    """What one payer bears; ``percent`` is of the cost of all plans. [yuan, %]."""

    payer: str
    n_compounds: int
    cost_yuan: float
    percent: float


@dataclass(frozen=True, slots=True, kw_only=True)
class WorksTotal:
    """One kind of works over all plans, in one unit."""

    kind: str
    unit: str
    n_compounds: int
    quantity: float
    cost_yuan: float


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeCount:
    """Compounds with a grade of data; could the rest of the data change their verdicts?"""

    grade: str
    n_compounds: int
    n_could_flip: int
    n_safe: int
    n_not_known: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingCount:
    """A piece of data that is missing, where, and where the verdict may hang on what is missing."""

    name: str
    n_compounds: int
    n_could_flip: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CitySummary:
    """What a city run comes to.

    ``outcomes`` are the totals by verdict, or by status of those without one. ``ranking`` holds
    every compound in the order in which they are best connected; ``ranking.rank_key`` has the rule.
    """

    total: Totals
    outcomes: tuple[Totals, ...]
    areas: tuple[Totals, ...]
    lines: tuple[Totals, ...]
    policies: tuple[Totals, ...]
    templates: tuple[Totals, ...]
    bindings: tuple[BindingCount, ...]
    payers: tuple[PayerTotal, ...]
    works: tuple[WorksTotal, ...]
    grades: tuple[GradeCount, ...]
    missing: tuple[MissingCount, ...]
    ranking: tuple[CityEntry, ...]

    def groups(self, by: GroupBy) -> tuple[Totals, ...]:
        """Return the totals by area, line, policy or template."""
        return {
            "area": self.areas,
            "line": self.lines,
            "policy": self.policies,
            "template": self.templates,
        }[by]
