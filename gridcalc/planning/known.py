"""A study that is known already, as the search of works needs it."""

from dataclasses import dataclass, replace

from gridcalc.compound.model import Compound
from gridcalc.demand.scenario import scenarios_in_order
from gridcalc.outcome import Study, binding_of, governing_runs, verdict
from gridcalc.question import FACTOR, Question


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Studied:
    """A compound, what is asked, and its study as far as there is one.

    Attributes
    ----------
    compound
        As read from its file.
    question
        Of the study.
    study
        By this question; ``None`` where the compound was not studied yet.
    """

    compound: Compound
    question: Question
    study: Study | None


def narrowed(studied: Studied, question: Question) -> Study | None:
    """Return the study by a question that asks for less; ``None`` where the known one lacks some.

    Every run is computed on its own, so that runs of more modes hold those of fewer. Engine and
    number of chargers that fit come with the factor method: both questions have it, or neither.

    Parameters
    ----------
    studied
        The study that is known.
    question
        What is needed.
    """
    known, asked = studied.study, studied.question
    alike = replace(question, methods=asked.methods, charging=asked.charging, threads=asked.threads)
    if known is None or alike != asked:
        return None
    is_held = set(question.methods) <= set(asked.methods)
    is_held = is_held and set(question.charging) <= set(asked.charging)
    if not is_held or (FACTOR in question.methods) != (FACTOR in asked.methods):
        return None
    governing = question.methods[0]
    runs = tuple(
        run
        for run in known.runs
        if run.method in question.methods
        and (run.method == FACTOR or run.charging in question.charging)
    )
    return replace(
        known,
        governing_method=governing,
        verdict=verdict(runs, governing, scenarios_in_order(question.scenarios)),
        binding=binding_of(governing_runs(runs, governing)),
        runs=runs,
    )
