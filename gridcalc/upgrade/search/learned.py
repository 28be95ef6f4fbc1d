"""What a search has learned, how far it goes, and what it found."""

from dataclasses import dataclass, field

from gridcalc.checks.run import Key
from gridcalc.upgrade.measures import Measure
from gridcalc.upgrade.search.capacity import Capacity
from gridcalc.upgrade.search.helpers import Cut
from gridcalc.upgrade.search.judge import Broken, State
from gridcalc.upgrade.search.master import Known
from gridcalc.upgrade.search.patterns import Pattern
from gridcalc.upgrade.search.space import Selection


@dataclass(slots=True)
class Record:
    """What a search has learned so far.

    Attributes
    ----------
    cuts, patterns, capacities
        What every good plan obeys.
    left_open
        Limits that no works can mend.
    over
        How much heavier units were loaded than by what their feeders add at least. [-]
    n_judged
        Plans that were put through the checks.
    may_guess
        Whether guesses about sizes are still of use.
    base
        The heaviest scenario of the compound as it is.
    combined
        Substations whose feeders were combined.
    """

    cuts: list[Cut]
    patterns: list[Pattern]
    left_open: dict[Key, Broken]
    capacities: list[Capacity] = field(default_factory=list)
    over: dict[tuple[str, float], float] = field(default_factory=dict)
    n_judged: int = 0
    may_guess: bool = True
    base: State | None = None
    combined: set[str] = field(default_factory=set)

    @classmethod
    def after(cls, known: Known) -> "Record":
        """Return the record of a search that knows what another one learned."""
        return cls(
            cuts=list(known.cuts),
            patterns=list(known.patterns),
            left_open=dict(known.left_open),
            capacities=list(known.capacities),
            over=dict(known.over),
            combined={row.station for row in known.capacities},
        )

    @property
    def known(self) -> Known:
        """What another search of the same space and criteria may begin with."""
        return Known(
            cuts=tuple(self.cuts),
            patterns=tuple(self.patterns),
            capacities=tuple(self.capacities),
            over=dict(self.over),
            left_open=dict(self.left_open),
        )

    @property
    def ignored(self) -> dict[Key, float]:
        """Limits that are left as they are, and how far they are broken."""
        return {key: row.finding.utilisation for key, row in self.left_open.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """How far a search goes.

    Attributes
    ----------
    max_judged
        Most plans to judge. Without one that holds by then, a plan is completed step by step.
    max_gap_percent
        Gap between plan and lower bound that is good enough. [%]
    patience
        Plans judged without a better lower bound after which the gap is left as it is.
    completes
        Whether a plan is completed step by step where none was found by then.
    """

    max_judged: int
    max_gap_percent: float = 0.0
    patience: int = 1000
    completes: bool = True


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Found:
    """What a search found.

    Attributes
    ----------
    selection, measures
        The plan; ``None`` where there is none.
    cost_yuan
        Its cost by the options of the space. [yuan]
    lower_bound_yuan
        No selection of the space costs less; equals the cost where the search is exact. [yuan]
    blocked_by
        Limits no plan meets.
    open
        Limits no works can meet that the plan leaves as they are.
    known
        Everything learned; it holds for other prices too.
    n_judged
        Plans that were put through the checks.
    """

    selection: Selection | None
    measures: tuple[Measure, ...]
    cost_yuan: float
    lower_bound_yuan: float
    blocked_by: tuple[Broken, ...]
    open: tuple[Broken, ...]
    known: Known
    n_judged: int

    @classmethod
    def nothing(cls, *, n_judged: int) -> "Found":
        """Return the plan that builds nothing, for a compound that holds as it is."""
        return cls(
            selection={},
            measures=(),
            cost_yuan=0.0,
            lower_bound_yuan=0.0,
            blocked_by=(),
            open=(),
            known=Known(cuts=()),
            n_judged=n_judged,
        )
