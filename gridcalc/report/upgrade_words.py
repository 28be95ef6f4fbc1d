"""Plans of works in words: the answer in one sentence, what changes, what the search was told."""

from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal

from gridcalc.cost import Bill
from gridcalc.cost.money import to_hundredths
from gridcalc.planning.records import Answer, Blocking, PlanSettings, PriceCheck, Strategy, Works
from gridcalc.report.blocks import NO_BREAK, Text, Tone
from gridcalc.report.finding_words import place_text, violated
from gridcalc.report.upgrade_tree import has_plan
from gridcalc.report.wording import Wording
from gridcalc.units import YUAN_PER_WAN
from gridcalc.upgrade.measures import OrderlyCharging
from gridcalc.verdict import Verdict

TONES: dict[Verdict, Tone] = {
    "ready": "good",
    "ready_managed": "good",
    "upgrade": "bad",
    "no_solution": "bad",
}
_CHARGER = "orderly.charger"
_PULLED_IN = frozenset({"laying.existing"})
"""Civil works that open no ground."""
_N_ELEMENTS = 3
_SAME_SHARE = 0.005
"""Of the cost of a plan: what might be saved less counts as nothing. [-]"""
"""Elements that are named where many share a line."""


def wan_yuan(amount: Decimal) -> str:
    """Return an amount in 万元 with two decimals, half up.

    Examples
    --------
    >>> wan_yuan(Decimal("1234550"))
    '123.46'
    """
    return f"{to_hundredths(amount / YUAN_PER_WAN):,}"


def number_of_yuan(amount: float) -> str:
    """Return a bound or a difference in whole yuan with thousands marked.

    Examples
    --------
    >>> number_of_yuan(1234567.4), number_of_yuan(-0.2)
    ('1,234,567', '0')
    """
    return f"{round(amount):,}"


def strategy_word(strategy: Strategy, wording: Wording) -> str:
    """Return the word for a strategy."""
    return wording.term(f"strategy.{strategy}")


def kind_word(kind: str, wording: Wording) -> str:
    """Return the words for a kind of works.

    Examples
    --------
    >>> from gridcalc.report.wording import load_wording
    >>> kind_word("replace_transformer", load_wording("zh"))
    '更换变压器'
    """
    return wording.term(f"measure.{kind}")


def kinds_text(works: Iterable[Works], wording: Wording) -> str:
    """Return the kinds of some works, each with how often it occurs."""
    counts = Counter(row.measure.kind for row in works)
    return wording.words(
        wording("{kind} x {n}", kind=kind_word(kind, wording), n=n)
        if n > 1
        else kind_word(kind, wording)
        for kind, n in counts.items()
    )


def some_elements(names: Iterable[str], wording: Wording, *, show_all: bool = False) -> str:
    """Return the first of some elements by name, and how many more there are."""
    elements = [wording.term(name) for name in dict.fromkeys(names)]
    n_more = len(elements) - _N_ELEMENTS
    if show_all or n_more <= 1:
        return wording.words(elements)
    said = wording.words(elements[:_N_ELEMENTS])
    return f"{said} {wording('and {n} more', n=n_more)}"


def works_text(works: Sequence[Works], wording: Wording) -> str:
    """Return some works in one text: kind by kind, at which elements."""
    at: dict[str, list[str]] = {}
    for row in works:
        at.setdefault(row.measure.kind, []).append(row.measure.element)
    return wording.clauses(
        f"{kind_word(kind, wording)} {some_elements(elements, wording)}"
        for kind, elements in at.items()
    )


def change_text(works: Works, wording: Wording) -> str:
    """Return what works change, from today's to the new state; only the new one without today's."""
    texts = (wording.term(text) for text in (works.change.from_, works.change.to) if text)
    return " → ".join(text.replace(" ", NO_BREAK) for text in texts)


def headline(answer: Answer, wording: Wording) -> Text:
    """Return the answer in one sentence."""
    if not has_plan(answer):
        return Text(_nothing_works(answer.blocked_by, wording), "bad")
    tone = TONES[answer.verdict_after]
    if answer.works:
        return Text(_works_sentence(answer, wording), tone)
    if answer.verdict_after == "ready_managed":
        return Text(wording("fits as it is under orderly charging: nothing is to be built"), tone)
    return Text(wording("fits as it is: nothing is to be built"), tone)


def _nothing_works(blocked_by: Sequence[Blocking], wording: Wording) -> str:
    said = wording("no plan was found that keeps every limit")
    if not blocked_by:
        return said
    worst = max(blocked_by, key=lambda row: row.finding.rank).finding
    value, limit = violated(worst, wording)
    place = place_text(worst, wording)
    stays = wording("{place} stays broken", place=place)
    return wording.clauses([said, wording("{place}: {said}", place=stays, said=f"{value} {limit}")])


def _works_sentence(answer: Answer, wording: Wording) -> str:
    cost = wan_yuan(answer.bill.cost_yuan.typical)
    works = answer.works
    if all(isinstance(row.measure, OrderlyCharging) for row in works):
        said = wording(
            "fits with orderly charging: {n} chargers under control, {cost} 万元",
            n=_n_controlled(works),
            cost=cost,
        )
    else:
        kinds = kinds_text(works, wording)
        said = wording("fits after these works: {kinds}; {cost} 万元", kinds=kinds, cost=cost)
    dry = "" if opens_ground(answer.bill) else wording("nothing is dug up")
    return wording.clauses([said, dry])


def _n_controlled(works: Iterable[Works]) -> str:
    """Return how many chargers get a controller."""
    n = sum(q.quantity for row in works for q in row.quantities if q.item == _CHARGER)
    return f"{n:.0f}"


def opens_ground(bill: Bill) -> bool:
    """Return whether a bill holds civil works other than pulling cables into what is there."""
    civil = {line.item for line in bill.section("civil") if not line.is_share}
    return not civil <= _PULLED_IN


def price_checks_text(checks: Sequence[PriceCheck], wording: Wording) -> Text:
    """Return whether the plan stays the cheapest over the range of prices."""
    others = [row for row in checks if not row.same_plan and row.cheapest_yuan < row.plan_yuan]
    saved = [row.plan_yuan - row.lower_bound_yuan for row in checks]
    if not others and max(saved) <= _SAME_SHARE * max(row.plan_yuan for row in checks):
        said = wording("the plan stays the cheapest with all prices low and with all prices high")
        return Text(said)
    if not others:
        said = wording(
            "no cheaper plan is found with all prices low or all prices high; none saves more than"
            " {yuan} yuan",
            yuan=number_of_yuan(max(saved)),
        )
        return Text(said)
    said = wording.clauses(
        wording(
            "with all prices {end} another plan costs {yuan} yuan less",
            end=wording.term(f"price_end.{row.end}"),
            yuan=number_of_yuan(row.plan_yuan - row.cheapest_yuan),
        )
        for row in others
    )
    return Text(said, "warn")


def settings_text(settings: PlanSettings, wording: Wording) -> str:
    """Return what the search was told."""
    trigger, target = settings.trigger_loading_percent, settings.target_loading_percent
    said = [wording("works where a limit is broken")]
    if trigger is not None:
        said = [
            wording("works where a limit is broken or the loading is above {p} %", p=f"{trigger:g}")
        ]
    if target is not None:
        said.append(wording("what is built is loaded to {p} % at most", p=f"{target:g}"))
    said.append(wording("at most {n} equal LV cables in parallel", n=settings.max_parallel))
    said.append(wording("at most {n} plans judged per strategy", n=settings.max_judged))
    return wording.clauses(said)
