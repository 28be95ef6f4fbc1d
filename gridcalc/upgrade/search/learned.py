"""What a search has learned, how far it goes, and what it found."""

from collections.abc import Collection
from dataclasses import dataclass, field
from math import inf

from gridcalc.checks.run import Key
from gridcalc.upgrade.measures import Measure
from gridcalc.upgrade.search.capacity import Capacity
from gridcalc.upgrade.search.fixed_days import FixedDays, StationDays
from gridcalc.upgrade.search.helpers import Cut
from gridcalc.upgrade.search.judge import Broken, State
from gridcalc.upgrade.search.master import Known
from gridcalc.upgrade.search.patterns import Pattern, is_broken
from gridcalc.upgrade.search.space import Selection, Space

_NEAR = 4
"""Feeders by which combinations differ that are asked for together. [-]"""


@dataclass(slots=True)
class Record:
    """What a search has learned so far.

    Attributes
    ----------
    cuts, patterns, capacities
        What every good plan obeys.
    guides
        What leads to a plan sooner and is not proven.
    waiting
        Patterns that no selection has broken so far; nothing is asked of them until one does.
    left_open
        Limits that no works can mend.
    over
        How much heavier units were loaded than by what their feeders add at least. [-]
    n_judged
        Plans that were put through the checks.
    plan, plan_yuan
        The cheapest plan so far that breaks no limit, and its cost. [yuan]
    bound_yuan
        What no plan costs less than, by the cuts so far. [yuan]
    may_guess, may_guide
        Whether guesses about sizes, and guides, are still of use.
    base
        The heaviest scenario of the compound as it is.
    as_is, fixed
        Simulated days of the compound as it is, where these broke a limit, and what nobody
        controls of them.
    on_days
        Substations whose fixed loads guide.
    combined
        Substations whose feeders were combined.
    """

    cuts: list[Cut]
    patterns: list[Pattern]
    left_open: dict[Key, Broken]
    guides: list[Cut] = field(default_factory=list)
    waiting: list[Pattern] = field(default_factory=list)
    capacities: list[Capacity] = field(default_factory=list)
    over: dict[tuple[str, float], float] = field(default_factory=dict)
    n_judged: int = 0
    plan: Selection | None = None
    plan_yuan: float = inf
    bound_yuan: float | None = None
    may_guess: bool = True
    may_guide: bool = True
    base: State | None = None
    as_is: State | None = None
    fixed: FixedDays | None = None
    on_days: list[StationDays] = field(default_factory=list)
    combined: set[str] = field(default_factory=set)

    @classmethod
    def after(cls, known: Known) -> "Record":
        """Return the record of a search that knows what another one learned."""
        return cls(
            cuts=list(known.cuts),
            patterns=list(known.patterns),
            guides=list(known.guides),
            waiting=list(known.waiting),
            on_days=list(known.on_days),
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
            guides=tuple(self.guides),
            waiting=tuple(self.waiting),
            on_days=tuple(self.on_days),
            capacities=tuple(self.capacities),
            over=dict(self.over),
            left_open=dict(self.left_open),
        )

    def keep(self, plan: Selection, cost_yuan: float) -> None:
        """Note a plan that breaks no limit, if none was cheaper [yuan]."""
        if cost_yuan < self.plan_yuan:
            self.plan, self.plan_yuan = plan, cost_yuan

    def drop_guides(self) -> None:
        """Go on without guides, because they leave nothing to choose."""
        self.guides.clear()
        self.may_guide = False

    def recall(self, space: Space, selection: Selection) -> bool:
        """Ask for the waiting patterns that a selection breaks; return whether there were any.

        The same feeders would be too much for other units next, and combinations with a feeder
        more of one class and less of another are next to be tried, so these are asked for too.
        """
        broken = {row.feeders for row in self.waiting if is_broken(space, row, selection)}
        if not broken:
            return False
        near = {row.feeders: _is_near(row.feeders, broken) for row in self.waiting}
        self.patterns += [row for row in self.waiting if near[row.feeders]]
        self.waiting = [row for row in self.waiting if not near[row.feeders]]
        return True

    @property
    def ignored(self) -> dict[Key, float]:
        """Limits that are left as they are, and how far they are broken."""
        return {key: row.finding.utilisation for key, row in self.left_open.items()}


def _is_near(
    feeders: tuple[tuple[str, ...], tuple[int, ...]],
    broken: Collection[tuple[tuple[str, ...], tuple[int, ...]]],
) -> bool:
    """Return whether a combination is one of those broken, but for few feeders."""
    names, counts = feeders
    return any(
        names == others and sum(abs(n - m) for n, m in zip(counts, some, strict=True)) <= _NEAR
        for others, some in broken
    )


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
    stopped
        Whether it was stopped before its end: a plan that is cheaper, or one at all, is not
        excluded.
    """

    selection: Selection | None
    measures: tuple[Measure, ...]
    cost_yuan: float
    lower_bound_yuan: float
    blocked_by: tuple[Broken, ...]
    open: tuple[Broken, ...]
    known: Known
    n_judged: int
    stopped: bool = False

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
