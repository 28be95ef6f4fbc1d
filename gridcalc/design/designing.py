"""THE MAIN FLOW of a design: complete the site, make a scheme, study it, correct it, price it."""

from collections import Counter
from dataclasses import dataclass, field, replace

from gridcalc.catalogue import Catalogue
from gridcalc.checks.finding import Finding
from gridcalc.compound.templates.design_load import load_rules
from gridcalc.cost import PriceBook
from gridcalc.demand.scenario import parse_scenario
from gridcalc.design.assuming import all_assumptions, of_template
from gridcalc.design.billing import bill_of, trench_m
from gridcalc.design.boxes import load_boxes
from gridcalc.design.completing import completed
from gridcalc.design.correcting import (
    corrected,
    failures,
    keeps_limits,
    levers_of,
    question_for,
    weak_places,
)
from gridcalc.design.equipping import layout_of_site, standard_layout, template_of, with_reserve
from gridcalc.design.kit import Kit, all_distances_m
from gridcalc.design.places import DesignSite
from gridcalc.design.records import Design, DesignAsked, Reserve, Scheme, Step
from gridcalc.design.scheming import scheme_of
from gridcalc.errors import InputError, NoSolutionError, Problem
from gridcalc.notes import NO_NOTE, Note, note
from gridcalc.outcome import Study
from gridcalc.policy import PolicyPack
from gridcalc.provenance import Assumption
from gridcalc.question import Question
from gridcalc.study import study
from gridcalc.units import PERCENT


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Round:
    """One scheme and what the study says of it."""

    scheme: Scheme
    study: Study
    failed: tuple[Finding, ...]


@dataclass(slots=True, kw_only=True, eq=False)
class _Search:
    """Rounds so far, and why they ended."""

    rounds: list[_Round] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    stopped: Note = NO_NOTE


def design_supply(
    site: DesignSite,
    *,
    catalogue: Catalogue,
    policy: PolicyPack,
    prices: PriceBook,
    asked: DesignAsked,
) -> Design:
    """Return a complete supply of a site that carries the chargers, as far as it can be found.

    The equipment is that of a standard compound; number, size and places of transformers, the
    feeders, the trenches and the ways of all cables follow from the site. What the study says
    against a scheme makes the next one stronger, for a limited number of rounds.

    Parameters
    ----------
    site
        Buildings, parking, sheds, paths, sites for substations, sources.
    catalogue, policy, prices
        Equipment, rules and prices.
    asked
        What has to fit, and totals the site does not give.

    Raises
    ------
    InputError
        The site lacks what cannot be assumed, or an item has no price.
    NoSolutionError
        No scheme at all reaches or carries everything.
    """
    kit, template, assumptions = _kit(site, asked, catalogue, policy, prices)
    search = _search(kit, asked)
    best = min(search.rounds, key=_open)
    passed = keeps_limits(best.study, asked.charging)
    return Design(
        site=kit.site,
        asked=asked,
        policy=policy,
        template=template,
        scheme=best.scheme,
        steps=tuple(search.steps),
        study=best.study,
        failed=best.failed,
        passed=passed,
        stopped=NO_NOTE if passed else search.stopped,
        trench_m=trench_m(best.scheme, kit),
        bill=bill_of(best.scheme, kit),
        assumptions=all_assumptions(kit, assumptions, best.study),
    )


def _open(row: _Round) -> tuple[int, float]:
    """Return how many limits a scheme breaks, and how far in all."""
    return len(row.failed), sum(finding.rank for finding in row.failed)


