"""What a simulated number means: percentile, days, season, seed, engine, who takes part."""

from collections.abc import Iterator, Sequence

from gridcalc.outcome import Run, Study, governing_runs
from gridcalc.policy import PolicyPack
from gridcalc.report.blocks import NO_BREAK, Text
from gridcalc.report.modes import (
    FACTOR,
    STOCHASTIC,
    UNCONTROLLED,
    mode_of,
    mode_word,
    mode_words,
    modes_of,
    seasons_of,
)
from gridcalc.report.violations import violations
from gridcalc.report.wording import Wording
from gridcalc.simulation.results import days_for_upper_end

_GOVERNING = "demand.governing_method"


def percentile_word(percentile: float) -> str:
    """Return a percentile as people write it.

    Examples
    --------
    >>> percentile_word(95.0)
    'P95'
    """
    return f"P{percentile:g}"


def days_text(runs: Sequence[Run], seed: int, wording: Wording) -> str:
    """Return how the simulated days are read, or nothing without simulated days.

    Such as "P95 of the daily extremes of 1000 winter days, seed 1, engine radial".
    """
    said = [_of_season(runs, season, seed, wording) for season in seasons_of(runs)]
    shares = {
        f"{run.days.served.participation_percent:g}"
        for run in runs
        if run.days is not None and run.days.served is not None
    }
    share = [
        wording("managed: {share} % of the private cars take part", share=share)
        for share in sorted(shares)
    ]
    return wording.clauses([*said, *share]).replace(" %", f"{NO_BREAK}%")


def _of_season(runs: Sequence[Run], season: str, seed: int, wording: Wording) -> str:
    days = next(run.days for run in runs if run.season == season and run.days is not None)
    return wording(
        "{percentile} of the daily extremes of {n} {season} days, seed {seed}, engine {engine}",
        percentile=percentile_word(days.percentile),
        n=days.n_days,
        season=wording.term(season),
        seed=seed,
        engine=days.engine,
    )


def deciding_text(study: Study, policy: PolicyPack, wording: Wording) -> str:
    """Return which method the verdict rests on, and why."""
    said = _method_text(study, policy, wording)
    deciding = governing_runs(study.runs, study.governing_method)
    if not any(run.charging == UNCONTROLLED for run in deciding):
        modes = modes_of(deciding)
        asked = mode_words(modes, modes, wording)
        alone = wording("only {modes} was asked for, not cars left alone", modes=asked)
        said = wording.clauses([said, alone])
    if study.verdict != "ready_managed":
        return said
    return wording.clauses(
        [said, wording("orderly charging on simulated days keeps every limit that chargers add to")]
    )


def _method_text(study: Study, policy: PolicyPack, wording: Wording) -> str:
    method = wording.term(study.governing_method)
    if policy.text(_GOVERNING) != study.governing_method:
        return wording("{method}, the only one asked for", method=method)
    rule = policy.rule(_GOVERNING)
    mark = wording.term(rule.confidence)
    return wording(
        "{method}, as {policy} says ({rule}: {mark})",
        method=method,
        policy=policy.id,
        rule=_GOVERNING,
        mark=mark,
    )


def engines_text(study: Study, wording: Wording) -> str:
    """Return which engine solved what."""
    engines = [(STOCHASTIC, run.days.engine) for run in study.runs if run.days is not None]
    if any(run.method == FACTOR for run in study.runs):
        engines.insert(0, (FACTOR, study.engine))
    return wording.clauses(
        wording("{method}: {engine}", method=wording.term(method), engine=engine)
        for method, engine in dict.fromkeys(engines)
    )


def other_texts(study: Study, wording: Wording) -> Iterator[tuple[str, Text]]:
    """Yield for each method what those runs find that the verdict does not rest on."""
    runs = study.runs
    deciding = governing_runs(runs, study.governing_method)
    holds = all(run.passed for run in deciding)
    others = [run for run in runs if run not in deciding]
    modes = modes_of(runs)
    for method in dict.fromkeys(run.method for run in others):
        mine = [run for run in others if run.method == method]
        said, differs = [], False
        for mode in modes_of(mine):
            of_mode = [run for run in mine if mode_of(run) == mode]
            n = len(violations(of_mode))
            word = "" if mode.name == FACTOR else mode_word(mode, modes, wording)
            if all(run.mv for run in of_mode):
                said.append(_broken(word, n, wording))
            else:
                said.append(wording("{mode} without a solution", mode=word).strip())
            differs = differs or holds != (n == 0)
        text = wording.words(said)
        if differs and method != study.governing_method:
            against = wording.term(study.governing_method)
            text = wording("{said}; differs from the {method}", said=text, method=against)
        yield wording.term(f"label.{method}"), Text(text, "warn" if differs else "plain")


def _broken(mode: str, n: int, wording: Wording) -> str:
    if not n:
        return wording("{mode} holds", mode=mode).strip().replace(" ", NO_BREAK)
    if n == 1:
        return wording("{mode} breaks 1 limit", mode=mode).strip().replace(" ", NO_BREAK)
    return wording("{mode} breaks {n} limits", mode=mode, n=n).strip().replace(" ", NO_BREAK)


def few_days_text(runs: Sequence[Run], wording: Wording) -> str:
    """Return that the days are too few to bound the percentile from above, or nothing."""
    days = next((run.days for run in runs if run.days is not None), None)
    if days is None:
        return ""
    enough = days_for_upper_end(days.percentile)
    if days.n_days >= enough:
        return ""
    return wording(
        "{n} days are too few for an upper bound of {percentile}; {enough} give one",
        n=days.n_days,
        percentile=percentile_word(days.percentile),
        enough=enough,
    )


def unsolved_text(runs: Sequence[Run], wording: Wording) -> str:
    """Return in which runs days have no solution, or nothing."""
    modes = modes_of(runs)
    return wording.clauses(
        wording(
            "{scenario} {mode}: {n} of {total} days",
            scenario=wording.scenario(run.scenario),
            mode=mode_word(mode_of(run), modes, wording),
            n=run.days.n_unsolved,
            total=run.days.n_days,
        )
        for run in runs
        if run.days is not None and run.days.n_unsolved
    )
