"""What is told of a search for works that the user stopped."""

from gridcalc.planning.records import Answer, PriceEnd, Stopped
from gridcalc.report.blocks import Text
from gridcalc.report.upgrade_tree import has_plan
from gridcalc.report.upgrade_words import number_of_yuan, strategy_word
from gridcalc.report.wording import Wording


def stopped_text(stopped: Stopped, best: Answer, wording: Wording) -> Text:
    """Return what is known of the least-cost plan of a stopped search, and what is left open."""
    said = [wording("stopped by the user")]
    if stopped.unfinished or stopped.not_searched:
        if has_plan(best):
            said.append(wording("this plan holds the limits, a cheaper one was not excluded"))
        else:
            said.append(wording("one that keeps more limits, or a cheaper one, was not excluded"))
        if best.lower_bound_yuan is not None:
            least = number_of_yuan(best.lower_bound_yuan)
            said.append(wording("proven: no plan costs less than {yuan} yuan", yuan=least))
    left = [strategy_word(row, wording) for row in stopped.not_searched]
    left += [_end_word(row, wording) for row in stopped.price_ends_open]
    left += [wording("division into stages")] if stopped.stages_open else []
    if left:
        said.append(wording("not searched to the end: {parts}", parts=wording.words(left)))
    return Text(wording.clauses(said), "warn")


def _end_word(end: PriceEnd, wording: Wording) -> str:
    return wording("all prices low") if end == "low" else wording("all prices high")