def _kit(
    site: DesignSite,
    asked: DesignAsked,
    catalogue: Catalogue,
    policy: PolicyPack,
    prices: PriceBook,
) -> tuple[Kit, str, list[Assumption]]:
    """Return everything a scheme is made from, the standard compound, and what was assumed."""
    _require_candidates(site)
    scenario = parse_scenario(asked.scenario)
    template = template_of(site, policy)
    standard = standard_layout(template, catalogue)
    filled = completed(site, asked, standard, policy)
    layout = layout_of_site(standard, site, filled.places, asked)
    least = policy.number("charging.min_ebike_share_percent") / PERCENT
    counted = policy.number("design.managed_charger_percent") / PERCENT
    managed_share = counted if asked.charging == "managed" else 1.0
    kit = Kit(
        site=replace(site, places=filled.places),
        boxes=load_boxes(
            filled.places,
            site.ground,
            layout,
            policy=policy,
            socket_share=max(scenario.ebike_share or 0.0, least),
        ),
        layout=layout,
        plain_lv=layout.lv,
        rules=load_rules(layout, policy),
        policy=policy,
        catalogue=catalogue,
        prices=prices,
        charger_share=(scenario.ev_share or 0.0) * managed_share,
        distance_m=all_distances_m(site.ground),
    )
    return kit, template.name, [*filled.assumptions, *of_template(site, template.name, layout)]


def _require_candidates(site: DesignSite) -> None:
    if not site.candidates:
        text = "there is no place for a substation; give at least one point"
        raise InputError([Problem(site.file, 0, "layers.substation_sites", text)])


def _search(kit: Kit, asked: DesignAsked) -> _Search:
    """Return the rounds of schemes, each stronger than the one before where limits were broken."""
    search = _Search()
    reserve = Reserve()
    question = question_for(asked.scenario, asked.charging, kit.policy)
    n_steps = int(kit.policy.number("design.max_steps"))
    for _ in range(n_steps + 1):
        stronger = replace(
            kit,
            layout=with_reserve(kit.layout, reserve, kit.catalogue),
            strong_places=frozenset(reserve.places),
        )
        found = _scheme(stronger, is_first=not search.rounds)
        if isinstance(found, NoSolutionError):
            search.stopped = note("more reserve is not possible: {reason}", reason=str(found))
            return search
        outcome = _study(found, search, kit, question)
        failed = failures(outcome, asked.scenario, asked.charging)
        levers = levers_of(failed, found, stronger)
        search.rounds.append(_Round(scheme=found, study=outcome, failed=failed))
        search.steps.append(Step(reserve=reserve, n_failed=len(failed), levers=tuple(levers)))
        if keeps_limits(outcome, asked.charging):
            return search
        if not levers or _is_idle(search, stronger):
            search.stopped = note("what still fails is not a matter of sizes inside the compound")
            return search
        pulled = Counter(lever for step in search.steps[:-1] for lever in step.levers)
        reserve = replace(
            corrected(reserve, levers, pulled, kit.policy),
            places=tuple(sorted({*reserve.places, *weak_places(failed, found, kit)})),
        )
    search.stopped = note("{n} corrections did not suffice", n=n_steps)
    return search


def _study(scheme: Scheme, search: _Search, kit: Kit, question: Question) -> Study:
    """Return what the study says of a scheme; one that more reserve did not change is known."""
    last = search.rounds[-1] if search.rounds else None
    if last is not None and last.scheme.compound == scheme.compound:
        return last.study
    return study(scheme.compound, catalogue=kit.catalogue, policy=kit.policy, question=question)


def _is_idle(search: _Search, kit: Kit) -> bool:
    """Return whether a limit that no reserve can help is broken, and the last round was no help."""
    *earlier, last = search.rounds
    if not earlier or last.study is earlier[-1].study:
        return False
    helpless = [row for row in last.failed if not levers_of([row], last.scheme, kit)]
    return bool(helpless) and _open(last) >= min(_open(row) for row in earlier)


def _scheme(kit: Kit, *, is_first: bool) -> Scheme | NoSolutionError:
    """Return a scheme, or why a stronger one is not possible; the first one has to be."""
    try:
        return scheme_of(kit)
    except NoSolutionError as error:
        if is_first:
            raise
        return error
