"""What all parts of an upgrade look at."""

from dataclasses import dataclass, replace

from gridcalc.compound.model import Compound
from gridcalc.outcome import Study
from gridcalc.planning.records import PlanSettings, Strategy
from gridcalc.planning.watching import Watcher, standing_text
from gridcalc.question import Question
from gridcalc.units import PERCENT
from gridcalc.upgrade.measures import OrderlyCharging
from gridcalc.upgrade.search.judge import Criteria
from gridcalc.upgrade.search.loop import Effort
from gridcalc.upgrade.search.pricing import Costs
from gridcalc.upgrade.search.space import Space
from gridcalc.upgrade.search.watch import Standing, Watch

GOOD_GAP_PERCENT = 1.0
"""Gap below which a search is content. [%]"""
PATIENCE = 4
"""Plans judged without a better lower bound after which a search leaves the gap."""
LARGE_PLACES = 300
"""Places beyond which a search is cut short, because each of its steps takes a second."""
FEW_JUDGED = 25
HUGE_PLACES = 600
"""Places beyond which each step takes several seconds."""
FEWEST_JUDGED = 6
WIDE_GAP_PERCENT = 5.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Planning:
    """One upgrade.

    Attributes
    ----------
    compound
        As read from its file.
    space, costs
        What may be built, and for how much.
    criteria
        What a plan without control has to meet.
    question
        Of the studies before and after.
    before
        Study of the compound as it is.
    watcher
        Who waits.
    """

    compound: Compound
    space: Space
    costs: Costs
    criteria: Criteria
    settings: PlanSettings
    question: Question
    before: Study
    watcher: Watcher

    @property
    def control(self) -> tuple[OrderlyCharging, ...]:
        """Control of as many private bays as any scenario equips; empty where it adds nothing.

        It is fitted already, or there is no charger to control.
        """
        if self.compound.orderly_charging or not any(r.count for r in self.compound.private_bays):
            return ()
        share = max(row.ev_share or 0.0 for row in self.criteria.scenarios)
        return (OrderlyCharging(bays_percent=PERCENT * share),) if share else ()

    @property
    def control_is_enough(self) -> bool:
        """Whether the study before shows that control alone keeps every limit."""
        asked = self.settings.trigger_loading_percent is not None
        return not asked and self.before.verdict == "ready_managed"

    def watch(self, what: str, *, more_yuan: float = 0.0, has_plan: bool = True) -> Watch:
        """Return who watches one search.

        Parameters
        ----------
        what
            What is searched, in words.
        more_yuan
            What its plans cost beside its options. [yuan]
        has_plan
            Whether a plan is at hand already, so that the search may be stopped without its own.
        """

        def told(standing: Standing) -> None:
            self.watcher.progress(standing_text(what, standing, more_yuan))

        return Watch(told=told, stopped=self.watcher.stopped, has_plan=has_plan)

    def criteria_of(self, strategy: Strategy) -> Criteria:
        """Return what a plan of a strategy has to meet."""
        return replace(self.criteria, control=strategy == "orderly")

    @property
    def effort(self) -> Effort:
        """How far a search goes."""
        if len(self.space.places) > LARGE_PLACES:
            huge = len(self.space.places) > HUGE_PLACES
            few = min(self.settings.max_judged, FEWEST_JUDGED if huge else FEW_JUDGED)
            return Effort(
                max_judged=few, max_gap_percent=WIDE_GAP_PERCENT, patience=1, completes=False
            )
        return Effort(
            max_judged=self.settings.max_judged,
            max_gap_percent=GOOD_GAP_PERCENT,
            patience=PATIENCE,
        )


def gap_percent(cost_yuan: float, bound_yuan: float) -> float:
    """Return how far a cost is above its lower bound, in percent of the cost.

    Examples
    --------
    >>> gap_percent(200.0, 190.0)
    5.0
    """
    return PERCENT * max(cost_yuan - bound_yuan, 0.0) / cost_yuan if cost_yuan > 0 else 0.0
