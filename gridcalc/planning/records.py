"""What is known after planning: three plans side by side, stages, and what cannot be built."""

from dataclasses import dataclass
from typing import Literal

from gridcalc.checks.finding import Finding
from gridcalc.compound.model import Compound
from gridcalc.cost import Bill, Money, PayerSplit, PriceBook, Quantity
from gridcalc.outcome import Study
from gridcalc.policy import PolicyPack
from gridcalc.provenance import Assumption
from gridcalc.upgrade.change import Change
from gridcalc.upgrade.measures import Measure
from gridcalc.upgrade.options import Rejected
from gridcalc.verdict import Verdict

Strategy = Literal["no_control", "orderly", "least_cost"]
STRATEGIES: tuple[Strategy, ...] = ("no_control", "orderly", "least_cost")
PriceEnd = Literal["low", "high"]
PRICE_ENDS: tuple[PriceEnd, ...] = ("low", "high")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanSettings:
    """How a plan is searched.

    Attributes
    ----------
    trigger_loading_percent
        Transformers and cables above it get works, as far as their limit does not already ask
        for them; ``None`` leaves it to the limits. [%]
    target_loading_percent
        Loading that transformers and cables which the plan builds may reach; ``None`` leaves it
        to the trigger. [%]
    max_parallel
        Most equal LV cables in parallel. [-]
    max_judged
        Most plans of a strategy that are put through the checks; where they do not suffice for
        the exact answer, a plan found step by step is given with its gap. A number of plans and
        not a time, so that the same inputs give the same plan. [-]
    """

    trigger_loading_percent: float | None = None
    target_loading_percent: float | None = None
    max_parallel: int = 2
    max_judged: int = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Works:
    """One measure of a plan.

    Attributes
    ----------
    measure, change
        What is done, and what it changes, in words of the catalogue.
    quantities
        What it needs.
    cost_yuan
        Its cost, surcharges included; the works of a plan add up to its bill. [yuan]
    working_days
        Duration on site, assumed unless a policy pack states it.
    """

    measure: Measure
    change: Change
    quantities: tuple[Quantity, ...]
    cost_yuan: Money
    working_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocking:
    """A limit that no works of the search can meet, and where it was found."""

    scenario: str
    charging: str
    finding: Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceCheck:
    """Whether another plan is cheaper at one end of the price range.

    Attributes
    ----------
    end
        ``low`` or ``high``: all prices of the book at that end.
    plan_yuan
        The plan chosen at typical prices, at that end. [yuan]
    cheapest_yuan
        The cheapest plan found at that end. [yuan]
    same_plan
        Whether both are the same works.
    lower_bound_yuan
        No plan costs less at that end. [yuan]
    """

    end: PriceEnd
    plan_yuan: float
    cheapest_yuan: float
    same_plan: bool
    lower_bound_yuan: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The cheapest plan of one strategy.

    Attributes
    ----------
    strategy
        ``no_control`` holds without control of charging, ``orderly`` with it; ``least_cost`` is
        the cheaper of the two.
    works
        What is built, in the order of building; empty where nothing is needed or nothing works.
    bill, split
        Its cost, and who pays.
    lower_bound_yuan, gap_percent
        No plan of these measures costs less than the bound at typical prices; the gap is between
        the bound and the plan. ``None`` where there is no plan. [yuan, %]
    verdict_after
        Of a complete study of the compound with these works; ``no_solution`` where limits stay
        broken.
    blocked_by
        The limits that stay broken.
    price_checks
        Whether the choice holds over the range of prices; empty without works.
    n_judged
        How many plans were put through the checks.
    compound_after, study_after
        The compound with the works, and its study; the study is ``None`` where there is no plan.
    """

    strategy: Strategy
    works: tuple[Works, ...]
    bill: Bill
    split: PayerSplit
    lower_bound_yuan: float | None
    gap_percent: float | None
    verdict_after: Verdict
    blocked_by: tuple[Blocking, ...]
    price_checks: tuple[PriceCheck, ...]
    n_judged: int
    compound_after: Compound
    study_after: Study | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One stage of the least-cost plan; nothing it builds is replaced by a later one.

    Attributes
    ----------
    bays_percent
        Private bays with a charger from this stage on. [%]
    scenario
        What the compound carries after it.
    works, bill, split
        What is built in this stage alone, its cost and who pays.
    cumulative_yuan
        Cost of this stage and all before. [yuan]
    cheapest_alone_yuan
        The cheapest plan for this stage if nothing came after it; ``None`` if not found. [yuan]
    extra_yuan
        What keeping later stages in mind costs by now: typical cumulative cost less typical cost
        of the cheapest plan for this stage alone. [yuan]
    """

    bays_percent: float
    scenario: str
    works: tuple[Works, ...]
    bill: Bill
    split: PayerSplit
    cumulative_yuan: Money
    cheapest_alone_yuan: Money | None
    extra_yuan: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped:
    """What a search that the user stopped leaves open.

    Attributes
    ----------
    unfinished
        Strategies whose plan stands, but whose search was not at its end: a cheaper plan is not
        excluded. Their lower bound is proven all the same.
    not_searched
        Strategies without an answer, because their search was stopped before it found a plan.
    price_ends_open
        Ends of the price range for which nothing is known about the least-cost plan.
    stages_open
        Whether the least-cost plan was not divided into stages.
    """

    unfinished: tuple[Strategy, ...] = ()
    not_searched: tuple[Strategy, ...] = ()
    price_ends_open: tuple[PriceEnd, ...] = ()
    stages_open: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Upgrade:
    """The answer to: which works make this compound fit, at least cost.

    Attributes
    ----------
    compound
        As read from its file.
    before
        Its study as it is.
    answers
        One per strategy, in the order of ``STRATEGIES``; those in ``stopped.not_searched`` are
        missing.
    stages
        Of the least-cost plan, in order; empty without works.
    rejected
        Measures that cannot be built, and why.
    assumptions
        Behind prices, payers, durations and sizes of what is built.
    stopped
        What the search leaves open because the user stopped it; ``None`` where it is complete.
    """

    compound: Compound
    policy: PolicyPack
    prices: PriceBook
    settings: PlanSettings
    before: Study
    answers: tuple[Answer, ...]
    stages: tuple[Stage, ...]
    rejected: tuple[Rejected, ...]
    assumptions: tuple[Assumption, ...]
    stopped: Stopped | None = None

    def answer(self, strategy: Strategy) -> Answer:
        """Return the plan of a strategy that was searched; the least-cost plan always is there."""
        return next(row for row in self.answers if row.strategy == strategy)
